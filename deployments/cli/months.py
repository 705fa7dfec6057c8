"""Months of the fiscal review on the command line: the list of those that wait, and one of them."""

from typing import Any

import typer

from deployments.cli.ready import ready
from deployments.cli.says import Refused, lasted, say_json, say_table

_COLUMNS = {
    "case": "Month", "provider": "Provider", "found": "Found", "worst": "Worst", "spent": "Spent", "state": "State",
    "due": "Due",
}  # fmt: skip


def list_months(state: str, holder: str, limit: int, *, overdue: bool, as_json: bool) -> None:
    """List months that are not signed off, the most serious first."""
    from models.fiscal.states import ALL_STATES
    from models.shared.money import plain
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.fiscal.month_list import HOLDERS, MonthFilter, month_rows

    if state and state not in ALL_STATES:
        raise Refused(f"There is no state “{state}”. Known: {', '.join(ALL_STATES)}.")
    if holder and holder.lower() not in {known.lower() for known in HOLDERS}:
        raise Refused(f"There is no holder “{holder}”. Known: {', '.join(HOLDERS)}.")
    ready()
    with reading() as session:
        found = month_rows(session, MonthFilter(holder, state, overdue=clock.today() if overdue else None))
    rows = [
        {
            "case": row.case_id, "provider": row.vendor_name, "found": row.codes, "worst": row.worst,
            "spent": plain(row.spent_cents) if row.revision else "", "budget": plain(row.budget_cents),
            "state": row.state, "holder": str(ALL_STATES[row.state].holder),
            "due": row.due_on.isoformat() if row.due_on else "",
        }
        for row in found
    ]  # fmt: skip
    if as_json:
        say_json({"total": len(rows), "cases": rows[:limit]})
        return
    say_table(rows[:limit], _COLUMNS)
    typer.echo(f"{min(limit, len(rows))} of {len(rows)} months.")


def show_month(case_id: str, *, as_json: bool) -> bool:
    """Show one month; False where there is none such."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.fiscal.case_page import month_page
    from tasks.adapters.policy import fiscal_policy, office

    with reading() as session:
        page = month_page(session, case_id.strip().upper(), fiscal_policy(), office(), clock.now())
    if page is None:
        return False
    told = _told(page)
    say_json(told) if as_json else _print(told)
    return True


def _told(page: Any) -> dict[str, Any]:
    from models.shared.money import plain

    paper, row = page.paper, page.row
    return {
        "case": row.case_id, "provider": row.vendor_name, "contract": row.contract_id, "month": f"{row.month:%Y-%m}",
        "state": row.state, "label": page.state, "holder": page.holder,
        "due": row.due_on.isoformat() if row.due_on else "", "revision": row.revision,
        "spent": plain(paper.spent_cents), "budget": plain(paper.budget_cents),
        "year_end": plain(paper.year_end.cents) if paper.year_end else "",
        "findings": [finding.model_dump(mode="json") for finding in page.loaded.review.findings],
        "measures": [
            {"measure": line.title, "is": line.shown, "formula": line.formula, "limit": line.limit}
            for line in paper.measures
        ],
        "questions": [question.model_dump(mode="json") for question in paper.questions],
        "plan": paper.plan.model_dump(mode="json") if paper.plan else None,
        "flags": [flag.model_dump(mode="json") for flag in paper.flags],
        "signed_off": f"{paper.signed.name}, {paper.signed.role}" if paper.signed else "",
        "can": page.steps,
        "timeline": [
            {"at": line.at.isoformat(), "what": line.what, "by": line.by, "signature": line.signature_id}
            for line in page.timeline
        ],
        "held": {holder: int(time.total_seconds()) for holder, time in page.held},
    }  # fmt: skip


def _print(told: dict[str, Any]) -> None:
    year_end = f", ${told['year_end']} at the year's end" if told["year_end"] else ""
    typer.echo(f"{told['case']}  {told['provider']}  ${told['spent']} of ${told['budget']}{year_end}")
    due = f", due {told['due']}" if told["due"] else ""
    signed = f", by {told['signed_off']}" if told["signed_off"] else f", held by {told['holder']}"
    typer.echo(f"{told['label']}{signed}{due}\n")
    for finding in told["findings"]:
        name = f"{finding['code']} {finding['subject']}".strip()
        typer.echo(f"[{finding['severity']}] {name}: {finding['message']}")
        typer.echo(f"    {finding['remedy']} ({finding['citation']})")
    columns = {"measure": "Measure", "is": "Is", "formula": "Formula", "limit": "Limit"}
    say_table(told["measures"], columns)
    for question in told["questions"]:
        answer = question["answer"] or f"no answer yet, wanted by {question['answer_by']}"
        typer.echo(f"Question {question['no']}: {question['ask']}\n    {answer}")
    typer.echo("")
    rows = [{**line, "at": line["at"][:16].replace("T", " ")} for line in told["timeline"]]
    say_table(rows, {"at": "When (UTC)", "what": "What", "by": "By"})
    held = [{"holder": holder, "time": lasted(seconds)} for holder, seconds in told["held"].items()]
    say_table(held, {"holder": "Held by", "time": "For"})
    typer.echo(f"Can be signed now: {', '.join(told['can']) or 'nothing'}.")
