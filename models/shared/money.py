"""Whole cents in the database, Decimal at the edges, never float."""

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
# `$7,500`, `-$12.30`, `$ -12.30`, `1 234.56`, `.5`; brackets around it make it negative.
_AMOUNT = re.compile(
    r"(?P<sign>[-+]?) ?\$? ?(?P<inner>[-+]?) ?(?P<number>(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d*)?|\.\d+)", re.ASCII
)
# The largest amount that every column and sum keeps exactly: 64-bit cents with room for a million rows.
LARGEST = Decimal("90000000000.00")


class MoneyError(ValueError):
    """The text is not an amount of money; the message says why in plain words."""


def to_cents(value: str | int | float | Decimal) -> int:
    """Whole cents of an amount in dollars: `$7,500`, `(500)`, `-12.30`, `1,234.56`, a spreadsheet number.

    Raises MoneyError for what is no number, more than two decimals and amounts too large to be real.
    """
    amount = _parse(value)
    if not amount.is_finite():
        raise MoneyError(f"“{value}” is not an amount of money")
    if abs(amount) > LARGEST:
        raise MoneyError(f"{_short(value)} is too large to be an amount")
    cents = amount.quantize(CENT)
    if cents != amount:
        raise MoneyError(f"{_short(value)} has a fraction of a cent")
    return int(cents.scaleb(2))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _parse(value: str | int | float | Decimal) -> Decimal:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, float):
        # A spreadsheet stores numbers as binary floats; 15 digits are what it shows its user.
        return Decimal(f"{value:.15g}")
    if not isinstance(value, str):
        raise MoneyError(f"“{_short(value)}” is not an amount of money")
    text = " ".join(value.replace("\u2212", "-").split())
    negative = text.startswith("(") and text.endswith(")")
    found = _AMOUNT.fullmatch(text[1:-1].strip() if negative else text)
    signs = found["sign"] + found["inner"] if found else ""
    # A minus inside brackets, or two signs, can be read both ways: nobody's money is guessed.
    if found is None or len(signs) + negative > 1:
        raise MoneyError(f"“{_short(value)}” is not an amount of money")
    number = Decimal(re.sub("[, ]", "", found["number"]))
    return -number if negative or signs == "-" else number


def to_decimal(cents: int) -> Decimal:
    """Dollars with two decimals."""
    return Decimal(cents).scaleb(-2)


def plain(cents: int) -> str:
    """`705564000.00`: for machines, no separators."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def dollars(cents: int) -> str:
    """`$1,234.50`, negative `-$1,234.50`: for paper."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${Decimal(abs(cents)).scaleb(-2):,.2f}"


def percent(part: int, whole: int) -> Decimal:
    """Part of whole in percent with one decimal; zero when there is no whole."""
    if whole == 0:
        return Decimal("0.0")
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def half_up(numerator: int, denominator: int) -> int:
    """A quotient to the whole, half away from zero; the denominator is positive."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def at_rate(cents: int, rate: Decimal) -> int:
    """A share of an amount, half up to the cent: 25% of $3,333.30 is $833.33."""
    numerator, denominator = rate.as_integer_ratio()
    return half_up(cents * numerator, denominator)
