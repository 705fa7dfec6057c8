"""The smallest fact that would change the desk: it does change the unit, and nothing smaller does."""

from dataclasses import replace
from datetime import date
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from models.hotline.matching import Hit
from models.hotline.phrases import PhraseTables, Rule, Signal, Unit, parse_term
from models.hotline.smallest import Change, Sign, SignKind, smallest_change, unit_of, with_signal, without
from models.hotline.smallest_said import sentence
from models.hotline.triage import Found, Message, Reader

MEANINGS = {"rent": "rent that is owed", "marshal": "a marshal or a warrant", "winter": "a fact, not a word: in winter"}
TABLES = PhraseTables(
    (
        Signal("marshal", MEANINGS["marshal"], {Unit.HOMEBASE: 2500, Unit.PCS: 500}),
        Signal("rent", MEANINGS["rent"], {Unit.HOMEBASE: 1000}), Signal("food", "", {Unit.FIA: 2000}),
        Signal("kids", "", {}), Signal("winter", MEANINGS["winter"], {Unit.HEAP: 300}),
        Signal("dv_threat", "threats of a partner", {Unit.DV: 9000}),
    ),
    {
        "en": tuple(
            parse_term(name, words, ("marshal", "rent", "food", "kids"))
            for name, words in (("marshal", "marshal"), ("rent", "rent"), ("food", "food stamps"), ("kids", "my kids"))
        )
    },
    (Rule("kids and rent", (("kids",), ("rent",)), (), {Unit.FAMILIES: 3000}, None, ""),),
    {
        "en": {
            "shelter": {Unit.PCS: 1200}, "landlord": {Unit.HOMEBASE: 400}, "card": {Unit.FIA: 700},
            "blue door": {Unit.IDNYC: 900},
        },
        "pl": {"~zynn": {Unit.HOMEBASE: 900}, "~ent|": {Unit.IDNYC: 300}},
    },
    {Unit.OUT_OF_SCOPE: 100},
)  # fmt: skip
READER = Reader(TABLES)


def found_in(text: str, on: date = date(2026, 7, 1)) -> Found:
    return READER.read(Message(text, "email", on))


def change_of(text: str, **told: date) -> Change | None:
    found = found_in(text, **told)
    return smallest_change(found, READER, unit_of(READER.points(found)))


def said(text: str, *, cleared: bool = False, words: bool = True) -> str:
    change = change_of(text)
    assert change
    return sentence(change, found_in(text), MEANINGS, {}, cleared=cleared, words=words)


def signal(name: str) -> Sign:
    return Sign(SignKind.SIGNAL, name)


def word(name: str) -> Sign:
    return Sign(SignKind.WORD, name)


def test_one_sign_that_carries_the_unit_is_told() -> None:
    told = change_of("The marshal came to our building, and the shelter did not want to help me")
    assert told == Change(Unit.PCS, (signal("marshal"),))


def test_a_rule_ends_with_a_sign_that_it_needs() -> None:
    told = change_of("I have to pay the rent for my kids and for me, please help")
    assert told == Change(Unit.HOMEBASE, (signal("kids"),))


def test_several_signs_are_told_where_one_is_not_enough() -> None:
    told = change_of("The marshal came about the rent, and the landlord is there as well")
    assert told == Change(Unit.OUT_OF_SCOPE, (signal("marshal"), signal("rent"), word("landlord")))


def test_where_leaving_out_changes_nothing_one_more_sign_is_told() -> None:
    told = change_of("I would like to know when the office is open this week")
    assert told == Change(Unit.DV, added="dv_threat")


def test_nothing_is_told_where_the_tables_say_another_unit_than_was_decided() -> None:
    assert smallest_change(found_in("The marshal came to our building today"), READER, Unit.FIA) is None


def test_nothing_is_told_where_too_many_sets_would_have_to_be_tried() -> None:
    found = found_in("The marshal came to our building today")
    assert smallest_change(found, READER, Unit.HOMEBASE, most=1) is None


def test_the_sentence_names_the_sign_with_its_meaning() -> None:
    text = "The marshal came to our building, and the shelter did not want to help me"
    assert said(text) == "Without “marshal” (a marshal or a warrant) it would go to PCS."


def test_a_single_word_is_named_as_it_was_said_or_only_counted() -> None:
    text = "They did not open the shelters to me and I would like to know why"
    assert said(text) == "Without the word “shelters” it would go to OUT_OF_SCOPE."
    assert said(text, words=False) == "Without one single word it would go to OUT_OF_SCOPE."


def test_two_words_that_speak_together_are_named_as_they_were_said() -> None:
    text = "We would like to know who painted the blue doors"
    assert said(text) == "Without the words “blue doors” it would go to OUT_OF_SCOPE."
    assert said(text, words=False) == "Without one single word it would go to OUT_OF_SCOPE."


def test_letters_of_a_word_are_named_with_the_word_that_has_them() -> None:
    text = "Chciałabym zapytać, dlaczego czynniki te są ważne dla mnie i dla dziecka"
    assert said(text) == "Without the letters “zynn” of “czynniki” it would go to OUT_OF_SCOPE."
    assert said(text, words=False) == "Without one single word it would go to OUT_OF_SCOPE."


