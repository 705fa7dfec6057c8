"""Which contacts of a file triage would link with an earlier one of it: by the keys that the vault keeps hashed."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time

from deployments.learning.accuracy import Judged
from deployments.learning.examples import Example
from models.hotline.forms import Channel, ContactForm
from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy
from models.hotline.repeats import SAYS_AGAIN, Known, first_of, repeats
from models.hotline.rules import Decision
from models.shared.calendar import NEW_YORK
from tasks.adapters.hotline.keeping import found_keys


def linked(judged: Sequence[Judged], policy: Policy) -> dict[str, str]:
    """By contact id the first earlier contact of the same caller about the same matter; contacts stand in order."""
    before, found = list[tuple[Known, set[tuple[str, str]]]](), dict[str, str]()
    for example, decision in judged:
        known, keys = _known(example, decision), _keys(example)
        for earlier, theirs in before:
            if repeats(known, earlier, Counter(KeyKind(kind) for kind, _ in keys & theirs), policy):
                found[example.contact_id] = first_of(earlier)
                known = known._replace(first=first_of(earlier))
                break
        before.append((known, keys))
    return found


def _known(example: Example, decision: Decision) -> Known:
    units = (decision.unit, *decision.alternatives)
    return Known(example.contact_id, _noon(example), units, SAYS_AGAIN in decision.signals)


def _keys(example: Example) -> set[tuple[str, str]]:
    form = ContactForm(contact_id="one", received_at=_noon(example), channel=Channel.OTHER, text=example.message.text)
    return found_keys(form)


def _noon(example: Example) -> datetime:
    return datetime.combine(example.message.received_on, time(12), NEW_YORK)
