"""Every clock, worked by hand: when it starts, its last day, and how it stands the day before, on and after it.

Dates are those of fiscal year 2027; its City holidays stand in tests/factories.py.
"""

from datetime import date, timedelta

import pytest

from models.registration.clocks import Clock, ClockState, clocks
from models.registration.packet import RegistrationPacket
from models.registration.rules import move_by_clock
from tests.factories import POLICY, make_document, make_event, make_packet, steps_to, walk

TO_FILED = steps_to("package")
TO_NOTICE = steps_to("public_notice")
TO_RESPONSIBILITY = steps_to("responsibility")


def find(packet: RegistrationPacket, code: str, label: str = "") -> list[Clock]:
    return [c for c in clocks(packet, POLICY) if c.code == code and label in c.label]


def on(packet: RegistrationPacket, day: date) -> RegistrationPacket:
    return packet.model_copy(update={"as_of": day})


def word_on(packet: RegistrationPacket, day: date, code: str, label: str = "") -> str:
    (clock,) = find(on(packet, day), code, label)
    return clock.word


# K2: the Comptroller. Charter 328(a), PPB 2-12(d): 30 days from the complete package; 10 after the Mayor's answer.


def test_the_comptroller_has_thirty_days_weekends_and_holidays_included() -> None:
    # Filed on Tuesday 15 September 2026: 15 days to the 30th, 15 more to 15 October. Columbus Day changes nothing.
    (clock,) = find(walk(*TO_FILED, ("filed", date(2026, 9, 15))), "K2")
    assert (clock.started_on, clock.due_on, clock.kind) == (date(2026, 9, 15), date(2026, 10, 15), "calendar")


@pytest.mark.parametrize(
    ("day", "word", "move"),
    [
        (date(2026, 10, 14), "running", None),
        (date(2026, 10, 15), "running", None),
        (date(2026, 10, 16), "overdue", "deemed_registered"),
    ],
)
def test_a_contract_is_deemed_registered_on_the_day_after_the_thirtieth(day: date, word: str, move: str | None) -> None:
    packet = on(walk(*TO_FILED, ("filed", date(2026, 9, 15))), day)
    assert word_on(packet, day, "K2") == word
    assert move_by_clock(packet, POLICY) == move


def test_the_mayors_answer_starts_ten_days() -> None:
    # Answered on 1 December 2026: the tenth day is the 11th.
    objected = (("filed", date(2026, 10, 20)), ("objected", date(2026, 10, 28)))
    packet = walk(*TO_FILED, *objected, ("objection_answered", date(2026, 12, 1)))
    assert find(packet, "K2", "Mayor")[0].due_on == date(2026, 12, 11)
    assert move_by_clock(on(packet, date(2026, 12, 11)), POLICY) is None
    assert move_by_clock(on(packet, date(2026, 12, 12)), POLICY) == "deemed_registered"


def test_an_objection_stops_the_thirty_days() -> None:
    packet = walk(*TO_FILED, ("filed", date(2026, 10, 20)), ("objected", date(2026, 10, 28)))
    (clock,) = find(on(packet, date(2027, 3, 1)), "K2")
    assert (clock.ended_on, clock.state) == (date(2026, 10, 28), ClockState.MET)
    assert move_by_clock(on(packet, date(2027, 3, 1)), POLICY) is None


def test_a_new_filing_after_a_return_starts_a_new_clock() -> None:
    # PPB 2-12(d),(f): filed 1 September, returned on the 20th, filed again 1 October: the 31st is the last day.
    again = (("returned", date(2026, 9, 20)), ("package_corrected", date(2026, 9, 25)), ("filed", date(2026, 10, 1)))
    packet = walk(*TO_FILED, ("filed", date(2026, 9, 1)), *again)
    (clock,) = find(packet, "K2")
    assert (clock.started_on, clock.due_on, clock.ended_on) == (date(2026, 10, 1), date(2026, 10, 31), None)
    assert move_by_clock(on(packet, date(2026, 10, 31)), POLICY) is None


@pytest.mark.parametrize(
    ("end", "day", "state", "word"),
    [
        ("registered", date(2026, 10, 15), ClockState.MET, "met"),
        ("returned", date(2026, 10, 15), ClockState.MET, "met"),
        ("deemed_registered", date(2026, 10, 16), ClockState.MET_LATE, "ran out"),
    ],
)
def test_what_ends_the_comptrollers_clock_shows(end: str, day: date, state: ClockState, word: str) -> None:
    (clock,) = find(walk(*TO_FILED, ("filed", date(2026, 9, 15)), (end, day), as_of=date(2026, 11, 1)), "K2")
    assert (clock.ended_on, clock.state, clock.word) == (day, state, word)


def test_a_number_that_comes_after_the_contract_was_deemed_registered_ends_nothing() -> None:
    late = (("deemed_registered", date(2026, 10, 16)), ("registered", date(2026, 10, 20)))
    (clock,) = find(walk(*TO_FILED, ("filed", date(2026, 9, 15)), *late), "K2")
    assert clock.ended_on == date(2026, 10, 16)


