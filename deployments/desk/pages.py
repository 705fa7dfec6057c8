"""The desk's pages: worklist, case, papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from deployments.desk.asked import EVERY, PAGE, NotUnderstood, page_number, read
from deployments.desk.html import page, sentence
from models.registration.document_rules import describe
from models.registration.letters import FAULT_LABELS, KIND_LABELS
from models.registration.requirements import LABELS
from models.registration.states import ALL_STATES, UNREGISTERED
from models.shared.calendar import new_york_date
from models.shared.money import to_cents
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.papers import registered
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.case_page import case_page
from tasks.adapters.registration.queries import case_rows, first_findings, holder_counts

router = APIRouter()
# What papers are called on the desk, by the register's own word.
PAPERS = {"report": "Weekly reports", "sheet": "Contract sheets", "letter": "Letters to providers"}
PAPER_KINDS = {"report": "Weekly report", "sheet": "Contract sheet", "letter": "Letter"}


@dataclass(frozen=True)
class WorkRow:
    """One line of the worklist. Amount in cents; `days` in the state it stands in, `overdue` days past its last day."""

    case_id: str
    provider: str
    beneficiary: str
    amount_cents: int
    stage: str
    state: str
    holder: str
    since: date
    days: int
    due: date | None
    overdue: int
    severity: str
    message: str


@dataclass(frozen=True)
class Pages:
    """Where a page stands in a list: `first` and `last` are the numbers of its first and last row."""

    number: int
    total: int

    @property
    def count(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return min(self.total, (self.number - 1) * PAGE + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.number * PAGE)


@router.get("/")
def show_worklist(request: Request) -> Response:
    """Cases that wait, by holder and filter, the longest overdue first."""
    try:
        asked = read(request.query_params)
    except NotUnderstood as refusal:
        return sentence(400, "Not understood", str(refusal))
    today = clock.today()
    with reading() as session:
        holders = holder_counts(session, today)
        rows, total = case_rows(session, asked.wanted(today))
        noted = first_findings(session, [row["case"] for row in rows if not ALL_STATES[row["state"]].final])
    pages = Pages(asked.page, total)
    if asked.page > pages.count:
        return _beyond(pages)
    return page(
        "worklist", title="Worklist", asked=asked, holders=holders, states=ALL_STATES.values(), every=EVERY,
        rows=[_work_row(row, noted.get(row["case"], {}), today) for row in rows], pages=pages,
        earlier=asked.address(page=asked.page - 1), later=asked.address(page=asked.page + 1),
    )  # fmt: skip


def _work_row(row: Mapping[str, Any], noted: Mapping[str, str], today: date) -> WorkRow:
    since = new_york_date(datetime.fromisoformat(row["since"]))
    due = date.fromisoformat(row["due"]) if row["due"] else None
    return WorkRow(
        case_id=row["case"], provider=row["provider"], beneficiary=row["for"] if row["for"] != row["provider"] else "",
        amount_cents=to_cents(row["amount"]), stage=row["stage"], state=ALL_STATES[row["state"]].label,
        holder=row["holder"], since=since, days=(today - since).days, due=due,
        overdue=max(0, (today - due).days) if due else 0, severity=noted.get("severity", ""),
        message=noted.get("message", ""),
    )  # fmt: skip


@router.get("/cases/registration/{case_id}")
def show_case(case_id: str) -> Response:
    """One case: facts, findings, documents, clocks, timeline, time by holder, papers and messages."""
    now = clock.now()
    with reading() as session:
        found = case_page(session, case_id, registration_policy(), now) if case_id.isprintable() else None
    if found is None:
        return sentence(404, "Not found", f"There is no contract {case_id[:80]}. The worklist has them all.")
    shown = found.shown
    due = date.fromisoformat(shown["due"]) if shown["due"] else None
    return page(
        "case", title=f"{case_id}: {shown['provider']}", case=found, packet=found.review.packet, due=due,
        overdue=max(0, (new_york_date(now) - due).days) if due else 0, kinds=KIND_LABELS, faults=FAULT_LABELS,
        describe=describe, labels=LABELS, paper_kinds=PAPER_KINDS, is_waiting=found.review.packet.state in UNREGISTERED,
    )  # fmt: skip


@router.get("/reports")
def show_papers(request: Request) -> Response:
    """Weekly reports, contract sheets and letters, the newest first."""
    kind = request.query_params.get("kind", "report")
    try:
        number = page_number(request.query_params)
    except NotUnderstood as refusal:
        return sentence(400, "Not understood", str(refusal))
    if kind not in PAPERS:
        return sentence(404, "Not found", f"There is no such kind of paper. There are: {', '.join(PAPERS.values())}.")
    with reading() as session:
        rows, total = registered(session, kind, PAGE, (number - 1) * PAGE)
    pages = Pages(number, total)
    if number > pages.count:
        return _beyond(pages)
    earlier, later = (f"/reports?{urlencode({'kind': kind, 'page': number + step})}" for step in (-1, 1))
    return page(
        "papers", title=PAPERS[kind], kinds=PAPERS, kind=kind, rows=rows, pages=pages, earlier=earlier, later=later
    )


def _beyond(pages: Pages) -> Response:
    return sentence(404, "Not found", f"There is no page {pages.number}; the list ends on page {pages.count}.")
