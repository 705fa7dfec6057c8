"""The demo: an invented agency's season, played through the real flows on a demo clock."""

import os
import shutil
import time
import tomllib
from datetime import datetime
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from deployments.cli.ready import ready
from deployments.cli.says import say_table
from deployments.demo_hotline import HOTLINE, contacts_so_far, work_on_contacts
from deployments.demo_people import Cast
from deployments.running import flush, register, run
from deployments.serve import serve_until_stopped
from deployments.server import RunningServer, serving
from tasks.adapters.home import Home, create_home, move_clock, read_home
from tasks.adapters.settings import ROOT, settings

SAMPLES = ROOT / "deployments" / "samples" / "registration"
PAYMENT_SAMPLES, FISCAL_SAMPLES = SAMPLES.with_name("payments"), SAMPLES.with_name("fiscal")
HOTLINE_SAMPLES = SAMPLES.with_name("hotline")
# What “import-awards” and “import-trackers” do not read; the season runs what reads it by its name.
_OTHERS_READ = frozenset({
    "budgets", "payment-facts", "requisitions", "payments", "spending", "fiscal-facts", "ledgers", "financial-reports",
    "inquiries",
})  # fmt: skip
_COLUMNS = {"case": "Contract", "provider": "Provider", "amount": "Amount", "label": "Stands at", "holder": "Held by"}


def play(*, once: bool) -> None:
    """Create the demo home, play what of the season was not played yet, print it, and serve on unless `once`."""
    moments = tomllib.loads((SAMPLES / "season.toml").read_text())["moment"]
    # The storm of the season; an event that somebody has put into another folder stays theirs.
    os.environ.setdefault("STEWARD_SURGE_FOLDER", str(HOTLINE_SAMPLES))
    settings.cache_clear()
    create_home(Home(demo=True, clock="demo", moment=moments[0]["at"]))
    ready()
    typer.echo(f"The demo plays in {settings().home.absolute()}; every name and number in it is invented.")

    def season(server: RunningServer) -> None:
        began = time.monotonic()
        # Where nobody serves, no schedule is to lay out its runs of the coming weeks.
        register(paused=once)
        _play(moments)
        _print_season(None if once else server, time.monotonic() - began)

    if once:
        with serving() as server:
            season(server)
            flush()
    else:
        serve_until_stopped(season)


def _played() -> datetime | None:
    """The last moment that was played to its end."""
    mark = settings().home / "demo-played"
    return datetime.fromisoformat(mark.read_text()) if mark.exists() else None


def _play(moments: list[dict[str, Any]]) -> None:
    done = _played()
    waiting = [moment for moment in moments if done is None or moment["at"] > done]
    steps = sum(1 + len(moment["run"]) for moment in waiting) + 2
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Season", total=steps)
        cast = Cast(SAMPLES / "people.toml")
        cast.come_in()
        for moment in waiting:
            bar.update(task, description=f"{moment['at']:%Y-%m-%d} {moment['title'][:48]:48}")
            move_clock(moment["at"])
            _bring_in(moment)
            cast.assign()
            cast.sign_waiting()
            cast.sign(moment.get("sign", []))
            if moment["files"]:
                run("follow-up-decisions", {})
            bar.advance(task)
            for name in moment["run"]:
                _run(name, cast, moment)
                bar.advance(task)
            (settings().home / "demo-played").write_text(moment["at"].isoformat())
        if waiting:
            run("contract-sheets", {})
            bar.advance(task)
            run("sweep", {})
            bar.advance(task)


def _run(name: str, cast: Cast, moment: dict[str, Any]) -> None:
    """Let people do what comes before a flow, run it, and let them sign what comes after it."""
    if name == "follow-up-payments":
        cast.pay()
    if name == "follow-up-fiscal-reviews":
        cast.decide_months(moment)
    if name == "follow-up-inquiries":
        work_on_contacts(moment)
    run(name, {})
    if name == "import-payment-files" and moment.get("budgets") != "wait":
        cast.sign_budgets()


