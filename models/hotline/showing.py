"""What of a decision may be shown to whom: of what the law protects, only staff who are cleared see unit and words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.hotline.case_facts import RESTRICTED_UNITS
from models.hotline.clocks import LABELS
from models.hotline.phrases import Unit
from models.hotline.policy import ClockName
from models.hotline.report import LANGUAGE_ROWS, UNITS
from models.hotline.rules import NEAR_RESTRICTED
from models.hotline.told_facts import TOLD_CHILD, TOLD_PRIVATE
from models.shared.people import Person, Role

RESTRICTED = "restricted"
# Named in full to those alone who are cleared. Source: domain section 0, fact 3.
UNIT_NAMES: Mapping[str, str] = {
    **{str(unit): name for unit, name in UNITS.items()},
    Unit.DV: "Domestic violence services",
    Unit.HASA: "HASA",
}
PRIORITIES: Mapping[int, str] = {
    1: "Life safety: now", 2: "Urgent: within a day", 3: "Standard", 4: "Information or comment"
}  # fmt: skip
REASONS: Mapping[str, str] = {
    "nothing said": "There are no words that say anything.",
    "unsure": "The words fit several units about as well.",
    NEAR_RESTRICTED: "It may be a matter that the law protects.",
    TOLD_PRIVATE: "It was sent as private.",
    TOLD_CHILD: "It is reported as harm to a child.",
}


@dataclass(frozen=True)
class Shown:
    """A decision in words for one reader; `is_masked` where the law keeps the rest from them."""

    unit: str
    alternatives: tuple[str, ...]
    priority: int
    urgency: str
    language: str
    needs_language_service: bool
    confidential: bool
    is_masked: bool
    to_person: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    clock: str
    due_at: datetime | None


def unit_names(*, cleared: bool) -> Mapping[str, str]:
    """Units in words; DV and HASA are named to those alone who are cleared, and both alike to others."""
    return UNIT_NAMES if cleared else {**UNIT_NAMES, **{unit: RESTRICTED for unit in RESTRICTED_UNITS}}


def choosable(*, cleared: bool) -> Mapping[str, str]:
    """Units that somebody may choose; who is not cleared marks a contact as confidential instead."""
    return {unit: name for unit, name in unit_names(cleared=cleared).items() if name != RESTRICTED}


def is_cleared(person: Person) -> bool:
    """Whether somebody sees what the law protects."""
    return Role.CLEARED in person.roles


def shown(row: Any, *, cleared: bool) -> Shown:
    """What of a decision's row somebody may see."""
    is_masked = bool(row.confidential) and not cleared
    known = unit_names(cleared=cleared)
    names = [known[name] for name in row.alternatives.split("|") if name]
    reasons = tuple(REASONS.get(reason, reason) for reason in row.review.split("|") if reason)
    return Shown(
        unit=RESTRICTED if is_masked else known[row.unit],
        alternatives=() if is_masked else tuple(names),
        priority=row.priority,
        urgency=PRIORITIES[row.priority],
        language=RESTRICTED if is_masked else language_name(row.language),
        needs_language_service=bool(row.needs_language_service),
        confidential=bool(row.confidential),
        is_masked=is_masked,
        to_person=((RESTRICTED,) if is_masked and reasons else reasons),
        places=() if is_masked else places_of(row.evidence),
        clock=_clock(row.clock, is_masked=is_masked),
        due_at=row.due_at,
    )


def _clock(name: str, *, is_masked: bool) -> str:
    """The clock's name, but none that tells what a restricted contact is about."""
    return "" if is_masked or not name else LABELS[ClockName(name)]


def places_of(evidence: str) -> tuple[tuple[int, int], ...]:
    """Starts and ends of the words that decided, as a decision's row keeps them."""
    return tuple((int(start), int(end)) for start, _, end in (pair.partition("-") for pair in evidence.split()))


def language_name(code: str) -> str:
    """A language in words; another one than the eleven by its code."""
    return LANGUAGE_ROWS.get(code, code) if code else LANGUAGE_ROWS["und"]
