"""Invented letters of every decision and of a correction, filled as they are filled in the office."""

from datetime import UTC, date, datetime
from typing import Any

from models.registration.decision_documents import CorrectedFact, CorrectionLetter, DecisionLetter
from models.registration.decision_letters import correction_letter, decision_letter
from models.registration.documents import DocumentRequest
from models.registration.packet import RegistrationPacket
from models.shared.documents import Recipient
from tests.factories import POLICY, make_award, make_packet
from tests.templates.examples import OFFICE

MADE_AT = datetime(2026, 11, 2, 15, tzinfo=UTC)
TODAY = date(2026, 11, 2)
RECIPIENT = Recipient(
    name="Harbor Loom, Inc.", attention="Executive Director", lines=("18 Ropewalk Lane", "Brooklyn, NY 11201")
)
AWARDS = (
    make_award(amount_cents=3_000_000),
    make_award(mocs_id="FY27 00002", council_member="Okafor", source="Local", amount_cents=2_000_000),
)
PACKET = make_packet(awards=AWARDS, original_amount_cents=5_000_000)
REASONS = {
    "found_not_responsible": "Two audits in a row found payroll charged to two contracts at once, and the corrective "
    "plan that was due on September 1, 2026 was not received.",
    "withdrawn": "You told us on October 29, 2026 that the program will not take place this year",
    "reduced": "You asked for a smaller program, because one of the two sites will not open.",
    "amendment_approved": "The second site opens in January and needs a coordinator.",
}
CHANGE = {
    "seq_no": "1", "type": "amount", "delta": "4000.00", "amount": "54000.00", "needs_registration": "yes",
    "ccpo_reference": "CCPO 26-118",
}  # fmt: skip
EXTENSION = {
    "type": "term", "delta": "0.00", "amount": "50000.00", "term_end": "2027-09-30", "needs_registration": "no",
    "ccpo_reference": "", "seq_no": "2",
}  # fmt: skip
DETAILS: dict[str, dict[str, str]] = {
    "found_not_responsible": {},
    "registered": {"reference": "20271400123"},
    "withdrawn": {},
    "reduced": {"amount": "45000.00"},
    "amendment_approved": CHANGE,
}


def decided(event: str, details: dict[str, str] | None = None, packet: RegistrationPacket = PACKET) -> DecisionLetter:
    """The letter of one decision, with other words where they are given."""
    words = {"reason": REASONS.get(event, ""), **DETAILS[event], **(details or {})}
    letter = decision_letter(packet, event, TODAY, words, POLICY, OFFICE, RECIPIENT, MADE_AT, 1)
    assert letter is not None
    return letter


def wanted(name: str = "Certificate of liability insurance") -> DocumentRequest:
    """A document that is still needed."""
    return DocumentRequest(
        name=name, state="Expires too early", problem="the one we have ends on January 31, 2027",
        send="a certificate that covers the whole term", why="it cannot be waived",
        citation="HPD discretionary contracts page",
    )  # fmt: skip


def corrected(*still_needed: DocumentRequest, **changed: Any) -> CorrectionLetter:
    """The correction of a letter that gave a wrong date and a wrong amount."""
    fields: dict[str, Any] = {
        "replaced_id": "R27-971010012-DL01",
        "replaced_title": "Your contract R27-971010012 is registered",
        "replaced_on": date(2026, 10, 12),
        "facts": (
            CorrectedFact(what="Registered on", was="October 5, 2026", now="October 12, 2026"),
            CorrectedFact(what="Registration number", was="20271400132", now="20271400123"),
        ),
        "reason": "we copied the day and the number from the notice of another contract",
        "send_by": None,
    } | changed
    return correction_letter(
        PACKET, still_needed=still_needed, policy=POLICY, office=OFFICE, recipient=RECIPIENT, made_at=MADE_AT,
        number=1, **fields,
    )  # fmt: skip


def every_letter() -> dict[str, DecisionLetter | CorrectionLetter]:
    """One of each kind, and the variants that print other words."""
    small = make_packet(kind="grant_pilot", amount_cents=2_000_000, awards=(make_award(amount_cents=2_000_000),))
    return {
        "denial": decided("found_not_responsible"),
        "registered": decided("registered"),
        "withdrawn": decided("withdrawn"),
        "withdrawn_grant": decided("withdrawn", packet=small),
        "reduced": decided("reduced"),
        "amended": decided("amendment_approved"),
        "extended": decided("amendment_approved", EXTENSION),
        "correction": corrected(),
        "correction_and_documents": corrected(wanted(), wanted("Scope of services")),
    }
