"""What registration tells those who pay on its contracts."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session

from models.registration.amendment_rules import counts
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.records import RegistrationCase
from models.registration.requirements import CHECKLIST
from models.registration.states import Kind
from models.shared.records import CaseEvent, IncomingFile, Provider
from models.shared.referrals import ContractReferral, Told
from tasks.adapters.policy import policy_sha256
from tasks.adapters.registration.cases import PROCESS, LoadedCase, load_cases
from tasks.adapters.registration.history import Event, load_history

# Where a contract has something to pay on, or had.
PAYABLE = ("registered", "deemed_registered", "active", "close_out", "closed")
# An outyear needs a budget, and no registration of its own. Source: MDF (T11).
_REGISTERING = ("registered", "agreement_signed", "outyear_budget_agreed")
_CHECKLIST = {requirement.document: requirement for requirement in CHECKLIST}


def told_since(session: Session, known: str, policy: Policy, as_of: date) -> Told | None:
    """What is known of all contracts that can be paid on; None where it is what the mark `known` stands for."""
    # Before the rest is read: what comes meanwhile is told next time.
    mark = _mark(session, as_of)
    if mark == known:
        return None
    return Told(mark, tuple(_referrals(session, _payable_ids(session), policy, as_of)))


def _mark(session: Session, as_of: date) -> str:
    """What everything that a referral says was read from: nothing of it changes without an event, a scan or a day."""
    table, files = CaseEvent.__table__.c, IncomingFile.__table__.c  # type: ignore[attr-defined]
    events = session.execute(select(func.count()).where(table.process == PROCESS)).scalar_one()
    scans = session.execute(select(func.count()).where(files.kind == "scans")).scalar_one()
    return f"{as_of} after {events} events and {scans} scans, by policy {policy_sha256()}"


def _payable_ids(session: Session) -> list[str]:
    """Ids of all contracts that are or were registered, in order."""
    table = RegistrationCase.__table__.c  # type: ignore[attr-defined]
    query = select(table.case_id).where(table.state.in_(PAYABLE), table.folded_into == "").order_by(table.case_id)
    return list(session.execute(query).scalars())


def _referrals(session: Session, case_ids: Sequence[str], policy: Policy, as_of: date) -> list[ContractReferral]:
    """What is known of some contracts, for those who pay on them."""
    history = load_history(session, case_ids)
    loaded, numbers = load_cases(session, case_ids, as_of, history), _numbers(history)
    column: Any = Provider.ein
    eins = sorted({case.packet.vendor_ein for case in loaded})
    rows = {row.ein: row for row in session.execute(select(Provider).where(column.in_(eins))).scalars()}
    return [
        _referral(case, numbers.get(case.packet.case_id, ""), rows[case.packet.vendor_ein], policy) for case in loaded
    ]


def _numbers(history: Mapping[str, Sequence[Event]]) -> dict[str, str]:
    """The number under which each contract was registered."""
    found = {}
    for case_id, events in history.items():
        for event in events:
            if event.event == "registered" and (number := json.loads(event.payload).get("reference")):
                found[case_id] = number
    return found


def _referral(case: LoadedCase, number: str, provider: Provider, policy: Policy) -> ContractReferral:
    packet = case.packet
    waiting = [change for change in packet.amendments if not counts(change)]
    landed = [e.on for e in packet.history if e.event == "amendment_registered"]
    registered = next((e.on for e in packet.history if e.event in _REGISTERING), None)
    deemed = next((e.on for e in packet.history if e.event == "deemed_registered"), None)
    active = packet.last("activated") or packet.last("agreement_signed")
    return ContractReferral(
        contract_id=packet.case_id, contract_no=number or packet.case_id, fiscal_year=packet.fiscal_year,
        kind=Kind(packet.kind).value, vendor_ein=packet.vendor_ein, vendor_name=packet.vendor_name,
        payee_address=", ".join(part for part in (provider.street, provider.city) if part),
        max_cents=packet.amount_cents, term_start=packet.term_start, term_end=packet.term_end,
        registered_on=registered or deemed, active_on=active.on if active else None,
        pending=f"amendment No. {waiting[-1].seq_no}" if waiting else "",
        change_landed_on=max(landed) if landed and not waiting else None,
        insurance_until=_until(packet, "liability_insurance", policy),
        charities_until=_until(packet, "charities_registration", policy),
        pql_until=_until(packet, "prequalification", policy),
        disclosures_until=_until(packet, "passport_disclosures", policy),
    )  # fmt: skip


def _until(packet: RegistrationPacket, document: str, policy: Policy) -> date | None:
    """The last day on which a document counts; None where it is missing or was not accepted.

    One that the contract does not need holds nothing: it counts for ever.
    """
    requirement = _CHECKLIST[document]
    if not requirement.need(packet, policy):
        return date.max
    fact = packet.documents_by_type.get(document)
    return requirement.until(fact, policy) if fact and requirement.until and not fact.rejected else None
