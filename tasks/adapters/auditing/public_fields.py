"""What the public copy keeps of each table, and why it withholds the rest. The split is convention; Legal decides.

Only what is named here is kept: a column that somebody adds is withheld until it is named.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.registration.award_cells import is_mocs_id
from models.registration.ocds_history import NOT_PUBLIC
from models.registration.records import Amendment, Award, RegistrationCase
from models.registration.sheets import label
from models.shared.calendar import new_york_date
from models.shared.money import to_cents
from models.shared.people import Role
from models.shared.records import CaseEvent, Contract, StoredDocument
from tasks.adapters.export import Column, Shape

WITHHELD = "withheld"
# E-mail addresses, EINs and telephone numbers that somebody wrote into a text that is public otherwise.
_PERSONAL = re.compile(
    r"[^\s@<>]+@[^\s@<>]+|(?<!\d)\d{2}-?\d{7}(?!\d)"
    r"|(?<![\d-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])?\d{3}[ .-]\d{4}(?!\d)"
)
_MONEY = re.compile(r"-?\d{1,15}(\.\d{2})?")

Numbers = Mapping[str, str]
Take = Callable[[Any, Numbers], Any]


@dataclass(frozen=True)
class Kept:
    """One column of the copy: its heading, the columns of the database that it is made of, and how."""

    column: Column
    sources: tuple[str, ...]
    take: Take


@dataclass(frozen=True)
class PublicTable:
    """One file of the copy: what is kept of which tables of the database."""

    name: str
    models: tuple[type, ...]
    kept: tuple[Kept, ...]


def public_text(text: str) -> str:
    """A text of a public list, without e-mail addresses, EINs and telephone numbers."""
    return _PERSONAL.sub(WITHHELD, text or "")


def _same(source: str, heading: str, shape: Shape = Shape.TEXT) -> Kept:
    name = source.rpartition(".")[2]
    if shape is Shape.TEXT:
        return Kept(Column(heading), (source,), lambda row, _: public_text(str(getattr(row, name) or "")))
    return Kept(Column(heading, shape), (source,), lambda row, _: getattr(row, name))


def _day(source: str, heading: str) -> Kept:
    """The day of a moment: at which hour staff work is nobody's business."""
    name = source.rpartition(".")[2]
    return Kept(Column(heading, Shape.DAY), (source,), lambda row, _: _as_day(getattr(row, name)))


def _as_day(at: datetime | None) -> Any:
    return new_york_date(at) if at else None


def _made(heading: str, take: Take, *sources: str) -> Kept:
    return Kept(Column(heading), sources, take)


def _case(*sources: str) -> Kept:
    return _made("Case", lambda row, numbers: numbers[row.case_id], *sources)


def _letter_number(document_id: str | None, case_id: str) -> str:
    """The number of a letter within its case."""
    if not document_id:
        return ""
    return document_id.removeprefix(f"{case_id}-") if document_id.startswith(f"{case_id}-") else WITHHELD


def _letter(row: Any, numbers: Numbers) -> str:
    return _letter_number(row.document_id, row.case_id)


def _replaced_by(row: Any, numbers: Numbers) -> str:
    return _letter_number(row.superseded_by, row.case_id)


def _amount(row: Any, numbers: Numbers) -> int | None:
    told = next((str(row.told[k]) for k in ("amount_after", "amount") if row.told.get(k)), "")
    return to_cents(told) if _MONEY.fullmatch(told) else None


def _role(row: Any, numbers: Numbers) -> str:
    signed = row.told.get("signed")
    if not signed:
        return "no signature"
    return signed["role"] if signed["role"] in set(Role) else WITHHELD


