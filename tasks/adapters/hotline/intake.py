"""Files of contacts: read from the sealed archive and kept sealed, a chunk a transaction; rejects quote nobody."""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from models.shared.documents import canonical
from models.shared.records import IncomingFile
from tasks.adapters import clock
from tasks.adapters.collecting import uncollected
from tasks.adapters.database import writing
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.hotline.keeping import Came, Kept, keep
from tasks.adapters.hotline.keys_in_use import note_key
from tasks.adapters.hotline.reading import ContactFile, ReadRow, read_contacts
from tasks.adapters.hotline.rejects import Rejects, rejects_of
from tasks.adapters.hotline.sealed_files import open_sealed
from tasks.adapters.hotline.vault import Vault, vault
from tasks.adapters.incoming import finish, incoming
from tasks.adapters.steps import boundary

# So many contacts are kept in one transaction: others that write wait for less than a second.
CHUNK = 5_000
# How often a chunk is tried again that another import was quicker with.
_TRIES = 3
_CHANGED = (
    "This id is kept already and says something else. Contacts are never changed: send what is new under an id of its "
    "own."
)


def record_inquiries(file_id: str) -> dict[str, Any] | str:
    """Keep the contacts of a file; its JSON line, or the sentence that says why it cannot be used.

    What was kept when a run is killed stays; the next run goes on and comes to the counts of an undisturbed one.
    Raises VaultError where nothing can be sealed.
    """
    row, _, path = incoming(file_id)
    safe = vault()
    before = int(json.loads(row.result or "{}").get("rows_kept", 0))
    try:
        with uncollected(), rejects_of(row.name, file_id) as rejects:
            found = read_contacts(lambda: open_sealed(path), row.name)
            counts = _record(found, Came(file_id, before, clock.now()), safe, rejects)
    except UnreadableFile as error:
        return str(error)
    boundary("wrote the rejects of contacts")
    result = {
        **counts, "rejected": rejects.count, "rejects_file": rejects.name, "layout": "+".join(sorted(found.layouts)),
        "columns_not_used": list(found.not_used),
    }  # fmt: skip
    with writing() as session:
        finish(session, file_id, result)
    return result


def _record(found: ContactFile, came: Came, safe: Vault, rejects: Rejects) -> dict[str, int]:
    read = imported = unchanged = 0
    while chunk := list(islice(found.rows, CHUNK)):
        kept = _keep_chunk(chunk, came, safe)
        boundary("kept a chunk of contacts")
        read, imported, unchanged = read + len(chunk), imported + kept.imported, unchanged + kept.unchanged
        changed = set(kept.changed)
        for row in chunk:
            if row.contact is None:
                rejects.add(row.number, row.column, row.reason)
            elif row.number in changed:
                rejects.add(row.number, "id", _CHANGED)
    return {"rows_read": read, "imported": imported, "unchanged": unchanged}


def _keep_chunk(chunk: Sequence[ReadRow], came: Came, safe: Vault) -> Kept:
    marker = canonical({"rows_kept": max(came.kept_before, chunk[-1].number)})
    for tried in range(_TRIES):
        try:
            with writing() as session:
                note_key(session, safe, came.at)
                kept = keep(session, chunk, came, safe)
                mine = IncomingFile.file_id == came.file_id
                session.execute(update(IncomingFile).where(mine).values(result=marker))  # type: ignore[arg-type]
            return kept
        except IntegrityError:
            # Another import kept one of these contacts between our look and our insert.
            if tried == _TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")
