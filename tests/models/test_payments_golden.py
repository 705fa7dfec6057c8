"""Every requisition worked out by hand comes out to the cent: outcome, lines, codes, amounts, dates and interest."""

import inspect
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from models.payments.rules import CHECKS, review
from models.payments.verdicts import Verdict
from models.shared.money import plain
from tests.golden_payments import GoldenCase, golden_cases

CASES = golden_cases()
# P7 is the code of the name-check fee, which stands among the thresholds as T7.
CODES = {f"P{n}" for n in range(1, 23)}


def as_written(verdict: Verdict, wanted: dict[str, Any]) -> dict[str, Any]:
    """A verdict in the words of a case; dates only where a clock runs, the rest only where the case asks for it."""
    said: dict[str, Any] = {
        "outcome": verdict.outcome.value,
        "codes": list(verdict.codes),
        "lines": [[line.no, line.outcome.value, plain(line.amount_cents)] for line in verdict.lines],
        "approved": plain(verdict.approved_cents),
        "net": plain(verdict.net_cents),
    }
    said |= {"ira_on": verdict.ira_on} if verdict.ira_on else {}
    said |= {"required_on": verdict.required_on} if verdict.required_on else {}
    asked: dict[str, Callable[[], Any]] = {
        "interest": lambda: plain(verdict.interest_cents),
        "open": lambda: [[line.no, plain(line.open_cents)] for line in verdict.lines if line.open_cents],
        "offset": lambda: plain(verdict.deductions.offset_cents),
    }
    return said | {key: say() for key, say in asked.items() if key in wanted}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_requisition_comes_out_as_worked_by_hand(case: GoldenCase) -> None:
    assert as_written(review(case.packet, case.policy), case.expected) == case.expected


def test_there_are_at_least_sixty_cases_with_names_of_their_own() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)


def test_each_check_is_named_by_at_least_one_case() -> None:
    assert {code for case in CASES for code in case.expected["codes"]} == CODES


def test_every_check_cites_its_source() -> None:
    assert [check for check in CHECKS if "Source:" not in (inspect.getdoc(check) or "")] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_finding_says_amount_evidence_and_remedy(case: GoldenCase) -> None:
    for finding in review(case.packet, case.policy).findings:
        assert re.search(r"\$[\d,]+\.\d\d", finding.message), finding.message
        assert finding.evidence and finding.remedy.endswith(".") and finding.citation and finding.tell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_two_findings_of_a_review_have_one_code_and_subject(case: GoldenCase) -> None:
    keys = Counter(finding.key for finding in review(case.packet, case.policy).findings)
    assert [key for key, count in keys.items() if count > 1] == []


def test_a_packet_that_was_stored_reviews_to_the_same_verdict() -> None:
    for case in CASES:
        stored = type(case.packet).model_validate_json(case.packet.canonical())
        assert stored.sha256() == case.packet.sha256()
        assert review(stored, case.policy) == review(case.packet, case.policy)
