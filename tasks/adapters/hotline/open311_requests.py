"""Requests that come through Open311: kept with their contact and decision in one transaction, shown without words."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.open311_query import MOST, Query
from models.hotline.open311_request import Wanted
from models.hotline.open311_services import Kind
from models.hotline.open311_view import CLOSED, OPEN, PublicRequest
from models.hotline.records import HotlineRequest
from tasks.adapters.hotline import open311_standing as standing
from tasks.adapters.hotline.one_contact import take_all
from tasks.adapters.hotline.triaging import Judge
from tasks.adapters.many_rows import insert_many
from tasks.adapters.signed_policy import PolicyUnsigned, require_signed_policy

_REQUEST = HotlineRequest.__table__  # type: ignore[attr-defined]
# Without letters that are taken for others: 15 of these are 75 bits.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Asked:
    """A request that waits to be kept: what is wanted, by which key, and the hash of the client's own token or None."""

    wanted: Wanted
    key_id: str
    said_once: str | None


@dataclass(frozen=True)
class Acknowledged:
    """A request that is kept: its id, and the token that the client is told instead where there is one."""

    service_request_id: str
    token: str | None


def keep_requests(session: Session, asked: Sequence[Asked], judge: Judge, at: datetime) -> list[Acknowledged | None]:
    """Keep requests, their contacts and the decisions about them; the caller commits before anybody is answered.

    A client's token that was used before, here too, leads to the request of that time; None where that one said
    something else. Under a policy that is not signed contacts are kept, and decided about once it is.
    """
    known = _of_tokens(session, [one.said_once for one in asked if one.said_once])
    rows, forms, fresh, made = [], [], [], []
    for one in asked:
        row = known.get(one.said_once) if one.said_once else None
        is_new = row is None
        row = row or _row(one, at)
        form = one.wanted.contact(row["service_request_id"], row["requested_at"])
        if is_new:
            fresh.append(form)
            made.append(row)
            if one.said_once:
                known[one.said_once] = row
        rows.append(row)
        forms.append(form)
    differing = {id(form) for form in take_all(session, forms, fresh, "open311", _signed(session, judge), at)}
    insert_many(session.connection(), _REQUEST, made)
    return [
        None if id(form) in differing else Acknowledged(row["service_request_id"], row["token"])
        for form, row in zip(forms, rows, strict=True)
    ]


def _signed(session: Session, judge: Judge) -> Judge | None:
    try:
        require_signed_policy(session)
    except PolicyUnsigned:
        return None
    return judge


def _of_tokens(session: Session, said: Sequence[str]) -> dict[str, dict[str, Any]]:
    if not said:
        return {}
    found = session.execute(select(_REQUEST).where(_REQUEST.c.said_once.in_(said)))
    return {row.said_once: dict(row._mapping) for row in found}


def _row(asked: Asked, at: datetime) -> dict[str, Any]:
    service = asked.wanted.service
    hours = service.expected_hours
    return {
        "service_request_id": f"DSS-{_unguessable()}", "service_code": service.code,
        "is_public": service.type is not Kind.BLACKBOX,
        "token": None if service.type is Kind.REALTIME else secrets.token_urlsafe(18), "key_id": asked.key_id,
        "said_once": asked.said_once, "requested_at": at,
        "expected_at": at + timedelta(hours=hours) if hours else None,
    }  # fmt: skip


def _unguessable() -> str:
    drawn = secrets.randbits(5 * 15)
    signs = "".join(_LETTERS[drawn >> 5 * place & 31] for place in range(15))
    return f"{signs[:5]}-{signs[5:10]}-{signs[10:]}"


def public_requests(session: Session, query: Query) -> list[PublicRequest]:
    """The requests that a query finds and that may be shown, the newest first, at most 1,000."""
    closed, updated = standing.closed_at(), standing.updated_at()
    found = _shown(closed, updated)
    if query.ids:
        found = found.where(_REQUEST.c.service_request_id.in_([one for one in query.ids if _could_be(one)]))
    else:
        found = found.where(_REQUEST.c.requested_at.between(query.start, query.end))
    if query.codes:
        found = found.where(_REQUEST.c.service_code.in_(query.codes))
    if query.statuses == {OPEN}:
        found = found.where(closed.is_(None))
    elif query.statuses == {CLOSED}:
        found = found.where(closed.is_not(None))
    found = found.order_by(_REQUEST.c.requested_at.desc(), _REQUEST.c.service_request_id).limit(MOST)
    return [_public(row) for row in session.execute(found)]


def request_of_token(session: Session, token: str) -> str | None:
    """The id of the request behind a token; None for one that is not known, or of a service that shows nothing."""
    if not _could_be(token):
        return None
    mine = (_REQUEST.c.token == token) & _REQUEST.c.is_public
    found: str | None = session.execute(select(_REQUEST.c.service_request_id).where(mine)).scalar()
    return found


def _could_be(told: str) -> bool:
    """Whether an id or a token may be one of ours; no database need be asked about what it could not even keep."""
    return told.isascii() and told.isprintable()


def _shown(closed: Any, updated: Any) -> Any:
    columns = (_REQUEST.c.service_request_id, _REQUEST.c.service_code, _REQUEST.c.requested_at, _REQUEST.c.expected_at)
    query = select(*columns, updated.label("updated_at"), closed.label("closed_at"))
    query = query.select_from(standing.beside(_REQUEST))
    return query.where(_REQUEST.c.is_public)


def _public(row: Any) -> PublicRequest:
    return PublicRequest(
        row.service_request_id, row.service_code, row.requested_at, row.updated_at or row.requested_at,
        row.expected_at, row.closed_at,
    )  # fmt: skip
