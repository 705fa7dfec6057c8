"""Categories of the monthly summary: which signals speak of which subject, and since when they do.

Source: LL 171/2019 (the most frequent categories); codes of domain section 11; which signals belong where: convention.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Of what is confidential no subject is told. Source: domain section 8.
RESTRICTED = "Restricted subjects"
UNCATEGORIZED = "Not categorized"
_COMPLAINT = frozenset({
    "complaint", "no_answer_complaint", "staff_rude", "staff_threat", "staff_sexual", "aide_conduct", "retaliation",
    "discrimination",
})  # fmt: skip
_COMMENT = frozenset({"compliment", "suggestion"})
_QUESTION = frozenset({"question"})


class CategoryError(ValueError):
    """The table of categories cannot be used; the message says which row and why."""


class Kind(StrEnum):
    """The types that LL 171 knows, and what triage cannot tell. A compliment is a comment there (convention)."""

    COMMENT = "Comments"
    QUESTION = "Questions"
    COMPLAINT = "Complaints"
    UNKNOWN = "Type not known"


@dataclass(frozen=True, slots=True)
class Category:
    """A subject under a code that never changes; what it means has been the same since a day."""

    code: str
    label: str
    signals: frozenset[str]
    since: date


def parse_categories(rows: Iterable[Mapping[str, str]], signals: Collection[str]) -> tuple[Category, ...]:
    """Rows `category,label,signals,since`; each signal in one category at most. Raises CategoryError."""
    found: dict[str, Category] = {}
    taken: dict[str, str] = {}
    for row in rows:
        code, names = row["category"], row["signals"].split()
        unknown = [name for name in names if name not in signals]
        if unknown or not names:
            raise CategoryError(f"{code}: there is no signal “{unknown[0] if unknown else ''}”.")
        twice = [name for name in names if name in taken]
        if code in found or twice:
            where = f"the signal {twice[0]} stands under {taken[twice[0]]}, too" if twice else "it stands there twice"
            raise CategoryError(f"{code}: {where}.")
        try:
            since = date.fromisoformat(row["since"])
        except ValueError:
            raise CategoryError(f"{code}: “{row['since'][:20]}” is no day such as 2026-07-01.") from None
        found[code] = Category(code, row["label"], frozenset(names), since)
        taken |= dict.fromkeys(names, code)
    return tuple(found.values())


def kind_of(signals: Collection[str]) -> Kind:
    """What somebody wanted, as far as signals tell: a complaint before a question before a comment."""
    there = frozenset(signals)
    for kind, names in ((Kind.COMPLAINT, _COMPLAINT), (Kind.QUESTION, _QUESTION), (Kind.COMMENT, _COMMENT)):
        if there & names:
            return kind
    return Kind.UNKNOWN


def categories_of(signals: Collection[str], confidential: bool, table: Sequence[Category]) -> tuple[str, ...]:
    """The labels that a contact counts under, once each; a confidential one counts as restricted alone."""
    if confidential:
        return (RESTRICTED,)
    there = frozenset(signals)
    return tuple(category.label for category in table if there & category.signals) or (UNCATEGORIZED,)
