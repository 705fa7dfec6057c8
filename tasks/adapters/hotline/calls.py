"""Keeps what staff write down at the desk, and says what triage decided about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from models.hotline.forms import ContactForm
from models.hotline.records import HotlineDecision
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.one_contact import take
from tasks.adapters.hotline.triaging import Judge

DOOR = "calls"
_TRIES = 3


@dataclass(frozen=True)
class Taken:
    """A call that is kept, and the decision about it; `is_new` is false where this form was sent before."""

    decision: HotlineDecision
    is_new: bool


def keep_call(form: ContactForm, judge: Judge, at: datetime) -> Taken:
    """Keep a call and decide about it; the same form again changes nothing.

    Raises ContactDiffers where this form was kept with other words, VaultError where nothing can be sealed.
    """
    for tried in range(_TRIES):
        try:
            with writing() as session:
                decided = take(session, form, DOOR, judge, at)
            break
        except IntegrityError:
            # The second click of a double click, a moment later.
            if tried == _TRIES - 1:
                raise
    with reading() as session:
        return Taken(session.get_one(HotlineDecision, form.contact_id), decided is not None)
