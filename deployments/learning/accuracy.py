"""How well triage decides about examples: the table of figures that the office publishes about its tool."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from deployments.learning.examples import Example
from models.hotline.policy import Policy
from models.hotline.rules import Decision, decide
from models.hotline.triage import Reader

Judged = tuple[Example, Decision]


@dataclass(frozen=True)
class Accuracy:
    """Shares of one; None where there was nothing to measure.

    `routed` are those that no person needs to look at; `routed_right` the share of these in a unit that a supervisor
    accepts; `first_three` those whose unit is among the decision's first three. A recall is the share of what should
    be found that was, a precision the share of what was found that should be.
    """

    contacts: int
    routed: float | None
    routed_right: float | None
    first_three: float | None
    urgent_recall: float | None
    urgent_precision: float | None
    confidential_recall: float | None
    confidential_precision: float | None
    language_recall: float | None
    language_precision: float | None
    repeats_recall: float | None
    repeats_precision: float | None


def judge(examples: Iterable[Example], reader: Reader, policy: Policy) -> list[Judged]:
    """Each example with the decision that triage makes about its words alone: the told language is not used."""
    return [(example, decide(reader.read(example.message), reader, policy)) for example in examples]


def accuracy(judged: Sequence[Judged], links: Mapping[str, str] | None = None) -> Accuracy:
    """The figures of judged examples; `links` are what triage would link, by contact id.

    Source: the definitions of the product's units and priorities.
    """
    sure = [(example, decision) for example, decision in judged if not decision.review]
    return Accuracy(
        len(judged),
        _share(len(sure), len(judged)),
        _share(sum(decision.unit in example.units for example, decision in sure), len(sure)),
        _share(sum(_among_three(example, decision) for example, decision in judged), len(judged)),
        *_found(judged, lambda example: example.priority == 1, lambda decision: decision.priority == 1),
        *_found(judged, lambda example: example.confidential, lambda decision: decision.confidential),
        *_found(
            judged,
            lambda example: example.needs_language_service,
            lambda decision: decision.needs_language_service,
        ),
        *_links(judged, links or {}),
    )


def _links(judged: Sequence[Judged], links: Mapping[str, str]) -> tuple[float | None, float | None]:
    """Recall and precision of repeats: a link is right where it leads to the first contact of the caller."""
    told = {example.contact_id: example.duplicate_of for example, _ in judged}
    mine = {contact_id: first for contact_id, first in links.items() if contact_id in told}
    right = sum(told[contact_id] == first for contact_id, first in mine.items())
    return _share(right, sum(bool(first) for first in told.values())), _share(right, len(mine))


def _among_three(example: Example, decision: Decision) -> bool:
    return example.unit in (decision.unit, *decision.alternatives)[:3]


def _found(
    judged: Sequence[Judged], should: Callable[[Example], bool], was: Callable[[Decision], bool]
) -> tuple[float | None, float | None]:
    """Recall and precision of one yes or no."""
    both = sum(should(example) and was(decision) for example, decision in judged)
    return (
        _share(both, sum(should(example) for example, _ in judged)),
        _share(both, sum(was(decision) for _, decision in judged)),
    )


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
