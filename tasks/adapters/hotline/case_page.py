"""All that is shown of one contact to one person: what counts, its history, what they can do; words only on asking."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.acts import CLOSE_CODES, MEANS, OUTCOMES, REJECT_REASONS, SIGNED, WORK, label, may_not
from models.hotline.case_facts import CaseFacts
from models.hotline.clocks import LABELS
from models.hotline.forms import ContactForm
from models.hotline.policy import ClockName
from models.hotline.records import HotlineAlert, HotlineDecision, HotlineOverride
from models.hotline.rules import words_at
from models.hotline.showing import is_cleared, unit_names
from models.hotline.states import ALL_STATES, LIFECYCLE
from models.hotline.taking import undo_of
from models.hotline.wording import plain, seen
from models.shared.lifecycle import ledger
from models.shared.people import Person, Role
from models.shared.people_records import Proposal
from tasks.adapters.case_history import TimelineLine, events_of, timeline_line
from tasks.adapters.database import reading
from tasks.adapters.hotline.cases import PROCESS, TRIAGE, LoadedCase, clocks, load_cases
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.explaining import what_would_change
from tasks.adapters.hotline.links import repeats_restricted
from tasks.adapters.hotline.queues import RESTRICTED
from tasks.adapters.hotline.work_notes import WorkNote, notes_of
from tasks.adapters.proposals import open_proposals
from tasks.adapters.refusals import NotSigned, Refusal


@dataclass(frozen=True)
class ContactPage:
    """A contact as one person may see it; `is_masked` where it is restricted and they are not cleared.

    Masked are unit, language, clock, alternatives, rule, signals, review, notes, overrides, links and reasons. `acts`
    and `signed_acts` are the names of what the person can do now, `undo` the act that takes the last one back.
    """

    case_id: str
    is_masked: bool
    facts: CaseFacts
    version: int
    unit: str
    language: str
    clock: str
    state: str
    holder: str
    is_overdue: bool
    resolve_by: datetime
    alternatives: tuple[str, ...]
    rule: str
    signals: tuple[str, ...]
    review: tuple[str, ...]
    said_by_triage: str
    members: tuple[str, ...]
    timeline: tuple[TimelineLine, ...]
    held: dict[str, timedelta]
    notes: tuple[WorkNote, ...]
    alerts: tuple[HotlineAlert, ...]
    overrides: tuple[HotlineOverride, ...]
    proposals: tuple[Proposal, ...]
    acts: tuple[str, ...]
    signed_acts: tuple[str, ...]
    undo: str


@dataclass(frozen=True)
class OpenedWords:
    """What a constituent said, opened for one person, the words in it that decided, and what would change the unit."""

    form: ContactForm
    evidence: tuple[str, ...]
    smallest: str


def contact_page(session: Session, case_id: str, person: Person | None, now: datetime) -> ContactPage | None:
    """One contact as a person may see it, nobody: as who is not cleared; None where there is none. Opens no words."""
    loaded = load_cases(session, [case_id], clocks()).get(case_id)
    if loaded is None:
        return None
    cleared = bool(person and Role.CLEARED in person.roles)
    masked = loaded.facts.restricted and not cleared
    decided = loaded.case.decided
    facts = loaded.facts if cleared else _for_others(session, loaded.facts)
    names = unit_names(cleared=cleared)
    timeline, held = _history(session, loaded, names, now, masked=masked)
    acts = _possible(loaded, person)
    undo = undo_of(loaded.case.last)
    return ContactPage(
        case_id=case_id, is_masked=masked, facts=facts, version=loaded.version,
        unit=facts.unit, language=facts.language,
        clock=facts.clock if masked else LABELS[ClockName(facts.clock)], state=ALL_STATES[facts.state].label,
        holder=str(ALL_STATES[facts.state].holder), is_overdue=loaded.facts.is_late(now),
        resolve_by=facts.to_resolve_by(now), alternatives=() if masked else decided.alternatives,
        rule=RESTRICTED if masked else decided.rule, signals=() if masked else tuple(sorted(decided.signals)),
        review=() if masked else decided.review, said_by_triage=RESTRICTED if masked else decided.unit,
        members=() if masked else tuple(member.case_id for member in loaded.case.members), timeline=timeline,
        held=held, notes=() if masked or person is None else tuple(notes_of(session, case_id)),
        alerts=_alerts(session, case_id),
        overrides=() if masked else _overrides(session, case_id),
        proposals=() if masked else tuple(open_proposals(session, PROCESS, case_id=case_id)),
        acts=tuple(name for name in acts if name in WORK),
        signed_acts=tuple(name for name in acts if name in SIGNED), undo=undo if undo in acts else "",
    )  # fmt: skip


def _for_others(session: Session, facts: CaseFacts) -> CaseFacts:
    """The facts for who is not cleared: that a caller has a restricted contact besides is not theirs to know."""
    if facts.restricted:
        return _masked(facts)
    return replace(facts, duplicate_of="") if repeats_restricted(session, facts, clocks()) else facts


def _masked(facts: CaseFacts) -> CaseFacts:
    """The facts of a restricted contact for who is not cleared."""
    return replace(
        facts, unit=RESTRICTED, language=RESTRICTED, needs_language_service=False, clock=RESTRICTED,
        first_clock=RESTRICTED, duplicate_of="", merged=False,
    )  # fmt: skip


def open_words(case_id: str, person: Person, purpose: str, at: datetime) -> OpenedWords:
    """What was said, for somebody who works on it; the access log names them first. Raises NotSigned, LookupError."""
    with reading() as session:
        loaded = load_cases(session, [case_id], clocks()).get(case_id)
        places = _evidence(session, case_id)
    if loaded is None:
        raise LookupError(f"There is no contact “{case_id[:40]}” that was triaged.")
    cleared = is_cleared(person)
    if loaded.facts.restricted and not cleared:
        raise NotSigned(Refusal.ROLE, "This contact is restricted: only staff who are cleared read what was said.")
    (opened,) = open_contacts([case_id], who=person.staff_id, purpose=purpose, at=at)
    smallest = what_would_change(
        opened.form, loaded.case.decided.unit, unit_names(cleared=cleared), cleared=cleared, words=True
    )
    return OpenedWords(opened.form, words_at(plain(seen(opened.form.words)), places), smallest)


def told_of_unit(case_id: str, who: str, at: datetime) -> str:
    """What would change the unit of a contact, for a door where nobody is signed in: its words are counted, not named.

    Empty of what is restricted, which is not opened. Raises LookupError, SealError, VaultError.
    """
    with reading() as session:
        loaded = load_cases(session, [case_id], clocks()).get(case_id)
    if loaded is None or loaded.facts.restricted:
        return ""
    (opened,) = open_contacts([case_id], who=who, purpose="what would change its unit", at=at)
    return what_would_change(opened.form, loaded.case.decided.unit, {}, cleared=False, words=False)


def _evidence(session: Session, case_id: str) -> list[tuple[int, int]]:
    table = HotlineDecision.__table__.c  # type: ignore[attr-defined]
    written = session.execute(select(table.evidence).where(table.contact_id == case_id)).scalar()
    pairs = (pair.partition("-") for pair in str(written or "").split())
    return [(int(start), int(end)) for start, _, end in pairs]


def _possible(loaded: LoadedCase, person: Person | None) -> tuple[str, ...]:
    """What the person may do where the contact stands; what else an act needs, it says when it is done."""
    if person is None:
        return ()
    acts, undo = {**WORK, **SIGNED}, undo_of(loaded.case.last)
    return tuple(
        event
        for event in dict.fromkeys(LIFECYCLE.events_from(loaded.facts.state))
        if event in acts
        and (not event.startswith("back_to_") or event == undo)
        and not may_not(acts[event], loaded.facts, person.staff_id, person.roles)
    )


def _history(
    session: Session, loaded: LoadedCase, units: Mapping[str, str], now: datetime, *, masked: bool
) -> tuple[tuple[TimelineLine, ...], dict[str, timedelta]]:
    decided = loaded.case.decided
    events = events_of(session, PROCESS, loaded.facts.case_id) if loaded.head else ()
    lines = [_line(event, units, masked=masked) for event in events]
    moves = [(event.occurred_at, event.state_to) for event in events]
    if not loaded.head:
        event = "held_for_person" if decided.state == "to_person" else "routed"
        moves = [(decided.received_at, "received"), (decided.decided_at, decided.state)]
        lines = [
            TimelineLine(decided.received_at, label("received"), TRIAGE, ALL_STATES["received"].label, "", ""),
            TimelineLine(decided.decided_at, label(event), TRIAGE, ALL_STATES[decided.state].label, "", ""),
        ]
    return tuple(lines), ledger(LIFECYCLE, moves).by_holder(now)


def _line(event: Any, units: Mapping[str, str], *, masked: bool) -> TimelineLine:
    told = json.loads(event.payload)
    if masked:
        told = {"signed": told["signed"]} if "signed" in told else {}
    what = "; ".join([label(event.event), *_details(told, units)])
    return timeline_line(event, what, ALL_STATES[event.state_to].label, told)


def _details(told: Mapping[str, Any], units: Mapping[str, str]) -> list[str]:
    """What an event tells besides its name, in words."""
    words = {
        "unit": units, "means": MEANS, "outcome": OUTCOMES, "why": REJECT_REASONS, "suggested": units,
        "code": CLOSE_CODES,
    }  # fmt: skip
    found = [known[told[name]] for name, known in words.items() if told.get(name) in known]
    found += [f"letter {told['letter']}"] if "letter" in told else []
    return found + ([f"priority {told['priority']}"] if "priority" in told else [])


def _alerts(session: Session, case_id: str) -> tuple[HotlineAlert, ...]:
    table = HotlineAlert.__table__.c  # type: ignore[attr-defined]
    query = select(HotlineAlert).where(table.contact_id == case_id).order_by(table.level)
    return tuple(session.execute(query).scalars())


def _overrides(session: Session, case_id: str) -> tuple[HotlineOverride, ...]:
    table = HotlineOverride.__table__.c  # type: ignore[attr-defined]
    query = select(HotlineOverride).where(table.contact_id == case_id).order_by(table.seq, table.what)
    return tuple(session.execute(query).scalars())
