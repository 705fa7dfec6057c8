"""Which keys of the vault something is sealed with: nothing is opened, nor added, with another one by mistake."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session

from models.hotline.records import HotlineVaultKey
from tasks.adapters.hotline.vault import Vault, VaultError

_TABLE = HotlineVaultKey.__table__  # type: ignore[attr-defined]


def keys_in_use(session: Session) -> list[str]:
    """Ids of the keys that something may be sealed with."""
    query = select(_TABLE.c.key_id).where(_TABLE.c.retired_at.is_(None)).order_by(_TABLE.c.first_used_at)
    return list(session.execute(query).scalars())


def note_key(session: Session, safe: Vault, at: datetime) -> None:
    """Note that the present key is used. Raises VaultError where something is sealed with one that is not given."""
    used = keys_in_use(session)
    missing = [key_id for key_id in used if key_id not in safe.keys]
    if missing:
        raise VaultError(
            f"Contacts of this office are sealed with the key {', '.join(missing)}, but the key that is set is "
            f"{safe.current.key_id}. Set STEWARD_HOTLINE_KEY to the key that was used before; to change it, put the "
            "old one into STEWARD_HOTLINE_OLD_KEYS and run “steward keys rotate”. Nothing was changed."
        )
    if safe.current.key_id in used:
        return
    there = session.execute(select(_TABLE.c.key_id).where(_TABLE.c.key_id == safe.current.key_id)).first()
    if there:
        mine = _TABLE.c.key_id == safe.current.key_id
        session.execute(update(_TABLE).where(mine).values(retired_at=None))
    else:
        session.execute(insert(_TABLE).values(key_id=safe.current.key_id, first_used_at=at))


def retire_others(session: Session, safe: Vault, at: datetime) -> None:
    """Note that nothing is sealed with any other key any more."""
    others = (_TABLE.c.key_id != safe.current.key_id) & _TABLE.c.retired_at.is_(None)
    session.execute(update(_TABLE).where(others).values(retired_at=at))
