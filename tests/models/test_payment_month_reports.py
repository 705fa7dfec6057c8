"""Which report of a month counts for a requisition: the last word of fiscal review and tracker, summed over months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.facts import Fact, FactRow, Facts
from models.payments.month_reports import report_facts
from models.payments.packet import ReportFacts
from models.payments.policy import Policy
from models.payments.rules import review
from models.shared.calendar import months_after
from models.shared.reports import ReportReferral
from tests.golden_payments import golden_cases

CONTRACT = "R27-970000001"
JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
DAY = date(2026, 10, 1)


def tracked(month: date, cents: int, told_on: date = DAY, *kinds: Fact) -> list[FactRow]:
    """What a tracker tells of the last day of a month: report and ledger, or some of them."""
    on = months_after(month, 1) - timedelta(days=1)
    return [
        FactRow(subject=CONTRACT, kind=kind, on=on, amount_cents=cents, told_on=told_on)
        for kind in kinds or (Fact.MONTHLY_REPORT, Fact.LEDGER)
    ]


def came(month: date, cents: int | None, ledger: int | None = None, on: date = DAY) -> tuple[date, ReportReferral]:
    """A month as the fiscal review tells of it; its ledger says the same unless another one is given."""
    ledger = cents if ledger is None else ledger
    return month, ReportReferral(
        contract_id=CONTRACT, month=month, revision=1 if cents is not None else 0, report_cents=cents,
        report_on=on if cents is not None else None, ledger_cents=ledger, ledger_on=None if ledger is None else on,
    )  # fmt: skip


def counted(
    *months: tuple[date, ReportReferral], told: Sequence[FactRow] = (), first: date | None = SEPTEMBER,
    last: date | None = date(2026, 9, 30),
) -> ReportFacts:  # fmt: skip
    """The reports of the services of some days, September's unless others are given."""
    return report_facts(Facts(told), dict(months), first, last)


def totals(found: ReportFacts) -> tuple[bool, int | None, int | None]:
    return found.mfr_in, found.mfr_total_cents, found.gl_total_cents


def test_a_month_of_which_nobody_tells_has_no_report() -> None:
    found = counted()
    assert totals(found) == (False, None, None)
    assert (found.mfr_missing, found.gl_missing) == ((SEPTEMBER,), (SEPTEMBER,))


def test_what_a_tracker_tells_counts_for_a_month_of_which_the_fiscal_review_knows_nothing() -> None:
    assert totals(counted(came(AUGUST, 1), told=tracked(SEPTEMBER, 725_000))) == (True, 725_000, 725_000)


def test_what_the_fiscal_review_tells_counts_without_any_tracker() -> None:
    assert totals(counted(came(SEPTEMBER, 725_000, 724_000))) == (True, 725_000, 724_000)


@pytest.mark.parametrize(
    ("told_on", "cents"), [(DAY - timedelta(days=1), 700_000), (DAY, 700_000), (DAY + timedelta(days=1), 725_000)]
)
def test_of_report_and_tracker_the_last_word_counts_and_on_one_day_the_report(told_on: date, cents: int) -> None:
    found = counted(came(SEPTEMBER, 700_000), told=tracked(SEPTEMBER, 725_000, told_on))
    assert totals(found) == (True, cents, cents)


def test_where_only_the_ledger_came_a_tracker_still_tells_of_the_report() -> None:
    found = counted(came(SEPTEMBER, None, 725_000), told=tracked(SEPTEMBER, 725_000, DAY, Fact.MONTHLY_REPORT))
    assert totals(found) == (True, 725_000, 725_000)


def test_where_only_the_ledger_came_and_no_tracker_tells_the_report_is_not_in() -> None:
    found = counted(came(SEPTEMBER, None, 725_000))
    assert (totals(found), found.mfr_missing) == ((False, None, 725_000), (SEPTEMBER,))


def test_a_report_of_nothing_is_in() -> None:
    assert totals(counted(came(SEPTEMBER, 0))) == (True, 0, 0)


def test_several_months_are_summed() -> None:
    found = counted(came(JULY, 100), came(AUGUST, 200, 201), came(SEPTEMBER, 400), first=JULY)
    assert totals(found) == (True, 700, 701)


def test_several_months_are_in_only_if_all_are() -> None:
    found = counted(came(JULY, 100), came(SEPTEMBER, 400), first=JULY)
    assert (totals(found), found.mfr_missing) == ((False, None, None), (AUGUST,))


def test_of_several_months_each_has_its_own_last_word() -> None:
    told = [*tracked(JULY, 111, DAY - timedelta(days=1)), *tracked(AUGUST, 222), *tracked(SEPTEMBER, 444, DAY)]
    found = counted(came(JULY, 100), came(SEPTEMBER, 400, on=DAY - timedelta(days=1)), told=told, first=JULY)
    assert totals(found) == (True, 100 + 222 + 444, 100 + 222 + 444)


def test_a_tracker_may_tell_the_sum_of_all_months_on_the_last_one() -> None:
    assert totals(counted(told=tracked(SEPTEMBER, 2_175_000), first=JULY)) == (True, 2_175_000, 2_175_000)


