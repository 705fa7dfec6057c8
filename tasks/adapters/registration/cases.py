"""Registration cases in the database: packets out, reviews in."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlmodel import Session

from models.registration.amendment_rules import counts
from models.registration.moves import Move
from models.registration.packet import (
    AmendmentFacts,
    AwardFacts,
    DocumentFacts,
    EventFacts,
    ProviderFacts,
    RegistrationPacket,
    RequestFacts,
)
from models.registration.records import Amendment, Award, DocumentReport, RegistrationCase
from models.registration.states import ALL_STATES, Kind
from models.shared.calendar import new_york_date, start_of_day
from models.shared.records import Contract, IncomingFile, Provider, ProviderName
from models.shared.signing import signers
from tasks.adapters.database import batches
from tasks.adapters.ledger import CaseHead, Happening, head_of
from tasks.adapters.registration.history import PROCESS as PROCESS
from tasks.adapters.registration.history import Event, load_history
from tasks.adapters.rows import all_rows

_FINAL = tuple(s.name for s in ALL_STATES.values() if s.final)


@dataclass(frozen=True)
class LoadedCase:
    """A packet and the head of the case that it was taken from."""

    packet: RegistrationPacket
    head: CaseHead
    folded_into: str = ""


def open_case_ids(session: Session) -> list[str]:
    """Ids of all cases that are not closed, in order."""
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id).where(table.state.not_in(_FINAL), table.folded_into == "").order_by(table.case_id)
    return [row.case_id for row in session.execute(query)]


def find_case_id(session: Session, typed: str) -> str:
    """The id of a case as somebody typed it. Raises LookupError when there is none."""
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    wanted = typed.strip()
    found = session.execute(select(table.case_id).where(func.lower(table.case_id) == wanted.lower())).scalar()
    if found is None:
        raise LookupError(
            f"There is no contract “{wanted[:80]}”. One looks like R27-123456789; the desk lists them all."
        )
    return str(found)


def load_cases(
    session: Session, case_ids: Sequence[str], as_of: date, history: Mapping[str, Sequence[Event]] | None = None
) -> list[LoadedCase]:
    """The packets of some cases as of a day, in the order of the ids; a handful of queries whatever their number.

    An id that no case has is left out. `history` is what happened to them where that was loaded already.
    """
    cases = {c.case_id: c for c in all_rows(session, RegistrationCase, "case_id", case_ids)}
    contracts = {c.contract_id: c for c in all_rows(session, Contract, "contract_id", case_ids)}
    awards = _grouped(all_rows(session, Award, "contract_id", case_ids), "contract_id", "mocs_id")
    eins = sorted({c.vendor_ein for c in contracts.values()})
    providers = _provider_facts(session, eins, contracts.values())
    documents = _documents(session, [*case_ids, *eins])
    history = load_history(session, case_ids) if history is None else history
    amendments = _grouped(all_rows(session, Amendment, "contract_id", case_ids), "contract_id", "seq_no")
    loaded = []
    for case_id in filter(cases.__contains__, case_ids):
        case, contract = cases[case_id], contracts[case_id]
        own = {f.document: f for f in documents.get(contract.vendor_ein, ())}
        own |= {f.document: f for f in documents.get(case_id, ())}
        events = history.get(case_id, [])
        changes = tuple(map(_amendment_facts, amendments.get(case_id, ())))
        packet = RegistrationPacket(
            case_id=case_id, kind=Kind(case.kind), fiscal_year=case.fiscal_year, state=case.state,
            state_since=new_york_date(case.state_since), opened_on=new_york_date(case.opened_at), as_of=as_of,
            vendor_ein=contract.vendor_ein, vendor_name=contract.vendor_name,
            beneficiary_ein=contract.beneficiary_ein, beneficiary_name=contract.beneficiary_name,
            amount_cents=contract.amount_cents, adjustment_cents=contract.adjustment_cents, amendments=changes,
            original_amount_cents=contract.amount_cents - sum(c.delta_cents for c in changes if counts(c)),
            term_start=contract.term_start, term_end=contract.term_end,
            provider=providers[contract.vendor_ein], awards=tuple(map(_award_facts, awards.get(case_id, ()))),
            documents=tuple(own[name] for name in sorted(own)), history=tuple(map(event_facts, events)),
            request=_request(events),
        )  # fmt: skip
        loaded.append(LoadedCase(packet, head_of(case), case.folded_into))
    return loaded


def move_happenings(
    head: CaseHead, moves: Sequence[Move], actor: str, at: datetime, payload: dict[str, Any]
) -> list[Happening]:
    """Events of moves: a move of today happened now, an earlier one at the start of its day, none before the last."""
    state, since = head.state, head.state_since
    found = []
    for move in moves:
        happened = at if move.on == new_york_date(at) else start_of_day(move.on)
        happened = max(since, happened)
        if move.target != state:
            state, since = move.target, happened
        found.append(Happening(move.event, actor, move.target, happened, {**payload, **move.details}))
    return found


def _grouped(rows: Iterable[Any], key: str, order: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: getattr(r, order)):
        found[getattr(row, key)].append(row)
    return found


def _provider_facts(session: Session, eins: Sequence[str], contracts: Iterable[Row[Any]]) -> dict[str, ProviderFacts]:
    """Facts of each vendor; the sum of its Council awards runs over all agencies of the list (T1, T2)."""
    names = _grouped(all_rows(session, ProviderName, "ein", eins), "ein", "name")
    totals = _council_totals(session, eins, {contract.fiscal_year for contract in contracts})
    facts = {}
    for row in all_rows(session, Provider, "ein", eins):
        facts[row.ein] = ProviderFacts(
            ein=row.ein, legal_name=row.legal_name, names=tuple(n.name for n in names.get(row.ein, ())),
            email=row.email, council_total_cents=totals.get(row.ein, 0),
            annual_revenue_cents=row.annual_revenue_cents, has_employees=row.has_employees,
            uses_subcontractors=row.uses_subcontractors, first_contract=row.first_contract,
            new_to_council=row.new_to_council, city_business_cents=row.city_business_cents,
        )  # fmt: skip
    return facts


def _council_totals(session: Session, eins: Sequence[str], years: Collection[int]) -> dict[str, int]:
    query, connection, totals = _summing(), session.connection(), dict[str, int]()
    for some in batches(eins):
        for ein, year, cents in connection.execute(query, {"some": list(some)}):
            if year in years:
                totals[ein] = totals.get(ein, 0) + int(cents)
    return totals


@cache
def _summing() -> Any:
    """Sums by year too: asked for one year as well, SQLite would read the whole year instead of the vendor's few."""
    table = Award.__table__.c  # type: ignore[attr-defined]
    query = select(table.ein, table.fiscal_year, func.sum(table.amount_cents))
    query = query.group_by(table.ein, table.fiscal_year)
    return query.where(table.vanished_at.is_(None), table.ein.in_(bindparam("some", expanding=True)))


