"""Puts a requisition's packet together from what came in, what is known, and what was approved before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from models.payments.advances import recoup_with
from models.payments.budget_changes import PendingChange
from models.payments.facts import Fact, Facts, advanced_cents, scheduled_advance
from models.payments.forms import BudgetForm, RequisitionForm, RequisitionLine
from models.payments.month_reports import report_facts
from models.payments.packet import (
    AdvanceFacts,
    BudgetFacts,
    ComplianceFacts,
    ContractFacts,
    EarlierLine,
    PauseFacts,
    RateFacts,
    RequisitionFacts,
    RequisitionPacket,
    SupplierFacts,
)
from models.payments.parts import DecidedLine, open_lines
from models.payments.policy import Policy
from models.shared.referrals import ContractReferral
from models.shared.reports import ReportReferral

UNTOLD = Facts(())


@dataclass(frozen=True)
class Filed:
    """One revision as it came in, and who approved it so far.

    `decided` is what the parts before `part` came to; `evidence_on` the day on which what was missing came.
    """

    form: RequisitionForm
    received_on: date
    part: int = 1
    decided: tuple[DecidedLine, ...] = ()
    evidence_on: date | None = None
    submitted_by: str = ""
    program_by: str = ""
    fiscal_by: str = ""


@dataclass(frozen=True)
class Known:
    """What is known of the contract and the requisition besides. Amounts in cents, summed over the contract.

    `recouped_cents` was taken back of its advances and `fee_cents` charged for the name check so far,
    `own_recouped_cents` by earlier parts of the same requisition; `refunds_kept_cents` of the advances is kept as a
    refund due. `offset_cents` is what the vendor owes and Fiscal ordered to be set off. `change` is a change of the
    year's budget that people have not decided, `changed_on` the day on which the last one took effect. `reported` are
    the contract's months of which a report or a ledger is in, by their first day.
    """

    referral: ContractReferral
    budget: BudgetForm
    of_contract: Facts = UNTOLD
    of_requisition: Facts = UNTOLD
    earlier: tuple[EarlierLine, ...] = ()
    recouped_cents: int = 0
    fee_cents: int = 0
    own_recouped_cents: int = 0
    refunds_kept_cents: int = 0
    offset_cents: int = 0
    paid_on: date | None = None
    change: PendingChange | None = None
    changed_on: date | None = None
    reported: Mapping[date, ReportReferral] = field(default_factory=dict)


def assemble(filed: Filed, known: Known, policy: Policy, as_of: date) -> RequisitionPacket:
    """All facts of one requisition as of a day."""
    told = known.of_contract
    return RequisitionPacket(
        contract=_contract(known),
        budget=_budget(known),
        rates=rates(told),
        requisition=_requisition(filed, known.of_requisition),
        earlier=(*known.earlier, *(line.as_earlier(own=True) for line in filed.decided)),
        suppliers=tuple(
            SupplierFacts(name=row.name, budget_line=row.line or 0, approved_on=row.on)
            for row in told.every(Fact.SUPPLIER)
        ),
        advance=_advance(filed, known),
        reports=report_facts(told, known.reported, filed.form.service_from, filed.form.service_to),
        compliance=_compliance(known.referral),
        name_check_fee_cents=max(0, policy.name_check_fee(known.referral.max_cents) - known.fee_cents),
        offset_cents=known.offset_cents,
        pauses=_pauses(known.of_requisition),
        paid_on=known.paid_on,
        as_of=as_of,
    )


def _contract(known: Known) -> ContractFacts:
    referral, address = known.referral, known.of_contract.last(Fact.PAYEE_ADDRESS)
    return ContractFacts(
        id=referral.contract_no, provider=referral.vendor_name, registered_on=referral.registered_on,
        po_active_on=referral.active_on, term_start=referral.term_start, term_end=referral.term_end,
        max_cents=referral.max_cents, payee_address=address.name if address else referral.payee_address,
        kind=referral.kind,
    )  # fmt: skip


def _budget(known: Known) -> BudgetFacts:
    """The year's budget; a change of it or of the contract that has not landed is pending."""
    referral, lines = known.referral, known.budget.facts
    pending, touched, landed_on = referral.pending, tuple(line.no for line in lines), referral.change_landed_on
    if known.change:
        # The contract's own change touches every line; what landed before does not land this one.
        pending, landed_on = " and ".join(filter(None, (pending, known.change.name))), None
        touched = touched if referral.pending else known.change.lines
    elif not pending and known.changed_on:
        landed_on = max(filter(None, (landed_on, known.changed_on)))
    return BudgetFacts(
        fiscal_year=known.budget.fy, status="active", total_cents=known.budget.total_cents, lines=lines,
        pending=pending, pending_lines=touched if pending else (), change_landed_on=landed_on,
        pending_with=known.change.holder if known.change and not referral.pending else "",
    )  # fmt: skip


