"""The one door to what constituents said: contacts are opened here, and who opened which one when and why is kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import Session

from models.hotline.contact_rows import contact_from
from models.hotline.forms import ContactForm
from models.hotline.match_keys import KeyKind
from models.hotline.records import HotlineAccess, HotlineContact, HotlineKey
from models.hotline.repeats import SURE
from tasks.adapters.database import batches, reading, writing
from tasks.adapters.hotline.vault import Vault, decoded, vault
from tasks.adapters.many_rows import insert_many

# A key that more than a crowd share (a shelter's telephone) does not say who calls. Source: convention.
CROWD = 500
# Telephone, address and case number say who calls; many people share a surname.
STRONG = dict.fromkeys((KeyKind.PHONE, KeyKind.EMAIL, KeyKind.CASE_NUMBER, KeyKind.NAME, KeyKind.ADDRESS), CROWD)
_CONTACT, _KEY, _ACCESS = HotlineContact.__table__, HotlineKey.__table__, HotlineAccess.__table__  # type: ignore[attr-defined]


# What opening a contact takes.
SEALED = (
    _CONTACT.c.contact_id, _CONTACT.c.told_language, _CONTACT.c.layout, _CONTACT.c.file_id, _CONTACT.c.key_id,
    _CONTACT.c.sealed,
)  # fmt: skip


class Arrival(NamedTuple):
    """When a contact was received, and its id: contacts stand in this order."""

    received_at: datetime
    contact_id: str


class OpenedContact(NamedTuple):
    """A contact that was opened: all that it says, and the language's code as it was told (empty: none, or no code)."""

    form: ContactForm
    told_language: str
    layout: str
    file_id: str


class Candidate(NamedTuple):
    """An earlier contact that shares so many keys of each kind with another one: perhaps the same caller."""

    arrival: Arrival
    kinds: Mapping[KeyKind, int]


def arrivals(session: Session, after: Arrival | None = None, limit: int = 5_000) -> list[Arrival]:
    """Contacts in the order in which they were received, those after a given one: nothing is opened."""
    query = in_order(select(_CONTACT.c.received_at, _CONTACT.c.contact_id), after, limit)
    return [Arrival(*row) for row in session.execute(query)]


def in_order(query: Select[Any], after: Arrival | None, limit: int) -> Select[Any]:
    """A query of contacts, in the order in which they were received, those after a given one."""
    if after is not None:
        same = and_(_CONTACT.c.received_at == after.received_at, _CONTACT.c.contact_id > after.contact_id)
        query = query.where(or_(_CONTACT.c.received_at > after.received_at, same))
    return query.order_by(_CONTACT.c.received_at, _CONTACT.c.contact_id).limit(limit)


def open_contacts(contact_ids: Sequence[str], *, who: str, purpose: str, at: datetime) -> list[OpenedContact]:
    """Open contacts, in the order of their ids as given; a row of the access log for each is kept before any is opened.

    `who` is a staff id or the name of a program, `purpose` what it is opened for. Raises LookupError for an id that is
    not known, SealError for a contact that was changed, VaultError without the key.
    """
    with reading() as session:
        rows = _sealed(session, contact_ids)
    return open_rows(rows, who=who, purpose=purpose, at=at)


def open_rows(rows: Sequence[Any], *, who: str, purpose: str, at: datetime) -> list[OpenedContact]:
    """The same for contacts whose columns `SEALED` were read already."""
    safe = vault()
    with writing() as session:
        _note(session, [row.contact_id for row in rows], who, purpose, at)
    return [_opened(row, safe) for row in rows]


def open_contact_in(session: Session, contact_id: str, *, who: str, purpose: str, at: datetime) -> OpenedContact:
    """Open one contact in the caller's transaction, which keeps that it was opened together with what follows from it.

    Raises as `open_contacts` does.
    """
    (row,) = _sealed(session, [contact_id])
    _note(session, [contact_id], who, purpose, at)
    return _opened(row, vault())


def _sealed(session: Session, contact_ids: Sequence[str]) -> list[Any]:
    """What is kept of contacts, in the order of their ids as given. Raises LookupError."""
    rows = dict[str, Any]()
    for some in batches(contact_ids):
        found = session.execute(select(*SEALED).where(_CONTACT.c.contact_id.in_(some)))
        rows.update((row.contact_id, row) for row in found)
    if any(contact_id not in rows for contact_id in contact_ids):
        raise LookupError("One of these contacts is not known; nothing was opened.")
    return [rows[contact_id] for contact_id in contact_ids]


