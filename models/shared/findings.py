"""What a check found: a stable code, how serious it is, and the words, source and remedy for people."""

import operator
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Severity(StrEnum):
    """From a note to what must be dealt with within hours. Source: red-flag catalogue (convention)."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


RANK = {severity: rank for rank, severity in enumerate(Severity)}


class Finding(BaseModel):
    """One thing that a check found about one subject of a case.

    `code` is stable and names the condition; `subject` tells two findings of one code apart (a document, an award,
    a clock); `evidence` holds the facts it rests on as text; `tell` names the units; `remedy` says what to do.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    subject: str = ""
    severity: Severity
    message: str
    citation: str
    evidence: dict[str, str] = {}
    remedy: str = ""
    tell: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        return self.code, self.subject


def worst(findings: Iterable[Finding]) -> Severity | None:
    """The highest severity among the findings; None when there are none."""
    return max((f.severity for f in findings), key=RANK.__getitem__, default=None)


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Most serious first, then by code and subject: the order of every list on paper."""
    return sorted(findings, key=lambda f: (-RANK[f.severity], f.code, f.subject))


def once_a_review(compute: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Compute a value once for all checks of one review, which ask for it with the same frozen arguments.

    Only the last answer is kept, and it counts for the very same objects alone, so it can never be stale.
    """
    last: tuple[tuple[object, ...], Answer] | None = None

    @wraps(compute)
    def answer(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        nonlocal last
        # Read once: another thread may put its own answer here at any moment.
        known = last
        if known is not None and not kwargs and _same(known[0], args):
            return known[1]
        value = compute(*args, **kwargs)
        if not kwargs:
            last = (args, value)
        return value

    return answer


def _same(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(some) == len(others) and all(map(operator.is_, some, others))
