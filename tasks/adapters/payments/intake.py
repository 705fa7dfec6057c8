"""Incoming files of payments: read from the archive, kept in one transaction, refused with every mistake named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from models.payments.acts import standing_signer
from models.payments.facts import FACT_TRACKER, FactRow, fact_row, told_before
from models.payments.forms import RequisitionForm
from models.payments.parts import changed_though_decided
from models.payments.records import (
    ApprovedLine,
    PaymentFact,
    ReferredContract,
    Requisition,
    RequisitionRevision,
)
from models.payments.resubmission import asks_program_again
from models.payments.states import LIFECYCLE, RESTING, UNDECIDED
from models.payments.verdicts import Outcome
from models.shared.calendar import fiscal_year, new_york_date
from models.shared.documents import canonical, sha256
from models.shared.file_mistakes import FormError
from models.shared.money import plain
from models.shared.referrals import ContractReferral
from models.shared.tracker_cells import RowError
from tasks.adapters import clock
from tasks.adapters.case_history import histories
from tasks.adapters.database import writing
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.incoming import BROUGHT_BY, finish, incoming
from tasks.adapters.ledger import CaseChange, Happening, append_batch, commit_changes, head_of, open_cases
from tasks.adapters.payments.budget_standing import why_no_budget
from tasks.adapters.payments.case_rows import decided_line, told_facts
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.reading import read_requisitions
from tasks.adapters.payments.refunds import keep_refunds_told
from tasks.adapters.payments.requests import RECEIVED, close, close_lines
from tasks.adapters.rows import all_rows
from tasks.adapters.spreadsheets import read_sheets
from tasks.adapters.tracker_rows import TrackerResult, read_tracker, rejects_file

ACTOR = "import requisitions"
_NUMBER = re.compile(r"(?P<contract>R[0-9]{2}-[0-9A-Z-]+)-[0-9]{2,3}")


class NotKept(ValueError):
    """A file cannot be kept as it is; the message says what to do."""


def record_requisitions(file_id: str) -> dict[str, Any] | str:
    """Keep the requisitions of a file, all of them or none; a sentence or several when it cannot be used.

    Who brought the file in at the desk counts as their submitter (P22).
    """
    row, options, path = incoming(file_id)
    submitted_by = str(options.get(BROUGHT_BY, ""))
    try:
        forms = read_requisitions(path, name=row.name)
        with writing() as session:
            counts = {"opened": 0, "resubmitted": 0, "unchanged": 0}
            for form in forms:
                counts[_keep(session, _Came(form, file_id, row.received_at, submitted_by, clock.now()))] += 1
            result = {"requisitions": len(forms), "amount": plain(sum(f.total_cents for f in forms)), **counts}
            finish(session, file_id, result)
    except (FormError, NotKept) as error:
        return f"{row.name}: {error}"
    return result


@dataclass(frozen=True)
class _Came:
    """A requisition on its way in: the file that it came in, when that arrived, who brought it."""

    form: RequisitionForm
    file_id: str
    received_at: datetime
    submitted_by: str
    at: datetime


def _keep(session: Session, came: _Came) -> str:
    form, number = came.form, came.form.number.strip().upper()
    referral = _contract_of(session, number)
    year = fiscal_year(form.service_to or new_york_date(came.received_at))
    if lacks := why_no_budget(session, referral.contract_id, year):
        raise NotKept(lacks)
    there = session.get(Requisition, number)
    if there is not None:
        return _resubmit(session, there, came)
    if form.revision != 1:
        raise NotKept(f"{number} is not known, so revision {form.revision} cannot supersede it. Send revision 1 first.")
    told = {"amount": plain(form.total_cents), "invoice": form.invoice_no, "revision": 1, "file": came.file_id}
    opened = Happening("opened", ACTOR, LIFECYCLE.initial, came.at, told)
    columns = {
        "case_id": number, "contract_id": referral.contract_id, "fiscal_year": year,
        "vendor_ein": referral.vendor_ein, "vendor_name": referral.vendor_name, "revision": 1,
        "invoice_no": form.invoice_no, "total_cents": form.total_cents, "approved_cents": 0, "net_cents": 0,
        "outcome": "", "ira_on": None, "required_on": None,
    }  # fmt: skip
    open_cases(session, PROCESS, Requisition, [(columns, [opened])], came.at)
    _keep_revision(session, number, came)
    return "opened"


def _contract_of(session: Session, number: str) -> ContractReferral:
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise NotKept(
            f"“{number[:40]}” is no requisition number. One is the contract and a running number: R27-123456789-01."
        )
    return referred(session, found["contract"])


def referred(session: Session, contract: str) -> ContractReferral:
    """A contract by its own id, or by the number that it was registered under. Raises NotKept."""
    table = ReferredContract.__table__.c  # type: ignore[attr-defined]
    mine = (table.contract_id == contract) | (table.contract_no == contract)
    body = session.execute(select(table.body).where(mine)).scalar()
    if body is None:
        raise NotKept(
            f"Contract {contract[:40]} is not known to payments. It is once it is registered and “review requisitions” "
            "has run; then send the file again."
        )
    return ContractReferral.model_validate_json(body)


def _resubmit(session: Session, there: Requisition, came: _Came) -> str:
    form, kept = came.form, session.get_one(RequisitionRevision, (there.case_id, there.revision))
    before = RequisitionForm.model_validate_json(kept.body)
    if form.model_copy(update={"revision": before.revision}) == before:
        return "unchanged"
    if form.revision != there.revision + 1:
        raise NotKept(
            f"{there.case_id} stands at revision {there.revision}; what changes it is revision {there.revision + 1}."
        )
    rests = there.state in RESTING and there.open_lines > 0
    if there.state not in UNDECIDED and not rests:
        raise NotKept(f"{there.case_id} is decided already. Claim what is left in a requisition of its own.")
    if there.part > 1 or rests:
        _check_decided(session, there, before, form)
    stands = bool(standing_signer(histories(session, PROCESS, [there.case_id])[there.case_id], "program_approved"))
    event = "resubmitted_to_fiscal" if stands and not rests and not asks_program_again(before, form) else "resubmitted"
    told = {"revision": form.revision, "amount": plain(form.total_cents), "file": came.file_id}
    happening = Happening(event, ACTOR, LIFECYCLE.table[there.state, event], came.at, told)
    commit_changes(session, PROCESS, Requisition, [CaseChange(head_of(there), [happening], there.due_on)], came.at)
    close(session, there.case_id, RECEIVED, new_york_date(came.at))
    table = Requisition.__table__  # type: ignore[attr-defined]
    values = {
        "revision": form.revision, "invoice_no": form.invoice_no, "total_cents": form.total_cents,
        "part": there.part + rests,
    }  # fmt: skip
    session.execute(update(table).where(table.c.case_id == there.case_id).values(**values))
    _keep_revision(session, there.case_id, came)
    return "resubmitted"


def _check_decided(session: Session, there: Requisition, before: RequisitionForm, form: RequisitionForm) -> None:
    """Once a part is approved, a revision changes only lines that are held; those that it leaves out are given up.

    What was returned may be corrected in what a return is about, as well.
    """
    decided = [decided_line(row) for row in all_rows(session, ApprovedLine, "case_id", [there.case_id])]
    returned = there.state == "returned" or there.outcome == Outcome.RETURNED
    if wrong := changed_though_decided(before, form, decided, returned=returned):
        raise NotKept(f"{there.case_id}: {wrong}")
    given_up = {line.no for line in before.lines} - {line.no for line in form.lines}
    close_lines(session, there.case_id, sorted(given_up))


def _keep_revision(session: Session, number: str, came: _Came) -> None:
    row = {
        "case_id": number, "revision": came.form.revision, "body": canonical(came.form.model_dump(mode="json")),
        "file_id": came.file_id, "received_on": new_york_date(came.received_at), "submitted_by": came.submitted_by,
        "recorded_at": came.at,
    }  # fmt: skip
    session.connection().execute(insert(RequisitionRevision), [row])


def record_facts(file_id: str) -> dict[str, Any] | str:
    """Keep the facts of a tracker; returns its JSON line, or the sentence that says why it cannot be used."""
    row, _, path = incoming(file_id)
    try:
        rows = read_sheets(path, name=row.name)[0].rows
        with writing() as session:
            kept = _keep_facts(session, file_id, rows, clock.now())
            result = {
                "rows_read": kept.rows_read, "imported": kept.imported, "unchanged": kept.unchanged,
                "rejected": len(kept.rejected),
                "rejects_file": rejects_file(file_id, row.name, kept.rejected, rows[0]),
            }  # fmt: skip
            finish(session, file_id, result)
    except (UnreadableFile, RowError) as error:
        return str(error) if str(error).startswith(row.name) else f"{row.name}: {error}"
    return result


def _keep_facts(session: Session, file_id: str, rows: Sequence[Sequence[Any]], at: datetime) -> TrackerResult:
    """Trackers come again with all their old rows: what holds already is unchanged, wherever it stands."""
    result, subjects, came = TrackerResult(), _subjects(session), list[FactRow]()
    for number, cells, fact in read_tracker(FACT_TRACKER, fact_row, rows, result):
        if wrong := _problem(fact, subjects, new_york_date(at)):
            result.reject(number, wrong, cells)
        else:
            came.append(fact)
    there = told_facts(session, sorted({fact.subject for fact in came}))
    fresh = [(fact, times) for fact, times in zip(came, told_before(there, came), strict=True) if times is not None]
    result.imported, result.unchanged = len(fresh), len(came) - len(fresh)
    if fresh:
        ids = _insert_facts(session, fresh, at)
        told = {"facts": sha256(canonical(ids)), "count": len(ids)}
        keep_refunds_told(session, (fact for fact, _ in fresh), new_york_date(at))
        append_batch(session, PROCESS, f"import:{file_id}", [Happening("facts_told", ACTOR, "", at, told)], at)
    return result


def _insert_facts(session: Session, fresh: Sequence[tuple[FactRow, int]], at: datetime) -> list[str]:
    """Keep facts, each with how often it was told before; returns their ids, which follow from that and what they say.

    Their positions run on over all files: several may come within one second.
    """
    position = session.execute(select(func.max(PaymentFact.__table__.c.position))).scalar() or 0  # type: ignore[attr-defined]
    ids, kept = list[str](), list[dict[str, Any]]()
    for place, (fact, times) in enumerate(fresh, position + 1):
        body = canonical(fact.model_dump(mode="json"))
        ids.append(sha256(f"{body}/{times}" if times else body)[:24])
        kept.append({"fact_id": ids[-1], "subject": fact.subject, "body": body, "position": place, "recorded_at": at})
    session.connection().execute(insert(PaymentFact), kept)
    return ids


def _subjects(session: Session) -> set[str]:
    contracts = session.execute(select(ReferredContract.__table__.c.contract_id)).scalars()  # type: ignore[attr-defined]
    return {*contracts, *session.execute(select(Requisition.__table__.c.case_id)).scalars()}  # type: ignore[attr-defined]


def _problem(fact: FactRow, subjects: set[str], today: date) -> str:
    if fact.subject not in subjects:
        return f"No contract or requisition “{fact.subject[:40]}” is known to payments."
    if fact.on > today:
        return f"The fact is dated {fact.on.isoformat()}, which lies in the future."
    return ""
