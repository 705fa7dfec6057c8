"""Budgets on the command line: the list of those that wait, and one of them."""

from typing import Any

import typer

from deployments.cli.ready import ready
from deployments.cli.says import Refused, say_json, say_table

_COLUMNS = {
    "case": "Budget", "provider": "Provider", "kind": "Kind", "total": "Total", "state": "State", "holder": "Holder",
    "since": "Since",
}  # fmt: skip


def list_budgets(state: str, holder: str, limit: int, *, overdue: bool, as_json: bool) -> None:
    """List budgets that are not decided, the longest waiting first."""
    from models.payments.budget_states import ALL_STATES
    from models.shared.calendar import new_york_date
    from models.shared.money import plain
    from tasks.adapters.database import reading
    from tasks.adapters.payments.budget_cases import decided_budgets, open_budgets

    if state and state not in ALL_STATES:
        raise Refused(f"There is no state “{state}”. Known: {', '.join(ALL_STATES)}.")
    if overdue:
        raise Refused("No clock runs for a budget, so none is overdue. Leave --overdue out.")
    ready()
    with reading() as session:
        closed = bool(state) and ALL_STATES[state].final
        found = decided_budgets(session, limit) if closed else open_budgets(session, holder)
    rows = [
        {
            "case": row.case_id, "provider": row.vendor_name, "kind": row.kind, "total": plain(row.total_cents),
            "state": row.state, "holder": str(ALL_STATES[row.state].holder),
            "since": new_york_date(row.state_since).isoformat(),
        }
        for row in found
        if state in ("", row.state)
    ]  # fmt: skip
    if as_json:
        say_json({"total": len(rows), "cases": rows[:limit]})
        return
    say_table(rows[:limit], _COLUMNS)
    typer.echo(f"{min(limit, len(rows))} of {len(rows)} budgets.")


def show_budget(case_id: str, *, as_json: bool) -> bool:
    """Show one budget; False where there is none such."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.payments.budget_page import budget_page
    from tasks.adapters.policy import payments_policy

    with reading() as session:
        page = budget_page(session, case_id.strip().upper(), payments_policy(), clock.now())
    if page is None:
        return False
    told = _told(page)
    say_json(told) if as_json else _print(told)
    return True


def _told(page: Any) -> dict[str, Any]:
    from models.shared.money import plain

    packet, row = page.compared, page.row

    def money(cents: int | None) -> str:
        return "" if cents is None else plain(cents)

    return {
        "case": row.case_id, "provider": row.vendor_name, "contract": row.contract_id, "kind": row.kind,
        "fiscal_year": row.fiscal_year, "state": row.state, "holder": page.holder,
        "before": plain(packet.in_force.total_cents), "total": plain(packet.total_cents),
        "based_on": row.based_on, "budget_version": row.budget_version,
        "lines": [
            {
                "line": line.no, "title": line.title, "category": str(line.category),
                "before": money(line.before_cents), "after": money(line.after_cents),
                "difference": plain(line.difference_cents),
            }
            for line in packet.changes
        ],
        "findings": [finding.model_dump(mode="json") for finding in page.findings] if page.is_open else [],
        "timeline": [
            {"at": line.at.isoformat(), "what": line.what, "by": line.by, "signature": line.signature_id}
            for line in page.timeline
        ],
        "held": {holder: int(time.total_seconds()) for holder, time in page.held},
    }  # fmt: skip


def _print(told: dict[str, Any]) -> None:
    typer.echo(f"{told['case']}  {told['provider']}  ${told['total']}: {told['kind']}, ${told['before']} before")
    version = f", version {told['budget_version']}" if told["budget_version"] else ""
    typer.echo(f"{told['state'].replace('_', ' ').capitalize()}{version}, held by {told['holder']}\n")
    columns = {
        "line": "Line", "title": "Title", "category": "Category", "before": "Before", "after": "After",
        "difference": "Difference",
    }  # fmt: skip
    say_table(told["lines"], columns)
    typer.echo("")
    for finding in told["findings"]:
        typer.echo(f"[{finding['severity']}] {finding['message']}\n    {finding['remedy']} ({finding['citation']})")
    rows = [{**line, "at": line["at"][:16].replace("T", " ")} for line in told["timeline"]]
    say_table(rows, {"at": "When (UTC)", "what": "What", "by": "By"})
