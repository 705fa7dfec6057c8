"""Who reads case files at the desk: everybody who works here, but not administrators, who let people in."""

from fastapi import Request
from fastapi.responses import Response

from deployments.desk.guard import SignedIn
from deployments.desk.html import sentence
from tasks.adapters.papers import may_read

CLOSED = (
    "Administrators let people in, and so they read no case file, list or paper. What they do is on the page “Office”."
)


class CasesClosed(Exception):
    """The page shows cases, and this person reads none."""


async def reads_cases(visitor: SignedIn) -> None:
    """Let only those in who read case files. Raises CasesClosed."""
    if not may_read(visitor.person, "registration", "case"):
        raise CasesClosed


def cases_closed(request: Request, error: Exception) -> Response:
    """The page for who reads no case file."""
    return sentence(403, "Not for administrators", CLOSED)
