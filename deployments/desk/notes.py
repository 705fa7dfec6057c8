"""Notes and telephone calls: written on the page of a case, in the name of who is signed in."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from deployments.desk.case_people import PROCESS, Refused
from deployments.desk.guard import PostedForm, SignedIn
from deployments.desk.html import sentence
from deployments.desk.pages import case_answer, has_case
from tasks.adapters.notes import NotKept, add_note, may_write

router = APIRouter()


@router.post("/cases/registration/{case_id}/notes")
def write_note(case_id: str, visitor: SignedIn, form: PostedForm) -> Response:
    """Keep a note or a call, then show the case again."""
    if not has_case(case_id):
        return sentence(404, "Not found", f"There is no contract {case_id[:80]}. The worklist has them all.")
    if not may_write(visitor.person):
        return sentence(
            403, "Not possible", "Auditors read case files and write nothing into them. Nothing was changed."
        )
    kind, met, text = form.one("kind"), form.one("spoke_with"), form.one("text")
    try:
        add_note(PROCESS, case_id, kind, visitor.person.staff_id, text, met, f"{visitor.session}/{form.one('once')}")
    except NotKept as refused:
        told = Refused("note", refused.field, str(refused), kind=kind, spoke_with=met, text=text)
        return case_answer(case_id, visitor, 422, told)
    return RedirectResponse(f"/cases/registration/{case_id}#notes", 303)
