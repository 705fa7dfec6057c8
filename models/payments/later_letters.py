"""Fills the letters to a vendor that follow a determination: lines that were closed, and how a dispute was decided."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from models.payments.documents import DisputeWay
from models.payments.later_documents import AmountOfLine, DisputeDecision, LapseNotice
from models.payments.letters import approved_before, dispute_way, letter_head, whole_cents
from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.reasons import not_sent
from models.payments.verdicts import Verdict
from models.shared.documents import Office, Recipient


def lapse_notice(
    packet: RequisitionPacket, verdict: Verdict, lines: Sequence[int], office: Office, recipient: Recipient, *,
    document_id: str, asked_on: date, due_on: date, made_at: datetime, dated: date, policy: Policy,
) -> LapseNotice:  # fmt: skip
    """Which of the open lines were closed, and what would have kept them open."""
    closed = tuple(
        AmountOfLine(no=line.no, description=line.description, cents=line.amount_cents)
        for line in packet.requisition.lines
        if line.no in lines
    )
    cents = sum(line.cents for line in closed)
    asked = packet.requisition
    whole = {"claimed_cents": whole_cents(packet), "part": 1, "before": None}
    return LapseNotice(
        **letter_head(packet, office, recipient, dated, made_at) | whole,
        document_id=document_id,
        title=f"What was missing of your requisition {asked.number} did not come",
        asked_on=asked_on,
        due_on=due_on,
        lines=closed,
        closed_cents=cents,
        missing=tuple(not_sent(verdict, lines)),
        approved_cents=approved_before(packet),
        still_open_cents=asked.total_cents - cents,
        dispute=dispute_way(policy, dated),
    )


def dispute_decision(
    packet: RequisitionPacket, lines: Sequence[AmountOfLine], office: Office, recipient: Recipient, *, granted: bool,
    reason: str, document_id: str, filed_on: date, made_at: datetime, dated: date, policy: Policy,
) -> DisputeDecision:  # fmt: skip
    """What the agency head decided and why; a denial can go on to the Comptroller. Source: PPB 4-09 (K18)."""
    days = policy.comptroller_claim_days
    whole = {"claimed_cents": whole_cents(packet), "part": 1, "before": None}
    return DisputeDecision(
        **letter_head(packet, office, recipient, dated, made_at) | whole,
        document_id=document_id,
        title=f"Our decision on your dispute over requisition {packet.requisition.number}",
        granted=granted,
        filed_on=filed_on,
        reason=reason,
        lines=tuple(lines),
        disputed_cents=sum(line.cents for line in lines),
        claim=None if granted else DisputeWay(days=days, last_day=dated + timedelta(days=days)),
    )
