"""What differs between the facts then and now: every difference is told once, in words, and nothing else is."""

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.registration.packet import RegistrationPacket
from models.registration.requirements import LABELS
from tasks.adapters.differences import Difference, Words, differences
from tasks.adapters.registration.packet_words import PACKET_WORDS, packet_differences
from tests.factories import make_award, make_document, make_event, make_packet, make_provider

PACKET = make_packet()


def told(after: RegistrationPacket, before: RegistrationPacket = PACKET) -> list[tuple[str, str, str]]:
    return [(d.what, d.before, d.now) for d in packet_differences(before.canonical(), after)]


def changed(**facts: Any) -> RegistrationPacket:
    return PACKET.model_copy(update=facts)


def test_the_same_facts_on_another_day_differ_in_nothing() -> None:
    assert told(changed(as_of=date(2026, 12, 1))) == []


def test_an_amount_is_told_in_dollars() -> None:
    assert told(changed(amount_cents=4_000_050)) == [("Amount", "$50,000.00", "$40,000.50")]


def test_a_state_and_a_day_are_told_in_the_offices_words() -> None:
    assert told(changed(state="legal", state_since=date(2026, 10, 5))) == [
        ("Stands at", "Document package", "Legal review and award"),
        ("Since", "September 1, 2026", "October 5, 2026"),
    ]


def test_an_award_is_told_by_its_number_and_by_what_changed_of_it() -> None:
    award = make_award()
    assert told(changed(awards=(award.model_copy(update={"status": "Pending"}),))) == [
        ("Award FY27 00001: status", "Cleared", "Pending")
    ]


def test_an_award_that_came_or_went_is_told_with_its_amount() -> None:
    new = make_award(mocs_id="FY27 00002", amount_cents=100, status="Pending")
    came = told(changed(awards=(make_award(), new)))
    assert [(what, before) for what, before, _ in came] == [("Award FY27 00002", "nothing")]
    assert "amount $1.00" in came[0][2] and "status Pending" in came[0][2]
    assert told(PACKET, changed(awards=(make_award(), new))) == [("Award FY27 00002", came[0][2], "nothing")]


def test_a_document_is_told_by_its_name() -> None:
    before = changed(documents=(make_document("liability_insurance", expires_on=date(2026, 10, 31)),))
    after = changed(documents=(make_document("liability_insurance", expires_on=date(2027, 10, 31)),))
    assert told(after, before) == [
        (f"Document {LABELS['liability_insurance']}: good until", "October 31, 2026", "October 31, 2027")
    ]


def test_what_happened_since_is_told_event_by_event() -> None:
    after = changed(history=(make_event("filed", date(2026, 9, 10), "filed", reason="by hand"),))
    assert told(after) == [("Happened", "nothing", "Filed with the Comptroller, September 10, 2026: by hand")]


def test_what_is_known_of_the_provider_is_told_with_yes_no_and_nothing() -> None:
    after = changed(provider=make_provider(has_employees=False, email=""))
    assert told(after) == [
        ("Provider: e-mail", "office@harborloom.example", "nothing"),
        ("Provider: has employees", "yes", "no"),
    ]


def test_a_snapshot_of_an_older_version_without_a_field_is_still_compared() -> None:
    old = json.loads(PACKET.canonical())
    del old["adjustment_cents"]
    assert packet_differences(json.dumps(old), changed(adjustment_cents=-100)) == [
        Difference("Reductions and changes", "nothing", "-$1.00")
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.dates().map(date.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries({"id": st.sampled_from("abc"), "amount_cents": st.integers()}), max_size=4)
FACTS = st.fixed_dictionaries({"rows": ROWS, "log": ROWS, "rest": st.dictionaries(st.text(max_size=6), JSON)})
WORDS = Words(keys={"rows": "id"}, nouns={"rows": "row", "log": "entry"}, logs=frozenset({"log"}))


@given(FACTS, FACTS)
def test_a_difference_is_told_exactly_where_there_is_one(before: dict[str, Any], now: dict[str, Any]) -> None:
    def facts(found: dict[str, Any]) -> dict[str, Any]:
        """What was never said and what is nothing are told alike; the order of rows that have a name says nothing."""
        kept = {key: value for key, value in found["rest"].items() if value is not None}
        return {**found, "rest": kept, "rows": sorted(found["rows"], key=str)}

    found = differences(before, now, WORDS)
    same_rows = len({r["id"] for r in before["rows"]}) == len(before["rows"])
    if facts(before) == facts(now) and same_rows:
        assert found == []
    elif not found:
        assert not same_rows or facts(before) == facts(now)
    assert len(found) == len(differences(now, before, WORDS))


def test_every_fact_of_a_packet_has_words_of_its_own_or_reads_as_words() -> None:
    for name in RegistrationPacket.model_fields:
        assert "_" not in PACKET_WORDS.name(name) and PACKET_WORDS.name(name)
