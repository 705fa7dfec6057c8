"""Who may sign what in registration, and which signatures must be different people's. The split is convention."""

from collections.abc import Iterator

from models.registration.packet import RegistrationPacket
from models.registration.sheets import label
from models.shared.duties import Duty, Signed
from models.shared.people import Role

_MANAGER, _LEAD = Role.PROGRAM_MANAGER, Role.PROGRAM_LEAD
_OFFICER, _ACCO = Role.CONTRACT_OFFICER, Role.ACCO
_ANALYST, _FISCAL_LEAD = Role.FISCAL_ANALYST, Role.FISCAL_LEAD


def _duty(name: str, *roles: Role, approves: bool = False, seconds: tuple[Role, ...] = (), why: bool = False) -> Duty:
    return Duty(name, frozenset(roles), approves, frozenset(seconds), why)


_PROGRAM = _duty("program", _MANAGER, _LEAD)
_FILE = _duty("contract file", _OFFICER)
_FILE_WHY = _duty("contract file", _OFFICER, why=True)
_DOCUMENTS = _duty("documents", _MANAGER, _OFFICER)
# The ACCO determines responsibility (PPB 2-08) and approves changes (PPB 4-02): one office, one duty. Counsel certifies
# legal authority (Charter 327(b)); Budget confirms the funds (Charter 328(b)(i)).
DUTIES: dict[str, Duty] = {
    "orientation_attended": _PROGRAM,
    "scope_and_budget_agreed": _PROGRAM,
    "outyear_budget_agreed": _PROGRAM,
    "kind_set": _FILE,
    "cleared": _FILE,
    "name_check_requested": _FILE,
    "name_check_answered": _FILE,
    "found_responsible": _duty("ACCO's approval", _ACCO, approves=True),
    "found_not_responsible": _duty("ACCO's approval", _ACCO, approves=True, why=True),
    "documents_reopened": _FILE_WHY,
    "responsibility_reopened": _FILE_WHY,
    "notice_reopened": _FILE_WHY,
    "legal_reopened": _FILE_WHY,
    "denial_mailed": _FILE,
    "denial_received": _FILE,
    "appeal_filed": _FILE,
    "appeal_period_ended": _FILE,
    "appeal_granted": _duty("appeal", Role.AGENCY_HEAD, approves=True, why=True),
    "appeal_denied": _duty("appeal", Role.AGENCY_HEAD, approves=True, why=True),
    "notice_published": _FILE,
    "notice_completed": _FILE,
    "award_made": _duty("legal review", Role.COUNSEL, approves=True),
    "agreement_signed": _duty("legal review", Role.COUNSEL, approves=True),
    "filed": _FILE,
    "registered": _FILE,
    "returned": _FILE_WHY,
    "objected": _FILE_WHY,
    "package_corrected": _FILE,
    "objection_answered": _duty("objection", Role.AGENCY_HEAD, Role.COUNSEL),
    "activated": _duty("funds", Role.BUDGET_OFFICER, approves=True),
    "term_ended": _duty("fiscal file", _ANALYST),
    "closed_out": _duty("close-out", _FISCAL_LEAD, approves=True),
    "lapsed": _duty("withdrawal", _LEAD, approves=True),
    "withdrawn": _duty("withdrawal", _MANAGER, _OFFICER, seconds=(_LEAD,), why=True),
    "document_recorded": _DOCUMENTS,
    "document_rejected": _duty("documents", _MANAGER, _OFFICER, why=True),
    "document_corrected": _duty("correction", _MANAGER, _OFFICER, seconds=(_LEAD, _ACCO), why=True),
    "corrected": _duty("correction", _MANAGER, _OFFICER, _ANALYST, seconds=(_LEAD, _ACCO, _FISCAL_LEAD), why=True),
    "reduced": _duty("reduction", _MANAGER, Role.BUDGET_OFFICER, seconds=(_LEAD, _ACCO), why=True),
    "awards_regrouped": _duty("grouping", _MANAGER, _OFFICER, seconds=(_LEAD, _ACCO), why=True),
    "regrouping_undone": _duty("grouping", _MANAGER, _OFFICER, seconds=(_LEAD, _ACCO), why=True),
    "amendment_approved": _duty("ACCO's approval", _MANAGER, _OFFICER, seconds=(_ACCO,), why=True),
    "amendment_filed": _FILE,
    "amendment_returned": _FILE_WHY,
    "amendment_registered": _FILE,
    "assigned": _duty("assignment", _LEAD, _FISCAL_LEAD),
    "hold_placed": _duty("legal hold", Role.COUNSEL, why=True),
    "hold_released": _duty("legal hold", Role.COUNSEL, why=True),
}


def closing_duty(act: str) -> Duty:
    """Who may close a proposal of this act without doing it: whoever could have signed it."""
    duty = DUTIES[act]
    return Duty("closing a proposal", duty.roles | duty.seconds, needs_reason=True)


# What says nothing about the content of a case: who looks after it, and that nothing may be disposed of.
_NO_STEP = frozenset({"assigned", "hold_placed", "hold_released", "proposal_closed"})


def signed_history(packet: RegistrationPacket) -> Iterator[Signed]:
    """What people have signed in the case so far; proposing is a duty of its own, which no approver may have done."""
    for event in packet.history:
        if not event.by or event.event in _NO_STEP:
            continue
        if event.event == "act_proposed":
            act = event.value or "act"
            yield Signed(f"Proposed: {label(act)}", f"proposing {act}", event.on, event.by)
        elif event.event in DUTIES:
            yield Signed(label(event.event), DUTIES[event.event].name, event.on, event.by)