def _documents(session: Session, owners: Sequence[str]) -> dict[str, list[DocumentFacts]]:
    """The latest report of each document by owner; it has a file when a scan of that name lies in the store."""
    query, connection = _reports(), session.connection()
    latest = {
        (row.owner, row.document): row
        for some in batches(owners)
        for row in connection.execute(query, {"some": list(some)}).all()
    }
    scans = _scans(session, sorted({row.file_name for row in latest.values() if row.file_name}))
    found: dict[str, list[DocumentFacts]] = defaultdict(list)
    for (owner, document), r in sorted(latest.items()):
        sha = scans.get(r.file_name, "") if r.file_name else ""
        found[owner].append(
            DocumentFacts(
                document=document, reported_on=r.reported_on, has_file=bool(sha), file_sha256=sha,
                file_name=r.file_name, rejected=r.rejected,
                signed_on=r.signed_on, expires_on=r.expires_on, period_end=r.period_end, fiscal_year=r.fiscal_year,
                amount_cents=r.amount_cents, detail=r.detail,
            )
        )  # fmt: skip
    return found


@cache
def _reports() -> Any:
    table = DocumentReport.__table__.c  # type: ignore[attr-defined]
    columns = (
        table.owner, table.document, table.reported_on, table.signed_on, table.expires_on, table.period_end,
        table.fiscal_year, table.amount_cents, table.file_name, table.detail, table.rejected,
    )  # fmt: skip
    # Of one day, what a person signed for counts before what a tracker says.
    signed = table.signature_id != ""
    query = select(*columns).where(table.owner.in_(bindparam("some", expanding=True)))
    return query.order_by(table.reported_on, signed, table.recorded_at, table.position, table.report_id)


def _scans(session: Session, names: Sequence[str]) -> dict[str, str]:
    """The hash of the scan that came last under each name."""
    query, connection = _stored(), session.connection()
    return {name: digest for some in batches(names) for name, digest in connection.execute(query, {"some": list(some)})}


@cache
def _stored() -> Any:
    table = IncomingFile.__table__.c  # type: ignore[attr-defined]
    mine = (table.kind == "scans") & table.name.in_(bindparam("some", expanding=True))
    return select(table.name, table.sha256).where(mine).order_by(table.received_at, table.file_id)


def _award_facts(row: Row[Any]) -> AwardFacts:
    return AwardFacts(
        mocs_id=row.mocs_id, legal_name=row.legal_name, source=row.source, council_member=row.council_member,
        purpose=row.purpose, amount_cents=row.amount_cents, status=row.status, vanished=row.vanished_at is not None,
    )  # fmt: skip


def event_facts(event: Event) -> EventFacts:
    """One event as the rules see it."""
    payload = json.loads(event.payload)
    return EventFacts(
        event=event.event, on=new_york_date(event.occurred_at), state=event.state_to,
        value=str(payload.get("value", "")), reason=str(payload.get("reason", "")), by=signers(payload),
    )  # fmt: skip


def _amendment_facts(row: Row[Any]) -> AmendmentFacts:
    return AmendmentFacts(
        seq_no=row.seq_no, type=row.type, delta_cents=row.delta_cents, approved_on=row.approved_on,
        needs_registration=row.needs_registration, status=row.status, term_end=row.term_end,
        ccpo_reference=row.ccpo_reference,
    )  # fmt: skip


def _request(events: Sequence[Event]) -> RequestFacts | None:
    """The last letter that asked for documents, from the case's own history.

    A letter before the package stage only tells what will be needed: nothing is owed since then.
    """
    last: RequestFacts | None = None
    for event in events:
        if event.event != "documents_requested":
            continue
        payload = json.loads(event.payload)
        due, owed = date.fromisoformat(payload["due_on"]), last.owed_since if last else {}
        last = RequestFacts(
            on=new_york_date(event.occurred_at), due_on=due, round=payload["round"], items=tuple(payload["items"]),
            owed_since={i: owed.get(i, due) for i in payload["items"]} if event.state_to == "documents" else {},
        )  # fmt: skip
    return last
