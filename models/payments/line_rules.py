"""Checks of single lines: their days, what may be charged, and whether it is shown, approved and delivered.

A credit takes money back, so only what holds a line (a change, a dispute) is asked of it here.
"""

from collections.abc import Iterator

from models.payments.packet import Category, Claim, RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.calendar import fiscal_year_bounds, long_date
from models.shared.money import dollars

_BILLS = ("vendor_bill", "proof_of_payment")
# What must be with a line that is paid by what was spent. Source: DIR2, DYCDP; details: convention (P12, P14).
_PAPERS: dict[Category, tuple[str, ...]] = {
    Category.PS: ("payroll_register", "time_records"),
    Category.FRINGE: ("payroll_register",),
    Category.OTPS: _BILLS,
    Category.CONSULTANT: _BILLS,
    Category.SUBCONTRACT: _BILLS,
    Category.EQUIPMENT: (*_BILLS, "inventory_report"),
    Category.OTHER: _BILLS,
    Category.INDIRECT: (),
}
_NAMES = {
    "payroll_register": "the payroll register",
    "time_records": "the time records",
    "vendor_bill": "the vendor's bill",
    "proof_of_payment": "the proof of payment",
    "inventory_report": "the inventory report",
}
_STAFF = (Category.PS, Category.FRINGE)


def _claims(packet: RequisitionPacket) -> Iterator[Claim]:
    return (claim for claim in packet.claims if not claim.is_credit)


