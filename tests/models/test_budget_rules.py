"""The checks of a budget that came in, each against facts worked out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.payments.budget_acts import misfit
from models.payments.budget_changes import compare, kind_of, touched
from models.payments.budget_packet import BudgetInForce
from models.payments.budget_rules import obstacles, review_budget
from models.payments.budget_states import Kind
from models.payments.packet import Category, RateFacts
from tests.budget_packets import BEFORE, FRINGE, INDIRECT, MOVED, OTPS, PS, lines, packet
from tests.golden_payments import make_payments_policy as policy


def codes(**changed: Any) -> list[tuple[str, str]]:
    return [finding.key for finding in review_budget(packet(**changed), policy())]


def test_a_modification_that_moves_money_within_the_rates_passes_every_check() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        # Version 2 took effect after it was compared with version 1.
        ({"in_force": BudgetInForce(version=2, lines=BEFORE)}, ("B1", "version")),
        # 95,700 in force; 95,800 asked for.
        ({"lines": (*MOVED[:2], *lines((3, OTPS, 14_600_00)), MOVED[3])}, ("B2", "total")),
        # 95,700 of a contract of 95,699.99; or with 30,000 of another year of one of 120,000.
        ({"max_cents": 95_699_99}, ("B3", "total")),
        ({"other_years_cents": 30_000_00}, ("B3", "total")),
        # 58,000.01 is approved of a line that would have 58,000.
        ({"approved": ((1, 58_000_01),)}, ("B4", "line 1")),
        # A line that is gone keeps nothing for what was approved on it.
        ({"approved": ((9, 1),)}, ("B4", "line 9")),
        ({"lines": (*MOVED[:2], *lines((3, PS, 14_500_00)), MOVED[3]), "approved": ((3, 1),)}, ("B5", "line 3")),
        ({"fiscal_year": 2029}, ("B6", "fiscal year")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_keeps_a_budget_from_being_approved_is_found_and_said(changed: dict[str, Any], found: Any) -> None:
    findings = review_budget(packet(**changed), policy())
    assert found in [finding.key for finding in obstacles(findings)]
    assert misfit("program_approved", findings).startswith("It cannot be approved as it is.")
    assert misfit("budget_returned", findings) == ""


def test_what_is_approved_on_a_line_to_the_cent_may_stay_all_of_it() -> None:
    assert codes(approved=((1, 58_000_00),)) == []


@pytest.mark.parametrize(
    ("changed", "subject"),
    [
        # 25% of 58,000 is 14,500; 10% of 87,000 is 8,700. From FY28 on the accepted rate has ended: 10% by default.
        ({"lines": (MOVED[0], *lines((2, FRINGE, 14_500_01), (3, OTPS, 14_499_99)), MOVED[3])}, "fringe"),
        ({"lines": (*MOVED[:2], *lines((3, OTPS, 14_499_99), (6, INDIRECT, 8_700_01)))}, "indirect"),
    ],
    ids=["fringe", "indirect"],
)
def test_a_rate_that_is_exceeded_is_said_and_blocks_nothing(changed: dict[str, Any], subject: str) -> None:
    findings = review_budget(packet(**changed), policy())
    assert ("B7", subject) in [finding.key for finding in findings]
    assert obstacles(findings) == [] and misfit("fiscal_approved", findings) == ""


def test_an_accepted_rate_that_ended_before_the_year_gives_way_to_the_default() -> None:
    ended = RateFacts(fringe=Decimal("0.25"), indirect=Decimal("0.15"), indirect_expires=date(2026, 6, 30))
    more = (*MOVED[:2], *lines((3, OTPS, 14_499_99), (6, INDIRECT, 8_700_01)))
    assert ("B7", "indirect") in codes(lines=more, rates=ended)
    holds = ended.model_copy(update={"indirect_expires": date(2027, 6, 30)})
    assert ("B7", "indirect") not in codes(lines=more, rates=holds)


def test_consultants_beyond_their_share_are_said_and_block_nothing() -> None:
    # 35% of 95,700 is 33,495.
    shared = lines(
        (1, PS, 47_700_00), (2, FRINGE, 5_804_99), (3, Category.CONSULTANT, 33_495_01), (6, INDIRECT, 8_700_00)
    )
    findings = review_budget(packet(lines=shared), policy())
    assert [f.key for f in findings] == [("B8", "suppliers")] and obstacles(findings) == []


def test_an_amended_budget_says_by_how_much_it_differs_and_names_the_amendment_that_waits() -> None:
    more = (*MOVED[:3], *lines((6, INDIRECT, 8_700_00), (7, OTPS, 24_300_01)))
    findings = review_budget(packet(kind=Kind.AMENDED, lines=more, amendment="amendment No. 1"), policy())
    said = {finding.code: finding.message for finding in findings}
    assert "$24,300.01 more than the $95,700.00" in said["B2"]
    assert "Amendment No. 1 is approved and not registered yet." in said["B3"]


def test_a_first_budget_is_compared_with_nothing() -> None:
    assert codes(kind=Kind.BUDGET, based_on=0, in_force=BudgetInForce(), lines=BEFORE) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [(None, 5, Kind.BUDGET), (5, 5, Kind.MODIFICATION), (5, 6, Kind.AMENDED), (5, 4, Kind.AMENDED)],
)
def test_the_totals_say_what_kind_of_budget_it_is(before: int | None, after: int, kind: Kind) -> None:
    assert kind_of(before, after) is kind


def test_lines_that_are_new_gone_or_different_in_any_word_are_touched() -> None:
    renamed = (BEFORE[0].model_copy(update={"title": "Director"}), BEFORE[1], *lines((4, OTPS, 12_000_00)), BEFORE[3])
    assert touched(BEFORE, renamed) == (1, 3, 4)
    told = {change.no: change for change in compare(BEFORE, renamed)}
    assert (told[3].after_cents, told[3].difference_cents) == (None, -12_000_00)
    assert (told[4].before_cents, told[4].difference_cents) == (None, 12_000_00)
    assert told[1].was == "Line 1 (PS)" and not told[2].is_touched
    assert touched(BEFORE, tuple(reversed(BEFORE))) == ()
