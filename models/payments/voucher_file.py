"""The two files of a voucher batch for the finance system: its lines, and the control totals to check them by.

Both are CSV in UTF-8 with a header row, commas, and CR LF at the end of each line. Amounts have a point and two
decimals, dates are YYYY-MM-DD. The voucher file has no sums in it, so that each of its rows is a line to post.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from models.payments.vouchers import Voucher, VoucherBatch
from models.shared.documents import sha256
from models.shared.money import plain
from models.shared.sheet_cells import words

# One row for each line of each voucher: heading, and what stands under it.
COLUMNS: Mapping[str, str] = {
    "Batch number": "the same on every row",
    "Voucher number": "requisition, -V and its part, R and a number where it is reissued; never given twice",
    "Voucher date": "the day on which the batch was made",
    "Requisition": "the case in this office",
    "Revision": "of the requisition, from 1",
    "FMS contract": "the contract's number in the finance system",
    "Contract": "the contract's number in this office",
    "Vendor EIN": "nine digits without a dash",
    "Vendor name": "the legal name",
    "Invoice number": "the vendor's own",
    "Pay by": "the required payment date",
    "Voucher amount": "what the whole voucher pays; repeated on each of its lines, so never to be summed",
    "Line": "within the voucher, from 1",
    "Budget line": "of the fiscal year's budget; empty where an amount comes off the whole requisition",
    "Line title": "of the budget line, or why the amount comes off",
    "Line amount": "what the line pays, negative for what comes off; all rows sum to the control total",
}
CONTROL_COLUMNS: Mapping[str, str] = {
    "Batch number": "as in the voucher file",
    "Batch date": "the day on which the batch was made",
    "Vouchers": "how many vouchers",
    "Lines": "how many rows the voucher file has below its header",
    "Total": "the sum of all line amounts",
    "SHA-256": "of the voucher file's bytes (UTF-8 without a mark)",
}
# A spreadsheet program takes a cell that begins with one of these (or their wide forms) for a formula. Source: OWASP.
# tasks/adapters/spreadsheets.py has the same for tables with other columns; a test holds the two together.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def voucher_file(batch: VoucherBatch) -> str:
    """The lines of all vouchers of a batch."""
    return _table(COLUMNS, (row for voucher in batch.vouchers for row in _rows(batch, voucher)))


def control_file(batch: VoucherBatch) -> str:
    """One row to check the voucher file by before anything of it is posted."""
    row = (
        batch.number,
        batch.made_on.isoformat(),
        str(len(batch.vouchers)),
        str(batch.line_count),
        plain(batch.total_cents),
        sha256(voucher_file(batch)),
    )
    return _table(CONTROL_COLUMNS, [row])


def _rows(batch: VoucherBatch, voucher: Voucher) -> Iterator[Sequence[str]]:
    item = voucher.item
    head = (
        safe_text(batch.number),
        safe_text(voucher.number),
        voucher.made_on.isoformat(),
        safe_text(item.case_id),
        str(item.revision),
        safe_text(item.fms_contract_id),
        safe_text(item.contract_id),
        item.vendor_ein,
        safe_text(item.vendor_name),
        safe_text(item.invoice_no),
        item.required_on.isoformat(),
        plain(item.net_cents),
    )
    for number, line in enumerate(item.lines, 1):
        budget_line = "" if line.budget_line is None else str(line.budget_line)
        yield (*head, str(number), budget_line, safe_text(line.title), plain(line.amount_cents))


def safe_text(text: str) -> str:
    """Text on one line, without signs that nobody sees; what a spreadsheet would run gets an apostrophe first."""
    found = words(text)
    return f"'{found}" if found.startswith(_FORMULA_STARTS) else found


def _table(columns: Mapping[str, str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
