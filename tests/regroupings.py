"""Award lists with fiscal conduits, and signed regroupings of their awards, as the office brings them about."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.registration.moves import Refusal
from models.registration.records import RegistrationCase
from models.registration.regrouping import Regrouping
from models.registration.regrouping_events import payloads, standing_regroupings
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.history import load_history
from tasks.adapters.registration.regrouping import plan_regrouping, plan_undo, regroup_effects
from tests.office import import_file

HEADER = (
    "MOCS ID#,Fiscal Year,Source,Council Member,Legal Name,Tax ID,Status,Amount,Agency,Program Name,City,State,"
    "Fiscal Conduit Name,FC EIN"
)
FUND, LOOM, MILL = "971000001", "971000002", "971000003"
FOR_LOOM, FOR_MILL = f"R27-{FUND}-{LOOM}", f"R27-{FUND}-{MILL}"
# By the last digit of the EIN.
NAMES = {"": "", "1": "Alder Fund, Inc.", "2": "Birch Loom", "3": "Cedar Mill"}


def award(number: int, amount: str, ein: str, *, conduit: str = FUND, status: str = "Cleared") -> str:
    """One award; its provider is the conduit where one is named."""
    name, fund = NAMES[ein[-1:]], NAMES[conduit[-1:]]
    return (
        f'FY27 {number:05d},2027,Local,Invented,"{name}",{ein},{status},"{amount}",SBS,Help,New York,NY,"{fund}",'
        f"{conduit}"
    )


def import_awards(folder: Path, *lines: str, **options: Any) -> dict[str, Any]:
    path = folder / "list.csv"
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return import_file(path, **options)


def rows(query: str) -> list[tuple[Any, ...]]:
    with reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def contracts() -> dict[str, int]:
    """What each contract that is in the lists is worth, in cents."""
    query = (
        "select contract_id, amount_cents from contract join registration_case on case_id = contract_id "
        "where folded_into = ''"
    )
    return {str(key): int(cents) for key, cents in rows(query)}


def sign(plan: Callable[[Session], Regrouping | Refusal]) -> Regrouping | Refusal:
    """What the office does once it is signed: the effects, and the milestone of both cases, in one transaction."""
    at = clock.now()
    with writing() as session:
        made = plan(session)
        if isinstance(made, Refusal):
            return made
        regroup_effects(session, made, registration_policy(), "Ines Example", at)
        changes = []
        for case_id, payload in payloads(made).items():
            case = session.get_one(RegistrationCase, case_id)
            milestone = Happening(made.event, "Ines Example", case.state, at, payload)
            changes.append(CaseChange(head_of(case), [milestone], case.due_on))
        commit_changes(session, "registration", RegistrationCase, changes, at)
    return made


def move(source: str, target: str, *numbers: int) -> Regrouping | Refusal:
    keys = [f"FY27 {number:05d}" for number in numbers]
    return sign(lambda session: plan_regrouping(session, source, target, keys))


def take_back(case_id: str) -> Regrouping | Refusal:
    """Undo the latest regrouping of a case that stands."""
    with reading() as session:
        told = [(event.event, json.loads(event.payload)) for event in load_history(session, [case_id])[case_id]]
    latest = standing_regroupings(told)[0]
    payload = next(p for _, p in reversed(told) if tuple(p.get("awards", ())) == latest.award_ids and "from" in p)
    return sign(lambda session: plan_undo(session, payload))