def rates(told: Facts) -> RateFacts:
    """The rates that the office accepted for a contract."""
    fringe, indirect = told.last(Fact.FRINGE_RATE), told.last(Fact.INDIRECT_RATE)
    return RateFacts(
        fringe=fringe.value if fringe and fringe.value is not None else Decimal(0),
        indirect=indirect.value if indirect and indirect.value is not None else Decimal(0),
        indirect_expires=indirect.until if indirect else None,
    )


def _requisition(filed: Filed, told: Facts) -> RequisitionFacts:
    form, accepted = filed.form, told.last(Fact.ACCEPTED)
    head, lines = {**vars(form)}, [_line(line, told) for line in form.lines]
    received_on = max(filed.received_on, filed.evidence_on or filed.received_on)
    if filed.part > 1:
        lines = [_line(row.line, told, granted=row.granted) for row in open_lines(form, filed.decided)]
        # A total that is not the sum of its lines stays as far from it.
        beside = form.total_cents - sum(line.amount_cents for line in form.lines)
        head |= {"whole_cents": form.total_cents, "total_cents": sum(line["amount_cents"] for line in lines) + beside}
        # What was settled with the office is owed from then on. Source: PPB 4-06(d)(3)(i); that day: convention.
        settled = [row.on for row in told.every(Fact.SETTLED) if row.line in {line["no"] for line in lines}]
        received_on = max([received_on, *settled])
    head["lines"] = lines
    return RequisitionFacts(
        **head, part=filed.part, received_on=received_on,
        accepted_on=accepted.on if accepted else None,
        submitted_by=filed.submitted_by, program_by=filed.program_by, fiscal_by=filed.fiscal_by,
        disputed=_disputed(told),
    )  # fmt: skip


def _disputed(told: Facts) -> tuple[int, ...]:
    """Lines in dispute; what was settled later than it was disputed is not."""
    settled = {row.line: row.on for row in told.every(Fact.SETTLED)}
    rows = told.every(Fact.DISPUTED)
    return tuple(row.line or 0 for row in rows if row.line not in settled or settled[row.line] < row.on)


def _line(line: RequisitionLine, told: Facts, *, granted: bool = False) -> dict[str, Any]:
    """The fields of a line's facts: checked with the requisition, all its lines in one go."""
    units, found = told.of_line(Fact.UNITS_VERIFIED, line.no), told.of_line(Fact.UNALLOWABLE, line.no)
    verified = int(units.value) if units and units.value is not None else None
    unallowable = found.name if found else ""
    return {**vars(line), "units_verified": verified, "unallowable": unallowable, "granted": granted}


def _advance(filed: Filed, known: Known) -> AdvanceFacts:
    told, last = known.of_contract.last(Fact.RECOUPMENT), known.of_requisition.last(Fact.LAST_REQUISITION)
    scheduled = scheduled_advance(known.of_contract, known.recouped_cents)
    recoup = max(0, (told.amount_cents or 0) - known.own_recouped_cents) if told else 0
    if scheduled:
        recoup = recoup_with(scheduled, filed.form.service_to or filed.received_on)
    # What is kept as a refund due is taken back as one, not once more as an advance.
    out = advanced_cents(known.of_contract) - known.recouped_cents - known.refunds_kept_cents
    return AdvanceFacts(balance_cents=max(0, out), recoup_cents=recoup, last_requisition=last is not None)


def _compliance(referral: ContractReferral) -> ComplianceFacts:
    return ComplianceFacts(
        insurance_until=referral.insurance_until, charities_until=referral.charities_until,
        pql_until=referral.pql_until, disclosures_until=referral.disclosures_until,
    )  # fmt: skip


def _pauses(told: Facts) -> tuple[PauseFacts, ...]:
    """Each stop of the clock with the first resumption after it."""
    resumed = [row.on for row in told.every(Fact.RESUMED)]
    return tuple(
        PauseFacts(cause=row.name, started_on=row.on, ended_on=next((day for day in resumed if day > row.on), None))
        for row in told.every(Fact.PAUSED)
    )
