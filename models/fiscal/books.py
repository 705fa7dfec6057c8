"""A contract's books: its budget in force, the reports that came in, its ledgers, and what trackers told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.fiscal.forms import FactForm, FactKind, FinancialReportForm
from models.fiscal.packet import FiscalPacket, PlanFacts
from models.shared.funding import FundingReferral


@dataclass(frozen=True)
class Revision:
    """One revision as it came in."""

    form: FinancialReportForm
    received_on: date


@dataclass(frozen=True)
class Told:
    """What trackers told of a contract: planned months, posts, and outcomes by the month that they were counted in."""

    plan: tuple[PlanFacts, ...] = ()
    budgeted_fte: Decimal | None = None
    outcome_target: int | None = None
    unit_cost_cents: int = 0
    outcomes_verified: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Books:
    """All that is known of a contract's year: `reports` by month, oldest revision first; ledger totals by month.

    `kept` are the months as they were reviewed last.
    """

    funding: FundingReferral
    reports: Mapping[date, Sequence[Revision]]
    ledgers: Mapping[date, int]
    told: Told = Told()
    kept: Mapping[date, FiscalPacket] = field(default_factory=dict)


def told_of(facts: Sequence[FactForm]) -> Told:
    """What the facts of one contract come to, each kind and month told once."""
    of = {kind: [fact for fact in facts if fact.kind is kind] for kind in FactKind}
    target, fte = of[FactKind.OUTCOME_TARGET], of[FactKind.BUDGETED_FTE]
    return Told(
        plan=tuple(
            PlanFacts(month=fact.month, amount_cents=fact.amount_cents or 0)
            for fact in of[FactKind.PLANNED_MONTH] if fact.month
        ),
        budgeted_fte=fte[0].value if fte else None,
        outcome_target=int(target[0].value or 0) if target else None,
        unit_cost_cents=(target[0].amount_cents or 0) if target else 0,
        outcomes_verified={
            fact.month: int(fact.value or 0) for fact in of[FactKind.OUTCOMES_VERIFIED] if fact.month
        },
    )  # fmt: skip
