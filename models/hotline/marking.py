"""Finds the words that decided in the text as a person reads it: evidence counts in the plain words."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.hotline.rules import word_end
from models.hotline.wording import plain, plain_signs, seen


@dataclass(frozen=True)
class Piece:
    """A piece of a text; `decided` where it is one of the words that decided."""

    text: str
    decided: bool


def pieces(text: str, places: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text as it is `seen`, in pieces; one piece that did not decide where the places cannot be found again.

    `places` are starts and ends in the plain words of the text.
    """
    shown = seen(text)
    words, origins = _plain_with_origins(shown)
    if not shown or words != plain(shown):
        return (Piece(shown, decided=False),) if shown else ()
    marked = bytearray(len(shown))
    for start, end in places:
        inside = [origin for origin in origins[start : word_end(words, end)] if origin >= 0]
        if inside:
            marked[inside[0] : inside[-1] + 1] = b"\1" * (inside[-1] + 1 - inside[0])
    return tuple(_runs(shown, marked))


def _runs(shown: str, marked: bytearray) -> Iterable[Piece]:
    begin = 0
    for place in range(1, len(shown) + 1):
        if place == len(shown) or marked[place] != marked[begin]:
            yield Piece(shown[begin:place], decided=bool(marked[begin]))
            begin = place


def _plain_with_origins(shown: str) -> tuple[str, list[int]]:
    """The plain words put together again, and the place in `shown` of each sign; -1 for what parts words."""
    made: list[tuple[str, int]] = []
    waiting = ""
    for sign, place in plain_signs(shown):
        if sign.isspace():
            waiting = "\n" if "\n" in (sign, waiting) else " "
        else:
            if waiting and made:
                made += [(between, -1) for between in (" \n " if waiting == "\n" else " ")]
            waiting = ""
            made.append((sign, place))
    made = [(" ", -1), *made, (" ", -1)]
    return "".join(sign for sign, _ in made), [place for _, place in made]
