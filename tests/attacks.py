"""A contract that waits for an approval, people who try what they may not, and what must be as it was afterwards."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from models.registration.records import RegistrationCase
from models.shared.people import Role, Unit
from models.shared.people_records import StaffDelegation
from models.shared.signing import Asked, Credential, Item, Receipt
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of
from tasks.adapters.proposals import item_of, open_proposals
from tasks.adapters.refusals import NotSigned, Refusal
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import CAST, credential, hire, sign

CASE, OTHER = "R27-971010012", "R27-971010023"
# A contract officer who is an ACCO too: may prepare, may approve, and never both in one case.
BOTH = ("o.both", "Olga Both", Unit.PROCUREMENT, (Role.CONTRACT_OFFICER, Role.ACCO))
# A lead of the program who may prepare and approve as well.
LEADS = ("l.both", "Lena Both", Unit.PROGRAM, (Role.PROGRAM_MANAGER, Role.PROGRAM_LEAD))
_KEPT = (
    "case_event", "registration_case", "signature", "outgoing_message", "proposal", "contract", "award",
    "document_report", "letter_order", "stored_packet", "amendment", "assignment",
)  # fmt: skip


@remembered
def open_desk(folder: Path, *lines: str) -> None:
    """Two contracts whose awards are cleared, and everybody who signs."""
    stop_clock(2026, 8, 3, 14)
    hire(*CAST, BOTH, LEADS)
    import_list(
        folder,
        award(1, "Harbor Loom, Inc.", "971010012", "50000"),
        award(2, "Harbor Loom, Inc.", "971010012", "30000"),
        award(3, "Rooftop Radio, Inc.", "971010023", "25000"),
        *lines,
    )
    review_all(letters=False)


def stand_at(state: str, case_id: str = CASE, event: str = "package_complete") -> None:
    """Bring a case to a state without anybody's signature, as facts and clocks do."""
    with writing() as session:
        row = session.get_one(RegistrationCase, case_id)
        happening = Happening(event, "clocks and facts", state, clock.now())
        commit_changes(
            session, "registration", RegistrationCase, [CaseChange(head_of(row), [happening], None)], clock.now()
        )


def lend(from_id: str, to_id: str) -> None:
    """A delegation that runs this month."""
    today = clock.today()
    row = {
        "delegation_id": f"{from_id}>{to_id}", "from_id": from_id, "to_id": to_id, "first_day": today.replace(day=1),
        "last_day": today.replace(day=28), "reason": "away", "ended_at": None,
    }  # fmt: skip
    with writing() as session:
        session.connection().execute(insert(StaffDelegation), [row])


def run(statement: str, **values: Any) -> None:
    """What somebody with the database's password can do."""
    with writing() as session:
        session.execute(text(statement), values)


def kept() -> dict[str, list[tuple[Any, ...]]]:
    """All that a decision may write, row for row."""
    with reading() as session:
        return {
            table: sorted(tuple(map(str, row)) for row in session.execute(text(f"select * from {table}")))
            for table in _KEPT
        }


def assert_refused(kind: Refusal, says: str, action: Callable[[], object]) -> None:
    """The action is refused with this kind and sentence, and nothing that a decision writes has changed."""
    before = kept()
    with pytest.raises(NotSigned, match=says) as caught:
        action()
    assert caught.value.kind is kind
    assert kept() == before


def asked(*items: Item) -> Asked:
    return Asked("registration", items)


def decide(who: Credential, *items: Item, door: str = "desk", shown: str = "") -> Receipt:
    """Sign a list as it is shown now, or what is said to have been shown."""
    return decisions.decide(asked(*items), shown or decisions.show(asked(*items)).sha256(), who, door)


def approve(staff_id: str = "a.cco", case_id: str = CASE, behalf: str = "", door: str = "desk") -> Receipt:
    """Find the provider responsible: an approval."""
    return decide(credential(staff_id, behalf), Item(case_id, "found_responsible"), door=door)


def prepare(staff_id: str = "o.both", case_id: str = CASE, behalf: str = "") -> None:
    """Bring a case to its determination, with a step of the contract file that this person signed."""
    stand_at("responsibility", case_id)
    sign(staff_id, case_id, "name_check_requested", behalf=behalf)


def waiting(case_id: str = CASE, reason: str = "") -> Item:
    """The proposal that waits for a signature in a case."""
    with reading() as session:
        return item_of(open_proposals(session, "registration", case_id=case_id)[0], reason)


def withdraw(staff_id: str = "m.ortiz", case_id: str = CASE, reason: str = "the provider declines") -> Item:
    """The first signature of a withdrawal; what the second signs."""
    sign(staff_id, case_id, "withdrawn", reason)
    return waiting(case_id)


def between(monkeypatch: pytest.MonkeyPatch, action: Callable[[], object]) -> None:
    """Let something happen once after the next decision was checked and before it is committed."""
    real, due = decisions._stamp, [action]

    def stamp(*given: Any) -> Any:
        if due:
            due.pop()()
        return real(*given)

    monkeypatch.setattr(decisions, "_stamp", stamp)
