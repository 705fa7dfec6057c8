"""Signatures as they are shown later: of one event of a case, and of a whole signed list."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.people import Person
from models.shared.people_records import Proposal, Signature
from models.shared.records import CaseEvent
from models.shared.signing import Shown
from tasks.adapters.people import load_people


@dataclass(frozen=True)
class SignedBy:
    """Who signed one event: the signer, for whom, as what, over what (hashes). `proposed_by` signed first of two."""

    signature_id: str
    name: str
    behalf: str
    role: str
    shown: str
    policy: str
    door: str
    proposed_by: str
    proposed_for: str


@dataclass(frozen=True)
class SignedList:
    """A signature with the list that it covers. `roles` are those that were needed; `is_intact`: the text has its hash.

    `waiting` are the proposals of its items that still wait for a second signature; `rest` says how many others wait
    in the list `list_id` from which it was signed.
    """

    signature_id: str
    at: datetime
    name: str
    behalves: tuple[str, ...]
    roles: tuple[str, ...]
    door: str
    shown: Shown
    shown_sha256: str
    is_intact: bool
    followed_at: datetime | None
    waiting: tuple[Proposal, ...]
    list_id: str
    rest: int


def signed_by_event(session: Session, process: str, case_id: str) -> list[SignedBy | None]:
    """For each event of a case, the oldest first, who signed it; None for what came by itself."""
    people = load_people(session)
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == process) & (table.case_id == case_id)
    rows = session.execute(select(table.payload).where(mine).order_by(table.seq)).scalars()
    return [_signed_by(json.loads(payload), people) for payload in rows]


def _signed_by(payload: dict[str, Any], people: dict[str, Person]) -> SignedBy | None:
    signed = payload.get("signed")
    if not signed:
        return None
    return SignedBy(
        signature_id=signed["signature"], name=name_of(people, signed["by"]), behalf=name_of(people, signed["for"]),
        role=signed["role"], shown=signed["shown"], policy=payload.get("policy", ""), door=signed.get("door", ""),
        proposed_by=name_of(people, signed.get("proposed_by", "")),
        proposed_for=name_of(people, signed.get("proposed_for", "")),
    )  # fmt: skip


def find_signed_list(session: Session, signature_id: str) -> SignedList | None:
    """What a signature covers and what became of it; None when there is no such signature."""
    row = session.get(Signature, signature_id)
    if row is None:
        return None
    people, shown = load_people(session), Shown.model_validate_json(row.shown)
    proposals = _proposals(session, [item.proposal_id for item in shown.items if item.proposal_id])
    list_id = proposals[0].list_id if proposals else ""
    return SignedList(
        signature_id=row.signature_id, at=row.at, name=name_of(people, row.staff_id),
        behalves=tuple(name_of(people, staff_id) for staff_id in row.behalf_id.split(",") if staff_id),
        roles=_roles(session, row, shown), door=row.door, shown=shown, shown_sha256=row.shown_sha256,
        is_intact=sha256(row.shown) == row.shown_sha256, followed_at=row.followed_at,
        waiting=_waiting(session, row.signature_id), list_id=list_id, rest=_rest(session, list_id),
    )  # fmt: skip


def name_of(people: dict[str, Person], staff_id: str) -> str:
    """The name behind a staff id; the id of somebody who is not known, nothing for nobody."""
    return people[staff_id].name if staff_id in people else staff_id


def _roles(session: Session, row: Signature, shown: Shown) -> tuple[str, ...]:
    """As what it was signed: the events of the signature's own moment say it."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    cases = sorted({item.case_id for item in shown.items})
    mine = (table.process == row.process) & table.case_id.in_(cases) & (table.at == row.at)
    payloads = session.execute(select(table.payload).where(mine)).scalars()
    told = (json.loads(payload).get("signed") for payload in payloads)
    return tuple(sorted({signed["role"] for signed in told if signed and signed["signature"] == row.signature_id}))


def _proposals(session: Session, ids: Sequence[str]) -> list[Proposal]:
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    return list(session.execute(select(Proposal).where(table.proposal_id.in_(ids))).scalars()) if ids else []


def _waiting(session: Session, signature_id: str) -> tuple[Proposal, ...]:
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    mine = (table.signature_id == signature_id) & (table.status == "open")
    return tuple(session.execute(select(Proposal).where(mine).order_by(table.case_id)).scalars())


def _rest(session: Session, list_id: str) -> int:
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    mine = (table.list_id == list_id) & (table.status == "open")
    return len(session.execute(select(table.proposal_id).where(mine)).all()) if list_id else 0
