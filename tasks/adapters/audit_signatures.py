"""Holds every signature against the events that it signed, and both against what came of them."""

import json
import re
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.people_records import Signature
from models.shared.records import CaseEvent
from models.shared.signing import signature_number
from tasks.adapters.database import batches
from tasks.adapters.office_chain import office_events

# Rows that are held against others at a time, lists that are kept read, and characters of lists at a time.
_PAGE, _KEPT, _CHARACTERS = 500, 2_000, 2_000_000
# Two requests of one person at the same moment may be recorded in either order, each with its own code.
_AT_ONCE = timedelta(minutes=2)
_HAS_SIGNED = '%"signed":{%'


# Payloads and lists are canonical JSON, in which a quotation mark inside a text never stands alone: reading all of each
# takes several times as long.
_SIGNED, _POLICY = re.compile(r'"signed":(\{[^{}]*\})'), re.compile(r'"policy":"([^"]*)"')
_CASE = re.compile(r'"case_id":"([^"]*)"')
_FACTS = ("the signer", "the moment", "the list", "the policy", "the door", "the process")


@dataclass(frozen=True, slots=True)
class SignedRow:
    """What a signature's row says: the facts that its events repeat, and the case of each item of its list."""

    facts: tuple[object, ...]
    cases: tuple[str, ...]


class Signatures:
    """Signatures by their numbers, read a page at a time; the last ones are kept."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._kept: OrderedDict[str, SignedRow] = OrderedDict()

    def find(self, ids: Iterable[str]) -> dict[str, SignedRow]:
        """The signatures of these numbers, those that are there."""
        wanted = set(ids)
        found = {number: self._kept[number] for number in wanted if number in self._kept}
        table, missing = Signature.__table__.c, sorted(wanted - found.keys())  # type: ignore[attr-defined]
        facts = (table.staff_id, table.at, table.shown_sha256, table.policy_sha256, table.door, table.process)
        for some in batches(missing, _PAGE):
            query = select(table.signature_id, table.shown, *facts).where(table.signature_id.in_(some))
            for number, shown, *told in self.session.execute(query):
                found[number] = self._kept[number] = SignedRow(tuple(told), tuple(_CASE.findall(shown)))
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found


def check_signatures(session: Session) -> Iterator[str]:
    """Every signature with its events and every signed event with its signature, each fault as one sentence."""
    yield from _check_signed_events(session)
    for page in _pages_of_signatures(session):
        yield from _check_page(session, page)
    yield from _check_codes(session)


def count_signatures(session: Session) -> int:
    """How many signatures there are."""
    return int(session.execute(select(func.count()).select_from(Signature)).scalar_one())


def pages(rows: Iterable[Row[Any]], size: int = _PAGE) -> Iterator[list[Row[Any]]]:
    """Rows in lists of at most so many."""
    page: list[Row[Any]] = []
    for row in rows:
        page.append(row)
        if len(page) == size:
            yield page
            page = []
    if page:
        yield page


# --- from the events to their signatures ------------------------------------------------------------------------


def _check_signed_events(session: Session) -> Iterator[str]:
    table, signatures = CaseEvent.__table__.c, Signatures(session)  # type: ignore[attr-defined]
    columns = (table.process, table.case_id, table.seq, table.at, table.event, table.payload)
    query = select(*columns).where(table.payload.like(_HAS_SIGNED)).order_by(table.process, table.case_id, table.seq)
    for page in pages(session.execute(query.execution_options(yield_per=_PAGE))):
        told = [(row, signed) for row in page if (signed := signed_of(row.payload))]
        known = signatures.find(str(signed.get("signature")) for _, signed in told)
        for row, signed in told:
            yield from _check_event(row, signed, known.get(str(signed.get("signature"))))


def signed_of(payload: str) -> dict[str, Any]:
    """What an event says of its signature; nothing where it says nothing that can be read."""
    signed, policy = _SIGNED.search(payload), _POLICY.search(payload)
    try:
        found = json.loads(signed[1]) if signed else {}
    except ValueError:
        return {}
    return {**found, "policy": policy[1] if policy else ""} if found else {}


def _check_event(row: Row[Any], signed: Mapping[str, Any], found: SignedRow | None) -> Iterator[str]:
    number = signed.get("signature")
    if found is None:
        yield f"{_where(row)} names signature {number}, which is not there."
        return
    says = (signed.get("by"), row.at, signed.get("shown"), signed["policy"], signed.get("door"), row.process)
    if says != found.facts:
        others = [name for name, one, two in zip(_FACTS, says, found.facts, strict=True) if one != two]
        yield f"{_where(row)} and signature {number} do not say the same: {', '.join(others)}."
    # A regrouping is also recorded in the contract on the other side, and names the one that was signed.
    if row.case_id not in found.cases and not any(case in row.payload for case in found.cases):
        yield f"{_where(row)} names signature {number}, in whose list this case does not stand."


def _where(row: Row[Any]) -> str:
    return f"{row.process}/{row.case_id}: event {row.seq} ({row.event})"


# --- from the signatures to their events ------------------------------------------------------------------------


def _pages_of_signatures(session: Session) -> Iterator[list[Row[Any]]]:
    """Some signatures at a time, fewer where their lists are long."""
    table, page, size = Signature.__table__, [], 0  # type: ignore[attr-defined]
    query = select(table).order_by(table.c.at, table.c.signature_id).execution_options(yield_per=50)
    for row in session.execute(query):
        page.append(row)
        size += len(row.shown)
        if len(page) == _PAGE or size > _CHARACTERS:
            yield page
            page, size = [], 0
    if page:
        yield page


@dataclass
class _Signed:
    """What the events say that one signature signed."""

    cases: Counter[str]
    behalves: set[str]


def _check_page(session: Session, page: Sequence[Row[Any]]) -> Iterator[str]:
    covered = {row.signature_id: Counter(_CASE.findall(row.shown)) for row in page}
    signed = _events_of(session, page, covered)
    for row in page:
        name, found, wanted = f"Signature {row.signature_id} of {row.staff_id}", signed[row.signature_id], covered
        if sha256(row.shown) != row.shown_sha256:
            yield f"{name}: the list that it covers was changed after it was signed."
        if row.signature_id != _number_of(row):
            yield f"{name} was changed after it was given: its number does not follow from what it says."
        if found.behalves != set(filter(None, row.behalf_id.split(","))) and found.cases:
            yield f"{name}: its events name others for whom it was given than it does itself."
        for case_id, count in wanted[row.signature_id].items():
            if found.cases[case_id] < count:
                yield f"{name} covers {row.process}/{case_id}, but no event there says so."
        if not wanted[row.signature_id]:
            yield f"{name} covers no case at all."


def _number_of(row: Row[Any]) -> str:
    return signature_number(
        row.process, row.staff_id, row.counter, row.shown_sha256, row.door, row.at, row.policy_sha256
    )


def _events_of(
    session: Session, page: Sequence[Row[Any]], covered: Mapping[str, Mapping[str, int]]
) -> dict[str, _Signed]:
    """What the events of these signatures' cases say of them."""
    found: dict[str, _Signed] = defaultdict(lambda: _Signed(Counter(), set()))
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    cases, moments = sorted({case for wanted in covered.values() for case in wanted}), sorted({row.at for row in page})
    processes = sorted({row.process for row in page})
    for some in batches(cases, 5_000):
        mine = table.process.in_(processes) & table.case_id.in_(some) & table.at.in_(moments)
        for case_id, payload in session.execute(select(table.case_id, table.payload).where(mine)):
            signed = signed_of(payload)
            if signed.get("signature") in covered:
                said = found[signed["signature"]]
                said.cases[case_id] += 1
                if signed.get("for"):
                    said.behalves.add(signed["for"])
    return found


