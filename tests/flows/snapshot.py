"""All that a home says to the outside, as one comparable value."""

import sqlite3
from hashlib import sha256
from pathlib import Path

# Everything but the bookkeeping of runs; when a file was received belongs to it.
_TABLES = {
    "award": "*", "contract": "*", "provider": "*", "provider_name": "*", "registration_case": "*", "case_event": "*",
    "case_finding": "*", "stored_packet": "*", "stored_document": "*", "outgoing_message": "*", "document_report": "*",
    "policy_version": "*", "incoming_file": "*", "staff": "*", "signature": "*", "proposal": "*", "letter_order": "*",
    "requisition": "*", "requisition_revision": "*", "fiscal_year_budget": "*", "payment_fact": "*", "voucher": "*",
    "referred_contract": "*", "approved_line": "*", "voucher_payment": "*", "evidence_request": "*", "refund_due": "*",
    "dispute": "*", "budget_change": "*", "spending_row": "*", "reported_month": "*",
    "hotline_contact": "*", "hotline_key": "*", "hotline_decision": "*", "hotline_request": "*",
    "hotline_event_tag": "*", "hotline_sample": "*",
    "hotline_case": "*", "hotline_override": "*", "hotline_alert": "*",
    "fiscal_month": "*", "financial_report": "*", "ledger_month": "*", "fiscal_fact": "*", "funded_contract": "*",
}  # fmt: skip


def snapshot(home: Path) -> dict[str, object]:
    """Rows of every table, and the hash of every document, mail, reject and archived file."""
    connection = sqlite3.connect(home / "steward.db")
    rows = {
        table: sorted(map(repr, connection.execute(f"select {columns} from {table}")))
        for table, columns in _TABLES.items()
    }
    connection.close()
    files = {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()
        for folder in ("documents", "outbox", "archive", "rejects", "inbox", "vouchers")
        for path in sorted((home / folder).rglob("*"))
        if path.is_file()
    }
    return {**{name: tuple(found) for name, found in rows.items()}, "files": tuple(files.items())}
