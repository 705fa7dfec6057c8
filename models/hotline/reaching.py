"""Which contact of several makes a number full: the third of a caller within a month, the fifth about a facility.

Source: domain section 5 (E2 and E3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Counted:
    """A contact that counts. `can_tell` where an alert about it can be raised, `has_told` where that was done."""

    contact_id: str
    received_at: datetime
    can_tell: bool
    has_told: bool


def reaching(contacts: Iterable[Counted], number: int, within: timedelta) -> list[str]:
    """The contacts by which, with those before them, `number` came within a time: to be told now, the earliest first.

    It is told once within that time, whatever comes after: each more would say the same again.
    """
    found, ordered = list[str](), sorted(contacts, key=lambda one: (one.received_at, one.contact_id))
    if len(ordered) < number:
        return []
    told, start = [one.received_at for one in ordered if one.has_told], 0
    for place, one in enumerate(ordered):
        while ordered[start].received_at < one.received_at - within:
            start += 1
        is_full = place - start + 1 >= number
        if is_full and one.can_tell and all(abs(one.received_at - at) > within for at in told):
            found.append(one.contact_id)
            told.append(one.received_at)
    return found
