"""Limits of a contract's changes, to the cent and the day, and the reductions before registration."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.registration.amendment_rules import cumulative_changes_near_limit
from models.registration.amendments import AmendmentForm, amend, reduce
from models.registration.moves import Refusal
from models.registration.states import UNREGISTERED, Kind
from models.shared.findings import Severity
from tests.amendments import MILLION, TODAY, approved, change, changed, contract, extension, form, refused
from tests.factories import POLICY, make_packet, make_policy

# CCPO, extension, registration


@pytest.mark.parametrize(
    ("original", "deltas", "delta", "needs"),
    [
        (5_000_000, [], 50_000_000, False),  # $500,000 is the greater: at it
        (5_000_000, [], 50_000_001, True),
        (5_000_000, [49_999_999], 1, False),
        (5_000_000, [49_999_999], 2, True),
        (10 * MILLION, [], 100_000_000, False),  # 10 percent of $10 million is the greater
        (10 * MILLION, [], 100_000_001, True),
        (1_000_000_009, [], 100_000_000, False),  # the share ends within a cent: 100,000,000.9
        (1_000_000_009, [], 100_000_001, True),
        (MILLION, [30_000_000, -20_000_000], -1, True),  # a decrease makes no room
        (MILLION, [30_000_000, -20_000_000], 1, True),
        (MILLION, [30_000_000, -19_999_999], -1, False),
    ],
)
def test_the_ccpo_approves_what_takes_all_changes_above_the_limit(
    original: int, deltas: list[int], delta: int, needs: bool
) -> None:
    packet = changed(original, deltas)
    assert isinstance(amend(packet, POLICY, form(delta)), Refusal) == needs
    with_approval = form(delta, ccpo_reference="CCPO-27-118", ccpo_approved_on=TODAY)
    assert approved(packet, with_approval).ccpo_reference == "CCPO-27-118"


@given(original=st.integers(1, 100 * MILLION), total=st.integers(1, 20 * MILLION))
def test_the_limit_is_the_greater_of_both_for_every_cent(original: int, total: int) -> None:
    above = total * 10 > original and total > 50_000_000
    assert isinstance(amend(contract(original), POLICY, form(total)), Refusal) == above


@pytest.mark.parametrize("half", [{"ccpo_reference": "CCPO-27-118"}, {"ccpo_approved_on": TODAY}])
def test_half_an_approval_of_the_ccpo_is_none_and_the_refusal_names_the_amounts(half: dict[str, Any]) -> None:
    said = refused(changed(MILLION, [40_000_000]), form(10_000_001, **half))
    assert "come to $500,000.01" in said
    assert "Above $500,000.00, the greater of $500,000.00 and 10 percent of the original $1,000,000.00" in said


def test_above_the_limit_the_ccpo_approves_an_extension_too() -> None:
    assert "(CCPO)" in refused(changed(MILLION, [50_000_001]), extension(date(2027, 9, 30)))


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (date(2027, 6, 30), "already runs to June 30, 2027"),
        (date(2027, 7, 1), ""),
        (date(2028, 6, 30), ""),
        (date(2028, 7, 1), "to June 30, 2028 at most"),
    ],
)
def test_a_term_is_extended_by_a_day_to_a_year(day: date, says: str) -> None:
    if says:
        assert says in refused(contract(), extension(day))
    else:
        assert approved(contract(), extension(day)).term_end == day


@pytest.mark.parametrize("status", ["approved", "registered"])
def test_extensions_are_counted_together_from_the_first_end(status: str) -> None:
    first = change(1, 0, status, type="term", term_end=date(2028, 3, 31))
    term_end = date(2028, 3, 31) if status == "registered" else date(2027, 6, 30)
    packet = contract(amendments=(first,), term_end=term_end)
    assert "already runs to March 31, 2028" in refused(packet, extension(date(2028, 3, 31)))
    assert approved(packet, extension(date(2028, 6, 30))).term_end == date(2028, 6, 30)
    assert "to June 30, 2028 at most" in refused(packet, extension(date(2028, 7, 1)))


def test_the_year_of_extension_runs_from_the_end_that_a_multi_year_contract_has() -> None:
    packet, end = contract(kind=Kind.MULTI_YEAR), date(2029, 6, 30)
    assert approved(packet, extension(date(2030, 6, 30)), end).term_end == date(2030, 6, 30)
    assert "to June 30, 2030 at most" in refused(packet, extension(date(2030, 7, 1)), end)
    assert "already runs to June 30, 2029" in refused(packet, extension(end), end)


@pytest.mark.parametrize(
    ("kind", "asked", "deltas", "needs"),
    [
        (Kind.STANDARD, form(1), [], True),
        (Kind.STANDARD, extension(date(2027, 9, 30)), [], True),
        (Kind.STANDARD, form(0, type="scope"), [], False),
        (Kind.MULTI_YEAR, form(1_250_000), [], False),  # 25 percent of $50,000
        (Kind.MULTI_YEAR, form(1_250_001), [], True),
        (Kind.MULTI_YEAR, form(-1), [1_000_000, -250_000], True),
        (Kind.MULTI_YEAR, form(-1), [1_000_000, -249_999], False),
        (Kind.MULTI_YEAR, extension(date(2027, 9, 30)), [], True),
        (Kind.MULTI_YEAR, form(1, type="amount_and_term", term_end=date(2027, 9, 30)), [], True),
    ],
)
def test_a_change_of_amount_or_term_is_registered_but_a_quarter_of_a_multi_year_contract(
    kind: Kind, asked: AmendmentForm, deltas: list[int], needs: bool
) -> None:
    assert approved(changed(5_000_000, deltas, kind=kind), asked).needs_registration is needs


# The warning


@pytest.mark.parametrize(
    ("original", "deltas", "says"),
    [
        (5_000_000, [40_000_000], None),  # R24: above $400,000
        (
            5_000_000,
            [40_000_001],
            "come to $400,000.01, increases and decreases added up. That is $99,999.99 below",
        ),
        (5_000_000, [20_000_000, -20_000_001], "$99,999.99 below the $500,000.00"),
        (10 * MILLION, [80_000_000], None),  # R24: above 8 percent
        (10 * MILLION, [80_000_001], "$199,999.99 below the $1,000,000.00"),
        (5_000_000, [50_000_000], "$0.00 below the $500,000.00"),
        (5_000_000, [50_000_001], "above the $500,000.00"),
    ],
)
def test_changes_near_the_limit_are_reported_to_the_acco(original: int, deltas: list[int], says: str | None) -> None:
    found = list(cumulative_changes_near_limit(changed(original, deltas), POLICY))
    assert [(f.severity, f.tell) for f in found] == ([(Severity.MEDIUM, ("ACCO",))] if says else [])
    assert all(says in f.message for f in found if says)


@pytest.mark.parametrize("state", ["close_out", "closed"])
def test_nobody_is_warned_of_changes_once_none_can_follow(state: str) -> None:
    assert list(cumulative_changes_near_limit(changed(5_000_000, [60_000_000], state=state), POLICY)) == []


def test_the_limits_are_those_of_the_policy() -> None:
    policy = make_policy(change_alarm_cents=0, change_alarm_percent=1, change_limit_cents=100, change_limit_percent=2)
    packet = changed(5_000_000, [50_001])
    assert [f.evidence["limit"] for f in cumulative_changes_near_limit(packet, policy)] == ["$1,000.00"]
    assert isinstance(amend(packet, policy, form(50_000)), Refusal)


# Reductions


@given(
    awards=st.integers(2, 10_000_000), steps=st.lists(st.integers(1, 9_999_999), min_size=1, max_size=3), data=st.data()
)
def test_awards_and_adjustment_are_the_amount_after_each_reduction(
    awards: int, steps: list[int], data: st.DataObject
) -> None:
    packet = make_packet(amount_cents=awards)
    for _ in steps:
        if packet.amount_cents == 1:
            break
        wanted = data.draw(st.integers(1, packet.amount_cents - 1))
        adjustment = reduce(packet, POLICY, wanted, "The budget of the year was cut.")
        assert isinstance(adjustment, int)
        assert adjustment < 0
        assert awards + adjustment == wanted
        packet = packet.model_copy(update={"amount_cents": wanted, "adjustment_cents": adjustment})


@pytest.mark.parametrize("wanted", [-1, 0, 5_000_000, 5_000_001])
def test_a_reduction_leaves_something_and_takes_something(wanted: int) -> None:
    answer = reduce(make_packet(), POLICY, wanted, "The budget of the year was cut.")
    assert isinstance(answer, Refusal)
    assert "is no reduction of $50,000.00" in answer.sentence


@pytest.mark.parametrize(
    ("overrides", "reason", "says"),
    [
        ({}, " ", "Say why"),
        ({"state": "active"}, "Cut.", "this one stands at “Active”. Record an amendment instead."),
        ({"state": "active", "kind": Kind.GRANT_PILOT}, "Cut.", "Its amount stays as it is."),
        ({"state": "withdrawn"}, "Cut.", "Its amount stays as it is."),
        ({"state": "filed"}, "Cut.", "with the Comptroller for $50,000.00"),
        ({"state": "answered"}, "Cut.", "with the Comptroller for $50,000.00"),
        ({"amount_cents": 0}, "Cut.", "withdraw the contract"),
    ],
)
def test_a_reduction_that_cannot_be_is_refused_with_its_reason(
    overrides: dict[str, Any], reason: str, says: str
) -> None:
    answer = reduce(make_packet(**overrides), POLICY, 4_000_000, reason)
    assert isinstance(answer, Refusal)
    assert says in answer.sentence


@pytest.mark.parametrize("state", sorted(UNREGISTERED - {"filed", "objected", "answered"}))
def test_a_contract_is_reduced_wherever_it_stands_before_the_filing(state: str) -> None:
    assert reduce(make_packet(state=state), POLICY, 4_000_000, "The budget of the year was cut.") == -1_000_000
