"""What a review found, a row a finding: which check, where, what it keeps from being paid, what to do about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deployments.desk.requisition_words import check_words
from models.payments.packet import RequisitionPacket
from models.payments.verdicts import RELEASING, Verdict
from models.shared.findings import Finding, Severity

_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True)
class FoundRow:
    """One finding as the desk shows it. `unpaid_cents` is what is not paid now where it was found; None for a note."""

    severity: str
    code: str
    means: str
    place: str
    message: str
    remedy: str
    citation: str
    unpaid_cents: int | None


def found_rows(packet: RequisitionPacket, verdict: Verdict) -> Iterator[FoundRow]:
    """The findings in the order of the letter."""
    lines = {
        claim.line.no: (claim.label, line.claimed_cents - line.amount_cents)
        for claim, line in zip(packet.claims, verdict.lines, strict=True)
    }
    whole = verdict.claimed_cents - (verdict.approved_cents if verdict.outcome in RELEASING else 0)
    for finding in verdict.findings:
        place, unpaid = lines.get(_line_no(finding), ("The whole requisition", whole))
        is_note = finding.severity is Severity.INFO
        message = finding.message.removeprefix(f"{place}: ")
        yield FoundRow(
            finding.severity, finding.code, check_words(finding.code), place,
            f"{message[:1].upper()}{message[1:]}", finding.remedy, finding.citation, None if is_note else unpaid,
        )  # fmt: skip


def _line_no(finding: Finding) -> int:
    found = _LINE.fullmatch(finding.subject)
    return int(found[1]) if found else -1
