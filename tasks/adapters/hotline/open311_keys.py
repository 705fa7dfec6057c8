"""Keys of programs that send requests through Open311: made once, kept as a hash, revoked."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.hotline.records import HotlineApiKey
from models.shared.documents import sha256
from tasks.adapters.ledger import Happening, append_batch

PROCESS, ACTOR, CHAIN = "hotline", "steward keys open311", "open311-keys"
_KEY = HotlineApiKey.__table__  # type: ignore[attr-defined]
_LONGEST_NAME = 60


class KeyNameProblem(ValueError):
    """A name that no key can have, or that has none; the message says what to do."""


@dataclass(frozen=True)
class ApiKey:
    """A key as it is listed: never the key itself."""

    key_id: str
    name: str
    made_at: datetime
    revoked_at: datetime | None


def new_api_key(session: Session, name: str, at: datetime) -> str:
    """Make a key for somebody's program; it is returned once and kept nowhere. Raises KeyNameProblem."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise KeyNameProblem(f"Say in 1 to {_LONGEST_NAME} characters whose program the key is for.")
    key = f"o311_{secrets.token_urlsafe(32)}"
    hashed = sha256(key)
    row = {"key_id": hashed[:12], "name": name, "key_sha256": hashed, "made_at": at, "revoked_at": None}
    session.execute(insert(_KEY).values(**row))
    _note(session, "api_key_made", [hashed[:12]], name, at)
    return key


def revoke_api_keys(session: Session, told: str, at: datetime) -> list[str]:
    """Revoke the key of this id, or all keys of this name; their ids. Raises KeyNameProblem where there is none."""
    mine = (_KEY.c.key_id == told) | (_KEY.c.name == told)
    found = session.execute(select(_KEY.c.key_id).where(mine, _KEY.c.revoked_at.is_(None)).order_by(_KEY.c.key_id))
    ids = list(found.scalars())
    if not ids:
        raise KeyNameProblem("No key that is in use has this id or name. “steward keys open311 list” shows them.")
    session.execute(update(_KEY).where(_KEY.c.key_id.in_(ids)).values(revoked_at=at))
    _note(session, "api_key_revoked", ids, told, at)
    return ids


def api_keys(session: Session) -> list[ApiKey]:
    """All keys, the oldest first."""
    columns = (_KEY.c.key_id, _KEY.c.name, _KEY.c.made_at, _KEY.c.revoked_at)
    return [ApiKey(*row) for row in session.execute(select(*columns).order_by(_KEY.c.made_at, _KEY.c.key_id))]


def keys_that_hold(session: Session) -> dict[str, str]:
    """Ids of the keys that are in use, by the hash of the key."""
    query = select(_KEY.c.key_sha256, _KEY.c.key_id).where(_KEY.c.revoked_at.is_(None))
    return {row.key_sha256: row.key_id for row in session.execute(query)}


def said_once(key: str, client_token: str) -> str:
    """What a client's own token is kept as: who has not the key, which is kept nowhere, cannot guess it."""
    return hmac.new(key.encode(), client_token.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def _note(session: Session, event: str, ids: list[str], name: str, at: datetime) -> None:
    append_batch(session, PROCESS, CHAIN, [Happening(event, ACTOR, "", at, {"keys": ids, "name": name})], at)