def test_of_a_word_whose_pieces_speak_too_is_told_what_it_says_by_itself() -> None:
    found = replace(found_in("Te czynniki są ważne dla mnie i dla dziecka"), roots=frozenset({"czyn", "~zynn"}))
    root, piece = word("czyn"), word("~zynn")
    by_itself = sentence(Change(Unit.FIA, (root,)), found, {}, {}, cleared=False, words=True)
    both = [
        sentence(Change(Unit.FIA, (root, piece)), found, {}, {}, cleared=False, words=words) for words in (True, False)
    ]
    assert "what the word “czynniki” says by itself" in by_itself
    assert "Without the word “czynniki” and the letters “zynn” of “czynniki”" in both[0]
    assert "Without one single word" in both[1]


def test_of_a_word_that_speaks_beside_its_neighbour_too_is_told_what_it_says_by_itself() -> None:
    told = Change(Unit.FIA, (word("door"),))
    found = found_in("We would like to know who painted the blue doors")
    assert "what the word “doors” says by itself" in sentence(told, found, {}, {}, cleared=False, words=True)
    both = Change(Unit.FIA, (word("blue door"), word("door")))
    assert "the words “blue doors” and the word “doors”" in sentence(both, found, {}, {}, cleared=False, words=True)


def test_what_is_restricted_is_named_to_cleared_staff_alone() -> None:
    text = "I would like to know when the office is open this week"
    assert said(text) == (
        "Nothing that could be left out would change the unit. Told of what is restricted besides, it would go to a "
        "restricted unit."
    )
    assert "“dv threat” besides, it would go to DV" in said(text, cleared=True)
    change = Change(Unit.FIA, (signal("dv_threat"),))
    assert sentence(change, found_in(text), MEANINGS, {}, cleared=False, words=True) == ""


def test_of_many_signs_the_first_are_named_and_the_others_counted() -> None:
    change = Change(Unit.FIA, (signal("rent"), signal("winter"), *map(word, ("a", "b", "c"))))
    assert sentence(change, found_in("so be it"), MEANINGS, {}, cleared=False, words=True) == (
        "Without “rent” (rent that is owed), “winter” (in winter), the word “a” and 2 more signs it would go to FIA."
    )


# --- against all sets, over made-up tables -----------------------------------------------------------------------

_UNITS = (Unit.FAMILIES, Unit.PCS, Unit.FIA, Unit.OUT_OF_SCOPE)
_NAMES, _STEMS = ("a", "b", "c", "d", "e"), ("v", "w", "x", "y")
_POINTS = st.dictionaries(st.sampled_from(_UNITS), st.integers(-4, 4).map(lambda number: number * 250), max_size=3)
_GROUPS = st.lists(st.sampled_from(_NAMES), min_size=1, max_size=2, unique=True).map(tuple)


@st.composite
def _cases(draw: st.DrawFn) -> tuple[Reader, Found]:
    signals = tuple(Signal(name, "", draw(_POINTS)) for name in _NAMES)
    rules = tuple(
        Rule(
            f"rule {number}", tuple(draw(st.lists(_GROUPS, min_size=1, max_size=2))),
            tuple(draw(st.lists(st.sampled_from(_NAMES), max_size=2))), draw(_POINTS), None, "",
        )
        for number in range(draw(st.integers(0, 4)))
    )  # fmt: skip
    words = {"en": {stem: draw(_POINTS) for stem in _STEMS}}
    reader = Reader(PhraseTables(signals, {}, rules, words, draw(_POINTS)))
    there = draw(st.sets(st.sampled_from(_NAMES)))
    stems = frozenset(draw(st.sets(st.sampled_from(_STEMS))))
    hits = {name: Hit(name, 0, 1, name) for name in there}
    return reader, Found("", "en", hits, tuple(reader.holding(hits)), stems)


def _brute(reader: Reader, found: Found) -> Change | None:
    """The same by trying every set."""
    unit = unit_of(reader.points(found))
    signs = sorted([*map(signal, found.hits), *map(word, found.roots)])
    for size in range(1, len(signs) + 1):
        for gone in combinations(signs, size):
            other = unit_of(reader.points(without(found, reader, gone)))
            if other != unit:
                return Change(other, gone)
    for name in sorted(reader.signals - set(found.hits)):
        other = unit_of(reader.points(with_signal(found, reader, name)))
        if other != unit:
            return Change(other, added=name)
    return None


@settings(max_examples=400, deadline=None)
@given(_cases())
def test_it_is_what_trying_every_set_finds(case: tuple[Reader, Found]) -> None:
    reader, found = case
    assert smallest_change(found, reader, unit_of(reader.points(found))) == _brute(reader, found)


@settings(max_examples=200, deadline=None)
@given(_cases())
def test_applying_it_changes_the_unit(case: tuple[Reader, Found]) -> None:
    reader, found = case
    unit = unit_of(reader.points(found))
    told = smallest_change(found, reader, unit)
    if told is not None:
        after = with_signal(found, reader, told.added) if told.added else without(found, reader, told.removed)
        assert unit_of(reader.points(after)) == told.unit != unit
