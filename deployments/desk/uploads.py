"""Uploads: a file for a document of a case, and lists for the inbox, with what became of them."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from deployments.desk.case_people import OTHER, PROCESS, Refused
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.pages import case_answer, has_case
from deployments.desk.posted import Posted
from deployments.follow import start
from models.payments.facts import FACT_TRACKER, Fact
from models.payments.packet import Category
from models.payments.payment_tracker import PAYMENT_TRACKER
from models.registration.forms import DOCUMENT_TRACKER, PROVIDER_TRACKER, STEP_TRACKER
from models.registration.requirements import LABELS
from models.shared.trackers import map_header
from tasks.adapters.addresses import run_file
from tasks.adapters.arrived import Arrived, arrived_lists, lying_in_inbox, rejects_of
from tasks.adapters.database import reading
from tasks.adapters.home import read_json
from tasks.adapters.notes import may_write
from tasks.adapters.uploads import WITH_NAME, NotTaken, kinds_of, put_into_inbox, take_list, take_scan

router = APIRouter()
# Each kind of list in words, and what reads it.
LISTS = {
    "awards": "Award list of the Council", "registration-steps": "Tracker of steps",
    "documents": "Tracker of documents", "providers": "List of providers",
    "requisitions": "Requisitions of providers", "budgets": "Budget of a contract for a fiscal year",
    "payment-facts": "Facts for payments", "payments": "Payments that were made",
    "spending": "What the City paid, from Checkbook NYC",
    "financial-reports": "Monthly financial reports", "ledgers": "General ledgers of providers",
    "fiscal-facts": "Facts for fiscal reviews",
}  # fmt: skip
_FISCAL = ("financial-reports", "ledgers", "fiscal-facts")
READERS = {
    "awards": "import-awards", **dict.fromkeys(sorted(WITH_NAME), "import-payment-files"),
    **dict.fromkeys(_FISCAL, "import-fiscal-files"),
}  # fmt: skip
TRACKERS = {
    tracker.kind: tracker
    for tracker in (STEP_TRACKER, DOCUMENT_TRACKER, PROVIDER_TRACKER, FACT_TRACKER, PAYMENT_TRACKER)
}
# What somebody who fills in a list for the first time asks about it.
HINTS = {
    "requisitions": "Best as the workbook of the contract, which has the lines of its budget: the page Requisitions "
    "makes it. CSV has a row a line; JSON comes from a provider's own program. Whoever brings a requisition in "
    "counts as its submitter and cannot approve it.",
    "budgets": f"A row a line of the budget. Categories: {', '.join(Category)}.",
    "payment-facts": f"A row a fact. Facts: {', '.join(fact.replace('_', ' ') for fact in Fact)}.",
    "payments": "What the finance office paid: a row a payment; what came back has a minus before its amount.",
    "financial-reports": "Best as the workbook of the contract and month; CSV has a row a line, and a row “total” at "
    "the end. A month that comes again is its next revision.",
    "ledgers": "An extract of the general ledger, a row an entry; its sum is the month.",
    "fiscal-facts": "Facts: planned month (month, amount), budgeted fte (value), outcome target (value, amount each), "
    "outcomes verified (month, value so far).",
    "spending": "A download of Spending from Checkbook NYC, as CSV or XML. It is matched with our vouchers.",
}
# The headings of an empty list of each kind, in a wording that its reader knows.
HEADINGS = {
    "awards": (
        "MOCS ID", "Fiscal Year", "Source", "Council Member", "Legal Name", "EIN", "Status", "Amount", "Agency",
        "Program Name", "Purpose of Funds", "Fiscal Conduit", "Fiscal Conduit EIN",
    ),
    "registration-steps": ("Contract ID", "Step", "Date", "Value", "Reason", "Reference No"),
    "documents": (
        "EIN or contract", "Document", "Reported on", "Signed on", "Expires on", "Period end", "Fiscal year", "Amount",
        "File", "Note",
    ),
    "providers": (
        "EIN", "E-mail", "Contact name", "Annual revenue", "Fiscal year end", "Employees", "Subcontractors",
        "First contract", "New to Council", "City business 12 months",
    ),
    "requisitions": (
        "Requisition number", "Revision", "Contract number", "Invoice number", "Invoice date", "Services from",
        "Services to", "Place of service", "Description of services", "Payee address", "Total claimed", "Line",
        "Budget line", "Line description", "Amount", "Sales tax", "Evidence", "Supplier", "Units", "Line service from",
        "Line service to", "Credit of invoice",
    ),
    "budgets": (
        "Contract number", "Fiscal year", "Line", "Category", "Title", "Amount", "Basis", "Unit price", "Units",
    ),
    "payment-facts": (
        "Contract or requisition", "Fact", "Date", "Line", "Name", "Amount", "Value", "Until", "First month",
    ),
    "payments": ("Voucher", "Amount", "Paid on", "Reference"),
    "spending": (
        "Document ID", "Issue Date", "Agency", "Payee Name", "Contract ID", "Check Amount", "Spending Category",
        "Sub Vendor", "Voucher Number",
    ),
    "financial-reports": (
        "contract_no", "month", "revision", "certified_by", "paid_fte", "reason", "no", "category", "title", "budget",
        "prior", "current", "ytd", "balance", "line_reason",
    ),
    "ledgers": ("contract_no", "month", "entry_date", "account", "description", "amount"),
    "fiscal-facts": ("contract_no", "fact", "month", "amount", "value"),
}  # fmt: skip
_NEEDED = {
    "awards": ("Legal Name", "Amount", "Agency"),
    "requisitions": ("Requisition number", "Total claimed", "Line", "Budget line", "Amount"),
    "budgets": ("Contract number", "Fiscal year", "Line", "Category", "Title", "Amount"),
    "spending": ("Issue Date", "Payee Name", "Check Amount"),
    "financial-reports": (*HEADINGS["financial-reports"][:2], *HEADINGS["financial-reports"][6:14]),
    "ledgers": HEADINGS["ledgers"],
    "fiscal-facts": HEADINGS["fiscal-facts"],
}
_ENDINGS = ",".join(sorted({ending for kind in LISTS for ending in kinds_of(kind)}))
_STARTED = {
    "yes": "Reading has begun. Load this page again in a minute: what became of each list is said below.",
    "no": "Prefect does not answer, so nothing was started. The lists are read at the next quarter of an hour at which "
    "it runs.",
}  # fmt: skip
_READS_ONLY = "Auditors read case files and write nothing into them. Nothing was changed."


@dataclass(frozen=True)
class Columns:
    """The headings of one kind of list: those that it needs, and those that it may have."""

    needed: tuple[str, ...]
    others: tuple[str, ...]


@router.post("/cases/registration/{case_id}/uploads")
def upload_scan(case_id: str, visitor: SignedIn, form: PostedForm) -> Response:
    """Keep a file for a document of the case, then show the case again."""
    if not has_case(case_id):
        return sentence(404, "Not found", f"There is no contract {case_id[:80]}. The worklist has them all.")
    if not may_write(visitor.person):
        return sentence(403, "Not possible", _READS_ONLY)
    document, sent = form.one("document"), _sent(form)
    if document not in (*LABELS, OTHER):
        why = "Choose which document this is. Nothing was kept."
        return case_answer(case_id, visitor, 422, Refused("upload", "document", why))
    try:
        if sent is None:
            raise NotTaken("Choose a file. Nothing was kept.")
        take_scan(PROCESS, case_id, document, visitor.person.staff_id, sent.filename or "", sent.file)
    except NotTaken as refused:
        return case_answer(case_id, visitor, 422, Refused("upload", "file", str(refused), document=document))
    return RedirectResponse(f"/cases/registration/{case_id}#uploads", 303)


@router.get("/inbox")
def show_inbox(request: Request, visitor: SignedIn) -> Response:
    """The form for lists, what lies unread, and what became of the last ones."""
    return _inbox(visitor, started=_STARTED.get(request.query_params.get("started", ""), ""))


@router.post("/inbox/start")
def read_now(visitor: SignedIn, form: PostedForm) -> Response:
    """Start reading what lies in the inbox, through Prefect."""
    if not may_write(visitor.person):
        return sentence(403, "Not possible", _READS_ONLY)
    with reading() as session:
        arrived = arrived_lists(session)
    answers = [start(name) for name in _readers(arrived)]
    return RedirectResponse(f"/inbox?started={'yes' if all(answers) else 'no'}" if answers else "/inbox", 303)


@router.get("/inbox/empty/{kind}.csv")
def show_empty_list(kind: str) -> Response:
    """An empty list of a kind, with its headings, to fill in."""
    if kind not in HEADINGS:
        return sentence(404, "Not found", "There is no such kind of list. The page “Bring in files” has them all.")
    headings = ",".join(f'"{heading}"' for heading in HEADINGS[kind]) + "\r\n"
    return _csv(headings.encode(), f"{kind}.csv")


@router.get("/inbox/rejects/{file_id}")
def show_rejects(file_id: str) -> Response:
    """The rows of a list that were not used, each with its reason, as a file to mend and bring in again."""
    with reading() as session:
        path = rejects_of(session, file_id) if file_id.isprintable() else None
    if path is None:
        why = "There is no file of rows that were not used. The page “Bring in files” links those that there are."
        return sentence(404, "Not found", why)
    return _csv(path.read_bytes(), path.name)


def _csv(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/inbox")
def upload_list(visitor: SignedIn, form: PostedForm) -> Response:
    """Put a list into the inbox folder and say what happens next."""
    if not may_write(visitor.person):
        return sentence(403, "Not possible", _READS_ONLY)
    kind, sent = form.one("kind"), _sent(form)
    try:
        if kind not in LISTS:
            return _inbox(visitor, 422, kind, "kind", "Choose what this list is. Nothing was kept.")
        if sent is None:
            raise NotTaken("Choose a file. Nothing was kept.")
        name = _take(kind, sent, visitor)
    except NotTaken as refused:
        return _inbox(visitor, 422, kind, "file", str(refused))
    return _inbox(visitor, kind=kind, kept=name)


def _take(kind: str, sent: UploadFile, visitor: Visitor) -> str:
    """Keep a list: those of payments with the name of who brings them, the others in the inbox folder."""
    original = sent.filename or ""
    if kind in WITH_NAME:
        return take_list(kind, visitor.person.staff_id, original, sent.file)
    return put_into_inbox(kind, original, sent.file)


def _sent(form: Posted) -> UploadFile | None:
    return next(iter(form.files.get("file", ())), None)


def _columns(kind: str) -> Columns:
    """The headings of a kind of list, by whether it can be read without them."""
    headings = HEADINGS[kind]
    if kind in TRACKERS:
        fields = map_header(TRACKERS[kind], headings)
        needed = {headings[at] for at, field in fields.items() if field in TRACKERS[kind].needed}
    else:
        needed = set(_NEEDED[kind])
    return Columns(tuple(h for h in headings if h in needed), tuple(h for h in headings if h not in needed))


def _readers(arrived: list[Arrived]) -> list[str]:
    """What reads the lists that nobody has read yet."""
    kinds = {kind for kind, _ in lying_in_inbox()} | {one.kind for one in arrived if one.status == "waiting"}
    return sorted({READERS.get(kind, "import-trackers") for kind in kinds})


def _inbox(
    visitor: Visitor, status: int = 200, kind: str = "", field: str = "", refusal: str = "", kept: str = "",
    started: str = "",
) -> Response:  # fmt: skip
    with reading() as session:
        arrived = arrived_lists(session)
    prefect = str(read_json(run_file()).get("ui_url") or "")
    return page(
        "inbox", status, title="Bring in files", lists=LISTS, kind=kind, field=field, refusal=refusal, kept=kept,
        readers=_readers(arrived), prefect=prefect, started=started, lying=lying_in_inbox(), arrived=arrived,
        may_write=may_write(visitor.person), accepts=_ENDINGS,
        columns={one: _columns(one) for one in LISTS}, hints=HINTS, with_name=WITH_NAME,
    )  # fmt: skip
