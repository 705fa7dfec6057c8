"""Which of somebody's words a file may show: those of the phrase tables; all others, such as names, read `…`."""

from collections.abc import Iterable

from models.hotline.phrases import PhraseTables

LEFT_OUT = "…"


class Vocabulary:
    """The words of the phrase tables. Between two parts of a term a text may say anything, a name too."""

    def __init__(self, tables: PhraseTables) -> None:
        whole, begun, anywhere = set[str](), set[str](), set[str]()
        parts = {part for terms in tables.terms.values() for term in terms for part in term.parts}
        for part in parts:
            words = part.words.split()
            whole.update(words)
            if words and not part.starts:
                anywhere.update(words)
            elif words and not part.ends:
                begun.add(words[-1])
        self._whole, self._begun, self._anywhere = whole, begun, anywhere
        self._lengths = _lengths(begun)
        self._unparted_lengths = sorted(_lengths(anywhere), reverse=True)
        self._met = dict[str, str]()

    def shown(self, words: str) -> str:
        """Plain words with `…` for those that no term has."""
        told = list[str]()
        for word in words.split():
            one = self._met.get(word) or self._met.setdefault(word, self._one(word))
            if one != LEFT_OUT or told[-1:] != [LEFT_OUT]:
                told.append(one)
        return " ".join(told)

    def _one(self, word: str) -> str:
        if word in self._whole or any(word[:length] in self._begun for length in self._lengths):
            return word
        # Chinese does not part its words: those of terms are looked for inside.
        told, place = "", 0
        while place < len(word):
            sizes = (size for size in self._unparted_lengths if word[place : place + size] in self._anywhere)
            size = next(sizes, 0)
            if size:
                told += word[place : place + size]
            elif not told.endswith(LEFT_OUT):
                told += LEFT_OUT
            place += size or 1
        return told


def _lengths(words: Iterable[str]) -> set[int]:
    return set(map(len, words))
