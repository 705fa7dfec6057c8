"""Fills the letter that a signed decision sends to the provider, and the letter that corrects an earlier one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models.registration.amendments import AMENDMENT_LABELS
from models.registration.decision_documents import (
    AmountChange,
    Appeal,
    ContractChange,
    CorrectedFact,
    CorrectionLetter,
    DecidedContract,
    Decision,
    DecisionLetter,
)
from models.registration.decision_messages import decision_message as decision_message
from models.registration.decision_messages import noun
from models.registration.documents import AwardLine, DocumentRequest
from models.registration.letters import KIND_LABELS
from models.registration.packet import AwardFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import Kind
from models.shared.calendar import new_york_date
from models.shared.documents import Office, Recipient, Term
from models.shared.money import dollars, to_cents

# The words of an event's payload that a letter reads. All are text; amounts are plain (“45000.00”), days ISO dates.
DETAILS: Mapping[str, str] = {
    "reason": "why, as the signer wrote it: needed for all decisions but “registered”",
    "reference": "the registration number; may be missing",
    "ccpo_reference": "amendment_approved: the number of the CCPO’s approval; may be missing",
    "value": "registered: the day of the registration where it is not the day of the event; may be missing",
    "amount": "reduced: the amount after the reduction; amendment_approved: the maximum after the change",
    "delta": "amendment_approved: what the change adds; negative when it takes away, zero when the amount stays",
    "seq_no": "amendment_approved: the number of the change",
    "type": "amendment_approved: one of the types of change (AMENDMENT_LABELS), or the office's own words",
    "term_end": "amendment_approved: the new last day; missing or empty when the end stays",
    "needs_registration": "amendment_approved: yes when the change counts only once it is registered, else no",
}
DECISIONS: Mapping[str, Decision] = {
    "found_not_responsible": "denial",
    "registered": "registered",
    "withdrawn": "withdrawn",
    "reduced": "reduced",
    "amendment_approved": "amended",
}
_TYPES: Mapping[str, str] = {str(kind): label for kind, label in AMENDMENT_LABELS.items()}
HOW_TO_SEND = "Upload each file in PASSPort where it has a place there, and e-mail the rest."


def decision_letter(
    packet: RegistrationPacket,
    event: str,
    on: date,
    details: Mapping[str, str],
    policy: Policy,
    office: Office,
    recipient: Recipient,
    made_at: datetime,
    number: int,
) -> DecisionLetter | None:
    """The letter that a decision sends, None where it sends none; `packet` is the case before the decision.

    `details` are the words of the event (DETAILS). Raises ValueError when they lack what the letter must say.
    """
    decision = DECISIONS.get(event)
    if decision is None:
        return None
    return DecisionLetter(
        document_id=f"{packet.case_id}-DL{number:02d}",
        title=_title(decision, packet),
        decision=decision,
        decided_on=_decided_on(decision, on, details),
        reason=details.get("reason", "").strip(),
        reference=(details.get("reference") or details.get("ccpo_reference", "")).strip(),
        registers=packet.kind is not Kind.GRANT_PILOT,
        **_head(packet, office, recipient, made_at),
        **_FACTS[decision](packet, details, policy, office, new_york_date(made_at)),
    )


def correction_letter(
    packet: RegistrationPacket,
    replaced_id: str,
    replaced_title: str,
    replaced_on: date,
    facts: Sequence[CorrectedFact],
    reason: str,
    still_needed: Sequence[DocumentRequest],
    send_by: date | None,
    policy: Policy,
    office: Office,
    recipient: Recipient,
    made_at: datetime,
    number: int,
) -> CorrectionLetter:
    """The letter that takes the place of one that was wrong.

    Without a `send_by` the documents that are still needed are due when answers are due. Source: R04 (convention).
    """
    due = send_by or _reply_by(new_york_date(made_at), policy)
    return CorrectionLetter(
        document_id=f"{packet.case_id}-CL{number:02d}",
        title=f"Correction of our letter {replaced_id}",
        contract_id=packet.case_id,
        replaced_id=replaced_id,
        replaced_title=replaced_title,
        replaced_on=replaced_on,
        facts=tuple(facts),
        reason=reason.strip(),
        requests=tuple(still_needed),
        send_by=due if still_needed else None,
        send_to=office.email,
        how_to_send=HOW_TO_SEND,
        **_head(packet, office, recipient, made_at),
    )


def _head(packet: RegistrationPacket, office: Office, recipient: Recipient, made_at: datetime) -> dict[str, Any]:
    return {
        "made_at": made_at, "office": office, "dated": new_york_date(made_at), "fiscal_year": packet.fiscal_year,
        "recipient": recipient, "ein": packet.vendor_ein,
    }  # fmt: skip


def _reply_by(dated: date, policy: Policy) -> date:
    """When an answer to a letter is due. Source: R04 (convention)."""
    return policy.calendar.add_business_days(dated, policy.reply_business_days)


def _title(decision: Decision, packet: RegistrationPacket) -> str:
    agreement = noun(packet.kind is not Kind.GRANT_PILOT)
    return {
        "denial": f"Decision on your contract {packet.case_id} and your right to appeal",
        "registered": f"Your contract {packet.case_id} is registered",
        "withdrawn": f"Your {agreement} {packet.case_id} is withdrawn",
        "reduced": f"Your {agreement} {packet.case_id} is reduced",
        "amended": f"Change of your contract {packet.case_id}",
    }[decision]


def _decided_on(decision: Decision, on: date, details: Mapping[str, str]) -> date:
    """The day of the event; news of an earlier registration brings that day as its value."""
    try:
        return date.fromisoformat(details["value"]) if decision == "registered" else on
    except (KeyError, ValueError):
        return on


def _contract(packet: RegistrationPacket, amount_cents: int) -> DecidedContract:
    awards = tuple(_award(award) for award in packet.awards)
    return DecidedContract(
        contract_id=packet.case_id,
        kind=KIND_LABELS[packet.kind],
        term=Term(start=packet.term_start, end=packet.term_end),
        amount_cents=amount_cents,
        difference_cents=amount_cents - sum(award.amount_cents for award in awards),
        beneficiary=packet.beneficiary_name if packet.has_conduit else "",
        awards=awards,
    )


def _award(award: AwardFacts) -> AwardLine:
    """An award that the Council took back, or that its list no longer shows, is printed and counts zero."""
    counts = award.is_live and not award.vanished
    return AwardLine(
        award_id=award.mocs_id,
        source=award.council_member or award.source,
        program=award.source,
        amount_cents=award.amount_cents if counts else 0,
        status="no longer listed" if award.vanished else award.status or "not stated",
        cleared=award.is_cleared and counts,
    )


def _plain_facts(
    packet: RegistrationPacket, details: Mapping[str, str], policy: Policy, office: Office, dated: date
) -> dict[str, Any]:
    return {"contract": _contract(packet, packet.amount_cents)}


def _denial_facts(
    packet: RegistrationPacket, details: Mapping[str, str], policy: Policy, office: Office, dated: date
) -> dict[str, Any]:
    appeal = Appeal(
        days=policy.appeal_days,
        mail_days=policy.mail_days,
        last_day=dated + timedelta(days=policy.appeal_days),
        file_with=("Office of the Agency Head", office.agency, office.street, office.city),
        copy_to=policy.comptroller_address,
        decision_days=policy.appeal_decision_days,
        mayor_days=policy.mayor_days,
    )
    return {"contract": _contract(packet, packet.amount_cents), "appeal": appeal}


def _reduced_facts(
    packet: RegistrationPacket, details: Mapping[str, str], policy: Policy, office: Office, dated: date
) -> dict[str, Any]:
    after = to_cents(_needed(details, "amount"))
    return {
        "contract": _contract(packet, after),
        "amounts": AmountChange(before_cents=packet.amount_cents, after_cents=after),
        "requests": (_new_budget(packet.amount_cents, after),),
        "send_by": _reply_by(dated, policy),
        "send_to": office.email,
        "how_to_send": HOW_TO_SEND,
    }


def _new_budget(before: int, after: int) -> DocumentRequest:
    return DocumentRequest(
        name="Fiscal-year budget with attachments",
        state="Wrong amount",
        problem=f"A budget of {dollars(before)} no longer fits.",
        send=f"Send one whose lines sum to exactly {dollars(after)}.",
        why="The budget must sum to the amount of the contract.",
        citation="PPB Rules 2-12(c)(1)",
    )


def _amended_facts(
    packet: RegistrationPacket, details: Mapping[str, str], policy: Policy, office: Office, dated: date
) -> dict[str, Any]:
    delta, revised = to_cents(_needed(details, "delta")), to_cents(_needed(details, "amount"))
    kind = _needed(details, "type")
    end = details.get("term_end", "")
    change = ContractChange(
        seq_no=int(_needed(details, "seq_no")),
        type=_TYPES.get(kind, kind.replace("_", " ")),
        before_cents=revised - delta,
        delta_cents=delta,
        revised_cents=revised,
        in_force_cents=packet.amount_cents,
        term_end=date.fromisoformat(end) if end else None,
        needs_registration=_yes(_needed(details, "needs_registration")),
    )
    return {"contract": _contract(packet, packet.amount_cents), "change": change}


_FACTS: Mapping[Decision, Callable[..., dict[str, Any]]] = {
    "denial": _denial_facts,
    "registered": _plain_facts,
    "withdrawn": _plain_facts,
    "reduced": _reduced_facts,
    "amended": _amended_facts,
}


def _needed(details: Mapping[str, str], key: str) -> str:
    if not details.get(key, "").strip():
        raise ValueError(f"the decision does not say “{key}” ({DETAILS[key]}), so its letter cannot be written")
    return details[key].strip()


def _yes(word: str) -> bool:
    if word not in ("yes", "no"):
        raise ValueError(f"“needs_registration” is “{word}”; it must be yes or no")
    return word == "yes"
