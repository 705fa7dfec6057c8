"""Incoming budgets: each becomes a case that people sign; a newer one supersedes the one that still waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.payments.budget_changes import kind_of, touched
from models.payments.budget_rules import waiting
from models.payments.budget_states import ALL_STATES, FINAL, LIFECYCLES, Kind
from models.payments.forms import BudgetForm
from models.payments.packet import BudgetLineFacts
from models.payments.records import BudgetChange
from models.shared.calendar import long_date, new_york_date
from models.shared.documents import canonical, sha256
from models.shared.file_mistakes import FormError
from models.shared.money import dollars, plain
from models.shared.referrals import ContractReferral
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.incoming import BROUGHT_BY, finish, incoming
from tasks.adapters.ledger import CaseChange, Happening, commit_changes, head_of, open_cases
from tasks.adapters.payments.budget_cases import PROCESS, budget_lines
from tasks.adapters.payments.budget_standing import count_change, in_force, last_change, other_years
from tasks.adapters.payments.intake import NotKept, referred
from tasks.adapters.payments.reading import read_budget

ACTOR = "import budget"


@dataclass(frozen=True)
class _Came:
    """A budget on its way in: the file that it came in, when that arrived, who brought it."""

    form: BudgetForm
    file_id: str
    received_at: datetime
    submitted_by: str
    at: datetime

    @property
    def lines(self) -> tuple[BudgetLineFacts, ...]:
        return budget_lines(self.form)


def record_budget(file_id: str) -> dict[str, Any] | str:
    """Keep a year's budget as a case that people sign; a sentence or several when it cannot be used.

    Who brought the file in at the desk counts as its submitter (P22).
    """
    row, options, path = incoming(file_id)
    try:
        form = read_budget(path, name=row.name)
        by = str(options.get(BROUGHT_BY, ""))
        with writing() as session:
            result = _keep(session, _Came(form, file_id, row.received_at, by, clock.now()))
            finish(session, file_id, result)
    except (FormError, NotKept) as error:
        return f"{row.name}: {error}"
    return result


def _keep(session: Session, came: _Came) -> dict[str, Any]:
    form = came.form
    referral = referred(session, form.contract_no.strip())
    base, last = in_force(session, referral.contract_id, form.fy), last_change(session, referral.contract_id, form.fy)
    before = budget_lines(base[1]) if base else ()
    lines = touched(before, came.lines)
    waits = last if last is not None and last.state not in FINAL else None
    told = {"contract": referral.contract_id, "lines": len(form.lines), "amount": plain(form.total_cents)}
    if not lines and waits is None:
        return {**told, "budget": "", "kind": "", "supersedes": "", "unchanged": True}
    if waits is not None and not _differs(waits, came):
        return {**told, "budget": waits.case_id, "kind": waits.kind, "supersedes": "", "unchanged": True}
    _check(session, referral, came, lines, last, base[0] if base else 0)
    kind = kind_of(base[1].total_cents if base else None, form.total_cents)
    case_id = _next_id(referral.contract_id, form.fy, last)
    if waits is not None:
        _supersede(session, waits, case_id, came.at)
    _open(session, referral, came, case_id, kind, lines, base[0] if base else 0)
    return {
        **told, "budget": case_id, "kind": kind.value, "supersedes": waits.case_id if waits is not None else "",
        "unchanged": False,
    }  # fmt: skip


def _differs(row: Any, came: _Came) -> bool:
    return bool(touched(budget_lines(BudgetForm.model_validate_json(row.body)), came.lines))


def _check(
    session: Session, referral: ContractReferral, came: _Came, lines: tuple[int, ...], last: Any, version: int
) -> None:
    """Raises NotKept for what nobody could approve, so that it holds up no payment."""
    form, others = came.form, other_years(session, referral.contract_id, came.form.fy)
    if not lines:
        raise NotKept(
            f"This is the budget in force, but {last.case_id} is with {ALL_STATES[last.state].holder} and differs from "
            "it. If that one is not wanted any more, Program withdraws it; this file is not needed then."
        )
    if form.total_cents + others > referral.max_cents:
        besides = f" with the {dollars(others)} of other years" if others else ""
        waits = f" {waiting(referral.pending)}" if referral.pending else ""
        raise NotKept(
            f"The budget comes to {dollars(form.total_cents)}{besides}, but contract {referral.contract_id} to "
            f"{dollars(referral.max_cents)}.{waits} Correct the lines, or register an amendment first."
        )
    if last is not None and last.state == "returned" and last.based_on == version and not _differs(last, came):
        on = long_date(new_york_date(last.state_since))
        raise NotKept(
            f"This is what {last.case_id} said, which was returned on {on}. Correct what the return asked for first."
        )


def _next_id(contract_id: str, year: int, last: Any) -> str:
    number = 1 + (int(last.case_id.rpartition("-B")[2]) if last is not None else 0)
    return f"{contract_id}-FY{year % 100:02d}-B{number:02d}"


def _supersede(session: Session, waits: Any, by: str, at: datetime) -> None:
    lifecycle = LIFECYCLES[Kind(waits.kind)]
    happening = Happening("superseded", ACTOR, lifecycle.table[waits.state, "superseded"], at, {"value": by})
    commit_changes(session, PROCESS, BudgetChange, [CaseChange(head_of(waits), [happening], None)], at)


def _open(
    session: Session, referral: ContractReferral, came: _Came, case_id: str, kind: Kind, lines: tuple[int, ...],
    based_on: int,
) -> None:  # fmt: skip
    body = canonical(came.form.model_dump(mode="json"))
    told = {
        "amount": plain(came.form.total_cents), "kind": kind.value, "lines": list(lines), "based_on": based_on,
        "body": sha256(body), "file": came.file_id,
    }  # fmt: skip
    columns = {
        "case_id": case_id, "contract_id": referral.contract_id, "fiscal_year": came.form.fy,
        "vendor_ein": referral.vendor_ein, "vendor_name": referral.vendor_name, "kind": kind.value, "body": body,
        "total_cents": came.form.total_cents, "lines": ",".join(map(str, lines)), "based_on": based_on,
        "budget_version": 0, "file_id": came.file_id, "received_on": new_york_date(came.received_at),
        "submitted_by": came.submitted_by,
    }  # fmt: skip
    opened = Happening("opened", ACTOR, LIFECYCLES[kind].initial, came.at, told)
    open_cases(session, PROCESS, BudgetChange, [(columns, [opened])], came.at)
    # Whoever approves a requisition at this moment reckoned without this change: they find the contract changed.
    count_change(session, referral.contract_id)
