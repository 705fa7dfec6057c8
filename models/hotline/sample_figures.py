"""What the weekly blind sample says about triage: each figure with its name, its value and what it means."""

from dataclasses import dataclass

from models.hotline.retriage import FEWEST, PriorityAccuracy

TOO_FEW = f"n<{FEWEST}"
_NOT_DEFINED = "none"
_FEW = "Fewer than ten contacts say this so far, so no share is told."
_ONE_PRIORITY = "All were given one and the same priority: what is chance cannot be told apart from agreement."
_SCALE = "1: the second person always gave the priority that triage gave. 0: no oftener than by chance."


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its field of `PriorityAccuracy`, what it is called, its value as it is printed, and in a sentence."""

    name: str
    what: str
    value: str
    means: str


def figures(found: PriorityAccuracy) -> tuple[Figure, ...]:
    """The figures of a week in the order in which they are told; a share of fewer than ten is not told."""
    kappa = _NOT_DEFINED if found.kappa is None and found.readings >= FEWEST else _number(found.kappa)
    return (
        Figure("readings", "contacts read", f"{found.readings:,}", "So many a second person has read and answered."),
        Figure("urgent", "of these of priority 1", f"{found.urgent:,}", "So many the second person called so."),
        _share("recall", "priority 1 found by triage", found.recall,
               "Of 100 matters of life safety triage called about {} so."),
        _share("over", "of what triage called priority 1, wrongly", found.over,
               "Of 100 contacts that triage called priority 1 about {} were less urgent: people hurried for nothing."),
        _share("under", "of what is priority 1, missed by triage", found.under,
               "Of 100 matters of life safety triage called about {} less urgent: they waited too long."),
        Figure("kappa", "agreement on priorities beyond chance (Cohen's kappa)", kappa, _agreement(found)),
        _share("same_unit", "same unit", found.same_unit,
               "Of 100 contacts the second person sent about {} to the unit that triage chose."),
    )  # fmt: skip


def _share(name: str, what: str, value: float | None, means: str) -> Figure:
    return Figure(name, what, _number(value), _FEW if value is None else means.format(round(100 * value)))


def _number(value: float | None) -> str:
    return TOO_FEW if value is None else f"{value:.2f}"


def _agreement(found: PriorityAccuracy) -> str:
    if found.readings < FEWEST:
        return _FEW
    return _ONE_PRIORITY if found.kappa is None else _SCALE
