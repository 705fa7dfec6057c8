"""Fills the letters to a vendor from the review of a requisition, and the e-mails that carry them."""

from datetime import date, datetime
from typing import Any

from models.payments.documents import DeterminationLetter, ReturnNotice, TableRate
from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.reasons import faults, notes, reviewed_line, to_send, unpaid, waits_for
from models.payments.verdicts import RELEASING, Outcome, Verdict
from models.shared.calendar import long_date
from models.shared.documents import Office, Recipient, Replaced
from models.shared.money import dollars


def determination_letter(
    packet: RequisitionPacket, verdict: Verdict, office: Office, recipient: Recipient, *, document_id: str,
    dated: date, made_at: datetime, replaces: Replaced | None = None, send_by: date | None = None,
    policy: Policy | None = None,
) -> DeterminationLetter:  # fmt: skip
    """What is paid, what is not and why, and what waits for what; `policy` only adds the rate of interest to it.

    What is missing is wished for by `send_by`, or else by the required payment date. Source: convention.
    """
    if verdict.ira_on is None or verdict.required_on is None:
        raise ValueError(f"requisition {packet.requisition.number} was returned; it gets a return notice")
    wishes = tuple(to_send(verdict))
    in_time = verdict.required_on > dated and packet.paid_on is None
    wished = send_by or (verdict.required_on if in_time else None)
    return DeterminationLetter(
        **_head(packet, office, recipient, dated, made_at, replaces),
        **_amounts(verdict),
        document_id=document_id,
        title=f"Our decision on your requisition {packet.requisition.number}",
        outcome=verdict.outcome,
        lines=tuple(map(reviewed_line, packet.claims, verdict.lines)),
        unpaid=tuple(unpaid(packet, verdict)),
        notes=notes(verdict),
        to_send=wishes,
        waits_for=waits_for(verdict),
        send_by=wished if wishes else None,
        ira_on=verdict.ira_on,
        required_on=verdict.required_on,
        clock_was_stopped=bool(packet.pauses),
        paid_on=packet.paid_on,
        days_late=verdict.forecast.days_late if verdict.forecast else verdict.days_late,
        rate=table_rate(policy, packet.paid_on or dated) if policy else None,
    )


def _amounts(verdict: Verdict) -> dict[str, int]:
    deducted = verdict.deductions
    return {
        "approved_cents": verdict.approved_cents, "net_cents": verdict.net_cents,
        "recouped_cents": deducted.recouped_cents, "fee_cents": deducted.fee_cents,
        "offset_cents": deducted.offset_cents,
        "advance_left_cents": deducted.advance_left_cents, "fee_left_cents": deducted.fee_left_cents,
        "refund_due_cents": deducted.refund_due_cents, "interest_cents": verdict.interest_cents,
    }  # fmt: skip


def return_notice(
    packet: RequisitionPacket, verdict: Verdict, office: Office, recipient: Recipient, *, document_id: str,
    dated: date, made_at: datetime, replaces: Replaced | None = None,
) -> ReturnNotice:  # fmt: skip
    """Everything that is wrong with an improper requisition, at once. Source: P3 (DOF; PPB 4-06(b))."""
    if verdict.outcome is not Outcome.RETURNED:
        raise ValueError(f"requisition {packet.requisition.number} was not returned; it gets a determination letter")
    first, also = faults(packet, verdict)
    return ReturnNotice(
        **_head(packet, office, recipient, dated, made_at, replaces),
        document_id=document_id,
        title=f"We return your requisition {packet.requisition.number}",
        faults=first,
        also=also,
    )


def table_rate(policy: Policy, on: date) -> TableRate:
    """The row of our table that is in force on a day; a day before the first row takes the first row."""
    row = next((row for row in reversed(policy.interest_rates) if row.from_ <= on), policy.interest_rates[0])
    return TableRate(rate=row.rate, since=row.from_)


def _head(
    packet: RequisitionPacket, office: Office, recipient: Recipient, dated: date, made_at: datetime,
    replaces: Replaced | None,
) -> dict[str, Any]:  # fmt: skip
    asked = packet.requisition
    return {
        "made_at": made_at, "office": office, "dated": dated, "recipient": recipient, "replaces": replaces,
        "fiscal_year": packet.budget.fiscal_year, "requisition": asked.number, "revision": asked.revision,
        "invoice_no": asked.invoice_no.strip(), "contract_id": packet.contract.id,
        "service_from": asked.service_from, "service_to": asked.service_to, "received_on": asked.received_on,
        "claimed_cents": asked.total_cents,
    }  # fmt: skip


def letter_message(letter: DeterminationLetter | ReturnNotice) -> str:
    """The e-mail that carries either letter: what is paid by when, what to send, whom to ask."""
    office = letter.office
    parts = _determined(letter) if isinstance(letter, DeterminationLetter) else _returned(letter)
    body = "\n\n".join(part for part in parts if part)
    return (
        f"Dear {letter.recipient.attention or letter.recipient.name},\n\n{body}\n\n"
        f"The attached letter says more. Questions: {office.contact}, {office.phone}, {office.email}.\n\n"
        f"{office.agency}\n{office.unit}\n"
    )


def _determined(letter: DeterminationLetter) -> tuple[str, ...]:
    by = f"by {long_date(letter.send_by)}" if letter.send_by else "as soon as you can"
    wishes = "\n".join(f"- {wish}" for wish in letter.to_send)
    refund = f"Please send the City {dollars(letter.refund_due_cents)}: so much of the advance is left to give back."
    return (
        _said(letter),
        _rest(letter),
        f"To get what is not paid, please do this {by}:\n\n{wishes}" if wishes else "",
        refund if letter.refund_due_cents else "",
        "" if wishes or letter.refund_due_cents else "You need not send us anything for it now.",
    )


def _said(letter: DeterminationLetter) -> str:
    about = f"requisition {letter.requisition} of contract {letter.contract_id}"
    if letter.outcome in RELEASING and letter.net_cents:
        if letter.paid_on:
            return f"we paid {dollars(letter.net_cents)} for {about} on {long_date(letter.paid_on)}."
        return f"we will pay {dollars(letter.net_cents)} for {about}. It is due on {long_date(letter.required_on)}."
    if letter.outcome in RELEASING and letter.approved_cents:
        return f"we approved {dollars(letter.approved_cents)} of {about}; what comes off it leaves nothing to pay out."
    return {
        Outcome.HELD: f"we hold {about}: something is missing, and nothing of it can be paid yet.",
        Outcome.BLOCKED: f"{about} waits: something else must be done before any of it can be paid.",
        Outcome.WAITING: f"{about} waits for a change of the budget, and nothing of it can be paid yet.",
    }.get(letter.outcome, f"we cannot pay {about}. The letter says why for each line.")


def _rest(letter: DeterminationLetter) -> str:
    rest = letter.claimed_cents - letter.approved_cents
    if letter.outcome is not Outcome.SPLIT or rest <= 0:
        return ""
    return f"{dollars(rest)} of the {dollars(letter.claimed_cents)} that you claimed is not paid now."


def _returned(letter: ReturnNotice) -> tuple[str, ...]:
    wishes = "\n".join(f"- {fault.where}: {fault.to_do}" for fault in letter.faults)
    return (
        f"we return requisition {letter.requisition} of contract {letter.contract_id}: it is not a proper invoice, so "
        "its payment clock has not started.",
        f"Please correct all of this and submit it again, once:\n\n{wishes}",
    )
