"""What the desk shows of one contact: what counts of it, what happened, and, where somebody may read them, its words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.acts import CLOSE_CODES, MEANS, OUTCOMES, REJECT_REASONS, label
from models.hotline.case_facts import CaseFacts
from models.hotline.clocks import Clocks
from models.hotline.records import HotlineAlert, HotlineCase, HotlineDecision
from models.hotline.showing import RESTRICTED, is_cleared, unit_names
from models.hotline.states import ALL_STATES, LIFECYCLE
from models.shared.lifecycle import ledger
from models.shared.people import Person
from models.shared.people_records import Proposal
from tasks.adapters.case_history import TimelineLine, events_of, papers_of, timeline_line
from tasks.adapters.database import reading
from tasks.adapters.hotline.cases import PROCESS, LoadedCase, load_cases
from tasks.adapters.hotline.contacts import OpenedContact, earlier_contacts, open_contacts
from tasks.adapters.hotline.work_notes import WorkNote, notes_of
from tasks.adapters.proposals import open_proposals
from tasks.adapters.rows import all_rows

MOST_RELATED = 20
_WORDS = {"means": MEANS, "outcome": OUTCOMES, "why": REJECT_REASONS, "code": CLOSE_CODES}


@dataclass(frozen=True)
class Related:
    """Another contact, and why it is named: `linked` by a person, `same caller` by what both share."""

    case_id: str
    why: str
    state: str
    priority: int


@dataclass(frozen=True)
class ContactPage:
    """Everything that one person may see of a contact. `opened` is None, and lines tell less, where `is_masked`."""

    loaded: LoadedCase
    row: Any
    is_masked: bool
    opened: OpenedContact | None
    timeline: tuple[TimelineLine, ...]
    held: tuple[tuple[str, timedelta], ...]
    papers: tuple[Any, ...]
    notes: tuple[WorkNote, ...]
    alerts: tuple[Any, ...]
    related: tuple[Related, ...]
    proposals: tuple[Proposal, ...]

    @property
    def facts(self) -> CaseFacts:
        return self.loaded.facts

    @property
    def state(self) -> str:
        return ALL_STATES[self.facts.state].label


def contact_page(case_id: str, person: Person, purpose: str, running: Clocks, at: datetime) -> ContactPage | None:
    """One contact for one reader; None where there is none. Its words are opened, and that is logged, if they may see.

    Raises SealError, VaultError.
    """
    with reading() as session:
        loaded = load_cases(session, [case_id], running).get(case_id)
    if loaded is None:
        return None
    cleared = is_cleared(person)
    is_masked = loaded.facts.restricted and not cleared
    opened = None if is_masked else open_contacts([case_id], who=person.staff_id, purpose=purpose, at=at)[0]
    with reading() as session:
        row, told = session.get_one(HotlineDecision, case_id), events_of(session, PROCESS, case_id)
        return ContactPage(
            loaded, row, is_masked, opened, _timeline(row, told, person, is_masked=is_masked), _held(row, told, at),
            () if is_masked else papers_of(session, PROCESS, case_id),
            () if is_masked else tuple(notes_of(session, case_id)), _alerts(session, case_id),
            () if is_masked else _related(session, loaded, running),
            tuple(open_proposals(session, PROCESS, case_id=case_id)),
        )  # fmt: skip


def _timeline(row: Any, told: Sequence[Any], person: Person, *, is_masked: bool) -> tuple[TimelineLine, ...]:
    if told:
        return tuple(_line(event, person, is_masked=is_masked) for event in told)
    triage, state = "triage inquiries", ALL_STATES[row.state]
    event = "held_for_person" if row.state == "to_person" else "routed"
    return (
        TimelineLine(row.received_at, label("received"), triage, ALL_STATES["received"].label, "", ""),
        TimelineLine(row.decided_at, label(event), triage, state.label, "", ""),
    )


def _line(event: Any, person: Person, *, is_masked: bool) -> TimelineLine:
    told, what = json.loads(event.payload), label(event.event)
    if is_masked:
        # Where it went and what somebody wrote about it may tell what the law protects.
        told = {"signed": told.get("signed"), "reason": RESTRICTED if told.get("reason") else ""}
    else:
        what = "; ".join([what, *_details(told, unit_names(cleared=is_cleared(person)))])
    return timeline_line(event, what, ALL_STATES[event.state_to].label, told)


def _details(told: dict[str, Any], units: Mapping[str, str]) -> list[str]:
    """What an event tells besides its name, in words."""
    known = {**_WORDS, "unit": units, "suggested": units}
    found = [words[told[name]] for name, words in known.items() if told.get(name) in words]
    found += [f"to priority {told['priority']}"] if "priority" in told else []
    return found + ([f"with {told['with']}"] if told.get("with") else [])


def _held(row: Any, told: Sequence[Any], at: datetime) -> tuple[tuple[str, timedelta], ...]:
    moves = [(event.occurred_at, event.state_to) for event in told if event.state_from != event.state_to]
    moves = moves or [(row.received_at, "received"), (row.decided_at, row.state)]
    return tuple(ledger(LIFECYCLE, moves).by_holder(at).items())


def _alerts(session: Session, case_id: str) -> tuple[Any, ...]:
    table = HotlineAlert.__table__  # type: ignore[attr-defined]
    return tuple(session.execute(select(table).where(table.c.contact_id == case_id).order_by(table.c.level)))


def _related(session: Session, loaded: LoadedCase, running: Clocks) -> tuple[Related, ...]:
    """Contacts that are linked with it, and earlier ones that share a telephone, a name and so on; none restricted."""
    facts = loaded.facts
    why = {candidate.arrival.contact_id: f"shares {', '.join(sorted(candidate.kinds)).replace('_', ' ')}"
           for candidate in earlier_contacts(session, [facts.case_id]).get(facts.case_id, [])[:MOST_RELATED]}  # fmt: skip
    if facts.duplicate_of:
        why[facts.duplicate_of] = "linked by a person" if facts.merged else "triage takes it for the same matter"
    for row in all_rows(session, HotlineCase, "duplicate_of", [facts.case_id]):
        why[row.case_id] = "linked by a person" if row.merged else "triage takes it for the same matter"
    found = load_cases(session, [*why], running)
    return tuple(
        Related(case_id, why[case_id], ALL_STATES[other.facts.state].label, other.facts.priority)
        for case_id, other in sorted(found.items(), key=lambda item: item[1].facts.received_at)
        if facts.restricted or not other.facts.restricted
    )


def restricted_among(session: Session, case_ids: Sequence[str]) -> set[str]:
    """Which of these contacts are restricted now."""
    return {row.case_id for row in all_rows(session, HotlineCase, "case_id", case_ids) if row.restricted}
