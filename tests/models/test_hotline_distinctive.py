"""What few contacts say: rare names, beds, flats and words; and when it makes a contact a repeat."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.hotline.distinctive import distinctive_keys, rare_word_keys, unaccented
from models.hotline.match_keys import KeyKind
from models.hotline.phrases import Unit
from models.hotline.policy import Policy
from models.hotline.repeats import Known, first_of, opens_with_again, repeats, with_first
from tasks.adapters.policy import hotline_policy

COMMON = frozenset({"the", "caller", "monday", "emailed", "brooklyn"})
AT = datetime(2025, 11, 10, 15, tzinfo=UTC)


def keys(text: str) -> set[tuple[str, str]]:
    return set(distinctive_keys(text, COMMON))


def policy() -> Policy:
    return hotline_policy()


def one_each(kinds: set[KeyKind]) -> dict[KeyKind, int]:
    return dict.fromkeys(kinds, 1)


def known(name: str, days: int, *units: Unit) -> Known:
    return Known(name, AT + timedelta(days=days), units)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Caller Quade, emailed Monday", {("rare_name", "quade")}),
        ("QUADE again from Brooklyn", {("rare_name", "quade")}),
        ("Juno Wrenfield, bed 44", {("rare_name", "juno"), ("rare_name", "wrenfield"), ("place", "44")}),
        ("the lady in 2B, room # 12", {("place", "2b"), ("place", "12")}),
        ("on the 3rd, 7 times, 911", set()),
        ("<b>Monday</b> apt. 4F", {("place", "4f")}),
        ("他住在2B", set()),
    ],
)
def test_rare_names_beds_and_flats_are_distinctive(text: str, found: set[tuple[str, str]]) -> None:
    assert keys(text) == found


@pytest.mark.parametrize(
    ("shared", "days", "units", "is_repeat"),
    [
        ({KeyKind.RARE_NAME}, 45, (Unit.FIA,), True),
        ({KeyKind.RARE_NAME}, 46, (Unit.FIA,), False),
        ({KeyKind.RARE_NAME}, 5, (Unit.PCS, Unit.FIA), False),
        ({KeyKind.RARE_NAME, KeyKind.PLACE}, 5, (Unit.PCS, Unit.FIA), True),
        ({KeyKind.RARE_NAME, KeyKind.PLACE}, 5, (Unit.PCS,), False),
        ({KeyKind.PLACE}, 21, (Unit.FIA,), True),
        ({KeyKind.PLACE}, 22, (Unit.FIA,), False),
        ({KeyKind.PLACE}, 1, (Unit.PCS, Unit.FIA), False),
        (set(), 1, (Unit.FIA,), False),
    ],
)
def test_a_rare_name_or_a_bed_tells_a_repeat_of_the_same_matter_within_its_days(
    shared: set[KeyKind], days: int, units: tuple[Unit, ...], is_repeat: bool
) -> None:
    assert repeats(known("later", days, *units), known("earlier", 0, Unit.FIA), one_each(shared), policy()) is is_repeat


def test_nothing_repeats_what_came_after_it() -> None:
    assert not repeats(known("a", 0, Unit.FIA), known("b", 1, Unit.FIA), {KeyKind.RARE_NAME: 1}, policy())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the coffee at the 34th, 718-555-0139", {"coffee"}),
        ("COFFEES the cafés", {"coffee", "cafes"}),
        ("<div class=MsoNormal style='color:red'>cart</div>&nbsp;at a no", {"cart"}),
        ("cart. The Outlook the iOS<https://aka.ms/o0ukef> https://example.org/some/page", {"cart"}),
        ("咖啡", {"咖啡"}),
        ("카페 수레", set()),
        ("커피수레 the 앞에서", {"커피수레", "앞에서"}),
        ("coffee cart by Hegeman", {"coffee", "hegema"}),
        ("咖啡车旁边", {"咖啡", "车旁"}),
    ],
)
def test_words_that_few_people_use_are_kept_by_how_they_begin(text: str, found: set[str]) -> None:
    assert {value for _, value in rare_word_keys(text, {"the"})} == found


def test_of_a_long_text_the_longest_words_are_kept() -> None:
    text = " the ".join(f"{'abcdefghijklmnopqrst'[number]}{'x' * (2 + number // 10)}" for number in range(20))
    found = [value for _, value in rare_word_keys(text, {"the"})]
    assert len(found) == 12 and [len(value) for value in found] == [4] * 10 + [3] * 2


@pytest.mark.parametrize(
    ("words", "says_again", "days", "units", "is_repeat"),
    [
        (3, False, 60, (Unit.FIA,), True),
        (3, False, 61, (Unit.FIA,), False),
        (2, False, 14, (Unit.FIA,), True),
        (2, False, 15, (Unit.FIA,), False),
        (2, False, 1, (Unit.PCS, Unit.FIA), False),
        (2, True, 60, (Unit.PCS, Unit.FIA), True),
        (2, True, 41, (Unit.PCS,), False),
        (2, True, 40, (Unit.PCS,), True),
        (1, True, 14, (Unit.FIA,), True),
        (1, True, 15, (Unit.FIA,), False),
        (1, True, 1, (Unit.PCS, Unit.FIA), False),
        (1, False, 1, (Unit.FIA,), False),
    ],
)
def test_rare_words_tell_a_repeat_together_and_fewer_do_where_it_says_again(
    words: int, says_again: bool, days: int, units: tuple[Unit, ...], is_repeat: bool
) -> None:
    later = known("later", days, *units)._replace(says_again=says_again)
    assert repeats(later, known("earlier", 0, Unit.FIA), {KeyKind.WORD: words}, policy()) is is_repeat


@pytest.mark.parametrize("kind", [KeyKind.PHONE, KeyKind.SURNAME, KeyKind.RARE_NAME])
@pytest.mark.parametrize(("says_again", "days", "is_repeat"), [(True, 40, True), (True, 41, False), (False, 1, False)])
def test_who_says_that_they_speak_again_may_say_it_in_words_of_another_unit(
    kind: KeyKind, says_again: bool, days: int, is_repeat: bool
) -> None:
    later = known("later", days, Unit.PCS)._replace(says_again=says_again)
    assert repeats(later, known("earlier", 0, Unit.FIA), {kind: 1}, policy()) is is_repeat


@pytest.mark.parametrize(
    ("words", "days", "units", "is_repeat"),
    [
        (2, 45, (Unit.PCS, Unit.FIA), True),
        (2, 46, (Unit.PCS, Unit.FIA), False),
        (2, 1, (Unit.PCS,), False),
        (1, 1, (Unit.PCS, Unit.FIA), False),
    ],
)
def test_a_rare_name_and_another_rare_word_tell_a_repeat_for_a_unit_that_is_alike(
    words: int, days: int, units: tuple[Unit, ...], is_repeat: bool
) -> None:
    shared = {KeyKind.RARE_NAME: 1, KeyKind.WORD: words}
    assert repeats(known("later", days, *units), known("earlier", 0, Unit.FIA), shared, policy()) is is_repeat


def protected(name: str, days: int, unit: Unit, protects: bool = True) -> Known:
    return known(name, days, unit)._replace(restricted=protects, protects=protects)


def after(mine: Known, *found: Known) -> Known:
    every = [(one, True) for one in found]
    return with_first(mine, every, {one.contact_id: one for one in found}, policy())


@pytest.mark.parametrize(("mine", "theirs"), [(False, False), (False, True), (True, False), (True, True)])
def test_what_repeats_a_restricted_contact_is_restricted(mine: bool, theirs: bool) -> None:
    later = protected("b", 1, Unit.HOMEBASE, mine)
    found = after(later, protected("a", 0, Unit.HASA, theirs))
    assert found == protected("b", 1, Unit.HOMEBASE, mine or theirs)._replace(first="a")
    assert after(later) == later


def test_a_restricted_contact_counts_though_another_one_came_first() -> None:
    found = after(known("c", 2, Unit.FIA), known("a", 0, Unit.FIA), protected("b", 1, Unit.HASA))
    assert (found.first, found.protects) == ("a", True)


def test_what_is_restricted_between_changes_nothing_of_the_first_contact() -> None:
    one, two = known("z", 0, Unit.FIA), known("a", 1, Unit.FIA)._replace(first="z")
    three = protected("b", 2, Unit.HASA)
    there = {each.contact_id: each for each in (one, two, three)}
    found = with_first(known("m", 3, Unit.FIA), [(two, True), (three, True)], there, policy())
    assert (found.first, found.protects) == ("z", True)


@pytest.mark.parametrize("text", ["Álvarez", "Łukasz Żak", "María José"])
def test_a_name_with_an_accented_capital_is_a_name(text: str) -> None:
    assert {("rare_name", word.casefold()) for word in unaccented(text).split()} <= keys(text)
    assert keys(text) == keys(unaccented(text))


@pytest.mark.parametrize("text", ["https://example.org/t?x=B123", "<style>p{color:#A123}</style>", "<td width=B12>"])
def test_what_nobody_sees_is_no_bed(text: str) -> None:
    assert not keys(text)


def test_what_was_restricted_and_is_no_more_restricts_nothing_after_it() -> None:
    lifted = protected("a", 0, Unit.HASA)._replace(protects=False)
    assert not after(known("b", 1, Unit.FIA), lifted).protects


def test_links_are_followed_back_among_what_is_restricted_by_what_repeats_it() -> None:
    one = known("a", 0, Unit.HASA)._replace(restricted=True)
    two = known("b", 1, Unit.HASA)._replace(restricted=True, first="a")
    assert first(known("c", 2, Unit.HASA), (two, True), others=(one,)) == "a"


def first(mine: Known, *found: tuple[Known, bool], others: tuple[Known, ...] = ()) -> str:
    there = {one.contact_id: one for one in (*others, *(earlier for earlier, _ in found))}
    return first_of(mine, found, there, policy())


def test_what_says_surely_who_calls_goes_before_rare_words() -> None:
    by_words, by_phone = known("a", 0, Unit.FIA), known("b", 1, Unit.FIA)
    assert first(known("c", 2, Unit.FIA), (by_words, False), (by_phone, True)) == "b"
    assert first(known("c", 2, Unit.FIA), (by_words, False)) == "a"
    assert first(known("c", 2, Unit.FIA)) == ""


def test_links_are_followed_back_to_the_first_contact_of_the_matter() -> None:
    one, two = known("a", 0, Unit.FIA), known("b", 1, Unit.FIA)._replace(first="a")
    three = known("c", 2, Unit.FIA)._replace(first="b")
    assert first(known("d", 3, Unit.FIA), (three, True), others=(one, two)) == "a"


@pytest.mark.parametrize("change", [{"restricted": True}, {"received_at": AT - timedelta(days=89)}])
def test_links_are_not_followed_to_what_is_restricted_nor_to_what_is_long_past(change: dict[str, Any]) -> None:
    one, two = known("a", 0, Unit.FIA)._replace(**change), known("b", 1, Unit.FIA)._replace(first="a")
    assert first(known("c", 2, Unit.FIA), (two, True), others=(one,)) == "b"


def test_links_in_a_circle_are_followed_once() -> None:
    one, two = known("a", 0, Unit.FIA)._replace(first="b"), known("b", 1, Unit.FIA)._replace(first="a")
    assert first(known("c", 2, Unit.FIA), (two, True), others=(one,)) == "a"


def test_who_speaks_again_in_words_of_another_unit_is_not_linked_with_what_is_restricted() -> None:
    later = known("later", 1, Unit.PCS)._replace(says_again=True)
    earlier = known("earlier", 0, Unit.DV)._replace(restricted=True)
    assert not repeats(later, earlier, {KeyKind.SURNAME: 1}, policy())
    assert repeats(later._replace(restricted=True), earlier, {KeyKind.SURNAME: 1}, policy())


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ("Delroy Ashcombe again. It has been a month.", True),
        ("subj: trumpet, again. two suitcases", True),
        ("Beverley Rd again!! no water", True),
        ("They shut the water off and then they did it again. Please", False),
        ("again and again they say no", False),
        ("Against the wall.", False),
        ("again. and again", False),
        ("Quade again - still no heat", True),
        ("Quade again -- still no heat", True),
        ("Will they evict me again? I am afraid", False),
        ("gain " + "a." * 2_497, False),
        ("gain " + ("a" + "." * 40) * 100, False),
    ],
)
def test_who_opens_with_again_speaks_again(said: str, again: bool) -> None:
    assert opens_with_again(said) is again


def test_a_bed_tells_a_repeat_for_a_unit_that_is_alike_where_somebody_speaks_again() -> None:
    shared, earlier = {KeyKind.PLACE: 1}, known("earlier", 0, Unit.FIA)
    later = known("later", 21, Unit.PCS, Unit.FIA)._replace(says_again=True)
    assert repeats(later, earlier, shared, policy())
    assert not repeats(later._replace(says_again=False), earlier, shared, policy())
    assert not repeats(later._replace(received_at=AT + timedelta(days=22)), earlier, shared, policy())


def test_two_rare_words_of_different_sentences_are_both_kept() -> None:
    assert {value for _, value in rare_word_keys("coffee cart. Hegeman", {"the"})} == {"coffee", "hegema"}


@pytest.mark.parametrize(
    "text",
    [
        "familia Cedeño, cuarto 117",
        "Cedeno family, rm 117",
        "Ceden\u0303o, habitacio\u0301n 117",
        "Cedeño в комнате 117",
        "Cedeno w pokoju 117",
    ],
)
def test_names_and_rooms_are_the_same_in_other_languages(text: str) -> None:
    assert {("rare_name", "cedeno"), ("place", "117")} <= keys(text)


@pytest.mark.parametrize(
    ("shared", "is_repeat"),
    [({KeyKind.PHONE: 1}, True), ({KeyKind.RARE_NAME: 2}, True), ({KeyKind.RARE_NAME: 1}, False)],
)
def test_who_surely_speaks_again_in_words_of_another_unit_is_linked_with_what_is_restricted(
    shared: dict[KeyKind, int], is_repeat: bool
) -> None:
    later = known("later", 1, Unit.PCS)._replace(says_again=True)
    earlier = known("earlier", 0, Unit.HASA)._replace(restricted=True)
    assert repeats(later, earlier, shared, policy()) is is_repeat
    assert not repeats(later._replace(says_again=False), earlier, shared, policy())
