"""What people do about a contact, who may, what its form asks, and which of it needs a fresh code."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from models.hotline.case_facts import CaseFacts, Decided
from models.hotline.phrases import Unit
from models.hotline.states import ALL_STATES, DECIDED, back_to
from models.shared.acts import Act
from models.shared.duties import Duty
from models.shared.people import Role

WORKERS = frozenset({Role.CASEWORKER, Role.TRIAGE_SUPERVISOR})
_ALL = WORKERS | {Role.CALL_TAKER}
_SUPERVISOR = frozenset({Role.TRIAGE_SUPERVISOR})
_CLEARED = frozenset({Role.CLEARED})
# Source: domain section 15 for “unable to reach” and “no action within our power”; the rest is convention.
CLOSE_CODES = {
    "answered": "Answered", "resolved": "Resolved", "referred_out": "Referred to another agency",
    "withdrawn": "Withdrawn by the constituent", "unable_to_reach": "Unable to reach",
    "duplicate": "Answered with the first contact", "no_action_possible": "No action within our power",
    "logged": "Comment logged, no reply wanted",
}  # fmt: skip
CODES_WITH_REASON = frozenset({"referred_out", "withdrawn", "no_action_possible"})
MEANS = {"call": "Call", "text": "Text message", "email": "E-mail", "letter": "Letter", "visit": "Visit"}
OUTCOMES = {
    "no_answer": "No answer", "message_left": "Message left", "wrong_number": "Number or address is wrong",
    "returned": "Came back undelivered", "reached": "Reached",
}  # fmt: skip
REJECT_REASONS = {
    "wrong_unit": "Belongs to another unit", "other_agency": "Belongs to another agency",
    "conflict": "Is about this unit or one of its people", "incomplete": "Says too little to work on",
}  # fmt: skip
# What can be taken back while nothing else has followed.
UNDOABLE = {"routed": "the routing", "closed": "the closing", "reopened": "the reopening"}
_BACK = tuple(
    Act(back_to(state), f"Take back: {ALL_STATES[state].label.lower()}", Duty("taking an act back", WORKERS))
    for state in (*DECIDED, "closed")
)

# Signed with a fresh code: they change where a contact goes, how urgent it is, who sees it, or end it.
SIGNED: dict[str, Act] = {
    act.name: act
    for act in (
        Act("routed", "Route", Duty("routing", WORKERS), ("unit",)),
        # Lowering priority 1 takes two people. Source: domain section 4 (clock rules).
        Act("priority_set", "Set the priority", Duty("setting a priority", WORKERS), ("priority",)),
        Act("confidentiality_lifted", "Lift confidentiality", Duty("lifting", _CLEARED, needs_reason=True)),
        Act("response_sent", "Record the answer", Duty("answering", WORKERS), ("means", "language")),
        # On a page of its own: who may send it follows from its kind.
        Act("letter_sent", "Send a letter", Duty("sending letters", _ALL), ("letter", "language", "release")),
        Act("closed", "Close", Duty("closing", WORKERS), ("code",)),
        Act("reopened", "Reopen", Duty("reopening", WORKERS, needs_reason=True)),
        *_BACK,
        Act("proposal_closed", "Refuse the proposal", Duty("refusing a proposal", _SUPERVISOR | _CLEARED)),
    )
}
# Recorded in the name of whoever is signed in.
WORK: dict[str, Act] = {
    act.name: act
    for act in (
        Act("claimed", "Claim", Duty("claiming", WORKERS)),
        Act("accepted", "Accept for the unit", Duty("accepting", WORKERS)),
        Act("released", "Release", Duty("releasing", WORKERS)),
        Act("rejected", "Reject, back to triage", Duty("rejecting", WORKERS), ("why", "suggested")),
        Act("acknowledged", "Acknowledge", Duty("acknowledging", _ALL)),
        Act("alert_acknowledged", "Acknowledge the alert", Duty("acknowledging an alert", _ALL)),
        Act("contact_attempted", "Record an attempt to reach", Duty("an attempt", _ALL), ("means", "outcome")),
        Act("constituent_asked", "Wait for the constituent", Duty("asking", WORKERS)),
        Act("agency_asked", "Wait for another agency", Duty("asking", WORKERS)),
        Act("resumed", "Go on", Duty("going on", WORKERS)),
        Act("interim_sent", "Record an interim answer", Duty("answering", WORKERS), ("means", "language")),
        Act("resolved", "Record as resolved", Duty("resolving", WORKERS)),
        Act("marked_confidential", "Mark as confidential", Duty("marking", _ALL)),
        Act("linked", "Link with an earlier contact", Duty("linking", WORKERS), ("with",)),
        Act("unlinked", "End the link", Duty("unlinking", WORKERS)),
        Act("noted", "Write a note", Duty("noting", _ALL), ("text",)),
    )
}
ACTS = {**WORK, **SIGNED}
EVENTS = {
    "received": "Received", "held_for_person": "Held for a person by triage", "routed": "Routed",
    "claimed": "Claimed", "accepted": "Accepted for the unit", "released": "Released",
    "rejected": "Rejected, back to triage", "acknowledged": "Acknowledged",
    "alert_acknowledged": "Alert acknowledged",
    "contact_attempted": "Tried to reach the constituent", "constituent_asked": "The constituent was asked",
    "agency_asked": "Another agency was asked", "resumed": "Work went on", "interim_sent": "Interim answer",
    "letter_sent": "Letter sent", "response_sent": "Answered", "resolved": "Resolved", "closed": "Closed",
    "reopened": "Reopened",
    "priority_set": "Priority set", "marked_confidential": "Marked as confidential",
    "confidentiality_lifted": "Confidentiality lifted", "linked": "Linked with an earlier contact",
    "unlinked": "Link ended", "grouped": "Another contact was linked with it, or no longer", "noted": "Note",
    "act_proposed": "Proposed, a second signature follows", "proposal_closed": "Proposal refused",
    **{back_to(state): "The last act was taken back" for state in (*DECIDED, "closed")},
}  # fmt: skip
# Who takes notice of an alert sees nothing of what the contact is about.
_SHOWS_NOTHING = frozenset({"acknowledged", "alert_acknowledged"})
# Only the owner does these, or a supervisor.
_OWNERS = frozenset(
    {"accepted", "released", "constituent_asked", "agency_asked", "resumed", "interim_sent", "response_sent",
     "resolved", "closed"}
)  # fmt: skip


def label(event: str) -> str:
    """An event in the office's words."""
    return EVENTS.get(event, event.replace("_", " ").capitalize())


