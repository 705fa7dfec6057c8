"""Sign in and sign out."""

import secrets
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.guard import (
    BEFORE_SESSION,
    SESSION,
    OpenForm,
    PostedForm,
    cookie_name,
    drop_cookie,
    find_visitor,
    form_key,
    local_path,
    put_cookie,
)
from deployments.desk.html import form_field, page
from tasks.adapters import clock
from tasks.adapters.refusals import NotSigned, note_attempt
from tasks.adapters.sessions import begin_session, end_session

router = APIRouter()
signed_in_router = APIRouter()


@router.get("/sign-in")
def show_sign_in(request: Request) -> Response:
    """The form; who is signed in already goes straight on."""
    back = local_path(request.query_params.get("next", "/"))
    if find_visitor(request):
        return RedirectResponse(back, 303)
    has_ended = bool(request.cookies.get(cookie_name(request, SESSION)))
    # A link from another site brings no cookie of ours along; the next click does.
    is_from_elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    return _form(
        request, back, has_ended=has_ended, is_from_elsewhere=is_from_elsewhere,
        is_out=request.query_params.get("out") == "yes",
    )  # fmt: skip


@router.post("/sign-in")
def sign_in(request: Request, form: OpenForm) -> Response:
    """A new session for a staff id and a code that nobody used; then on to the page that was asked for."""
    staff_id, back, now = form.one("staff_id").casefold(), local_path(form.one("next")), clock.now()
    earlier = request.cookies.get(cookie_name(request, SESSION), "")
    try:
        token = begin_session(staff_id, form.one("code"), now, earlier)
    except NotSigned as refused:
        note_attempt(staff_id, "desk", "sign in", refused, now)
        return _form(request, back, 403, staff_id=staff_id[:80], refusal=refused.sentence)
    answer = RedirectResponse(back, 303)
    put_cookie(request, answer, SESSION, token)
    drop_cookie(request, answer, BEFORE_SESSION)
    return answer


@signed_in_router.post("/sign-out")
def sign_out(request: Request, form: PostedForm) -> Response:
    """End the session here and in the database."""
    end_session(request.cookies.get(cookie_name(request, SESSION), ""), clock.now())
    answer = RedirectResponse("/sign-in?out=yes", 303)
    drop_cookie(request, answer, SESSION)
    return answer


def open_page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """A page for somebody who is not signed in, whose form only the browser that loads it can send."""
    known = request.cookies.get(cookie_name(request, BEFORE_SESSION), "")
    token = known or secrets.token_urlsafe(32)
    answer = page(template, status, csrf_field=form_field(form_key(token)), **context)
    if not known:
        put_cookie(request, answer, BEFORE_SESSION, token)
    return answer


def _form(request: Request, back: str, status: int = 200, **context: Any) -> Response:
    shown = {"has_ended": False, "is_from_elsewhere": False, "is_out": False, "staff_id": "", "refusal": "", **context}
    return open_page(request, "sign_in", status, title="Sign in", back=back, **shown)
