"""General-ledger extracts: each contract's month whole, or the sentence with the cell of each mistake."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.fiscal.forms import LedgerEntry, LedgerForm
from models.fiscal.ledger_file import ENTRY, ledgers_from_table
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from tests.financial_reports import CENTS, TEXTS, TITLES

HEADER = list(ENTRY.wordings)
ROWS: list[list[Any]] = [
    ["R27-970000001", "2026-10", "2026-10-15", "5100 Salaries", "Payroll of 15 October", "5000.00"],
    ["R27-970000001", "2026-10", "2026-10-31", "5100 Salaries", "Correction", "(123.45)"],
    ["R27-970000002", "2026-10", "2026-10-01", "6200 Rent", "", "1,500.00"],
    ["R27-970000001", "2026-09", "2026-09-30", "5100 Salaries", "", "4900.00"],
    ["R27-970000001", "2026-10", "2026-10-31", "6200 Rent", "", "800"],
]


def read(*rows: list[Any]) -> tuple[LedgerForm, ...]:
    return ledgers_from_table(("ledger", [HEADER, *rows]))


def sentences(*rows: list[Any]) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        read(*rows)
    return error.value.sentences


def row_with(column: int, value: str) -> list[Any]:
    return [value if at == column else cell for at, cell in enumerate(ROWS[0])]


def test_the_entries_of_each_contract_and_month_are_put_together() -> None:
    found = [(form.contract_no, form.month, len(form.entries), form.total_cents) for form in read(*ROWS)]
    assert found == [
        ("R27-970000001", date(2026, 10, 1), 3, 567_655),
        ("R27-970000002", date(2026, 10, 1), 1, 150_000),
        ("R27-970000001", date(2026, 9, 1), 1, 490_000),
    ]


def test_an_entry_is_read_whole() -> None:
    assert read(ROWS[1])[0].entries == (
        LedgerEntry(
            entry_date=date(2026, 10, 31), account="5100 Salaries", description="Correction", amount_cents=-12_345
        ),
    )


@given(st.lists(st.tuples(st.integers(1, 30), TITLES, TEXTS.filter(lambda text: text.casefold() != "sum"), CENTS),
                min_size=1, max_size=6))  # fmt: skip
def test_whatever_a_ledger_says_is_what_is_read(said: list[tuple[int, str, str, int]]) -> None:
    rows = [["R27-1", "2026-09", f"2026-09-{day:02d}", *words, plain(cents)] for day, *words, cents in said]
    (form,) = read(*rows)
    found = [(entry.entry_date.day, entry.account, entry.description, entry.amount_cents) for entry in form.entries]
    assert found == said


@pytest.mark.parametrize(
    ("column", "written", "says"),
    [
        (0, "", "ledger!A2: The contract number is missing. Fill it in."),
        (1, "2026", "ledger!B2: “2026” is not a month. Write the year and the month, for example "
                    "2026-10."),
        (2, "", "ledger!C2: The entry date is missing. Write the year, month and day."),
        (2, "2026-11-02", "ledger!C2: The entry of 2026-11-02 does not lie in the month that its row says. Correct the "
                          "date or the month."),
        (3, "", "ledger!D2: The account is missing. Fill it in."),
        (5, "1.234,56", "ledger!F2: “1.234,56” can be read in two ways. Write a point before the cents and no comma "
                        "there, for example 1234.56."),
        (5, "", "ledger!F2: The amount is missing. Write dollars and cents, for example 1234.50."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_cell(column: int, written: str, says: str) -> None:
    assert sentences(row_with(column, written)) == (says,)


@pytest.mark.parametrize("column", [2, 3, 4])
def test_a_total_among_the_entries_is_refused(column: int) -> None:
    (found,) = sentences(*ROWS[1:], row_with(column, "Total"))
    says = "A total stands among the entries. Remove its row; the month's total is worked out."
    assert found == f"ledger!{'ABCDE'[column]}6: {says}"


def test_all_mistakes_of_a_ledger_are_told_at_once() -> None:
    assert len(sentences(row_with(5, "abc"), row_with(2, "soon"), *ROWS)) == 2


def test_a_month_of_twenty_thousand_entries_is_refused_in_one_sentence() -> None:
    assert sentences(*[ROWS[0]] * 20_000) == (
        "ledger: R27-970000001 has 20,000 entries in one month; 5,000 at most are taken. Check that it is the extract "
        "of that month.",
    )


def test_a_ledger_without_entries_is_refused() -> None:
    assert sentences() == ("ledger: The ledger has no line with an amount. Fill in at least one line.",)


def test_a_ledger_without_a_column_that_is_needed_is_refused() -> None:
    with pytest.raises(FormError, match="has no column “month”"):
        ledgers_from_table(("ledger", [[*HEADER[:1], *HEADER[2:]], ROWS[0]]))
