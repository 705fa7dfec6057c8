"""Which contacts of a file triage would link with an earlier one of it: by the keys that the vault keeps hashed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from deployments.learning.accuracy import Judged
from deployments.learning.examples import Example
from models.hotline.forms import Channel, ContactForm
from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy
from models.hotline.repeats import SAYS_AGAIN, SURE, Known, first_of, repeats
from models.hotline.rules import Decision
from models.shared.calendar import NEW_YORK
from tasks.adapters.hotline.keeping import found_keys


def linked(judged: Sequence[Judged], policy: Policy) -> dict[str, str]:
    """By contact id the first earlier contact of the same caller about the same matter; contacts stand in order."""
    keys, known = {example.contact_id: _keys(example) for example, _ in judged}, dict[str, Known]()
    for example, decision in judged:
        mine = _known(example, decision)
        found = []
        for earlier in known.values():
            shared = Counter(KeyKind(kind) for kind, _ in keys[mine.contact_id] & keys[earlier.contact_id])
            if repeats(mine, earlier, shared, policy):
                found.append((earlier, not SURE.isdisjoint(shared)))
        known[mine.contact_id] = mine._replace(first=first_of(mine, found, known, policy))
    return {one.contact_id: one.first for one in known.values() if one.first}


def _known(example: Example, decision: Decision) -> Known:
    units = (decision.unit, *decision.alternatives)
    return Known(example.contact_id, _noon(example), units, decision.confidential, SAYS_AGAIN in decision.signals)


def _keys(example: Example) -> set[tuple[str, str]]:
    form = ContactForm(contact_id="one", received_at=_noon(example), channel=Channel.OTHER, text=example.message.text)
    return found_keys(form)


def _noon(example: Example) -> datetime:
    return datetime.combine(example.message.received_on, time(12), NEW_YORK)
