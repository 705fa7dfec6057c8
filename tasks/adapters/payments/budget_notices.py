"""The notice that a signature about a budget sends to the provider."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.payments.budget_acts import LANDING
from models.payments.budget_documents import BudgetNotice, budget_notice
from models.payments.budget_states import Kind
from models.shared.calendar import new_york_date
from models.shared.documents import canonical, sha256
from models.shared.findings import Finding, Severity
from models.shared.records import Provider
from models.shared.signing import Item
from tasks.adapters.payments.budget_cases import LoadedBudget
from tasks.adapters.policy import office
from tasks.adapters.recipients import recipient

NOTICES: dict[str, type[BudgetNotice]] = {BudgetNotice.__name__: BudgetNotice}
# What a preview says where the signer has not written the reason yet; such a notice is never sent.
NO_REASON_YET = "…"


@dataclass(frozen=True)
class NoticeDue:
    """A notice that a decision sends, and to whom."""

    letter: BudgetNotice
    case_id: str
    email: str
    replaces: str = ""

    @property
    def document_id(self) -> str:
        return self.letter.document_id

    @property
    def content_sha256(self) -> str:
        """Hash of all that the notice says, but for the moment at which it is made and the reason yet to be written."""
        return sha256(canonical(self.letter.model_dump(mode="json", exclude={"made_at", "reason"})))


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
