"""A contact as its page at the desk shows it: what counts, its words where they may be read, and others like it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.case_facts import CaseFacts
from models.hotline.forms import ContactForm
from models.hotline.letter_rules import may_read
from models.hotline.match_keys import KeyKind, address_key, names_of, phones_in
from models.hotline.records import HotlineCase, HotlineDecision
from models.hotline.showing import is_cleared
from models.hotline.states import ALL_STATES
from models.shared.people import Person
from tasks.adapters.case_history import TimelineLine, papers_of
from tasks.adapters.database import reading
from tasks.adapters.hotline.case_page import ContactPage, contact_page, open_words
from tasks.adapters.hotline.cases import PROCESS, LoadedCase, clocks, load_cases
from tasks.adapters.hotline.contacts import Arrival, earlier_contacts, find_by
from tasks.adapters.hotline.letter_list import LetterLine, letters_of
from tasks.adapters.hotline.letters import matter_in
from tasks.adapters.people import load_people
from tasks.adapters.rows import all_rows
from tasks.adapters.signatures import name_of

MOST_RELATED, MOST_FOUND = 20, 50
_LINKED, _TAKEN_FOR_ONE = "linked by a person", "triage takes it for the same matter"


@dataclass(frozen=True)
class Related:
    """Another contact, why it is named, and how it stands."""

    case_id: str
    why: str
    state: str
    priority: int


@dataclass(frozen=True)
class ContactView:
    """Everything that one person may see of a contact: without its words `form` is None, `smallest` empty.

    `smallest` says in a sentence what would change the unit, `why_no_letters` why its letters are not for them; empty
    where they are. `names` are those of who acknowledged its alerts, by staff id.
    """

    loaded: LoadedCase
    page: ContactPage
    row: Any
    form: ContactForm | None
    related: tuple[Related, ...]
    papers: tuple[Any, ...]
    letters: tuple[LetterLine, ...]
    why_no_letters: str
    owner_name: str
    names: Mapping[str, str]
    smallest: str

    @property
    def facts(self) -> CaseFacts:
        return self.page.facts

    @property
    def is_masked(self) -> bool:
        return self.page.is_masked

    @property
    def timeline(self) -> tuple[TimelineLine, ...]:
        return self.page.timeline

    @property
    def held(self) -> Any:
        return self.page.held.items()


def contact_view(case_id: str, person: Person, purpose: str, at: datetime) -> ContactView | None:
    """One contact for one reader; None where there is none. Its words are opened, and that is logged, if they may see.

    Raises SealError, VaultError.
    """
    with reading() as session:
        page = contact_page(session, case_id, person, at)
    if page is None:
        return None
    opened = None if page.is_masked else open_words(case_id, person, purpose, at)
    with reading() as session:
        loaded = load_cases(session, [case_id], clocks())[case_id]
        row = session.get_one(HotlineDecision, case_id)
        related = () if page.is_masked else _related(session, loaded, cleared=is_cleared(person))
        papers = () if page.is_masked else papers_of(session, PROCESS, case_id)
        matter = matter_in(session, case_id)
        closed = may_read(person.roles, matter)
        letters = letters_of(session, case_id)
        numbers = {letter.number for letter in letters}
        papers = tuple(paper for paper in papers if paper.document_id not in numbers)
        shown = () if closed and matter.confidential else letters
        people = load_people(session)
        return ContactView(
            loaded, page, row, opened.form if opened else None, related, papers, shown, closed,
            name_of(people, page.facts.owner),
            {one.acknowledged_by: name_of(people, one.acknowledged_by) for one in page.alerts},
            opened.smallest if opened else "",
        )  # fmt: skip


def _related(session: Session, loaded: LoadedCase, *, cleared: bool) -> tuple[Related, ...]:
    """Contacts that are linked with it, and earlier ones that share a telephone, a name and so on.

    That a caller has a restricted contact besides is told to those alone who are cleared.
    """
    facts = loaded.facts
    earlier = earlier_contacts(session, Arrival(facts.received_at, facts.case_id))[:MOST_RELATED]
    why = {one.arrival.contact_id: f"shares {', '.join(sorted(one.kinds)).replace('_', ' ')}" for one in earlier}
    if facts.duplicate_of:
        why[facts.duplicate_of] = _LINKED if facts.merged else _TAKEN_FOR_ONE
    decided = HotlineDecision.__table__.c  # type: ignore[attr-defined]
    taken_for = select(decided.contact_id).where(decided.duplicate_of == facts.case_id).limit(MOST_RELATED)
    why |= {contact_id: _TAKEN_FOR_ONE for contact_id in session.execute(taken_for).scalars()}
    for row in all_rows(session, HotlineCase, "duplicate_of", [facts.case_id]):
        why[row.case_id] = _LINKED if row.merged else _TAKEN_FOR_ONE
    found = load_cases(session, [*why], clocks())
    return tuple(
        Related(case_id, why[case_id], ALL_STATES[other.facts.state].label, other.facts.priority)
        for case_id, other in sorted(found.items(), key=lambda item: item[1].facts.received_at)
        if cleared or not other.facts.restricted
    )


def restricted_among(session: Session, case_ids: Sequence[str]) -> set[str]:
    """Which of these contacts are restricted now."""
    return {case_id for case_id, one in load_cases(session, case_ids, clocks()).items() if one.facts.restricted}


def earlier_of(case_id: str, person: Person) -> str:
    """The number of the contact that another repeats, as somebody may know it; empty where it is not theirs to know."""
    with reading() as session:
        is_hidden = bool(case_id) and not is_cleared(person) and bool(restricted_among(session, [case_id]))
    return "" if is_hidden else case_id


def found_contacts(session: Session, said: str, *, cleared: bool) -> list[str]:
    """Contacts by their number, or by a telephone number, name, address or case number as somebody tells it.

    A restricted one is found by its number alone, unless the reader is cleared: that somebody called about such a
    matter is protected as well. Raises VaultError.
    """
    table = HotlineDecision.__table__.c  # type: ignore[attr-defined]
    numbers = {said, said.upper()}
    by_number = session.execute(select(table.contact_id).where(table.contact_id.in_(numbers))).scalars().all()
    values = [(KeyKind.PHONE, phone) for phone in phones_in(said)]
    values += [(KeyKind.NAME, name) for name in names_of(said, "")[0]]
    values += [(KeyKind.CASE_NUMBER, said)] + ([(KeyKind.ADDRESS, place)] if (place := address_key(said)) else [])
    found = list(dict.fromkeys(one.contact_id for kind, value in values for one in find_by(session, kind, value)))
    hidden = set() if cleared else restricted_among(session, found[-MOST_FOUND:])
    return [*by_number, *(one for one in reversed(found[-MOST_FOUND:]) if one not in hidden)]
