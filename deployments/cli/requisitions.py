"""Requisitions on the command line: the list, one of them, and the template that a vendor fills in."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli.ready import ready
from deployments.cli.says import Refused, say_json, say_table

app = typer.Typer(help="Make files that others fill in.", no_args_is_help=True)
_COLUMNS = {
    "case": "Requisition", "provider": "Provider", "claimed": "Claimed", "outcome": "Review", "net": "Can be paid",
    "state": "State", "holder": "Holder", "required": "To be paid by",
}  # fmt: skip


def list_requisitions(state: str, holder: str, limit: int, *, overdue: bool, as_json: bool) -> None:
    """List requisitions that are not closed, those to be paid first in front."""
    from models.payments.states import ALL_STATES
    from models.shared.money import plain
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.payments.requisition_list import RequisitionFilter, requisition_rows

    if state and state not in ALL_STATES:
        raise Refused(f"There is no state “{state}”. Known: {', '.join(ALL_STATES)}.")
    ready()
    with reading() as session:
        late_on = clock.today() if overdue else None
        wanted = RequisitionFilter(holder, state=state, late_on=late_on, only_open=True, limit=limit)
        found, totals = requisition_rows(session, wanted)
    rows = [
        {
            "case": row.case_id, "provider": row.vendor_name, "claimed": plain(row.total_cents),
            "outcome": row.outcome, "net": plain(row.net_cents), "state": row.state,
            "holder": str(ALL_STATES[row.state].holder),
            "required": row.required_on.isoformat() if row.required_on else "",
        }
        for row in found
    ]  # fmt: skip
    if as_json:
        say_json({"total": totals.count, "cases": rows})
        return
    say_table(rows, _COLUMNS)
    typer.echo(f"{len(rows)} of {totals.count} requisitions.")


def show_requisition(case_id: str, *, as_json: bool) -> bool:
    """Show one requisition; False where there is none such."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.payments.case_page import case_page
    from tasks.adapters.policy import payments_policy

    with reading() as session:
        page = case_page(session, case_id.strip().upper(), payments_policy(), clock.now())
    if page is None:
        return False
    told = _told(page)
    say_json(told) if as_json else _print(told)
    return True


def _told(page: Any) -> dict[str, Any]:
    from models.shared.money import plain

    verdict, row = page.verdict, page.row
    return {
        "case": row.case_id, "revision": row.revision, "provider": row.vendor_name, "contract": row.contract_id,
        "state": row.state, "holder": page.holder, "outcome": verdict.outcome.value,
        "claimed": plain(verdict.claimed_cents), "approved": plain(verdict.approved_cents),
        "net": plain(verdict.net_cents),
        "ira_on": verdict.ira_on.isoformat() if verdict.ira_on else None,
        "required_on": verdict.required_on.isoformat() if verdict.required_on else None,
        "lines": [
            {
                "line": line.no, "claimed": plain(line.claimed_cents), "paid": plain(line.amount_cents),
                "outcome": line.outcome.value, "rules": " ".join(line.codes),
            }
            for line in verdict.lines
        ],
        "findings": [finding.model_dump(mode="json") for finding in verdict.findings],
        "timeline": [
            {"at": line.at.isoformat(), "what": line.what, "by": line.by, "signature": line.signature_id}
            for line in page.timeline
        ],
        "held": {holder: int(time.total_seconds()) for holder, time in page.held},
    }  # fmt: skip


def _print(told: dict[str, Any]) -> None:
    due = f", to be paid by {told['required_on']}" if told["required_on"] else ", no payment clock runs"
    typer.echo(f"{told['case']}  {told['provider']}  ${told['claimed']}: {told['outcome']}, ${told['net']} to be paid")
    typer.echo(f"{told['state'].replace('_', ' ').capitalize()}, held by {told['holder']}{due}\n")
    columns = {"line": "Line", "claimed": "Claimed", "paid": "To be paid", "outcome": "Review", "rules": "Rules"}
    say_table(told["lines"], columns)
    typer.echo("")
    for finding in told["findings"]:
        typer.echo(f"[{finding['severity']}] {finding['message']}\n    {finding['remedy']} ({finding['citation']})")
    rows = [{**line, "at": line["at"][:16].replace("T", " ")} for line in told["timeline"]]
    say_table(rows, {"at": "When (UTC)", "what": "What", "by": "By", "signature": "Signature"})


@app.command("requisition")
def template(
    file: Annotated[Path, typer.Argument(help="Where to write the workbook (.xlsx).", show_default=False)],
    contract: Annotated[str, typer.Option(help="The contract, such as R27-123456789.")],
) -> None:
    """Write the workbook that a vendor fills in, with the contract's budget lines."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.payments.template_facts import TemplateUnknown, write_template

    ready()
    if file.suffix.casefold() != ".xlsx":
        raise Refused(f"{file.name} does not end in .xlsx. Choose another name.")
    try:
        with reading() as session:
            number = write_template(session, contract.strip().upper(), file, clock.now())
    except TemplateUnknown as error:
        raise Refused(str(error)) from error
    typer.echo(f"{file} is the template of requisition {number}.")
