"""The page of a signature: what was recorded, by whom, over what, and the way on."""

import json
from dataclasses import replace

from fastapi import APIRouter
from fastapi.responses import Response
from sqlalchemy import select
from sqlmodel import Session

from deployments.desk.access import HOTLINE, reads
from deployments.desk.guard import SignedIn
from deployments.desk.html import page, sentence
from deployments.desk.list_kinds import NOUNS
from models.hotline.showing import RESTRICTED, is_cleared
from models.shared.records import CaseEvent
from models.shared.signing import ShownItem
from tasks.adapters.database import reading
from tasks.adapters.hotline.contact_view import restricted_among
from tasks.adapters.signatures import SignedList, find_signed_list

router = APIRouter()


@router.get("/signed/{signature_id}")
def show_signed(signature_id: str, visitor: SignedIn) -> Response:
    """One signature and the list that it covers, to those who read the cases in it."""
    with reading() as session:
        found = find_signed_list(session, signature_id) if signature_id.isprintable() else None
        reasons = _reasons(session, found) if found else []
        if found and found.shown.process == HOTLINE and not is_cleared(visitor.person):
            found, reasons = _masked(session, found, reasons)
    if found is None:
        return sentence(404, "Not found", f"There is no signature {signature_id[:40]}.")
    reads(found.shown.process, visitor.person)
    noun = NOUNS[found.shown.process]
    title = f"Signed: {signed_words(found.shown.items, noun)}"
    return page("signed", title=title, signed=found, reasons=reasons, noun=noun)


def _masked(session: Session, signed: SignedList, reasons: list[str]) -> tuple[SignedList, list[str]]:
    """The list without what the law keeps from who is not cleared: where a restricted contact went, and why."""
    hidden = restricted_among(session, [item.case_id for item in signed.shown.items])
    masked = {"says": (("Details", RESTRICTED),), "proposed_why": ""}
    items = tuple(item.model_copy(update=masked) if item.case_id in hidden else item for item in signed.shown.items)
    told = [RESTRICTED if why and item.case_id in hidden else why for item, why in zip(items, reasons, strict=True)]
    return replace(signed, shown=signed.shown.model_copy(update={"items": items})), told


def _reasons(session: Session, signed: SignedList) -> list[str]:
    """The reason of each item of a signed list, as its event has it; empty where none was given."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    cases = sorted({item.case_id for item in signed.shown.items})
    mine = (table.process == signed.shown.process) & table.case_id.in_(cases) & (table.at == signed.at)
    query = select(table.case_id, table.event, table.payload).where(mine).order_by(table.case_id, table.seq)
    told = [(row.case_id, row.event, json.loads(row.payload)) for row in session.execute(query)]
    events = [
        (case_id, event, str(payload.get("reason") or ""))
        for case_id, event, payload in told
        if (payload.get("signed") or {}).get("signature") == signed.signature_id
    ]
    return [_reason(item, events) or item.proposed_why for item in signed.shown.items]


def _reason(item: ShownItem, events: list[tuple[str, str, str]]) -> str:
    """The reason of the first event that an item brought about, which is taken out of the events."""
    name = "act_proposed" if item.first else item.act
    found = next((event for event in events if event[:2] == (item.case_id, name)), None)
    if found is None:
        return ""
    events.remove(found)
    return found[2]


def signed_words(items: tuple[object, ...], noun: str) -> str:
    """What a list is about, short: its one act and case, or how many there are."""
    labels = sorted({getattr(item, "label", "") for item in items})
    what = labels[0] if len(labels) == 1 else f"{len(labels)} kinds of decision"
    return f"{what}, {getattr(items[0], 'case_id', '')}" if len(items) == 1 else f"{what}, {len(items)} {noun}s"
