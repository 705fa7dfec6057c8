"""Keeps contacts in the database: sealed, with the keys by which repeats are found; what is kept never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.hotline.contact_rows import clear_columns, content_of
from models.hotline.distinctive import distinctive_keys, rare_word_keys
from models.hotline.forms import ContactForm
from models.hotline.match_keys import KeyKind, keys_of
from models.hotline.records import HotlineContact, HotlineKey
from models.hotline.told_numbers import number_keys
from models.shared.documents import canonical, sha256
from tasks.adapters.database import batches
from tasks.adapters.hotline.phrase_files import common_words, often_words
from tasks.adapters.hotline.reading import ReadRow
from tasks.adapters.hotline.vault import Vault, VaultKey, encoded
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.many_rows import insert_many

PROCESS, ACTOR = "hotline", "import inquiries"
_CONTACT, _KEY = HotlineContact.__table__, HotlineKey.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Came:
    """The file that contacts come in, the rows of it that an earlier run has kept, and the moment."""

    file_id: str
    kept_before: int
    at: datetime


@dataclass
class Kept:
    """What became of the rows of a chunk; `changed` are numbers of rows whose id is kept with other content."""

    imported: int = 0
    unchanged: int = 0
    changed: list[int] = field(default_factory=list)


def keep(session: Session, rows: Sequence[ReadRow], came: Came, safe: Vault) -> Kept:
    """Insert the contacts of a chunk that are new, with their keys, and one event; the caller commits."""
    there = _there(session, [row.contact.contact_id for row in rows if row.contact])
    kept, fresh, keys = Kept(), list[dict[str, Any]](), list[dict[str, Any]]()
    for row in rows:
        form = row.contact
        if form is None:
            continue
        content, known = encoded(content_of(form)), there.get(form.contact_id)
        if known is None:
            made = _row(row, form, content, came, safe.current)
            there[form.contact_id] = made
            fresh.append(made)
            keys += key_rows(form, safe.current)
            kept.imported += 1
        elif safe.key(known["key_id"]).mac(content) != known["content_mac"]:
            kept.changed.append(row.number)
        elif row.number <= came.kept_before and (known["file_id"], known["row"]) == (came.file_id, row.number):
            # An earlier run that was killed has kept it: it counts as if that run had gone on.
            kept.imported += 1
        else:
            kept.unchanged += 1
    if fresh:
        insert_many(session.connection(), _CONTACT, fresh)
        insert_keys(session, keys)
        told = {
            "contacts": sha256(canonical([row["contact_id"] for row in fresh])), "count": len(fresh),
            "key": safe.current.key_id,
        }  # fmt: skip
        append_batch(
            session, PROCESS, f"import:{came.file_id}", [Happening("contacts_kept", ACTOR, "", came.at, told)], came.at
        )
    return kept


def _there(session: Session, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What is kept of these contacts, without opening any."""
    columns = (_CONTACT.c.contact_id, _CONTACT.c.key_id, _CONTACT.c.content_mac, _CONTACT.c.file_id, _CONTACT.c.row)
    found: dict[str, Mapping[str, Any]] = {}
    for some in batches(ids):
        rows = session.execute(select(*columns).where(_CONTACT.c.contact_id.in_(some)))
        found.update((row.contact_id, dict(row._mapping)) for row in rows)
    return found


def _row(row: ReadRow, form: ContactForm, content: bytes, came: Came, key: VaultKey) -> dict[str, Any]:
    return {
        **clear_columns(form, row.layout), "file_id": came.file_id, "row": row.number, "imported_at": came.at,
        **sealed_columns(form.contact_id, content, key),
    }  # fmt: skip


def sealed_columns(contact_id: str, content: bytes, key: VaultKey) -> dict[str, Any]:
    """The columns of a contact that depend on the key."""
    sealed = key.seal(content, contact_id.encode())
    return {"key_id": key.key_id, "content_mac": key.mac(content), "sealed": sealed}


def key_rows(form: ContactForm, key: VaultKey) -> list[dict[str, Any]]:
    """The keys by which a contact's caller is found again."""
    contact_id = form.contact_id
    return [
        {"kind": kind, "hmac": key.match_key(kind, value), "contact_id": contact_id} for kind, value in found_keys(form)
    ]


def found_keys(form: ContactForm) -> set[tuple[str, str]]:
    """Kind and value of all by which a contact's caller is found again."""
    said = form.words
    often, found = often_words(), {*keys_of(form), *distinctive_keys(said, common_words())}
    # A bed is no word besides.
    numbers = {one for one in number_keys(said, often) if (KeyKind.PLACE.value, one[1]) not in found}
    return {*found, *rare_word_keys(said, often), *numbers}


def insert_keys(session: Session, keys: Sequence[Mapping[str, Any]]) -> None:
    """Insert keys of contacts, in the order in which they lie."""
    insert_many(session.connection(), _KEY, sorted(keys, key=itemgetter("kind", "hmac")))
