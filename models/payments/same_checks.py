"""When several requisitions may be signed as one list: the same outcome, and the same checks failed."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.payments.verdicts import Outcome, Verdict
from models.shared.findings import Severity

# What one signature may do to many. The others end or undo somebody's work and are signed one by one.
FOR_MANY = ("program_approved", "fiscal_approved", "requisition_returned", "determination_sent", "disallowed")
# Each check in a few words, for lists; its finding says line, amount and remedy.
MEANINGS: dict[str, str] = {
    "P1": "the contract or its purchase order is not active yet",
    "P2": "a budget change is in progress",
    "P3": "it is not a proper invoice",
    "P4": "it was claimed before",
    "P5": "service outside the contract's term or the fiscal year",
    "P6": "the total or the payee's address does not agree",
    "P7": "the fee of the name check",
    "P8": "more than is left of a budget line",
    "P9": "more than is left of the year's budget or the contract",
    "P10": "sales tax, which the City does not pay",
    "P11": "a cost that is never paid",
    "P12": "papers about staff are missing",
    "P13": "more than the accepted rate of fringe or indirect costs",
    "P14": "a bill or a proof of payment is missing",
    "P15": "a consultant or subcontractor beyond what was approved",
    "P16": "the month's financial report is missing or differs",
    "P17": "the work that was delivered is not confirmed",
    "P18": "a paper of the provider will have lapsed on the day of payment",
    "P19": "more of the advance is owed than this payment returns",
    "P20": "a credit that does not fit",
    "P21": "a disputed line",
    "P22": "one person in two of three roles",
}


@dataclass(frozen=True)
class Checks:
    """What a review comes to: its outcome, and the codes of the checks that failed, in their order."""

    outcome: Outcome
    failed: tuple[str, ...]

    @property
    def words(self) -> str:
        """`approved, no check failed`, or `held: P14 (a bill or a proof of payment is missing)`."""
        if not self.failed:
            return f"{self.outcome}, no check failed"
        return f"{self.outcome}: {', '.join(f'{code} ({MEANINGS.get(code, code)})' for code in self.failed)}"


def checks_of(verdict: Verdict) -> Checks:
    """The outcome of a review and its failed checks; a note, such as what an advance takes back, is no failure."""
    failed = {finding.code for finding in verdict.findings if finding.severity is not Severity.INFO}
    return Checks(verdict.outcome, tuple(sorted(failed, key=_place)))


def _place(code: str) -> tuple[int, str]:
    number = code[1:]
    return (int(number) if number.isdecimal() else 0, code)


def groups(chosen: Sequence[tuple[str, Checks]]) -> dict[Checks, list[str]]:
    """The requisitions by their checks, each group in the order of the list, the largest group first."""
    found: dict[Checks, list[str]] = {}
    for case_id, checks in chosen:
        found.setdefault(checks, []).append(case_id)
    return dict(sorted(found.items(), key=lambda group: -len(group[1])))


def same_checks(chosen: Sequence[tuple[str, Checks]]) -> str:
    """Why these cannot be signed as one list, as a sentence; empty where all have the same checks.

    Source: issue 4, bulk decisions (convention).
    """
    found = groups(chosen)
    if len(found) < 2:
        return ""
    told = "; ".join(f"{_named(cases)}: {checks.words}" for checks, cases in found.items())
    return f"These do not pass the same checks, so one signature cannot cover them. {told}."


def not_for_many(acts: Sequence[str]) -> bool:
    """True where a list of several asks for different acts, or for one that is signed one by one."""
    return len(acts) > 1 and (len(set(acts)) > 1 or acts[0] not in FOR_MANY)


def _named(case_ids: Sequence[str]) -> str:
    shown = ", ".join(case_ids[:3])
    return shown if len(case_ids) <= 3 else f"{shown} and {len(case_ids) - 3} more"
