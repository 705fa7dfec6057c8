"""By what a caller is known again: each thing has one spelling, however it was written."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.forms import Channel, ContactForm
from models.hotline.match_keys import address_key, case_numbers_in, emails_in, keys_of, names_of, phones_in

NOTATIONS = (
    "{a}-{b}-{c}", "({a}) {b}-{c}", "({a}){b}-{c}", "{a} {b} {c}", "{a}.{b}.{c}", "{a}{b}{c}", "+1 {a} {b} {c}",
    "+1{a}{b}{c}", "1-{a}-{b}-{c}", "+1 ({a}) {b}-{c}", "{a}/{b}-{c}", "{a} - {b} - {c}", "tel:+1{a}{b}{c}",
    "{a}\u2011{b}\u2011{c}", "{a}\u00a0{b}\u00a0{c}", "{a}-{b}-{c} x12", "{a}-{b}-{c}, ext. 4",
)  # fmt: skip
AREA = st.integers(200, 999).map(str)
LINE = st.integers(0, 9999).map("{:04}".format)
AROUND = st.sampled_from(["{}", "call {} now", "my number is {}.", "({})", "ph#{}", "¿{}?", "电话{}谢谢", "{}\nthanks"])


def contact(**cells: str) -> ContactForm:
    return ContactForm(contact_id="1", received_at=datetime(2026, 1, 1, tzinfo=UTC), channel=Channel.HOTLINE, **cells)  # type: ignore[arg-type]


@given(AREA, AREA, LINE, st.sampled_from(NOTATIONS), AROUND)
def test_a_phone_has_one_key_in_any_usual_notation(
    area: str, office: str, line: str, notation: str, around: str
) -> None:
    written = around.format(notation.format(a=area, b=office, c=line))
    assert phones_in(written) == {f"+1{area}{office}{line}"}


@given(AREA, AREA, LINE, st.sampled_from(["０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "০১২৩৪৫৬৭৮৯"]))
def test_a_phone_in_the_digits_of_another_script_is_the_same(area: str, office: str, line: str, digits: str) -> None:
    written = f"{area}-{office}-{line}".translate(str.maketrans("0123456789", digits))
    assert phones_in(written) == {f"+1{area}{office}{line}"}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+44 20 7946 0958", {"+442079460958"}), ("011 44 20 7946 0958", {"+442079460958"}),
        ("718-555-0139 or 929.555.0111", {"+17185550139", "+19295550111"}),
    ],
)  # fmt: skip
def test_phones_of_other_countries_and_several_in_one_text_are_found(written: str, found: set[str]) -> None:
    assert phones_in(written) == found


@pytest.mark.parametrize("written", ["555-0139", "acct 12347185550139", "2025-11-08 07:12", "12.50 and 1300.00", ""])
def test_what_is_no_whole_phone_has_no_key(written: str) -> None:
    assert phones_in(written) == set()


def test_e_mail_addresses_have_one_spelling() -> None:
    assert emails_in("Juno.Wren+help@GMail.com") == emails_in("<junowren@gmail.com>,") == {"junowren@gmail.com"}


@pytest.mark.parametrize(
    "written", ["1057 BOYNTON AVENUE", "1057 Boynton Ave., Apt 4B, Bronx", "1057 boynton av #2", "1057  Boynton Ave"]
)
def test_addresses_have_one_spelling_without_the_apartment(written: str) -> None:
    assert address_key(written) == "1057 boynton ave"


def test_an_ordinal_street_is_its_number_and_no_house_is_no_address() -> None:
    assert (address_key("12 E. 133rd Street"), address_key("MAIN STREET")) == ("12 e 133 st", "")


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("my case number is 00012345678a", {"00012345678A"}), ("Case #123456", {"123456"}),
        ("SR 311-12345678", {"311-12345678"}), ("I owe 123456 dollars", set()), ("case 12", set()),
        ("Index LT-555102 in the Bronx", {"LT-555102"}), ("docket no. 1234567", {"1234567"}),
    ],
)  # fmt: skip
def test_numbers_are_case_numbers_where_they_are_called_so(written: str, found: set[str]) -> None:
    assert case_numbers_in(written) == found


@pytest.mark.parametrize(
    ("caller", "said", "names", "surnames"),
    [
        ("Juno Wrenfield", "", {"juno wrenfield"}, {"wrenfield"}),
        ("Wrenfield, Juno", "", {"juno wrenfield"}, {"wrenfield"}),
        ("", "My name is Juno Wrenfield and I", {"juno wrenfield"}, {"wrenfield"}),
        ("Ms. Brack", "", set(), {"brack"}), ("", "Ms Brack called again", set(), {"brack"}),
        ("José Ñandú", "", {"jose nandu"}, {"nandu"}), ("Anonymous", "the same game", set(), set()),
        ("Brack", "", set(), set()),
    ],
)  # fmt: skip
def test_names_are_the_caller_s_and_those_that_a_text_calls_names(
    caller: str, said: str, names: set[str], surnames: set[str]
) -> None:
    assert names_of(caller, said) == (names, surnames)


def test_a_contact_has_the_keys_of_its_cells_and_of_its_text() -> None:
    found = keys_of(contact(phone="(718) 555 0139", text="call 718 555 0139 or a@b.org", address="1 A Street"))
    assert sorted(found) == [("address", "1 a st"), ("email", "a@b.org"), ("phone", "+17185550139")]


@given(st.text(), st.text())
def test_any_text_has_keys_or_none_but_never_fails(caller: str, text: str) -> None:
    found = keys_of(contact(caller=caller, text=text, phone=text, email=text, address=text))
    assert len(found) == len(set(found))
