"""Whole cents: what is read from files, what is refused, what is printed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.money import LARGEST, MoneyError, dollars, percent, plain, to_cents, to_decimal

CENTS = st.integers(min_value=-int(LARGEST) * 100, max_value=int(LARGEST) * 100)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("$7,500", 750_000),
        ("7500", 750_000),
        ("1,234.56", 123_456),
        ("1 234.56", 123_456),
        ("1\u202f234", 123_400),
        (" $ 500.00 ", 50_000),
        ("(500)", -50_000),
        ("($1,500.25)", -150_025),
        ("-$12.30", -1_230),
        ("$-12.30", -1_230),
        ("\u221212.30", -1_230),
        ("+3", 300),
        (".5", 50),
        ("0", 0),
        (705564000, 70_556_400_000),
        (705564000.0, 70_556_400_000),
        (0.1 + 0.2, 30),
        (Decimal("12.3"), 1_230),
    ],
)
def test_an_amount_is_read_as_it_is_written(written: str | int | float | Decimal, cents: int) -> None:
    assert to_cents(written) == cents


@pytest.mark.parametrize(
    "written",
    ["", " ", "n/a", "-", "$", "(500", "500)", "((5))", "(-5)", "--5", "$$5", "1,23", "1 2", "12,34,567", "1.2.3",
     "5 USD", "²", "１２", "NaN", "Infinity", "1e5", "0x10", float("nan"), float("inf"), True, Decimal("sNaN")],
)  # fmt: skip
def test_what_is_no_amount_is_refused(written: object) -> None:
    with pytest.raises(MoneyError, match="is not an amount of money"):
        to_cents(written)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ["0.001", "1.005", 33333.333333333336, Decimal("1.0000000000000000000000000000000001")]
)
def test_a_fraction_of_a_cent_is_refused(written: str | float | Decimal) -> None:
    with pytest.raises(MoneyError, match="fraction of a cent"):
        to_cents(written)


@pytest.mark.parametrize("written", ["90000000000.01", "-90,000,000,000.01", 1e22, "9" * 400])
def test_an_amount_too_large_to_be_real_is_refused(written: str | float) -> None:
    with pytest.raises(MoneyError, match="too large"):
        to_cents(written)


def test_the_largest_amount_is_kept_exactly() -> None:
    assert to_cents("90,000,000,000.00") == 9_000_000_000_000


@given(CENTS)
def test_what_is_printed_reads_back_as_the_same_cents(cents: int) -> None:
    assert to_cents(dollars(cents)) == to_cents(plain(cents)) == to_cents(to_decimal(cents)) == cents


@given(CENTS)
def test_a_spreadsheet_number_reads_as_the_cents_that_it_shows(cents: int) -> None:
    assert to_cents(cents / 100) == cents


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.binary()))
def test_anything_is_either_read_or_refused(value: object) -> None:
    try:
        cents = to_cents(value)  # type: ignore[arg-type]
    except MoneyError as error:
        assert len(str(error)) < 120
    else:
        assert isinstance(cents, int)


def test_dollars_always_have_two_decimals() -> None:
    assert [str(to_decimal(c)) for c in (1250, 1200, 5, 0, -5)] == ["12.50", "12.00", "0.05", "0.00", "-0.05"]
    assert plain(70_556_400_000) == "705564000.00"
    assert [dollars(c) for c in (123_450, -123_450, 0)] == ["$1,234.50", "-$1,234.50", "$0.00"]


def test_percent_has_one_decimal_and_survives_an_empty_whole() -> None:
    assert percent(1, 3) == Decimal("33.3")
    assert percent(1, 8) == Decimal("12.5")
    assert percent(5, 0) == Decimal("0.0")
