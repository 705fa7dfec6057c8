"""Which column of a contact file holds what: the office's own few columns by many names, and NYC 311's exports."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.hotline.forms import Layout

_PLAIN = {
    "contact_id": "id contact_id ref reference inquiry_id inquiry_no contact_no number key tracking_no tracking_number "
    "reference_no reference_number",
    "received_at": "received_at received date_received received_on received_date date_in datetime date_time timestamp "
    "created created_at created_date date",
    "channel": "channel in_method contact_method method contact_channel",
    "told_language": "language told_language lang preferred_language caller_language",
    "subject": "subject subject_line title topic",
    "text": "text body message description narrative comment comments content inquiry details raw_text",
    "caller": "caller caller_name name full_name constituent constituent_name contact_name from",
    "phone": "phone phone_number telephone tel caller_phone callback callback_number mobile",
    "email": "email e_mail email_address caller_email",
    "address": "address street_address caller_address incident_address",
    "borough": "borough boro",
    "zip": "zip zip_code zipcode postal_code incident_zip",
    "agency": "agency",
    "agency_name": "agency_name",
    "complaint_type": "complaint_type problem",
    "descriptor": "descriptor problem_detail problem_details",
    "location_type": "location_type",
    "status": "status",
    "source": "source origin",
    "closed_at": "closed_at closed closed_date date_closed",
    "due_at": "due_at due due_date",
    "resolution": "resolution resolution_description outcome",
    "latitude": "latitude lat",
    "longitude": "longitude long lon lng",
}
# The names before and after the columns were renamed. Source: NYC Open Data erm2-nwe9.
_NYC311 = {
    "contact_id": "unique_key",
    "received_at": "created_date",
    "closed_at": "closed_date",
    "agency": "agency",
    "agency_name": "agency_name",
    "complaint_type": "complaint_type problem_formerly_complaint_type problem",
    "descriptor": "descriptor problem_detail_formerly_descriptor problem_detail problem_details",
    "location_type": "location_type",
    "zip": "incident_zip",
    "address": "incident_address",
    "cross_1": "intersection_street_1",
    "cross_2": "intersection_street_2",
    "status": "status",
    "due_at": "due_date",
    "resolution": "resolution_description",
    "borough": "borough",
    "told_channel": "open_data_channel_type",
    "latitude": "latitude",
    "longitude": "longitude",
}
_NAMES = {Layout.PLAIN: _PLAIN, Layout.NYC311: _NYC311}
_FIELDS = {
    layout: {name: field for field, words in names.items() for name in words.split()}
    for layout, names in _NAMES.items()
}
_NEEDED = {Layout.PLAIN: ("contact_id", "received_at", "text"), Layout.NYC311: ("contact_id", "received_at")}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LONGEST_HEADING = 60
_HEADING, _FOUR_DIGITS = re.compile(r"[^\W\d][^@]{0,39}"), re.compile(r"\d{4}|\d{3}\D\d{3}")


class UnknownLayout(ValueError):
    """The headings are not those of a contact file; the message says which are missing, and quotes no cell."""


@dataclass(frozen=True)
class Columns:
    """The columns of a file: position and field of each that is read; `headings` by field, `not_used` the others."""

    layout: Layout
    places: tuple[tuple[int, str], ...]
    headings: Mapping[str, str]
    not_used: tuple[str, ...]
    width: int


def columns_of(headings: Sequence[str]) -> Columns:
    """What the headings of a table mean. Raises UnknownLayout."""
    names = [heading_name(heading) for heading in headings]
    layout = Layout.NYC311 if {"unique_key", "created_date"} <= set(names) else Layout.PLAIN
    chosen: dict[str, int] = {}
    for place, name in enumerate(names):
        field = _FIELDS[layout].get(name)
        if field:
            chosen[field] = _rather(layout, field, names, chosen.get(field), place)
    missing = [field for field in _NEEDED[layout] if field not in chosen]
    if missing:
        raise UnknownLayout(_missing(missing))
    shown = [heading.strip()[:_LONGEST_HEADING] for heading in headings]
    used = set(chosen.values())
    return Columns(
        layout,
        tuple((place, field) for field, place in chosen.items()),
        {field: shown[place] for field, place in chosen.items()},
        tuple(_told(shown[place], place) for place in range(len(names)) if place not in used and shown[place]),
        len(names),
    )


def _told(heading: str, place: int) -> str:
    """A heading that is not used, or its place where it may be no heading but somebody's telephone number or words."""
    return heading if _HEADING.fullmatch(heading) and not _FOUR_DIGITS.search(heading) else f"column {place + 1}"


def heading_name(heading: str) -> str:
    """A heading as a name: `Unique Key`, `uniqueKey` and `unique_key` are one."""
    return _NOT_WORD.sub("_", _CAMEL.sub("_", heading.strip()).lower()).strip("_")


@lru_cache(maxsize=10_000)
def columns_of_keys(keys: tuple[str, ...]) -> Columns:
    """The same for the keys of a JSON object, which leaves out what is empty."""
    return columns_of(keys)


def _rather(layout: Layout, field: str, names: Sequence[str], first: int | None, second: int) -> int:
    """Of two columns for one field the one whose name says it best: the names stand in that order."""
    if first is None:
        return second
    order = _NAMES[layout][field].split()
    ranks = [order.index(names[place]) for place in (first, second)]
    if ranks[0] == ranks[1]:
        raise UnknownLayout(f"Two columns are called “{names[first]}”. Leave one of them and import again.")
    return first if ranks[0] < ranks[1] else second


def _missing(fields: Iterable[str]) -> str:
    wanted = {"contact_id": "id", "received_at": "received_at", "text": "text"}
    names = ", ".join(f"“{wanted[field]}”" for field in fields)
    return (
        f"The file has no column {names}. Its first row must name the columns: id, received_at, channel, language, "
        "text; or it is an export of NYC 311 with unique_key and created_date."
    )
