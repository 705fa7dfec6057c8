"""Each unit's worklist of months, as markdown for the Prefect UI."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.fiscal.acts import ACTS
from models.fiscal.codes import TITLES, Code
from models.fiscal.records import FiscalMonth
from models.fiscal.states import ALL_STATES, Holder
from models.shared.calendar import long_date
from models.shared.money import dollars
from tasks.adapters.addresses import case_url
from tasks.adapters.fiscal.books import PROCESS
from tasks.adapters.fiscal.month_list import by_weight
from tasks.adapters.markdown import lines, link, plain_text
from tasks.adapters.templating import count, short_date

SHOWN = 100
_NAME = 28
# What is signed next where a month stands.
_STEPS = {"with_fiscal": "signed_off", "questioned": "answer_recorded", "plan_wanted": "plan_recorded"}


def worklists(session: Session, today: date) -> dict[str, str]:
    """Markdown by holder, an empty list included, or yesterday's would go on standing there."""
    held: dict[str, list[Any]] = {str(holder): [] for holder in Holder if holder is not Holder.NOBODY}
    table = FiscalMonth.__table__  # type: ignore[attr-defined]
    for row in session.execute(select(table).where(table.c.state != "signed_off")):
        held[str(ALL_STATES[row.state].holder)].append(row)
    return {holder: _markdown(holder, sorted(rows, key=by_weight), today) for holder, rows in sorted(held.items())}


def _markdown(holder: str, rows: Sequence[Any], today: date) -> str:
    if not rows:
        return f"## {holder}: no month waits\n\nAs of {long_date(today)}."
    told = [
        f"## {holder}: {count(len(rows), 'month')}, the most serious first", "", f"As of {long_date(today)}.", "",
        "| Month | Provider, and where it stands | Found | Spent of budget | To sign |", "|---|---|---|---|---|",
        *(_row(row) for row in rows[:SHOWN]),
    ]  # fmt: skip
    if len(rows) > SHOWN:
        told += ["", f"These are the first {SHOWN} of {len(rows)}."]
    return "\n".join(told)


def _row(row: Any) -> str:
    found = [f"{code} {TITLES[Code(code)][0]}" for code in row.codes.split()]
    where = case_url(PROCESS, row.case_id)
    step = _STEPS.get(row.state, "")
    cells = (
        f"{link(f'{row.month:%B %Y}', where)}<br>{plain_text(row.contract_id)}",
        f"{lines(row.vendor_name, _NAME)}<br>*{plain_text(ALL_STATES[row.state].label)}{_until(row)}*",
        "<br>".join([*found, f"*{row.worst or 'nothing'}*"]),
        f"{dollars(row.spent_cents) if row.revision else 'not known'}<br>of {dollars(row.budget_cents)}",
        f"→ [{ACTS[step].label}]({where}/decide/{step})" if step else "",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _until(row: Any) -> str:
    return f", by {short_date(row.due_on)}" if row.due_on else ""
