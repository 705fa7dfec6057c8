"""The portfolio report and the letters of the fiscal review: what they say, in words that can be acted on."""

import re

import pytest
from pydantic import ValidationError

from models.fiscal.letters import report_reminder
from models.fiscal.portfolio import COLUMNS, LastMonth
from tests.templates.examples import OFFICE
from tests.templates.fiscal_examples import (
    MADE_AT,
    RECIPIENT,
    every_letter,
    make_fiscal_packet,
    make_line,
    make_policy,
    mixed,
    of_contract,
    opened,
    portfolio,
    text,
    troubled,
    unreported,
    words,
)


def test_a_portfolio_begins_with_the_worst_and_sums_its_contracts() -> None:
    report = portfolio(mixed(14))
    assert [row.worst for row in report.contracts] == ["high"] * 7 + ["info"] * 3 + [None] * 4
    page = opened("portfolio").texts[0]
    assert "8 reported, 6 did not" in page
    assert "7 contracts have a red flag, 4 are without any finding." in page


def test_a_portfolio_tells_each_measure_in_a_word() -> None:
    report = portfolio([troubled(), unreported(3), make_fiscal_packet()])
    cells = {row.worst: dict(zip(COLUMNS, row.cells, strict=True)) for row in report.contracts}
    assert cells[None]["Report in time"] == "ok" and cells[None]["Plan"] == "-"
    rows = [dict(zip(COLUMNS, row.cells, strict=True)) for row in report.contracts]
    assert (rows[0]["Plan"], rows[0]["Year end"], rows[0]["Fringe"]) == ("FAR", "over", "ok")
    assert (rows[1]["Report in time"], rows[1]["Plan"]) == ("FAR", "-")


def test_a_portfolio_tells_what_changed_and_what_was_restated() -> None:
    said = words("portfolio")
    assert "Three months missing, Report not in Line utilisation, Projected lapse" in said
    assert "August 2026, revision 2 Nov 17, 2026 -$1,200.00 No reason was given." in said


def test_a_first_portfolio_says_that_nothing_can_have_changed() -> None:
    assert "This is the first month that was reviewed." in words("first_portfolio")


def test_a_portfolio_in_which_nothing_changed_says_so() -> None:
    same = portfolio([make_fiscal_packet()], LastMonth({"R27-971010012": ()}))
    assert "Nothing: on every contract the same was found as last month." in text(same)


def test_a_portfolio_tells_contracts_whose_budget_will_lapse_the_largest_first() -> None:
    slow = [
        of_contract(make_fiscal_packet([make_line(1, budget=10_000_000 * no, prior=0, current=100)]), no)
        for no in range(1, 13)
    ]
    said = text(portfolio(slow)).partition("Will lapse beyond the limit")[2]
    assert said.index("Provider 012") < said.index("Provider 003") < said.index("2 other contracts")
    assert "All beyond the limit $7,800,000.00" in said


def test_a_large_portfolio_prints_fifty_in_full_and_the_others_in_a_compact_table() -> None:
    said = text(portfolio(mixed(120)))
    assert "The 50 contracts that need most attention, the worst first" in said
    compact = said.partition("The other 70 contracts")[2]
    assert "F01 Report not in" in compact and compact.count("Provider ") >= 70
    assert re.search(r"\b120 Provider \d", compact)


def test_a_portfolio_of_no_contract_says_so() -> None:
    assert "No contract was reviewed in this month." in words("empty_portfolio")


def test_a_portfolio_whose_contracts_do_not_sum_is_not_printed() -> None:
    report = portfolio(mixed(4))
    with pytest.raises(ValidationError, match="do not sum to the whole"):
        type(report).model_validate(report.model_dump() | {"spent_cents": 1})


@pytest.mark.parametrize("kind", sorted(every_letter()))
def test_every_letter_says_on_its_first_page_which_contract_and_whom_to_ask(kind: str) -> None:
    page = opened(kind).texts[0]
    assert "Contract CT180120279710100" in page and "October 2026, fiscal year 2027" in page
    assert "Questions Dana Whitfield, 212-555-0140 , programs@dne.example.gov" in page


@pytest.mark.parametrize("kind", sorted(every_letter()))
def test_a_signature_never_stands_alone_on_its_page(kind: str) -> None:
    assert len(opened(kind).texts[-1].partition("Sincerely,")[0]) >= 40


def test_a_question_says_what_why_in_plain_words_and_by_which_open_day() -> None:
    said = words("questions")
    assert "Answer by Monday, November 30, 2026" in said
    assert "Why was so much spent on this line?" in said
    assert "What you have spent is far from what your monthly plan says for the year so far." in said
    assert "$33,500.00 spent - $24,000.00 planned" in said


def test_a_reminder_names_exactly_what_is_missing_of_which_month_and_when_it_was_due() -> None:
    said = words("reminder_of_ledger")
    assert "Please send us your general ledger of October 2026" in said
    assert "General ledger of October 2026, due on November 15, 2026" in said
    assert "inancial report of October" not in said and "advance" not in said


def test_a_reminder_of_three_months_says_that_an_advance_may_be_withheld() -> None:
    said = words("reminder_of_three")
    assert "No report has come for 3 months in a row. After 3 months an advance may be withheld until" in said
    for month, day in (("August", "September 15"), ("September", "October 15"), ("October", "November 15")):
        assert f"Financial report of {month} 2026, due on {day}, 2026" in said
        assert f"General ledger of {month} 2026, due on {day}, 2026" in said


def test_a_reminder_is_not_written_where_nothing_is_late() -> None:
    with pytest.raises(ValidationError):
        report_reminder(make_fiscal_packet(), make_policy(), OFFICE, RECIPIENT, MADE_AT, document_id="FR-0")


def test_a_corrective_plan_is_asked_for_within_fifteen_days_and_silence_is_agreement() -> None:
    said = words("plan")
    assert "15 calendar days after you receive this letter." in said
    assert "the last day is Thursday, December 3, 2026" in said
    assert "Your silence counts as agreement" in said and "PPB Rules 4-01(c)" in said
