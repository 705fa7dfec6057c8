"""Links between contacts of one caller about one matter: confirmed by a person, ended by a person, never across C4.

Source: domain section 6. Merged contacts keep the earliest start and the highest priority, and each its own answer.
"""

from dataclasses import replace

from models.hotline.case_facts import CaseFacts
from models.hotline.taking import Case

NO_LINK = "It is linked with no other contact."


def why_not_linked(later: Case, first: Case) -> str:
    """Why two contacts cannot be merged, as a sentence; empty where they can."""
    mine, other = later.facts, first.facts
    if mine.case_id == other.case_id:
        return "A contact is not linked with itself."
    across = mine.restricted != other.restricted or (mine.restricted and mine.unit != other.unit)
    if across:
        # It comes first: with what a restricted contact is linked is told to nobody who meets it from outside.
        return "Restricted contacts are never linked with others."
    if mine.merged:
        return f"It is linked with {mine.duplicate_of} already. End that link first."
    if later.members:
        names = ", ".join(one.case_id for one in later.members[:3])
        return f"Others are linked with it: {names}. Link the other way round."
    if other.merged:
        return f"{other.case_id} is linked with {other.duplicate_of}. Link with that one."
    return ""


def why_not_unlinked(facts: CaseFacts) -> str:
    """Why a link cannot end, as a sentence; empty where it can."""
    if not facts.duplicate_of:
        return NO_LINK
    return "It was closed as answered with the first contact. Reopen it first." if is_answered_there(facts) else ""


def is_answered_there(facts: CaseFacts) -> bool:
    """Whether it was closed because the contact that it is linked with is answered: without that one nobody does."""
    return facts.close_code == "duplicate"


def linked(facts: CaseFacts, first_id: str) -> CaseFacts:
    """A contact once it is merged with an earlier one."""
    return replace(facts, duplicate_of=first_id, merged=True)


def unlinked(facts: CaseFacts) -> CaseFacts:
    """A contact that stands for itself again."""
    return replace(facts, duplicate_of="", merged=False)
