"""Every month worked out by hand comes out exactly: what is found, of what, how serious, and each measure's value.

Written before any rule of the review. A case changes single facts of a month that is exactly on pace
(tests/fiscal_packets.py) and names everything that is found of it: nothing else may be.
"""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from models.fiscal.codes import TITLES, Code
from models.fiscal.packet import FiscalPacket
from models.fiscal.rules import review
from tests.fiscal_packets import ROOT, make_packet, make_policy

GOLDEN = ROOT / "tests" / "models" / "fiscal_golden"
# The measures of section 9: in what they are measured, and the code of what is found beyond their limit.
SHARE, MONEY, NUMBER = Fraction(1), Fraction(100), Fraction(1)
MEASURES: dict[str, tuple[Fraction, Code | None]] = {
    "elapsed": (SHARE, None),
    "burn": (SHARE, None),
    "burn_gap": (SHARE, Code.BURN_GAP),
    "planned_gap": (MONEY, Code.PLANNED_GAP),
    "line_utilisation": (SHARE, Code.LINE_UTILISATION),
    "projected": (MONEY, Code.PROJECTION),
    "lapse": (MONEY, Code.LAPSE),
    "unbilled": (MONEY, Code.UNBILLED),
    "exposure": (MONEY, Code.EXPOSURE),
    "gl_variance": (MONEY, Code.LEDGER_VARIANCE),
    "claim_variance": (MONEY, Code.CLAIM_VARIANCE),
    "fringe_rate": (SHARE, Code.FRINGE_RATE),
    "indirect_rate": (SHARE, Code.INDIRECT_RATE),
    "subcontract_share": (SHARE, Code.SUBCONTRACT_SHARE),
    "disallowance_rate": (SHARE, Code.DISALLOWANCE_RATE),
    "advance_balance": (MONEY, Code.ADVANCE_BALANCE),
    "timeliness": (NUMBER, Code.REPORT_LATE),
    "vacancy": (NUMBER, Code.VACANCY),
    "cost_per_outcome": (MONEY, Code.OUTCOME_COST),
    "outcome_gap": (SHARE, Code.OUTCOME_GAP),
}
# Of these a finding's subject is agreed; of others only how many there are.
NAMED = (Code.ARITHMETIC, Code.LINE_UTILISATION)


@dataclass(frozen=True)
class Case:
    """A month: its name, its arithmetic, its facts, and what it must come to."""

    name: str
    arithmetic: str
    packet: FiscalPacket
    findings: list[list[str]]
    measures: dict[str, Fraction | None]


def measured(name: str, written: str) -> Fraction | None:
    """A measure's value as a case writes it: a share, dollars, a number; `unknown` where it cannot be known."""
    return None if written == "unknown" else Fraction(written) * MEASURES[name][0]


@cache
def golden_cases() -> tuple[Case, ...]:
    """All cases, file by file."""
    found = []
    for path in sorted(GOLDEN.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            measures = {name: measured(name, written) for name, written in case["measures"].items()}
            packet = make_packet(**case.get("facts", {}))
            found.append(Case(case["name"], case["arithmetic"], packet, case["findings"], measures))
    return tuple(found)


CASES = golden_cases()
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@cache
def reviewed(name: str) -> Any:
    """The review of a case, which every test of it looks at."""
    return review(next(case.packet for case in CASES if case.name == name), make_policy())


def said(found: Any) -> list[list[str]]:
    """The findings in the words of a case: code, subject where one is agreed, severity."""
    return sorted([f.code, f.subject if f.code in NAMED else "", f.severity.value] for f in found.findings)


@each_case
def test_a_month_finds_what_was_worked_out_by_hand_and_nothing_else(case: Case) -> None:
    assert said(reviewed(case.name)) == sorted(case.findings)


@each_case
def test_a_month_measures_what_was_worked_out_by_hand(case: Case) -> None:
    measures = reviewed(case.name).measures
    assert {name: measures[name].value for name in case.measures} == case.measures


@each_case
def test_a_measure_is_flagged_where_its_code_is_found_and_nowhere_else(case: Case) -> None:
    found = reviewed(case.name)
    # A report that is not in is late as well.
    codes = {Code.REPORT_LATE if code == Code.REPORT_MISSING else code for code in found.codes}
    assert {name for name, measure in found.measures.items() if measure.flagged} == {
        name for name, (_, code) in MEASURES.items() if code in codes
    }


@each_case
def test_a_review_has_every_measure_and_shows_how_each_was_computed(case: Case) -> None:
    measures = reviewed(case.name).measures
    assert set(measures) == set(MEASURES)
    assert {name: measure.name for name, measure in measures.items()} == {name: name for name in MEASURES}
    known = {name: measure.formula for name, measure in measures.items() if measure.value is not None}
    assert [name for name, formula in known.items() if not re.search(r"\d", formula)] == []


@each_case
def test_the_codes_of_a_review_are_those_of_its_findings_in_order(case: Case) -> None:
    found = reviewed(case.name)
    assert found.codes == tuple(sorted({finding.code for finding in found.findings}))


@each_case
def test_each_finding_has_words_and_the_citation_of_its_code(case: Case) -> None:
    found = reviewed(case.name).findings
    assert [f.key for f in found if not f.message or TITLES[Code(f.code)][1] not in f.citation] == []


@each_case
def test_no_two_findings_of_a_month_have_one_code_and_subject(case: Case) -> None:
    keys = Counter(finding.key for finding in reviewed(case.name).findings)
    assert [key for key, count in keys.items() if count > 1] == []


def test_every_case_has_a_name_of_its_own_and_its_arithmetic() -> None:
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []
    assert [case.name for case in CASES if not re.search(r"\d", case.arithmetic)] == []


def test_each_code_is_named_by_at_least_one_case() -> None:
    assert {code for case in CASES for code, _, _ in case.findings} == {code.value for code in Code}


def test_each_measure_is_known_in_one_case_and_unknown_in_another() -> None:
    told: dict[bool, set[str]] = {
        known: {name for case in CASES for name, value in case.measures.items() if (value is not None) is known}
        for known in (True, False)
    }
    assert told[True] == set(MEASURES)
    assert told[False] == set(MEASURES) - {"elapsed", "timeliness"}


def test_each_measure_with_a_severe_limit_is_tried_on_both_sides_of_it() -> None:
    severities: dict[str, set[str]] = {}
    for case in CASES:
        for code, _, severity in case.findings:
            severities.setdefault(code, set()).add(severity)
    always = {Code.PROJECTION, Code.LEDGER_VARIANCE}
    beyond = {code for _, code in MEASURES.values() if code} - {Code.REPORT_LATE}
    assert {code: severities[code] for code in beyond} == {
        code: {"medium"} if code in always else {"medium", "high"} for code in beyond
    }


def test_every_severity_of_a_missing_and_of_a_late_report_is_tried() -> None:
    found = {code: {s for case in CASES for c, _, s in case.findings if c == code} for code in Code}
    assert found[Code.REPORT_MISSING] == {"info", "low", "medium", "high"}
    assert (found[Code.MONTHS_MISSING], found[Code.REPORT_LATE]) == ({"high"}, {"low"})
