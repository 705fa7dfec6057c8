"""Which signs were there when people decided otherwise than triage: for whoever looks after the phrase tables.

It changes nothing by itself. Source: domain sections 8 and 9 (overrides are logged; a blind second reading).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

# What is told of confidential contacts: how many there were, and no sign, unit or priority.
RESTRICTED = "RESTRICTED"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A person decided otherwise about `what`, or read it otherwise in a sample (`source` says which)."""

    source: str
    what: str
    said: str
    chosen: str
    signals: Collection[str]
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Misleading:
    """So often a sign was there when triage said one thing and people another; of so many contacts that had it."""

    signal: str
    source: str
    what: str
    said: str
    chosen: str
    count: int
    of: int | None


def misleading(disagreements: Iterable[Disagreement], there: Mapping[str, int]) -> tuple[Misleading, ...]:
    """Signs with what they misled to, the most frequent first. `there` is how many contacts had each sign."""
    counts: Counter[tuple[str, str, str, str, str]] = Counter()
    for one in disagreements:
        if one.is_restricted:
            counts[RESTRICTED, one.source, one.what, RESTRICTED, RESTRICTED] += 1
            continue
        for signal in sorted(set(one.signals)):
            counts[signal, one.source, one.what, one.said, one.chosen] += 1
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Misleading(*key, count, there.get(key[0])) for key, count in ranked)
