"""What differs between lists that are signed as a whole: whose cases they are, and what each row must say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from deployments.desk.act_forms import letter_quotes_reason
from deployments.desk.wishes import CLOSED, PROCESS
from models.fiscal.acts import ACTS as FISCAL_ACTS
from models.payments.acts import ACTS as PAYMENT_ACTS
from models.registration.acts import ACTS
from models.registration.duties import DUTIES
from models.shared.signing import Item
from tasks.adapters.fiscal.month_list import month_names
from tasks.adapters.payments.requisition_list import requisition_names
from tasks.adapters.registration.contract_names import contract_names


@dataclass(frozen=True)
class CaseName:
    """A case as a list names it beside its number; the amount in cents."""

    provider: str
    amount_cents: int


Names = Mapping[str, CaseName]


@dataclass(frozen=True)
class ListKind:
    """The lists of one process. `shares_reason` where one reason may stand for all rows that have none of their own."""

    process: str
    noun: str
    labels: Mapping[str, str]
    names: Callable[[Session, Sequence[str]], Names]
    needs_reason: Callable[[str], bool]
    needs_own_page: Callable[[Item], bool]
    shares_reason: bool

    def label(self, act: str) -> str:
        """An act in the office's words."""
        return self.labels.get(act, act.replace("_", " ").capitalize())


def _contracts(session: Session, case_ids: Sequence[str]) -> Names:
    found = contract_names(session, case_ids)
    return {case_id: CaseName(name.provider, name.amount_cents) for case_id, name in found.items()}


def _requisitions(session: Session, case_ids: Sequence[str]) -> Names:
    return {case_id: CaseName(*name) for case_id, name in requisition_names(session, case_ids).items()}


def _months(session: Session, case_ids: Sequence[str]) -> Names:
    return {case_id: CaseName(*name) for case_id, name in month_names(session, case_ids).items()}


def _needs_reason(act: str) -> bool:
    return act == CLOSED or (act in DUTIES and DUTIES[act].needs_reason)


def _needs_own_page(item: Item) -> bool:
    duty = DUTIES.get(item.act)
    return duty is not None and not item.reason and letter_quotes_reason(item.act, duty, first=duty.takes_two)


CONTRACTS = ListKind(
    PROCESS, "contract", {name: act.label for name, act in ACTS.items()}, _contracts, _needs_reason, _needs_own_page,
    shares_reason=True,
)  # fmt: skip
# Of several requisitions each has a reason, whatever is signed.
REQUISITIONS = ListKind(
    "payments", "requisition", {name: act.label for name, act in PAYMENT_ACTS.items()}, _requisitions,
    lambda act: True, lambda item: False, shares_reason=False,
)  # fmt: skip
# Months without a red flag: nothing has to be explained.
MONTHS = ListKind(
    "fiscal", "month", {name: act.label for name, act in FISCAL_ACTS.items()}, _months, lambda act: False,
    lambda item: False, shares_reason=False,
)  # fmt: skip
NOUNS = {kind.process: kind.noun for kind in (CONTRACTS, REQUISITIONS, MONTHS)} | {
    "budgets": "budget",
    "hotline": "contact",
}
