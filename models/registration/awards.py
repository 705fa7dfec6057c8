"""Awards: one row of the Council's list in one form, its key over the years, and the contracts that awards make."""

import re
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count
from typing import NamedTuple, Protocol

from models.registration.award_columns import squash
from models.shared.documents import canonical, sha256

# What a list writes where an organisation has no EIN (yet).
_NO_EIN = {"", "na", "none", "noein", "pending", "tbd", "unknown", "notavailable"}
_EIN_TEXT = re.compile(r"\d[\d\s-]*(?:\.0+)?")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_STATUS_WORDS = {"*": "Pending", "Canceled": "Cancelled", "Rescind": "Rescinded", "Withdraw": "Withdrawn"}
_ENDED = frozenset({"Rescinded", "Withdrawn", "Cancelled", "Disapproved"})
_LEGAL_FORMS = {"inc": "", "incorporated": "", "corporation": "corp", "limited": "ltd", "company": "co"}
_NOT_HASHED = {"row", "mocs_id", "legal_name_as_written", "agency_as_written"}


class EinError(ValueError):
    """The text is not an EIN; the message says so in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """One award as a list states it. `row` is its row in the spreadsheet; amount in cents, negative for a take-back.

    `base_key` is its MOCS ID, or a hash of what identifies it where the list has none; `mocs_id` is its key, which
    `assign_keys` sets. EINs are nine digits or empty. Source of the fields: Council data set (domain section 17.2).
    """

    row: int
    base_key: str
    mocs_id: str = ""
    fiscal_year: int
    agency: str
    agency_as_written: str = ""
    source: str = ""
    council_member: str = ""
    legal_name: str
    legal_name_as_written: str = ""
    ein: str = ""
    status: str = ""
    amount_cents: int
    program_name: str = ""
    street: str = ""
    street_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    purpose: str = ""
    conduit_name: str = ""
    conduit_ein: str = ""

    @property
    def row_hash(self) -> str:
        """SHA-256 over everything that the award says; where it stands and how it was spaced do not count."""
        return sha256(canonical([getattr(self, name) for name in _HASHED]))


_HASHED = tuple(field.name for field in fields(AwardRow) if field.name not in _NOT_HASHED)


def plain_text(cell: object) -> str:
    """A cell as text: trimmed, inner whitespace collapsed, invisible signs removed, whole numbers without `.0`."""
    if isinstance(cell, str):
        text = " ".join((cell if cell.isascii() else _INVISIBLE.sub("", cell)).split())
        # An apostrophe before a formula sign is what our own exports put there.
        return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    return "" if cell is None else str(cell)


def normalise_ein(value: object) -> str:
    """Nine digits of an EIN given as text or number, a lost leading zero restored; empty where there is none.

    Raises EinError for anything else.
    """
    text = plain_text(value)
    if squash(text).strip("0") in _NO_EIN:
        return ""
    digits = "".join(char for char in text.split(".")[0] if char.isdigit())
    if isinstance(value, bool) or not _EIN_TEXT.fullmatch(text) or len(digits) not in (8, 9):
        raise EinError(f"“{text}” is not an EIN of nine digits")
    return digits.zfill(9)


def normalise_name(name: str) -> str:
    """A name for comparing spellings: no case, accents or punctuation, no Inc., no The."""
    letters = unicodedata.normalize("NFKD", plain_text(name).casefold().replace("&", " and "))
    words = "".join(
        char if char.isalnum() else "" if char in "'’‘`." or unicodedata.combining(char) else " " for char in letters
    ).split()
    words = [_LEGAL_FORMS.get(word, word) for word in words]
    if words[:1] == ["the"] or words[-1:] == ["the"]:
        words = words[1:] if words[0] == "the" else words[:-1]
    return " ".join(word for word in words if word)


def normalise_agency(text: str, aliases: Mapping[str, str]) -> str:
    """An agency's code: capitals, trimmed, and the office's own code for a spelling among the aliases' keys."""
    code = " ".join(text.upper().split())
    return next((own for spelling, own in aliases.items() if " ".join(spelling.upper().split()) == code), code)


def normalise_status(text: str) -> str:
    """`CLEARED` is Cleared, `*` is Pending (older lists), others keep their words."""
    word = text if text == "*" else text.rstrip("*").strip().title()
    return _STATUS_WORDS.get(word, word)


def is_live(status: str) -> bool:
    """False for an award that the Council took back; its amount then counts zero."""
    return status not in _ENDED


def derived_base(award: AwardRow) -> str:
    """The base key of an award without MOCS ID: a hash of what identifies it, without amount, status and purpose."""
    identity = [
        award.fiscal_year,
        *map(squash, (award.source, award.council_member)),
        award.ein or normalise_name(award.legal_name),
        *map(squash, (award.agency, award.program_name)),
    ]
    return f"FY{award.fiscal_year % 100:02d}-{sha256(canonical(identity))[:16]}"


class KnownAward(NamedTuple):
    """What is stored of an award: its key, the hash of its row, and its amount in cents."""

    key: str
    row_hash: str
    amount_cents: int


