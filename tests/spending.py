"""Spending as Checkbook NYC writes it: a row of its CSV, the same as XML, and an answer of its API. All invented."""

from typing import Any
from xml.sax.saxutils import escape

# The columns that Checkbook's data feeds offer, in an order of ours (CBK, spending.json).
TITLES = [
    "Fiscal year", "Document ID", "Payee Name", "Issue Date", "Agency", "Check Amount", "Contract ID",
    "Spending Category", "Sub Vendor", "Budget Code",
]  # fmt: skip
GOOD = [
    "2027", "20279700001-1-DSB-EFT", "BRAMBLEWICK COOPERATIVE EXCHANGE", "2026-11-12",
    "Department of Small Business Services", "41207.35", "CT180120279700001", "Contracts", "No", "N/A",
]  # fmt: skip


def row(**overrides: Any) -> list[Any]:
    """A good row with other cells, named by the title in lower case with underscores."""
    at = {title.lower().replace(" ", "_"): n for n, title in enumerate(TITLES)}
    cells: list[Any] = list(GOOD)
    for name, value in overrides.items():
        cells[at[name]] = value
    return cells


def transaction(**overrides: str) -> str:
    """The same row as an element of Checkbook's answer, with other values by tag."""
    said = {
        "agency": GOOD[4], "contract_id": GOOD[6], "check_amount": GOOD[5], "document_id": GOOD[1],
        "issue_date": GOOD[3], "payee_name": GOOD[2], "spending_category": GOOD[7], "sub_vendor": "No",
    } | overrides  # fmt: skip
    return "<transaction>" + "".join(f"<{k}>{escape(v)}</{k}>" for k, v in said.items()) + "</transaction>"


def answer(*transactions: str, count: int | None = None) -> str:
    """Checkbook's answer with some transactions, and how many it says there are."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><response><status><result>success</result></status>'
        "<request_criteria><request><type_of_data>Spending</type_of_data></request></request_criteria>"
        f"<result_records><record_count>{len(transactions) if count is None else count}</record_count>"
        f"<spending_transactions>{''.join(transactions)}</spending_transactions></result_records></response>"
    )
