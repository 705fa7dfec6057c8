"""The smallest fact that would change the desk, as a sentence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from models.hotline.rules import RESTRICTED_UNITS, tells_of_protected
from models.hotline.smallest import Change, Sign, SignKind
from models.hotline.triage import Found
from models.hotline.wording import UNPARTED, letters_of, pairs, pieces, roots

# More signs than these are counted: nobody reads a longer list.
MOST_NAMED = 4
# How the meaning of a signal that is no word begins in the tables.
_FACT = "a fact, not a word: "


def sentence(
    change: Change, found: Found, meanings: Mapping[str, str], units: Mapping[str, str], *, cleared: bool, words: bool
) -> str:
    """Why a contact is at its desk, by what would send it elsewhere; empty where that is not for this reader.

    `meanings` are those of the signals by name, `units` the names of units that have one besides their code. Single
    words are named where `words` is true, else counted: they are the constituent's. What tells of class C4 is named to
    who is `cleared` alone. Source: domain section 8.
    """
    unit = units.get(change.unit, str(change.unit))
    unit = f"to {unit}" if cleared or change.unit not in RESTRICTED_UNITS else "to a restricted unit"
    if change.added:
        named = _signal(change.added, meanings) if cleared or not _protected([change.added]) else "what is restricted"
        return f"Nothing that could be left out would change the unit. Told of {named} besides, it would go {unit}."
    signals = [sign.name for sign in change.removed if sign.kind == SignKind.SIGNAL]
    if not cleared and _protected(signals):
        return ""
    return f"Without {_listed(change.removed, found, meanings, words)} it would go {unit}."


def _protected(signals: Iterable[str]) -> bool:
    return tells_of_protected(dict.fromkeys(signals))


def _listed(signs: Sequence[Sign], found: Found, meanings: Mapping[str, str], words: bool) -> str:
    shown = list(signs) if len(signs) <= MOST_NAMED else list(signs[: MOST_NAMED - 1])
    named = [_signal(sign.name, meanings) for sign in shown if sign.kind == SignKind.SIGNAL]
    single = [sign.name for sign in shown if sign.kind == SignKind.WORD]
    if words:
        gone = {sign.name for sign in signs}
        named += [_as_named(root, found, gone) for root in single]
    elif single:
        count = len({_as_said(root, found) for root in single})
        named.append("one single word" if count == 1 else f"{count} single words")
    if more := len(signs) - len(shown):
        named.append(f"{more} more signs")
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _signal(name: str, meanings: Mapping[str, str]) -> str:
    meaning = meanings.get(name, "").removeprefix(_FACT)
    return f"“{name.replace('_', ' ')}” ({meaning})" if meaning else f"“{name.replace('_', ' ')}”"


def _as_named(root: str, found: Found, gone: Collection[str]) -> str:
    """A word or two together; of a word that speaks by a piece or beside its neighbour too, what it says by itself."""
    said = _as_said(root, found)
    if letters := letters_of(root):
        return f"the letters “{letters}” of “{said}”"
    if " " in root:
        return f"the words “{said}”"
    stays = any(_is_of(root, said, other, found.language) for other in found.roots.difference(gone, {root}))
    return f"what the word “{said}” says by itself" if stays else f"the word “{said}”"


def _is_of(root: str, said: str, other: str, language: str) -> bool:
    """True where another sign is a piece of the word that was said, or it and its neighbour."""
    if language == UNPARTED:
        return root in other or other in root
    return root in other.split() if " " in other else other in pieces(said, language)


def _as_said(root: str, found: Found) -> str:
    """The word of the text, or the two of a pair, of which signs are known; Chinese, unparted, shows those."""
    if found.language == UNPARTED:
        return root
    words = found.words.split()
    if " " in root:
        made = zip(pairs(words, found.language), map(" ".join, pairwise(words)), strict=True)
        return next((said for pair, said in made if pair == root), root)
    known = pieces if letters_of(root) else roots
    return next((word for word in words if root in known(word, found.language)), root)