def assign_keys(rows: Sequence[AwardRow], existing: Mapping[str, Sequence[KnownAward]]) -> list[AwardRow]:
    """The rows in their order, each with its key, so that a list that comes again finds the awards it made.

    `existing` holds the stored awards of each base key, those still on the list first. Within a base, rows that are
    the same take their old key first, then rows of equal amount, then the rest in order; new ones take the next
    free number (`FY27 00001`, `FY27 00001/2`).
    """
    groups: dict[str, list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        groups[row.base_key].append(index)
    keyed = list(rows)
    for base, indexes in groups.items():
        known = existing.get(base, ())
        # The award itself comes before its take-backs.
        indexes.sort(key=lambda index: rows[index].amount_cents < 0)
        for index, key in _pair(base, rows, indexes, known).items():
            keyed[index] = replace(rows[index], mocs_id=key)
    return keyed


def _pair(base: str, rows: Sequence[AwardRow], indexes: Sequence[int], known: Sequence[KnownAward]) -> dict[int, str]:
    if len(indexes) == 1 and len(known) < 2:
        return {indexes[0]: known[0].key if known else base}
    paired: dict[int, str] = {}
    listed = {index: (rows[index].row_hash, rows[index].amount_cents, "any") for index in indexes}
    left = {k.key: (k.row_hash, k.amount_cents, "any") for k in known}
    for stage in range(3):
        waiting: dict[str | int, deque[str]] = defaultdict(deque)
        for key, marks in left.items():
            waiting[marks[stage]].append(key)
        for index in indexes:
            if index not in paired and waiting[listed[index][stage]]:
                paired[index] = waiting[listed[index][stage]].popleft()
                del left[paired[index]]
    taken = {k.key for k in known}
    free = (key for key in _numbered(base) if key not in taken)
    return paired | {index: next(free) for index in indexes if index not in paired}


def _numbered(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base}/{number}"


class GroupedAward(Protocol):
    """What grouping reads of an award, be it a row of a list or of the table."""

    @property
    def mocs_id(self) -> str: ...
    @property
    def fiscal_year(self) -> int: ...
    @property
    def legal_name(self) -> str: ...
    @property
    def ein(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def amount_cents(self) -> int: ...
    @property
    def conduit_name(self) -> str: ...
    @property
    def conduit_ein(self) -> str: ...


class AwardedContract(NamedTuple):
    """The awards of one fiscal year to one vendor for one beneficiary: what one contract carries. Amount in cents.

    Vendor and beneficiary differ where a fiscal conduit contracts for a smaller body.
    """

    contract_id: str
    fiscal_year: int
    vendor_ein: str
    vendor_name: str
    beneficiary_ein: str
    beneficiary_name: str
    amount_cents: int
    mocs_ids: tuple[str, ...]


class Grouping(NamedTuple):
    """All awards, each in one place: in a contract, with a City body (no vendor contract), or without an EIN."""

    contracts: tuple[AwardedContract, ...]
    city_awards: tuple[str, ...]
    needs_ein: tuple[str, ...]


def group_awards(
    awards: Iterable[GroupedAward], *, city_eins: Collection[str], place: Callable[[str, str], str] | None = None
) -> Grouping:
    """Contracts from the awards of one agency, in order of their ids; the same awards give the same contracts.

    `city_eins` are the City's own EINs. An award that was taken back counts zero, a negative one adjusts. `place` says
    which contract carries an award, from its key and the contract that the list itself groups it into.
    """
    groups: dict[str, list[GroupedAward]] = defaultdict(list)
    city, needs_ein = [], []
    for award in sorted(awards, key=lambda award: award.mocs_id):
        vendor = _vendor_ein(award)
        if vendor in city_eins:
            city.append(award.mocs_id)
        elif not vendor:
            needs_ein.append(award.mocs_id)
        else:
            own = own_contract_id(award)
            groups[place(award.mocs_id, own) if place else own].append(award)
    contracts = tuple(awarded_contract(contract_id, groups[contract_id]) for contract_id in sorted(groups))
    return Grouping(contracts, tuple(city), tuple(needs_ein))


def _vendor_ein(award: GroupedAward) -> str:
    """Who contracts: the fiscal conduit where one is named, even if its EIN is missing."""
    return award.conduit_ein if award.conduit_ein or award.conduit_name else award.ein


def is_own(award: GroupedAward) -> bool:
    """True when whom the award is for contracts for itself, without a fiscal conduit."""
    return _vendor_ein(award) == award.ein


def own_contract_id(award: GroupedAward) -> str:
    """The contract into which the list itself groups an award; it must name a vendor."""
    vendor = _vendor_ein(award)
    plain = f"R{award.fiscal_year % 100:02d}-{vendor}"
    if vendor == award.ein:
        return plain
    # A small body behind a conduit may have no EIN; its name then tells it from the conduit's others.
    return f"{plain}-{award.ein or sha256(normalise_name(award.legal_name))[:9]}"


def awarded_contract(contract_id: str, awards: Sequence[GroupedAward]) -> AwardedContract:
    """The contract that these awards make; of several beneficiaries it names the one that the id is made of."""
    groups = [own_contract_id(award) for award in awards]
    named = contract_id if contract_id in groups else groups[0]
    theirs = [award for award, group in zip(awards, groups, strict=True) if group == named]
    first, beneficiary = theirs[0], _usual(award.legal_name for award in theirs)
    return AwardedContract(
        contract_id=contract_id,
        fiscal_year=first.fiscal_year,
        vendor_ein=_vendor_ein(first),
        vendor_name=beneficiary if is_own(first) else _usual(award.conduit_name for award in theirs),
        beneficiary_ein=first.ein,
        beneficiary_name=beneficiary,
        amount_cents=sum(award.amount_cents for award in awards if is_live(award.status)),
        mocs_ids=tuple(award.mocs_id for award in awards),
    )


def _usual(names: Iterable[str]) -> str:
    """The spelling that stands most often; of equals, the first in the alphabet."""
    counts = Counter(name for name in names if name)
    return min(counts, key=lambda name: (-counts[name], name), default="")
