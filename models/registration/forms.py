"""What comes in besides award lists: rows of the office's tracker spreadsheets, checked one by one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from models.registration.requirements import LABELS
from models.registration.states import STEPS, Kind
from models.shared.money import MoneyError, to_cents

_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d-%b-%Y", "%B %d, %Y")
_YES = {"yes", "y", "true", "1", "x"}
_NO = {"no", "n", "false", "0"}


class RowError(ValueError):
    """A row cannot be used; the message says which column and why."""


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class StepRow(_Row):
    """A step that the office or an oversight body took. `value` is the step's detail (kind, hearing or comment)."""

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


@dataclass(frozen=True)
class Tracker:
    """One kind of tracker: its columns (heading wordings to field) and which of them it needs."""

    kind: str
    columns: Mapping[str, str]
    needed: tuple[str, ...]


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
_BY_LABEL = {label.casefold(): document for document, label in LABELS.items()}


def map_header(tracker: Tracker, header: Sequence[Any]) -> dict[int, str]:
    """Column number to field for the headings that the tracker knows; raises RowError naming what is missing."""
    found: dict[int, str] = {}
    for number, cell in enumerate(header):
        field = tracker.columns.get(re.sub(r"[\s_.]+", " ", str(cell or "")).strip().casefold())
        if field and field not in found.values():
            found[number] = field
    missing = [name for name in tracker.needed if name not in found.values()]
    if missing:
        wording = {field: heading for heading, field in reversed(list(tracker.columns.items()))}
        names = ", ".join(f"“{wording[name]}”" for name in missing)
        raise RowError(f"The sheet has no column {names}. Add it to the heading row and import again.")
    return found


def _date(value: Any, column: str) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    for pattern in _DATES:
        try:
            return datetime.strptime(str(value).strip(), pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise RowError(f"{column}: “{value}” is not a date; write it as 2026-09-30.")


def _needed_date(value: Any, column: str) -> date:
    day = _date(value, column)
    if day is None:
        raise RowError(f"{column}: the date is missing.")
    return day


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value if value is not None else "").split())


def _cents(value: Any, column: str) -> int | None:
    if value in (None, ""):
        return None
    try:
        return to_cents(value)
    except MoneyError as error:
        raise RowError(f"{column}: {error}.") from error


def _yes_no(value: Any, column: str) -> bool | None:
    text = _text(value).casefold()
    if not text:
        return None
    if text in _YES | _NO:
        return text in _YES
    raise RowError(f"{column}: “{value}” is neither yes nor no.")


def _code(value: Any) -> str:
    return _text(value).casefold().replace(" ", "_").replace("-", "_")


def ein_or_contract(value: Any) -> str:
    """A nine-digit EIN (dash and lost leading zero mended) or a contract id such as R27-123456789."""
    text = _text(value).upper()
    if re.fullmatch(r"R\d\d-[0-9A-Z-]+", text):
        return text
    digits = text.replace("-", "")
    if digits.isdigit() and 8 <= len(digits) <= 9:
        return digits.zfill(9)
    raise RowError(f"“{value}” is neither a nine-digit EIN nor a contract id such as R27-123456789.")


def step_row(cells: Mapping[str, Any]) -> StepRow:
    """One row of the steps tracker; raises RowError."""
    step = _code(cells.get("step"))
    if step not in STEPS:
        raise RowError(f"step: “{_text(cells.get('step'))}” is not a step. Known: {', '.join(sorted(STEPS))}.")
    value = _text(cells.get("value"))
    if step == "kind_set" and _code(value) not in set(Kind):
        raise RowError(f"value: “{value}” is not a kind of contract. Known: {', '.join(Kind)}.")
    return StepRow(
        case_id=ein_or_contract(cells.get("case_id")), step=step, on=_needed_date(cells.get("on"), "date"),
        value=_code(value) if step == "kind_set" else value, reason=_text(cells.get("reason")),
        reference=_text(cells.get("reference")),
    )  # fmt: skip


def document_row(cells: Mapping[str, Any]) -> DocumentRow:
    """One row of the documents tracker; raises RowError."""
    named = _text(cells.get("document"))
    document = _BY_LABEL.get(named.casefold(), _code(named))
    if document not in LABELS:
        raise RowError(f"document: “{named}” is not on the checklist. Known: {', '.join(LABELS)}.")
    year = _text(cells.get("fiscal_year")).upper().removeprefix("FY").strip()
    if year and not (year.isdigit() and len(year) in (2, 4)):
        raise RowError(f"fiscal year: “{cells.get('fiscal_year')}” is not a year such as 2027.")
    return DocumentRow(
        owner=ein_or_contract(cells.get("owner")), document=document,
        reported_on=_needed_date(cells.get("reported_on"), "reported on"),
        signed_on=_date(cells.get("signed_on"), "signed on"),
        expires_on=_date(cells.get("expires_on"), "expires on"),
        period_end=_date(cells.get("period_end"), "period end"),
        fiscal_year=(int(year) + 2000 if len(year) == 2 else int(year)) if year else None,
        amount_cents=_cents(cells.get("amount_cents"), "amount"),
        file_name=_text(cells.get("file_name")), detail=_text(cells.get("detail")),
    )  # fmt: skip


def provider_row(cells: Mapping[str, Any]) -> ProviderRow:
    """One row of the providers list; raises RowError."""
    end = _text(cells.get("fiscal_year_end")) or None
    if end and not re.fullmatch(r"(0[1-9]|1[0-2])-([0-2]\d|3[01])", end):
        raise RowError(f"fiscal year end: “{end}” is not a month and day such as 06-30.")
    email = _text(cells.get("email")) or None
    if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise RowError(f"email: “{email}” is not an e-mail address.")
    ein = ein_or_contract(cells.get("ein"))
    if ein.startswith("R"):
        raise RowError(f"ein: “{ein}” is a contract; the list of providers wants EINs.")
    return ProviderRow(
        ein=ein, email=email, contact_name=_text(cells.get("contact_name")) or None,
        annual_revenue_cents=_cents(cells.get("annual_revenue_cents"), "annual revenue"), fiscal_year_end=end,
        has_employees=_yes_no(cells.get("has_employees"), "employees"),
        uses_subcontractors=_yes_no(cells.get("uses_subcontractors"), "subcontractors"),
        first_contract=_yes_no(cells.get("first_contract"), "first contract"),
        new_to_council=_yes_no(cells.get("new_to_council"), "new to council"),
        city_business_cents=_cents(cells.get("city_business_cents"), "city business 12 months"),
    )  # fmt: skip
