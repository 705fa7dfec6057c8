"""The limits of the measures as numbers: what the fiscal workbook's formulas of them come to.

Shares are parts of one, amounts cents; the measures themselves say them in words. Source: section 9 (convention).
"""

from collections.abc import Callable
from fractions import Fraction

from models.fiscal.figures import figures
from models.fiscal.policy import Policy
from models.fiscal.workbook_facts import ContractYear

Limits = tuple[Fraction | None, Fraction | None]


def limits_of(name: str, contract: ContractYear, policy: Policy) -> Limits:
    """The least and the most that a measure may be; None where it has no such limit."""
    low, high = _LOW.get(name), _HIGH.get(name)
    return low(contract, policy) if low else None, high(contract, policy) if high else None


def _budget(contract: ContractYear) -> int:
    return contract.packet.budget_cents


def _planned(contract: ContractYear, policy: Policy) -> Fraction:
    return Fraction(policy.planned_gap) * abs(figures(contract.packet).planned_cents or 0)


def _top_line(contract: ContractYear, policy: Policy) -> Fraction:
    ahead = figures(contract.packet).elapsed + Fraction(policy.line_ahead)
    return min(Fraction(policy.line_utilisation), ahead)


def _average(contract: ContractYear) -> Fraction:
    return figures(contract.packet).average_cents


def _indirect(contract: ContractYear, policy: Policy) -> Fraction:
    rates = contract.packet.rates
    good = rates.indirect_expires is not None and rates.indirect_expires >= figures(contract.packet).month_end
    return Fraction(rates.indirect if good else policy.default_indirect_rate)


def _to_invoice(contract: ContractYear, policy: Policy) -> Fraction:
    return Fraction(max(0, _budget(contract) - figures(contract.packet).invoiced_cents))


def _outcome_cost(contract: ContractYear, policy: Policy) -> Fraction:
    told = contract.packet.outcomes
    return Fraction(policy.outcome_cost_times) * (told.unit_cost_cents if told else 0)


_Limit = Callable[[ContractYear, Policy], Fraction]
_LOW: dict[str, _Limit] = {
    "burn_gap": lambda contract, policy: Fraction(policy.burn_gap_low),
    "planned_gap": lambda contract, policy: -_planned(contract, policy),
    "projected": lambda contract, policy: Fraction(policy.projected_low) * _budget(contract),
    "outcome_gap": lambda contract, policy: Fraction(policy.outcome_gap),
}
_HIGH: dict[str, _Limit] = {
    "burn_gap": lambda contract, policy: Fraction(policy.burn_gap_high),
    "planned_gap": _planned,
    "line_utilisation": _top_line,
    "projected": lambda contract, policy: Fraction(_budget(contract)),
    "lapse": lambda contract, policy: min(
        Fraction(policy.lapse_cents), Fraction(policy.lapse_share) * _budget(contract)
    ),
    "unbilled": lambda contract, policy: policy.unbilled_months * _average(contract),
    "exposure": lambda contract, policy: policy.exposure_months * _average(contract),
    "gl_variance": lambda contract, policy: Fraction(0),
    "claim_variance": lambda contract, policy: Fraction(policy.claim_variance_cents),
    "fringe_rate": lambda contract, policy: Fraction(contract.packet.rates.fringe + policy.fringe_points),
    "indirect_rate": _indirect,
    "subcontract_share": lambda contract, policy: Fraction(policy.subcontract_share),
    "disallowance_rate": lambda contract, policy: Fraction(policy.disallowance_share),
    "advance_balance": _to_invoice,
    "timeliness": lambda contract, policy: Fraction(0),
    "vacancy": lambda contract, policy: Fraction(policy.vacancy_fte),
    "cost_per_outcome": _outcome_cost,
}
