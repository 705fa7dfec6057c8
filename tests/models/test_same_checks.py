"""Several requisitions are one list only where their reviews came to the same."""

import pytest

from models.payments.acts import ACTS
from models.payments.rules import review
from models.payments.same_checks import FOR_MANY, MEANINGS, Checks, checks_of, groups, not_for_many, same_checks
from models.payments.verdicts import Outcome
from models.shared.findings import Severity
from tests.golden_payments import golden_cases

CLEAN, HELD = Checks(Outcome.APPROVED, ()), Checks(Outcome.HELD, ("P14",))


def test_requisitions_with_the_same_outcome_and_failed_checks_are_one_list():
    assert same_checks([("A", HELD), ("B", HELD)]) == ""
    assert same_checks([("A", CLEAN)]) == same_checks([]) == ""


@pytest.mark.parametrize("other", [HELD, Checks(Outcome.SPLIT, ()), Checks(Outcome.APPROVED, ("P8",))])
def test_another_outcome_or_another_failed_check_is_another_list_and_says_which(other: Checks):
    told = same_checks([("R-1", CLEAN), ("R-2", CLEAN), ("R-3", other)])
    assert "R-1, R-2: approved, no check failed" in told and f"R-3: {other.words}" in told


def test_groups_keep_the_order_of_the_list_the_largest_first():
    assert groups([("A", HELD), ("B", CLEAN), ("C", CLEAN)]) == {CLEAN: ["B", "C"], HELD: ["A"]}


def test_a_long_list_that_differs_names_the_first_and_counts_the_rest():
    told = same_checks([("Z", HELD), *((f"A{number}", CLEAN) for number in range(7))])
    assert "A0, A1, A2 and 4 more: approved" in told


@pytest.mark.parametrize("case", golden_cases(), ids=lambda case: f"{case.file}-{case.name}"[:60])
def test_every_check_that_fails_has_its_words_and_a_note_is_no_failure(case):
    verdict = review(case.packet, case.policy)
    found = checks_of(verdict)
    noted = {f.code for f in verdict.findings if f.severity is Severity.INFO}
    failed = {f.code for f in verdict.findings if f.severity is not Severity.INFO}
    assert set(found.failed) == failed and failed <= MEANINGS.keys()
    assert not (noted - failed) & set(found.failed)
    assert [int(code[1:]) for code in found.failed] == sorted(int(code[1:]) for code in found.failed)


def test_only_the_acts_for_many_and_only_one_of_them_stand_on_a_list():
    assert all(not not_for_many([act, act]) for act in FOR_MANY)
    assert not_for_many(["sent_back", "sent_back"]) and not_for_many(["withdrawn", "withdrawn"])
    assert not_for_many(["program_approved", "fiscal_approved"])
    assert not any(not_for_many([act]) for act in ACTS)