# --- codes ------------------------------------------------------------------------------------------------------


def _check_codes(session: Session) -> Iterator[str]:
    """No code signed twice, and a later code signed later. Source: RFC 6238, section 5.2."""
    anew: dict[str, list[datetime]] = defaultdict(list)
    for event in office_events(session):
        if event.event in ("bootstrapped", "enrolled"):
            anew[event.chain.partition(":")[2]].append(event.at)
    table = Signature.__table__.c  # type: ignore[attr-defined]
    query = select(table.staff_id, table.at, table.counter, table.signature_id)
    query = query.order_by(table.staff_id, table.counter, table.at, table.signature_id)
    before: Any = None
    for row in session.execute(query.execution_options(yield_per=10_000)):
        if before is not None and before.staff_id == row.staff_id and not _anew(before, row, anew[row.staff_id][1:]):
            if row.counter == before.counter:
                yield f"Signatures {before.signature_id} and {row.signature_id} of {row.staff_id} used the same code."
            elif row.at < before.at - _AT_ONCE:
                yield f"Signature {row.signature_id} of {row.staff_id} has a later code than one that came after it."
        before = row


def _anew(before: Row[Any], row: Row[Any], enrolled: Iterable[datetime]) -> bool:
    """True where the person took up another authenticator between the two: its codes begin anew."""
    first, last = sorted((before.at, row.at))
    return any(first <= at <= last for at in enrolled)
