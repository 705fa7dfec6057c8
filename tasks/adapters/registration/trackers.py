"""Takes the office's tracker spreadsheets into the database: steps to be signed, documents, providers."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.registration.acts import BY_ITSELF
from models.registration.corrections import superseded
from models.registration.forms import (
    DOCUMENT_TRACKER,
    PROVIDER_TRACKER,
    STEP_TRACKER,
    StepRow,
    document_row,
    provider_row,
    step_row,
)
from models.registration.moves import Refusal, is_recorded, take_step
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import DocumentReport, RegistrationCase
from models.registration.states import STEPS
from models.shared.calendar import new_york_date
from models.shared.documents import canonical, sha256
from models.shared.records import Contract, Provider
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.proposals import Proposed, open_proposals, propose
from tasks.adapters.registration.cases import PROCESS, LoadedCase, load_cases
from tasks.adapters.registration.history import load_recorded
from tasks.adapters.tracker_rows import Rows, TrackerResult, read_tracker


def keep_steps(session: Session, source: str, rows: Rows, policy: Policy, at: datetime) -> TrackerResult:
    """Propose the steps of a tracker, oldest first: people sign for them. One that cannot be taken is rejected.

    Each is tried on what is recorded and on what waits for a signature already.
    """
    result, today = TrackerResult(), new_york_date(at)
    found = list(read_tracker(STEP_TRACKER, step_row, rows, result))
    cases = _known_cases(session, sorted({row.case_id for _, _, row in found}), today)
    packets = {case_id: case.packet for case_id, case in cases.items()}
    waiting = _take_waiting(session, packets, policy)
    corrected = _corrected(session, packets)
    proposed: list[Proposed] = []
    for number, cells, row in sorted(found, key=lambda f: (f[2].on, f[0])):
        if (row.case_id, row.step, row.on.isoformat()) in waiting or (row.case_id, row.step, row.on) in corrected:
            result.unchanged += 1
            continue
        refusal = _take(packets, row, policy, today, result)
        if refusal:
            result.reject(number, refusal, cells)
        elif result.imported > len(proposed):
            proposed.append(_proposed(row, cases[row.case_id].head.version))
    propose(session, PROCESS, source, proposed, at)
    return result


def _proposed(row: StepRow, version: int) -> Proposed:
    fields = {"on": row.on.isoformat(), "value": row.value, "reference": row.reference}
    return Proposed(row.case_id, row.step, {k: v for k, v in fields.items() if v}, row.reason, version)


def _corrected(session: Session, packets: Mapping[str, RegistrationPacket]) -> set[tuple[str, str, date]]:
    """Steps as they stood before somebody corrected them: a tracker goes on saying so, and that is no news."""
    changed = [case_id for case_id, packet in packets.items() if packet.last("corrected")]
    return {(case_id, event, on) for case_id in changed for event, on, _ in superseded(load_recorded(session, case_id))}


def _take_waiting(
    session: Session, packets: dict[str, RegistrationPacket], policy: Policy
) -> set[tuple[str, str, str]]:
    """Take the steps that wait for a signature on the packets of their cases; returns which they are."""
    found = set()
    for proposal in open_proposals(session, PROCESS):
        fields = json.loads(proposal.fields)
        if proposal.case_id not in packets or proposal.act not in STEPS or not fields.get("on"):
            continue
        found.add((proposal.case_id, proposal.act, fields["on"]))
        row = StepRow(
            case_id=proposal.case_id, step=proposal.act, on=date.fromisoformat(fields["on"]),
            value=fields.get("value", ""), reason=proposal.reason,
        )  # fmt: skip
        taken = take_step(packets[proposal.case_id], policy, row)
        if not isinstance(taken, Refusal):
            packets[proposal.case_id] = taken[0]
    return found


def _take(
    packets: dict[str, RegistrationPacket], row: StepRow, policy: Policy, today: date, result: TrackerResult
) -> str:
    """Try one step on the packet of its case; returns why it cannot be taken, or nothing."""
    packet = packets.get(row.case_id)
    if packet is None:
        return f"No contract {row.case_id} is known. Import the award list first, or correct the contract id."
    if row.on > today:
        return f"The step is dated {row.on.isoformat()}, which lies in the future."
    if row.step in BY_ITSELF:
        return f"“{row.step.replace('_', ' ')}” comes by itself from the facts; nobody signs for it."
    if is_recorded(packet, row):
        result.unchanged += 1
        return ""
    taken = take_step(packet, policy, row)
    if isinstance(taken, Refusal):
        return taken.sentence
    packets[row.case_id], _ = taken
    result.imported += 1
    return ""


def _known_cases(session: Session, case_ids: Sequence[str], today: date) -> dict[str, LoadedCase]:
    column: Any = RegistrationCase.case_id
    known = sorted(session.execute(select(column).where(column.in_(case_ids))).scalars())
    return {case.packet.case_id: case for case in load_cases(session, known, today)}


def keep_documents(session: Session, file_id: str, rows: Rows, at: datetime) -> TrackerResult:
    """Keep what a tracker says of documents; nothing is overwritten, the report with the latest date counts.

    Trackers come again with all their old rows: a row that was kept before is unchanged, wherever it stands.
    """
    result = TrackerResult()
    owners = set(session.execute(select(_column(Provider, "ein"))).scalars())
    owners |= set(session.execute(select(_column(Contract, "contract_id"))).scalars())
    known = {r.report_id: (r.owner, r.document) for r in session.execute(select(DocumentReport)).scalars()}
    known_documents = set(known.values())
    kept: list[str] = []
    for number, cells, row in read_tracker(DOCUMENT_TRACKER, document_row, rows, result):
        if row.owner not in owners:
            result.reject(number, f"No provider or contract {row.owner} is known. Import the award list first.", cells)
            continue
        if row.reported_on > new_york_date(at):
            result.reject(number, f"reported on: {row.reported_on.isoformat()} lies in the future.", cells)
            continue
        report_id = sha256(canonical(row.model_dump(mode="json")))[:24]
        if report_id in known:
            result.unchanged += 1
            continue
        news = (row.owner, row.document) in known_documents
        known[report_id] = (row.owner, row.document)
        known_documents.add((row.owner, row.document))
        result.updated += news
        result.imported += not news
        session.add(DocumentReport(report_id=report_id, position=number, recorded_at=at, **row.model_dump()))
        kept.append(report_id)
    if kept:
        event = Happening(
            "documents_reported", "import documents", "", at, {"reports": sha256(canonical(kept)), "count": len(kept)}
        )
        append_batch(session, PROCESS, f"import:{file_id}", [event], at)
    return result


def keep_providers(session: Session, file_id: str, rows: Rows, at: datetime) -> TrackerResult:
    """Keep what the office knows of providers; an empty cell leaves what is known."""
    result = TrackerResult()
    providers = {p.ein: p for p in session.execute(select(Provider)).scalars()}
    changed: list[list[Any]] = []
    for number, cells, row in read_tracker(PROVIDER_TRACKER, provider_row, rows, result):
        provider = providers.get(row.ein)
        if provider is None:
            result.reject(number, f"No provider with EIN {row.ein} is known. Import the award list first.", cells)
            continue
        told = {k: v for k, v in row.model_dump(exclude={"ein"}).items() if v is not None}
        news = {key: value for key, value in told.items() if getattr(provider, key) != value}
        result.updated += bool(news)
        result.unchanged += not news
        for key, value in news.items():
            setattr(provider, key, value)
        if news:
            session.add(provider)
            changed.append([row.ein, news])
    if changed:
        event = Happening("providers_updated", "import providers", "", at, {"changes": changed})
        append_batch(session, PROCESS, f"import:{file_id}", [event], at)
    return result


def _column(table: Any, name: str) -> Any:
    return table.__table__.c[name]
