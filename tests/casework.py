"""An office that works on contacts: files brought in and triaged, its people, and what they do and sign."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from models.hotline.case_facts import CaseFacts
from models.hotline.records import HotlineAlert, HotlineCase, HotlineOverride
from models.shared.people import Role, Unit
from models.shared.records import CaseEvent
from models.shared.signing import Asked, Item, Receipt
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.decisions import decide, show
from tasks.adapters.hotline.cases import LoadedCase, clocks, load_cases
from tasks.adapters.hotline.casework import Done, act
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.refusals import NotSigned
from tests.hotline_office import bring, csv_text
from tests.office import stop_clock
from tests.remembered import remembered
from tests.signers import credential, hire

RENT = "I owe three months of back rent and the landlord took me to housing court. 718-555-0139"
STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."
BEATEN = "My husband hit me last night and is at the door now, he threatens to kill me and the kids."
FIRE = "There is a fire in the building right now, smoke is filling the hallway!"
THANKS = "Thank you so much, the worker was kind and wonderful, please tell her boss."
CASEWORKER, OTHER, SUPERVISOR, SECOND, CLEARED, TAKER = "w.one", "w.two", "s.one", "s.two", "w.clear", "t.one"
_UNIT = Unit.CONSTITUENT_SERVICES
STAFF = (
    (CASEWORKER, "Wanda One", _UNIT, (Role.CASEWORKER,)),
    (OTHER, "Will Two", _UNIT, (Role.CASEWORKER,)),
    (SUPERVISOR, "Sara One", _UNIT, (Role.TRIAGE_SUPERVISOR,)),
    (SECOND, "Sam Two", _UNIT, (Role.TRIAGE_SUPERVISOR,)),
    (CLEARED, "Clea Read", _UNIT, (Role.CASEWORKER, Role.CLEARED)),
    (TAKER, "Tia Call", _UNIT, (Role.CALL_TAKER,)),
)
# One person of each other kind, who sees less of a contact.
OTHERS = (
    ("m.ortiz", "Maria Ortiz", Unit.PROGRAM, (Role.PROGRAM_MANAGER,)),
    ("u.audit", "Uma Audley", Unit.AUDIT, (Role.AUDITOR,)),
    ("a.admin", "Ada Min", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)),
)


def refused(doing: Callable[[], object]) -> str:
    """The sentence with which something is refused; fails where it is not."""
    try:
        doing()
    except NotSigned as found:
        return found.sentence
    raise AssertionError("nothing was refused")


@remembered
def open_office(folder: Path, *texts: str, received: str = "2026-11-20T08:00:00-05:00") -> None:
    """Contacts `INQ-0001` and so on, received at nine on November 20, 2026, triaged an hour later; its people."""
    stop_clock(2026, 11, 20, 14)
    hire(*STAFF)
    rows = [[f"INQ-{number:04}", received, "hotline", "en", text] for number, text in enumerate(texts, 1)]
    bring(folder, csv_text(rows))
    triage()


def triage() -> int:
    """Decide about all that waits."""
    return decide_waiting(judge(hotline_policy()), clock.now(), 1_000_000, lambda count: None)


def loaded(case_id: str) -> LoadedCase:
    """A contact as it stands."""
    with reading() as session:
        return load_cases(session, [case_id], clocks())[case_id]


def facts(case_id: str) -> CaseFacts:
    """What counts of a contact."""
    return loaded(case_id).facts


def do(staff_id: str, name: str, case_id: str = "INQ-0001", seen: int | None = None, **fields: str) -> Done:
    """Record an act as somebody does who has just opened the page."""
    return act(case_id, name, fields, staff_id, loaded(case_id).version if seen is None else seen)


def sign(
    staff_id: str, name: str, case_id: str = "INQ-0001", reason: str = "", proposal: str = "", **fields: str
) -> Receipt:
    """Sign an act as somebody does who reads the page and signs it."""
    asked = Asked("hotline", (Item(case_id, name, fields, reason, proposal),))
    return decide(asked, show(asked).sha256(), credential(staff_id), "desk")


def answered(case_id: str = "INQ-0001", staff_id: str = CASEWORKER) -> None:
    """Claim and answer a contact."""
    do(staff_id, "claimed", case_id)
    sign(staff_id, "response_sent", case_id, means="letter", language="en")


def events(case_id: str = "INQ-0001") -> list[str]:
    """What happened to a contact, by name."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(table.event).where(table.process == "hotline", table.case_id == case_id).order_by(table.seq)
        return list(session.execute(query).scalars())


def overrides() -> list[HotlineOverride]:
    """Where people decided otherwise than triage."""
    with reading() as session:
        return list(session.execute(select(HotlineOverride)).scalars())


def alerts(case_id: str = "INQ-0001") -> list[HotlineAlert]:
    """The alerts about a contact, by level."""
    table = HotlineAlert.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(HotlineAlert).where(table.contact_id == case_id).order_by(table.level)
        return list(session.execute(query).scalars())


def opened_cases() -> list[str]:
    """Ids of the contacts that somebody has worked on."""
    column = HotlineCase.__table__.c.case_id  # type: ignore[attr-defined]
    with reading() as session:
        return list(session.execute(select(column).order_by(column)).scalars())
