"""The notice that a signature about a budget sends to the provider."""

from datetime import datetime

from sqlmodel import Session

from models.payments.budget_acts import LANDING
from models.payments.budget_documents import BudgetNotice, budget_notice
from models.payments.budget_states import Kind
from models.shared.calendar import new_york_date
from models.shared.findings import Finding, Severity
from models.shared.records import Provider
from models.shared.signing import Item
from tasks.adapters.letter_orders import NO_REASON_YET, DueLetter
from tasks.adapters.payments.budget_cases import LoadedBudget
from tasks.adapters.policy import office
from tasks.adapters.recipients import recipient

NOTICES: dict[str, type[BudgetNotice]] = {BudgetNotice.__name__: BudgetNotice}
NoticeDue = DueLetter[BudgetNotice]


def notice_due(
    session: Session, item: Item, case: LoadedBudget, findings: tuple[Finding, ...], at: datetime
) -> NoticeDue | None:
    """The notice that an act sends: one decision ends a budget, so there is one at most; None where it sends none."""
    returned = item.act == "budget_returned"
    # A first budget is what Program agreed with the provider anyway (S4).
    lands = item.act in LANDING and case.packet.kind is not Kind.BUDGET
    if not (returned or lands):
        return None
    provider = session.get_one(Provider, case.row.vendor_ein)
    told = tuple(finding for finding in findings if finding.severity is not Severity.INFO)
    notice = budget_notice(
        case.packet, told, office(), recipient(case.packet.provider, provider),
        document_id=f"{item.case_id}-N", dated=new_york_date(at), made_at=at,
        answer="returned" if returned else "approved",
        reason=(item.reason or NO_REASON_YET) if returned else "",
    )  # fmt: skip
    return NoticeDue(notice, item.case_id, provider.email)
