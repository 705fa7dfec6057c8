"""Uploads: a file for a document of a case, and lists for the inbox."""

from fastapi import APIRouter, UploadFile
from fastapi.responses import RedirectResponse, Response

from deployments.desk.case_people import OTHER, PROCESS, Refused
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.pages import case_answer, has_case
from deployments.desk.posted import Posted
from models.registration.requirements import LABELS
from tasks.adapters.addresses import run_file
from tasks.adapters.database import reading
from tasks.adapters.home import read_json
from tasks.adapters.notes import may_write
from tasks.adapters.uploads import (
    TABLE_KINDS,
    NotTaken,
    arrived_lists,
    lying_in_inbox,
    put_into_inbox,
    take_scan,
)

router = APIRouter()
# Each kind of list in words, and what reads it.
LISTS = {
    "awards": "Award list of the Council", "registration-steps": "Tracker of steps",
    "documents": "Tracker of documents", "providers": "List of providers",
}  # fmt: skip
READERS = {"awards": "import-awards"}
_READS_ONLY = "Auditors read case files and write nothing into them. Nothing was changed."


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
def show_inbox(visitor: SignedIn) -> Response:
    """The form for lists, what lies unread, and what became of the last ones."""
    return _inbox(visitor)


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
        name = put_into_inbox(kind, sent.filename or "", sent.file)
    except NotTaken as refused:
        return _inbox(visitor, 422, kind, "file", str(refused))
    return _inbox(visitor, kind=kind, kept=name)


def _sent(form: Posted) -> UploadFile | None:
    return next(iter(form.files.get("file", ())), None)


def _inbox(
    visitor: Visitor, status: int = 200, kind: str = "", field: str = "", refusal: str = "", kept: str = ""
) -> Response:
    with reading() as session:
        arrived = arrived_lists(session)
    return page(
        "inbox", status, title="Inbox", lists=LISTS, kind=kind, field=field, refusal=refusal, kept=kept,
        reader=READERS.get(kind, "import-trackers"), prefect=str(read_json(run_file()).get("ui_url") or ""),
        lying=lying_in_inbox(), arrived=arrived, may_write=may_write(visitor.person), accepts=",".join(TABLE_KINDS),
    )  # fmt: skip
