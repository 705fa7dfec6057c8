"""Worklists as markdown for the Prefect UI: the same rows as on the desk, with links."""

from collections.abc import Sequence

from models.registration.rules import Review
from models.registration.worklists import WorkItem, by_holder
from models.shared.money import dollars
from tasks.adapters.addresses import case_url, desk_url
from tasks.adapters.policy import registration_policy

SHOWN = 100


def worklists(reviews: Sequence[Review]) -> dict[str, str]:
    """Markdown by holder; the first hundred rows of each list and how many more the desk shows."""
    return {
        holder: _markdown(holder, items) for holder, items in sorted(by_holder(reviews, registration_policy()).items())
    }


def _markdown(holder: str, items: Sequence[WorkItem]) -> str:
    overdue = sum(item.overdue for item in items)
    lines = [
        f"# {holder}: {len(items)} contracts, {overdue} overdue",
        "",
        "| Contract | Provider | Amount | Stands at | Days | Due | What to do |",
        "|---|---|---:|---|---:|---|---|",
    ]
    for item in items[:SHOWN]:
        due = f"**{item.due_on.isoformat()}, overdue**" if item.overdue and item.due_on else str(item.due_on or "")
        lines.append(
            f"| [{item.case_id}]({case_url('registration', item.case_id)}) | {_plain(item.provider)} "
            f"| {dollars(item.amount_cents)} | {item.state} | {item.days} | {due} | {_plain(item.what)} |"
        )
    if len(items) > SHOWN:
        lines += ["", f"{len(items) - SHOWN} more on the desk: {desk_url()}/?holder={holder}"]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Text from outside must not become markup or another table cell."""
    for sign in "\\`*_{}[]()<>#|!":
        text = text.replace(sign, f"&#{ord(sign)};")
    return " ".join(text.split())
