"""Makes letters to constituents: for a contact, in its language, kept sealed, by somebody who may."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from models.hotline.forms import ContactForm
from models.hotline.letter_documents import ConstituentLetter
from models.hotline.letter_policy import LetterPolicy
from models.hotline.letter_rules import (
    SHORT,
    LetterKind,
    Matter,
    letter_language,
    matter_of,
    may_write,
    why_no_letter,
)
from models.hotline.letter_texts import ENGLISH
from models.hotline.letters import (
    Answer,
    LetterRefused,
    Order,
    acknowledgement,
    interim,
    response,
    unable_to_reach,
)
from models.hotline.policy import ClockName
from models.hotline.records import HotlineDecision
from models.shared.calendar import new_york_date
from models.shared.people import Person
from models.shared.records import CaseEvent, OutgoingMessage, StoredDocument
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.cases import PROCESS, clocks, load_cases
from tasks.adapters.hotline.contacts import OpenedContact, open_contacts
from tasks.adapters.hotline.keys_in_use import note_key
from tasks.adapters.hotline.letter_files import letter_texts
from tasks.adapters.hotline.letter_store import KIND, keep_letter
from tasks.adapters.hotline.vault import vault
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.rendered import RenderedPdf
from tasks.adapters.rendering import StoredPdf
from tasks.adapters.steps import boundary

_PAPER = StoredDocument.__table__  # type: ignore[attr-defined]
_DECISION = HotlineDecision.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Wish:
    """A letter that somebody wants. `language` is empty for the constituent's own.

    `answer` are a caseworker's words. `by` belongs to an interim reply. With `address_confidential` no address is
    printed but the lines of `substitute`.
    """

    contact_id: str
    kind: LetterKind
    language: str = ""
    answer: Answer | None = None
    by: date | None = None
    address_confidential: bool = False
    substitute: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeLetter:
    """A letter that was made and lies sealed in the store. A draft cannot be sent."""

    document_id: str
    language: str
    pages: int
    is_draft: bool
    data: bytes


def make_letter(wish: Wish, person: Person, policy: LetterPolicy, at: datetime) -> MadeLetter:
    """Make a letter in place of one of its kind that was not sent; who opened the contact is kept.

    Raises NotSigned for a person who may not, LetterRefused for what cannot be written, SealError, VaultError.
    """
    letter = written(wish, person, policy, at)
    pdf = _drawn(letter)
    with writing() as session:
        _register(session, letter, pdf, wish, person, at)
    return MadeLetter(letter.document_id, letter.language, pdf.pages, bool(letter.draft), pdf.data)


def written(wish: Wish, person: Person, policy: LetterPolicy, at: datetime) -> ConstituentLetter:
    """A letter's text, before it is printed; who opened the contact for it is kept. Raises as `make_letter` does."""
    matter = load_matter(wish.contact_id)
    check_person(may_write(person.roles, wish.kind, matter))
    form, told, found = _opened(wish, person, at)
    return _letter(wish, _order(wish, form, _language(wish, form, told, found), matter, policy, at))


def load_matter(contact_id: str) -> Matter:
    """What a letter has to respect of a contact. Raises LetterRefused where nobody has decided about it."""
    with reading() as session:
        return matter_in(session, contact_id)


def matter_in(session: Session, contact_id: str) -> Matter:
    """The same, within a transaction: what triage said and what people have done since both count."""
    loaded = load_cases(session, [contact_id], clocks()).get(contact_id)
    if loaded is None:
        raise LetterRefused(
            f"There is no contact {contact_id[:40]}, or nobody has decided about it yet. Run “triage inquiries” first."
        )
    facts, decided = loaded.facts, loaded.case.decided
    others = {decided.unit, *decided.alternatives}
    return matter_of(facts.unit, others, decided.signals, confidential=facts.restricted)


