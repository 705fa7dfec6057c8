"""The agency's numbers: which value counts on which day, and what is wrong with a policy that lacks one."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from models.registration.policy import THRESHOLDS
from tests.factories import POLICY, make_policy


@pytest.mark.parametrize(
    ("id_", "day", "cents"),
    [
        ("T1", date(2025, 3, 31), 1_000_000),  # MPROC: above $10,000
        ("T1", date(2025, 4, 1), 0),  # MCLR: every organization
        ("T6", date(2018, 10, 31), 10_000_000),  # older pages: $100,000
        ("T6", date(2018, 11, 1), 25_000_000),  # PPB 2-08(e): $250,000
        ("T5", date(2019, 1, 1), 10_000_000),  # a day before the first row takes the first row
        ("T2", date(2026, 7, 1), 1_000_000),
        ("T3", date(2026, 7, 1), 2_000_000),
        ("NO_SPEAKER", date(2026, 7, 1), 100_000_000),
        ("STATEMENT", date(2026, 7, 1), 500_000),
        ("T8_REVIEW", date(2026, 7, 1), 25_000_000),
        ("T8_AUDIT", date(2026, 7, 1), 100_000_000),
        ("T12", date(2026, 7, 1), 2_500_000),
    ],
)
def test_a_threshold_counts_from_its_day_on(id_: str, day: date, cents: int) -> None:
    assert POLICY.threshold(id_, day).value == cents


def test_the_statutory_lengths_are_those_of_the_rules() -> None:
    lengths = (
        POLICY.registration_days, POLICY.answered_days, POLICY.name_check_days, POLICY.disclosure_years,
        POLICY.hearing_notice_days, POLICY.no_speaker_business_days, POLICY.comment_notice_days,
        POLICY.denial_mail_business_days, POLICY.appeal_days, POLICY.charities_extension_days,
    )  # fmt: skip
    # K2, K2, K4, K5, K6, K6, K8, K19, K19, K20
    assert lengths == (30, 10, 30, 3, 10, 5, 7, 2, 10, 180)
    # L483: signed 22 November 2024, in effect 180 days later (K8)
    assert (POLICY.comment_from - date(2024, 11, 22)).days == 180


def test_the_limits_of_contract_changes_are_those_of_the_rules() -> None:
    # T9, PPB 4-02(b): 10 percent or $500,000, one year; R24: 8 percent or $400,000; T11: 25 percent; K16: ten days
    assert (POLICY.change_limit_percent, POLICY.change_limit_cents) == (10, 50_000_000)
    assert (POLICY.change_alarm_percent, POLICY.change_alarm_cents) == (8, 40_000_000)
    assert (POLICY.extension_months, POLICY.multi_year_percent, POLICY.vendor_copy_days) == (12, 25, 10)


def test_every_number_names_its_source() -> None:
    assert all(row.source for row in POLICY.thresholds)
    assert all(limit.source for limit in POLICY.stages.values())


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("thresholds", [], "no row gives NO_SPEAKER"),
        ("stages", {}, "no limit is given for agreement"),
        ("year_end_alarms", ["05-15", "04-01"], "the first alarm comes after the second"),
        ("year_end_alarms", ["04-31", "05-15"], "day is out of range"),
        ("change_alarm_percent", 11, "the alarm comes after the limit"),
        ("change_alarm_cents", 50_000_001, "the alarm comes after the limit"),
    ],
)
def test_a_policy_that_lacks_a_number_is_refused_with_its_name(field: str, value: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says) as error:
        make_policy(**{field: value})
    assert error.value.errors()[0]["loc"] == (field,)


def test_a_stage_that_no_contract_knows_is_refused() -> None:
    stages = {name: limit.model_dump() for name, limit in POLICY.stages.items()}
    with pytest.raises(ValidationError, match="no such stage: bakery"):
        make_policy(stages=stages | {"bakery": {"days": 1, "kind": "calendar", "source": "convention"}})


def test_every_threshold_that_a_rule_asks_for_is_shipped() -> None:
    assert {row.id for row in POLICY.thresholds} == THRESHOLDS
