"""The desk's pages of budgets: the list, one of them, and the page on which one decision is read and signed."""

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from deployments.desk.case_decisions import CaseKind, show_decision, sign_decision
from deployments.desk.guard import PostedForm, SignedIn
from deployments.desk.html import page
from models.payments.budget_acts import ACTS, signed_history
from models.payments.budget_documents import budget_message
from models.payments.budget_states import ALL_STATES, Holder, Kind
from models.payments.policy import Policy
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.payments.budget_cases import PROCESS, decided_budgets, open_budgets
from tasks.adapters.payments.budget_page import BudgetPage, budget_page
from tasks.adapters.policy import payments_policy
from tasks.adapters.standing import standing

router = APIRouter()
HOLDERS = tuple(str(holder) for holder in Holder if holder is not Holder.NOBODY)
# What was decided is one click away for a while; the page of each stays for good.
MOST_DECIDED = 25


def _find(session: Session, case_id: str) -> BudgetPage | None:
    return budget_page(session, case_id, payments_policy(), clock.now())


BUDGET = CaseKind(
    process=PROCESS, noun="budget", listed="“Budgets” lists those that wait.", template="budget_decide", acts=ACTS,
    find=_find, history=lambda found: signed_history(found.loaded.history, found.loaded.packet.submitted_by),
    message=budget_message,
)  # fmt: skip


@router.get("/budgets")
def show_budgets(holder: str = "") -> Response:
    """Budgets that wait for a signature, and those that were decided last."""
    chosen = holder if holder in HOLDERS else ""
    with reading() as session:
        rows = open_budgets(session, chosen)
        decided = [] if chosen else decided_budgets(session, MOST_DECIDED)
    return page(
        "budgets", title="Budgets", rows=rows, decided=decided, holders=HOLDERS, chosen=chosen, states=ALL_STATES,
        kinds={kind.value: kind.words for kind in Kind},
    )  # fmt: skip


@router.get(f"/cases/{PROCESS}/{{case_id}}")
def show_budget(case_id: str, visitor: SignedIn) -> Response:
    """One budget: its lines before and after, what was found, what can be done, what happened."""
    with reading() as session:
        found = BUDGET.found(session, case_id)
        here = standing(session, visitor.person.staff_id, clock.today())
    if found is None:
        return BUDGET.unknown(case_id)
    ways = {name: f"{BUDGET.address(case_id)}/decide/{name}" for name in found.steps if here.acting(ACTS[name].duty)}
    return page(
        "budget", title=f"Budget {case_id}", case=found, ways=ways, acts=ACTS,
        stops=_stops(found, payments_policy()),
    )  # fmt: skip


def _stops(found: BudgetPage, policy: Policy) -> str:
    """Which requisitions wait for it, in words. Source: P2."""
    if policy.pending_change == "contract":
        return "every requisition of the contract, until it is decided"
    return f"requisitions on its lines {found.row.lines.replace(',', ', ')}, until it is decided"


@router.get(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def show_budget_decision(case_id: str, act_name: str, visitor: SignedIn) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    return show_decision(BUDGET, case_id, act_name, visitor)


@router.post(f"/cases/{PROCESS}/{{case_id}}/decide/{{act_name}}")
def sign_budget_decision(case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign it, or say why not."""
    return sign_decision(BUDGET, case_id, act_name, form, visitor)
