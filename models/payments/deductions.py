"""What comes off the approved amount: the advance first, then the name-check fee, then what Fiscal sets off."""

from models.payments.contract_rules import planned_recoupment
from models.payments.packet import RequisitionPacket
from models.payments.verdicts import Deductions
from models.shared.findings import Finding, Severity
from models.shared.money import dollars


def deductions(packet: RequisitionPacket, approved_cents: int, *, still_open: bool = False) -> Deductions:
    """Recoup the advance (P19), charge the fee (P7), set off, within what was approved. Source: ADV; PPB 2-08(f)(2).

    What the last requisition cannot take back of the advance is a refund due to the City, unless lines are open from
    which it may still be taken.
    """
    balance, fee = packet.advance.balance_cents, packet.name_check_fee_cents
    recouped = min(planned_recoupment(packet), approved_cents)
    charged = min(fee, approved_cents - recouped)
    offset = min(packet.offset_cents, approved_cents - recouped - charged)
    refund = balance - recouped if packet.advance.last_requisition and not still_open else 0
    findings = []
    if recouped or refund:
        findings.append(_recouped(recouped, balance - recouped, refund))
    if charged:
        findings.append(_charged(charged, fee - charged))
    if offset:
        findings.append(_set_off(offset, packet.offset_cents - offset))
    return Deductions(recouped, charged, balance - recouped, refund, fee - charged, tuple(findings), offset)


def nothing_deducted(packet: RequisitionPacket) -> Deductions:
    """Where no money is released, nothing comes off it."""
    return Deductions(0, 0, packet.advance.balance_cents, 0, packet.name_check_fee_cents)


def _recouped(recouped: int, left: int, refund: int) -> Finding:
    owed = f" {dollars(refund)} could not be taken back and is a refund due to the City." if refund else ""
    return Finding(
        code="P19", subject="advance", severity=Severity.MEDIUM if refund else Severity.INFO,
        message=f"{dollars(recouped)} of the advance is taken off this payment; {dollars(left)} of it is left.{owed}",
        citation="P19; Int 1249-A of 2025; schedule: convention",
        evidence={"taken off": dollars(recouped), "left": dollars(left)},
        remedy="Send the refund to the agency." if refund else "Nothing need be sent.",
        tell=("Provider", "Fiscal"),
    )  # fmt: skip


def _charged(charged: int, left: int) -> Finding:
    rest = f"; {dollars(left)} comes off a later payment" if left else ""
    return Finding(
        code="P7", subject="name check", severity=Severity.INFO,
        message=f"{dollars(charged)} for the DOI vendor name check is taken off this payment{rest}.",
        citation="T7; PPB 2-08(f)(2)", evidence={"taken off": dollars(charged), "left": dollars(left)},
        remedy="Nothing need be sent.", tell=("Provider", "Fiscal"),
    )  # fmt: skip


def _set_off(taken: int, left: int) -> Finding:
    """Source: Z4 (SBSF 5.4-5.5); that Fiscal orders it: convention."""
    rest = f"; {dollars(left)} of it is still due" if left else ""
    return Finding(
        code="P19", subject="refund", severity=Severity.INFO,
        message=f"{dollars(taken)} that you owe the City as a refund is set off against this payment{rest}.",
        citation="Z4; SBS Fiscal Manual 5.4-5.5; set-off by order of Fiscal: convention",
        evidence={"set off": dollars(taken), "left": dollars(left)},
        remedy="Send the rest of the refund to the agency." if left else "Nothing need be sent.",
        tell=("Provider", "Fiscal"),
    )  # fmt: skip
