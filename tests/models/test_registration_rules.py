"""Every check of awards and stages fires on its boundary and not one day or one cent before it."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.registration.packet import RegistrationPacket
from models.registration.rules import review
from models.registration.states import Kind
from models.shared.findings import Finding, Severity
from tests.factories import (
    POLICY,
    make_award,
    make_event,
    make_packet,
    make_provider,
    steps_to,
    walk,
)

MEDIUM, HIGH, CRITICAL = Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL
FILED = walk(*steps_to("package"), ("filed", date(2026, 9, 15)))


def found(packet: RegistrationPacket, code: str) -> list[Finding]:
    return [finding for finding in review(packet, POLICY).findings if finding.code == code]


def severity(code: str, **overrides: Any) -> Severity | None:
    findings = found(make_packet(**overrides), code)
    return findings[0].severity if findings else None


def on(packet: RegistrationPacket, day: date, **update: Any) -> RegistrationPacket:
    return packet.model_copy(update={"as_of": day, **update})


# Awards


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 8, 14), None), (date(2026, 8, 15), MEDIUM)])
def test_an_award_is_reported_45_days_after_designation(day: date, expected: Severity | None) -> None:
    # R01: designated on 1 July 2026; 45 days on is 15 August.
    awards = (make_award(status="Pending"),)
    since = date(2026, 7, 1)
    assert severity("award_not_cleared", state="designated", state_since=since, as_of=day, awards=awards) == expected


def test_each_award_that_waits_is_named_and_a_take_back_needs_no_clearance() -> None:
    awards = (
        make_award(), make_award(mocs_id="FY27 00002", status="Pending"),
        make_award(mocs_id="FY27 00003", status="Pending", amount_cents=-100),
        make_award(mocs_id="FY27 00004", status=""),
        make_award(mocs_id="FY27 00005", status="Pending", vanished=True),
        make_award(mocs_id="FY27 00006", status="Rescinded"),
    )  # fmt: skip
    packet = make_packet(state="designated", awards=awards)
    assert [f.subject for f in found(packet, "award_not_cleared")] == ["FY27 00002", "FY27 00004"]


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 8, 17), None), (date(2026, 8, 18), HIGH)])
def test_a_scope_is_late_after_twenty_business_days(day: date, expected: Severity | None) -> None:
    # R01: cleared on Monday 20 July 2026; 20 business days end on Monday 17 August.
    assert severity("scope_not_agreed", state="scope", state_since=date(2026, 7, 20), as_of=day) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("Harbor Loom, Inc.",), None),
        (("Harbor Loom, Inc.", "HARBOR LOOM INC"), None),
        (("Harbor Loom, Inc.", "Harbor Loom Fund, Inc."), HIGH),
    ],
)
def test_two_names_are_reported_and_two_spellings_are_not(names: tuple[str, ...], expected: Severity | None) -> None:
    # R03
    assert severity("names_differ", provider=make_provider(names=names)) == expected


@pytest.mark.parametrize(("cents", "expected"), [(2_000_000, None), (2_000_001, MEDIUM)])
def test_a_new_awardee_is_reported_above_twenty_thousand(cents: int, expected: Severity | None) -> None:
    # MAPP (T3)
    provider = make_provider(new_to_council=True, council_total_cents=cents)
    assert severity("new_awardee_above_cap", amount_cents=1_000_000, provider=provider) == expected


@pytest.mark.parametrize(("cents", "expected"), [(2_500_000, None), (2_500_001, HIGH)])
def test_a_grant_is_reported_above_twenty_five_thousand(cents: int, expected: Severity | None) -> None:
    # GRANT (T12)
    assert severity("grant_above_limit", kind=Kind.GRANT_PILOT, amount_cents=cents) == expected
    assert severity("grant_above_limit", amount_cents=cents) is None


def test_an_award_that_vanished_or_was_taken_back_is_named() -> None:
    awards = (
        make_award(),
        make_award(mocs_id="FY27 00002", vanished=True),
        make_award(mocs_id="FY27 00003", status="Rescinded"),
    )
    packet = make_packet(awards=awards)
    assert [f.subject for f in found(packet, "award_vanished")] == ["FY27 00002"]
    assert [f.subject for f in found(packet, "award_taken_back")] == ["FY27 00003"]
    assert not found(make_packet(awards=awards, state="withdrawn"), "award_vanished")


# Stages and clocks


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 9, 30), None), (date(2026, 10, 1), HIGH)])
def test_a_stage_is_overdue_the_day_after_its_limit(day: date, expected: Severity | None) -> None:
    # R12: 20 business days from 1 September 2026 end on the 30th.
    assert severity("stage_overdue", as_of=day) == expected


@pytest.mark.parametrize("packet", [FILED, make_packet(state="answered", state_since=date(2026, 9, 1))])
def test_the_comptrollers_days_are_no_stage_limit_of_ours(packet: RegistrationPacket) -> None:
    assert not found(on(packet, date(2026, 12, 1)), "stage_overdue")


@pytest.mark.parametrize(
    ("day", "remedy"),
    [
        (date(2026, 8, 29), None),
        (date(2026, 8, 30), "Remind DOI."),
        (date(2026, 9, 4), "Remind DOI."),
        (date(2026, 9, 5), "The agency may decide without the answer now."),
    ],
)
def test_the_name_check_is_reported_from_day_25_and_may_be_skipped_after_day_30(day: date, remedy: str | None) -> None:
    # R08, PPB 2-08(f): requested on 5 August 2026.
    packet = walk(*steps_to("responsibility"), ("name_check_requested", date(2026, 8, 5)), as_of=day)
    assert [f.remedy for f in found(packet, "name_check_unanswered")] == ([remedy] if remedy else [])


def test_an_answered_name_check_is_not_reported_and_a_new_request_is() -> None:
    steps = (("name_check_requested", date(2026, 8, 5)), ("name_check_answered", date(2026, 8, 25)))
    packet = walk(*steps_to("responsibility"), *steps, as_of=date(2026, 9, 20))
    assert not found(packet, "name_check_unanswered")
    again = make_event("name_check_requested", date(2026, 8, 26))
    assert found(packet.model_copy(update={"history": (*packet.history, again)}), "name_check_unanswered")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 10, 4), None),
        (date(2026, 10, 5), MEDIUM),
        (date(2026, 10, 11), MEDIUM),
        (date(2026, 10, 12), HIGH),
    ],
)
def test_the_comptrollers_clock_is_reported_on_day_20_and_day_27(day: date, expected: Severity | None) -> None:
    # R14: filed on 15 September 2026.
    findings = found(on(FILED, day), "registration_clock_near")
    assert [f.severity for f in findings] == ([expected] if expected else [])


def test_a_return_and_an_objection_are_reported_with_their_reason() -> None:
    history = (make_event("returned", date(2026, 9, 14), "returned", reason="A certificate is not signed."),)
    packet = make_packet(state="returned", state_since=date(2026, 9, 14), history=history)
    (finding,) = found(packet, "package_returned")
    assert finding.message == "Returned by the Comptroller on September 14, 2026: A certificate is not signed."
    (finding,) = found(make_packet(state="objected", state_since=date(2026, 9, 14)), "objection_filed")
    assert (finding.severity, finding.evidence) == (CRITICAL, {"reason": "no reason recorded"})


@pytest.mark.parametrize(
    ("days", "expected", "told"),
    [
        (29, None, 0),
        (30, MEDIUM, 1),
        (89, MEDIUM, 1),
        (90, HIGH, 2),
        (180, CRITICAL, 3),
        (365, CRITICAL, 4),
    ],
)
def test_a_late_start_climbs_by_its_bands(days: int, expected: Severity | None, told: int) -> None:
    # R17: the term began on 1 July 2026.
    findings = found(make_packet(as_of=date(2026, 7, 1) + timedelta(days=days)), "start_passed_not_filed")
    assert [(f.severity, len(f.tell)) for f in findings] == ([(expected, told)] if expected else [])


def test_a_late_start_ends_with_filing_and_returns_with_a_return() -> None:
    day = date(2026, 10, 1)
    assert not found(on(FILED, day), "start_passed_not_filed")
    assert found(make_packet(state="returned", as_of=day), "start_passed_not_filed")
    (grant,) = found(make_packet(kind=Kind.GRANT_PILOT, state="agreement", as_of=day), "start_passed_not_filed")
    assert grant.message.endswith("and the grant agreement is not signed.")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2027, 3, 31), None),
        (date(2027, 4, 1), HIGH),
        (date(2027, 5, 14), HIGH),
        (date(2027, 5, 15), CRITICAL),
        (date(2027, 7, 1), CRITICAL),
    ],
)
def test_year_end_is_at_risk_from_april_on(day: date, expected: Severity | None) -> None:
    # R18
    assert severity("year_end_risk", as_of=day) == expected
    assert severity("year_end_risk", as_of=day, state="registered") is None


@pytest.mark.parametrize(("day", "expected"), [(date(2026, 6, 30), None), (date(2026, 7, 1), HIGH)])
def test_a_year_of_a_multi_year_contract_must_be_ready_on_its_first_day(day: date, expected: Severity | None) -> None:
    # R30, MDF (T11)
    packet = {"kind": Kind.MULTI_YEAR, "state": "scope", "state_since": date(2026, 6, 20), "as_of": day}
    assert severity("outyear_not_ready", **packet) == expected


@pytest.mark.parametrize(
    ("value", "closed", "short"),
    [
        ("comment", date(2026, 10, 13), True),  # K8: seven days from the 7th end on the 14th
        ("comment", date(2026, 10, 14), False),
        ("hearing", date(2026, 10, 16), True),  # K6: ten days end on the 17th
        ("hearing", date(2026, 10, 17), False),
    ],
)
def test_a_notice_closed_a_day_early_is_reported(value: str, closed: date, short: bool) -> None:
    steps = (("notice_published", date(2026, 10, 7), value), ("notice_completed", closed))
    packet = walk(*steps_to("public_notice"), *steps, amount_cents=20_000_000, as_of=date(2026, 11, 2))
    assert bool(found(packet, "notice_too_short")) == short


@pytest.mark.parametrize(("closed", "short"), [(date(2026, 10, 14), True), (date(2026, 10, 15), False)])
def test_a_hearing_nobody_signed_up_for_may_be_cancelled_after_five_business_days(closed: date, short: bool) -> None:
    # K6: five business days from Wednesday 7 October 2026, over Columbus Day, end on the 15th.
    steps = (("notice_published", date(2026, 10, 7), "hearing"), ("notice_completed", closed, "cancelled"))
    packet = walk(*steps_to("public_notice"), *steps, amount_cents=20_000_000, as_of=date(2026, 11, 2))
    assert bool(found(packet, "notice_too_short")) == short