def tried_on(contact_id: str) -> tuple[date, ...]:
    """The days on which it was tried to reach somebody, as they were recorded."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == PROCESS) & (table.case_id == contact_id) & (table.event == "contact_attempted")
    with reading() as session:
        found = session.execute(select(table.occurred_at).where(mine).order_by(table.seq)).scalars()
        return tuple(sorted({new_york_date(at) for at in found}))


def check_person(problem: str) -> None:
    """Raise NotSigned where there is a problem."""
    if problem:
        raise NotSigned(Refusal.ROLE, problem)


def _opened(wish: Wish, person: Person, at: datetime) -> tuple[ContactForm, str, str]:
    """The contact, the language that was told, and the one that triage found."""
    opened: OpenedContact
    (opened,) = open_contacts([wish.contact_id], who=person.staff_id, purpose=f"letter: {wish.kind}", at=at)
    if reason := why_no_letter(opened.form.do_not_mail):
        raise LetterRefused(reason)
    with reading() as session:
        query = select(_DECISION.c.language).where(_DECISION.c.contact_id == wish.contact_id)
        found = str(session.execute(query).scalar_one())
    return opened.form, opened.form.told_language or opened.told_language, found


def _language(wish: Wish, form: ContactForm, told: str, found: str) -> str:
    if not wish.language:
        return letter_language(found, told, form.words)
    known = {tag.casefold(): tag for tag in letter_texts()}
    if wish.language.casefold() not in known:
        raise LetterRefused(f"Letters are not written in “{wish.language[:20]}”, but in {', '.join(known.values())}.")
    return known[wish.language.casefold()]


def _order(
    wish: Wish, form: ContactForm, language: str, matter: Matter, policy: LetterPolicy, at: datetime
) -> Order:  # fmt: skip
    texts, running = letter_texts(), clocks()
    hidden = wish.address_confidential or matter.place_is_secret or bool(wish.substitute)
    return Order(
        document_id=_next_number(wish), number=wish.contact_id, received_at=form.received_at, made_at=at,
        name=" ".join(form.caller.split()), address=wish.substitute if hidden else _address(form), matter=matter,
        texts=texts[language], english=texts[ENGLISH], policy=policy,
        answer_by=new_york_date(running.due_at(ClockName.RESPONSE, form.received_at)),
        attempts=running.policy.attempt_days,
    )  # fmt: skip


def _address(form: ContactForm) -> tuple[str, ...]:
    lines = [" ".join(line.split()) for line in form.address.splitlines() if line.strip()]
    if not lines:
        return ()
    place = " ".join(part for part in (f"{form.borough.title()}, NY" if form.borough else "", form.zip.strip()) if part)
    return (*lines, place) if place and form.zip.strip() not in lines[-1] else tuple(lines)


def _next_number(wish: Wish) -> str:
    stem = f"{wish.contact_id}-{SHORT[wish.kind]}"
    mine = (
        (_PAPER.c.case_id == wish.contact_id)
        & (_PAPER.c.kind == KIND)
        & _PAPER.c.document_id.startswith(stem, autoescape=True)
    )
    with reading() as session:
        count = session.execute(select(func.count()).select_from(_PAPER).where(mine)).scalar_one()
    return f"{stem}{count + 1:02d}"


def _letter(wish: Wish, order: Order) -> ConstituentLetter:
    if wish.kind is LetterKind.ACKNOWLEDGEMENT:
        return acknowledgement(order)
    if wish.kind is LetterKind.INTERIM:
        return interim(order, wish.answer, wish.by)
    if wish.kind is LetterKind.UNABLE_TO_REACH:
        return unable_to_reach(order, tried_on(wish.contact_id))
    if wish.answer is None:
        raise LetterRefused("A response needs a caseworker's answer. Nothing was made.")
    return response(order, wish.answer)


def _drawn(letter: ConstituentLetter) -> RenderedPdf:
    # WeasyPrint takes a second to import; who only reads letters does without.
    from tasks.adapters.render import RenderError, render

    try:
        return render(letter)
    except RenderError:
        # The reason names signs of somebody's name or words.
        raise LetterRefused(
            f"Letter {letter.document_id} cannot be printed: the name, the address or the answer has signs that the "
            f"fonts for the language “{letter.language}” do not have. Write them in its letters or in Latin ones."
        ) from None


def _register(
    session: Session, letter: ConstituentLetter, pdf: RenderedPdf, wish: Wish, person: Person, at: datetime
) -> None:
    """The row first: of two who make one number at once the second one is refused before it writes a file."""
    safe = vault()
    note_key(session, safe, at)
    stored = StoredPdf(letter, pdf.sha256, pdf.template_sha256, pdf.pages, len(pdf.data))
    session.connection().execute(insert(StoredDocument), [stored.row(PROCESS, wish.contact_id, KIND)])
    _replace_unsent(session, wish, letter.document_id)
    told: dict[str, Any] = {
        "letter": letter.document_id,
        "file": pdf.sha256,
        "by": person.staff_id,
        "draft": bool(letter.draft),
    }
    append_batch(
        session, PROCESS, f"letters:{at:%Y-%m-%d}", [Happening("letter_made", person.name, "", at, told)], at
    )  # fmt: skip
    keep_letter(letter.document_id, pdf.data, safe)
    boundary("sealed a letter")


def _replace_unsent(session: Session, wish: Wish, number: str) -> None:
    sent = select(OutgoingMessage.message_id).where(OutgoingMessage.case_id == wish.contact_id)  # type: ignore[call-overload]
    older = (_PAPER.c.case_id == wish.contact_id) & (_PAPER.c.kind == KIND) & _PAPER.c.superseded_by.is_(None)
    older &= _PAPER.c.document_id.startswith(f"{wish.contact_id}-{SHORT[wish.kind]}", autoescape=True) & (
        _PAPER.c.document_id != number
    )
    session.execute(update(_PAPER).where(older, _PAPER.c.document_id.not_in(sent)).values(superseded_by=number))
