"""Checks that hold everything: the month's reports, and papers that must be good on the day of payment."""

from collections.abc import Iterator, Sequence
from datetime import date

from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, Ruling, ruled
from models.payments.worksheet import Worksheet
from models.shared.calendar import long_date
from models.shared.money import dollars


def papers_lapse_before_payment(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """Insurance, Charities, prequalification and disclosures are good on the day of payment. Source: P18 (convention).

    That day is the required payment date, or the day of the review where that is later or no clock runs.
    """
    required = sheet.clock.required_on if sheet.clock and not sheet.returned else packet.as_of
    needed = max(packet.as_of, required)
    papers = (
        ("insurance", "Insurance", packet.compliance.insurance_until),
        ("Charities", "The Charities Bureau registration", packet.compliance.charities_until),
        ("prequalification", "The prequalification", packet.compliance.pql_until),
        ("disclosures", "The PASSPort disclosures", packet.compliance.disclosures_until),
    )
    for subject, name, until in papers:
        if until is None or until < needed:
            known = f"ends on {long_date(until)}" if until else "is not on file"
            yield ruled(
                Effect.HOLD, "P18", subject,
                f"{name} {known} and must still be good on {long_date(needed)}; "
                f"{dollars(packet.claimed_cents)} is held.",
                citation="P18 (convention)",
                evidence={"good until": until.isoformat() if until else "none", "needed on": needed.isoformat()},
                remedy="Renew it and send the renewal; the requisition need not be sent again.",
                tell=("Provider", "Program", "Procurement"),
            )  # fmt: skip


def reports_do_not_agree(packet: RequisitionPacket, policy: Policy, sheet: Worksheet) -> Iterator[Ruling]:
    """The report of each month is in; all equal ledger and claim. Source: P16 (SBSF ch. 4; equality: convention)."""
    asked = packet.requisition
    reports, claimed = packet.reports, asked.total_cents if asked.whole_cents is None else asked.whole_cents
    if not reports.mfr_in:
        message = f"The monthly financial report{_of(reports.mfr_missing)} not in; {dollars(claimed)} is held."
    elif reports.gl_missing:
        message = f"The general ledger{_of(reports.gl_missing)} not in; {dollars(claimed)} is held."
    elif not reports.mfr_total_cents == reports.gl_total_cents == claimed:
        message = (
            f"The monthly financial report says {_said(reports.mfr_total_cents)}, the general ledger "
            f"{_said(reports.gl_total_cents)} and the invoice {dollars(claimed)}; all is held until they agree."
        )
    else:
        return
    yield ruled(
        Effect.HOLD, "P16", "monthly report", message, citation="P16; SBS Fiscal Manual ch. 4; equality: convention",
        evidence={
            "report": _said(reports.mfr_total_cents), "ledger": _said(reports.gl_total_cents),
            "claimed": dollars(claimed),
        },
        remedy="Send the monthly financial report with its general ledger, both equal to what is claimed.",
    )  # fmt: skip


def _of(months: Sequence[date]) -> str:
    """What follows a report: its months by their names, the first three of many, and the verb."""
    names = [f"{month:%B %Y}" for month in months]
    if len(names) < 2:
        return f" of {names[0]} is" if names else " is"
    if len(names) > 4:
        names[3:] = [f"{len(names) - 3} other months"]
    return f"s of {', '.join(names[:-1])} and {names[-1]} are"


def _said(cents: int | None) -> str:
    return "nothing" if cents is None else dollars(cents)


MONTH_CHECKS = (reports_do_not_agree, papers_lapse_before_payment)
