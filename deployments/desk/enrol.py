"""Taking up an authenticator with a one-time ticket: what will happen, the QR code, the first code."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from deployments.desk.guard import OpenForm
from deployments.desk.signin import open_page
from tasks.adapters import clock
from tasks.adapters.refusals import NotSigned, note_attempt

router = APIRouter()


@router.get("/enrol/{ticket}")
def show_enrolment(request: Request, ticket: str) -> Response:
    """What a ticket is for. Nothing happens yet: mail programs look at addresses by themselves."""
    return _step(request, "begin")


@router.post("/enrol/{ticket}")
def enrol(request: Request, ticket: str, form: OpenForm) -> Response:
    """Take the ticket up and show its secret; with a code, confirm that the authenticator works."""
    from tasks.adapters.enrolment import confirm, qr_svg, take_up

    step = "confirm" if "code" in form else "begin"
    try:
        if step == "confirm":
            confirm(ticket, form.one("code"))
            return _step(request, "done")
        secret, uri = take_up(ticket)
    except NotSigned as refused:
        # The ticket is as good as a key: it is not noted.
        note_attempt("", "desk", "enrol", refused, clock.now())
        return _step(request, step, 403, refusal=refused.sentence)
    return _step(request, "confirm", secret=secret, qr=qr_svg(uri))


def _step(
    request: Request, step: str, status: int = 200, secret: str = "", qr: str = "", refusal: str = ""
) -> Response:
    title = "Your authenticator is set up" if step == "done" else "Set up your authenticator"
    return open_page(request, "enrol", status, title=title, step=step, secret=secret, qr=qr, refusal=refusal)
