"""Fields of a signed act that several processes ask for."""

from datetime import date

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