def outside_term_or_year(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """A day of the line is outside the term or the fiscal year; bills are not divided. Source: P5 (CLO, MPROC)."""
    year = fiscal_year_bounds(packet.budget.fiscal_year)
    first, last = max(year[0], packet.contract.term_start), min(year[1], packet.contract.term_end)
    for claim in _claims(packet):
        since, until = claim.service_from, claim.service_to
        if since is None or until is None or (since >= first and until <= last):
            continue
        yield ruled(
            Effect.LIMIT, "P5", f"line {claim.line.no}",
            f"{claim.label}: its service of {long_date(since)} to {long_date(until)} is not wholly within "
            f"{long_date(first)} to {long_date(last)}; {dollars(claim.line.amount_cents)} is disallowed.",
            citation="P5; close-out notice FY24",
            evidence={"service": f"{since} to {until}", "payable": f"{first} to {last}"},
            remedy="What was delivered within these days may be claimed again with its own days and amount.",
            position=claim.position,
        )  # fmt: skip


def sales_tax_claimed(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """The City pays no sales tax. Source: P10 (DOF)."""
    for claim in _claims(packet):
        tax = claim.line.sales_tax_cents
        if tax > 0:
            left = max(0, claim.line.amount_cents - tax)
            yield ruled(
                Effect.LIMIT, "P10", f"line {claim.line.no}",
                f"{claim.label}: {dollars(tax)} of {dollars(claim.line.amount_cents)} is sales tax, which the City "
                f"does not pay; at most {dollars(left)} can be paid.",
                citation="P10; Department of Finance invoice requirements",
                evidence={"sales tax": dollars(tax), "claimed": dollars(claim.line.amount_cents)},
                remedy="Ask the seller for the tax back with your exemption certificate.",
                position=claim.position, limit_cents=left,
            )  # fmt: skip


def cost_never_paid(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """The reviewer found the cost on the list of those never paid. Source: P11 (DIR2; SBSF app. A-B)."""
    for claim in _claims(packet):
        if claim.line.unallowable:
            yield ruled(
                Effect.LIMIT, "P11", f"line {claim.line.no}",
                f"{claim.label}: this is {claim.line.unallowable}, a cost that City contracts never pay; "
                f"{dollars(claim.line.amount_cents)} is disallowed.",
                citation="P11; Comptroller Directive 2", evidence={"found to be": claim.line.unallowable},
                remedy="Pay it from other money, or write to Fiscal why it is something else.",
                position=claim.position,
            )  # fmt: skip


def papers_missing(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Payroll papers (P12) or bills and proof of payment (P14) are missing. Source: P12, P14 (DIR2, DYCDP)."""
    for claim in _claims(packet):
        if claim.category is None or claim.budget_line is None or claim.budget_line.basis != "line_item":
            continue
        missing = [_NAMES[paper] for paper in _PAPERS[claim.category] if paper not in claim.line.evidence]
        if missing:
            yield ruled(
                Effect.HOLD, "P12" if claim.category in _STAFF else "P14", f"line {claim.line.no}",
                f"{claim.label}: {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing; "
                f"{dollars(claim.line.amount_cents)} is held.",
                citation="Comptroller Directive 2; DYCD payment unit; details: convention",
                evidence={"missing": ", ".join(missing), "in": ", ".join(claim.line.evidence) or "nothing"},
                remedy=f"Send {' and '.join(missing)} for this line; the requisition need not be sent again.",
                position=claim.position,
            )  # fmt: skip


def supplier_not_approved(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """A consultant or subcontractor is approved before the work. Source: P15 (PPB 4-13(b))."""
    approvals = {(supplier.name, supplier.budget_line): supplier.approved_on for supplier in packet.suppliers}
    for claim in sheet.of(Category.CONSULTANT, Category.SUBCONTRACT):
        if claim.is_credit or claim.service_from is None:
            continue
        approved_on = approvals.get((claim.line.supplier, claim.line.budget_line))
        if approved_on is not None and approved_on <= claim.service_from:
            continue
        name = claim.line.supplier or "its supplier, who is not named,"
        known = f"was approved only on {long_date(approved_on)}" if approved_on else "was never approved"
        yield ruled(
            Effect.LIMIT, "P15", f"line {claim.line.no}",
            f"{claim.label}: {name} {known} and began on {long_date(claim.service_from)}; "
            f"{dollars(claim.line.amount_cents)} is disallowed.",
            citation="P15; PPB 4-13(b)",
            evidence={"supplier": claim.line.supplier or "none", "approved": str(approved_on or "never")},
            remedy="Ask for approval before the work begins; only work from that day on can be claimed.",
            position=claim.position,
        )  # fmt: skip


def deliverable_not_verified(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Units are paid as verified, at their price, once the outcome report is in. Source: P17 (JOB; convention)."""
    for claim in _claims(packet):
        line, budget = claim.line, claim.budget_line
        if budget is None or budget.basis != "deliverable":
            continue
        verified = line.units_verified or 0
        worth = verified * budget.unit_price_cents
        if packet.reports.outcomes_in and worth >= line.amount_cents:
            continue
        if packet.reports.outcomes_in:
            message = f"{verified} verified at {dollars(budget.unit_price_cents)} come to {dollars(worth)}"
        else:
            worth, message = 0, "the month's outcome report is not in"
        yield ruled(
            Effect.LIMIT if worth else Effect.HOLD, "P17", f"line {line.no}",
            f"{claim.label}: {message}; of {dollars(line.amount_cents)} at most {dollars(worth)} can be paid now.",
            citation="P17 (convention)",
            evidence={"units claimed": str(line.units or 0), "verified": str(verified)},
            remedy="Send the outcome report with the sign-in sheets of each unit.",
            position=claim.position, limit_cents=worth,
        )  # fmt: skip


def line_disputed(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """A disputed line is held; the rest is paid on time. Source: P21 (PPB 4-06(d)(3)(i))."""
    for claim in packet.claims:
        if claim.line.no in packet.requisition.disputed:
            yield ruled(
                Effect.HOLD, "P21", f"line {claim.line.no}",
                f"{claim.label}: {dollars(claim.line.amount_cents)} is disputed and held; the rest is not.",
                citation="P21; PPB 4-06(d)(3)(i)", evidence={"disputed": dollars(claim.line.amount_cents)},
                remedy="Settle the dispute with the program manager; interest does not run on a disputed line.",
                position=claim.position,
            )  # fmt: skip


LINE_CHECKS = (
    outside_term_or_year,
    sales_tax_claimed,
    cost_never_paid,
    papers_missing,
    supplier_not_approved,
    deliverable_not_verified,
    line_disputed,
)
