"""Decides about contacts that nobody has decided about: opened, judged and kept a chunk at a time, each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import exists, func, select
from sqlmodel import Session

from models.hotline.clocks import Clocks, Subject, clock_of, outreach_clock
from models.hotline.forms import ContactForm
from models.hotline.phrases import PhraseTables
from models.hotline.policy import Policy
from models.hotline.records import HotlineCase, HotlineContact, HotlineDecision, HotlineEventTag
from models.hotline.repeats import Known
from models.hotline.rules import Decision, decide, repeating_restricted
from models.hotline.states import state_after
from models.hotline.surge import in_surge
from models.hotline.told_facts import with_facts
from models.hotline.triage import Found, Message, Reader
from models.shared.calendar import new_york_date
from models.shared.documents import canonical_facts, sha256
from tasks.adapters.collecting import collect_young, uncollected
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.alerts import raise_urgent
from tasks.adapters.hotline.contacts import (
    SEALED,
    Arrival,
    in_order,
    open_rows,
)
from tasks.adapters.hotline.earlier import known_with_first
from tasks.adapters.hotline.phrase_files import tables_as_needed
from tasks.adapters.hotline.surges import Surges, read_surges
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.many_rows import insert_many
from tasks.adapters.policy import hotline_work_policy, phrases_sha256, policy_sha256
from tasks.adapters.settings import settings
from tasks.adapters.signed_policy import require_signed_policy
from tasks.adapters.steps import boundary

PROCESS, ACTOR = "hotline", "triage inquiries"
# So many contacts are open at once, and decided in one transaction.
CHUNK = 2_500
# What the batch's event stands for of each decision.
_ATTESTED = itemgetter("contact_id", "unit", "priority", "confidential", "state", "duplicate_of")
_CONTACT, _DECISION = HotlineContact.__table__, HotlineDecision.__table__  # type: ignore[attr-defined]
_TAG, _CASE = HotlineEventTag.__table__, HotlineCase.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Judge:
    """Phrase tables, policy, surge events and clocks made ready, with the hash that each of their decisions carries."""

    reader: Reader
    policy: Policy
    judged_by: str
    surges: Surges
    clocks: Clocks


def judge(policy: Policy) -> Judge:
    """The judge of today: phrase tables as they lie here, and the policy. Raises PhraseError, PolicyError."""
    reader = reader_in_use()
    surges = read_surges(reader.signals)
    judged_by = sha256(f"{phrases_sha256()}{policy_sha256()}{surges.sha256}")
    return Judge(reader, policy, judged_by, surges, Clocks(hotline_work_policy()))


def reader_in_use() -> Reader:
    """The phrase tables as they lie here, made ready. Raises PhraseError, PolicyError."""
    return _reader(phrases_sha256(), settings().phrases_folder)


def tables_in_use() -> PhraseTables:
    """The phrase tables as they lie here. Raises PhraseError, PolicyError."""
    return _tables(phrases_sha256(), settings().phrases_folder)


@lru_cache(maxsize=1)
def _reader(sha256: str, folder: Path) -> Reader:
    with uncollected():
        return Reader(_tables(sha256, folder))


@lru_cache(maxsize=1)
def _tables(_sha256: str, folder: Path) -> PhraseTables:
    with uncollected():
        return tables_as_needed(folder)


def waiting_count() -> int:
    """How many contacts nobody has decided about."""
    with reading() as session:
        return int(session.execute(select(func.count()).select_from(_CONTACT).where(_undecided())).scalar_one())


def _undecided() -> Any:
    return ~exists().where(_DECISION.c.contact_id == _CONTACT.c.contact_id)


def decide_waiting(judge: Judge, at: datetime, most: int, moved: Callable[[int], None]) -> int:
    """Decide about at most `most` contacts, the earliest received first; `moved` hears of each chunk.

    A run that is killed keeps the chunks that it decided; no contact is decided twice. Raises PolicyUnsigned, before
    any contact is opened, where policy or phrase tables are not those that were signed.
    """
    done, after = 0, None
    with uncollected():
        while done < most:
            with reading() as session:
                require_signed_policy(session)
                query = in_order(select(*SEALED).where(_undecided()), after, min(CHUNK, most - done))
                chunk = session.execute(query).all()
            if not chunk:
                break
            after = _decide_chunk(chunk, judge, at)
            boundary("decided a chunk of contacts")
            collect_young()
            done += len(chunk)
            moved(len(chunk))
    return done


def _decide_chunk(chunk: Sequence[Any], judge: Judge, at: datetime) -> Arrival:
    """Decide about contacts of which the sealed columns were read; which was the last."""
    opened = open_rows(chunk, who=ACTOR, purpose="triage", at=at)
    ready = _decided([one.form for one in opened], judge)
    with writing() as session:
        _keep_decisions(session, ready, judge, at)
    return Arrival(opened[-1].form.received_at, opened[-1].form.contact_id)


def decide_at_once(session: Session, form: ContactForm, judge: Judge, at: datetime) -> Decision:
    """Decide about a contact that was kept in this very transaction, which the caller commits."""
    return decide_all_at_once(session, [form], judge, at)[0]


def decide_all_at_once(
    session: Session, forms: Sequence[ContactForm], judge: Judge, at: datetime, chain: str = "triage"
) -> list[Decision]:
    """The same for several contacts, in their order; `chain` begins the name of the history that tells of it.

    Who decides all the time has a chain of its own: two who lengthen one at once would be in each other's way. Raises
    PolicyUnsigned where policy or phrase tables are not those that were signed.
    """
    require_signed_policy(session)
    ready = _decided(forms, judge)
    return _keep_decisions(session, ready, judge, at, chain)


def _keep_decisions(
    session: Session, ready: Sequence[tuple[ContactForm, Decision]], judge: Judge, at: datetime, chain: str = "triage"
) -> list[Decision]:
    """Keep decisions with the earlier contacts that they repeat; the decisions as they are kept."""
    known = known_with_first(session, ready, judge.policy, ACTOR, at)
    ready = [(form, _with_first(decision, known[form.contact_id])) for form, decision in ready]
    rows = [_row(form, decision, known[form.contact_id].first, judge, at) for form, decision in ready]
    insert_many(session.connection(), _DECISION, rows)
    insert_many(
        session.connection(),
        _TAG,
        [tag for form, decision in ready if decision.events for tag in _tags(form, decision)],
    )
    told = {"count": len(rows), "decisions": sha256(canonical_facts([*map(_ATTESTED, rows)]))}
    raise_urgent(session, [form.contact_id for form, decision in ready if _alerts(form, decision, judge, at)],
                 judge.clocks, at)  # fmt: skip
    append_batch(session, PROCESS, f"{chain}:{at:%Y-%m-%d}", [Happening("contacts_decided", ACTOR, "", at, told)], at)
    return [decision for _, decision in ready]


def _with_first(decision: Decision, known: Known) -> Decision:
    return repeating_restricted(decision) if known.protects else decision


def _alerts(form: ContactForm, decision: Decision, judge: Judge, at: datetime) -> bool:
    """True of priority 1, unless an export says that it is over, or it comes from an archive."""
    if decision.priority > 1 or form.closed_at is not None:
        return False
    return at - form.received_at <= timedelta(days=judge.clocks.policy.alert_days)


def message_of(form: ContactForm) -> Message:
    """What triage sees of a contact."""
    return Message(form.words, form.channel, _new_york_day(int(form.received_at.timestamp()) // 3_600))


@lru_cache(maxsize=10_000)
def _new_york_day(hour: int) -> date:
    """The day on the wall in New York in an hour since 1970, in which it does not change: asked for many contacts."""
    return new_york_date(datetime.fromtimestamp(hour * 3_600, UTC))


def by_itself(form: ContactForm, judge: Judge) -> Decision:
    """What a contact's own words decide, whatever came before it; nothing is kept."""
    message = message_of(form)
    return _decision(form, message, judge.reader.read(message), judge)


