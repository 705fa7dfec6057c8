"""A file shows of somebody's words those that the phrase tables know, and no name that stands between them."""

import pytest

from models.hotline.phrases import PhraseTables, parse_term
from models.hotline.shown_words import Vocabulary
from tasks.adapters.hotline.phrase_files import read_tables

_TERMS = ("home care ~ not come", "child*", "丈夫 ~ 打", "no & heat")
KNOWN = Vocabulary(PhraseTables((), {"en": tuple(parse_term("a", text, ["a"]) for text in _TERMS)}))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("home care aide juno wrenfield did not come", "home care … not come"),
        ("children", "children"),
        ("no heat", "no heat"),
        ("丈夫王大明打", "丈夫…打"),
        ("7185550139", "…"),
        ("", ""),
    ],
)
def test_words_that_no_term_has_are_left_out(said: str, shown: str) -> None:
    assert KNOWN.shown(said) == shown


def test_every_term_of_the_tables_is_shown_whole() -> None:
    tables = read_tables()
    known = Vocabulary(tables)
    parts = [part.words for terms in tables.terms.values() for term in terms for part in term.parts if part.words]
    assert len(parts) > 1_000
    assert [words for words in parts if known.shown(words) != words] == []
