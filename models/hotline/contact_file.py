"""Reads one row of a contact file: a contact, or which column keeps it out and why, without quoting anybody."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from math import isfinite
from typing import Any

from pydantic import ValidationError

from models.hotline.forms import LONGEST_ID, Borough, Channel, ContactForm, Layout
from models.shared.calendar import NEW_YORK

# Told names of channels. Source: domain section 3; the office's own files.
_CHANNELS = {
    Channel.HOTLINE: "hotline phone telephone call phone_call voice infoline onenumber tty relay video_relay voicemail",
    Channel.THREE_ONE_ONE: "311 nyc311 nyc_311 311_call",
    Channel.NYC_GOV: "nyc_gov web web_form webform website online nyc_gov_form portal form",
    Channel.EMAIL: "email e_mail mail_electronic",
    Channel.LETTER: "letter mail post us_mail fax",
    Channel.WALK_IN: "walk_in walkin in_person visit",
    Channel.ELECTED_OFFICIAL: "elected_official elected council elected_office legislator council_member",
    Channel.ADVOCATE: "advocate advocacy legal_aid provider",
    Channel.SOCIAL_MEDIA: "social_media social twitter facebook",
    Channel.AUTOMATED_LINE: "automated_line ivr ivrs",
}
_CHANNEL_OF = {name: channel for channel, names in _CHANNELS.items() for name in names.split()}
_BOROUGHS = {
    **{borough.value: borough for borough in Borough}, "THE BRONX": Borough.BRONX, "BX": Borough.BRONX,
    "BK": Borough.BROOKLYN, "KINGS": Borough.BROOKLYN, "NEW YORK": Borough.MANHATTAN, "MN": Borough.MANHATTAN,
    "QN": Borough.QUEENS, "SI": Borough.STATEN_ISLAND, "RICHMOND": Borough.STATEN_ISLAND,
}  # fmt: skip
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_ZIP = re.compile(r"([0-9]{5})(?:\.0+|-?[0-9]{4})?")
_AMERICAN = re.compile(
    r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})"
    r"(?:[ ,T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?:\s*([AaPp])\.?[Mm]\.?)?)?"
)
# Words of four letters and more: a reference number may have one, a name has two or no number.
_LETTERS, _HAS_DIGIT = re.compile(r"[^\W\d_]{4,}"), re.compile(r"\d")
# Ten digits with something between them, or with a code of New York's area before them.
_TELEPHONE = re.compile(
    r"(?<![^\W_])(?:\+?1[ .-]?)?(?:\(?[2-9]\d\d\)?[ .-]+[2-9]\d\d[ .-]+\d{4}"
    r"|\(?(?:212|315|332|347|363|516|518|585|607|624|631|646|680|716|718|838|845|914|917|929|934)\)?[2-9]\d{6})(?![^\W_])"
)
_ZONES = {" EST": "-05:00", " EDT": "-04:00", " UTC": "+00:00", " GMT": "+00:00"}
# A date outside these years is a slip of the keyboard.
_YEARS = range(1990, 2100)


class RowProblem(ValueError):
    """A row cannot be a contact. `column` is the field that keeps it out; the message quotes nothing of the row."""

    def __init__(self, column: str, reason: str) -> None:
        self.column = column
        super().__init__(reason)


def contact_of(values: Mapping[str, Any], layout: Layout) -> ContactForm:
    """The contact of a row, given as field to cell; empty cells may be left out. Raises RowProblem."""
    made: dict[str, Any] = {}
    crossing = []
    for field, cell in values.items():
        if cell is None or cell == "":
            continue
        written = cell if isinstance(cell, str) else _text(field, cell)
        if field in _READ:
            made[field] = _READ[field](written, field)
        elif field in _CROSSING:
            crossing.append(written.strip())
        else:
            made[field] = written.strip()
    for field in ("contact_id", "received_at"):
        if made.get(field) is None:
            raise RowProblem(field, _MISSING[field])
    if layout is Layout.NYC311:
        _add_words(made, crossing)
    else:
        told = made.pop("channel", "")
        made["channel"] = channel_of(told)
        if told != made["channel"]:
            made["told_channel"] = told
    try:
        return ContactForm.model_validate(made)
    except ValidationError as error:
        raise RowProblem(str(error.errors()[0]["loc"][0]), "cannot be used; look at this cell.") from None


def _text(field: str, cell: Any) -> str:
    """A cell as text; numbers of JSON as a person writes them."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise RowProblem(field, "is neither text nor a number.")
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _id(cell: str, field: str) -> str | None:
    found = cell.strip()
    if len(found) > LONGEST_ID or not found.isprintable():
        raise RowProblem(field, f"has more than {LONGEST_ID} characters, or some that cannot be printed.")
    if "/" in found or "\\" in found or (found and not found.strip(".")):
        raise RowProblem(field, "has a slash, or dots alone; no address of the desk can hold it. Leave them out.")
    if _names_somebody(found):
        raise RowProblem(
            field, "looks like a name, a telephone number or an address; ids stand in clear on lists and letters. Give "
            "the contact a number of its own.",
        )  # fmt: skip
    return found or None


