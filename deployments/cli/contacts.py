"""Contacts of the hotline on the command line: the list, and one. Nobody is signed in: what is restricted is masked."""

from datetime import datetime
from typing import Any

import typer

from deployments.cli.ready import ready
from deployments.cli.says import Refused, lasted, refuse, say_json, say_table

_COLUMNS = {
    "case": "Contact", "unit": "Unit", "priority": "Priority", "state": "State", "language": "Language",
    "clock": "Clock", "due": "Due", "owner": "Owner", "alert": "Told",
}  # fmt: skip


def list_contacts(state: str, holder: str, limit: int, *, overdue: bool, as_json: bool) -> None:
    """List contacts that are not closed, the most urgent first."""
    from models.hotline.states import ALL_STATES
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.hotline.queues import HOLDERS, QueueFilter, queue

    if state and state not in ALL_STATES:
        raise Refused(f"There is no state “{state}”. Known: {', '.join(ALL_STATES)}.")
    if holder and holder.lower() not in {known.lower() for known in HOLDERS}:
        raise Refused(f"There is no holder “{holder}”. Known: {', '.join(HOLDERS)}.")
    ready()
    wanted = QueueFilter(state=state, holder=holder, overdue=overdue)
    with reading() as session:
        found, total = queue(session, wanted, clock.now(), cleared=False, limit=limit)
    rows = [_row(row) for row in found]
    if as_json:
        say_json({"total": total, "cases": rows})
        return
    say_table([{**row, "due": _moment(row["due"])} for row in rows], _COLUMNS)
    typer.echo(f"{len(rows)} of {total} contacts.")


def _row(row: Any) -> dict[str, Any]:
    return {
        "case": row.case_id, "unit": row.unit, "priority": row.priority, "state": row.state, "holder": row.holder,
        "language": row.language, "channel": row.channel, "clock": row.clock, "received": row.received_at.isoformat(),
        "due": row.due_at.isoformat(), "overdue": row.is_overdue, "answered": row.is_met,
        "settled": row.is_settled, "stands_still": row.stands_still, "owner": row.owner_name,
        "restricted": row.restricted, "alert": f"E{row.alert}" if row.alert >= 0 else "",
    }  # fmt: skip


def show_contact(case_id: str, *, as_json: bool, why: bool = False) -> bool:
    """Show one contact, without a word of what was said; False where there is none such.

    With `why` it is opened, which is logged, to say what would change its unit.
    """
    from tasks.adapters import clock
    from tasks.adapters.database import reading
    from tasks.adapters.hotline.case_page import contact_page

    with reading() as session:
        page = contact_page(session, case_id.strip(), None, clock.now())
    if page is None:
        return False
    told = _told(page) | ({"smallest": _smallest(page.case_id, as_json)} if why else {})
    say_json(told) if as_json else _print(told)
    return True


def _smallest(case_id: str, as_json: bool) -> str:
    from tasks.adapters import clock
    from tasks.adapters.hotline.case_page import told_of_unit
    from tasks.adapters.sealing import SealError

    try:
        return told_of_unit(case_id, "the command line", clock.now())
    except SealError as error:
        refuse(str(error), as_json)


def _told(page: Any) -> dict[str, Any]:
    from models.hotline.showing import RESTRICTED

    facts = page.facts
    return {
        "case": page.case_id, "unit": page.unit, "triage": page.said_by_triage, "priority": facts.priority,
        "restricted": facts.restricted, "state": facts.state, "label": page.state, "holder": page.holder,
        "language": page.language, "channel": facts.channel, "clock": page.clock, "due": facts.due_at.isoformat(),
        "answered": facts.is_clock_met, "settled": facts.is_settled,
        "overdue": page.is_overdue, "received": facts.received_at.isoformat(),
        "resolve_by": page.resolve_by.isoformat(), "owner": facts.owner, "alternatives": list(page.alternatives),
        "review": list(page.review), "rule": page.rule, "signals": list(page.signals),
        "duplicate_of": facts.duplicate_of, "linked": list(page.members), "attempts": facts.attempts,
        "reopened": facts.reopened_count, "close_code": facts.close_code,
        "alerts": [
            {
                "level": f"E{alert.level}", "why": RESTRICTED if page.is_masked else alert.trigger, "told": alert.role,
                "at": alert.raised_at.isoformat(), "acknowledged_by": alert.acknowledged_by,
            }
            for alert in page.alerts
        ],
        "overrides": [{"what": one.what, "triage": one.said, "person": one.chosen} for one in page.overrides],
        "timeline": [
            {"at": line.at.isoformat(), "what": line.what, "by": line.by, "signature": line.signature_id}
            for line in page.timeline
        ],
        "held": {holder: int(time.total_seconds()) for holder, time in page.held.items()},
    }  # fmt: skip


def _print(told: dict[str, Any]) -> None:
    late = ", overdue" if told["overdue"] else ""
    typer.echo(f"{told['case']}  {told['unit']}  priority {told['priority']}")
    due = f", due {_moment(told['due'])}"
    if told["answered"]:
        due = " met" + ("" if told["settled"] else f", to be settled by {_moment(told['resolve_by'])}")
    typer.echo(f"{told['label']}, held by {told['holder']}; {told['clock']}{due}{late}")
    others = f"; or {', '.join(told['alternatives'])}" if told["alternatives"] else ""
    typer.echo(f"Triage said: {told['triage']}{others}")
    typer.echo(f"{told['smallest']}\n" if told.get("smallest") else "")
    rows = [{**line, "at": _moment(line["at"])} for line in told["timeline"]]
    say_table(rows, {"at": "When", "what": "What", "by": "By"})
    alerts = [{**alert, "at": _moment(alert["at"])} for alert in told["alerts"]]
    if alerts:
        say_table(alerts, {"at": "When", "level": "Level", "told": "Told", "why": "Why", "acknowledged_by": "By"})
    held = [{"holder": holder, "time": lasted(seconds)} for holder, seconds in told["held"].items()]
    say_table(held, {"holder": "Held by", "time": "For"})


def _moment(written: str) -> str:
    """A moment as it is on the wall in New York."""
    from tasks.adapters.templating import moment

    return moment(datetime.fromisoformat(written))
