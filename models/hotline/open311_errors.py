"""What is said where a request of Open311 cannot be answered: codes and sentences, one for each thing that is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NOT_FOUND, NO_KEY, WRONG = 404, 403, 400
# Of our own beside the specification: the client's token stands for another request; too much at once.
CONFLICT, TOO_MANY = 409, 429
# What is quoted back; anything else may hold what somebody said.
_QUOTABLE = re.compile(r"[A-Za-z0-9_.-]{1,40}")

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: the HTTP status of its kind, and a sentence for the user.

    Source: GeoReport v2, Errors; domain section 12 (404 what does not exist, 403 the key, 400 everything else).
    """

    status: int
    sentence: str


class Refused(ValueError):
    """The request cannot be answered; nothing was changed. The first fault gives the status of the answer."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults[0].sentence)
        self.faults = tuple(faults)


def refuse(status: int, sentence: str) -> Refused:
    """A refusal with one fault."""
    return Refused([Fault(status, sentence)])


def quoted(told: str) -> str:
    """A code as it is quoted back, with a blank before it; empty for what looks like no code."""
    return f" {told}" if _QUOTABLE.fullmatch(told) else ""


def one(parameters: Parameters, name: str) -> str:
    """The value of a parameter; empty where it is absent, which is the same. Raises Refused for two different ones.

    Source: GeoReport v2, Optional Arguments.
    """
    values = set(parameters.get(name, ())) - {""}
    if len(values) > 1:
        raise refuse(WRONG, f"{name} is given more than once, with different values. Send it once.")
    return values.pop() if values else ""


def require_jurisdiction(parameters: Parameters, known: Sequence[str]) -> None:
    """Raise Refused for a jurisdiction that is not ours; none at all is ours. Source: GeoReport v2, jurisdiction_id."""
    told = one(parameters, "jurisdiction_id")
    if told and told.casefold() not in {one.casefold() for one in known}:
        raise refuse(
            NOT_FOUND, f"The jurisdiction_id{quoted(told)} was not found. Leave it out, or send {' or '.join(known)}."
        )