# K4: DOI vendor name check. PPB 2-08(f): 30 days from the request.


def test_the_name_check_has_thirty_days_from_the_request() -> None:
    # Requested on 5 August 2026: 26 days to the 31st, four more to 4 September.
    packet = walk(*TO_RESPONSIBILITY, ("name_check_requested", date(2026, 8, 5)))
    assert find(packet, "K4")[0].due_on == date(2026, 9, 4)
    assert word_on(packet, date(2026, 9, 4), "K4") == "running"
    assert word_on(packet, date(2026, 9, 5), "K4") == "overdue"


@pytest.mark.parametrize("answer", ["name_check_answered", "found_responsible"])
def test_an_answer_or_the_determination_stops_the_name_check(answer: str) -> None:
    packet = walk(*TO_RESPONSIBILITY, ("name_check_requested", date(2026, 8, 5)), (answer, date(2026, 9, 4)))
    assert word_on(packet, date(2026, 10, 1), "K4") == "met"


# K6 and K8: public notice. PPB 2-11(c) (text of 2020); Laws of 2024, ch. 483, in effect from 21 May 2025.


def test_a_comment_period_lasts_seven_days() -> None:
    packet = walk(*TO_NOTICE, ("notice_published", date(2026, 8, 26), "comment"))
    (clock,) = find(packet, "K8")
    assert clock.due_on == date(2026, 9, 2)
    assert word_on(packet, date(2026, 9, 2), "K8") == "running"
    assert word_on(packet, date(2026, 9, 3), "K8") == "over"


def test_a_period_that_is_over_is_not_overdue() -> None:
    packet = walk(*TO_NOTICE, ("notice_published", date(2026, 8, 26), "comment"), as_of=date(2026, 9, 30))
    assert find(packet, "K8")[0].state is ClockState.MET


@pytest.mark.parametrize(("closed", "word"), [(date(2026, 9, 1), "cut short"), (date(2026, 9, 2), "kept")])
def test_closing_a_comment_period_on_day_six_cuts_it_short(closed: date, word: str) -> None:
    packet = walk(
        *TO_NOTICE, ("notice_published", date(2026, 8, 26), "comment"), ("notice_completed", closed), state="legal"
    )
    assert word_on(packet, date(2026, 9, 30), "K8") == word


def test_a_hearing_needs_ten_days_notice_and_five_business_days_to_sign_up() -> None:
    # Wednesday 7 October 2026: ten days on is the 17th; 8, 9, 13, 14, 15 are business days (12 October is a holiday).
    packet = walk(*TO_NOTICE, ("notice_published", date(2026, 10, 7), "hearing"))
    dues = {clock.kind: clock.due_on for clock in find(packet, "K6")}
    assert dues == {"calendar": date(2026, 10, 17), "business": date(2026, 10, 15)}


@pytest.mark.parametrize(("cents", "clocks_"), [(100_000_000, 2), (100_000_001, 1)])
def test_only_a_hearing_up_to_a_million_can_be_cancelled(cents: int, clocks_: int) -> None:
    packet = walk(*TO_NOTICE, ("notice_published", date(2026, 10, 7), "hearing"), amount_cents=cents)
    assert len(find(packet, "K6")) == clocks_


@pytest.mark.parametrize(("cents", "words"), [(20_000_000, ["kept"]), (200_000_000, ["cut short"])])
def test_a_cancelled_hearing_is_measured_by_the_time_to_sign_up(cents: int, words: list[str]) -> None:
    steps = (("notice_published", date(2026, 10, 7), "hearing"), ("notice_completed", date(2026, 10, 15), "cancelled"))
    packet = walk(*TO_NOTICE, *steps, amount_cents=cents)
    assert [clock.word for clock in find(packet, "K6")] == words


@pytest.mark.parametrize(("published", "code"), [(date(2025, 5, 20), "K6"), (date(2025, 5, 21), "K8")])
def test_comment_replaces_the_hearing_from_the_day_of_the_law_on(published: date, code: str) -> None:
    history = (make_event("notice_published", published, "public_notice"),)
    packet = make_packet(state="public_notice", history=history, amount_cents=20_000_000)
    assert {c.code for c in clocks(packet, POLICY)} >= {code}
    assert not find(packet, {"K6": "K8", "K8": "K6"}[code])


# K19: denial of responsibility. PPB 2-08(h): mailed in 2 business days; PPB 2-08(k): appeal in 10 days of receipt.


@pytest.mark.parametrize(
    ("found", "mail_by"),
    [
        (date(2026, 10, 6), date(2026, 10, 8)),  # Tuesday: Wednesday, Thursday
        (date(2026, 10, 9), date(2026, 10, 14)),  # Friday: Monday is a holiday, so Tuesday, Wednesday
    ],
)
def test_a_denial_is_mailed_within_two_business_days(found: date, mail_by: date) -> None:
    (clock,) = find(walk(*TO_RESPONSIBILITY, ("found_not_responsible", found)), "K19", "Mail")
    assert (clock.due_on, clock.kind) == (mail_by, "business")


