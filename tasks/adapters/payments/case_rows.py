"""The rows about requisitions, as the packets want them: revisions, facts, what was decided, what others claim."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from models.payments.evidence_requests import starts_clock
from models.payments.facts import MONTHLY, Fact, FactRow, Facts
from models.payments.forms import RequisitionForm
from models.payments.packet import EarlierLine
from models.payments.parts import DecidedLine
from models.payments.records import (
    ApprovedLine,
    Dispute,
    EvidenceRequest,
    PaymentFact,
    RefundDue,
    Requisition,
    RequisitionRevision,
)
from models.payments.states import UNDECIDED
from models.shared.calendar import new_york_date
from tasks.adapters.rows import all_rows

PROCESS = "payments"


@dataclass(frozen=True)
class OtherLines:
    """Lines of some requisition; `opened_at` is None where they were decided."""

    case_id: str
    opened_at: datetime | None
    lines: tuple[EarlierLine, ...]


@dataclass(frozen=True)
class LoadedRevision:
    """A requisition's latest revision."""

    form: RequisitionForm
    received_on: date
    submitted_by: str


def load_revisions(session: Session, case_ids: Sequence[str]) -> dict[str, LoadedRevision]:
    """The latest revision of each requisition."""
    rows = sorted(all_rows(session, RequisitionRevision, "case_id", case_ids), key=lambda row: row.revision)
    latest = {row.case_id: row for row in rows}
    return {
        case_id: LoadedRevision(RequisitionForm.model_validate_json(row.body), row.received_on, row.submitted_by)
        for case_id, row in latest.items()
    }


def told_facts(session: Session, subjects: Sequence[str]) -> list[FactRow]:
    """All that trackers told of contracts or requisitions, in the order in which they did."""
    return [FactRow.model_validate_json(row.body) for row in _fact_rows(session, subjects)]


def _fact_rows(session: Session, subjects: Sequence[str]) -> list[Any]:
    return sorted(all_rows(session, PaymentFact, "subject", subjects), key=lambda r: (r.recorded_at, r.position))


def load_facts(session: Session, subjects: Sequence[str]) -> dict[str, Facts]:
    """What trackers told of each contract or requisition, and when of each month's reports."""
    found: dict[str, list[FactRow]] = defaultdict(list)
    for row in _fact_rows(session, subjects):
        fact = FactRow.model_validate_json(row.body)
        if fact.kind in MONTHLY:
            fact = fact.model_copy(update={"told_on": new_york_date(row.recorded_at)})
        found[fact.subject].append(fact)
    return {key: Facts(mine) for key, mine in found.items()}


def approved_rows(session: Session, contracts: Sequence[str]) -> list[Any]:
    """What was decided of lines on some contracts, by requisition, part and line."""
    rows = all_rows(session, ApprovedLine, "contract_id", contracts)
    return sorted(rows, key=lambda row: (row.case_id, row.part, row.no))


def decided_line(row: Any) -> DecidedLine:
    """A row of what was approved, as the next part sees it."""
    return DecidedLine(
        part=row.part, no=row.no, invoice_no=row.invoice_no, budget_line=row.budget_line,
        service_from=row.service_from, service_to=row.service_to, claimed_cents=row.claimed_cents,
        approved_cents=row.approved_cents, open_cents=row.open_cents, status=row.status, credit_of=row.credit_of,
        granted=row.granted,
    )  # fmt: skip


def waiting_rows(session: Session, contracts: Sequence[str]) -> list[Any]:
    """Requisitions on some contracts that are not decided, by their ids."""
    rows = [row for row in all_rows(session, Requisition, "contract_id", contracts) if row.state in UNDECIDED]
    return sorted(rows, key=lambda row: row.case_id)


def other_lines(
    approved: Sequence[Any], waiting: Sequence[Any], revisions: Mapping[str, LoadedRevision]
) -> dict[str, list[OtherLines]]:
    """What was approved of requisitions, and what those that are not decided claim: nobody claims it twice."""
    found: dict[str, list[OtherLines]] = defaultdict(list)
    for row in approved:
        found[row.contract_id].append(OtherLines(row.case_id, None, (decided_line(row).as_earlier(),)))
    for row in waiting:
        form, status = revisions[row.case_id].form, "returned" if row.state == "returned" else "held"
        found[row.contract_id].append(OtherLines(row.case_id, row.opened_at, tuple(_claimed(form, status))))
    return found


def _claimed(form: RequisitionForm, status: Any) -> Iterable[EarlierLine]:
    for line in form.lines:
        start, end = line.service_from or form.service_from, line.service_to or form.service_to
        if start and end:
            yield EarlierLine(
                invoice_no=form.invoice_no, budget_line=line.budget_line, service_from=start, service_to=end,
                claimed_cents=line.amount_cents, approved_cents=0, status=status, credit_of=line.credit_of,
            )  # fmt: skip


def evidence_days(session: Session, case_ids: Sequence[str]) -> dict[tuple[str, int], date]:
    """When what made an invoice incomplete came, or a dispute was granted, by requisition and the part that it was for.

    A disputed amount is owed from the decision on. Source: PPB 4-06(d)(3)(i), 4-09; that day: convention.
    """
    found: dict[tuple[str, int], date] = {}
    for row in all_rows(session, EvidenceRequest, "case_id", case_ids):
        if row.closed_as == "evidence_received" and starts_clock(json.loads(row.codes)):
            key = (row.case_id, row.for_part)
            found[key] = max(row.closed_on, found.get(key, row.closed_on))
    for row in all_rows(session, Dispute, "case_id", case_ids):
        if row.for_part:
            found[row.case_id, row.for_part] = row.decided_on
    return found


def refunds_owed(session: Session, vendors: Sequence[str]) -> dict[str, int]:
    """What each vendor still owes the City, less what was set off and what came."""
    rows = all_rows(session, RefundDue, "vendor_ein", vendors)
    facts = load_facts(session, sorted({row.contract_id for row in rows}))
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row.vendor_ein] += owed_of(row, facts.get(row.contract_id, Facts(())))
    return dict(found)


def owed_of(row: Any, told: Facts) -> int:
    """What is still owed of the refund of an advance; `told` are the facts of its contract."""
    came = sum(fact.amount_cents or 0 for fact in told.every(Fact.REFUND_RECEIVED) if not fact.name)
    return max(0, int(row.amount_cents) - int(row.offset_cents) - came)