CASES = PublicTable("cases", (RegistrationCase, Contract), (
    _case("registration_case.case_id", "contract.contract_id"),
    _same("contract.fiscal_year", "Fiscal year", Shape.WHOLE), _same("contract.agency", "Agency"),
    _same("registration_case.kind", "Kind"), _same("contract.vendor_name", "Provider"),
    _same("contract.beneficiary_name", "Beneficiary"), _same("contract.amount_cents", "Amount", Shape.MONEY),
    _same("contract.original_amount_cents", "Original amount", Shape.MONEY),
    _same("contract.adjustment_cents", "Adjustment", Shape.MONEY),
    _same("contract.term_start", "Term start", Shape.DAY), _same("contract.term_end", "Term end", Shape.DAY),
    _same("registration_case.state", "State"),
    _day("registration_case.state_since", "Since"), _day("registration_case.opened_at", "Opened"),
    _same("registration_case.due_on", "Due", Shape.DAY),
    _made("Merged into", lambda row, numbers: numbers.get(row.folded_into, ""), "registration_case.folded_into"),
))  # fmt: skip
AWARDS = PublicTable("awards", (Award,), (
    _case("award.contract_id"),
    # An award without a number of the Council is known here by a hash over its EIN.
    _made("Award", lambda row, _: row.mocs_id if is_mocs_id(row.base_key) else "no number", "award.mocs_id"),
    _same("award.fiscal_year", "Fiscal year", Shape.WHOLE), _same("award.agency", "Agency"),
    _same("award.source", "Source"), _same("award.council_member", "Council member"),
    _same("award.legal_name", "Legal name"), _same("award.status", "Status"),
    _same("award.amount_cents", "Amount", Shape.MONEY), _same("award.program_name", "Program"),
    _same("award.purpose", "Purpose"), _same("award.city", "City"), _same("award.state", "State"),
    _same("award.conduit_name", "Fiscal conduit"), _day("award.vanished_at", "No longer listed since"),
))  # fmt: skip
EVENTS = PublicTable("events", (CaseEvent,), (
    _case("case_event.case_id"), _same("case_event.seq", "Number", Shape.WHOLE), _day("case_event.at", "Recorded"),
    _day("case_event.occurred_at", "Happened"), _same("case_event.event", "Event"),
    _made("Event in words", lambda row, _: label(row.event), "case_event.event"),
    _same("case_event.state_from", "State before"), _same("case_event.state_to", "State after"),
    _made("Signed by", _role, "case_event.payload"),
    Kept(Column("Amount", Shape.MONEY), ("case_event.payload",), _amount),
    _made("Reason", lambda row, _: WITHHELD if row.told.get("reason") else "", "case_event.payload"),
))  # fmt: skip
AMENDMENTS = PublicTable("amendments", (Amendment,), (
    _case("amendment.contract_id"), _same("amendment.seq_no", "Number", Shape.WHOLE), _same("amendment.type", "Type"),
    _same("amendment.delta_cents", "Change", Shape.MONEY),
    _same("amendment.running_cents", "All changes", Shape.MONEY),
    _same("amendment.revised_cents", "Amount after", Shape.MONEY),
    _same("amendment.term_end", "New term end", Shape.DAY), _same("amendment.approved_on", "Approved", Shape.DAY),
    _same("amendment.ccpo_approved_on", "CCPO approval", Shape.DAY),
    _made("To be registered", lambda row, _: "Yes" if row.needs_registration else "No", "amendment.needs_registration"),
    _same("amendment.status", "Status"), _same("amendment.filed_on", "Filed", Shape.DAY),
    _same("amendment.registered_on", "Registered", Shape.DAY),
    _made("Reason", lambda row, _: WITHHELD if row.reason else "", "amendment.reason"),
))  # fmt: skip
LETTERS = PublicTable("letters", (StoredDocument,), (
    _case("stored_document.case_id"),
    _made("Letter", _letter, "stored_document.document_id"),
    _day("stored_document.made_at", "Made"), _same("stored_document.language", "Language"),
    _same("stored_document.pages", "Pages", Shape.WHOLE),
    _made("Replaced by", _replaced_by, "stored_document.superseded_by"),
))  # fmt: skip
TABLES = (CASES, AWARDS, EVENTS, AMENDMENTS, LETTERS)

