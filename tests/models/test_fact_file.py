"""The tracker of fiscal facts: every fact, or the sentence with the cell of each mistake."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models.fiscal.fact_file import facts_from_table
from models.fiscal.forms import FactForm, FactKind
from models.shared.file_mistakes import FormError

HEADER = ["contract_no", "fact", "month", "amount", "value"]
ROWS: list[list[Any]] = [
    ["R27-970000001", "planned_month", "2026-07", "5,000.00", ""],
    ["R27-970000001", "planned_month", "2026-08", "0", ""],
    ["R27-970000001", "budgeted_fte", "", "", "2.5"],
    ["R27-970000001", "outcome_target", "", "150.00", "120"],
    ["R27-970000001", "outcomes_verified", "2026-10", "", "31"],
]


def read(*rows: list[Any]) -> tuple[FactForm, ...]:
    return facts_from_table(("facts", [HEADER, *rows]))


def sentences(*rows: list[Any]) -> tuple[str, ...]:
    with pytest.raises(FormError) as error:
        read(*rows)
    return error.value.sentences


def test_each_kind_of_fact_is_read_with_what_it_tells() -> None:
    contract = "R27-970000001"
    assert read(*ROWS) == (
        FactForm(contract_no=contract, kind=FactKind.PLANNED_MONTH, month=date(2026, 7, 1), amount_cents=500_000),
        FactForm(contract_no=contract, kind=FactKind.PLANNED_MONTH, month=date(2026, 8, 1), amount_cents=0),
        FactForm(contract_no=contract, kind=FactKind.BUDGETED_FTE, value=Decimal("2.5")),
        FactForm(contract_no=contract, kind=FactKind.OUTCOME_TARGET, amount_cents=15_000, value=Decimal(120)),
        FactForm(contract_no=contract, kind=FactKind.OUTCOMES_VERIFIED, month=date(2026, 10, 1), value=Decimal(31)),
    )


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (["", "budgeted_fte", "", "", "2"], "facts!A2: The contract number is missing. Fill it in."),
        (["R27-1", "weather", "", "", "2"], "facts!B2: “weather” is not a known fact. Known: planned_month, "
         "budgeted_fte, outcome_target, outcomes_verified."),
        (["R27-1", "planned_month", "", "5", ""], "facts!C2: The month is missing. Write the year and the month, for "
         "example 2026-10."),
        (["R27-1", "planned_month", "2026-07", "-5", ""], "facts!D2: The amount is negative. Write it without a sign."),
        (["R27-1", "planned_month", "2026-07", "5", "5"], "facts!E2: A fact planned_month has no value. Clear this "
         "cell."),
        (["R27-1", "budgeted_fte", "2026-07", "", "2"], "facts!C2: A fact budgeted_fte has no month. Clear this cell."),
        (["R27-1", "outcomes_verified", "2026-07", "", "2.5"], "facts!E2: “2.5” is not a whole number for the value. "
         "Write digits alone."),
        (["R27-1", "budgeted_fte", "", "", ""], "facts!E2: The value is missing. Write a number, for example 12.5."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_cell(row: list[Any], says: str) -> None:
    assert sentences(row) == (says,)


def test_a_fact_that_stands_twice_is_refused() -> None:
    assert sentences(*ROWS, ROWS[1]) == ("facts!B7: The same fact stands in B3 already. Leave one of them.",)


def test_all_mistakes_of_a_tracker_are_told_at_once() -> None:
    bad = [["", *ROWS[0][1:]], [*ROWS[2][:4], "two"]]
    assert [found.split(":")[0] for found in sentences(*bad, *ROWS)] == ["facts!A2", "facts!E3", "facts!B6"]


def test_a_tracker_without_facts_is_refused() -> None:
    assert sentences() == ("facts: The tracker has no line with an amount. Fill in at least one line.",)
