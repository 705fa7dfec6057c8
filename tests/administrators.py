"""Two administrators of an office, and what they sign, for tests."""

from typing import Any

import pytest
from sqlalchemy import select, text

from models.shared.signing import Credential
from tasks.adapters import codes, enrolment, office_acts
from tasks.adapters.database import reading
from tasks.adapters.enrolment import next_code
from tasks.adapters.office_acts import NewPerson, SignedAct
from tasks.adapters.office_chain import office_events
from tasks.adapters.people import find_person
from tasks.adapters.refusals import NotSigned, Refusal
from tests.office import stop_clock
from tests.remembered import remembered

ANA = NewPerson("ana.ruiz", "Ana Ruiz", "ana@agency.example", "0100001")
BEN = NewPerson("ben.ito", "Ben Ito", "ben@agency.example", "0100002")
MAYA = {
    "staff_id": "maya.osei", "name": "Maya Osei", "email": "maya@agency.example", "identity": "0500123",
    "unit": "Program", "roles": ["program manager"],
}  # fmt: skip
CLEO = {
    **MAYA, "staff_id": "cleo.day", "name": "Cleo Day", "email": "cleo@agency.example", "identity": "0100003",
    "unit": "Administration", "roles": ["administrator"],
}  # fmt: skip


THEO = {**MAYA, "staff_id": "theo.lund", "name": "Theo Lund", "email": "theo@agency.example", "identity": "0500124"}
DORA = {**CLEO, "staff_id": "dora.kern", "name": "Dora Kern", "email": "dora@agency.example", "identity": "0100004"}


@remembered
def open_office() -> None:
    """Let the home's clock stand on November 23, 2026, 10:00 AM, with two administrators."""
    stop_clock(2026, 11, 23, 15)
    office_acts.bootstrap(ANA, BEN)


def who(staff_id: str) -> Credential:
    return Credential(staff_id, next_code(staff_id))


def both(
    kind: str, body: dict[str, Any], reason: str = "agreed", by: tuple[str, str] = ("ana.ruiz", "ben.ito")
) -> SignedAct:
    """Propose and sign an act."""
    act = office_acts.propose(kind, body, who(by[0]), reason)
    return office_acts.sign(act, office_acts.shown(act)[1], who(by[1]))


def join(body: dict[str, Any]) -> str:
    """Add a person and let them take up an authenticator; their id."""
    both("add", body)
    ticket = both("enrol", {"staff_id": body["staff_id"]}).ticket
    secret, _ = enrolment.take_up(ticket)
    enrolment.confirm(ticket, first_code(secret))
    return str(body["staff_id"])


def first_code(secret: str) -> str:
    return codes.code_at(secret, codes.step(office_acts.clock.now(), 0))


def rows(table: Any) -> list[Any]:
    with reading() as session:
        return list(session.execute(select(table).order_by(*table.__table__.primary_key)).scalars())


def person(staff_id: str) -> Any:
    with reading() as session:
        return find_person(session, staff_id)


def events(chain: str) -> list[str]:
    with reading() as session:
        return [event.event for event in office_events(session, chain)]


def assert_refused(kind: Refusal, says: str, action: Any, *given: Any) -> None:
    """The action is refused with this kind and sentence, and nothing of the office changes."""
    before = everything()
    with pytest.raises(NotSigned, match=says) as caught:
        action(*given)
    assert caught.value.kind is kind
    assert everything() == before


def everything() -> list[tuple[Any, ...]]:
    names = ("staff", "staff_delegation", "office_act", "policy_version", "case_event", "enrolment_ticket")
    with reading() as session:
        return [tuple(row) for name in names for row in session.execute(text(f"select * from {name} order by 1, 2, 3"))]
