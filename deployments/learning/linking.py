"""Which contacts of a file triage would link with an earlier one of it: by the keys that the vault keeps hashed."""

from collections.abc import Collection, Sequence
from datetime import datetime, time

from deployments.learning.accuracy import Judged
from deployments.learning.examples import Example
from models.hotline.distinctive import distinctive_keys
from models.hotline.forms import Channel, ContactForm
from models.hotline.match_keys import KeyKind, keys_of
from models.hotline.policy import Policy
from models.hotline.repeats import Known, repeats
from models.hotline.rules import Decision
from models.shared.calendar import NEW_YORK


def linked(judged: Sequence[Judged], policy: Policy, common: Collection[str]) -> dict[str, str]:
    """By contact id the first earlier contact of the same caller about the same matter; contacts stand in order."""
    before, found = list[tuple[Known, set[tuple[str, str]]]](), dict[str, str]()
    for example, decision in judged:
        known, keys = _known(example, decision), _keys(example, common)
        for earlier, theirs in before:
            if repeats(known, earlier, {KeyKind(kind) for kind, _ in keys & theirs}, policy):
                found[example.contact_id] = earlier.contact_id
                break
        before.append((known, keys))
    return found


def _known(example: Example, decision: Decision) -> Known:
    moment = datetime.combine(example.message.received_on, time(12), NEW_YORK)
    return Known(example.contact_id, moment, (decision.unit, *decision.alternatives))


def _keys(example: Example, common: Collection[str]) -> set[tuple[str, str]]:
    moment = datetime.combine(example.message.received_on, time(12), NEW_YORK)
    form = ContactForm(contact_id="one", received_at=moment, channel=Channel.OTHER, text=example.message.text)
    return {*keys_of(form), *distinctive_keys(form.words, common)}
