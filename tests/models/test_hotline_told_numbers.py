"""Numbers, dates and initials that a text tells are known again, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.told_numbers import number_keys, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I owe $5,200.50 and case ends 5520.", ["5200", "5520"]),
        ("call 718-555-0144 at 4:30, 24/7, since 2009, aged 84", []),
        ("(718) 555 0140, 718.555.0141 x 604", ["604"]),
        ("Rent is 1850. 311 told me, owe 5,200 604 Main", ["1850", "311", "5200", "604"]),
        ("Bronx 10468, 11212 and $11,212", ["11212"]),
        ("$11500 or 11,500", ["11500", "11500"]),
        ("owe 5,200 1850 Main, 604 1520 Sheridan, call 555-0140", ["5200", "1850", "604", "1520"]),
        ('<td width="604" style="color:#336699">isn&#8217;t&#160;it</td> https://example.org/thread/52341?x=991', []),
        ("5\u200b200 and \u202e604", ["5200", "604"]),
        ("unit 12B, 3x a day, 1.234.567, v1.250", []),
        ("149th street, 604 dollars", ["604"]),
        ("欠租5200元", ["5200"]),
        ("٥٢٠٠ и 3106", ["5200", "3106"]),
        ("case 00012345678A", []),
        ("stolen: $1,000,000", []),
        ("9" * 5_000 + " 1/" + "9" * 5_000, []),
    ],
)
def test_amounts_and_other_numbers_are_found_but_no_pieces_of_longer_ones(text: str, found: list[str]) -> None:
    assert list(numbers(text)) == found


@pytest.mark.parametrize(
    "text",
    [
        "court on 4/28", "court on 04/28/2026", "April 28", "Apr. 28th", "the 28th of April", "28 de abril", "28 avril",
        "28 апреля", "28 kwietnia", "4月28日", "4월 28일", "٤/٢٨",
    ],
)  # fmt: skip
def test_a_date_is_the_same_however_it_is_written(text: str) -> None:
    assert list(numbers(text)) == ["4/28"]


@pytest.mark.parametrize(
    "text",
    [
        "2 maintenance men",
        "3 separate calls",
        "declined 3 times",
        "2 marshals",
        "10 major leaks",
        "Mary 12",
        "out 12",
        "apartment 12 may have mold",
    ],
)
def test_words_that_begin_like_a_month_are_none(text: str) -> None:
    assert not list(numbers(text))


@pytest.mark.parametrize("text", ["13/40", "1/2/3/4", "28 children", "may I", "4月", "28 marches", "2026-04-28"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert "4/28" not in list(numbers(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [("R.L. wrote", ["r.l."]), ("initials G. V.", ["g.v."]), ("the U.S., 9 P.M., N.Y.", []), ("J.R.R. xA.B.", [])],
)
def test_initials_are_found_and_abbreviations_of_everybody_are_none(text: str, found: list[str]) -> None:
    assert list(numbers(text)) == found


def test_what_many_people_say_is_no_key_and_no_more_than_six_are_kept() -> None:
    text = "311 then 311 and 604, " + ", ".join(str(number) for number in range(701, 720))
    assert list(number_keys(text, {"311"})) == [("word", str(n)) for n in (604, 701, 702, 703, 704, 705)]


@given(st.text(alphabet="0123456789/.,月日 aA年월일$#-:", max_size=40))
def test_whatever_is_written_numbers_are_small_and_dates_are_days(text: str) -> None:
    for one in numbers(text):
        month, _, day = one.partition("/")
        if day:
            assert 1 <= int(month) <= 12 and 1 <= int(day) <= 31
        elif month.isdigit():
            assert 100 <= int(month) <= 999_999
