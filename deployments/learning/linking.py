"""Which contacts of a file triage would link with an earlier one of it: by the keys that the vault keeps hashed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import partial

from deployments.learning.accuracy import Judged
from deployments.learning.examples import Example
from models.hotline.forms import Channel, ContactForm
from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy
from models.hotline.repeats import SURE, Known, opens_with_again, repeats, with_first
from models.hotline.rules import Decision, repeating_restricted
from models.hotline.spoken_of import are_others, is_of_late, likeness, spoken_of
from models.shared.calendar import NEW_YORK
from tasks.adapters.hotline.keeping import found_keys
from tasks.adapters.hotline.phrase_files import usual_words


def linked(known: Mapping[str, Known]) -> dict[str, str]:
    """By contact id the first earlier contact of the same caller about the same matter."""
    return {one.contact_id: one.first for one in known.values() if one.first}


def with_links(judged: Sequence[Judged], known: Mapping[str, Known]) -> list[Judged]:
    """The decisions once triage has linked the contacts: what repeats a restricted contact is restricted."""
    return [
        (example, repeating_restricted(decision) if known[example.contact_id].protects else decision)
        for example, decision in judged
    ]


def known_after(judged: Sequence[Judged], policy: Policy) -> dict[str, Known]:
    """What triage would know of each contact once it has looked for earlier ones; contacts stand in order."""
    keys, known = {example.contact_id: _keys(example) for example, _ in judged}, dict[str, Known]()
    texts = {example.contact_id: example.message.text for example, _ in judged}
    for example, decision in judged:
        mine = _known(example, decision)
        found = []
        for earlier in known.values():
            shared = Counter(KeyKind(kind) for kind, _ in keys[mine.contact_id] & keys[earlier.contact_id])
            if repeats(mine, earlier, shared, policy):
                found.append((earlier, not SURE.isdisjoint(shared)))
        if not found:
            of_late = [earlier for earlier in known.values() if is_of_late(earlier, mine, policy)]
            if len(of_late) <= policy.repeat_lone_most:
                mine_kinds = _kinds(keys, mine)
                of_late = [earlier for earlier in of_late if not are_others(mine_kinds, _kinds(keys, earlier))]
            alike = partial(_likeness, texts, mine)
            found = [(one, False) for one in (spoken_of(mine, of_late, alike, policy),) if one]
        known[mine.contact_id] = with_first(mine, found, known, policy)
    return known


def _kinds(keys: Mapping[str, set[tuple[str, str]]], one: Known) -> set[KeyKind]:
    return {KeyKind(kind) for kind, _ in keys[one.contact_id]}


def _likeness(texts: Mapping[str, str], one: Known, other: Known) -> int:
    return likeness(texts[one.contact_id], texts[other.contact_id], usual_words())


def _known(example: Example, decision: Decision) -> Known:
    units = (decision.unit, *decision.alternatives)
    again = decision.says_again or opens_with_again(example.message.text)
    return Known(
        example.contact_id, _noon(example), units, decision.confidential, again, protects=decision.confidential
    )


def _keys(example: Example) -> set[tuple[str, str]]:
    form = ContactForm(contact_id="one", received_at=_noon(example), channel=Channel.OTHER, text=example.message.text)
    return found_keys(form)


def _noon(example: Example) -> datetime:
    return datetime.combine(example.message.received_on, time(12), NEW_YORK)
