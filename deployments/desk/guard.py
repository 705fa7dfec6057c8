"""Who is at the desk: each page but the open ones asks for a session, and each form proves where it comes from."""

import hashlib
import hmac
import re
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from deployments.desk.posted import FormRefused, Posted, read_posted
from models.shared.people import Person
from tasks.adapters import clock
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.sessions import RECENT, begin_session, find_session

READS = ("GET", "HEAD")
# The field of every form that is sent, and the most that the forms before a sign-in may hold.
KEY_FIELD, LARGEST_OPEN_FORM = "csrf", 10_000
SESSION, BEFORE_SESSION = "session", "before"
_LOCAL = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]{0,2000}")


@dataclass(frozen=True)
class Visitor:
    """Somebody who is signed in: the hash of the session's token, the key that its forms carry, when it began."""

    person: Person
    session: str
    csrf: str
    began_at: datetime

    def is_recent(self, at: datetime) -> bool:
        """Whether the code of the sign-in is recent enough for what takes one each time elsewhere."""
        return at - self.began_at < RECENT


# Set for the length of one request, so that each page can say who is signed in.
VISITOR: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


class SignInFirst(Exception):
    """The page needs a session, and there is none (any more)."""


def find_visitor(request: Request) -> Visitor | None:
    """Whom the cookie of a request names, if the session holds."""
    token = request.cookies.get(cookie_name(request, SESSION), "")
    found = find_session(token, clock.now())
    return Visitor(found.person, found.token_sha256, form_key(token), found.began_at) if found else None


def renewed(request: Request, visitor: Visitor, code: str, at: datetime) -> tuple[Visitor, str]:
    """The same person signed in anew by a fresh code, and the token for their cookie. Raises NotSigned.

    What this request answers carries the new key: forms of pages that were loaded before are refused.
    """
    earlier = request.cookies.get(cookie_name(request, SESSION), "")
    token = begin_session(visitor.person.staff_id, code, at, earlier)
    found = find_session(token, at)
    if found is None:
        raise SignInFirst
    again = Visitor(found.person, found.token_sha256, form_key(token), found.began_at)
    VISITOR.set(again)
    return again, token


FoundVisitor = Annotated[Visitor | None, Depends(find_visitor)]


# Asynchronous only so that the page, which runs in another thread, sees the variable that is set here.
async def signed_in(visitor: FoundVisitor) -> Visitor:
    """The person at the desk, for a page that needs one. Raises SignInFirst."""
    if visitor is None:
        raise SignInFirst
    VISITOR.set(visitor)
    return visitor


SignedIn = Annotated[Visitor, Depends(signed_in)]


async def form_of(request: Request, found: FoundVisitor) -> AsyncIterator[Posted]:
    """The form that a signed-in person sent from a page of this session; empty for a page that is only read.

    Raises SignInFirst and FormRefused.
    """
    if request.method in READS:
        await signed_in(found)
        yield Posted()
        return
    try:
        refuse_other_sites(request)
        visitor = await signed_in(found)
        async with read_posted(request) as posted:
            _check_key(posted, visitor.csrf)
            yield posted
    except FormRefused as refused:
        if found and refused.status == 403:
            await run_in_threadpool(_note, found.person.staff_id, request.url.path, refused)
        raise


async def open_form_of(request: Request) -> AsyncIterator[Posted]:
    """The form of a page that needs no session, sent by the browser that loaded it. Raises FormRefused."""
    refuse_other_sites(request)
    token = request.cookies.get(cookie_name(request, BEFORE_SESSION), "")
    async with read_posted(request, LARGEST_OPEN_FORM) as posted:
        _check_key(posted, form_key(token) if token else "")
        yield posted


PostedForm = Annotated[Posted, Depends(form_of)]
OpenForm = Annotated[Posted, Depends(open_form_of)]


def form_key(token: str) -> str:
    """What proves that a form was made for a token; it does not tell the token."""
    return hmac.new(token.encode(), b"a form of the desk", hashlib.sha256).hexdigest()


def cookie_name(request: Request, what: str) -> str:
    """Browsers share cookies between the ports of a host: each desk of a machine has its own name."""
    prefix = "__Host-" if request.url.scheme == "https" else ""
    return f"{prefix}steward-{(request.scope.get('server') or ('', 0))[1]}-{what}"


def put_cookie(request: Request, answer: Response, what: str, token: str) -> None:
    """A cookie that no script reads and no other site sends; it goes when the browser closes."""
    answer.set_cookie(
        cookie_name(request, what), token, path="/", httponly=True, samesite="strict",
        secure=request.url.scheme == "https",
    )  # fmt: skip


def drop_cookie(request: Request, answer: Response, what: str) -> None:
    """Take a cookie back."""
    answer.delete_cookie(
        cookie_name(request, what), path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )


def local_path(asked: str) -> str:
    """An address of this desk as it was asked for; the first page when it leads, or might lead, elsewhere."""
    return asked if _LOCAL.fullmatch(asked) else "/"


def sign_in_address(request: Request) -> str:
    """Where to sign in and come back from, to the page that was asked for."""
    asked = request.scope.get("raw_path", b"/").split(b"?")[0].decode("latin-1")
    back = local_path(f"{asked}?{request.url.query}" if request.url.query else asked)
    return "/sign-in" if back == "/" else f"/sign-in?next={quote(back, safe='/')}"


def refuse_other_sites(request: Request) -> None:
    """Take a form only from a page of this very address. Raises FormRefused.

    A page on another port of this machine counts as the same site for cookies, so it is refused here. Programs that
    are no browser send neither header, and carry nobody's cookies.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site in ("same-origin", "none") or (site is None and origin in (None, own)):
        return
    raise FormRefused(
        403,
        "Refused",
        "This form came from another website, not from a page of the desk. Nothing was changed. If you did not mean "
        "to send anything, tell an administrator.",
    )


def _check_key(posted: Posted, expected: str) -> None:
    sent = (posted.pop(KEY_FIELD, None) or [""])[0]
    if not expected or not hmac.compare_digest(sent.encode(), expected.encode()):
        raise FormRefused(
            403,
            "Refused",
            "This form was not made for your present sign-in. Nothing was changed. Load the page again and fill it in "
            "once more; if that does not help, allow cookies for this address.",
        )


def _note(staff_id: str, path: str, refused: FormRefused) -> None:
    note_attempt(staff_id, "desk", path, NotSigned(Refusal.SESSION, refused.sentence), clock.now())
