"""Says of one contact that somebody looks at which smallest fact would change its unit. Never asked while many come."""

from collections.abc import Mapping

from models.hotline.forms import ContactForm
from models.hotline.phrases import PhraseError
from models.hotline.smallest import smallest_change, unit_of
from models.hotline.smallest_said import sentence
from tasks.adapters.hotline.triaging import message_of, reader_in_use
from tasks.adapters.policy import PolicyError

CHANGED = "The phrase tables were changed since; by those of today triage would send it elsewhere."


def what_would_change(form: ContactForm, unit: str, units: Mapping[str, str], *, cleared: bool, words: bool) -> str:
    """A sentence about a contact that triage sent to `unit`; empty where nothing can be said, or not to this reader.

    `units` are the names of units for the reader, where they have others than codes; `cleared` and `words` as
    `smallest_said.sentence` has them.
    """
    try:
        reader = reader_in_use()
        found = reader.read(message_of(form))
        decided = unit_of(reader.points(found))
        change = smallest_change(found, reader, decided) if decided == unit else None
    except (PhraseError, PolicyError):
        return ""
    if decided != unit:
        return CHANGED
    if change is None:
        return ""
    meanings = {signal.name: signal.meaning for signal in reader.tables.signals}
    return sentence(change, found, meanings, units, cleared=cleared, words=words)
