"""What comes in besides award lists: rows of the office's tracker spreadsheets, checked one by one."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict

from models.registration.requirements import LABELS
from models.registration.states import STEPS, Kind
from models.shared import tracker_cells as cell
from models.shared.tracker_cells import RowError
from models.shared.trackers import Tracker


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class StepRow(_Row):
    """A step that the office or an oversight body took.

    `value` is the step's detail: the kind of contract, hearing or comment of a notice, cancelled for a hearing that
    was called off.
    """

    case_id: str
    step: str
    on: date
    value: str = ""
    reason: str = ""
    reference: str = ""


class DocumentRow(_Row):
    """What a tracker says of one document; `owner` is an EIN or a contract id. Amount in cents."""

    owner: str
    document: str
    reported_on: date
    signed_on: date | None = None
    expires_on: date | None = None
    period_end: date | None = None
    fiscal_year: int | None = None
    amount_cents: int | None = None
    file_name: str = ""
    detail: str = ""


class ProviderRow(_Row):
    """What the office knows about a provider; None leaves what is known as it is. Amounts in cents."""

    ein: str
    email: str | None = None
    contact_name: str | None = None
    annual_revenue_cents: int | None = None
    fiscal_year_end: str | None = None
    has_employees: bool | None = None
    uses_subcontractors: bool | None = None
    first_contract: bool | None = None
    new_to_council: bool | None = None
    city_business_cents: int | None = None


STEP_TRACKER = Tracker(
    "registration-steps",
    {
        "case": "case_id", "contract": "case_id", "contract id": "case_id", "step": "step", "event": "step",
        "date": "on", "step date": "on", "value": "value", "detail": "value", "reason": "reason",
        "reference": "reference", "reference no": "reference",
    },
    ("case_id", "step", "on"),
)  # fmt: skip
DOCUMENT_TRACKER = Tracker(
    "documents",
    {
        "owner": "owner", "ein or contract": "owner", "ein": "owner", "contract": "owner", "document": "document",
        "reported on": "reported_on", "date reported": "reported_on", "signed on": "signed_on",
        "date signed": "signed_on", "expires on": "expires_on", "expiration date": "expires_on",
        "period end": "period_end", "fiscal year": "fiscal_year", "amount": "amount_cents", "file": "file_name",
        "file name": "file_name", "detail": "detail", "note": "detail",
    },
    ("owner", "document", "reported_on"),
)  # fmt: skip
PROVIDER_TRACKER = Tracker(
    "providers",
    {
        "ein": "ein", "email": "email", "e-mail": "email", "contact": "contact_name", "contact name": "contact_name",
        "annual revenue": "annual_revenue_cents", "fiscal year end": "fiscal_year_end", "employees": "has_employees",
        "subcontractors": "uses_subcontractors", "first contract": "first_contract",
        "new to council": "new_to_council", "city business 12 months": "city_business_cents",
    },
    ("ein",),
)  # fmt: skip
_BY_LABEL = {label.casefold(): document for document, label in LABELS.items()} | {
    "authorization resolution": "authorisation_resolution"
}


def ein_or_contract(value: Any) -> str:
    """A nine-digit EIN (dash and lost leading zero mended) or a contract id such as R27-123456789."""
    text = cell.text(value).upper()
    if re.fullmatch(r"R[0-9]{2}-[0-9A-Z-]+", text):
        return text
    # A spreadsheet drops the zero in front of a number.
    if re.fullmatch(r"[0-9]{1,2}-?[0-9]{7}", text):
        return text.replace("-", "").zfill(9)
    raise RowError(f"“{cell.text(value)}” is neither a nine-digit EIN nor a contract id such as R27-123456789.")


def _contract(value: Any) -> str:
    contract = ein_or_contract(value)
    if not contract.startswith("R"):
        raise RowError(f"contract: “{contract}” is an EIN; a step belongs to a contract id such as R27-123456789.")
    return contract


def _step_value(step: str, value: str) -> str:
    """The detail of a step, in the one spelling that the rules know."""
    word = cell.code(value)
    if step == "kind_set" and word not in set(Kind):
        raise RowError(f"value: “{value}” is not a kind of contract. Known: {', '.join(Kind)}.")
    if step == "notice_published" and word not in ("", "hearing", "comment"):
        raise RowError(f"value: “{value}” is not a kind of notice. Known: hearing, comment.")
    if step == "notice_completed" and word not in ("", "held", "cancelled", "canceled"):
        raise RowError(f"value: “{value}” does not say how the notice ended. Known: held, canceled; or leave it empty.")
    if step == "notice_completed":
        return word.replace("canceled", "cancelled")
    return word if step in ("kind_set", "notice_published") else value


def step_row(cells: Mapping[str, Any]) -> StepRow:
    """One row of the steps tracker; raises RowError."""
    step = cell.code(cells.get("step"))
    if step not in STEPS:
        raise RowError(f"step: “{cell.text(cells.get('step'))}” is not a step. Known: {', '.join(sorted(STEPS))}.")
    return StepRow(
        case_id=_contract(cells.get("case_id")), step=step, on=cell.needed_day(cells.get("on"), "date"),
        value=_step_value(step, cell.text(cells.get("value"))), reason=cell.text(cells.get("reason")),
        reference=cell.text(cells.get("reference")),
    )  # fmt: skip


def document_row(cells: Mapping[str, Any]) -> DocumentRow:
    """One row of the documents tracker; raises RowError."""
    named = cell.text(cells.get("document"))
    document = _BY_LABEL.get(named.casefold().replace("_", " "), cell.code(named))
    if document not in LABELS:
        raise RowError(f"document: “{named}” is not on the checklist. Known: {', '.join(LABELS)}.")
    signed_on, expires_on = (
        cell.day(cells.get("signed_on"), "signed on"),
        cell.day(cells.get("expires_on"), "expires on"),
    )
    if signed_on and expires_on and expires_on < signed_on:
        raise RowError(f"expires on: {expires_on} lies before the signature of {signed_on}; correct one of them.")
    return DocumentRow(
        owner=ein_or_contract(cells.get("owner")), document=document,
        reported_on=cell.needed_day(cells.get("reported_on"), "reported on"),
        signed_on=signed_on, expires_on=expires_on, period_end=cell.day(cells.get("period_end"), "period end"),
        fiscal_year=cell.fiscal_year(cells.get("fiscal_year")),
        amount_cents=cell.amount(cells.get("amount_cents"), "amount"),
        file_name=cell.text(cells.get("file_name")), detail=cell.text(cells.get("detail")),
    )  # fmt: skip


def provider_row(cells: Mapping[str, Any]) -> ProviderRow:
    """One row of the providers list; raises RowError."""
    email = cell.text(cells.get("email")) or None
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise RowError(f"email: “{email}” is not an e-mail address.")
    ein = ein_or_contract(cells.get("ein"))
    if ein.startswith("R"):
        raise RowError(f"ein: “{ein}” is a contract; the list of providers wants EINs.")
    return ProviderRow(
        ein=ein, email=email, contact_name=cell.text(cells.get("contact_name")) or None,
        annual_revenue_cents=cell.amount(cells.get("annual_revenue_cents"), "annual revenue"),
        fiscal_year_end=cell.year_day(cells.get("fiscal_year_end")),
        has_employees=cell.yes_no(cells.get("has_employees"), "employees"),
        uses_subcontractors=cell.yes_no(cells.get("uses_subcontractors"), "subcontractors"),
        first_contract=cell.yes_no(cells.get("first_contract"), "first contract"),
        new_to_council=cell.yes_no(cells.get("new_to_council"), "new to council"),
        city_business_cents=cell.amount(cells.get("city_business_cents"), "city business 12 months"),
    )  # fmt: skip
