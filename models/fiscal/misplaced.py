"""Tells amounts that stand under wrong headings: a column was put in, left out or moved while the file was made."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import permutations

from models.shared.file_mistakes import Mistake
from models.shared.money import MoneyError, to_cents
from models.shared.sheet_cells import Slot
from models.shared.sheet_layouts import Values

# The amounts of a line in their order, as they are called, and the columns beside them into which they can slip.
CALLED = {
    "budget": "budget",
    "prior": "amount of earlier months",
    "current": "amount of this month",
    "ytd": "year to date",
    "balance": "balance",
}
AMOUNTS = tuple(CALLED)
_COLUMNS = ("title", *AMOUNTS, "reason")
_SLIPS = ((*AMOUNTS[1:], AMOUNTS[0]), (AMOUNTS[-1], *AMOUNTS[:-1]))
# Of the lines that can tell, three in four must; the others may have mistakes of their own. Source: convention.
_SURE = 3

Placement = tuple[str, ...]
Read = Mapping[str, int | None]


def misplaced(lines: Sequence[Values], labels: Mapping[str, str]) -> Mistake | None:
    """The one mistake of all lines whose amounts add up under other headings only; None where they stand right.

    `labels` are the headings as the file's kind prints them. Each amount must be found: where sums alone are wrong,
    no other order makes them right, and that is for the review.
    """
    if all(_adds_up({column: _cents(line[column]) for column in AMOUNTS}, AMOUNTS) for line in lines):
        return None
    read = [{column: _cents(line.get(column)) for column in _COLUMNS} for line in lines]
    told = [_adds_up(line, AMOUNTS) for line in read]
    found = next((placement for placement in _placements() if _fits(read, told, placement)), None)
    return None if found is None else _mistake(lines[0], found, labels)


def _cents(slot: Slot | None) -> int | None:
    if slot is None or not isinstance(slot.value, str | int | float | Decimal):
        return None
    try:
        return to_cents(slot.value)
    except MoneyError:
        return None


def _adds_up(line: Read, placement: Placement) -> bool:
    budget, prior, current, ytd, balance = (line[column] for column in placement)
    if budget is None or prior is None or current is None or ytd is None or balance is None:
        return False
    return prior + current == ytd and budget - ytd == balance


def _fits(read: Sequence[Read], told: Sequence[bool], placement: Placement) -> bool:
    there = [_adds_up(line, placement) for line in read]
    if any(right and not other for right, other in zip(told, there, strict=True)):
        return False
    moved = [line for line, right, other in zip(read, told, there, strict=True) if other and not right]
    telling = sum(_tells(line, placement) for line in moved)
    return telling > 0 and telling >= _SURE * there.count(False)


def _tells(line: Read, placement: Placement) -> bool:
    """Whether a line has a budget and spending there: with zeros alone, too much adds up."""
    return bool(line[placement[0]] and line[placement[3]])


@cache
def _placements() -> tuple[Placement, ...]:
    """Under which column each amount may stand instead: all slipped by one, then those with the fewest moved.

    Earlier months and this month add up either way; that all slipped is likelier than that some were exchanged.
    """
    right = [(*AMOUNTS[:first], *_COLUMNS[first + 2 :]) for first in range(len(AMOUNTS))]
    left = [(*_COLUMNS[: last + 1], *AMOUNTS[last + 1 :]) for last in range(len(AMOUNTS))]
    others = sorted((*permutations(AMOUNTS), *right, *left), key=_moved)
    return (*_SLIPS, *(placement for placement in others if placement != AMOUNTS))


def _moved(placement: Placement) -> int:
    return sum(column != name for column, name in zip(placement, AMOUNTS, strict=True))


def _mistake(line: Values, placement: Placement, labels: Mapping[str, str]) -> Mistake:
    moved = [(name, column) for name, column in zip(AMOUNTS, placement, strict=True) if name != column]
    first, last = moved[0][0], moved[-1][0]
    if "reason" in placement:
        text = f"From “{labels[first]}” on, the amounts of the lines stand one column too far to the right"
    elif "title" in placement:
        text = f"Up to “{labels[last]}”, the amounts of the lines stand one column too far to the left"
    else:
        under = ", ".join(f"the {CALLED[name]} stands under “{labels[column]}”" for name, column in moved)
        text = f"The amounts of the lines stand under wrong headings: {under}"
    slot = line[first]
    return Mistake(slot.sheet, slot.cell, f"{text}. Put each amount under its own heading.")
