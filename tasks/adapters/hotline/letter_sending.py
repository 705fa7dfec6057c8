"""Letters to constituents leave here, and are read here: each reading is kept, and nothing leaves that may not."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.hotline.forms import Channel, ContactForm
from models.hotline.letter_rules import SHORT, LetterKind, Matter, letter_way, may_read, may_write, why_no_letter
from models.hotline.letters import LetterRefused
from models.hotline.records import HotlineAccess
from models.shared.calendar import new_york_date
from models.shared.documents import sha256
from models.shared.people import Person
from models.shared.records import OutgoingMessage, StoredDocument
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.letter_store import KIND, open_letter
from tasks.adapters.hotline.letters import PROCESS, check_person, load_matter, safe_contact
from tasks.adapters.hotline.vault import vault
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.papers import Paper, PaperError
from tasks.adapters.signed_policy import require_signed_policy

SELF = "self"
_MESSAGE = OutgoingMessage.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Release:
    """To whom a letter about HIV goes: to the person themself, or on their written release of a day.

    Source: Public Health Law 2782(1), 10 NYCRR 63.5(a): a general release is not enough.
    """

    to_themself: bool = False
    signed_on: date | None = None


def read_letter(document_id: str, person: Person, at: datetime) -> Paper:
    """A letter as it was made, for somebody who may read it; that they did is kept first.

    Raises LookupError, NotSigned, PaperError for a changed file, SealError.
    """
    row = _row(document_id)
    check_person(may_read(person.roles, load_matter(row.case_id)))
    access = {"contact_id": row.case_id, "who": person.staff_id, "purpose": f"letter {document_id}", "at": at}
    with writing() as session:
        session.connection().execute(insert(HotlineAccess), [access])
    return _paper(row)


def send_letter(document_id: str, person: Person, at: datetime, release: Release | None = None) -> str:
    """Put a letter into the outbox; returns how it goes (post, e-mail).

    The outbox says neither name nor address nor what it is about: staff print or mail the letter that it names. Raises
    LetterRefused and NotSigned with a sentence, PolicyUnsigned; then nothing is sent.
    """
    row = _row(document_id)
    matter = load_matter(row.case_id)
    check_person(may_write(person.roles, _kind(row), matter))
    _check_letter(row, matter, _facts(_paper(row)))
    _check_release(matter, release, new_york_date(at))
    (opened,) = open_contacts([row.case_id], who=person.staff_id, purpose=f"sending letter {document_id}", at=at)
    do_not_mail, safe_channel = safe_contact(opened.form)
    if reason := why_no_letter(do_not_mail):
        raise LetterRefused(reason)
    way = _way(opened.form, safe_channel)
    with writing() as session:
        require_signed_policy(session)
        _put_out(session, row, way, person, at, release)
    return way


def _row(document_id: str) -> StoredDocument:
    with reading() as session:
        row = session.get(StoredDocument, document_id)
        if row is None or row.kind != KIND:
            raise LookupError(f"There is no letter {document_id[:80]}.")
        session.expunge(row)
    return row


def _paper(row: StoredDocument) -> Paper:
    data = open_letter(row.document_id, vault())
    if sha256(data) != row.sha256:
        raise PaperError(
            f"Letter {row.document_id} was changed after it was made. Tell whoever looks after this system."
        )
    return Paper(f"{row.document_id}.pdf", row.sha256, data)


def _facts(paper: Paper) -> dict[str, Any]:
    # pikepdf is not needed by who only lists letters.
    from tasks.adapters.pdf_read import open_pdf

    found: dict[str, Any] = json.loads(open_pdf(paper.data).packet)
    return found


def _kind(row: StoredDocument) -> LetterKind:
    code = row.document_id.removeprefix(f"{row.case_id}-")[:2]
    return next(kind for kind, short in SHORT.items() if short == code)


def _check_letter(row: StoredDocument, matter: Matter, facts: dict[str, Any]) -> None:
    if row.superseded_by:
        raise LetterRefused(f"Letter {row.document_id} was replaced by {row.superseded_by}: send that one.")
    if facts["draft"]:
        raise LetterRefused(
            f"Letter {row.document_id} is a draft: nobody has reviewed the texts in the language “{row.language}”. "
            "Somebody who reads it well writes name and day into its file of texts, two administrators sign the "
            "policy, and the letter is made again. Nothing was sent."
        )
    if matter.is_hiv and not facts["notice"]:
        raise LetterRefused(
            f"Letter {row.document_id} lacks the notice that prohibits redisclosure. Make it again. Nothing was sent."
        )


def _check_release(matter: Matter, release: Release | None, today: date) -> None:
    if not matter.is_hiv:
        return
    signed = release.signed_on if release else None
    if release is None or not (release.to_themself or (signed and signed <= today)):
        raise LetterRefused(
            "Say to whom this letter goes: to the person themself, or on their own written release of this kind of "
            "information, with its day. A general release is not enough. Nothing was sent."
        )


def _way(form: ContactForm, safe_channel: str) -> str:
    by_email = form.channel is Channel.EMAIL and not form.address.strip()
    if way := letter_way(safe_channel, by_email=by_email):
        return way.value
    raise LetterRefused(
        "This person named another safe way to be reached, and no letter. Reach them that way, and write down that "
        "you did. Nothing was sent."
    )


def _put_out(
    session: Session, row: StoredDocument, way: str, person: Person, at: datetime, release: Release | None
) -> None:
    if session.execute(select(_MESSAGE.c.message_id).where(_MESSAGE.c.message_id == row.document_id)).first():
        raise LetterRefused(f"Letter {row.document_id} was sent already. Make another one to write again.")
    message = {
        "message_id": row.document_id, "process": PROCESS, "case_id": row.case_id, "recipient": "",
        "subject": f"Letter {row.document_id} is to be sent by {way}", "document_id": None, "created_at": at,
        "sent_at": None,
        "body": f"Open letter {row.document_id} with your own sign-in and send it by {way}, in a plain envelope or "
        "under a plain subject: the letter says the address, or the page of its contact does.\n",
    }  # fmt: skip
    session.connection().execute(insert(OutgoingMessage), [message])
    told: dict[str, Any] = {"letter": row.document_id, "file": row.sha256, "way": way, "by": person.staff_id}
    if release is not None and release.signed_on is not None:
        told["release"] = release.signed_on.isoformat()
    elif release is not None:
        told["release"] = SELF
    chain = f"letters:{at:%Y-%m-%d}"
    append_batch(session, PROCESS, chain, [Happening("letter_sent", person.name, "", at, told)], at)
