"""Fills the letters to a vendor from the review of a requisition."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from models.payments.documents import Before, Closing, DeterminationLetter, DisputeWay, ReturnNotice, TableRate
from models.payments.evidence_requests import wanted
from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.reasons import faults, notes, reviewed_line, to_send, unpaid, waits_for
from models.payments.verdicts import RELEASING, Outcome, Verdict
from models.shared.documents import Office, Recipient, Replaced


def determination_letter(
    packet: RequisitionPacket, verdict: Verdict, office: Office, recipient: Recipient, *, document_id: str,
    dated: date, made_at: datetime, replaces: Replaced | None = None, policy: Policy | None = None,
) -> DeterminationLetter:  # fmt: skip
    """What is paid, what is not and why, and what waits for what; `policy` adds the days that the vendor must know.

    What is missing and closes nothing is wished for by the required payment date. Source: convention.
    """
    if verdict.ira_on is None or verdict.required_on is None:
        raise ValueError(f"requisition {packet.requisition.number} was returned; it gets a return notice")
    return DeterminationLetter(
        **letter_head(packet, office, recipient, dated, made_at, replaces),
        **_amounts(packet, verdict),
        **_days(packet, verdict, dated, policy),
        document_id=document_id,
        title=_title(packet),
        outcome=verdict.outcome,
        lines=tuple(map(reviewed_line, packet.claims, verdict.lines)),
        unpaid=tuple(unpaid(packet, verdict)),
        notes=notes(verdict),
        waits_for=waits_for(verdict),
        ira_on=verdict.ira_on,
        required_on=verdict.required_on,
        clock_was_stopped=bool(packet.pauses),
        paid_on=packet.paid_on,
        days_late=verdict.forecast.days_late if verdict.forecast else verdict.days_late,
    )


def _title(packet: RequisitionPacket) -> str:
    asked = packet.requisition
    part = f", part {asked.part}" if asked.part > 1 else ""
    return f"Our decision on your requisition {asked.number}{part}"


def _amounts(packet: RequisitionPacket, verdict: Verdict) -> dict[str, int]:
    deducted = verdict.deductions
    return {
        "approved_cents": verdict.approved_cents, "net_cents": verdict.net_cents,
        "recouped_cents": deducted.recouped_cents, "fee_cents": deducted.fee_cents,
        "offset_cents": deducted.offset_cents, "offset_left_cents": packet.offset_cents - deducted.offset_cents,
        "advance_left_cents": deducted.advance_left_cents, "fee_left_cents": deducted.fee_left_cents,
        "refund_due_cents": deducted.refund_due_cents, "interest_cents": verdict.interest_cents,
    }  # fmt: skip


def _days(packet: RequisitionPacket, verdict: Verdict, dated: date, policy: Policy | None) -> dict[str, Any]:
    """What the vendor must send and until when, and how long what was refused can be disputed."""
    wishes = tuple(to_send(verdict))
    close = _closing(packet, verdict, dated, policy) if policy else None
    in_time = verdict.required_on is not None and verdict.required_on > dated and packet.paid_on is None
    wished = verdict.required_on if wishes and in_time and close is None else None
    refused = verdict.outcome in RELEASING and any(_refused(verdict))
    return {
        "to_send": wishes, "send_by": wished, "closing": close,
        "dispute": dispute_way(policy, dated) if policy and refused else None,
        "rate": table_rate(policy, packet.paid_on or dated) if policy else None,
    }  # fmt: skip


def _closing(packet: RequisitionPacket, verdict: Verdict, dated: date, policy: Policy) -> Closing | None:
    asked = wanted(verdict, packet.requisition.part, dated, policy)
    if asked is None or asked.due_on is None:
        return None
    cents = sum(line.open_cents for line in verdict.lines if line.no in asked.lines)
    return Closing(lines=asked.lines, cents=cents, last_day=asked.due_on)


def _refused(verdict: Verdict) -> Iterator[bool]:
    for line in verdict.lines:
        yield line.claimed_cents - line.amount_cents - line.open_cents > 0


def dispute_way(policy: Policy, dated: date) -> DisputeWay:
    """The days for a notice of dispute, from the receipt of a letter of a day. Source: PPB 4-09 (K18)."""
    days = policy.dispute_notice_days
    return DisputeWay(days=days, last_day=dated + timedelta(days=days))


def return_notice(
    packet: RequisitionPacket, verdict: Verdict, office: Office, recipient: Recipient, *, document_id: str,
    dated: date, made_at: datetime, replaces: Replaced | None = None,
) -> ReturnNotice:  # fmt: skip
    """Everything that is wrong with an improper requisition, at once. Source: P3 (DOF; PPB 4-06(b))."""
    if verdict.outcome is not Outcome.RETURNED:
        raise ValueError(f"requisition {packet.requisition.number} was not returned; it gets a determination letter")
    first, also = faults(packet, verdict)
    return ReturnNotice(
        **letter_head(packet, office, recipient, dated, made_at, replaces),
        document_id=document_id,
        title=f"We return your requisition {packet.requisition.number}",
        faults=first,
        also=also,
    )


def table_rate(policy: Policy, on: date) -> TableRate:
    """The row of our table that is in force on a day; a day before the first row takes the first row."""
    row = next((row for row in reversed(policy.interest_rates) if row.from_ <= on), policy.interest_rates[0])
    return TableRate(rate=row.rate, since=row.from_)


def letter_head(
    packet: RequisitionPacket, office: Office, recipient: Recipient, dated: date, made_at: datetime,
    replaces: Replaced | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What every letter about a requisition says first."""
    asked = packet.requisition
    return {
        "made_at": made_at, "office": office, "dated": dated, "recipient": recipient, "replaces": replaces,
        "fiscal_year": packet.budget.fiscal_year, "requisition": asked.number, "revision": asked.revision,
        "invoice_no": asked.invoice_no.strip(), "contract_id": packet.contract.id,
        "service_from": asked.service_from, "service_to": asked.service_to, "received_on": asked.received_on,
        "claimed_cents": asked.total_cents, "part": asked.part, "before": _before(packet),
    }  # fmt: skip


def _before(packet: RequisitionPacket) -> Before | None:
    asked = packet.requisition
    if asked.part == 1:
        return None
    whole, approved = whole_cents(packet), approved_before(packet)
    return Before(whole_cents=whole, approved_cents=approved, closed_cents=whole - approved - asked.total_cents)


def whole_cents(packet: RequisitionPacket) -> int:
    """What all of a requisition claims, whatever of it is open."""
    asked = packet.requisition
    return asked.total_cents if asked.whole_cents is None else asked.whole_cents


def approved_before(packet: RequisitionPacket) -> int:
    """What earlier parts of the same requisition approved."""
    return sum(line.approved_cents for line in packet.earlier if line.own)
