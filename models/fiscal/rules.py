"""What must hold for a contract's month: the ordered checks and measures, and what a review makes of them."""

from dataclasses import dataclass

from models.fiscal.codes import TITLES, Code
from models.fiscal.figures import Projection, figures
from models.fiscal.measures import SPENDING, Measure, MeasureOf, line_shares
from models.fiscal.packet import FiscalPacket
from models.fiscal.policy import Policy
from models.fiscal.rate_measures import RATES, claims
from models.fiscal.report_rules import REPORT_CHECKS, Check, found
from models.shared.findings import Finding, Severity, ordered, worst
from models.shared.money import dollars

CHECKS: tuple[Check, ...] = REPORT_CHECKS
MEASURES: tuple[MeasureOf, ...] = (*SPENDING, *RATES)
_TELL = {
    Code.LAPSE: ("Budget", "Fiscal"), Code.PROJECTION: ("Program", "Fiscal"), Code.EXPOSURE: ("Fiscal", "Program"),
    Code.OUTCOME_COST: ("Program",), Code.OUTCOME_GAP: ("Program",), Code.VACANCY: ("Program",),
}  # fmt: skip
_REMEDY = {
    Code.LEDGER_VARIANCE: "Reconcile report and ledger; send again the one that is wrong.",
    Code.CLAIM_VARIANCE: "Correct the report, or the next invoice.",
    Code.LAPSE: "Say whether it will be spent; if not, tell Budget by April 1.",
    Code.UNBILLED: "Invoice what was spent.",
    Code.EXPOSURE: "See what holds the payments up.",
    Code.ADVANCE_BALANCE: "Agree how the advance comes back.",
}
_SAY_WHY = "Say why in the next report, and what will be done."


@dataclass(frozen=True)
class Review:
    """What a review came to: findings in the order of paper, measures in the order of section 9, the year's end."""

    findings: tuple[Finding, ...]
    measures: dict[str, Measure]
    lines: tuple[Measure, ...]
    projection: Projection | None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that were found, each once."""
        return tuple(sorted({finding.code for finding in self.findings}))

    @property
    def worst(self) -> Severity | None:
        """The highest severity; None where nothing was found."""
        return worst(self.findings)


def review(packet: FiscalPacket, policy: Policy) -> Review:
    """Look at one contract's month: all checks and measures, so that one letter can say everything."""
    findings = [finding for check in CHECKS for finding in check(packet, policy)]
    measures = {told.name: told for told in (measure(packet, policy) for measure in MEASURES)}
    lines = line_shares(packet, policy) if packet.report else ()
    flagged = [measure for measure in measures.values() if measure.flagged and measure.name not in _ONE_BY_ONE]
    findings += [_finding(measure) for measure in (*flagged, *(line for line in lines if line.flagged))]
    if packet.report:
        findings += list(_claims(packet, policy))
    projection = figures(packet).projection if packet.report else None
    return Review(tuple(ordered(findings)), measures, lines, projection)


# Found line by line, claim by claim, or as a report that is late or missing.
_ONE_BY_ONE = ("line_utilisation", "claim_variance", "timeliness")


def _finding(measure: Measure) -> Finding:
    """What a measure beyond its limit is found as; a red flag beyond twice its limit. Source: section 9, R21."""
    assert measure.code is not None
    title = TITLES[measure.code][0]
    subject = f" of {measure.subject}" if measure.subject else ""
    return found(
        measure.code, Severity.HIGH if measure.severe else Severity.MEDIUM,
        f"{title}{subject}: {measure.shown}; the limit is {measure.limit}. {measure.formula}.",
        _REMEDY.get(measure.code, _SAY_WHY), subject=measure.subject,
        tell=_TELL.get(measure.code, ("Provider", "Fiscal")), measured=measure.shown, limit=measure.limit,
    )  # fmt: skip


def _claims(packet: FiscalPacket, policy: Policy) -> list[Finding]:
    """Each claim that is not what the reports of its months come to. Source: section 9 (convention)."""
    limit, told = policy.claim_variance_cents, []
    for row in claims(packet):
        if row.apart_cents > limit:
            numbers, claimed, reported = ", ".join(row.numbers), dollars(row.claimed_cents), dollars(row.reported_cents)
            told.append(
                found(
                    Code.CLAIM_VARIANCE,
                    Severity.HIGH if row.apart_cents > policy.severe_times * limit else Severity.MEDIUM,
                    f"{numbers} claims {claimed}, the reports of its months come to {reported}.",
                    _REMEDY[Code.CLAIM_VARIANCE], subject=numbers, tell=("Provider", "Fiscal"), claimed=claimed,
                    reported=reported,
                )
            )  # fmt: skip
    return told