def _decided(forms: Sequence[ContactForm], judge: Judge) -> list[tuple[ContactForm, Decision]]:
    """Each contact with its decision."""
    messages = [message_of(form) for form in forms]
    every = zip(forms, messages, judge.reader.read_all(messages), strict=True)
    return [(form, _decision(form, message, found, judge)) for form, message, found in every]


def _decision(form: ContactForm, message: Message, found: Found, judge: Judge) -> Decision:
    decision = decide(found, judge.reader, judge.policy)
    if form.told_facts:
        decision = with_facts(decision, form.told_facts, judge.policy.alternatives)
    return in_surge(decision, found, message.received_on, judge.surges.events)


def _tags(form: ContactForm, decision: Decision) -> list[dict[str, Any]]:
    return [
        {"event": event, "contact_id": form.contact_id, "raised_from": decision.raised_from}
        for event in decision.events
    ]


def _row(form: ContactForm, decision: Decision, duplicate_of: str, judge: Judge, at: datetime) -> dict[str, Any]:
    outreach = outreach_clock(form.agency, form.complaint_type, form.descriptor) if form.agency else None
    clock = clock_of(Subject(decision.unit, decision.priority, decision.signals, decision.rule, outreach))
    return {
        "contact_id": form.contact_id, "state": state_after(decision.review), "unit": decision.unit.value,
        "alternatives": "|".join(decision.alternatives), "priority": decision.priority,
        "confidential": decision.confidential, "needs_language_service": decision.needs_language_service,
        "language": decision.language, "channel": str(form.channel),
        "confidence": round(decision.confidence * 1000), "review": "|".join(decision.review), "rule": decision.rule,
        "signals": "|".join(decision.signals), "duplicate_of": duplicate_of, "judged_by": judge.judged_by,
        "evidence": " ".join(f"{start}-{end}" for start, end in decision.evidence),
        "received_at": form.received_at, "decided_at": at, "clock": clock.value,
        "due_at": judge.clocks.due_at(clock, form.received_at),
    }  # fmt: skip
