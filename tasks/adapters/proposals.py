"""What waits for a signature: proposals from forms and spreadsheets, and the first of two signatures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.shared.documents import canonical, sha256
from models.shared.people_records import Proposal
from models.shared.signing import Item
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.templating import moment


@dataclass(frozen=True)
class Proposed:
    """Something proposed without a signature: an act on a case, as a form or a row of a spreadsheet says it."""

    case_id: str
    act: str
    fields: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    case_version: int = 0


class OtherContent(RuntimeError):
    """A source that has proposed something already says something else now; the first stays as it is."""


def propose(session: Session, process: str, source: str, proposed: Sequence[Proposed], at: datetime) -> str:
    """Keep a list of proposals under the name of its source; returns the list's id. Said again it changes nothing.

    Raises OtherContent when the same source comes with other content: what people have looked at is never exchanged.
    """
    list_id = sha256(f"{process}/{source}")[:16]
    rows = [_row(process, source, list_id, number, item, at) for number, item in enumerate(proposed)]
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id, table.act, table.fields, table.reason).where(table.list_id == list_id)
    there = [tuple(row) for row in session.execute(query.order_by(table.position))]
    if not there:
        if rows:
            session.connection().execute(insert(Proposal), rows)
        return list_id
    if there != [(r["case_id"], r["act"], r["fields"], r["reason"]) for r in rows]:
        raise OtherContent(
            f"“{source}” has proposed something else already, and people may have read that. Nothing was changed. "
            "Start the form anew for another proposal."
        )
    return list_id


def _row(process: str, source: str, list_id: str, number: int, item: Proposed, at: datetime) -> dict[str, Any]:
    return {
        "proposal_id": f"{list_id}-{number + 1}", "list_id": list_id, "position": number, "process": process,
        "case_id": item.case_id, "case_version": item.case_version, "act": item.act,
        "fields": canonical(dict(item.fields)), "reason": item.reason, "source": source, "proposed_at": at,
        "proposed_by": "", "behalf_id": "", "signature_id": "", "packet_sha256": "", "status": "open",
        "closed_at": None, "closed_by": "", "closed_why": "",
    }  # fmt: skip


def open_proposals(session: Session, process: str, *, list_id: str = "", case_id: str = "") -> list[Proposal]:
    """Proposals that wait, in the order of their lists."""
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    query = select(Proposal).where(table.process == process, table.status == "open")
    if list_id:
        query = query.where(table.list_id == list_id)
    if case_id:
        query = query.where(table.case_id == case_id)
    return list(session.execute(query.order_by(table.proposed_at, table.list_id, table.position)).scalars())


def proposals_by_id(session: Session, ids: Sequence[str]) -> dict[str, Proposal]:
    """Proposals by their ids, whatever has become of them."""
    if not ids:
        return {}
    table = Proposal.__table__.c  # type: ignore[attr-defined]
    rows = session.execute(select(Proposal).where(table.proposal_id.in_(ids))).scalars()
    return {row.proposal_id: row for row in rows}


def item_of(row: Proposal, reason: str = "") -> Item:
    """What signing a proposal asks for; `reason` is the signer's own."""
    return Item(row.case_id, row.act, json.loads(row.fields), reason or row.reason, row.proposal_id)


def checked(row: Proposal | None, item: Item) -> Proposal:
    """The open proposal that an item answers. Raises NotSigned when it is closed or says something else."""
    if row is None:
        raise NotSigned(Refusal.PROPOSAL, f"There is no proposal {item.proposal_id[:40]}. Nothing was changed.")
    if row.status != "open":
        when = f" at {moment(row.closed_at)}" if row.closed_at else ""
        raise NotSigned(
            Refusal.PROPOSAL,
            f"The proposal for {row.case_id} was closed by {row.closed_by}{when}. Nothing was changed.",
        )
    closes = item.act == "proposal_closed"
    same = closes or (row.act, json.loads(row.fields)) == (item.act, dict(item.fields))
    if row.case_id != item.case_id or not same:
        raise NotSigned(
            Refusal.CHANGED,
            f"The proposal for {row.case_id} says something else than what would be signed. Nothing was changed. Open "
            "it again.",
        )
    return row


def lock_proposals(session: Session, ids: Sequence[str]) -> None:
    """Wait for whoever signs some of these now; in one order for all, so that two lists never wait for each other."""
    if ids:
        table = Proposal.__table__.c  # type: ignore[attr-defined]
        query = select(table.proposal_id).where(table.proposal_id.in_(sorted(ids))).order_by(table.proposal_id)
        session.execute(query.with_for_update()).all()


def close(session: Session, proposal_id: str, status: str, by: str, why: str, at: datetime) -> None:
    """Close an open proposal. Raises NotSigned when somebody else was faster."""
    table = Proposal.__table__  # type: ignore[attr-defined]
    mine = (table.c.proposal_id == proposal_id) & (table.c.status == "open")
    values = {"status": status, "closed_at": at, "closed_by": by, "closed_why": why}
    if session.connection().execute(update(table).where(mine).values(**values)).rowcount != 1:
        raise NotSigned(Refusal.PROPOSAL, "Somebody closed this proposal a moment ago. Nothing was changed.")


def make_void(session: Session, process: str, item: Item, by: str, at: datetime) -> None:
    """Close what forms and spreadsheets proposed word for word and somebody has signed without them."""
    table = Proposal.__table__  # type: ignore[attr-defined]
    same = (table.c.process == process) & (table.c.case_id == item.case_id) & (table.c.act == item.act)
    same &= (table.c.fields == canonical(dict(item.fields))) & (table.c.status == "open") & (table.c.proposed_by == "")
    values = {"status": "void", "closed_at": at, "closed_by": by, "closed_why": "It was signed without this proposal."}
    session.connection().execute(update(table).where(same).values(**values))


def keep_first(
    session: Session, process: str, item: Item, version: int, first: Mapping[str, str], packet: str, at: datetime
) -> str:
    """Keep the first of two signatures: on the proposal that it answers, or as a new one; returns the proposal's id.

    `first` has the signature's id, who signed and for whom, and the number of the act under that signature.
    """
    signed = {
        "proposed_by": first["by"], "behalf_id": first["for"], "signature_id": first["signature"],
        "packet_sha256": packet, "reason": item.reason, "proposed_at": at, "case_version": version,
    }  # fmt: skip
    if not item.proposal_id:
        proposed = Proposed(item.case_id, item.act, item.fields, item.reason, version)
        source = f"signature {first['signature']}/{first['number']}"
        list_id = propose(session, process, source, [proposed], at)
        item = Item(item.case_id, item.act, item.fields, item.reason, f"{list_id}-1")
    table = Proposal.__table__  # type: ignore[attr-defined]
    mine = (table.c.proposal_id == item.proposal_id) & (table.c.status == "open") & (table.c.proposed_by == "")
    if session.connection().execute(update(table).where(mine).values(**signed)).rowcount != 1:
        raise NotSigned(Refusal.PROPOSAL, "Somebody signed this proposal a moment ago. Nothing was changed.")
    return item.proposal_id
