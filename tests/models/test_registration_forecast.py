"""When award and registration are expected, worked by hand from the stage limits (convention)."""

from datetime import date

from models.registration.forecast import forecast
from models.registration.states import Kind
from tests.factories import POLICY, make_packet, steps_to, walk

TO_FILED = steps_to("package")


def test_the_forecast_walks_the_rest_of_the_path() -> None:
    # Legal since Monday 5 October 2026: 15 business days without the 12th end on the 27th. The package takes five,
    # without Election Day: 4 November. Thirty days at the Comptroller: 4 December.
    packet = make_packet(state="legal", state_since=date(2026, 10, 5), as_of=date(2026, 10, 20))
    expected = forecast(packet, POLICY)
    assert (expected.award_on, expected.registration_on) == (date(2026, 10, 27), date(2026, 12, 4))


def test_a_stage_past_its_limit_is_expected_to_end_today() -> None:
    packet = make_packet(state="legal", state_since=date(2026, 9, 1), as_of=date(2026, 10, 20))
    assert forecast(packet, POLICY).award_on == date(2026, 10, 20)


def test_what_has_happened_keeps_its_day_in_the_forecast() -> None:
    steps = (*steps_to("package"), ("filed", date(2026, 9, 15)), ("registered", date(2026, 10, 8)))
    packet = walk(*steps, as_of=date(2027, 2, 1))
    made = next(e.on for e in packet.history if e.event == "award_made")
    assert (forecast(packet, POLICY).award_on, forecast(packet, POLICY).registration_on) == (made, date(2026, 10, 8))


def test_after_the_mayors_answer_registration_is_ten_days_away() -> None:
    steps = (("filed", date(2026, 10, 1)), ("objected", date(2026, 10, 20)), ("objection_answered", date(2026, 11, 9)))
    packet = walk(*steps_to("package"), *steps, as_of=date(2026, 11, 10))
    assert forecast(packet, POLICY).registration_on == date(2026, 11, 19)


def test_a_returned_package_is_expected_to_be_awarded_anew() -> None:
    packet = walk(*TO_FILED, ("filed", date(2026, 9, 1)), ("returned", date(2026, 9, 20)), as_of=date(2026, 9, 21))
    assert forecast(packet, POLICY).award_on > date(2026, 12, 1)


def test_an_outyear_and_a_grant_are_forecast_on_their_own_paths() -> None:
    steps = (("cleared", date(2026, 7, 20)), ("outyear_budget_agreed", date(2026, 8, 3)))
    outyear = walk(*steps, kind=Kind.MULTI_YEAR, as_of=date(2027, 1, 4))
    assert forecast(outyear, POLICY).registration_on == date(2026, 8, 3)
    # Ten business days from Tuesday 1 September 2026, without Labor Day: the 16th.
    grant = make_packet(kind=Kind.GRANT_PILOT, state="agreement", as_of=date(2026, 9, 2))
    assert forecast(grant, POLICY).award_on == forecast(grant, POLICY).registration_on == date(2026, 9, 16)


def test_a_number_that_comes_later_does_not_move_the_day_of_deemed_registration() -> None:
    steps = (
        ("filed", date(2026, 9, 15)),
        ("deemed_registered", date(2026, 10, 16)),
        ("registered", date(2026, 10, 20)),
    )
    packet = walk(*TO_FILED, *steps, as_of=date(2026, 11, 2))
    assert forecast(packet, POLICY).registration_on == date(2026, 10, 16)
