"""What the weekly blind sample says about triage: each figure with its name, its value and what it means."""

from dataclasses import dataclass

from models.hotline.retriage import FEWEST, PriorityAccuracy

TOO_FEW = f"n<{FEWEST}"
_NOT_DEFINED = "none"
_FEW = "Fewer than ten contacts say this so far, so no share is told."
_ONE_PRIORITY = "All were given one and the same priority: what is chance cannot be told apart from agreement."


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its field of `PriorityAccuracy`, what it is called, its value as it is printed, and in a sentence."""

    name: str
    what: str
    value: str
    means: str


def figures(found: PriorityAccuracy) -> tuple[Figure, ...]:
    """The figures of a week in the order in which they are told; a share of fewer than ten is not told."""
    over, under, kappa = found.over, found.under, found.kappa
    return (
        _count("readings", "contacts read", found.readings, "So many a second person has read and answered."),
        _count("urgent", "of these of priority 1", found.urgent, "So many the second person called life safety."),
        _share("recall", "priority 1 found by triage", found.recall, "matters of life safety", "triage knew as such"),
        _share("over", "of what triage called priority 1, wrongly", over, "contacts that triage called priority 1",
               "were less urgent: each makes people hurry for nothing"),
        _share("under", "of what is priority 1, missed by triage", under, "matters of life safety",
               "triage called less urgent: each of them waited too long"),
        Figure("kappa", "agreement on priorities beyond chance (Cohen's kappa)",
               _NOT_DEFINED if kappa is None and found.readings >= FEWEST else _number(kappa), _agreement(found)),
        _share("same_unit", "same unit", found.same_unit, "contacts", "the second person sent to the unit of triage"),
    )  # fmt: skip


def _count(name: str, what: str, value: int, means: str) -> Figure:
    return Figure(name, what, f"{value:,}", means)


def _share(name: str, what: str, value: float | None, of: str, did: str) -> Figure:
    means = _FEW if value is None else f"Of 100 {of} about {round(100 * value)} {did}."
    return Figure(name, what, _number(value), means)


def _number(value: float | None) -> str:
    return TOO_FEW if value is None else f"{value:.2f}"


def _agreement(found: PriorityAccuracy) -> str:
    if found.readings < FEWEST:
        return _FEW
    if found.kappa is None:
        return _ONE_PRIORITY
    return "1 where triage and the second person always give the same priority, 0 where it is no more than chance."
