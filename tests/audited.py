"""An office with something to audit: cases with real signatures, and events that were put past every check."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from models.registration.records import RegistrationCase
from models.shared.documents import sha256
from models.shared.people_records import CaseNote, Signature
from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of
from tasks.adapters.policy import policy_sha256
from tasks.adapters.proposals import item_of, open_proposals
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import hire, sign, sign_list

LOOM, REED, TIDE = "R27-971010012", "R27-971010020", "R27-971010039"
AWARDS = (
    award(1, "Harbor Loom, Inc.", "971010012", "50000"),
    award(2, "Reed Kitchen", "971010020", "20000"),
    award(3, "Tide Youth Works", "971010039", "30000"),
)


@remembered
def open_season(folder: Path, *, letters: bool = False) -> None:
    """Three contracts: one agreed, reduced by two people and under a legal hold, one agreed by somebody else."""
    stop_clock(2026, 8, 3, 14)
    hire()
    import_list(folder, *AWARDS)
    review_all(letters=False)
    sign("m.ortiz", LOOM, "scope_and_budget_agreed", on="2026-08-03")
    review_all(letters=letters)
    stop_clock(2026, 8, 4, 14)
    sign("m.ortiz", LOOM, "reduced", "the provider needs less", amount="40000")
    stop_clock(2026, 8, 5, 14)
    sign_list("p.lead", waiting())
    sign("c.law", LOOM, "hold_placed", "a suit was announced")
    sign("n.reyes", REED, "scope_and_budget_agreed", on="2026-08-04")


def waiting() -> Item:
    """The oldest proposal that waits."""
    with reading() as session:
        return item_of(open_proposals(session, "registration")[0])


def plant(case_id: str, event: str, by: str, **changes: Any) -> None:
    """Record an event as if it were signed, past every check; `changes` go into what it says of its signature."""
    at = changes.pop("at", clock.now())
    reason, known = changes.pop("reason", ""), changes.pop("known", True)
    signed = {
        "signature": sha256(f"{case_id}{event}{by}{at}")[:24], "by": by, "for": "", "role": "ACCO",
        "shown": sha256("{}"), "proposed_by": "", "proposed_for": "", "door": "desk", **changes,
    }  # fmt: skip
    table = RegistrationCase.__table__  # type: ignore[attr-defined]
    with writing() as session:
        head = head_of(session.execute(select(table).where(table.c.case_id == case_id)).one())
        payload = {"signed": signed, "policy": policy_sha256(), **({"reason": reason} if reason else {})}
        happening = Happening(event, by, head.state, at, payload)
        commit_changes(session, "registration", RegistrationCase, [CaseChange(head, [happening], head.due_on)], at)
        if known:
            session.connection().execute(insert(Signature), [_signature(signed, at)])


def _signature(signed: dict[str, str], at: datetime) -> dict[str, Any]:
    return {
        "signature_id": signed["signature"], "at": at, "process": "registration", "door": "desk",
        "staff_id": signed["by"], "behalf_id": signed["for"], "counter": 1, "shown_sha256": signed["shown"],
        "shown": '{"items":[]}', "policy_sha256": policy_sha256(), "followed_at": None,
    }  # fmt: skip


def note(case_id: str, text: str) -> None:
    """A telephone call about a case."""
    row = {
        "note_id": sha256(text)[:24], "process": "registration", "case_id": case_id, "kind": "call", "at": clock.now(),
        "staff_id": "m.ortiz", "spoke_with": text, "text": text,
    }  # fmt: skip
    with writing() as session:
        session.connection().execute(insert(CaseNote), [row])


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV table by their headings."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
