"""Worklists as markdown for the Prefect UI: the same rows as on the desk, with links."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from models.registration.rules import Review
from models.registration.states import ALL_STATES
from models.registration.worklists import WorkItem, by_holder
from models.shared.calendar import long_date
from models.shared.money import dollars
from tasks.adapters.addresses import case_url, desk_url
from tasks.adapters.markdown import lines, link
from tasks.adapters.policy import registration_policy
from tasks.adapters.templating import count, short_date

SHOWN = 100
# Characters a line: cells do not wrap by themselves, and what is wider falls off the page.
_NAME, _WHAT = 28, 42


def worklists(reviews: Sequence[Review], today: date) -> dict[str, str]:
    """Markdown by holder, an empty list included, or yesterday's would go on standing there.

    Each list has its first hundred rows; the desk shows the rest.
    """
    waiting = by_holder(reviews, registration_policy())
    holders = {str(state.holder) for state in ALL_STATES.values() if not state.final}
    return {holder: _markdown(holder, waiting.get(holder, []), today) for holder in sorted(holders)}


def _markdown(holder: str, items: Sequence[WorkItem], today: date) -> str:
    if not items:
        return f"## {holder}: nothing waits\n\nAs of {long_date(today)}."
    overdue = sum(item.overdue for item in items)
    told = [
        f"## {holder}: {count(len(items), 'contract')}, {overdue or 'none'} overdue",
        "",
        f"As of {long_date(today)}. [Open this list on the desk]({desk_url()}/?holder={quote(holder)})",
        "",
        "| Contract | Provider, and where it stands | Due | What to do |",
        "|---|---|---|---|",
        *(_row(item) for item in items[:SHOWN]),
    ]
    if len(items) > SHOWN:
        told += ["", f"These are the first {SHOWN}; the desk shows all {len(items)}."]
    return "\n".join(told)


def _row(item: WorkItem) -> str:
    due = short_date(item.due_on) if item.due_on else ""
    stands = f"{item.state}, {count(item.days, 'day')}"
    cells = (
        f"{link(item.case_id, case_url('registration', item.case_id))}<br>{dollars(item.amount_cents)}",
        f"{lines(item.provider, _NAME)}<br>*{lines(stands, _NAME)}*",
        f"**{due}**<br>overdue" if item.overdue else due,
        "<br>".join((lines(item.what, _WHAT), *_steps(item))),
    )
    return f"| {' | '.join(cells)} |"


def _steps(item: WorkItem) -> list[str]:
    """Links to the desk's pages on which the next steps are signed: an address, never a key."""
    where = case_url("registration", item.case_id)
    return [f"→ [{label}]({where}/decide/{name})" for name, label in item.steps]
