"""What people sign about a requisition, who may, and which signatures must be different people's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.payments.verdicts import RELEASING, Outcome
from models.shared.duties import Duty, Signed
from models.shared.people import Role
from models.shared.signing import SignedEvent

_PROGRAM = frozenset({Role.PROGRAM_MANAGER, Role.PROGRAM_LEAD})
_FISCAL = frozenset({Role.FISCAL_ANALYST, Role.FISCAL_LEAD})


@dataclass(frozen=True)
class Act:
    """One thing that can be signed; its name is the event that it records."""

    name: str
    label: str
    duty: Duty


# Submitter, Program and Fiscal are three people. Source: P22 (convention).
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("program_approved", "Approve for Program", Duty("Program approval", _PROGRAM, approves=True)),
        Act("fiscal_approved", "Approve for Fiscal", Duty("Fiscal approval", _FISCAL, approves=True)),
        Act("disallowed", "Disallow", Duty("Fiscal approval", _FISCAL, approves=True, needs_reason=True)),
        Act("requisition_returned", "Return to the provider", Duty("returning", _PROGRAM | _FISCAL)),
        Act("determination_sent", "Tell the provider what is missing", Duty("telling", _PROGRAM | _FISCAL)),
        Act("sent_back", "Send back to Program", Duty("sending back", _FISCAL, needs_reason=True)),
        Act("withdrawn", "Withdraw", Duty("withdrawal", _PROGRAM, needs_reason=True)),
    )
}
_EVENTS = {
    "opened": "Received", "resubmitted": "Came in again, to be reviewed by Program",
    "resubmitted_to_fiscal": "Came in again; Program's approval stands", "findings_changed": "Findings changed",
    "vouchered": "Put on a voucher", "paid": "Paid",
    "program_approved": "Approved by Program", "fiscal_approved": "Approved by Fiscal", "disallowed": "Disallowed",
    "requisition_returned": "Returned to the provider", "determination_sent": "Told the provider what is missing",
    "sent_back": "Sent back to Program", "withdrawn": "Withdrawn",
}  # fmt: skip
# Both may follow an approval of the same person: they release no money.
_NO_STEP = frozenset({"requisition_returned", "determination_sent", "sent_back", "withdrawn"})


def label(event: str) -> str:
    """An event in the office's words."""
    return _EVENTS.get(event, event.replace("_", " ").capitalize())


def misfit(act: str, outcome: Outcome) -> str:
    """Why an act does not fit what the review comes to, as a sentence; empty where it does."""
    returned, disallowed = outcome is Outcome.RETURNED, outcome is Outcome.DISALLOWED
    if act in ("program_approved", "determination_sent") and returned:
        return "It is not a proper invoice: return it."
    if act == "fiscal_approved" and (outcome not in RELEASING or disallowed):
        return f"Nothing can be paid of it now: it is {outcome}."
    if act == "disallowed" and not disallowed:
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
        if told.event in ("sent_back", "resubmitted"):
            return ""
        if told.event == event:
            return told.by[0] if told.by else ""
    return ""
