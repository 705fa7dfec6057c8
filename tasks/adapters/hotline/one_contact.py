"""One contact that comes in while somebody waits for it: kept and decided about in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.hotline.forms import ContactForm, Layout
from models.hotline.rules import Decision
from tasks.adapters.hotline.keeping import Came, keep
from tasks.adapters.hotline.keys_in_use import note_key
from tasks.adapters.hotline.reading import ReadRow
from tasks.adapters.hotline.triaging import Judge, decide_all_at_once, decide_at_once
from tasks.adapters.hotline.vault import vault


def take(session: Session, form: ContactForm, door: str, judge: Judge, at: datetime) -> Decision | None:
    """Keep a contact and decide about it; the caller commits, and nothing is kept unless all of it is.

    `door` says what it came through (`calls`, `open311`) and stands for the file of an imported one. None where the id
    is kept already and says the same. Raises ContactDiffers where it says something else, VaultError without a key.
    """
    safe = vault()
    note_key(session, safe, at)
    kept = keep(session, [ReadRow(1, form, Layout.PLAIN)], Came(f"{door}:{at:%Y-%m-%d}", 0, at), safe)
    if kept.changed:
        raise ContactDiffers("This number is kept already, with other words. Nothing was changed.")
    return decide_at_once(session, form, judge, at) if kept.imported else None


def take_all(
    session: Session,
    forms: Sequence[ContactForm],
    fresh: Sequence[ContactForm],
    door: str,
    judge: Judge | None,
    at: datetime,
) -> list[ContactForm]:
    """The same for several contacts at once, of which those that are `fresh` have ids of their own; those that differ.

    One differs whose id is kept with other content. Without a judge the fresh ones are kept, and the next triage
    decides about them.
    """
    safe = vault()
    note_key(session, safe, at)
    rows = [ReadRow(number, form, Layout.PLAIN) for number, form in enumerate(forms)]
    kept = keep(session, rows, Came(f"{door}:{at:%Y-%m-%d}", -1, at), safe)
    if judge is not None and fresh:
        decide_all_at_once(session, fresh, judge, at, f"triage:{door}")
    return [forms[number] for number in kept.changed]


class ContactDiffers(ValueError):
    """A contact's id is kept with other content."""
