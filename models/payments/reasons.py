"""What a vendor is told of a review's findings: reasons for what is unpaid, faults, and what to send."""

import re
from collections.abc import Iterator, Mapping, Sequence

from models.payments.documents import Point, ReviewedLine, Unpaid, line_names
from models.payments.evidence_requests import SENT_BY_VENDOR
from models.payments.packet import Claim, RequisitionPacket
from models.payments.verdicts import RELEASING, LineOutcome, LineVerdict, Outcome, Verdict
from models.shared.documents import Tone
from models.shared.findings import Finding, Severity
from models.shared.money import dollars

_LINE = re.compile(r"line (\d+)")
# Said once for the whole notice, not in each of its rows.
_AGAIN = re.compile(r"(?<!,) and submit (it|the requisition) again(;[^.]*)?\.$")
# Codes that send a requisition back where their finding is a high one; other high findings stop a proper one.
_FAULTS = frozenset({"P3", "P4", "P6", "P20"})
# Shown as what comes off the payment, not as a reason for what is unpaid.
_DEDUCTIONS = frozenset({"P7", "P19"})
# Of these the rest is paid once something comes; what the others cut stays cut.
_TO_SEND = frozenset({"P2", "P9", "P12", "P14", "P16", "P17", "P18", "P20", "P21"})
_OUTCOMES: Mapping[LineOutcome, tuple[str, Tone]] = {
    LineOutcome.PAY: ("Approved", "ok"),
    LineOutcome.SHORT_PAY: ("Approved in part", "due"),
    LineOutcome.HOLD: ("Held", "due"),
    LineOutcome.DISALLOW: ("Disallowed", "bad"),
}
# These only ever hold a line.
_HOLDS = frozenset({"P2", "P12", "P14", "P21"})
# What concerns all lines, by the subject of its finding.
_PLACES = {
    "budget": "Change of the budget",
    "contract": "Amount of the contract",
    "registration": "Registration of the contract",
    "purchase order": "Purchase order",
    "insurance": "Insurance",
    "Charities": "Charities registration",
    "prequalification": "Prequalification",
    "disclosures": "PASSPort disclosures",
    "monthly report": "Monthly financial report",
    "credits": "Credits",
}
_OWN_APPROVALS = Point(
    where="Our approvals",
    why="Our office has not finished its own approvals of this requisition, so nothing of it can be released yet.",
    rule="P22 (convention)",
    to_do="You need not send anything.",
)


def reviewed_line(claim: Claim, verdict: LineVerdict) -> ReviewedLine:
    """A line with its budget line and its outcome in words."""
    words, tone = _OUTCOMES[verdict.outcome]
    if claim.is_credit and verdict.outcome is LineOutcome.PAY:
        words, tone = "Credit taken", "plain"
    budget = claim.budget_line
    return ReviewedLine(
        no=verdict.no, description=claim.line.description, claimed_cents=verdict.claimed_cents,
        budget_line=f"{budget.no}, {budget.title}" if budget else str(claim.line.budget_line),
        approved_cents=verdict.amount_cents, outcome=words, tone=tone, open_cents=verdict.open_cents,
    )  # fmt: skip


def _told(verdict: Verdict) -> list[Finding]:
    """What the vendor is told as reasons or notes: not what comes off the payment, not what concerns the office."""
    return [f for f in verdict.findings if "Provider" in f.tell and f.code not in _DEDUCTIONS]


def _reasons(verdict: Verdict) -> list[Finding]:
    return [finding for finding in _told(verdict) if finding.severity is not Severity.INFO]


def notes(verdict: Verdict) -> tuple[str, ...]:
    """What the vendor is told though nothing follows from it."""
    return tuple(finding.message for finding in _told(verdict) if finding.severity is Severity.INFO)


def _line_no(finding: Finding) -> int | None:
    found = _LINE.fullmatch(finding.subject)
    return int(found[1]) if found else None


def _place(finding: Finding) -> str:
    return _PLACES.get(finding.subject, finding.subject.capitalize())


def _is_fault(finding: Finding) -> bool:
    return finding.severity is Severity.HIGH and finding.code in _FAULTS


def _stops(finding: Finding) -> bool:
    """True for what keeps a proper requisition from being paid at all, however good its lines are."""
    return _line_no(finding) is None and (finding.severity is Severity.HIGH or finding.code == "P2")


