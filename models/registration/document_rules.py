"""Checks of the document checklist: each missing or failing document is a finding with its remedy."""

from collections.abc import Iterator

from models.registration.checklist import ChecklistItem, Fault, checklist
from models.registration.forecast import forecast
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.states import UNREGISTERED
from models.shared.calendar import long_date
from models.shared.findings import Finding, Severity
from models.shared.money import dollars

_BEFORE_PACKAGE = frozenset({"designated", "scope"})
# What must stay good after the award too, until the contract ends. Source: R06, R07, P18.
_STANDING = frozenset({"liability_insurance", "charities_registration", "prequalification"})
_CONTRACTED = frozenset({"registered", "deemed_registered", "active"})
_REMEDY = {
    Fault.NEVER_RECEIVED: "Ask the provider to send it.",
    Fault.NO_FILE: "Ask the provider for the file, or put the scan into the inbox.",
    Fault.EXPIRED: "Ask the provider for a current one.",
    Fault.EXPIRES_TOO_EARLY: "Ask the provider for a renewal that reaches the date.",
    Fault.WRONG_YEAR: "Ask the provider for one of this fiscal year.",
    Fault.WRONG_AMOUNT: "Ask the provider to correct it to the amount of the award.",
    Fault.REJECTED: "Ask the provider for a usable one.",
}
_SEND = {
    Fault.NEVER_RECEIVED: "Please send it.",
    Fault.NO_FILE: "Please send a copy.",
    Fault.EXPIRED: "Please send a current one.",
    Fault.EXPIRES_TOO_EARLY: "Please send a renewal that reaches this date.",
    Fault.WRONG_YEAR: "Please send one for this fiscal year.",
    Fault.WRONG_AMOUNT: "Please send a corrected one.",
    Fault.REJECTED: "Please send it again.",
}


def describe(item: ChecklistItem) -> str:
    """What is wrong with the document that we have, in whole sentences that a provider can read."""
    until = long_date(item.valid_until) if item.valid_until else ""
    match item.fault:
        case Fault.NEVER_RECEIVED:
            return item.requirement.absent
        case Fault.NO_FILE:
            return "It was reported to us, but no copy has reached us."
        case Fault.EXPIRED:
            return f"The one we have was valid only until {until}."
        case Fault.EXPIRES_TOO_EARLY if item.needed_until:
            needed = f"{long_date(item.needed_until)}, {item.requirement.counts_on}"
            return f"The one we have is valid only until {until}. It must still be valid on {needed}."
        case Fault.WRONG_YEAR:
            return "The one we have is for another fiscal year."
        case Fault.WRONG_AMOUNT if item.fact and item.fact.amount_cents is not None:
            return f"The total of the one we have is {dollars(item.fact.amount_cents)}, not the amount of your award."
        case Fault.REJECTED if item.fact:
            return f"We could not accept the one that we have: {item.fact.rejected}"
    return "In order."


def what_to_send(item: ChecklistItem) -> str:
    """What the provider must send and how it must be made out."""
    rule = item.requirement.rule
    return rule if item.fault is None or rule.startswith("Send ") else f"{_SEND[item.fault]} {rule}"


def _severity(item: ChecklistItem, packet: RegistrationPacket) -> Severity:
    """Before the package stage it is a note; later it holds the contract up. Source: R04, R05, R06, R07, R08."""
    if packet.state in _BEFORE_PACKAGE:
        return Severity.LOW
    if item.fault is Fault.EXPIRED and item.requirement.document in _STANDING:
        insured = item.requirement.document == "liability_insurance"
        return Severity.HIGH if insured and packet.as_of < packet.term_start else Severity.CRITICAL
    return Severity.HIGH if item.fault in (Fault.EXPIRED, Fault.EXPIRES_TOO_EARLY) else Severity.MEDIUM


def _tell(item: ChecklistItem) -> tuple[str, ...]:
    """Who must know. Source: R05, R06, R07."""
    if item.requirement.document == "liability_insurance" and item.fault is Fault.EXPIRED:
        return "Provider", "Procurement", "Legal", "Fiscal"
    if item.requirement.document in _STANDING and item.fault is Fault.EXPIRED:
        return "Provider", "Procurement", "Legal"
    return "Provider", "Procurement"


def document_at_fault(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A required document that is missing or will not count. Source: domain section 6; R05 to R08."""
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
                evidence={"why it is needed": item.reason, "rule": item.requirement.rule},
                remedy=_REMEDY[item.fault],
                tell=_tell(item),
            )


def document_request_overdue(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Documents still missing after the date that our first letter gave. Source: red flag R04 (convention).

    A reminder sets a new date and makes nothing undone. Before the package stage a letter only tells what will be
    needed, so nobody is late with it.
    """
    request = packet.request
    if request is None or packet.state != "documents":
        return
    for item in checklist(packet, policy, forecast(packet, policy)):
        due = request.owed_since.get(item.requirement.document, request.due_on)
        if item.fault and item.requirement.document in request.items and packet.as_of > due:
            yield Finding(
                code="document_request_overdue",
                subject=item.requirement.document,
                severity=Severity.MEDIUM,
                message=f"{item.requirement.label}: we asked for it by {long_date(due)}. {describe(item)}",
                citation="R04 (convention)",
                evidence={"asked": request.on.isoformat(), "letter": str(request.round)},
                remedy="Call the provider; offer help with the document.",
                tell=("Provider", "Program"),
            )


def document_undated(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """A document on file without its date: nobody can say whether it will count. Source: domain section 18, trap 6."""
    if packet.state not in UNREGISTERED:
        return
    for item in checklist(packet, policy, forecast(packet, policy)):
        if item.undated and item.fault is None:
            yield Finding(
                code="document_undated",
                subject=item.requirement.document,
                severity=Severity.LOW if packet.state in _BEFORE_PACKAGE else Severity.MEDIUM,
                message=f"{item.requirement.label}: its date is not recorded, so nobody can say how long it is good.",
                citation=item.requirement.citation,
                evidence={"rule": item.requirement.rule},
                remedy="Enter the date from the paper in the documents tracker.",
                tell=("Procurement",),
            )


def standing_lapsed(packet: RegistrationPacket, policy: Policy) -> Iterator[Finding]:
    """Insurance, Charities report or prequalification ran out after the award. Source: R06, R07 (convention), P18."""
    if packet.state not in _CONTRACTED and packet.state not in UNREGISTERED:
        return
    for item in checklist(packet, policy, forecast(packet, policy)):
        until = item.valid_until
        reported = item.fault is not None and packet.state in UNREGISTERED
        if until is None or reported or item.requirement.document not in _STANDING:
            continue
        if until < min(packet.as_of, packet.term_end):
            yield Finding(
                code="standing_lapsed",
                subject=item.requirement.document,
                severity=Severity.CRITICAL,
                message=f"{item.requirement.label}: it was valid until {long_date(until)}, and no renewal is recorded.",
                citation="R06 (convention)"
                if item.requirement.document == "liability_insurance"
                else "R07 (convention)",
                evidence={"valid until": until.isoformat(), "term ends": packet.term_end.isoformat()},
                remedy="Hold payments, ask the provider for the renewal, and tell Legal.",
                tell=("Provider", "Procurement", "Legal", "Fiscal"),
            )


DOCUMENT_CHECKS = (document_at_fault, document_request_overdue, document_undated, standing_lapsed)
