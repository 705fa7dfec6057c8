"""Worklists of budgets as markdown for the Prefect UI: the same rows as on the desk, with links."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from models.payments.budget_acts import ACTS, APPROVALS
from models.payments.budget_states import ALL_STATES, LIFECYCLES, Holder, Kind
from models.shared.calendar import long_date, new_york_date
from models.shared.money import dollars
from tasks.adapters.addresses import case_url
from tasks.adapters.markdown import lines, link, plain_text
from tasks.adapters.payments.budget_cases import PROCESS, open_budgets
from tasks.adapters.templating import count, short_date

SHOWN = 100
_NAME = 28


def worklists(session: Session, today: date) -> dict[str, str]:
    """Markdown by holder, an empty list included, or yesterday's would go on standing there."""
    held: dict[str, list[Any]] = {str(holder): [] for holder in Holder if holder is not Holder.NOBODY}
    for row in open_budgets(session):
        held[str(ALL_STATES[row.state].holder)].append(row)
    return {holder: _markdown(holder, mine, today) for holder, mine in sorted(held.items())}


def _markdown(holder: str, rows: Sequence[Any], today: date) -> str:
    if not rows:
        return f"## {holder}: no budget waits\n\nAs of {long_date(today)}."
    told = [
        f"## {holder}: {count(len(rows), 'budget')}, the longest waiting first", "", f"As of {long_date(today)}.", "",
        "| Budget | Provider, and what it is | Waits since | To sign |", "|---|---|---|---|",
        *map(_row, rows[:SHOWN]),
    ]  # fmt: skip
    if len(rows) > SHOWN:
        told += ["", f"These are the first {SHOWN} of {len(rows)}."]
    return "\n".join(told)


def _row(row: Any) -> str:
    what = Kind(row.kind).words.capitalize()
    where = case_url(PROCESS, row.case_id)
    act = next(name for name in LIFECYCLES[Kind(row.kind)].events_from(row.state) if name in APPROVALS)
    cells = (
        f"{link(row.case_id, where)}<br>{dollars(row.total_cents)}",
        f"{lines(row.vendor_name, _NAME)}<br>*{plain_text(what)}*",
        short_date(new_york_date(row.state_since)),
        f"→ [{ACTS[act].label}]({where}/decide/{act})",
    )
    return f"| {' | '.join(cells)} |"
