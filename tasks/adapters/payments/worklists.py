"""Worklists of requisitions as markdown for the Prefect UI: the same rows as on the desk, with links."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from models.payments.acts import ACTS
from models.payments.states import ALL_STATES, Holder
from models.payments.verdicts import Outcome
from models.shared.calendar import long_date
from models.shared.money import dollars
from tasks.adapters.addresses import case_url
from tasks.adapters.markdown import lines, link, plain_text
from tasks.adapters.payments.case_page import next_steps, open_requisitions
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.templating import count, short_date

SHOWN = 100
_NAME = 28


def worklists(session: Session, today: date) -> dict[str, str]:
    """Markdown by holder, an empty list included, or yesterday's would go on standing there."""
    held: dict[str, list[Any]] = {str(holder): [] for holder in Holder if holder is not Holder.NOBODY}
    for row in open_requisitions(session):
        held[str(ALL_STATES[row.state].holder)].append(row)
    return {holder: _markdown(holder, mine, today) for holder, mine in sorted(held.items())}


def _markdown(holder: str, rows: Sequence[Any], today: date) -> str:
    if not rows:
        return f"## {holder}: no requisition waits\n\nAs of {long_date(today)}."
    late = sum(row.required_on is not None and row.required_on < today for row in rows)
    told = [
        f"## {holder}: {count(len(rows), 'requisition')}, {late or 'none'} past the required payment date", "",
        f"As of {long_date(today)}.", "", "| Requisition | Provider, and where it stands | To be paid by | Outcome |",
        "|---|---|---|---|", *(_row(row, today) for row in rows[:SHOWN]),
    ]  # fmt: skip
    if len(rows) > SHOWN:
        told += ["", f"These are the first {SHOWN} of {len(rows)}."]
    return "\n".join(told)


def _row(row: Any, today: date) -> str:
    due = short_date(row.required_on) if row.required_on else "no clock runs"
    late = row.required_on is not None and row.required_on < today
    stands = ALL_STATES[row.state].label
    cells = (
        f"{link(row.case_id, case_url(PROCESS, row.case_id))}<br>{dollars(row.total_cents)}",
        f"{lines(row.vendor_name, _NAME)}<br>*{plain_text(stands)}*",
        f"**{due}**<br>late" if late else due,
        "<br>".join((f"{row.outcome or 'not reviewed yet'}, {dollars(row.net_cents)}", *_steps(row))),
    )
    return f"| {' | '.join(cells)} |"


def _steps(row: Any) -> list[str]:
    """Links to the desk's pages on which the next steps are signed: an address, never a key."""
    where = case_url(PROCESS, row.case_id)
    return [f"→ [{ACTS[name].label}]({where}/decide/{name})" for name in called_for(row.state, row.outcome)]


def called_for(state: str, outcome: str) -> list[str]:
    """The steps that the review calls for; what is approved or disallowed is only passed on, held ones are told."""
    if not outcome:
        return []
    both = ("program_approved", "fiscal_approved")
    wanted = {
        Outcome.APPROVED: both, Outcome.SPLIT: both, Outcome.DISALLOWED: ("program_approved", "disallowed"),
        Outcome.RETURNED: ("requisition_returned",),
    }.get(Outcome(outcome), ("determination_sent",))  # fmt: skip
    return [name for name in wanted if name in next_steps(state)]