def test_the_appeal_runs_ten_days_from_receipt_and_not_from_mailing() -> None:
    mailed = (("found_not_responsible", date(2026, 10, 6)), ("denial_mailed", date(2026, 10, 8)))
    packet = walk(*TO_RESPONSIBILITY, *mailed)
    assert not find(packet, "K19", "appeal")
    packet = walk(*TO_RESPONSIBILITY, *mailed, ("denial_received", date(2026, 10, 13)))
    assert find(packet, "K19", "appeal")[0].due_on == date(2026, 10, 23)
    assert word_on(packet, date(2026, 10, 23), "K19", "appeal") == "running"
    assert word_on(packet, date(2026, 10, 24), "K19", "appeal") == "over"


@pytest.mark.parametrize(
    ("event", "day", "word"),
    [
        ("appeal_filed", date(2026, 10, 23), "met"),
        ("appeal_filed", date(2026, 10, 24), "met late"),
        ("appeal_period_ended", date(2026, 10, 22), "cut short"),
        ("appeal_period_ended", date(2026, 10, 24), "kept"),
    ],
)
def test_an_appeal_in_time_one_too_late_and_a_period_closed_too_early(event: str, day: date, word: str) -> None:
    denial = (
        ("found_not_responsible", date(2026, 10, 6)),
        ("denial_mailed", date(2026, 10, 8)),
        ("denial_received", date(2026, 10, 13)),
    )
    packet = walk(*TO_RESPONSIBILITY, *denial, (event, day))
    assert word_on(packet, date(2026, 11, 2), "K19", "appeal") == word


# K5, K20, K21: how long papers stay good.


@pytest.mark.parametrize(
    ("filed", "last"),
    [(date(2024, 3, 10), date(2027, 3, 9)), (date(2024, 2, 29), date(2027, 2, 27))],
)
def test_disclosures_are_good_while_less_than_three_years_old(filed: date, last: date) -> None:
    # PPB 2-08(e)(2)
    packet = make_packet(documents=(make_document("passport_disclosures", signed_on=filed),))
    assert find(packet, "K5")[0].due_on == last
    assert word_on(packet, last, "K5") == "running"
    assert word_on(packet, last + timedelta(days=1), "K5") == "expired"


@pytest.mark.parametrize(
    ("covered", "extended", "last"),
    [
        # The report for 2026 falls due on the 15th day of the 5th month after 31 December 2026.
        (date(2025, 12, 31), None, date(2027, 5, 15)),
        (date(2025, 6, 30), None, date(2026, 11, 15)),
        (date(2025, 8, 31), None, date(2027, 1, 15)),
        # An extension counts, for at most 180 days: 15 May and 180 days is 11 November 2027.
        (date(2025, 12, 31), date(2027, 11, 11), date(2027, 11, 11)),
        (date(2025, 12, 31), date(2028, 5, 15), date(2027, 11, 11)),
    ],
)
def test_the_charities_report_falls_due_in_the_fifth_month(covered: date, extended: date | None, last: date) -> None:
    # Executive Law art. 7-A
    fact = make_document("charities_registration", period_end=covered, expires_on=extended)
    packet = make_packet(documents=(fact,), as_of=date(2027, 9, 1))
    assert find(packet, "K20")[0].due_on == last


def test_the_charities_clock_does_not_run_before_the_year_has_ended() -> None:
    fact = make_document("charities_registration", period_end=date(2025, 12, 31))
    assert not find(make_packet(documents=(fact,), as_of=date(2026, 12, 30)), "K20")
    assert find(make_packet(documents=(fact,), as_of=date(2026, 12, 31)), "K20")


def test_prequalification_is_good_until_the_day_that_it_states() -> None:
    fact = make_document("prequalification", signed_on=date(2026, 3, 10), expires_on=date(2026, 9, 15))
    packet = make_packet(documents=(fact,))
    assert word_on(packet, date(2026, 9, 15), "K21") == "running"
    assert word_on(packet, date(2026, 9, 16), "K21") == "expired"


# The office's own limits (convention).


def test_a_stage_limit_counts_business_days_over_holidays() -> None:
    # 20 business days from Tuesday 1 September 2026, without Labor Day, end on Wednesday the 30th.
    (clock,) = find(make_packet(), "SLA")
    assert (clock.due_on, clock.holder, clock.kind) == (date(2026, 9, 30), "Provider", "business")


@pytest.mark.parametrize("state", ["active", "withdrawn", "denied", "lapsed"])
def test_no_limit_runs_where_nothing_is_to_be_done(state: str) -> None:
    assert not find(make_packet(state=state), "SLA")


def test_no_limit_runs_for_a_notice_that_is_not_needed() -> None:
    assert not find(make_packet(state="public_notice", amount_cents=10_000_000), "SLA")
    assert find(make_packet(state="public_notice", amount_cents=10_000_001), "SLA")
