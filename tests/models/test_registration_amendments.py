"""What amendments of a registered contract come to, where they can be made, and what they must say."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.registration.amendment_rules import cumulative_cents, lowest_cents, revised_cents, running_cents
from models.registration.amendments import amend
from models.registration.packet import AmendmentFacts
from models.registration.states import ALL_STATES, UNREGISTERED, Kind
from tests.amendments import MILLION, TODAY, after, approved, change, changed, contract, form, refused
from tests.factories import POLICY, make_packet

DELTAS = st.integers(-30_000_000, 30_000_000).filter(bool)
AMENDABLE = ("registered", "deemed_registered", "active")


def test_an_approved_change_is_numbered_dated_and_waits_for_registration() -> None:
    packet = contract(amendments=(change(1, 100), change(4, -100)))
    asked = form(250_000, ccpo_reference=" CCPO-27-118 ", ccpo_approved_on=TODAY)
    assert approved(packet, asked) == AmendmentFacts(
        seq_no=5, type="amount", delta_cents=250_000, approved_on=TODAY, needs_registration=True, status="approved",
        ccpo_reference="CCPO-27-118",
    )  # fmt: skip


def test_a_change_that_waits_for_registration_is_in_the_running_total_and_not_in_the_amount_in_force() -> None:
    packet = contract(amendments=(change(1, 700), change(2, 500, "approved"), change(3, -200, "filed")))
    assert (revised_cents(packet), running_cents(packet), cumulative_cents(packet)) == (5_000_700, 1_000, 1_400)


def test_a_change_that_needs_no_registration_is_in_force_from_its_approval() -> None:
    packet = contract(amendments=(change(1, 700, "approved", needs_registration=False),))
    assert revised_cents(packet) == 5_000_700


def test_the_amount_of_an_unregistered_contract_is_that_of_its_awards() -> None:
    assert revised_cents(make_packet(amount_cents=4_000_000, original_amount_cents=5_000_000)) == 4_000_000


@given(deltas=st.lists(DELTAS, max_size=6))
def test_running_totals_add_up_to_the_cent(deltas: list[int]) -> None:
    packet = contract(100 * MILLION)
    for number, delta in enumerate(deltas, 1):
        packet = after(packet, form(delta))
        assert running_cents(packet) == sum(deltas[:number])
        assert cumulative_cents(packet) == sum(abs(d) for d in deltas[:number])
        assert revised_cents(packet) == 100 * MILLION
    registered = tuple(a.model_copy(update={"status": "registered"}) for a in packet.amendments)
    packet = packet.model_copy(update={"amendments": registered})
    assert revised_cents(packet) == 100 * MILLION + running_cents(packet)
    assert [a.seq_no for a in packet.amendments] == list(range(1, len(deltas) + 1))


@given(first=DELTAS, second=DELTAS)
def test_the_order_of_two_changes_does_not_change_what_they_come_to(first: int, second: int) -> None:
    one = after(contract(100 * MILLION), form(first), form(second))
    other = after(contract(100 * MILLION), form(second), form(first))
    for sums in (running_cents, cumulative_cents, revised_cents, lowest_cents):
        assert sums(one) == sums(other)


@given(original=st.integers(1, 100 * MILLION), deltas=st.lists(DELTAS, max_size=3))
def test_every_sum_is_a_whole_number_of_cents(original: int, deltas: list[int]) -> None:
    packet = changed(original, deltas)
    sums = (revised_cents(packet), running_cents(packet), cumulative_cents(packet), lowest_cents(packet))
    assert [type(value) for value in sums] == [int] * 4


@pytest.mark.parametrize("amount", [100.0, "100", True])
def test_a_change_that_is_no_whole_number_of_cents_is_not_taken(amount: object) -> None:
    with pytest.raises(ValidationError, match="delta_cents"):
        form(delta_cents=amount)  # type: ignore[arg-type]


# Where, and what must be filled in


@pytest.mark.parametrize("state", AMENDABLE)
def test_a_registered_or_active_contract_can_be_amended(state: str) -> None:
    assert approved(contract(state=state), form()).delta_cents == 100_000


@pytest.mark.parametrize("state", sorted(ALL_STATES.keys() - set(AMENDABLE)))
def test_no_other_contract_can_be_amended(state: str) -> None:
    said = refused(contract(state=state), form())
    assert f"this one stands at “{ALL_STATES[state].label}”" in said
    assert ("reduce the contract" in said) == (state in UNREGISTERED)
    assert ("needs a new contract" in said) == (state not in UNREGISTERED)


def test_a_grant_agreement_is_not_amended() -> None:
    assert "grant agreement" in refused(contract(kind=Kind.GRANT_PILOT), form())


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"delta_cents": 0}, "The amount does not change"),
        ({"reason": "  "}, "Say why the contract is changed"),
        ({"material_scope": True}, "Start a new procurement"),
        ({"type": "scope", "delta_cents": 0, "material_scope": True}, "Start a new procurement"),
        ({"type": "scope", "delta_cents": -250_000}, "leaves the amount as it is, but -$2,500.00 is given"),
        ({"type": "term", "term_end": date(2027, 9, 30)}, "“Term extension” leaves the amount as it is"),
        ({"type": "term", "delta_cents": 0}, "Give the new last day"),
        ({"type": "amount_and_term"}, "Give the new last day"),
        ({"type": "amount_and_term", "delta_cents": 0, "term_end": date(2027, 9, 30)}, "The amount does not change"),
        ({"term_end": date(2027, 9, 30)}, "a new last day, September 30, 2027, is given"),
        ({"type": "scope", "delta_cents": 0, "term_end": date(2027, 9, 30)}, "Choose a term extension"),
        ({"ccpo_approved_on": TODAY + timedelta(days=1)}, "dated February 2, 2027, which is still to come"),
    ],
)
def test_a_change_that_is_not_filled_in_as_its_type_asks_is_refused(overrides: dict[str, Any], says: str) -> None:
    assert says in refused(contract(), form(**overrides))


def test_a_contract_without_a_registered_amount_is_not_amended() -> None:
    assert "not on record" in refused(contract(original_amount_cents=0), form())


# How small the amount may get


@given(
    original=st.integers(1, 10_000_000), deltas=st.lists(st.integers(-2_000_000, 2_000_000).filter(bool), max_size=5)
)
def test_the_amount_is_never_below_zero_whatever_is_registered_of_what_was_approved(
    original: int, deltas: list[int]
) -> None:
    packet = contract(original)
    for delta in deltas:
        answer = amend(packet, POLICY, form(delta))
        if isinstance(answer, AmendmentFacts):
            packet = packet.model_copy(update={"amendments": (*packet.amendments, answer)})
    decreases = tuple(a.model_copy(update={"status": "registered"}) for a in packet.amendments if a.delta_cents < 0)
    assert revised_cents(packet.model_copy(update={"amendments": decreases})) >= 0


@pytest.mark.parametrize(("delta", "taken"), [(-5_000_000, True), (-5_000_001, False)])
def test_a_contract_can_shrink_to_nothing_and_not_by_one_cent_more(delta: int, taken: bool) -> None:
    assert isinstance(amend(contract(), POLICY, form(delta)), AmendmentFacts) == taken


def test_an_increase_that_waits_for_registration_makes_no_room_for_a_decrease() -> None:
    packet = contract(amendments=(change(1, 2_000_000, "filed"), change(2, -1_000_000, "approved")))
    said = refused(packet, form(-4_000_001))
    assert "cannot shrink by $40,000.01: $40,000.00 is left of it, without increases that wait" in said
    assert approved(packet, form(-4_000_000)).seq_no == 3
