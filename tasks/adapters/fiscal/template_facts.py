"""Writes the template of a contract's report of a month from what is known of the contract."""

from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from models.fiscal.assembly import due_on, spent_before, term_in_year
from models.fiscal.policy import Policy
from tasks.adapters.fiscal.books import find_contract, load_books
from tasks.adapters.fiscal.template_file import ReportedLine, ReportedMonth, report_template


class TemplateUnknown(LookupError):
    """There is no such contract or month, or no budget in force yet; the message says what to do."""


def write_template(session: Session, contract: str, month: date, path: Path, policy: Policy, at: datetime) -> str:
    """Write the template and return whose month it is. Raises TemplateUnknown and ExportRefused."""
    found = load_books(session, [find_contract(session, contract)])
    if not found:
        raise TemplateUnknown(
            f"Contract {contract[:40]} has no budget in force that the fiscal review knows of. Its budget must be "
            "signed, and “review financial reports” must have run since."
        )
    books = found[0]
    first, last = term_in_year(books.funding)
    if not first.replace(day=1) <= month <= last:
        raise TemplateUnknown(f"{month:%B %Y} is not in the contract's year: {first:%B %Y} to {last:%B %Y}.")
    before, funding = spent_before(books, month), books.funding
    known = {line.no: None if before is None else before.get(line.no, 0) for line in funding.lines}
    lines = [
        ReportedLine(line.no, line.category, line.title, line.amount_cents, known[line.no]) for line in funding.lines
    ]
    filed = books.reports.get(month, ())
    told = ReportedMonth(
        funding.contract_no, funding.vendor_name, funding.fiscal_year, month, due_on(month, policy), at,
        revision=len(filed) + 1,
    )  # fmt: skip
    report_template(told, lines, path)
    return f"{funding.contract_id}, {month:%B %Y}, revision {told.revision}"
