"""The desk as an application: who may ask, what every answer carries, and what is said when something is wrong."""

import logging

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.desk import (
    budgets,
    bulk,
    decide,
    enrol,
    files,
    fiscal_bulk,
    fiscal_months,
    hotline_calls,
    hotline_cases,
    hotline_decisions,
    hotline_letters,
    hotline_queues,
    hotline_sample,
    hotline_sending,
    matching,
    mine,
    notes,
    office,
    office_forms,
    pages,
    proposals,
    requisition_bulk,
    requisitions,
    signed,
    signin,
    uploads,
)
from deployments.desk.access import (
    NotForYou,
    administers,
    not_for_you,
    reads_any_case,
    reads_cases,
    reads_hotline,
    reads_sample,
    sees_figures,
    takes_calls,
)
from deployments.desk.guard import READS, VISITOR, SignInFirst, find_visitor, form_of, sign_in_address
from deployments.desk.html import HEADERS, sentence
from deployments.desk.posted import FormRefused
from deployments.open311.app import ADDRESS, create_open311, no_such
from tasks.adapters.sealing import SealError

# A name that leads here from elsewhere is not ours: a page of another site must not read this one.
HOSTS = ("127.0.0.1", "localhost")
# Only these answer somebody who is not signed in; whatever else is added asks for a session and checks its forms.
OPEN = (signin.router, enrol.router, files.open_router)
SIGNED_IN = (mine.router, files.router, signin.signed_in_router, office.policy_router, proposals.router)
# Only administrators look after the office; of the others, each shows cases to those alone who work on such cases.
OFFICE = (office.router, office_forms.router)
CASES = (
    requisition_bulk.router, requisitions.router, budgets.router, fiscal_bulk.router, fiscal_months.router,
    matching.router, mine.case_router, pages.router,
    notes.router, uploads.router, decide.router, bulk.router, proposals.list_router,
)  # fmt: skip
# Signatures under cases of any kind, and papers; and what constituents said, which those who read contracts do not.
SIGNED = (signed.router, pages.papers_router)
CALLS = (hotline_calls.router,)
HOTLINE = (
    hotline_queues.router,
    hotline_cases.router,
    hotline_decisions.router,
    hotline_letters.router,
    hotline_sending.router,
)
# The weekly blind sample: who reads it, and who sees what it says about triage.
SAMPLE, FIGURES = (hotline_sample.router,), (hotline_sample.figures_router,)
_LOG = logging.getLogger("steward.desk")
_TITLES = {404: "Not found", 405: "Not possible", 400: "Not understood"}


class _Guarded:
    """Every answer carries the desk's headers, unless it set a stricter or fitter one itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, guarded)


def create_app() -> FastAPI:
    """The desk. Nothing is opened before the first request."""
    app = FastAPI(title="Steward desk", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    # For programs, which have keys instead of sessions. It stands first: they ask often, and each page is a try.
    app.mount(ADDRESS, create_open311())
    for router in OPEN:
        app.include_router(router)
    for router in SIGNED_IN:
        app.include_router(router, dependencies=[Depends(form_of)])
    groups = (
        (OFFICE, administers), (SIGNED, reads_any_case), (CALLS, takes_calls), (HOTLINE, reads_hotline),
        (SAMPLE, reads_sample), (FIGURES, sees_figures), (CASES, reads_cases),
    )  # fmt: skip
    for routers, may_come in groups:
        for router in routers:
            app.include_router(router, dependencies=[Depends(form_of), Depends(may_come)])
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)
    app.add_middleware(_Guarded)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(FormRefused, _form_refused)
    app.add_exception_handler(NotForYou, not_for_you)
    app.add_exception_handler(SQLAlchemyError, _no_records)
    app.add_exception_handler(SealError, _sealed)
    app.add_exception_handler(Exception, _failed)
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if request.url.path.startswith(f"{ADDRESS}/"):
        return no_such(request, error)
    # An address that leads nowhere asked nobody who they are; who is signed in keeps the way back.
    VISITOR.set(VISITOR.get() or find_visitor(request))
    words = {
        404: "There is no such page. The address may be mistyped, or the contract or document has another number.",
        405: "This address can only be read."
        if request.method not in READS
        else "This address is not a page: it takes a form that a page of the desk sends.",
    }.get(error.status_code, "This cannot be answered.")
    answer = sentence(error.status_code, _TITLES.get(error.status_code, "Not possible"), words)
    answer.headers.update(error.headers or {})
    return answer


def _sign_in_first(request: Request, error: Exception) -> Response:
    if request.method in READS:
        return RedirectResponse(sign_in_address(request), 303)
    return sentence(
        403,
        "You are not signed in any more",
        "Nothing was changed. A sign-in ends after 30 minutes without a click, and after 8 hours. Sign in again and "
        "send the form once more.",
    )


def _form_refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, FormRefused)
    return sentence(error.status, error.title, error.sentence)


def _no_records(request: Request, error: Exception) -> Response:
    # Only the kinds of page and error: an address may hold a ticket, the error's text what is in the database.
    page = getattr(request.scope.get("route"), "path", "a page")
    _LOG.error("%s: the database refused (%s)", page, type(error).__name__)
    return sentence(
        503, "The records do not answer", "The desk cannot read its records now. The page /health says what is wrong."
    )


def _sealed(request: Request, error: Exception) -> Response:
    return sentence(503, "This cannot be opened", f"{error} Nothing was changed.")


def _failed(request: Request, error: Exception) -> Response:
    return sentence(
        500,
        "Something went wrong",
        "This page could not be made, and nothing was changed. The desk's log says why; tell whoever looks after it.",
    )