def _names_somebody(told: str) -> bool:
    """Whether an id may be somebody's name, telephone number or e-mail address, which no list may show."""
    words = _LETTERS.findall(told)
    is_name = bool(words) and ((len(words) > 1 and " " in told) or not _HAS_DIGIT.search(told))
    return is_name or "@" in told or bool(_TELEPHONE.search(told))


def moment(cell: str, field: str = "received_at") -> datetime | None:
    """A moment in UTC, from ISO 8601, `M/D/Y h:m:s AM` or an e-mail's date; None for an empty cell.

    Without a time zone it is New York's, of two equal hours in autumn the first. Raises RowProblem.
    """
    written = cell.strip()
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        found = _other_moment(written, field)
    if found.year not in _YEARS:
        raise RowProblem(field, "cannot be right; correct the year.")
    if found.tzinfo is None:
        offset = _offset_of(found.year, found.month, found.day, found.hour)
        found = datetime.combine(found.date(), found.time(), offset)
    return found.astimezone(UTC)


@lru_cache(maxsize=50_000)
def _offset_of(year: int, month: int, day: int, hour: int) -> timezone:
    """New York's offset in an hour of its wall clock: asked for many rows, it is worth keeping."""
    return timezone(datetime(year, month, day, hour, tzinfo=NEW_YORK).utcoffset() or timedelta(0))


def _other_moment(written: str, field: str) -> datetime:
    try:
        american = _AMERICAN.fullmatch(written)
        if american:
            return _american(american)
        if written[-4:] in _ZONES:
            return datetime.fromisoformat(written[:-4] + _ZONES[written[-4:]])
        return parsedate_to_datetime(written)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise RowProblem(field, "is no date and time; write it as 2025-11-08T07:12:37-05:00.") from None


def _american(found: re.Match[str]) -> datetime:
    month, day, year, hour, minute, second, half = found.groups()
    hours = int(hour or 0)
    if half:
        if not 1 <= hours <= 12:
            raise ValueError("a half day has twelve hours")
        hours = hours % 12 + (12 if half in "Pp" else 0)
    full = int(year) + (2000 if len(year) == 2 else 0)
    return datetime(full, int(month), int(day), hours, int(minute or 0), int(second or 0))  # noqa: DTZ001


def zip_code(cell: str, field: str = "zip") -> str:
    """Five digits, also of `10033.0` and `10033-1234`; anything else as it was told."""
    found = _ZIP.fullmatch(cell.strip())
    return found[1] if found else cell.strip()


def _degrees(cell: str, field: str) -> float | None:
    if not cell.strip():
        return None
    try:
        found = float(cell)
    except ValueError:
        found = float("nan")
    if not isfinite(found) or abs(found) > 180:
        raise RowProblem(field, "is no degree such as 40.7128.")
    return found


@lru_cache(maxsize=1_000)
def channel_of(told: str) -> Channel:
    """The channel that somebody's word for it means."""
    return _CHANNEL_OF.get(_NOT_WORD.sub("_", told.lower()).strip("_"), Channel.OTHER)


def _borough(cell: str, field: str) -> str:
    told = cell.strip()
    return _BOROUGHS.get(told.upper(), told)


def _as_it_is(cell: str, field: str) -> str:
    return cell


def _add_words(made: dict[str, Any], crossing: list[str]) -> None:
    """NYC 311 publishes no words of callers: what they chose from its lists stands for them.

    What came through 311 came through 311, whichever way it came there.
    """
    made["channel"] = Channel.THREE_ONE_ONE
    made["text"] = ": ".join(made[field] for field in ("complaint_type", "descriptor") if made.get(field))
    if not made.get("address"):
        made["address"] = " & ".join(filter(None, crossing))


_CROSSING = ("cross_1", "cross_2")
_MISSING = {
    "contact_id": "is missing; each contact needs an id of its own.",
    "received_at": "is missing; write when the contact was received.",
}
# How a cell of each field is read; all others are trimmed.
_READ: dict[str, Callable[[str, str], Any]] = {
    "contact_id": _id, "received_at": moment, "closed_at": moment, "due_at": moment, "zip": zip_code,
    "borough": _borough, "latitude": _degrees, "longitude": _degrees, "subject": _as_it_is, "text": _as_it_is,
    "resolution": _as_it_is,
}  # fmt: skip
