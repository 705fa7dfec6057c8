"""What people sign about a budget, who may, and which signatures must be different people's."""

from collections.abc import Iterable, Iterator

from models.payments.budget_rules import obstacles
from models.shared.acts import Act
from models.shared.duties import Duty, Signed
from models.shared.findings import Finding
from models.shared.people import Role
from models.shared.signing import SignedEvent

_PROGRAM = frozenset({Role.PROGRAM_MANAGER, Role.PROGRAM_LEAD})
_FISCAL = frozenset({Role.FISCAL_ANALYST, Role.FISCAL_LEAD})
_BUDGET = frozenset({Role.BUDGET_OFFICER})


# Who brought it in, Program, and Budget or Fiscal are three people. Source: S4, S10, S13; P22 (convention).
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("program_approved", "Approve for Program", Duty("Program approval", _PROGRAM, approves=True)),
        Act("budget_approved", "Approve for Budget", Duty("Budget approval", _BUDGET, approves=True)),
        Act("fiscal_approved", "Approve for Fiscal", Duty("Fiscal approval", _FISCAL, approves=True)),
        Act("budget_returned", "Return to the provider",
                  Duty("returning", _PROGRAM | _FISCAL | _BUDGET, needs_reason=True)),
        Act("withdrawn", "Withdraw", Duty("withdrawal", _PROGRAM, needs_reason=True)),
    )
}  # fmt: skip
APPROVALS = frozenset({"program_approved", "budget_approved", "fiscal_approved"})
# The last approval of each kind: with it the budget is in force.
LANDING = frozenset({"budget_approved", "fiscal_approved"})
_EVENTS = {
    "opened": "Received", "superseded": "Superseded by a newer file", "program_approved": "Approved by Program",
    "budget_approved": "Approved by Budget: in force", "fiscal_approved": "Approved by Fiscal: in force",
    "budget_returned": "Returned to the provider", "withdrawn": "Withdrawn",
}  # fmt: skip


def label(event: str) -> str:
    """An event in the office's words."""
    return _EVENTS.get(event, event.replace("_", " ").capitalize())


def misfit(act: str, findings: Iterable[Finding]) -> str:
    """Why an act does not fit what the checks found, as a sentence; empty where it does."""
    wrong = obstacles(findings) if act in APPROVALS else []
    return f"It cannot be approved as it is. {wrong[0].message} {wrong[0].remedy}" if wrong else ""


def signed_history(history: Iterable[SignedEvent], submitted_by: str) -> Iterator[Signed]:
    """What people have signed in the case so far; who brought the file in counts as its submitter."""
    for event in history:
        if event.event == "opened" and submitted_by:
            yield Signed("bringing it in", "submitting", event.on, (submitted_by,))
        elif event.event in APPROVALS and event.by:
            yield Signed(label(event.event), ACTS[event.event].duty.name, event.on, event.by)
