"""The hotline in the demo: what people of constituent services do about contacts at a moment of the season."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select

from models.hotline.acts import SIGNED
from models.hotline.letter_rules import LetterKind
from models.hotline.records import HotlineAlert, HotlineDecision, HotlineEventTag
from models.shared.calendar import NEW_YORK
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.decisions import decide, show
from tasks.adapters.enrolment import next_code
from tasks.adapters.hotline.cases import LoadedCase, clocks, load_cases
from tasks.adapters.hotline.casework import act
from tasks.adapters.hotline.letters import Wish, make_letter
from tasks.adapters.hotline.standing import STATE, UNIT, contacts_now
from tasks.adapters.people import load_people
from tasks.adapters.policy import letter_policy

HOTLINE = "hotline"
_ALERT = HotlineAlert.__table__.c  # type: ignore[attr-defined]
_DECISION, _TAG = HotlineDecision.__table__.c, HotlineEventTag.__table__.c  # type: ignore[attr-defined]


def work_on_contacts(moment: Mapping[str, Any]) -> None:
    """Do what a moment says: answer what is old, take notice of alerts, then single acts and letters, in order."""
    if "old_contacts" in moment:
        _answer_old(moment["old_contacts"])
    if "alerts_acknowledged" in moment:
        _take_notice(moment["alerts_acknowledged"]["by"])
    for told in moment.get("contacts", []):
        fields = {key: str(value) for key, value in told.get("fields", {}).items()}
        if _is_so_already(told["case"], told["act"], fields):
            continue
        if told["act"] in SIGNED:
            _sign(told["by"], Item(told["case"], told["act"], fields, told.get("reason", "")))
        else:
            _do(told["by"], told["case"], told["act"], fields)
    for told in moment.get("letters", []):
        with reading() as session:
            person = load_people(session)[told["by"]]
        make_letter(Wish(told["case"], LetterKind(told["kind"])), person, letter_policy(), clock.now())


def contacts_so_far() -> str:
    """One line about the contacts: how many, what became of them, how many belong to an event."""
    standing = contacts_now(STATE.label("state")).subquery().c
    with reading() as session:
        counted = session.execute(select(standing.state, func.count()).group_by(standing.state))
        states: dict[str, int] = {state: count for state, count in counted}
        events = session.execute(select(func.count(func.distinct(_TAG.contact_id)))).scalar_one()
    return (
        f"{sum(states.values())} contacts of constituents triaged, {states.get('to_person', 0)} wait for a person, "
        f"{states.get('closed', 0)} closed; {events} belong to an event."
    )


def _answer_old(told: Mapping[str, Any]) -> None:
    """What was received before a day: routed where it waits for a person, claimed, answered and closed, a list each."""
    staff_id, reason = told["by"], told["reason"]
    _sign(
        staff_id, *(Item(case_id, "routed", {"unit": unit}) for case_id, unit in _received(told["before"], "to_person"))
    )
    queued = [case_id for case_id, _ in _received(told["before"], "queued")]
    for case_id in queued:
        _do(staff_id, case_id, "claimed", {})
    answer = {"means": told["means"], "language": "en"}
    _sign(staff_id, *(Item(case_id, "response_sent", answer, reason) for case_id in queued))
    _sign(staff_id, *(Item(case_id, "closed", {"code": "answered"}, reason) for case_id in queued))


def _received(before: date, state: str) -> list[tuple[str, str]]:
    """Contacts from before a day that stand so, and their units."""
    midnight = datetime.combine(before, time(), NEW_YORK)
    asked = contacts_now(_DECISION.contact_id, UNIT).where(_DECISION.received_at < midnight, state == STATE)
    with reading() as session:
        return [(row[0], row[1]) for row in session.execute(asked.order_by(_DECISION.contact_id))]


def _take_notice(staff_id: str) -> None:
    """Take notice of every alert that is open, contact by contact."""
    with reading() as session:
        query = select(_ALERT.contact_id).where(_ALERT.acknowledged_at.is_(None)).distinct().order_by(_ALERT.contact_id)
        waiting = list(session.execute(query).scalars())
    for case_id in waiting:
        _do(staff_id, case_id, "alert_acknowledged", {})


def _is_so_already(case_id: str, name: str, fields: Mapping[str, str]) -> bool:
    """True where triage decided as a person would mend it: phrase tables get better."""
    facts = _loaded(case_id).facts
    if name == "priority_set":
        return facts.own_priority <= int(fields["priority"])
    if name == "routed":
        return facts.state == "queued" and facts.unit == fields["unit"]
    return name == "confidentiality_lifted" and not facts.restricted


def _loaded(case_id: str) -> LoadedCase:
    with reading() as session:
        return load_cases(session, [case_id], clocks())[case_id]


def _do(staff_id: str, case_id: str, name: str, fields: Mapping[str, str]) -> None:
    act(case_id, name, fields, staff_id, _loaded(case_id).version)


def _sign(staff_id: str, *items: Item) -> None:
    if items:
        asked = Asked(HOTLINE, items)
        decide(asked, show(asked).sha256(), Credential(staff_id, next_code(staff_id)), "desk")
