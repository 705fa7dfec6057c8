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
from tasks.adapters.payments.requests import still_asked
from tasks.adapters.templating import count, short_date

SHOWN = 100
_NAME = 28


def worklists(session: Session, today: date) -> dict[str, str]:
    """Markdown by holder, an empty list included, or yesterday's would go on standing there."""
    held: dict[str, list[Any]] = {str(holder): [] for holder in Holder if holder is not Holder.NOBODY}
    for row in open_requisitions(session):
        held[str(ALL_STATES[row.state].holder)].append(row)
    asked = set(still_asked(session, [row.case_id for mine in held.values() for row in mine[:SHOWN]]))
    return {holder: _markdown(holder, mine, asked, today) for holder, mine in sorted(held.items())}


def _markdown(holder: str, rows: Sequence[Any], asked: set[str], today: date) -> str:
    if not rows:
        return f"## {holder}: no requisition waits\n\nAs of {long_date(today)}."
    late = sum(row.required_on is not None and row.required_on < today for row in rows)
    told = [
        f"## {holder}: {count(len(rows), 'requisition')}, {late or 'none'} past the required payment date", "",
        f"As of {long_date(today)}.", "", "| Requisition | Provider, and where it stands | To be paid by | Outcome |",
        "|---|---|---|---|", *(_row(row, today, asked=row.case_id in asked) for row in rows[:SHOWN]),
    ]  # fmt: skip
    if len(rows) > SHOWN:
        told += ["", f"These are the first {SHOWN} of {len(rows)}."]
    return "\n".join(told)


def _row(row: Any, today: date, *, asked: bool) -> str:
    due = short_date(row.required_on) if row.required_on else "no clock runs"
    late = row.required_on is not None and row.required_on < today
    stands = ALL_STATES[row.state].label
    cells = (
        f"{link(row.case_id, case_url(PROCESS, row.case_id))}<br>{dollars(row.total_cents)}",
        f"{lines(row.vendor_name, _NAME)}<br>*{plain_text(stands)}*",
        f"**{due}**<br>late" if late else due,
        "<br>".join((f"{row.outcome or 'not reviewed yet'}, {dollars(row.net_cents)}", *_steps(row, asked=asked))),
    )
    return f"| {' | '.join(cells)} |"


def _steps(row: Any, *, asked: bool) -> list[str]:
    """Links to the desk's pages on which the next steps are signed: an address, never a key."""
    where = case_url(PROCESS, row.case_id)
    steps = called_for(row.state, row.outcome, row.part, asked=asked)
    return [f"→ [{ACTS[name].label}]({where}/decide/{name})" for name in steps]


# What is to be done where no review asks for it.
_BY_STATE = {"payment_returned": ("reissued",), "disputed": ("dispute_granted", "dispute_denied")}


def called_for(state: str, outcome: str, part: int = 1, *, asked: bool = False) -> list[str]:
    """The steps that the review calls for; what is approved or disallowed is only passed on, held ones told once."""
    if not outcome:
        return []
    both, refusing = ("program_approved", "fiscal_approved"), "rest_disallowed" if part > 1 else "disallowed"
    tell = () if asked else ("determination_sent",)
    wanted: tuple[str, ...] = {
        Outcome.APPROVED: both, Outcome.SPLIT: both, Outcome.DISALLOWED: ("program_approved", refusing),
        Outcome.RETURNED: ("requisition_returned",),
    }.get(Outcome(outcome), tell)  # fmt: skip
    wanted = _BY_STATE.get(state, wanted)
    return [name for name in wanted if name in next_steps(state)]
