"""Which of few earlier contacts somebody speaks of who says that they speak again and not who they are.

Where an office had few contacts of late for a unit, one that uses the same words is very likely the one that is meant;
where it had many, words that many use tell nothing.
"""

from collections.abc import Callable, Collection, Sequence, Set
from datetime import timedelta
from typing import NamedTuple

from models.hotline.distinctive import beginnings
from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy
from models.hotline.repeats import SURE, Known, came

# What a word counts that few people use, and one that many do. Source: tried on the examples.
_RARE, _OFTEN = 2, 1


class UsualWords(NamedTuple):
    """Beginnings of words, as `distinctive` makes them: those that many use, and of these the ones that all use."""

    often: Set[str]
    everyday: Set[str]


def likeness(one: str, other: str, usual: UsualWords) -> int:
    """How much of what two texts say is the same: words that all use are not counted, those that few use twice."""
    shared = {*beginnings(one)} & {*beginnings(other)}
    return _RARE * len(shared - usual.often) + _OFTEN * len((shared & usual.often) - usual.everyday)


def says_anything(said: str, usual: UsualWords) -> bool:
    """True where a text has a word that not all use."""
    return not {*beginnings(said)} <= usual.everyday


def is_of_late(earlier: Known, later: Known, policy: Policy) -> bool:
    """True where a contact came before another one, not long before, for the same unit, and is as restricted.

    The others are not even counted: from who is linked nobody must learn that there is a restricted contact.
    """
    apart = later.received_at - earlier.received_at
    is_near = came(earlier) < came(later) and apart <= timedelta(days=policy.repeat_lone_days)
    return is_near and earlier.units[0] == later.units[0] and earlier.restricted == later.restricted


def are_others(mine: Collection[KeyKind], theirs: Collection[KeyKind]) -> bool:
    """True where both contacts tell, and not alike, who calls: by a telephone, an address, a case number or a name."""
    return not SURE.isdisjoint({*mine} & {*theirs})


def spoken_of(mine: Known, of_late: Sequence[Known], alike: Callable[[Known], int], policy: Policy) -> Known | None:
    """The earlier contact that `mine` speaks of, where it says so and `of_late` are few; None: nobody can tell.

    `of_late` are the earlier contacts that are `is_of_late`, or more of them than are few; `alike` is the likeness of
    one of them.
    """
    if not mine.says_again or len(of_late) > policy.repeat_lone_most:
        return None
    found = [(alike(one), came(one), one) for one in of_late]
    likeliest = max(found, default=None)
    return likeliest[2] if likeliest and likeliest[0] >= policy.repeat_lone_likeness else None
