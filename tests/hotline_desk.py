"""Constituent services at the desk: the people, a call's answers, and what is kept of them."""

from datetime import UTC, datetime
from typing import Any

from httpx import Response
from sqlalchemy import func, select

from models.hotline.records import HotlineAccess, HotlineContact, HotlineDecision
from models.shared.people import Role, Unit
from tasks.adapters.database import reading
from tests.desk.deciding import post
from tests.signers import hire

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SERVICES = Unit.CONSTITUENT_SERVICES
TAKER, WORKER, HEAD, SECRET = "t.taker", "w.worker", "s.head", "s.cleared"
PEOPLE = (
    (TAKER, "Tara Taker", SERVICES, (Role.CALL_TAKER,)),
    (WORKER, "Wim Worker", SERVICES, (Role.CASEWORKER,)),
    (HEAD, "Sal Head", SERVICES, (Role.TRIAGE_SUPERVISOR,)),
    (SECRET, "Cleo Clear", SERVICES, (Role.TRIAGE_SUPERVISOR, Role.CLEARED)),
)
OTHERS = (
    ("m.ortiz", "Maria Ortiz", Unit.PROGRAM, (Role.PROGRAM_MANAGER,)),
    ("u.audit", "Uma Audley", Unit.AUDIT, (Role.AUDITOR,)),
    ("a.admin", "Ada Min", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)),
)
RENT = "I owe three months of back rent and the landlord took me to housing court. 718-555-0139"
BEATEN = "My husband hit me last night, I ran to my sister with the kids, he threatens to kill me."
STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."
# Words that would tell what a restricted contact is about.
TELLING = ("hit me", "husband", "Domestic violence", "HASA", "dv_", ">DV<")


def let_in() -> None:
    """Let everybody work here: constituent services, and one person of each other kind."""
    hire(*PEOPLE, *OTHERS)


def answers(text: str = RENT, **told: str) -> dict[str, str]:
    """What a call-taker fills in."""
    return {"channel": "hotline", "safe_now": "yes", "language": "en", "text": text, **told}


def call(browser: Any, text: str = RENT, fields: dict[str, str] | None = None, **told: str) -> Response:
    """Load the page of a call, fill it in and send it; with `fields` a form that was loaded before."""
    return post(browser, "/calls/new", {**(fields or loaded(browser)), **answers(text, **told)})


def loaded(browser: Any) -> dict[str, str]:
    """The hidden fields of a fresh page of a call."""
    from tests.desk.conftest import hidden

    return hidden(browser, "/calls/new")


def contacts() -> list[str]:
    with reading() as session:
        return list(session.execute(select(HotlineContact.contact_id).order_by(HotlineContact.imported_at)).scalars())  # type: ignore[call-overload]


def decision(contact_id: str) -> HotlineDecision:
    with reading() as session:
        return session.get_one(HotlineDecision, contact_id)


def accesses() -> int:
    with reading() as session:
        return int(session.execute(select(func.count()).select_from(HotlineAccess)).scalar_one())
