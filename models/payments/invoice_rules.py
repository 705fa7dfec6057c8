"""Checks of the invoice: a proper one, never seen before, that adds up and goes to the right address."""

from collections.abc import Iterator

from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.money import dollars


def invoice_not_proper(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """What a proper invoice must say; without it no clock starts. Source: P3 (DOF; PPB 4-06(b))."""
    for subject, fault, remedy in _faults(packet):
        yield ruled(
            Effect.RETURN, "P3", subject,
            f"The invoice {fault}, so its {dollars(packet.requisition.total_cents)} cannot be reviewed.",
            citation="P3; Department of Finance invoice requirements; PPB 4-06(b)",
            evidence={"requisition": packet.requisition.number, "contract": packet.contract.id},
            remedy=f"{remedy} and submit it again; the payment clock starts when it arrives complete.",
        )  # fmt: skip


def _faults(packet: RequisitionPacket) -> Iterator[tuple[str, str, str]]:
    asked = packet.requisition
    wanted = (
        ("invoice number", asked.invoice_no), ("invoice date", asked.invoice_date),
        ("contract number", asked.contract_no), ("first day of service", asked.service_from),
        ("last day of service", asked.service_to), ("place of service", asked.place),
        ("description", asked.description),
    )  # fmt: skip
    for subject, value in wanted:
        if value is None or not str(value).strip():
            yield subject, f"does not give the {subject}", f"Add the {subject}"
    if asked.contract_no.strip() and asked.contract_no.strip() != packet.contract.id:
        named = f"names contract {asked.contract_no}, not {packet.contract.id}"
        yield "contract number", named, "Put the right contract number on it"
    if not asked.lines:
        yield "lines", "has no lines", "Add what is claimed, line by line"
    yield from _faults_of_lines(packet)


def _faults_of_lines(packet: RequisitionPacket) -> Iterator[tuple[str, str, str]]:
    seen: set[int] = set()
    for claim in packet.claims:
        no = claim.line.no
        if no in seen:
            yield f"number of line {no}", f"has two lines with the number {no}", "Give each line its own number"
        seen.add(no)
        if claim.budget_line is None:
            wrong = f"claims line {no} (“{claim.line.description}”) from budget line {claim.line.budget_line}, "
            yield f"line {no}", f"{wrong}which this contract does not have", "Name a line of this contract's budget"
        if claim.service_from and claim.service_to and claim.service_to < claim.service_from:
            yield f"days of line {no}", f"ends the service of line {no} before it begins", "Correct the days of service"


def invoice_seen_before(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """A number that another invoice has, or a line that was paid before. Source: P4 (PART; line test: convention)."""
    live = [line for line in packet.earlier if line.status != "returned" and not line.own]
    number = packet.requisition.invoice_no.strip().casefold()
    same = next((line for line in live if number and line.invoice_no.strip().casefold() == number), None)
    if same:
        is_rest = packet.requisition.part > 1
        yield ruled(
            Effect.RETURN, "P4", "invoice number",
            f"Invoice number {packet.requisition.invoice_no} was used before; its {dollars(packet.claimed_cents)} "
            "would be claimed twice.",
            citation="P4; PASSPort submit-invoice", evidence={"earlier invoice": f"{same.invoice_no}, {same.status}"},
            remedy="Give the rest an invoice number of its own and submit it again."
            if is_rest else "Give a new claim a new invoice number; a held line needs only its missing papers.",
        )  # fmt: skip
    paid = {
        (line.budget_line, line.service_from, line.service_to, amount): line
        for line in live if line.approved_cents > 0 for amount in (line.claimed_cents, line.approved_cents)
    }  # fmt: skip
    for claim in packet.claims:
        line = claim.line
        before = (
            paid.get((line.budget_line, claim.service_from, claim.service_to, line.amount_cents))
            if claim.service_from and claim.service_to else None
        )  # fmt: skip
        if before:
            yield ruled(
                Effect.RETURN, "P4", f"line {line.no}",
                f"{claim.label}: {dollars(line.amount_cents)} for the same budget line and days was already approved "
                f"on invoice {before.invoice_no}.",
                citation="P4 (convention)",
                evidence={"earlier invoice": before.invoice_no, "approved": dollars(before.approved_cents)},
                remedy="Take the line off, or correct its days and amount, and submit the requisition again.",
                position=claim.position,
            )  # fmt: skip


def total_or_address_wrong(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """The total is the sum of the lines, and the payee address the registered one. Source: P6 (PART; convention)."""
    asked, summed = packet.requisition, packet.claimed_cents
    if asked.total_cents != summed:
        yield ruled(
            Effect.RETURN, "P6", "total",
            f"The invoice's total is {dollars(asked.total_cents)}, but its lines add up to {dollars(summed)}.",
            citation="P6 (convention)",
            evidence={"total": dollars(asked.total_cents), "sum of lines": dollars(summed)},
            remedy="Correct the total or the lines and submit the requisition again.",
        )  # fmt: skip
    if _plain(asked.payee_address) != _plain(packet.contract.payee_address):
        yield ruled(
            Effect.RETURN, "P6", "payee address",
            f"The invoice asks for {dollars(asked.total_cents)} to be paid to “{asked.payee_address}”, but the "
            f"payee address on file is “{packet.contract.payee_address}”.",
            citation="P6; PASSPort submit-invoice",
            evidence={"invoice": asked.payee_address, "on file": packet.contract.payee_address},
            remedy="Use the address on file, or change it in the Payee Information Portal, and submit it again.",
        )  # fmt: skip


def _plain(address: str) -> str:
    return " ".join(address.split()).casefold()


INVOICE_CHECKS = (invoice_not_proper, invoice_seen_before, total_or_address_wrong)
