"""Themes: what several signs of a contact tell together, and none of them alone, of danger and of what is protected.

Each sign moves each theme up or down; a theme that all signs of a contact together move above nothing says as much more
as it is higher. All numbers are whole, so that every machine reckons the same.
"""

from collections.abc import Mapping, Sequence

from models.hotline.phrases import PROTECTED, URGENT, PhraseError, Theme, parse_points

THEMES = 32
# One stands for so many steps, in which moves are counted, and a sign moves a theme by at most half of these.
STEPS = 64
_MOST = STEPS // 2
# Where a theme may start.
LOWEST, HIGHEST = -0.5, 3.0
# By how many steps a letter moves a theme: the first moves it down the most.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_LETTER = 255
_RAISED = bytes(_LETTERS.find(chr(code)) % 256 for code in range(256))
NO_MOVES = bytes((_MOST,)) * THEMES
# The heads of which themes speak.
SAID = (URGENT, PROTECTED)


def moves_of(values: Sequence[float]) -> bytes:
    """How a sign moves each theme, in steps raised by half of `STEPS`; one is so many steps. Empty: moves none."""
    moves = bytes(min(max(round(value * STEPS), -_MOST), _MOST - 1) + _MOST for value in values)
    return b"" if moves == NO_MOVES else moves


def written_moves(moves: bytes) -> str:
    """The same as a letter for each theme; nothing where no theme is moved."""
    return "".join(map(_LETTERS.__getitem__, moves))


def parse_moves(text: str) -> bytes:
    """Moves that are written so. Raises PhraseError."""
    moves = text.encode("ascii", "replace").translate(_RAISED)
    if len(moves) not in (0, THEMES) or _NO_LETTER in moves:
        raise PhraseError(f"“{text}” does not move {THEMES} themes by one letter each; leave it empty to move none.")
    return moves


def parse_theme(row: Mapping[str, str]) -> Theme:
    """A row `theme,start,points`. Raises PhraseError."""
    points = parse_points(row["points"])
    if wrong := points.keys() - set(SAID):
        raise PhraseError(f"A theme gives points to {' and '.join(SAID)} alone, not to {min(wrong)}.")
    try:
        start = float(row["start"])
        if not LOWEST <= start <= HIGHEST:
            raise ValueError
    except ValueError:
        raise PhraseError(
            f"“{row['start']}” is not a number where the theme starts, such as 0.25, from {LOWEST} to {HIGHEST}."
        ) from None
    return Theme(round(start * STEPS), points)


def check_themes(themes: Sequence[Theme]) -> None:
    """Raises PhraseError where there are some, but not all."""
    if len(themes) not in (0, THEMES):
        raise PhraseError(f"There are {len(themes)} themes; signs move {THEMES}.")
