"""How terms of the phrase tables are written, and where in a text they are found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.matching import Hit, Matcher
from models.hotline.phrases import PhraseError, parse_points, parse_rule, parse_term
from models.hotline.wording import plain, seen

NAMES = ("landlord", "lockout", "child", "alone", "rent", "card")


def found(text: str, *terms: tuple[str, str]) -> list[tuple[str, str]]:
    words = plain(seen(text))
    matcher = Matcher(parse_term(signal, term, NAMES) for signal, term in terms)
    return sorted((hit.signal, words[hit.start : hit.end]) for hit in matcher.find(words))


def test_words_are_found_whole():
    assert found("The rent is due. Parents know.", ("rent", "rent")) == [("rent", "rent")]


def test_a_star_finds_every_ending():
    assert found("They evicted us; eviction day.", ("lockout", "evict*")) == [
        ("lockout", "evict"),
        ("lockout", "evict"),
    ]


def test_parts_are_found_in_their_order_near_each_other():
    term = ("lockout", "changed ~ lock*")
    assert found("he changed all of the locks", term) == [("lockout", "changed all of the lock")]
    assert found("the lock was changed", term) == []
    assert found("he changed his mind about what we had said and then the lock", term) == []


def test_parts_are_not_found_across_sentences():
    assert found("He changed. The lock is fine.", ("lockout", "changed ~ lock")) == []
    assert found("Smoke is fine. I left the stove on.", ("lockout", "stove & smoke")) == []


def test_parts_in_any_order_must_stand_in_one_sentence():
    assert found("smoke came when the stove was on", ("lockout", "stove & smoke")) == [
        ("lockout", "smoke came when the stove")
    ]


def test_a_part_may_be_any_word_of_a_signal():
    terms = (("landlord", "landlord"), ("landlord", "owner"), ("lockout", "@landlord ~ lock*"))
    assert ("lockout", "owner put a lock") in found("The owner put a lock on it", *terms)
    assert ("lockout", "landlord took my lock") in found("my landlord took my locks", *terms)


def test_a_signal_alone_may_stand_for_another():
    assert ("alone", "kids") in found("the kids are here", ("child", "kids"), ("alone", "@child"))


@pytest.mark.parametrize(("text", "term"), [
    ("我付不起房租了", "房租"), ("اشتكيت من صاحب البيت والإيجار", "الايجار"),
    ("집세를 못 냈어요", "집세"), ("আমার ভাড়া বাকি", "ভাড়া"),
])  # fmt: skip
def test_scripts_without_borders_or_with_endings_are_found_inside_words(text, term):
    assert [signal for signal, _ in found(text, ("rent", term))] == ["rent"]


def test_korean_words_are_found_from_their_beginning_only():
    assert found("우리집세", ("rent", "집세")) == []


def test_no_terms_find_nothing():
    assert found("anything at all") == []


@given(st.lists(st.sampled_from(["rent", "kids", "owner", "lock", "changed", "x"]), max_size=12))
def test_a_word_is_found_as_often_as_it_stands_there(words):
    hits = found(" ".join(words), ("rent", "rent"), ("child", "kids"), ("lockout", "changed ~ lock"))
    assert sum(signal == "rent" for signal, _ in hits) == words.count("rent")
    assert sum(signal == "child" for signal, _ in hits) == words.count("kids")


def test_a_hit_tells_the_term_that_found_it():
    matcher = Matcher([parse_term("rent", "back rent", NAMES)])
    assert list(matcher.find(" i owe back rent ")) == [Hit("rent", 7, 16, "back rent")]


@pytest.mark.parametrize(("text", "complaint"), [
    ("a ~ b & c", "mixes"), ("a ~ b ~ c ~ d", "more than 3"), ("@nobody ~ b", "which there is not"),
    ("", "without words"),
    ("a* b", "* inside"), ("one. two", "full stop"),
])  # fmt: skip
def test_a_term_that_cannot_be_used_is_refused_with_its_words(text, complaint):
    with pytest.raises(PhraseError, match=complaint.replace("*", r"\*")):
        parse_term("rent", text, NAMES)


def test_points_are_thousandths():
    assert parse_points("FIA:1.25 URGENT:-0.5") == {"FIA": 1250, "URGENT": -500}


@pytest.mark.parametrize("text", ["FIA", "NOWHERE:1", "FIA:many"])
def test_points_of_no_unit_are_refused(text):
    with pytest.raises(PhraseError, match="not a unit with its points"):
        parse_points(text)


def test_a_rule_says_what_must_be_there_and_what_must_not():
    row = {"rule": "r", "when": "landlord|rent lockout !child", "points": "HOMEBASE:1", "priority": "2", "reason": "x"}
    rule = parse_rule(row, NAMES)
    assert (rule.needs, rule.without, rule.priority) == ((("landlord", "rent"), ("lockout",)), ("child",), 2)


@pytest.mark.parametrize("change", [{"when": "nothing_known"}, {"when": "!child"}, {"priority": "5"}])
def test_a_rule_that_cannot_hold_is_refused(change):
    row = {"rule": "r", "when": "landlord", "points": "", "priority": "", "reason": "x"}
    with pytest.raises(PhraseError, match="The rule r"):
        parse_rule({**row, **change}, NAMES)
