"""The document checklist of a case: what it needs and whether each document is good on the day it will count."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.registration.forecast import Forecast
from models.registration.packet import DocumentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.requirements import CHECKLIST, GRANT_DOCUMENTS, CountsOn, Requirement
from models.registration.states import Kind
from models.shared.calendar import fiscal_year
from models.shared.findings import once_a_review


class Fault(StrEnum):
    """Why a document does not count."""

    NEVER_RECEIVED = "never_received"
    NO_FILE = "reported_no_file"
    EXPIRED = "expired"
    EXPIRES_TOO_EARLY = "expires_too_early"
    WRONG_YEAR = "wrong_year"
    WRONG_AMOUNT = "wrong_amount"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """A required document and what is wrong with what we have; `fault` is None when it is good.

    `undated` is true of a document on file whose date nobody has recorded, so that nobody can say how long it is good.
    """

    requirement: Requirement
    reason: str
    fault: Fault | None
    fact: DocumentFacts | None
    valid_until: date | None
    needed_until: date | None
    undated: bool = False


@once_a_review
def checklist(packet: RegistrationPacket, policy: Policy, forecast: Forecast) -> tuple[ChecklistItem, ...]:
    """Every document that this contract needs, in the checklist's order, each with its fault if it has one."""
    items = []
    for requirement in CHECKLIST:
        if packet.kind is Kind.GRANT_PILOT and requirement.document not in GRANT_DOCUMENTS:
            continue
        reason = requirement.need(packet, policy)
        if reason:
            items.append(_item(requirement, reason, packet, policy, forecast))
    return tuple(items)


def _item(
    requirement: Requirement, reason: str, packet: RegistrationPacket, policy: Policy, forecast: Forecast
) -> ChecklistItem:
    fact = packet.documents_by_type.get(requirement.document)
    needed = _needed_until(requirement, packet, forecast)
    if fact is None:
        return ChecklistItem(requirement, reason, Fault.NEVER_RECEIVED, None, None, needed)
    until = requirement.until(fact, policy) if requirement.until else None
    fault = _fault(requirement, fact, until, needed, packet)
    undated = (requirement.dated and until is None) or (requirement.signed_in_year and _signed_in(fact) is None)
    return ChecklistItem(requirement, reason, fault, fact, until, needed, undated)


def _needed_until(requirement: Requirement, packet: RegistrationPacket, forecast: Forecast) -> date | None:
    match requirement.counts_on:
        case CountsOn.AWARD:
            return forecast.award_on
        case CountsOn.REGISTRATION:
            return forecast.registration_on
        case CountsOn.TERM_END:
            return packet.term_end
    return None


def _signed_in(fact: DocumentFacts) -> int | None:
    """The fiscal year of the signature, or the one that the tracker gave where it gave no date."""
    return fiscal_year(fact.signed_on) if fact.signed_on else fact.fiscal_year


def _is_of_another_year(requirement: Requirement, fact: DocumentFacts, packet: RegistrationPacket) -> bool:
    """Signed before the contract's year, or made out for another. A late contract's papers may be signed after it."""
    if requirement.signed_in_year:
        signed = _signed_in(fact)
        return signed is not None and signed < packet.fiscal_year
    return requirement.for_year and fact.fiscal_year not in (None, packet.fiscal_year)


def _fault(
    requirement: Requirement,
    fact: DocumentFacts,
    until: date | None,
    needed: date | None,
    packet: RegistrationPacket,
) -> Fault | None:
    if fact.rejected:
        return Fault.REJECTED
    if until is not None:
        # What was good on the day it counted stays good, even if that day is past and it has run out since.
        if until < (packet.as_of if needed is None else min(needed, packet.as_of)):
            return Fault.EXPIRED
        if needed is not None and until < needed:
            return Fault.EXPIRES_TOO_EARLY
    if _is_of_another_year(requirement, fact, packet):
        return Fault.WRONG_YEAR
    if requirement.sums_to_contract and fact.amount_cents not in (None, packet.amount_cents):
        return Fault.WRONG_AMOUNT
    return None if fact.has_file else Fault.NO_FILE
