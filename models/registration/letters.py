"""Fills the letter to a provider from what a review found."""

from dataclasses import replace
from datetime import date, datetime

from models.registration.checklist import ChecklistItem, Fault
from models.registration.document_rules import describe, what_to_send
from models.registration.documents import AwardLine, ContractLine, DocumentRequest, MissingDocumentsLetter
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.rules import Review
from models.registration.states import Kind
from models.shared.calendar import new_york_date
from models.shared.documents import Office, Recipient, Term
from models.shared.findings import Finding, Severity, ordered

KIND_LABELS = {
    Kind.STANDARD: "standard contract",
    Kind.MULTI_YEAR: "multi-year contract",
    Kind.GRANT_PILOT: "grant agreement (pilot)",
}
FAULT_LABELS = {
    Fault.NEVER_RECEIVED: "Never received",
    Fault.NO_FILE: "Reported, no file",
    Fault.EXPIRED: "Expired",
    Fault.EXPIRES_TOO_EARLY: "Expires too early",
    Fault.WRONG_YEAR: "Wrong year",
    Fault.WRONG_AMOUNT: "Wrong amount",
    Fault.REJECTED: "Not accepted",
}


def letter_id(packet: RegistrationPacket) -> str:
    """The letter's own number: contract, letter, round; the same facts give the same number."""
    round_ = packet.request.round + 1 if packet.request else 1
    return f"{packet.case_id}-MD{round_:02d}"


def reply_by(packet: RegistrationPacket, policy: Policy) -> date:
    """The day by which the provider answers. Source: R04 (convention)."""
    return policy.calendar.add_business_days(packet.as_of, policy.reply_business_days)


def contract_line(packet: RegistrationPacket) -> ContractLine:
    """The contract with its awards; one that the Council took back is shown and counts zero."""
    awarded = sum(award.amount_cents for award in packet.awards if award.is_live)
    return ContractLine(
        contract_id=packet.case_id,
        kind=KIND_LABELS[packet.kind],
        term=Term(start=packet.term_start, end=packet.term_end),
        amount_cents=packet.amount_cents,
        adjustment_cents=packet.amount_cents - awarded,
        beneficiary=packet.beneficiary_name if packet.has_conduit else "",
        awards=tuple(
            AwardLine(
                award_id=award.mocs_id,
                source=award.council_member or award.source,
                program=award.source,
                amount_cents=award.amount_cents if award.is_live else 0,
                status=award.status or "not stated",
                cleared=award.is_cleared,
            )
            for award in packet.awards
        ),
    )


def document_request(item: ChecklistItem) -> DocumentRequest:
    """A document that the provider must send, as a letter says it; the item has a fault."""
    assert item.fault is not None
    return DocumentRequest(
        name=item.requirement.label,
        state=FAULT_LABELS[item.fault],
        problem=describe(item),
        send=what_to_send(item),
        why=item.reason,
        citation=item.requirement.citation,
    )


def missing_documents_letter(
    review: Review, policy: Policy, office: Office, recipient: Recipient, made_at: datetime
) -> MissingDocumentsLetter:
    """One complete letter: everything that is missing, why, by when, whom to ask."""
    packet = review.packet
    cleared = [award.is_cleared for award in packet.awards]
    return MissingDocumentsLetter(
        document_id=letter_id(packet),
        title=f"Documents needed for your contract {packet.case_id}",
        made_at=made_at,
        office=office,
        dated=new_york_date(made_at),
        fiscal_year=packet.fiscal_year,
        recipient=recipient,
        ein=packet.vendor_ein,
        send_by=reply_by(packet, policy),
        send_to=office.email,
        how_to_send="Upload each file in PASSPort where it has a place there, and e-mail the rest.",
        requests=tuple(document_request(item) for item in review.missing),
        in_order=tuple(item.requirement.label for item in review.items if item.fault is None),
        contracts=(contract_line(packet),),
        clearance="all" if all(cleared) else "some" if any(cleared) else "none",
        review_days=policy.document_review_business_days,
        registration_days=policy.registration_days,
        registers=packet.kind is not Kind.GRANT_PILOT,
    )


def message_body(letter: MissingDocumentsLetter) -> str:
    """The e-mail that carries the letter: what to do, by when, whom to ask."""
    names = "\n".join(f"- {request.name}: {request.problem}" for request in letter.requests)
    return (
        f"Dear {letter.recipient.attention or letter.recipient.name},\n\n"
        f"please send us these documents for contract {letter.contracts[0].contract_id} "
        f"by {letter.send_by:%B} {letter.send_by.day}, {letter.send_by.year}:\n\n{names}\n\n"
        f"The attached letter says why each is needed. Questions: {letter.office.contact}, {letter.office.phone}, "
        f"{letter.office.email}.\n\n{letter.office.agency}\n{letter.office.unit}\n"
    )


def without_letter(review: Review, why: str) -> Review:
    """The review of a case whose letter cannot be printed: nothing is asked, and somebody is told."""
    finding = Finding(
        code="letter_not_printed",
        severity=Severity.HIGH,
        message=f"The letter to the provider could not be printed: {why}",
        citation="convention",
        remedy="Correct what it says; the next review writes it again.",
        tell=("Program",),
    )
    return replace(review, asks=False, findings=tuple(ordered([*review.findings, finding])))
