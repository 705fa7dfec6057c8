"""People who sign in tests: hired in a moment, with codes from their own secrets."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from models.shared.people import Role, Unit
from models.shared.people_records import Staff
from models.shared.records import CaseEvent
from models.shared.signing import Asked, Credential, Item, Receipt
from tasks.adapters import clock
from tasks.adapters.codes import code_at, new_secret, step
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import decide, show, sort_out
from tasks.adapters.ledger import Happening, chain, new_case
from tasks.adapters.proposals import item_of, open_proposals
from tasks.adapters.sealing import seal, unseal
from tests.office import import_tracker

# One person of each kind that registration needs: id, name, unit, roles.
CAST = (
    ("m.ortiz", "Maria Ortiz", Unit.PROGRAM, (Role.PROGRAM_MANAGER,)),
    ("n.reyes", "Nora Reyes", Unit.PROGRAM, (Role.PROGRAM_MANAGER,)),
    ("p.lead", "Paula Lind", Unit.PROGRAM, (Role.PROGRAM_LEAD,)),
    ("o.file", "Omar Field", Unit.PROCUREMENT, (Role.CONTRACT_OFFICER,)),
    ("a.cco", "Anna Costa", Unit.PROCUREMENT, (Role.ACCO,)),
    ("c.law", "Carl Lawson", Unit.LEGAL, (Role.COUNSEL,)),
    ("b.funds", "Bea Fulton", Unit.BUDGET, (Role.BUDGET_OFFICER,)),
    ("f.lead", "Finn Ledger", Unit.FISCAL, (Role.FISCAL_LEAD,)),
    ("f.ana", "Fay Anand", Unit.FISCAL, (Role.FISCAL_ANALYST,)),
    ("h.head", "Hana Heath", Unit.AGENCY_HEAD, (Role.AGENCY_HEAD,)),
    ("u.audit", "Uma Audley", Unit.AUDIT, (Role.AUDITOR,)),
)


def hire(*people: tuple[str, str, Unit, tuple[Role, ...]], enrolled_by: tuple[str, ...] = ("x.one", "x.two")) -> None:
    """Let people work here at once, enrolled; without any, the whole cast."""
    rows = [
        {
            "staff_id": staff_id, "name": name, "email": f"{staff_id}@agency.example", "identity": staff_id,
            "unit": unit.value, "roles": json.dumps([role.value for role in roles]), "added_at": clock.now(),
            "enrolled_at": clock.now(), "enrolled_by": json.dumps(enrolled_by), "revoked_at": None,
            "secret": seal(new_secret(), staff_id), "last_counter": 0,
        }
        for staff_id, name, unit, roles in people or CAST
    ]  # fmt: skip
    with writing() as session:
        session.connection().execute(insert(Staff), rows)
        events = [event for row in rows for event in _let_in(row)]
        session.connection().execute(insert(CaseEvent), events)


def _let_in(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What the office's history says of somebody who was added and has taken up an authenticator."""
    enrolled_by, at = json.loads(row["enrolled_by"]), row["enrolled_at"]
    names = ("staff_id", "name", "email", "identity", "unit")
    body = {**{name: row[name] for name in names}, "roles": json.loads(row["roles"])}
    two = {"proposed_by": enrolled_by[0], "signed_by": enrolled_by[-1]}
    happenings = [
        Happening("staff_added", "Two administrators", "", at, {"body": body, **two}),
        Happening("enrollment_signed", "Two administrators", "", at, {"body": {"staff_id": row["staff_id"]}, **two}),
        Happening("enrolled", row["name"], "", at, {"staff": row["staff_id"], "enrolled_by": enrolled_by}),
    ]
    return chain("office", new_case(f"staff:{row['staff_id']}"), happenings, at)[0]


def code_of(staff_id: str) -> str:
    """The code that this person's authenticator shows now."""
    with reading() as session:
        column = Staff.__table__.c  # type: ignore[attr-defined]
        row = session.execute(select(column.secret, column.last_counter).where(column.staff_id == staff_id)).one()
    return code_at(unseal(row.secret, staff_id), step(clock.now(), row.last_counter))


def credential(staff_id: str, behalf: str = "") -> Credential:
    """A person with the code of now."""
    return Credential(staff_id, code_of(staff_id), behalf)


def sign(staff_id: str, case_id: str, act: str, reason: str = "", *, behalf: str = "", **fields: str) -> Receipt:
    """Sign one act as a person does who reads the page and signs it."""
    return sign_list(staff_id, Item(case_id, act, fields, reason), behalf=behalf)


def sign_list(staff_id: str, *items: Item, behalf: str = "", door: str = "desk") -> Receipt:
    """Sign a list as it is shown now."""
    asked = Asked("registration", items)
    return decide(asked, show(asked).sha256(), credential(staff_id, behalf), door)


def sign_everything() -> int:
    """Let the cast sign all that waits, each what they may, until nobody can go on; returns how many acts."""
    count = 0
    while True:
        before = count
        for staff_id, *_ in CAST:
            with reading() as session:
                items = tuple(item_of(row) for row in open_proposals(session, "registration"))
            if not items:
                return count
            found = sort_out(Asked("registration", items), staff_id)
            if found.items:
                asked = Asked("registration", found.items)
                decide(asked, found.shown.sha256(), credential(staff_id), "desk")
                count += len(found.items)
        if count == before:
            return count


def take_steps(folder: Path, *lines: str) -> dict[str, Any]:
    """Bring in a tracker of steps and let the cast sign them; returns the import's result."""
    result = import_tracker(folder, "registration-steps", *lines)
    sign_everything()
    return result
