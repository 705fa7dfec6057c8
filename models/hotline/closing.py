"""With which code a contact may be closed, and what has to be recorded first."""

from models.hotline.acts import CLOSE_CODES
from models.hotline.case_facts import CaseFacts


def wrong_code(facts: CaseFacts, code: str, days: int) -> str:
    """Why a case cannot be closed so, as a sentence; empty where it can. Source: domain section 15; convention."""
    if code in ("answered", "no_action_possible") and facts.state != "responded":
        return f"“{CLOSE_CODES[code]}” needs an answer that was recorded first."
    if code == "resolved" and not facts.resolved_at:
        return "Record it as resolved first; closed is not resolved."
    if code == "unable_to_reach" and facts.attempt_days < days:
        return f"Try on {days} different days first: so far {facts.attempt_days} are recorded."
    if code == "duplicate" and not facts.merged:
        return "Link it with the earlier contact first."
    if code == "logged" and facts.priority != 4:
        return "Only a comment of priority 4 is logged without an answer."
    return ""
