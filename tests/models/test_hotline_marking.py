"""The words that decided, found again in the text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.marking import pieces
from models.hotline.wording import plain, seen


def marked(text: str, *words: str) -> list[str]:
    plainly = plain(seen(text))
    places = [(plainly.index(word), plainly.index(word) + len(word)) for word in words]
    return [piece.text for piece in pieces(text, places) if piece.decided]


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("He HIT me, again.", ("hit me",), ["HIT me"]),
        ("Don't know; I owe $1,200.50!", ("dont", "$120050"), ["Don't", "$1,200.50"]),
        ("Mi esposo me pegó\nanoche", ("pego",), ["pegó"]),
        ("房東把我趕出來了", ("趕出來",), ["趕出來"]),
        ("সে আমাকে মেরেছে আজ", ("মেরেছে",), ["মেরেছে"]),
        ("<b>No heat</b> &amp; no gas", ("no heat",), ["No heat"]),
        ("they evicted us", ("evict",), ["evicted"]),
    ],
)
def test_the_words_that_decided_are_marked_as_they_were_written(text: str, words: tuple[str, ...], found: list[str]):
    assert marked(text, *words) == found


def test_a_text_whose_plain_words_cannot_be_put_together_again_is_shown_without_marks():
    # Two vowel signs that are one only together.
    text = "ক" + "\u09c7" + "\u09be"
    (piece,) = pieces(text, [(1, 3)])
    assert piece.text == text and not piece.decided


@given(st.text(max_size=80), st.integers(0, 40), st.integers(1, 10))
def test_the_pieces_of_any_text_are_the_text_as_it_is_read(text: str, start: int, length: int):
    assert "".join(piece.text for piece in pieces(text, [(start, start + length)])) == seen(text)


def test_a_piece_never_ends_in_the_middle_of_what_nobody_marked():
    assert [piece.decided for piece in pieces("one two three", [(5, 8)])] == [False, True, False]
