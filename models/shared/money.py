"""Whole cents in the database, Decimal at the edges, never float."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
_PLAIN = re.compile(r"^\d{1,3}(,\d{3})*(\.\d+)?$|^\d*(\.\d+)?$")
# The largest amount that every column and sum keeps exactly: 64-bit cents with room for a million rows.
LARGEST = Decimal("90000000000.00")


class MoneyError(ValueError):
    """The text is not an amount of money; the message says why in plain words."""


def to_cents(value: str | int | float | Decimal) -> int:
    """Whole cents of an amount in dollars: `$7,500`, `(500)`, `-12.30`, `1,234.56`, a spreadsheet number.

    Raises MoneyError for text, more than two decimals, infinities and amounts too large to be real.
    """
    dollars_ = _parse(value)
    if not dollars_.is_finite() or abs(dollars_) > LARGEST:
        raise MoneyError(f"{value!s} is too large to be an amount")
    cents = dollars_ * 100
    if cents != cents.to_integral_value():
        raise MoneyError(f"{value!s} has a fraction of a cent")
    return int(cents)


def _parse(value: str | int | float | Decimal) -> Decimal:
    if isinstance(value, Decimal | int):
        return Decimal(value)
    if isinstance(value, float):
        # A spreadsheet stores numbers as binary floats; 15 digits are what it shows its user.
        return Decimal(f"{value:.15g}")
    text = value.strip().replace("\u2212", "-").replace("\u00a0", " ")
    negative = text.startswith("(") and text.endswith(")")
    text = text.strip("()").replace("$", "").replace(" ", "")
    if text.startswith(("-", "+")):
        negative, text = negative != text.startswith("-"), text[1:]
    if not text or not _PLAIN.match(text):
        raise MoneyError(f"“{value}” is not an amount of money")
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise MoneyError(f"“{value}” is not an amount of money") from error
    return -number if negative else number


def to_decimal(cents: int) -> Decimal:
    """Dollars with two decimals."""
    return Decimal(cents) / 100 if cents % 100 else (Decimal(cents) / 100).quantize(CENT)


def plain(cents: int) -> str:
    """`705564000.00`: for machines, no separators."""
    return f"{Decimal(cents).scaleb(-2):.2f}"


def dollars(cents: int) -> str:
    """`$1,234.50`, negative `-$1,234.50`: for paper."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${Decimal(abs(cents)).scaleb(-2):,.2f}"


def round_cents(amount: Decimal) -> int:
    """Half a cent goes up, away from zero, as the City's vouchers round."""
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent(part: int, whole: int) -> Decimal:
    """Part of whole in percent with one decimal; zero when there is no whole."""
    if whole == 0:
        return Decimal("0.0")
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
