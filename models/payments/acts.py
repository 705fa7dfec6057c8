"""What people sign about a requisition, who may, and which signatures must be different people's."""

from collections.abc import Iterable, Iterator, Sequence

from models.payments.verdicts import RELEASING, Outcome
from models.shared.acts import Act as Act
from models.shared.duties import Duty, Signed
from models.shared.people import Role
from models.shared.signing import SignedEvent

_PROGRAM = frozenset({Role.PROGRAM_MANAGER, Role.PROGRAM_LEAD})
_FISCAL = frozenset({Role.FISCAL_ANALYST, Role.FISCAL_LEAD})
_LEAD, _HEAD = frozenset({Role.FISCAL_LEAD}), frozenset({Role.AGENCY_HEAD})


# Submitter, Program and Fiscal are three people. Source: P22 (convention).
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("program_approved", "Approve for Program", Duty("Program approval", _PROGRAM, approves=True)),
        Act("fiscal_approved", "Approve for Fiscal", Duty("Fiscal approval", _FISCAL, approves=True)),
        Act("disallowed", "Disallow", Duty("Fiscal approval", _FISCAL, approves=True, needs_reason=True)),
        Act("rest_disallowed", "Disallow the rest", Duty("Fiscal approval", _FISCAL, approves=True, needs_reason=True)),
        Act("offset_ordered", "Set off the refund due", Duty("set-off", _LEAD, needs_reason=True)),
        Act("requisition_returned", "Return to the provider", Duty("returning", _PROGRAM | _FISCAL)),
        Act("determination_sent", "Tell the provider what is missing", Duty("telling", _PROGRAM | _FISCAL)),
        Act("sent_back", "Send back to Program", Duty("sending back", _FISCAL, needs_reason=True)),
        Act("withdrawn", "Withdraw", Duty("withdrawal", _PROGRAM, needs_reason=True)),
        Act("voucher_voided", "Void the voucher", Duty("voiding", _FISCAL, needs_reason=True), ("voucher",)),
        # Whoever voided it, or approved the payment, does not send the money again. Source: convention.
        Act("reissued", "Reissue the payment", Duty("reissuing", _FISCAL, approves=True, needs_reason=True)),
        # The contractor's notice, and the agency head's decision. Source: PPB 4-09 (K18).
        Act(
            "disputed", "Record a dispute", Duty("recording a dispute", _PROGRAM | _FISCAL, needs_reason=True), ("on",)
        ),
        Act(
            "dispute_granted", "Grant the dispute", Duty("deciding a dispute", _HEAD, approves=True, needs_reason=True)
        ),
        Act("dispute_denied", "Deny the dispute", Duty("deciding a dispute", _HEAD, approves=True, needs_reason=True)),
    )
}
_EVENTS = {
    "opened": "Received", "resubmitted": "Came in again, to be reviewed by Program",
    "resubmitted_to_fiscal": "Came in again; Program's approval stands", "findings_changed": "Findings changed",
    "vouchered": "Put on a voucher", "paid": "Paid",
    "program_approved": "Approved by Program", "fiscal_approved": "Approved by Fiscal", "disallowed": "Disallowed",
    "requisition_returned": "Returned to the provider", "determination_sent": "Told the provider what is missing",
    "sent_back": "Sent back to Program", "withdrawn": "Withdrawn", "reviewed": "Reviewed by the rules",
    "rest_disallowed": "The rest disallowed", "rest_taken_up": "What was missing is there: the rest is reviewed",
    "hold_lapsed": "What was missing did not come", "rest_lapsed": "What was missing did not come: closed for it",
    "payment_noted": "Payment noted", "partly_remitted": "Paid in part", "partly_paid": "Paid; the rest is open",
    "payment_returned": "The payment came back", "offset": "Set off: nothing is left to pay",
    "offset_ordered": "Set-off of a refund ordered", "voucher_voided": "Voucher voided",
    "reissued": "Payment reissued", "disputed": "Disputed by the provider", "dispute_granted": "Dispute granted",
    "dispute_denied": "Dispute denied",
}  # fmt: skip
# What releases a part, or refuses it.
APPROVALS = frozenset({"fiscal_approved", "rest_disallowed"})
# These may follow, or come before, an approval of the same person: they release no money.
_NO_STEP = frozenset(
    {"requisition_returned", "determination_sent", "sent_back", "withdrawn", "offset_ordered", "disputed"}
)
# What makes both approvals be asked again.
_ENDS_APPROVALS = frozenset({"sent_back", "resubmitted", "rest_taken_up", "dispute_granted"})


def label(event: str) -> str:
    """An event in the office's words."""
    return _EVENTS.get(event, event.replace("_", " ").capitalize())


def misfit(act: str, outcome: Outcome, part: int = 1) -> str:
    """Why an act does not fit what the review of a part comes to, as a sentence; empty where it does."""
    returned, disallowed = outcome is Outcome.RETURNED, outcome is Outcome.DISALLOWED
    if part > 1 and act in ("disallowed", "withdrawn"):
        return "A part of it is approved already: what is left can only be approved, disallowed as the rest, or lapse."
    if part == 1 and act == "rest_disallowed":
        return "No part of it is approved: disallow it as a whole."
    if act in ("program_approved", "determination_sent") and returned:
        return "It is not a proper invoice: return it."
    if act == "fiscal_approved" and (outcome not in RELEASING or disallowed):
        return f"Nothing can be paid of it now: it is {outcome}."
    if act in ("disallowed", "rest_disallowed") and not disallowed:
        return f"The review does not disallow all of it: it is {outcome}."
    if act == "requisition_returned" and not returned:
        return "It is a proper invoice: nothing calls for a return."
    return ""


def signed_history(history: Iterable[SignedEvent], submitted_by: str) -> Iterator[Signed]:
    """What people have signed in the case so far; who keyed the requisition in counts as its submitter."""
    for event in history:
        if event.event in ("opened", "resubmitted", "resubmitted_to_fiscal") and submitted_by:
            yield Signed("submitting it", "submitting", event.on, (submitted_by,))
        elif event.event in ACTS and event.event not in _NO_STEP and event.by:
            yield Signed(label(event.event), ACTS[event.event].duty.name, event.on, event.by)


def standing_signer(history: Sequence[SignedEvent], event: str) -> str:
    """Who signed an approval that still stands, else nobody: a changed requisition, or one sent back, ends it."""
    for told in reversed(history):
        if told.event in _ENDS_APPROVALS:
            return ""
        if told.event == event:
            return told.by[0] if told.by else ""
    return ""


def offset_stands(history: Sequence[SignedEvent]) -> bool:
    """Whether a set-off was ordered for the part that is under review, or was the last one decided."""
    for told in reversed(history):
        if told.event == "offset_ordered":
            return True
        if told.event in _ENDS_APPROVALS:
            return False
    return False
