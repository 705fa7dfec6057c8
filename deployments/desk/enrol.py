"""Taking up an authenticator with a one-time ticket: what will happen, the QR code, the first code."""

import base64
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from deployments.desk.guard import OpenForm
from deployments.desk.signin import open_page
from tasks.adapters import clock
from tasks.adapters.enrolment import confirm, qr_svg, take_up, ticket_holder
from tasks.adapters.refusals import NotSigned, note_attempt

router = APIRouter()


@router.get("/enrol/{ticket}")
def show_enrolment(request: Request, ticket: str) -> Response:
    """Whose ticket it is and what it is for. Nothing happens yet: mail programs look at addresses by themselves."""
    try:
        return _step(request, "begin", holder=ticket_holder(ticket))
    except NotSigned as refused:
        return _step(request, "none", 403, refusal=refused.sentence)


@router.post("/enrol/{ticket}")
def enrol(request: Request, ticket: str, form: OpenForm) -> Response:
    """Take the ticket up and show its secret; with a code, confirm that the authenticator works."""
    step = "none"
    try:
        holder = ticket_holder(ticket)
        # Whatever is refused from here on, the QR code was shown: what remains is to type a code.
        step = "confirm"
        if "code" in form:
            return _step(request, "done", holder=confirm(ticket, form.one("code")))
        secret, uri = take_up(ticket)
    except NotSigned as refused:
        # The ticket is as good as a key: it is not noted.
        note_attempt("", "desk", "set up an authenticator", refused, clock.now())
        return _step(request, step, 403, refusal=refused.sentence)
    picture = base64.b64encode(qr_svg(uri).encode()).decode()
    return _step(request, step, holder=holder, secret=secret, qr=f"data:image/svg+xml;base64,{picture}")


def _step(request: Request, step: str, status: int = 200, **context: Any) -> Response:
    title = "Your authenticator is set up" if step == "done" else "Set up your authenticator"
    shown = {"holder": None, "secret": "", "qr": "", "refusal": "", **context}
    return open_page(request, "enrol", status, title=title, step=step, **shown)
