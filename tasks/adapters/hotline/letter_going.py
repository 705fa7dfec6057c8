"""What a letter to a constituent needs before it leaves, and how it leaves: within the transaction of a signature."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from models.hotline.forms import Channel, ContactForm
from models.hotline.letter_rules import NAMES, Matter, kind_of, letter_way, may_write, why_no_letter
from models.hotline.letter_texts import LETTER_LANGUAGE_NAMES
from models.hotline.letters import LetterRefused
from models.shared.calendar import new_york_date
from models.shared.documents import sha256
from models.shared.people import Person
from models.shared.records import CaseEvent, OutgoingMessage, StoredDocument
from models.shared.signing import Item
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.contacts import open_contact_in
from tasks.adapters.hotline.letter_store import KIND, open_letter
from tasks.adapters.hotline.letters import matter_in
from tasks.adapters.hotline.vault import vault
from tasks.adapters.papers import Paper, PaperError
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.sealing import SealError

# Whom a letter about HIV goes to, as it is recorded; else the day of their own written release.
# Source: Public Health Law 2782(1), 10 NYCRR 63.5(a): a general release is not enough.
SELF = "self"
_MESSAGE = OutgoingMessage.__table__  # type: ignore[attr-defined]


def letter_of(session: Session, document_id: str) -> StoredDocument:
    """A letter's row in the register. Raises LookupError."""
    row = session.get(StoredDocument, document_id) if document_id.isprintable() else None
    if row is None or row.kind != KIND:
        raise LookupError(f"There is no letter {document_id[:80]}.")
    return row


def opened_letter(row: StoredDocument) -> Paper:
    """A letter's file as it was made. Raises PaperError for a changed one, SealError."""
    data = open_letter(row.document_id, vault())
    if sha256(data) != row.sha256:
        raise PaperError(
            f"Letter {row.document_id} was changed after it was made. Tell whoever looks after this system."
        )
    return Paper(f"{row.document_id}.pdf", row.sha256, data)


def checked_letter(session: Session, item: Item, at: datetime) -> tuple[Item, tuple[tuple[str, str], ...]]:
    """An order to send a letter with its language from the register, and what it says of the letter in words.

    Raises NotSigned for a letter that may not leave.
    """
    number = item.fields.get("letter", "")
    try:
        row = letter_of(session, number)
        if row.case_id != item.case_id:
            raise LookupError(f"Letter {number[:80]} is about another contact.")
        matter = matter_in(session, item.case_id)
        _check_letter(session, row, matter, _facts(opened_letter(row)))
        release = _release(matter, item.fields.get("release", ""), new_york_date(at))
    except (LookupError, LetterRefused, PaperError, SealError) as error:
        raise NotSigned(Refusal.ILLEGAL, str(error)) from error
    kind = kind_of(item.case_id, number)
    says = [("Letter", number), ("Kind", NAMES[kind] if kind else ""), ("File", row.sha256)]
    # Signatures are read by others too: of what the law protects they tell neither the language nor to whom it goes.
    if not matter.confidential:
        says += [("Language", LETTER_LANGUAGE_NAMES.get(row.language, row.language))]
    fields = {"letter": number, "language": row.language, "release": release}
    return Item(item.case_id, item.act, {k: v for k, v in fields.items() if v}, item.reason), tuple(says)


def put_out(session: Session, fields: Mapping[str, str], case_id: str, person: Person, at: datetime) -> str:
    """Put a letter into the outbox; returns how it goes (post, e-mail).

    The outbox says neither name nor address nor what it is about: staff print or mail the letter that it names. Raises
    NotSigned where it may not be sent to this constituent, or not by this person.
    """
    number = fields["letter"]
    kind = kind_of(case_id, number)
    if kind is None or (wrong := may_write(person.roles, kind, matter_in(session, case_id))):
        raise NotSigned(Refusal.ROLE, wrong)
    opened = open_contact_in(session, case_id, who=person.staff_id, purpose=f"sending letter {number}", at=at)
    try:
        way = safe_way(opened.form)
    except LetterRefused as refused:
        raise NotSigned(Refusal.ILLEGAL, str(refused)) from refused
    message = {
        "message_id": number, "process": PROCESS, "case_id": case_id, "recipient": "",
        "subject": f"Letter {number} is to be sent by {way}", "document_id": None, "created_at": at, "sent_at": None,
        "body": f"Open letter {number} with your own sign-in and send it by {way}, in a plain envelope or under a "
        "plain subject: the letter says the address, or the page of its contact does.\n",
    }  # fmt: skip
    session.connection().execute(insert(OutgoingMessage), [message])
    return way


def safe_way(form: ContactForm) -> str:
    """How a letter goes to a constituent safely. Raises LetterRefused where none may."""
    if reason := why_no_letter(form.do_not_mail):
        raise LetterRefused(reason)
    by_email = form.channel is Channel.EMAIL and not form.address.strip()
    if way := letter_way(form.safe_channel, by_email=by_email):
        return way.value
    raise LetterRefused(
        "This person named another safe way to be reached, and no letter. Reach them that way, and write down that "
        "you did. Nothing was sent."
    )


def way_of(session: Session, row: StoredDocument) -> str:
    """How a letter went, as its contact's history tells; empty where it did not."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == row.case_id) & (table.event == "letter_sent")
    told = (json.loads(payload) for payload in session.execute(select(table.payload).where(mine)).scalars())
    return next((str(one.get("way", "")) for one in told if one.get("letter") == row.document_id), "")


def _facts(paper: Paper) -> dict[str, Any]:
    # pikepdf is not needed by who only lists letters.
    from tasks.adapters.pdf_read import open_pdf

    found: dict[str, Any] = json.loads(open_pdf(paper.data).packet)
    return found


def _check_letter(session: Session, row: StoredDocument, matter: Matter, facts: dict[str, Any]) -> None:
    if session.execute(select(_MESSAGE.c.message_id).where(_MESSAGE.c.message_id == row.document_id)).first():
        raise LetterRefused(f"Letter {row.document_id} was sent already. Make another one to write again.")
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


def _release(matter: Matter, told: str, today: date) -> str:
    """To whom a letter about HIV goes, as it is recorded; empty for every other one."""
    if not matter.is_hiv:
        return ""
    try:
        signed = None if told == SELF else date.fromisoformat(told)
    except ValueError:
        signed = date.max
    if signed is None or signed <= today:
        return told
    raise LetterRefused(
        "Say to whom this letter goes: to the person themself, or on their own written release of this kind of "
        "information, with its day. A general release is not enough. Nothing was sent."
    )
