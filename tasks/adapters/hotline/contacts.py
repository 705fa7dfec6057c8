"""The one door to what constituents said: contacts are opened here, and who opened which one when and why is kept."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlmodel import Session

from models.hotline.contact_rows import contact_from
from models.hotline.forms import ContactForm
from models.hotline.match_keys import KeyKind
from models.hotline.records import HotlineAccess, HotlineContact, HotlineKey
from tasks.adapters.database import batches, reading, writing
from tasks.adapters.hotline.vault import Vault, decoded, vault
from tasks.adapters.many_rows import insert_many

# Of a key that many share (a large building) so many contacts are named; one that more than a crowd share (a shelter's
# telephone) does not say who calls. Source: convention.
MOST_CANDIDATES, CROWD = 20, 500
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


def earlier_contacts(
    session: Session,
    contacts: Sequence[Arrival],
    crowds: Mapping[KeyKind, int] = STRONG,
    most: int = MOST_CANDIDATES,
    since: datetime | None = None,
) -> dict[str, list[Candidate]]:
    """By contact id the earlier contacts that share a key with it, the latest first: nothing is opened.

    Of each key at most the `most` contacts just before are named. `crowds` are the kinds that are asked for: a key that
    more contacts have than that counts for nothing; nor does what was received before `since`. While keys are rotated,
    contacts that are sealed with different keys do not find each other.
    """
    places = {arrival.contact_id: arrival for arrival in contacts}
    mine = dict[tuple[str, str], list[str]]()
    for crowd in set(crowds.values()):
        kinds = [kind.value for kind, largest in crowds.items() if largest == crowd]
        mine |= _shared_keys(session, [*places], kinds, crowd)
    sharing = _sharing(session, mine, since, max((one.received_at for one in contacts), default=None))
    found = defaultdict[str, dict[Arrival, Counter[KeyKind]]](lambda: defaultdict(Counter))
    for key, ids in mine.items():
        kind, others = KeyKind(key[0]), sharing.get(key, [])
        for contact_id in ids:
            end = bisect_left(others, places[contact_id])
            for other in others[max(0, end - most) : end]:
                found[contact_id][other][kind] += 1
    return {one: [Candidate(o, found[one][o]) for o in sorted(found[one], reverse=True)] for one in found}


def find_by(session: Session, kind: KeyKind, value: str) -> list[Arrival]:
    """Contacts with this telephone number, name and so on, as `match_keys` spells it: for somebody who looks it up."""
    hashes = vault().match_keys(kind.value, value)
    query = select(_CONTACT.c.received_at, _CONTACT.c.contact_id).join(_KEY, _KEY.c.contact_id == _CONTACT.c.contact_id)
    query = query.where(_KEY.c.kind == kind.value, _KEY.c.hmac.in_(hashes))
    return sorted(Arrival(*row) for row in session.execute(query))


def _shared_keys(
    session: Session, contact_ids: Sequence[str], kinds: Sequence[str], crowd: int
) -> dict[tuple[str, str], list[str]]:
    """The keys of contacts that somebody else has too, but no crowd, with those of these contacts that have them."""
    found = defaultdict[tuple[str, str], list[str]](list)
    # Counted row by row and no further than a crowd: of a common name there are thousands.
    other = _KEY.alias()
    same = (other.c.kind == _KEY.c.kind) & (other.c.hmac == _KEY.c.hmac)
    some_of_them = select(other.c.contact_id).where(same).correlate(_KEY).limit(crowd + 1).subquery()
    members = select(func.count()).select_from(some_of_them).correlate(_KEY).scalar_subquery()
    # Most keys are one contact's alone: to ask for any other one is cheaper than to count.
    another = select(other.c.contact_id).where(same, other.c.contact_id != _KEY.c.contact_id).limit(1)
    shared = another.correlate(_KEY).scalar_subquery().is_not(None)
    query = select(_KEY.c.kind, _KEY.c.hmac, _KEY.c.contact_id).where(_KEY.c.kind.in_(kinds))
    for some in batches(contact_ids):
        mine = query.where(_KEY.c.contact_id.in_(some), shared, members <= crowd)
        for kind, hashed, contact_id in session.execute(mine):
            found[kind, hashed].append(contact_id)
    return found


def _sharing(
    session: Session, keys: Iterable[tuple[str, str]], since: datetime | None, until: datetime | None
) -> dict[tuple[str, str], list[Arrival]]:
    """The contacts of keys that were received in a time; by key, in the order in which they were received."""
    by_kind = defaultdict[str, list[str]](list)
    for kind, hashed in keys:
        by_kind[kind].append(hashed)
    found = defaultdict[tuple[str, str], list[Arrival]](list)
    members = select(_KEY.c.hmac, _CONTACT.c.received_at, _CONTACT.c.contact_id)
    members = members.join(_CONTACT, _CONTACT.c.contact_id == _KEY.c.contact_id)
    members = members.where(_CONTACT.c.received_at <= until) if until else members
    members = members.where(_CONTACT.c.received_at >= since) if since else members
    for kind, hashes in by_kind.items():
        for some in batches(hashes):
            for hashed, at, contact_id in session.execute(members.where(_KEY.c.kind == kind, _KEY.c.hmac.in_(some))):
                found[kind, hashed].append(Arrival(at, contact_id))
    return {key: sorted(arrived) for key, arrived in found.items()}