def duty_of(act: Act, facts: CaseFacts, decided: Decided, fields: Mapping[str, str]) -> Duty:
    """An act's duty in one case: of a restricted one only who is cleared signs; some acts need a reason there."""
    duty = replace(act.duty, roles=_CLEARED) if facts.restricted else act.duty
    if act.name == "routed":
        return replace(duty, needs_reason=fields.get("unit", "") != decided.unit or facts.state != "to_person")
    if act.name == "priority_set":
        lowered = fields.get("priority", "") > str(facts.own_priority)
        others = _CLEARED if facts.restricted else _SUPERVISOR
        takes_two = lowered and facts.own_priority == 1
        return replace(duty, needs_reason=lowered, seconds=others if takes_two else frozenset())
    if act.name == "closed":
        return replace(duty, needs_reason=fields.get("code", "") in CODES_WITH_REASON)
    return duty


def may_not(act: Act, facts: CaseFacts, staff_id: str, roles: Iterable[Role]) -> str:
    """Why somebody may not do this here, as a sentence; empty where they may."""
    mine = frozenset(roles)
    if facts.restricted and Role.CLEARED not in mine and act.name not in _SHOWS_NOTHING:
        return "This contact is restricted: only staff who are cleared for restricted cases work on it."
    if not mine & act.duty.roles:
        return f"“{act.label}” is done by: {' or '.join(sorted(act.duty.roles))}."
    if act.name in _OWNERS and facts.owner not in ("", staff_id) and Role.TRIAGE_SUPERVISOR not in mine:
        return f"“{act.label}” is done by whoever works on it, {facts.owner}, or by a triage supervisor."
    return ""


def wrong_fields(act: Act, fields: Mapping[str, str]) -> str:
    """What is wrong with the details of an act, as a sentence; empty where nothing is."""
    if unknown := sorted(fields.keys() - set(act.fields)):
        return f"“{act.label}” has no field “{unknown[0][:40]}”. It has: {', '.join(act.fields) or 'none'}."
    choices: dict[str, Iterable[str]] = {
        "unit": list(Unit), "priority": ("1", "2", "3", "4"), "code": CLOSE_CODES, "means": MEANS,
        "outcome": OUTCOMES, "why": REJECT_REASONS, "suggested": ["", *Unit],
    }  # fmt: skip
    for name in act.fields:
        given, known = fields.get(name, ""), choices.get(name)
        if known is not None and given not in known:
            said = f" “{given[:40]}” is none." if given else ""
            return f"“{act.label}” needs {name}, one of: {', '.join(filter(None, known))}.{said}"
    return ""