_INTERNAL = "internal: how the office prepares, assigns and questions its work"
LEFT_OUT = {
    **dict.fromkeys(sorted(NOT_PUBLIC), "says what a provider lacks, or how it was checked"),
    **dict.fromkeys(("act_proposed", "proposal_closed", "assigned"), _INTERNAL),
    **dict.fromkeys(
        ("document_recorded", "document_rejected", "document_corrected"), "says what papers a provider has"
    ),
    **dict.fromkeys(("hold_placed", "hold_released"), "litigation"),
}
_HASH = "a hash lets others guess what is withheld"
_TEXT = "free text"
# Why a column is withheld, by table and column; the default is that nobody has reviewed it.
REASONS = {
    "registration_case.case_id": "contains the EIN; replaced by a number of this copy",
    "registration_case.version": "internal", "registration_case.head_hash": _HASH,
    "registration_case.fiscal_year": "stands in the contract", "registration_case.process": "internal",
    "contract.contract_id": "contains the EIN; replaced by a number of this copy", "contract.vendor_ein": "EIN",
    "contract.beneficiary_ein": "EIN", "contract.kind": "stands in the case",
    "award.ein": "EIN", "award.conduit_ein": "EIN", "award.street": "street address",
    "award.street_2": "street address", "award.postcode": "part of the street address", "award.row_hash": _HASH,
    "award.base_key": "may be a hash over the EIN",
    "award.placed_in": "internal", "award.held_out": _TEXT, "award.contract_id": "contains the EIN",
    "case_event.process": "internal", "case_event.actor": "name of staff; the role is kept", "case_event.hash": _HASH,
    "case_event.prev_hash": _HASH, "case_event.payload": "free text, names and hashes; role and amount are kept",
    "amendment.reason": _TEXT, "amendment.ccpo_reference": _TEXT,
    "stored_document.title": "may name the contract, and by it the EIN", "stored_document.sha256": _HASH,
    "stored_document.packet_sha256": _HASH, "stored_document.template_sha256": _HASH,
    "stored_document.process": "internal", "stored_document.kind": "only letters are listed",
    "stored_document.bytes": "internal",
}  # fmt: skip
# Tables of which nothing is kept.
WHOLE_TABLES = {
    "provider": "EIN, contact name, e-mail and street of the provider", "provider_name": "EIN",
    "staff": "names, e-mail and employee numbers of staff", "staff_delegation": "absences of staff",
    "enrolment_ticket": "access", "desk_session": "access", "attempt": "access",
    "office_act": "names of staff, free text", "signature": "names of staff, free text",
    "proposal": "not decided yet, free text", "letter_order": "the letters' text, with names and addresses",
    "outgoing_message": "e-mail addresses and letters' text", "assignment": "names of staff, hand-over text",
    "case_note": "notes and call log", "case_finding": "what a provider lacks, before it was decided",
    "stored_packet": "all facts of a case, the restricted ones too", "document_report": "papers of providers",
    "incoming_file": "papers of providers", "sitting": "how the program ran",
    **dict.fromkeys(
        ("requisition", "requisition_revision", "fiscal_year_budget", "budget_change", "payment_fact",
         "referred_contract", "approved_line", "voucher", "voucher_payment", "evidence_request", "refund_due",
         "dispute", "spending_row", "reported_month"),
        "invoices of vendors with their EIN and papers; what was paid is published by the Comptroller",
    ),
    **dict.fromkeys(
        ("fiscal_month", "financial_report", "ledger_month", "fiscal_fact", "funded_contract"),
        "books of providers, before anybody signed what they come to",
    ),
    **dict.fromkeys(
        ("hotline_contact", "hotline_key", "hotline_access", "hotline_vault_key", "hotline_decision", "hotline_case",
         "hotline_override", "hotline_alert", "hotline_note", "hotline_api_key", "hotline_request"),
        "what constituents said, sealed, and who read it (SSL 136)",
    ),
    **dict.fromkeys(
        ("hotline_event_tag", "hotline_sample"),
        "what constituents said, sealed, and who read it (SSL 136)",
    ),
    "policy_version": "names of staff; the agency's numbers are published by themselves",
}  # fmt: skip
