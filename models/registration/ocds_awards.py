"""The awards of a contract as they were at each of its events, and the kind with which it began.

Rows hold only what is true today. Each change recorded what was before it, in the contract that had the award then; so
an award's way is gone backwards, from contract to contract, and what is published of its past never changes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from models.registration.ocds_facts import PublicAward, PublicEvent
from models.registration.regrouping import REGROUPED, UNDONE
from models.registration.states import Kind
from models.shared.money import to_cents

Histories = Mapping[str, Sequence[PublicEvent]]
REGROUPINGS = frozenset({REGROUPED, UNDONE})
_TEXTS = ("status", "source", "program_name", "purpose")


def named(event: PublicEvent) -> tuple[str, ...]:
    """The awards that an event is about."""
    if event.event == "opened" or event.event in REGROUPINGS:
        return tuple(event.payload.get("awards", ()))
    return (event.payload["award"],) if "award" in event.payload else ()


def linked(histories: Histories) -> set[str]:
    """The contracts from or to which awards went; what an award was before it came is told there."""
    found = set()
    for events in histories.values():
        for event in events:
            keys = ("from", "to") if event.event in REGROUPINGS else ("moved_from", "moved_to")
            found |= {event.payload[key] for key in keys if event.payload.get(key)}
    return found


def recall(
    awards: Mapping[str, PublicAward], places: Mapping[str, str], histories: Histories
) -> dict[str, dict[int, dict[str, PublicAward]]]:
    """The awards that each event is about as they were after it: by contract, by the event's number.

    `awards` are today's, `places` the contract that has each today, where one has it. What an event itself says counts
    more than today's row.
    """
    told: dict[str, dict[int, dict[str, PublicAward]]] = {contract_id: {} for contract_id in histories}
    for key, ways in _ways(histories).items():
        if key not in awards:
            continue
        facts = awards[key]
        for contract_id, event in _backwards(ways, places.get(key, "")):
            is_news = event.payload.get("award") == key
            facts = _said(facts, event.payload, "") if is_news else facts
            told[contract_id].setdefault(event.seq, {})[key] = facts
            facts = _said(facts, event.payload, "_before") if is_news else facts
    return told


def _ways(histories: Histories) -> dict[str, dict[str, list[PublicEvent]]]:
    """For each award, what each contract's events say of it, oldest first."""
    found: dict[str, dict[str, list[PublicEvent]]] = defaultdict(lambda: defaultdict(list))
    for contract_id, events in histories.items():
        for event in events:
            for key in named(event):
                found[key][contract_id].append(event)
    return found


def _backwards(ways: dict[str, list[PublicEvent]], here: str) -> Iterator[tuple[str, PublicEvent]]:
    """The events of an award in the reverse of their order; `here` is where it is today."""
    while any(ways.values()):
        if not ways.get(here):
            # Nobody had it for a while, or the contract was opened with it: the contract that spoke of it last.
            here = max((events[-1].occurred_at, key) for key, events in ways.items() if events)[1]
        event = ways[here].pop()
        yield here, event
        origin = _came_from(event)
        if not ways.get(origin):
            continue
        if event.event in REGROUPINGS and ways[here] and ways[here][-1].event == "opened":
            # The contract was opened for this regrouping.
            yield here, ways[here].pop()
        here = origin


def _came_from(event: PublicEvent) -> str:
    if event.event in REGROUPINGS:
        return str(event.payload["from"]) if event.payload["moved"] == "in" else ""
    return str(event.payload.get("moved_from", ""))


def _said(award: PublicAward, payload: Mapping[str, Any], suffix: str) -> PublicAward:
    """The award with what a payload says of it after (no suffix) or before an event."""
    changed: dict[str, Any] = {key: payload[key + suffix] for key in _TEXTS if key + suffix in payload}
    if "amount" + suffix in payload:
        changed["amount_cents"] = to_cents(payload["amount" + suffix])
    return replace(award, **changed) if changed else award


def first_kind(contract_id: str, histories: Histories) -> Kind:
    """The kind of a contract before any was set: one that was split off has that of the contract it came from."""
    events = histories.get(contract_id, ())
    source = _came_from(events[1]) if len(events) > 1 and events[1].event == REGROUPED else ""
    if not source or set(named(events[0])) != set(named(events[1])):
        return Kind.STANDARD
    kind = first_kind(source, histories)
    for event in histories.get(source, ()):
        if event.event == "kind_set":
            kind = Kind(event.payload["value"])
        if event.event == REGROUPED and event.payload["to"] == contract_id:
            break
    return kind
