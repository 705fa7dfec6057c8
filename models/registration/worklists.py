"""What waits for whom: the rows of each unit's worklist, most pressing first."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.registration.acts import is_next_step, possible
from models.registration.policy import Policy
from models.registration.rules import Review
from models.registration.states import ALL_STATES
from models.shared.findings import Severity, worst


@dataclass(frozen=True)
class WorkItem:
    """One case on a worklist. Amount in cents, `days` in the state it stands in.

    `steps` are what can be signed for it next, as name and words.
    """

    case_id: str
    provider: str
    amount_cents: int
    state: str
    days: int
    due_on: date | None
    overdue: bool
    severity: Severity | None
    what: str
    steps: tuple[tuple[str, str], ...] = ()


def work_item(review: Review, policy: Policy) -> WorkItem:
    """The case as its holder sees it: what is most serious, and what to do about it."""
    packet = review.packet
    due = policy.stage_due(packet.state, packet.state_since)
    first = review.findings[0] if review.findings else None
    return WorkItem(
        case_id=packet.case_id,
        provider=packet.vendor_name,
        amount_cents=packet.amount_cents,
        state=ALL_STATES[packet.state].label,
        days=(packet.as_of - packet.state_since).days,
        due_on=due,
        overdue=due is not None and packet.as_of > due,
        severity=worst(review.findings),
        what=f"{first.message} {first.remedy}" if first else "Nothing is open.",
        steps=tuple((act.name, act.label) for act in possible(packet) if is_next_step(act)),
    )


def by_holder(reviews: Iterable[Review], policy: Policy) -> dict[str, list[WorkItem]]:
    """Work items by holder: overdue first, then by due date, then by amount."""
    found: dict[str, list[WorkItem]] = defaultdict(list)
    for review in reviews:
        found[ALL_STATES[review.packet.state].holder].append(work_item(review, policy))
    for items in found.values():
        items.sort(key=lambda i: (not i.overdue, i.due_on or date.max, -i.amount_cents, i.case_id))
    return dict(found)
