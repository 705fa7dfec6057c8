"""What one look at a case comes to: its findings, the move that clocks or facts bring, and whether a letter is due."""

from datetime import date, timedelta

import pytest

from models.registration.rules import CHECKS, review
from models.registration.states import ALL_STATES, Kind
from tests.factories import POLICY, good_documents, make_award, make_packet, make_request, steps_to, walk

FILED = walk(*steps_to("package"), ("filed", date(2026, 9, 15)))


@pytest.mark.parametrize(
    ("statuses", "move"),
    [
        (("Cleared",), "cleared"),
        (("Cleared", "Cleared"), "cleared"),
        (("Cleared", "Pending"), None),
        (("Cleared", "Rescinded"), "cleared"),
        (("Rescinded",), None),
        ((), None),
    ],
)
def test_a_contract_is_cleared_when_every_award_that_stands_is(statuses: tuple[str, ...], move: str | None) -> None:
    # MCLR: each award separately.
    awards = tuple(make_award(mocs_id=f"FY27 {n}", status=status) for n, status in enumerate(statuses))
    assert review(make_packet(state="designated", awards=awards), POLICY).move == move


def test_a_vanished_award_holds_nobody_up_and_clears_nothing() -> None:
    gone = make_award(mocs_id="FY27 00002", status="Pending", vanished=True)
    assert review(make_packet(state="designated", awards=(make_award(), gone)), POLICY).move == "cleared"
    assert review(make_packet(state="designated", awards=(make_award(vanished=True),)), POLICY).move is None


@pytest.mark.parametrize(
    ("day", "status", "move"),
    [
        (date(2027, 6, 30), "Pending", None),
        (date(2027, 7, 1), "Pending", "lapsed"),
        (date(2027, 7, 1), "Cleared", "cleared"),
    ],
)
def test_an_award_not_cleared_by_year_end_lapses(day: date, status: str, move: str | None) -> None:
    # Sx (convention)
    awards = (make_award(status=status),)
    assert review(make_packet(state="designated", as_of=day, awards=awards), POLICY).move == move


def test_a_package_is_complete_when_every_document_is_good() -> None:
    packet = make_packet()
    documents = good_documents(packet)
    assert review(packet.model_copy(update={"documents": documents}), POLICY).move == "package_complete"
    assert review(packet.model_copy(update={"documents": documents[1:]}), POLICY).move is None
    gone = {"documents": documents, "awards": (make_award(vanished=True),)}
    assert review(packet.model_copy(update=gone), POLICY).move is None


@pytest.mark.parametrize(("cents", "move"), [(10_000_000, "notice_not_required"), (10_000_001, None)])
def test_no_notice_is_needed_up_to_a_hundred_thousand(cents: int, move: str | None) -> None:
    # PPB 2-11 (T5)
    assert review(make_packet(state="public_notice", amount_cents=cents), POLICY).move == move


@pytest.mark.parametrize(
    ("state", "asks"), [("designated", True), ("scope", True), ("documents", True), ("legal", False)]
)
def test_a_first_letter_is_due_as_soon_as_something_is_missing(state: str, asks: bool) -> None:
    assert review(make_packet(state=state), POLICY).asks == asks


def test_no_letter_is_due_when_nothing_is_missing_or_no_award_is_left() -> None:
    packet = make_packet()
    assert not review(packet.model_copy(update={"documents": good_documents(packet)}), POLICY).asks
    assert not review(make_packet(awards=(make_award(status="Rescinded"),)), POLICY).asks
    assert not review(make_packet(awards=(make_award(vanished=True),)), POLICY).asks


@pytest.mark.parametrize(("day", "asks"), [(date(2026, 9, 15), False), (date(2026, 9, 16), True)])
def test_the_next_letter_waits_for_the_date_of_the_last(day: date, asks: bool) -> None:
    everything = [item.requirement.document for item in review(make_packet(), POLICY).missing]
    assert review(make_packet(as_of=day, request=make_request(*everything)), POLICY).asks == asks


@pytest.mark.parametrize("state", ["designated", "scope"])
def test_before_the_package_stage_a_provider_is_told_once(state: str) -> None:
    assert not review(make_packet(state=state, as_of=date(2026, 10, 1), request=make_request()), POLICY).asks


@pytest.mark.parametrize(("told", "asks"), [(date(2026, 8, 31), True), (date(2026, 9, 1), False)])
def test_the_package_stage_begins_with_a_letter_of_its_own(told: date, asks: bool) -> None:
    # The stage began on 1 September 2026; what was sent before it told only what would be needed.
    everything = [item.requirement.document for item in review(make_packet(), POLICY).missing]
    assert review(make_packet(request=make_request(*everything, on=told)), POLICY).asks == asks


def test_something_newly_missing_is_asked_for_at_once() -> None:
    first, *others = [item.requirement.document for item in review(make_packet(), POLICY).missing]
    assert review(make_packet(request=make_request(*others)), POLICY).asks
    assert first not in others


@pytest.mark.parametrize("state", ALL_STATES)
@pytest.mark.parametrize("kind", list(Kind))
def test_a_review_finds_each_thing_once_in_any_state_and_at_any_time(state: str, kind: Kind) -> None:
    for days in (0, 50, 400, 2000):
        packet = make_packet(state=state, kind=kind, as_of=date(2026, 9, 15) + timedelta(days=days))
        keys = [finding.key for finding in review(packet, POLICY).findings]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("state", [name for name, state in ALL_STATES.items() if state.final])
def test_nothing_is_found_in_a_closed_case(state: str) -> None:
    awards = (make_award(vanished=True), make_award(mocs_id="FY27 00002", status="Rescinded"))
    assert review(make_packet(state=state, awards=awards, as_of=date(2027, 9, 1)), POLICY).findings == ()


def test_what_a_finding_says_stays_the_same_from_day_to_day() -> None:
    packet, later = (FILED.model_copy(update={"as_of": date(2026, 10, day)}) for day in (13, 14))
    assert review(packet, POLICY).findings == review(later, POLICY).findings != ()


def test_every_check_says_where_it_comes_from() -> None:
    assert all("Source:" in (check.__doc__ or "") for check in CHECKS)