def _note(session: Session, contact_ids: Iterable[str], who: str, purpose: str, at: datetime) -> None:
    log = [{"contact_id": one, "who": who, "purpose": purpose, "at": at} for one in contact_ids]
    insert_many(session.connection(), _ACCESS, log)


def _opened(row: Any, safe: Vault) -> OpenedContact:
    contact_id, told_language, layout, file_id, key_id, sealed = row
    content = safe.key(key_id).open(sealed, contact_id.encode())
    return OpenedContact(contact_from(decoded(content)), told_language, layout, file_id)


def sharing_contacts(
    session: Session, contact_ids: Sequence[str], crowds: Mapping[KeyKind, int] = STRONG
) -> dict[str, dict[str, dict[KeyKind, int]]]:
    """By contact id the other contacts that share keys with it, with how many of each kind: nothing is opened.

    `crowds` are the kinds that are asked for: a key that more contacts have than that counts for nothing. While keys
    are rotated, contacts that are sealed with different keys do not find each other.
    """
    found = defaultdict[str, dict[str, dict[KeyKind, int]]](dict)
    for crowd in set(crowds.values()):
        kinds = {kind.value: kind for kind, largest in crowds.items() if largest == crowd}
        for some in batches(contact_ids):
            for mine, name, other in session.execute(_pairs(some, list(kinds), crowd)):
                kind, theirs = kinds[name], found[mine]
                if (shared := theirs.get(other)) is None:
                    theirs[other] = {kind: 1}
                else:
                    shared[kind] = shared.get(kind, 0) + 1
    return found


def sure_kinds(session: Session, contact_ids: Sequence[str]) -> dict[str, set[KeyKind]]:
    """By contact id what each tells that says surely who calls: nothing is opened."""
    found: dict[str, set[KeyKind]] = {one: set() for one in contact_ids}
    query = select(_KEY.c.contact_id, _KEY.c.kind).where(_KEY.c.kind.in_([kind.value for kind in SURE])).distinct()
    for some in batches(contact_ids):
        for one, kind in session.execute(query.where(_KEY.c.contact_id.in_(some))):
            found[one].add(KeyKind(kind))
    return found


def earlier_contacts(session: Session, contact: Arrival) -> list[Candidate]:
    """The earlier contacts that share a strong key with it, the latest first: nothing is opened."""
    sharing = sharing_contacts(session, [contact.contact_id]).get(contact.contact_id, {})
    query = select(_CONTACT.c.received_at, _CONTACT.c.contact_id)
    there = [
        Arrival(*row)
        for some in batches([*sharing])
        for row in session.execute(query.where(_CONTACT.c.contact_id.in_(some)))
    ]
    return [Candidate(one, sharing[one.contact_id]) for one in sorted(there, reverse=True) if one < contact]


def find_by(session: Session, kind: KeyKind, value: str) -> list[Arrival]:
    """Contacts with this telephone number, name and so on, as `match_keys` spells it: for somebody who looks it up."""
    hashes = vault().match_keys(kind.value, value)
    query = select(_CONTACT.c.received_at, _CONTACT.c.contact_id).join(_KEY, _KEY.c.contact_id == _CONTACT.c.contact_id)
    query = query.where(_KEY.c.kind == kind.value, _KEY.c.hmac.in_(hashes))
    return sorted(Arrival(*row) for row in session.execute(query))


def _pairs(contact_ids: Sequence[str], kinds: Sequence[str], crowd: int) -> Select[tuple[str, str, str]]:
    """Contacts, kinds of keys, and the contacts that share a key of that kind which no crowd has."""
    mine, counted, other = _KEY.alias(), _KEY.alias(), _KEY.alias()
    # Counted row by row and no further than a crowd: of a common name there are thousands. It has to be done before the
    # others are asked for, which a database would not know.
    of_one = (counted.c.kind == mine.c.kind) & (counted.c.hmac == mine.c.hmac)
    some_of_them = select(counted.c.contact_id).where(of_one).correlate(mine).limit(crowd + 1).subquery()
    members = select(func.count()).select_from(some_of_them).correlate(mine).scalar_subquery()
    mine_of_few = select(mine).where(
        mine.c.kind.in_(kinds), mine.c.contact_id.in_(contact_ids), members.between(2, crowd)
    )
    few = mine_of_few.cte("few").prefix_with("MATERIALIZED")
    same = (other.c.kind == few.c.kind) & (other.c.hmac == few.c.hmac) & (other.c.contact_id != few.c.contact_id)
    return select(few.c.contact_id, few.c.kind, other.c.contact_id).join(other, same)
