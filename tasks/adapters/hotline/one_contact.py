"""One contact that comes in while somebody waits for it: kept and decided about in one transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models.hotline.forms import ContactForm, Layout
from models.hotline.rules import Decision
from tasks.adapters.hotline.keeping import Came, keep, kept_ids
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
    session: Session, forms: Sequence[ContactForm], door: str, judge: Judge | None, at: datetime
) -> tuple[list[ContactForm], list[ContactForm]]:
    """The same for several contacts at once: those that are new, and those whose id is kept with other content.

    Without a judge they are kept, and the next triage decides about them.
    """
    safe = vault()
    note_key(session, safe, at)
    there = kept_ids(session, [form.contact_id for form in forms])
    rows = [ReadRow(number, form, Layout.PLAIN) for number, form in enumerate(forms)]
    kept = keep(session, rows, Came(f"{door}:{at:%Y-%m-%d}", -1, at), safe)
    differing = [forms[number] for number in kept.changed]
    fresh = {form.contact_id: form for form in reversed(forms) if form.contact_id not in there}
    if judge is not None and fresh:
        decide_all_at_once(session, list(fresh.values()), judge, at)
    return list(fresh.values()), differing


class ContactDiffers(ValueError):
    """A contact's id is kept with other content."""
