"""Whether a contact repeats an earlier one of the same caller: what they share, and how near they stand."""

from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import NamedTuple

from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy

# What says who calls; a surname or a rare name does so only for the same unit within a shorter time, a bed or flat
# within a few days. Source: domain section 6; the days are convention.
SURE = frozenset({KeyKind.PHONE, KeyKind.EMAIL, KeyKind.CASE_NUMBER, KeyKind.NAME})
_WEAK = frozenset({KeyKind.SURNAME, KeyKind.ADDRESS, KeyKind.RARE_NAME})


class Known(NamedTuple):
    """What is known of a contact without reading it: when it came, and codes of the units it may be for.

    The likeliest stands first.
    """

    contact_id: str
    received_at: datetime
    units: tuple[str, ...]


def repeats(later: Known, earlier: Known, shared: AbstractSet[KeyKind], policy: Policy) -> bool:
    """True where the same caller very likely speaks of the same matter again."""
    if earlier.received_at > later.received_at:
        return False
    apart = later.received_at - earlier.received_at
    if shared & SURE:
        alike = later.units[0] in earlier.units or earlier.units[0] in later.units
        return alike and apart <= timedelta(days=policy.repeat_days)
    same = later.units[0] == earlier.units[0]
    if not shared.isdisjoint(_WEAK) and apart <= timedelta(days=policy.repeat_days_by_surname):
        both = KeyKind.RARE_NAME in shared and KeyKind.PLACE in shared
        return same or (both and (later.units[0] in earlier.units or earlier.units[0] in later.units))
    return KeyKind.PLACE in shared and same and apart <= timedelta(days=policy.repeat_days_by_place)
