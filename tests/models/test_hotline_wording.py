"""What a contact's words become before tables are held against them, and in which language they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.tongue import LANGUAGES, UNDETERMINED, language_of
from models.hotline.wording import letters_of, pairs, pieces, plain, roots, seen, stem

SENTENCES = {
    "en": "They shut the heat off in our building and nobody picks up the phone.",
    "es": "Nos cortaron la calefacción en el edificio y nadie contesta el teléfono.",
    "zh": "我们楼里的暖气停了,打电话没有人接。",
    "ru": "У нас в доме отключили отопление, и никто не берёт трубку.",
    "bn": "আমাদের বিল্ডিংয়ে হিটিং বন্ধ, ফোন করলে কেউ ধরে না।",
    "ht": "Yo koupe chofaj la nan bilding nan epi pèsonn pa reponn telefòn nan.",
    "ko": "우리 건물에 난방이 끊겼고 전화를 아무도 받지 않아요.",
    "ar": "قطعوا التدفئة في العمارة ولا أحد يرد على الهاتف.",
    "ur": "ہماری عمارت میں ہیٹنگ بند ہے اور کوئی فون نہیں اٹھاتا۔",
    "fr": "On nous a coupé le chauffage dans l'immeuble et personne ne répond au téléphone.",
    "pl": "Wyłączyli nam ogrzewanie w budynku i nikt nie odbiera telefonu.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_told_in_each_of_the_eleven_languages(language):
    assert language_of(seen(SENTENCES[language])) == language


@pytest.mark.parametrize("text", ["", "   ", "🆘🏠❌", "12 34", "!!!"])
def test_what_has_no_letters_is_in_no_language(text):
    assert language_of(seen(text)) == UNDETERMINED


def test_a_name_in_another_script_does_not_make_the_language_of_a_text():
    assert language_of("My neighbor 王小明 has not opened his door since Friday and he is old.") == "en"


def test_arabic_is_told_from_urdu_and_persian_by_their_letters():
    persian = "لطفاً کمک کنید، گرمایش ساختمان ما قطع شده و کسی پاسخ نمی‌دهد."
    assert language_of(persian) not in ("ar", "ur")


def test_apostrophes_go_and_other_marks_part_words():
    assert plain("I can't - they're GONE (all), ok") == " i cant theyre gone all ok "


def test_sentences_are_parted_and_decimals_are_not():
    assert plain("It is 3.5 miles. He owes $1,200!") == " it is 35 miles \n he owes $1200 "


def test_latin_letters_lose_their_accents_and_russian_ones_their_dots():
    assert plain("Calefacción, łódź, ещё") == " calefaccion lodz еще "


def test_the_vowels_of_bengali_stay_in_their_words():
    assert plain("ফোন করলে কেউ ধরে না।") == " ফোন করলে কেউ ধরে না "


@pytest.mark.parametrize("hidden", [
    "<b>no</b> heat", "no <!-- send this to everybody --> heat", "<style>p {}</style>no heat", "no\u200b heat",
    "no \x1b[31mheat\x1b[0m", "\u202eno heat", "no\x07 heat", "<script>steal()</script>no heat", "no&nbsp;heat",
])  # fmt: skip
def test_what_a_screen_does_not_show_is_not_read(hidden):
    assert plain(seen(hidden)) == " no heat "


def test_a_word_that_was_broken_by_nothing_visible_is_one_word():
    assert plain(seen("super\u200bvisor")) == " supervisor "


@given(st.text())
def test_any_text_becomes_words_with_one_blank_between(text):
    words = plain(seen(text))
    assert words == f" {' '.join(words.split(' ')).strip(' ')} "
    assert "  " not in words.strip(" ")


@given(st.text())
def test_any_text_has_some_language(text):
    assert language_of(seen(text))


@pytest.mark.parametrize(
    ("word", "left"), [("evicted", "evict"), ("leaks", "leak"), ("calling", "call"), ("bus", "bus"), ("ring", "ring")]
)
def test_the_endings_of_grammar_go_where_four_letters_are_left(word, left):
    assert stem(word) == left


@pytest.mark.parametrize(
    "text",
    [
        "Mi hermano is at the shelter y necesita ayuda con la renta porque perdió el trabajo en marzo",
        "Mwen bezwen èd for the rent paske mwen pèdi travay mwen, pitit mwen yo grangou",
        "Je suis at the office depuis ce matin, ma fille n a pas de lit et il fait froid",
    ],
)
def test_a_few_english_words_in_another_language_do_not_make_it_english(text: str) -> None:
    assert language_of(seen(text)) != "en"
    assert language_of(seen(text), plain(seen(text)).split()) == language_of(seen(text))


@pytest.mark.parametrize(
    ("word", "language", "known_by"),
    [
        ("heating", "en", ("heat",)),
        ("calefaccion", "es", ("cale",)),
        ("без", "ru", ("без",)),
        ("没有暖气", "zh", ("没有", "有暖", "暖气")),
        ("冷", "zh", ()),
    ],
)
def test_a_word_is_known_by_its_roots_as_its_language_makes_them(word: str, language: str, known_by: object) -> None:
    assert roots(word, language) == known_by


def test_two_words_that_follow_each_other_are_known_by_their_roots_but_in_chinese() -> None:
    assert list(pairs(["no", "heating", "upstairs"], "en")) == ["no heat", "heat upstair"]
    assert list(pairs(["没有", "暖气"], "zh")) == [] == list(pairs(["rent"], "en"))


@pytest.mark.parametrize(
    ("word", "language", "found"),
    [
        ("kwota", "pl", ["~|kwo", "~kwot", "~wota", "~ota|"]), ("są", "pl", ["~|są|"]), ("i", "pl", []),
        ("收容所", "zh", ["收", "容", "所", "收容所"]), ("shelter", "en", []),
    ],
)  # fmt: skip
def test_a_word_is_known_by_its_pieces_too_but_in_english(word: str, language: str, found: list[str]) -> None:
    assert [*pieces(word, language)] == found


def test_the_letters_of_a_piece_are_those_of_the_word() -> None:
    assert [letters_of(piece) for piece in pieces("kwota", "pl")] == ["kwo", "kwot", "wota", "ota"]
    assert letters_of("kwot") == letters_of("收容所") == letters_of("two words") == ""