def unpaid(packet: RequisitionPacket, verdict: Verdict) -> Iterator[Unpaid]:
    """What concerns all lines first, then each line that is not paid in full."""
    reasons = _reasons(verdict)
    whole = [_point(finding, "", _place(finding)) for finding in reasons if _line_no(finding) is None]
    if "P22" in verdict.codes:
        whole.append(_OWN_APPROVALS)
    if whole:
        held = verdict.outcome is Outcome.HELD
        yield Unpaid(
            line_no=None, about="The whole requisition", cents=packet.claimed_cents, points=tuple(whole),
            outcome="Held" if held else "Waits", tone="due",
        )  # fmt: skip
    for claim, line in zip(packet.claims, verdict.lines, strict=True):
        own = [finding for finding in reasons if _line_no(finding) == line.no]
        if own:
            reviewed = reviewed_line(claim, line)
            yield Unpaid(
                line_no=line.no, about=claim.label, cents=line.claimed_cents - line.amount_cents,
                outcome=reviewed.outcome, tone=reviewed.tone,
                points=tuple(_line_point(finding, claim, line) for finding in own),
            )  # fmt: skip


def _line_point(finding: Finding, claim: Claim, line: LineVerdict) -> Point:
    point = _point(finding, claim.label)
    if finding.code == "P13" and line.outcome is LineOutcome.HOLD:
        # Nothing is wrong with the line itself: what it is reckoned on is held.
        told = "Nothing for this line: it is reckoned again when the held lines that it is a share of are released."
        return point.model_copy(update={"to_do": told})
    if finding.code == "P13" and line.open_cents:
        told = (
            f"Nothing for this line: {dollars(line.open_cents)} of it waits for the held lines that it is a share of."
        )
        return point.model_copy(update={"to_do": f"{told} It is reckoned again when they are released."})
    if finding.code in _HOLDS and line.outcome is LineOutcome.DISALLOW:
        # What would have released a held line does not bring this one back.
        return point.model_copy(update={"to_do": "Nothing for this requisition: the line is disallowed anyway."})
    return point


def _point(finding: Finding, label: str, where: str = "") -> Point:
    return Point(
        where=where,
        why=finding.message.removeprefix(f"{label}: "),
        rule=finding.citation,
        to_do="You need not send anything: we pay once this is done." if finding.code == "P1" else finding.remedy,
    )


def faults(packet: RequisitionPacket, verdict: Verdict) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """What sends a requisition back, each with its place, and what else the review saw."""
    labels = {claim.line.no: claim.label for claim in packet.claims}
    reasons = _reasons(verdict)
    first = tuple(_placed(finding, labels) for finding in reasons if _is_fault(finding))
    return first, tuple(_placed(finding, labels) for finding in reasons if not _is_fault(finding))


def _placed(finding: Finding, labels: Mapping[int, str]) -> Point:
    """A fault with its place; that the requisition comes again is said once for all."""
    no = _line_no(finding)
    label = labels.get(no, "") if no is not None else ""
    point = _point(finding, label, label or _place(finding))
    return point.model_copy(update={"to_do": _AGAIN.sub(".", point.to_do)})


def to_send(verdict: Verdict) -> Iterator[str]:
    """The short list of what brings the rest: for all lines, then for held lines, equal wishes together."""
    return _wishes(verdict, _TO_SEND, {line.no for line in verdict.lines if line.outcome is LineOutcome.HOLD})


def not_sent(verdict: Verdict, lines: Sequence[int]) -> Iterator[str]:
    """What a vendor was asked for and did not send for some lines."""
    return _wishes(verdict, SENT_BY_VENDOR, set(lines))


def _wishes(verdict: Verdict, codes: frozenset[str], held: set[int]) -> Iterator[str]:
    wishes: dict[str, list[int]] = {}
    for finding in _reasons(verdict):
        # What one of our own units has to sign is nothing that the vendor could do.
        if finding.code not in codes or "with" in finding.evidence:
            continue
        no, remedy = _line_no(finding), _first_clause(finding.remedy)
        if no is None:
            yield f"{_place(finding)}: {remedy[:1].lower()}{remedy[1:]}"
        elif no in held:
            wishes.setdefault(remedy, []).append(no)
    for remedy, numbers in sorted(wishes.items(), key=lambda wish: wish[1]):
        yield _for_lines(remedy, sorted(numbers))


def _first_clause(remedy: str) -> str:
    return remedy.partition(";")[0].rstrip(".") + "."


def _for_lines(remedy: str, numbers: Sequence[int]) -> str:
    each = remedy if len(numbers) == 1 else remedy.replace(" for this line", " for each of them")
    return f"{line_names(numbers).capitalize()}: {each[:1].lower()}{each[1:]}"


def waits_for(verdict: Verdict) -> tuple[str, ...]:
    """The units of the City that act before anything is released, each once, in the order of what they act on."""
    if verdict.outcome in RELEASING or verdict.outcome is Outcome.HELD:
        return ()
    units = [unit for finding in verdict.findings if _stops(finding) for unit in finding.tell]
    return tuple(dict.fromkeys(unit for unit in units if unit != "Provider"))
