"""Changes of a contract for tests: a registered contract, what somebody asks for, and what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from models.registration.amendments import AmendmentForm, amend
from models.registration.moves import Refusal
from models.registration.packet import AmendmentFacts, RegistrationPacket
from tests.factories import POLICY, make_packet

TODAY = date(2027, 2, 1)
MILLION = 100_000_000


def contract(original_cents: int = 5_000_000, **overrides: Any) -> RegistrationPacket:
    """An active contract on 1 February 2027 that was registered for $50,000."""
    facts = {"state": "active", "as_of": TODAY, "amount_cents": original_cents, "original_amount_cents": original_cents}
    return make_packet(**(facts | overrides))


def form(delta_cents: int = 100_000, **overrides: Any) -> AmendmentForm:
    facts = {"type": "amount", "delta_cents": delta_cents, "reason": "The Council added an award."}
    return AmendmentForm.model_validate(facts | overrides)


def extension(term_end: date | None, **overrides: Any) -> AmendmentForm:
    return form(0, **{"type": "term", "term_end": term_end, **overrides})


def change(seq_no: int, delta_cents: int, status: str = "registered", **overrides: Any) -> AmendmentFacts:
    facts = {
        "seq_no": seq_no, "type": "amount", "delta_cents": delta_cents, "approved_on": date(2026, 12, 1),
        "needs_registration": True, "status": status,
    }  # fmt: skip
    return AmendmentFacts.model_validate(facts | overrides)


def approved(packet: RegistrationPacket, asked: AmendmentForm, original_end: date | None = None) -> AmendmentFacts:
    answer = amend(packet, POLICY, asked, original_end)
    assert isinstance(answer, AmendmentFacts), answer.sentence
    return answer


def refused(packet: RegistrationPacket, asked: AmendmentForm, original_end: date | None = None) -> str:
    answer = amend(packet, POLICY, asked, original_end)
    assert isinstance(answer, Refusal)
    return answer.sentence


def after(packet: RegistrationPacket, *forms: AmendmentForm) -> RegistrationPacket:
    """The packet with some changes approved one after the other."""
    for asked in forms:
        packet = packet.model_copy(update={"amendments": (*packet.amendments, approved(packet, asked))})
    return packet


def changed(original_cents: int, deltas: Sequence[int], **overrides: Any) -> RegistrationPacket:
    changes = tuple(change(number, delta) for number, delta in enumerate(deltas, 1))
    return contract(original_cents, amendments=changes, **overrides)
