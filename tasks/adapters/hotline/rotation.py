"""Seals everything of the hotline with the present key: contacts, their match keys, files. Killed, it goes on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from models.hotline.contact_rows import contact_from
from models.hotline.records import HotlineContact, HotlineKey
from models.shared.records import IncomingFile
from tasks.adapters import clock, progress
from tasks.adapters.database import batches, writing
from tasks.adapters.home import read_home
from tasks.adapters.hotline.keeping import PROCESS, insert_keys, key_rows, sealed_columns
from tasks.adapters.hotline.keys_in_use import keys_in_use, note_key, retire_others
from tasks.adapters.hotline.letter_store import key_of_letter, letter_numbers, reseal_letter
from tasks.adapters.hotline.sealed_files import SUFFIX, key_of, reseal
from tasks.adapters.hotline.vault import (
    Vault,
    decoded,
    demo_keys,
    given_by_environment,
    new_key,
    vault,
    write_demo_keys,
)
from tasks.adapters.hotline.work_notes import reseal_notes
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.settings import settings
from tasks.adapters.steps import boundary

ACTOR = "rotate keys"
CHUNK = 2_000
_CONTACT, _KEY = HotlineContact.__table__, HotlineKey.__table__  # type: ignore[attr-defined]


def rotate() -> dict[str, Any]:
    """Seal all contacts and files with the present key; counts those that were not yet. Raises VaultError, SealError.

    A demo is given a new key first, unless a rotation was broken off. What lies under a key that is not given stops it
    before anything is changed. Nobody reads a contact here, so the access log does not name them; the office's history
    tells that keys were rotated.
    """
    at = clock.now()
    safe = _vault_to_rotate()
    with writing() as session:
        note_key(session, safe, at)
        letters = letter_numbers(session)
    files = _files()
    for key_id in (*map(key_of, files), *map(key_of_letter, letters)):
        safe.key(key_id)
    contacts = _reseal_contacts(safe)
    changed = sum(_reseal_file(path, safe) for path in files) + sum(reseal_letter(one, safe) for one in letters)
    with writing() as session:
        reseal_notes(session, safe)
    boundary("sealed the notes anew")
    with writing() as session:
        others = _CONTACT.c.key_id != safe.current.key_id
        left = session.execute(select(func.count()).select_from(_CONTACT).where(others)).scalar_one()
        used = {*map(key_of, _files()), *map(key_of_letter, letter_numbers(session))}
        if not left and used <= {safe.current.key_id}:
            retire_others(session, safe, at)
        told = {"key": safe.current.key_id, "contacts": contacts, "files": changed}
        append_batch(session, PROCESS, "vault", [Happening("keys_rotated", ACTOR, "", at, told)], at)
        finished = keys_in_use(session) == [safe.current.key_id]
    boundary("retired the old keys")
    if finished and not given_by_environment():
        write_demo_keys(demo_keys()[:1])
    return {"key": safe.current.key_id, "contacts": contacts, "files": changed, "finished": finished}


def _vault_to_rotate() -> Vault:
    """The vault with the key that everything is to be sealed with: a demo makes it, unless it did and was killed."""
    if not given_by_environment() and read_home().demo and len(demo_keys()) == 1:
        write_demo_keys((new_key(), *demo_keys()))
        boundary("made a new key")
    return vault()


def _reseal_contacts(safe: Vault) -> int:
    done, seen, last = 0, 0, ""
    with writing() as session:
        total = session.execute(select(func.count()).select_from(_CONTACT)).scalar_one()
    while True:
        with writing() as session:
            query = select(_CONTACT.c.contact_id, _CONTACT.c.key_id, _CONTACT.c.sealed)
            rows = session.execute(
                query.where(_CONTACT.c.contact_id > last).order_by(_CONTACT.c.contact_id).limit(CHUNK)
            )
            chunk = rows.all()
            old = [row for row in chunk if row.key_id != safe.current.key_id]
            _reseal_chunk(session, old, safe)
        if not chunk:
            return done
        boundary("sealed a chunk of contacts anew")
        done, seen, last = done + len(old), seen + len(chunk), chunk[-1].contact_id
        progress.tell("Contacts sealed anew", seen, total)


def _reseal_chunk(session: Any, rows: Sequence[Any], safe: Vault) -> None:
    """Seal contacts anew and make their match keys anew, both or neither; the caller commits."""
    if not rows:
        return
    changed, keys = [], []
    for row in rows:
        content = safe.key(row.key_id).open(row.sealed, row.contact_id.encode())
        changed.append({"b_contact": row.contact_id, **sealed_columns(row.contact_id, content, safe.current)})
        keys += key_rows(contact_from(decoded(content)), safe.current)
    for some in batches([row.contact_id for row in rows]):
        session.execute(delete(_KEY).where(_KEY.c.contact_id.in_(some)))
    session.connection().execute(update(_CONTACT).where(_CONTACT.c.contact_id == bindparam("b_contact")), changed)
    insert_keys(session, keys)


def _files() -> list[Path]:
    return sorted(settings().folder("archive").glob(f"*/*{SUFFIX}"))


def _reseal_file(path: Path, safe: Vault) -> bool:
    """Seal a file anew, let the register name the new one, then end the old one: killed between, it is done again."""
    if key_of(path) == safe.current.key_id:
        return False
    digest = reseal(path, safe)
    boundary("sealed a file anew")
    with writing() as session:
        mine = IncomingFile.sha256 == path.name.removesuffix(SUFFIX)
        session.execute(update(IncomingFile).where(mine).values(sha256=digest))  # type: ignore[arg-type]
    boundary("registered a file that was sealed anew")
    path.unlink(missing_ok=True)
    return True
