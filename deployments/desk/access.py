"""Who may see which pages of the desk: case files are not for administrators, the office's pages for nobody else."""

from fastapi import Request
from fastapi.responses import Response

from deployments.desk.guard import SignedIn
from deployments.desk.html import sentence
from models.shared.people import Role
from tasks.adapters import clock
from tasks.adapters.office_chain import office_now
from tasks.adapters.papers import may_read


class NotForYou(Exception):
    """The page is for others; carries the title and the sentence that say for whom."""

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(sentence)
        self.title, self.sentence = title, sentence


def no_cases() -> NotForYou:
    """The refusal for who reads no case file."""
    return NotForYou(
        "Not for administrators",
        "Administrators let people in, and so they read no case file, list or paper. What they do is on the page "
        "“Office”.",
    )


def reads_cases(visitor: SignedIn) -> None:
    """Let only those in who read case files. Raises NotForYou."""
    if not may_read(visitor.person, "registration", "case"):
        raise no_cases()


def administers(visitor: SignedIn) -> None:
    """Let only administrators in. Raises NotForYou."""
    if Role.ADMINISTRATOR in visitor.person.roles:
        return
    office = office_now(clock.now())
    names = ", ".join(sorted(office.accounts[staff_id].person.name for staff_id in office.administrators()))
    raise NotForYou(
        "For administrators only",
        "Only administrators see and change who works here and who may do what. "
        + (f"Ask one of them: {names}." if names else "There is none yet."),
    )


def not_for_you(request: Request, error: Exception) -> Response:
    """The page for who came to one that is for others."""
    assert isinstance(error, NotForYou)
    return sentence(403, error.title, error.sentence)
