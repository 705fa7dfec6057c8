"""What signed acts of several processes have alike: a day that a form gives, and what an event tells of who signed."""

from datetime import date
from typing import Any

from models.shared.people import Capacity
from models.shared.signing import Item
from tasks.adapters.refusals import NotSigned, Refusal

NOTHING = "Nothing was changed."


def day_given(item: Item, today: date, what: str, first: date | None = None) -> date:
    """The day in an act's field `on`, today where it is empty; not ahead, not before `first`. Raises NotSigned."""
    given = item.fields.get("on", "").strip()
    try:
        day = date.fromisoformat(given) if given else today
    except ValueError as error:
        words = f"{item.case_id}: “{given[:20]}” is not a day. Write the day of {what} as 2026-12-31. {NOTHING}"
        raise NotSigned(Refusal.FORM, words) from error
    if day > today:
        raise NotSigned(Refusal.FORM, f"{item.case_id}: {what} cannot have come on a day that lies ahead. {NOTHING}")
    if first and day < first:
        words = f"{item.case_id}: {what} cannot have come before it was asked for, on {first.isoformat()}. {NOTHING}"
        raise NotSigned(Refusal.FORM, words)
    return day


def signed_part(acting: Capacity, stamp: Any) -> dict[str, str]:
    """What the event of an act that one person signs tells of its signature."""
    return {
        "signature": stamp.signature_id, "by": acting.signer.staff_id,
        "for": acting.behalf.staff_id if acting.behalf else "", "role": acting.role.value,
        "shown": stamp.shown_sha256, "proposed_by": "", "proposed_for": "", "door": stamp.door,
    }  # fmt: skip
