"""What letters to constituents say, to whom, and what their texts must have."""

import re
from datetime import date
from typing import Any

import pytest

from models.hotline.letter_rules import (
    LetterKind,
    Matter,
    letter_language,
    letter_way,
    matter_of,
    may_read,
    may_write,
    tells,
    why_no_letter,
)
from models.hotline.letter_texts import (
    END,
    ISOLATED,
    LETTER_LANGUAGES,
    LetterTexts,
    apart,
)
from models.hotline.letters import LetterRefused, interim, response, unable_to_reach
from models.shared.people import Role
from tasks.adapters.hotline.letter_files import letter_texts
from tests.hotline_letters import NAMES, PLAIN, RESTRICTED, TRIED, answer, letter, order

SECRET_PLACE = Matter(True, True, False)


def said(made: Any) -> str:
    return re.sub(f"[{ISOLATED}{END}]", "", made.packet())


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_says_its_number_the_emergency_number_and_where_an_interpreter_is(
    kind: LetterKind, language: str
) -> None:
    told = said(letter(kind, order(language)))
    for words in ("INQ-0001", "911", "718-557-1399", NAMES[language], letter_texts()[language].words["title"]):
        assert words in told


def test_an_acknowledgement_says_the_day_of_the_answer_counted_from_when_it_was_received() -> None:
    told = said(letter(LetterKind.ACKNOWLEDGEMENT, order("en")))
    assert "We will answer you by November 26, 2026 at the latest." in told


def test_an_acknowledgement_promises_no_day_that_has_come() -> None:
    with pytest.raises(LetterRefused, match="Send a response or an interim reply"):
        letter(LetterKind.ACKNOWLEDGEMENT, order(answer_by=date(2026, 11, 20)))


def test_a_response_says_how_to_disagree_as_far_as_the_matter_allows() -> None:
    told = {about: said(response(order(), answer(about=about))) for about in ("other", "benefit", "cash_or_medicaid")}
    assert all("tell us that you do not agree" in words for words in told.values())
    assert ["conference" in told[about] for about in told] == [False, True, True]
    assert ["within 60 days" in told[about] for about in told] == [False, False, True]


def test_a_response_says_where_nothing_is_in_our_power() -> None:
    assert "No action within our power would change it." in said(response(order(), answer(no_power=True)))
    assert "within our power" not in said(response(order(), answer()))


@pytest.mark.parametrize(
    "change",
    [
        {"words": {"found": "", "done": "x"}},
        {"words": {"found": "x"}},
        {"words": {"found": "x", "done": "y", "why": "z"}},
    ],
)
def test_a_response_without_what_was_found_and_done_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(LetterRefused, match="says what was found"):
        response(order(), answer(**change))


@pytest.mark.parametrize("change", [{"translated_by": ""}, {"english": {"found": "x"}}])
def test_an_answer_in_another_language_names_who_translated_it_and_keeps_the_english(change: dict[str, Any]) -> None:
    with pytest.raises(LetterRefused, match="the person who translated it"):
        response(order("es"), answer("es", **change))


def test_who_translated_an_answer_is_not_printed() -> None:
    assert "T. Lator" not in response(order("es"), answer("es")).packet()


@pytest.mark.parametrize("tried", [TRIED[:2], (TRIED[0],) * 3, (*TRIED[:2], date(2026, 11, 30))])
def test_that_nobody_was_reached_is_written_after_attempts_on_three_different_days(tried: tuple[date, ...]) -> None:
    with pytest.raises(LetterRefused, match="3 attempts on different days"):
        unable_to_reach(order(), tried)


def test_an_interim_reply_promises_a_day_that_lies_ahead() -> None:
    assert "write to you again by December 4, 2026" in said(interim(order(), None, None))
    with pytest.raises(LetterRefused, match="must lie ahead"):
        interim(order(), None, date(2026, 11, 20))


@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_about_a_restricted_matter_names_no_unit_and_nothing_that_tells_it(kind: LetterKind) -> None:
    told = said(letter(kind, order("en", matter=RESTRICTED))).casefold()
    assert not re.search(r"\b(hiv|hasa|aids|odv|domestic|restricted)\b", told)
    assert '"unit":"office of constituent services"' in told


@pytest.mark.parametrize("words", ["Your HASA worker will call.", "the Office of  Domestic\nViolence", "ODV"])
def test_words_that_name_a_telling_unit_are_refused_where_the_matter_is_confidential(words: str) -> None:
    assert tells(words)
    told = answer(words={"found": words, "done": "We called."})
    with pytest.raises(LetterRefused, match="name a unit that tells"):
        response(order(matter=RESTRICTED), told)
    assert response(order(matter=PLAIN), told)


