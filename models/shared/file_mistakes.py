"""The mistakes that keep a file out: where each stands, and the words for the person who sent it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a file: where it stands, and the words for the person who sent it.

    `sheet` is empty where a file has no sheets, `cell` where the whole sheet or file is meant.
    """

    sheet: str
    cell: str
    text: str

    @property
    def sentence(self) -> str:
        """Place and words in one: `Lines!D7: “abc” is not an amount of money.`"""
        where = "!".join(part for part in (self.sheet, self.cell) if part)
        return f"{where}: {self.text}" if where else self.text


class FormError(ValueError):
    """A file cannot be taken; nothing of it was. Carries every mistake that was found, in the order of the file."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(self.sentences))

    @property
    def sentences(self) -> tuple[str, ...]:
        """One sentence or two for each mistake."""
        return tuple(mistake.sentence for mistake in self.mistakes)
