"""The desk as an application: who may ask, what every answer carries, and what is said when something is wrong."""

import logging

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.desk import files, pages
from deployments.desk.html import HEADERS, sentence

# A name that leads here from elsewhere is not ours: a page of another site must not read this one.
HOSTS = ("127.0.0.1", "localhost")
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
    """The desk; it only reads. Nothing is opened before the first request."""
    app = FastAPI(title="Steward desk", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(pages.router)
    app.include_router(files.router)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS), www_redirect=False)
    app.add_middleware(_Guarded)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(SQLAlchemyError, _no_records)
    app.add_exception_handler(Exception, _failed)
    return app


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {
        404: "There is no such page. The address may be mistyped, or the contract or document has another number.",
        405: "This address can only be read.",
    }.get(error.status_code, "This cannot be answered.")
    answer = sentence(error.status_code, _TITLES.get(error.status_code, "Not possible"), words)
    answer.headers.update(error.headers or {})
    return answer


def _no_records(request: Request, error: Exception) -> Response:
    # Only the kind of error: its text may quote what is in the database.
    _LOG.error("%s: the database refused (%s)", request.url.path, type(error).__name__)
    return sentence(
        503, "The records do not answer", "The desk cannot read its records now. The page /health says what is wrong."
    )


def _failed(request: Request, error: Exception) -> Response:
    return sentence(
        500,
        "Something went wrong",
        "This page could not be made, and nothing was changed. The desk's log says why; tell whoever looks after it.",
    )
