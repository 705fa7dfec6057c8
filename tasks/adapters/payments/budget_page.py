"""What the desk and the command line show of a budget that came in."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.payments.budget_acts import ACTS, label, misfit
from models.payments.budget_packet import BudgetInForce, BudgetPacket
from models.payments.budget_rules import review_budget
from models.payments.budget_states import ALL_STATES, BACKGROUND, FINAL, LIFECYCLES
from models.payments.forms import BudgetForm
from models.payments.policy import Policy
from models.payments.records import FiscalYearBudget
from models.shared.calendar import new_york_date
from models.shared.findings import Finding
from models.shared.lifecycle import ledger
from tasks.adapters.case_history import TimelineLine, events_of, papers_of, timeline_line
from tasks.adapters.payments.budget_cases import PROCESS, LoadedBudget, budget_lines, load_budgets


@dataclass(frozen=True)
class BudgetPage:
    """Everything that is shown of one budget. `held` pairs holders with the time that each had it.

    `compared` is its packet beside the version that it was compared with: that in force, until it is decided.
    """

    row: Any
    loaded: LoadedBudget
    findings: tuple[Finding, ...]
    compared: BudgetPacket
    timeline: tuple[TimelineLine, ...]
    held: tuple[tuple[str, timedelta], ...]
    papers: tuple[Any, ...]

    @property
    def is_open(self) -> bool:
        return self.row.state not in FINAL

    @property
    def state(self) -> str:
        return ALL_STATES[self.row.state].label

    @property
    def holder(self) -> str:
        return str(ALL_STATES[self.row.state].holder)

    @property
    def steps(self) -> list[str]:
        """Each act that fits where it stands and what the checks found."""
        events = LIFECYCLES[self.loaded.packet.kind].events_from(self.row.state)
        return [name for name in events if name not in BACKGROUND and name in ACTS and not misfit(name, self.findings)]


def budget_page(session: Session, case_id: str, policy: Policy, at: datetime) -> BudgetPage | None:
    """One budget as of now; None where there is none such."""
    found = load_budgets(session, [case_id], new_york_date(at))
    if not found:
        return None
    case, told = found[0], events_of(session, PROCESS, case_id)
    moves = [(event.occurred_at, event.state_to) for event in told]
    return BudgetPage(
        case.row, case, review_budget(case.packet, policy), _compared(session, case), tuple(map(_line, told)),
        tuple(ledger(LIFECYCLES[case.packet.kind], moves).by_holder(at).items()), papers_of(session, PROCESS, case_id),
    )  # fmt: skip


def _compared(session: Session, case: LoadedBudget) -> BudgetPacket:
    if case.row.state not in FINAL:
        return case.packet
    before = session.get(FiscalYearBudget, (case.row.contract_id, case.row.fiscal_year, case.row.based_on))
    lines = budget_lines(BudgetForm.model_validate_json(before.body)) if before else ()
    return case.packet.model_copy(update={"in_force": BudgetInForce(version=case.row.based_on, lines=lines)})


def _line(event: Any) -> TimelineLine:
    told = json.loads(event.payload)
    what = f"{label(event.event)}: {told['value']}" if event.event == "superseded" else label(event.event)
    return timeline_line(event, what, ALL_STATES[event.state_to].label, told)
