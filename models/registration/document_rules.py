"""Checks of the document checklist: each missing or failing document is a finding with its remedy."""

from collections.abc import Iterator

from models.registration.checklist import ChecklistItem, Fault, checklist
from models.registration.forecast import forecast
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import UNREGISTERED
from models.shared.calendar import long_date
from models.shared.findings import Finding, Severity

_BEFORE_PACKAGE = frozenset({"designated", "scope"})
_REMEDY = {
    Fault.NEVER_RECEIVED: "Send it.",
    Fault.NO_FILE: "It was reported, but no file reached us: send the file.",
    Fault.EXPIRED: "Send a current one.",
    Fault.EXPIRES_TOO_EARLY: "Send a renewal that reaches the date.",
    Fault.WRONG_YEAR: "Send one for this fiscal year.",
    Fault.WRONG_AMOUNT: "Correct it so that it sums to the award total.",
}


def describe(item: ChecklistItem) -> str:
    """What is wrong with the document that we have, as a sentence for the provider."""
    until = long_date(item.valid_until) if item.valid_until else ""
    needed = long_date(item.needed_until) if item.needed_until else ""
    match item.fault:
        case Fault.NEVER_RECEIVED:
            return "We have not received it."
        case Fault.NO_FILE:
            return "You told us that it exists, but no file has reached us."
        case Fault.EXPIRED:
            return f"The one we have expired on {until}."
        case Fault.EXPIRES_TOO_EARLY:
            return f"The one we have expires on {until}; it must be good until {needed}."
        case Fault.WRONG_YEAR:
            return "The one we have is for another fiscal year."
        case Fault.WRONG_AMOUNT:
            return "The one we have does not sum to the award total."
    return "In order."


def _severity(item: ChecklistItem, packet: RegistrationPacket) -> Severity:
    """Before the package stage it is a note; later it holds the contract up. Source: R04, R05, R07, R08."""
    if packet.state in _BEFORE_PACKAGE:
        return Severity.LOW
    if item.fault is Fault.EXPIRED and item.requirement.document in ("charities_registration", "prequalification"):
        return Severity.CRITICAL
    return Severity.HIGH if item.fault in (Fault.EXPIRED, Fault.EXPIRES_TOO_EARLY) else Severity.MEDIUM


def document_at_fault(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A required document that is missing or will not count. Source: domain section 6; R05, R07, R08."""
    if packet.state not in UNREGISTERED:
        return
    for item in checklist(packet, policy, forecast(packet, policy)):
        if item.fault:
            yield Finding(
                code=f"document_{item.fault}",
                subject=item.requirement.document,
                severity=_severity(item, packet),
                message=f"{item.requirement.label}: {describe(item)}",
                citation=item.requirement.citation,
                evidence={"needed because": item.reason, "rule": item.requirement.rule},
                remedy=_REMEDY[item.fault],
                tell=("Provider", "Procurement"),
            )


def document_request_overdue(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Documents still missing after the date that our letter gave. Source: red flag R04 (convention)."""
    request = packet.request
    if request is None or packet.state not in UNREGISTERED or packet.as_of <= request.due_on:
        return
    for item in checklist(packet, policy, forecast(packet, policy)):
        if item.fault and item.requirement.document in request.items:
            yield Finding(
                code="document_request_overdue",
                subject=item.requirement.document,
                severity=Severity.MEDIUM,
                message=f"{item.requirement.label} was asked for by {long_date(request.due_on)} and is still missing.",
                citation="R04 (convention)",
                evidence={"asked": request.on.isoformat(), "letter": str(request.round)},
                remedy="Call the provider; offer help with the document.",
                tell=("Provider", "Program"),
            )


DOCUMENT_CHECKS = (document_at_fault, document_request_overdue)