def test_every_letter_about_hiv_carries_the_notice_and_no_other_does() -> None:
    for kind in LetterKind:
        assert letter(kind, order(matter=RESTRICTED)).notice is not None
        assert letter(kind, order(matter=SECRET_PLACE)).notice is None


def test_an_unreviewed_english_notice_makes_a_translated_letter_a_draft() -> None:
    texts: LetterTexts = letter_texts()["en"]
    assert letter(LetterKind.INTERIM, order("es", english=texts, matter=RESTRICTED)).draft
    assert not letter(LetterKind.INTERIM, order("es", english=texts)).draft


def test_without_an_address_the_window_is_empty() -> None:
    made = letter(LetterKind.ACKNOWLEDGEMENT, order(address=()))
    assert made.to == () and "Juno Wrenfield" in made.greeting


def test_somebody_without_a_name_is_greeted_without_one() -> None:
    assert letter(LetterKind.ACKNOWLEDGEMENT, order(name=" ")).greeting == "Hello,"


# --- who and in which language ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "others", "signals", "confidential", "expected"),
    [
        ("FIA", set(), set(), False, Matter(False, False, False)),
        ("HASA", set(), set(), True, Matter(True, False, True)),
        ("FIA", {"HASA"}, set(), False, Matter(True, False, True)),
        ("FIA", set(), {"hiv_medicine"}, True, Matter(True, False, True)),
        ("DV", set(), {"dv_threat"}, True, Matter(True, True, False)),
        ("FIA", set(), {"child_harm"}, True, Matter(True, False, False)),
        ("FIA", set(), {"rent"}, True, Matter(True, True, False)),
    ],
)
def test_what_a_letter_respects_follows_from_the_decision(
    unit: str, others: set[str], signals: set[str], confidential: bool, expected: Matter
) -> None:
    assert matter_of(unit, others, signals, confidential=confidential) == expected


def test_restricted_letters_are_written_and_read_by_cleared_staff_alone() -> None:
    own, cleared = {Role.CASEWORKER}, {Role.CASEWORKER, Role.CLEARED}
    assert may_write(own, LetterKind.RESPONSE, PLAIN) == "" and may_read(own, PLAIN) == ""
    assert "cleared" in may_write(own, LetterKind.RESPONSE, RESTRICTED) and "cleared" in may_read(own, RESTRICTED)
    assert may_write(cleared, LetterKind.RESPONSE, RESTRICTED) == "" and may_read(cleared, RESTRICTED) == ""


def test_call_takers_acknowledge_and_others_of_the_office_write_to_nobody() -> None:
    assert may_write({Role.CALL_TAKER}, LetterKind.ACKNOWLEDGEMENT, PLAIN) == ""
    assert may_write({Role.CALL_TAKER}, LetterKind.RESPONSE, PLAIN)
    assert all(may_write({role}, LetterKind.ACKNOWLEDGEMENT, PLAIN) for role in (Role.COUNSEL, Role.ADMINISTRATOR))
    assert may_read({Role.AUDITOR}, PLAIN) and may_read({Role.CLEARED}, PLAIN)


def test_who_asked_for_no_mail_gets_no_letter() -> None:
    assert "asked us to send no mail" in why_no_letter("yes") and why_no_letter("no") == why_no_letter("") == ""


@pytest.mark.parametrize(
    ("safe", "by_email", "way"),
    [
        ("", False, "post"), ("", True, "e-mail"), ("mail", True, "post"), ("email", False, "e-mail"),
        ("phone", False, None), ("text", True, None), ("in_person", False, None), ("third_party", False, None),
        ("none", False, None),
    ],
)  # fmt: skip
def test_a_letter_goes_by_the_way_that_is_safe_or_not_at_all(safe: str, by_email: bool, way: str | None) -> None:
    assert letter_way(safe, by_email=by_email) == way


@pytest.mark.parametrize(
    ("found", "told", "words", "expected"),
    [
        ("es", "", "", "es"), ("uk", "uk", "", "en"), ("und", "", "", "en"),
        ("zh", "", "樓裡沒有暖氣，請幫忙", "zh-Hant"),
        ("zh", "", "楼里没有暖气，请帮忙", "zh-Hans"), ("zh", "Traditional Chinese", "楼里没有暖气", "zh-Hant"),
        ("zh", "zh-CN", "", "zh-Hans"), ("zh", "", "", "zh-Hant"),
    ],
)  # fmt: skip
def test_a_letter_is_written_in_the_constituents_language_and_signs(
    found: str, told: str, words: str, expected: str
) -> None:
    assert letter_language(found, told, words) == expected


def test_latin_words_that_somebody_wrote_stand_apart_in_a_line_from_right_to_left() -> None:
    assert apart("رقم 718-555-0139 الآن", rtl=True) == f"رقم {ISOLATED}718-555-0139{END} الآن"
    assert apart("call 718-555-0139", rtl=False) == "call 718-555-0139"
