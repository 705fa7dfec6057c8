"""Dates and times as Open311 writes them: ISO 8601 with an offset, and nothing that leaves it open."""

import re
from datetime import UTC, datetime

_W3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def moment_of(told: str) -> datetime | None:
    """The moment in UTC; None for what is none, or says no offset. Source: GeoReport v2, Date/time format."""
    # A plus that was not escaped comes as a blank.
    told = told.replace(" ", "+")
    if not _W3.fullmatch(told):
        return None
    try:
        return datetime.fromisoformat(told.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_day_or_moment(told: str) -> bool:
    """Whether an answer can be a date: a day alone, or a moment."""
    if not _DAY.fullmatch(told):
        return moment_of(told) is not None
    try:
        datetime.fromisoformat(told)
    except ValueError:
        return False
    return True
