"""`steward cases`, `show`, `lifecycle`: what stands where. These commands only read and never import Prefect."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer

from deployments.cli.budgets import list_budgets, show_budget
from deployments.cli.contacts import list_contacts, show_contact
from deployments.cli.months import list_months, show_month
from deployments.cli.ready import ready
from deployments.cli.requisitions import list_requisitions, show_requisition
from deployments.cli.says import Refused, check_filter, lasted, say_json, say_table

# Cases of other processes than registration: how they are listed.
_LISTS: dict[str, Callable[..., None]] = {
    "payments": list_requisitions, "budgets": list_budgets, "fiscal": list_months, "hotline": list_contacts,
}  # fmt: skip
_KNOWN = ("registration", *_LISTS)
Process = Annotated[str, typer.Argument(help="The process, e.g. registration.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON.")]
_COLUMNS = {
    "case": "Contract", "provider": "Provider", "amount": "Amount", "state": "State", "holder": "Holder",
    "since": "Since", "due": "Due",
}  # fmt: skip


def list_cases(
    process: Process,
    state: Annotated[str, typer.Option(help="Only cases in this state, e.g. filed.")] = "",
    holder: Annotated[str, typer.Option(help="Only cases that this unit holds, e.g. Procurement.")] = "",
    overdue: Annotated[bool, typer.Option(help="Only cases whose stage is past its last day.")] = False,
    limit: Annotated[int, typer.Option(help="At most this many rows.")] = 1_000,
    as_json: AsJson = False,
) -> None:
    """List cases: the longest overdue first."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.registration.queries import CaseFilter, case_rows

    _must_be_known(process)
    if process != "registration":
        _LISTS[process](state, holder, limit, overdue=overdue, as_json=as_json)
        return
    check_filter(state, holder, as_json)
    ready()
    wanted = CaseFilter(state, holder, clock.today() if overdue else None, limit)
    with reading() as session:
        rows, total = case_rows(session, wanted)
    if as_json:
        say_json({"total": total, "cases": rows})
        return
    say_table([{**row, "since": row["since"][:10]} for row in rows], _COLUMNS)
    typer.echo(f"{len(rows)} of {total} contracts.")


def show(
    case: Annotated[str, typer.Argument(help="A contract id such as R27-123456789.")],
    why: Annotated[
        bool, typer.Option("--why", help="Of a contact: open it, which is logged, and say what would change its unit.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one case: facts, findings with citations, timeline, who held it how long."""
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.registration.queries import show_case

    ready()
    with reading() as session:
        found = show_case(session, case, clock.now())
    others = (show_requisition, show_budget, show_month, partial(show_contact, why=why))
    if found is None and any(shows(case, as_json=as_json) for shows in others):
        return
    if found is None:
        raise Refused(f"There is no case {case}. “steward cases” lists them: {', '.join(_KNOWN)}.")
    if as_json:
        say_json(found)
    else:
        _print_case(found)


def _print_case(found: dict[str, Any]) -> None:
    due = f", due {found['due']}" if found["due"] else ""
    typer.echo(f"{found['case']}  {found['provider']}  ${found['amount']}  fiscal year {found['fiscal_year']}")
    typer.echo(f"{found['stage']} {found['label']}, held by {found['holder']} since {found['since'][:10]}{due}\n")
    say_table(found["awards"], {"award": "Award", "status": "Status", "amount": "Amount", "source": "Source"})
    typer.echo("")
    for finding in found["findings"]:
        typer.echo(f"[{finding['severity']}] {finding['message']}\n    {finding['remedy']} ({finding['citation']})")
    typer.echo("")
    rows = [{**line, "at": line["at"][:16].replace("T", " "), "what": _what(line)} for line in found["timeline"]]
    rows = [{**row, "by": _by(row)} for row in rows]
    say_table(rows, {"at": "When (UTC)", "what": "What", "by": "Recorded by", "holder": "Then held by"})
    typer.echo("")
    held = [{"holder": holder, "time": lasted(seconds)} for holder, seconds in found["held"].items()]
    say_table([*held, {"holder": "In all", "time": lasted(found["elapsed"])}], {"holder": "Held by", "time": "For"})
    for document in found["documents"]:
        typer.echo(f"Document {document['document']}: {document['title']}")


def _by(line: dict[str, Any]) -> str:
    """Who recorded it; for a signed event as what, for whom, and the hashes of what was shown and of the policy."""
    signed = line["signed"]
    if not signed:
        return str(line["by"])
    behalf = f" for {signed['behalf']}" if signed["behalf"] else ""
    first = f", proposed by {signed['proposed_by']}" if signed["proposed_by"] else ""
    hashes = f"shown {signed['shown'][:12]}, policy {signed['policy'][:12]}"
    return f"{signed['name']}, {signed['role']}{behalf}{first} ({hashes})"


def _what(line: dict[str, Any]) -> str:
    return f"{line['what']}: {line['detail']}" if line["detail"] else str(line["what"])


def lifecycle(
    process: Process,
    kind: Annotated[str, typer.Option(help="Kind of contract, or of budget.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print a process's states and moves as a Mermaid diagram."""
    from models.fiscal.states import LIFECYCLE as OF_FISCAL
    from models.hotline.states import LIFECYCLE as OF_HOTLINE
    from models.payments.budget_states import LIFECYCLES as OF_BUDGETS
    from models.payments.states import LIFECYCLE as OF_PAYMENTS
    from models.registration.states import LIFECYCLES

    _must_be_known(process)
    if alone := {"payments": OF_PAYMENTS, "fiscal": OF_FISCAL, "hotline": OF_HOTLINE}.get(process):
        _say_lifecycle(alone, as_json=as_json)
        return
    known = {str(name): found for name, found in (OF_BUDGETS if process == "budgets" else LIFECYCLES).items()}
    chosen = kind or next(iter(known))
    if chosen not in known:
        raise Refused(f"There is no kind “{chosen}”. Known: {', '.join(known)}.")
    _say_lifecycle(known[chosen], as_json=as_json)


def _say_lifecycle(found: Any, *, as_json: bool) -> None:
    from models.shared.lifecycle import diagram

    if as_json:
        moves = [(t.state, t.event, t.target) for t in found.transitions]
        say_json({"name": found.name, "states": [vars(state) for state in found.states], "moves": moves})
    else:
        typer.echo(diagram(found))


def _must_be_known(process: str) -> None:
    if process not in _KNOWN:
        raise Refused(f"There is no process “{process}”. Known: {', '.join(_KNOWN)}.")
