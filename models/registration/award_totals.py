"""What stands among the awards of a list but is no award: totals, counts, notes; and whether the totals agree."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from models.registration.award_columns import squash
from models.registration.awards import AwardRow, is_live, plain_text
from models.shared.money import MoneyError, dollars, to_cents

_TOTAL = re.compile(r"(?i)\b(?:sub[\s-]?)?totals?\b")
_SUBTOTAL = re.compile(r"(?i)\bsub[\s-]?total")
_MOVEMENT = re.compile(r"(?i)\b(?:differences?|new adds?|variance)\b")
_COUNT = re.compile(r"(?i)\b(?:count|number of|no\. of|records|rows)\b|#\s*(?:of|awards)\b")
_NOTE = re.compile(
    r"(?i)^\W*(?:notes?\b|report run|run (?:on|date)|as of|printed|prepared|generated|source:|page \d|end of)|^\*"
)
# Words of a total's label that say nothing about what it is the total of.
_FILLER = re.compile(
    r"(?i)\b(?:grand|overall|final|new|updated|revised|original|adopted|current|master|list|schedule c|report|net|page|"
    r"all|awards?|amounts?|funding|funds|sum|sub|of|by|for|the|and|agency|agencies|source|sources|council|members?|"
    r"status|fiscal|year|citywide|discretionary|expense|organi[sz]ations?|fy\s?\d{2,4}|20\d\d|totals?|subtotals?)\b"
)
# Fields whose totals are certain to mean what they say.
_FIRM = {"agency", "agency_as_written", "status"}
_AMOUNT_AT_END = re.compile(r"[(-]?\$\s?\(?[\d,]+(?:\.\d\d)?\)?\s*$|(?<=[:=])\s*\(?-?[\d,]+(?:\.\d\d)?\)?\s*$")


class TotalKind(StrEnum):
    """What a printed total is the total of."""

    GRAND = "the list"
    PART = "one agency or status"
    OTHER = "another part of the list"
    COUNT = "how many awards"
    MOVEMENT = "a change"


class PrintedTotal(NamedTuple):
    """A total that the list prints: its row, its words, its amount in cents. `agrees` once it has been compared."""

    row: int
    label: str
    amount_cents: int
    kind: TotalKind = TotalKind.OTHER
    agrees: bool | None = None


class NoteRow(NamedTuple):
    """A row of words among the awards: a count, a legend, a heading, a repeated header."""

    row: int
    text: str


@dataclass(frozen=True)
class Reconciliation:
    """The printed totals compared with the awards read. Amounts in cents; None where nothing is printed."""

    totals: tuple[PrintedTotal, ...]
    file_total_cents: int | None
    reconciles: bool | None


def money(cell: object) -> int:
    """Whole cents of an amount cell: `$7,500`, `$(500.00)`, `$ -` for zero, a number. Raises MoneyError."""
    if isinstance(cell, str):
        text = plain_text(cell).replace("$", "").replace(" ", "").replace("USD", "")
        return 0 if text in ("-", "–", "—") else to_cents(text)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise MoneyError(f"“{plain_text(cell)}” is not an amount of money")
    return to_cents(cell)


def is_total(text: str) -> bool:
    """True where the text speaks of a total, anywhere in it."""
    return bool(_TOTAL.search(text) or _MOVEMENT.search(text))


def is_note(text: str) -> bool:
    """True for a count, a legend or a line about the report."""
    return bool(_NOTE.search(text) or _COUNT.search(text))


def is_plain_total(text: str, known: Collection[str]) -> bool:
    """True where the text says nothing but `total`, apart from filler words and one of the `known` squashed names."""
    return is_total(text) and (not _topic(text) or _topic(text) in known)


def _topic(text: str) -> str:
    return squash(_FILLER.sub(" ", _MOVEMENT.sub(" ", _AMOUNT_AT_END.sub(" ", text))))


def read_total(row: int, cells: Sequence[object], amount_at: int, known: Collection[str]) -> PrintedTotal | NoteRow:
    """A row that is no award as a total with its amount, or as a note where it has none.

    `known` are the squashed names that a total may be printed for. `amount_at` is the amount column's index.
    """
    texts = [cell for cell in cells if isinstance(cell, str) and plain_text(cell) and _cents(cell) is None]
    label = " ".join(plain_text(text) for text in texts)
    cents = _cents(cells[amount_at]) if amount_at < len(cells) else None
    if cents is None and (is_total(label) or squash(label) in known):
        # Footers are often typed into other columns; beside a total may stand a count, so the largest number counts.
        found = _AMOUNT_AT_END.search(label)
        numbers = [_cents(cell) for cell in (*cells, found[0] if found else None)]
        cents = max((number for number in numbers if number is not None), key=abs, default=None)
    counts = _COUNT.search(label) and "$" not in label
    return NoteRow(row, label) if counts or cents is None else PrintedTotal(row, label, cents)


def _cents(cell: object) -> int | None:
    if cell in ("", None) or (isinstance(cell, str) and not any(char.isdigit() for char in cell)):
        return None
    try:
        return money(cell)
    except MoneyError:
        return None


def reconcile(totals: Sequence[PrintedTotal], awards: Sequence[AwardRow]) -> Reconciliation:
    """Compares each printed total with the sum that its label names.

    Several grand totals may stand in one list (an adopted, an updated, a master total): the list reconciles when one
    of them is the sum of its awards and no total of an agency or a status contradicts.
    """
    compared = _promoted([*_compared(totals, awards)])
    grand = [total for total in compared if total.kind is TotalKind.GRAND]
    parts = [total for total in compared if total.kind is TotalKind.PART]
    others = [total for total in compared if total.kind is TotalKind.OTHER]
    file_total = max(grand, key=lambda t: (bool(t.agrees), "grand" in t.label.casefold(), t.row), default=None)
    reconciles = None
    if grand or parts:
        reconciles = all(t.agrees for t in parts) and (not grand or any(t.agrees for t in grand))
    elif others:
        reconciles = all(total.agrees for total in others)
    return Reconciliation(tuple(compared), file_total.amount_cents if file_total else None, reconciles)


def _promoted(totals: list[PrintedTotal]) -> list[PrintedTotal]:
    """The one total of a list is its grand total, whatever it is called."""
    if len(totals) == 1 and totals[0].kind is TotalKind.OTHER:
        return [totals[0]._replace(kind=TotalKind.GRAND)]
    return totals


def _sums(awards: Sequence[AwardRow]) -> dict[str, dict[str, int]]:
    """Sums in cents by squashed name, for each field that a total may be printed for."""
    sums: dict[str, dict[str, int]] = {
        field: defaultdict(int) for field in ("agency", "agency_as_written", "status", "source", "council_member")
    }
    for award in awards:
        for field, names in sums.items():
            names[squash(getattr(award, field))] += award.amount_cents
    return sums


def _compared(totals: Sequence[PrintedTotal], awards: Sequence[AwardRow]) -> Iterator[PrintedTotal]:
    parts = _sums(awards)
    whole = {sum(award.amount_cents for award in awards)}
    whole |= {sum(award.amount_cents for award in awards if is_live(award.status))}
    for total in totals:
        topic = _topic(total.label)
        sums = {field: names[topic] for field, names in parts.items() if topic and topic in names}
        if total.amount_cents in whole:
            yield total._replace(kind=TotalKind.GRAND, agrees=True)
        elif _MOVEMENT.search(total.label) and not _TOTAL.search(total.label):
            yield total._replace(kind=TotalKind.MOVEMENT)
        elif total.amount_cents == 100 * len(awards):
            yield total._replace(kind=TotalKind.COUNT, agrees=True)
        elif sums:
            kind = TotalKind.PART if sums.keys() & _FIRM else TotalKind.OTHER
            yield total._replace(kind=kind, agrees=total.amount_cents in sums.values())
        elif topic or _SUBTOTAL.search(total.label) or not total.label:
            yield total._replace(agrees=_closes_section(total, awards))
        else:
            yield total._replace(kind=TotalKind.GRAND, agrees=False)


def _closes_section(total: PrintedTotal, awards: Sequence[AwardRow]) -> bool:
    """True where the awards just above a subtotal, some number of them, add up to it."""
    running = 0
    for award in reversed(awards):
        running += award.amount_cents if award.row < total.row else 0
        if running == total.amount_cents:
            return True
    return False


def sentence(found: Reconciliation, amount_cents: int) -> str:
    """What the comparison showed, for the person who imports the list."""
    if found.reconciles is None:
        return "The list prints no total."
    wrong = [t for t in found.totals if t.kind is TotalKind.PART and not t.agrees]
    if found.file_total_cents not in (None, amount_cents) and not found.reconciles and not wrong:
        return (
            f"The list prints a total of {dollars(found.file_total_cents or 0)}, its awards add up to "
            f"{dollars(amount_cents)}. Compare the rejected rows, or ask the list's sender."
        )
    if wrong:
        return (
            f"The total “{wrong[0].label}” in row {wrong[0].row} is {dollars(wrong[0].amount_cents)}, but the awards "
            "it names add up to another sum. Compare the rejected rows, or ask the list's sender."
        )
    return f"The printed total agrees with the awards: {dollars(amount_cents)}."
