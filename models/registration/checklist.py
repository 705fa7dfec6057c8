"""The document checklist of a case: what it needs and whether each document is good on the day it will count."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.registration.forecast import Forecast
from models.registration.packet import DocumentFacts, RegistrationPacket
from models.registration.policy import Policy
from models.registration.requirements import CHECKLIST, GRANT_DOCUMENTS, Requirement
from models.registration.states import Kind
from models.shared.calendar import fiscal_year


class Fault(StrEnum):
    """Why a document does not count."""

    NEVER_RECEIVED = "never_received"
    NO_FILE = "reported_no_file"
    EXPIRED = "expired"
    EXPIRES_TOO_EARLY = "expires_too_early"
    WRONG_YEAR = "wrong_year"
    WRONG_AMOUNT = "wrong_amount"


@dataclass(frozen=True)
class ChecklistItem:
    """A required document and what is wrong with what we have; `fault` is None when it is good."""

    requirement: Requirement
    reason: str
    fault: Fault | None
    fact: DocumentFacts | None
    valid_until: date | None
    needed_until: date | None


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
    until = requirement.until(fact, packet, policy) if fact and requirement.until else None
    needed = requirement.counts(packet, forecast) if requirement.counts else None
    return ChecklistItem(requirement, reason, _fault(requirement, fact, until, needed, packet), fact, until, needed)


def _year(fact: DocumentFacts) -> int | None:
    """The fiscal year that the tracker gave, else the one of the signature."""
    return fact.fiscal_year or (fiscal_year(fact.signed_on) if fact.signed_on else None)


def _fault(
    requirement: Requirement,
    fact: DocumentFacts | None,
    until: date | None,
    needed: date | None,
    packet: RegistrationPacket,
) -> Fault | None:
    if fact is None:
        return Fault.NEVER_RECEIVED
    if until is not None and until < packet.as_of:
        return Fault.EXPIRED
    if until is not None and needed is not None and until < needed:
        return Fault.EXPIRES_TOO_EARLY
    if requirement.this_year and _year(fact) not in (None, packet.fiscal_year):
        return Fault.WRONG_YEAR
    if requirement.sums_to_contract and fact.amount_cents not in (None, packet.amount_cents):
        return Fault.WRONG_AMOUNT
    return None if fact.has_file else Fault.NO_FILE