@pytest.mark.parametrize("other", [[], [came(JULY, 100)]], ids=["told by the tracker", "told by the fiscal review"])
def test_a_sum_is_one_month_as_soon_as_another_is_told_apart(other: list[tuple[date, ReportReferral]]) -> None:
    told = [*([] if other else tracked(JULY, 100)), *tracked(SEPTEMBER, 2_175_000)]
    found = counted(*other, told=told, first=JULY)
    assert (totals(found), found.mfr_missing) == ((False, None, None), (AUGUST,))


def test_months_before_the_fiscal_year_are_not_asked_for() -> None:
    assert totals(counted(came(JULY, 100), first=date(2025, 1, 1), last=date(2026, 7, 31))) == (True, 100, 100)


@pytest.mark.parametrize("last", [None, date(1, 1, 31)])
def test_days_that_cannot_be_have_no_report(last: date | None) -> None:
    assert not counted(first=None, last=last).mfr_in


def test_services_that_end_before_they_begin_have_the_report_of_their_end() -> None:
    assert totals(counted(came(SEPTEMBER, 100), first=date(2026, 11, 1))) == (True, 100, 100)


# --- what is drawn ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Word:
    """One thing that was told of a month's report: by whom, on which day (from DAY on), and how much."""

    by: str
    on: int
    cents: int


WORDS = st.lists(
    st.builds(Word, st.sampled_from(["tracker", "report"]), st.integers(0, 5), st.integers(0, 10**9)), max_size=8
).map(lambda words: sorted(words, key=lambda word: word.on))
YEAR = [months_after(JULY, number) for number in range(12)]


def last_word(words: Sequence[Word]) -> int | None:
    """By the rule's own sentence: the last word counts, of one day the report's."""
    return max(words, key=lambda w: (w.on, w.by == "report", words.index(w))).cents if words else None


def both(of: Mapping[date, Sequence[Word]]) -> tuple[list[FactRow], dict[date, ReportReferral]]:
    """What tracker and fiscal review hold after all these words, each told in turn; the ledger says the same."""
    told, reported = list[FactRow](), dict[date, ReportReferral]()
    for month, words in of.items():
        for word in words:
            on = DAY + timedelta(days=word.on)
            if word.by == "tracker":
                told += tracked(month, word.cents, on)
            else:
                reported |= [came(month, word.cents, on=on)]
    return told, reported


def same_words(one: Sequence[Word]) -> bool:
    """No two of one source and day: those come in an order that their days do not tell."""
    return len({(word.by, word.on) for word in one}) == len(one)


@given(st.lists(WORDS.filter(same_words), min_size=1, max_size=12))
def test_whatever_is_told_of_a_years_months_their_last_words_are_summed(words: list[list[Word]]) -> None:
    of = dict(zip(YEAR, words, strict=False))
    told, reported = both(of)
    months = list(of)
    found = report_facts(Facts(told), reported, months[0], months[-1])
    last = [last_word(of[month]) for month in months]
    if any(of[month] for month in months[:-1]) or months[-1] in reported or len(months) == 1:
        said = [cents for cents in last if cents is not None]
        assert found.mfr_in == (len(said) == len(last))
        assert found.mfr_total_cents == found.gl_total_cents == (sum(said) if found.mfr_in else None)
        assert found.mfr_missing == tuple(m for m, cents in zip(months, last, strict=True) if cents is None)
    else:
        assert (found.mfr_in, found.mfr_total_cents) == (last[-1] is not None, last[-1])


@given(WORDS.filter(same_words), st.integers(0, 10**9))
def test_a_report_that_comes_last_counts_whatever_was_told_before(words: list[Word], cents: int) -> None:
    told, reported = both({SEPTEMBER: [*words, Word("report", 9, cents)]})
    assert totals(counted(*reported.items(), told=told)) == (True, cents, cents)


# --- what P16 says of them ----------------------------------------------------------------------------------------

BASE = golden_cases()[0]


def said(policy: Policy, **reports: Any) -> str:
    facts = BASE.packet.reports.model_copy(update=reports)
    verdict = review(BASE.packet.model_copy(update={"reports": facts}), policy)
    return next(finding.message for finding in verdict.findings if finding.code == "P16")


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ([JULY], "The monthly financial report of July 2026 is not in;"),
        ([JULY, AUGUST], "The monthly financial reports of July 2026 and August 2026 are not in;"),
        (YEAR[:6], "The monthly financial reports of July 2026, August 2026, September 2026 and 3 other months are"),
    ],
)
def test_the_finding_names_the_months_whose_report_is_not_in(missing: list[date], words: str) -> None:
    found = said(BASE.policy, mfr_in=False, mfr_total_cents=None, mfr_missing=tuple(missing))
    assert found.startswith(words)


def test_the_finding_names_the_months_whose_ledger_is_not_in() -> None:
    found = said(BASE.policy, gl_total_cents=None, gl_missing=(JULY, AUGUST))
    assert found.startswith("The general ledgers of July 2026 and August 2026 are not in;")