def _bring_in(moment: dict[str, Any]) -> None:
    """Put a moment's files into the inbox, then let the flows of registration read theirs in one sitting each."""
    told = [(SAMPLES, file) for file in moment.get("files", [])]
    told += [(PAYMENT_SAMPLES, file) for file in moment.get("payments", [])]
    told += [(FISCAL_SAMPLES, file) for file in moment.get("fiscal", [])]
    told += [(HOTLINE_SAMPLES, file) for file in moment.get("hotline", [])]
    for samples, file in told:
        source, folder = samples / file["file"], settings().folder("inbox", file["kind"])
        for path in sorted(source.iterdir()) if source.is_dir() else [source]:
            shutil.copyfile(path, folder / path.name)
    kinds = {file["kind"] for _, file in told} - _OTHERS_READ
    if "awards" in kinds:
        run("import-awards", {})
    if kinds - {"awards"}:
        run("import-trackers", {})


def _print_season(server: RunningServer | None, seconds: float) -> None:
    from models.registration.states import ALL_STATES
    from models.shared.records import OutgoingMessage, StoredDocument
    from tasks.adapters.database import reading
    from tasks.adapters.hotline.letter_store import KIND as LETTER_TO_CONSTITUENT
    from tasks.adapters.registration.queries import CaseFilter, case_rows

    with reading() as session:
        rows, total = case_rows(session, CaseFilter())
        kind: Any = StoredDocument.kind
        kinds = {name: count for name, count in session.execute(select(kind, func.count()).group_by(kind))}
        sent = session.execute(select(func.count()).select_from(OutgoingMessage)).scalar_one()
        number: Any = StoredDocument.document_id
        process: Any = StoredDocument.process
        reports = select(number).where(kind == "report", process != HOTLINE).order_by(number)
        latest = list(session.execute(reports).scalars())
    rows.sort(key=lambda row: (list(ALL_STATES).index(row["state"]), row["case"]))
    say_table([{**row, "label": ALL_STATES[row["state"]].label} for row in rows], _COLUMNS)
    # A letter to a constituent lies sealed in the store, and no PDF is to be found.
    pdfs = sum(count for name, count in kinds.items() if name != LETTER_TO_CONSTITUENT)
    typer.echo(
        f"\n{total} contracts, {kinds.get('letter', 0)} letters, {kinds.get('sheet', 0)} contract sheets, "
        f"{kinds.get('report', 0)} reports: {pdfs} PDFs, {sent} messages, in {seconds:.0f} seconds. "
        f"The demo clock stands at {read_home().moment:%B %d, %Y}.\n{_paid_so_far()}\n{_reviewed_so_far()}\n"
        f"{contacts_so_far()}"
    )
    if server is None:
        typer.echo("To look at it   steward demo")
    else:
        typer.echo(f"Prefect UI      {server.ui_url}\nDesk            {server.desk_url}")
        typer.echo(f"Latest report   {server.desk_url}/documents/{latest[-1]}" if latest else "")
    typer.echo(f"PDFs and mail   {settings().home.absolute() / 'documents'}, {settings().home.absolute() / 'outbox'}")


def _paid_so_far() -> str:
    """One line about the requisitions: how many, what was paid of them, in how many batches of vouchers."""
    from models.payments.records import Requisition, Voucher
    from models.shared.money import dollars
    from tasks.adapters.database import reading

    voucher = Voucher.__table__.c  # type: ignore[attr-defined]
    batches = func.count(func.distinct(voucher.batch_no)).filter(voucher.batch_no.like("VB-%"))
    with reading() as session:
        number = session.execute(select(func.count()).select_from(Requisition)).scalar_one()
        paid, made = session.execute(select(func.coalesce(func.sum(voucher.paid_cents), 0), batches)).one()
    return f"{number} requisitions, {dollars(paid)} paid, {made} batches of vouchers."


def _reviewed_so_far() -> str:
    """One line about the fiscal reviews: how many, with how many a finding came up, how often a report was missed."""
    from models.fiscal.letter_documents import ReportReminder
    from models.fiscal.records import FiscalMonth
    from models.shared.people_records import LetterOrder
    from tasks.adapters.database import reading

    month, order = FiscalMonth.__table__.c, LetterOrder.__table__.c  # type: ignore[attr-defined]
    counts = (func.count(), func.count(func.distinct(month.contract_id)), func.count().filter(month.codes != ""))
    missed = select(func.count()).where(order.process == "fiscal", order.document == ReportReminder.__name__)
    with reading() as session:
        months, contracts, found = session.execute(select(*counts)).one()
        reminders = session.execute(missed).scalar_one()
    return (
        f"{months} months of {contracts} contracts reviewed, {found} with findings; {reminders} reminders of reports."
    )
