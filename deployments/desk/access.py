"""Who may see which pages of the desk: contracts, what constituents said, the office's own."""

from fastapi import Request
from fastapi.responses import Response

from deployments.desk.guard import SignedIn
from deployments.desk.html import sentence
from models.hotline.retriage import READ_BY, may_read_sample, may_see_figures
from models.shared.people import DECIDES_NOTHING, Person, Role
from tasks.adapters import clock
from tasks.adapters.office_chain import office_now
from tasks.adapters.papers import may_read

HOTLINE = "hotline"


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


def no_contracts() -> NotForYou:
    """The refusal for who works for constituents alone."""
    return NotForYou(
        "For contract staff only",
        "The people of constituent services read no contract, budget or payment. What you do is on the page “My work”.",
    )


def not_readable(person: Person, process: str) -> NotForYou:
    """The refusal for somebody who does not read cases and papers of a process."""
    if Role.ADMINISTRATOR in person.roles:
        return no_cases()
    return no_hotline() if process == HOTLINE else no_contracts()


def reads(process: str, person: Person) -> None:
    """Let only those go on who read a process's cases. Raises NotForYou."""
    if not may_read(person, process, "case"):
        raise not_readable(person, process)


def reads_cases(visitor: SignedIn) -> None:
    """Let only those in who read case files of contracts. Raises NotForYou."""
    reads("registration", visitor.person)


def reads_any_case(visitor: SignedIn) -> None:
    """Let those in who read cases of any kind; the page asks which. Raises NotForYou."""
    if not may_read(visitor.person, HOTLINE, "case"):
        reads_cases(visitor)


def no_hotline() -> NotForYou:
    """The refusal for who reads nothing of what constituents said."""
    return NotForYou(
        "For constituent services only",
        "Calls and letters of constituents are read by the people of constituent services and by auditors. What you "
        "do is on the page “My work”.",
    )


def reads_hotline(visitor: SignedIn) -> None:
    """Let only those in who read what constituents said. Raises NotForYou."""
    reads(HOTLINE, visitor.person)


def takes_calls(visitor: SignedIn) -> None:
    """Let only those in who write down calls. Raises NotForYou."""
    reads_hotline(visitor)
    if visitor.person.roles & DECIDES_NOTHING:
        raise NotForYou(
            "Not for auditors", "Auditors read the hotline’s cases and write nothing into them. Nothing was changed."
        )


def reads_sample(visitor: SignedIn) -> None:
    """Let only those in who read the blind sample. Raises NotForYou."""
    reads_hotline(visitor)
    if not may_read_sample(visitor.person):
        raise NotForYou("For who reads the sample only", f"{READ_BY} Nothing was changed.")


def sees_figures(visitor: SignedIn) -> None:
    """Let only those in who see what the sample says about triage. Raises NotForYou."""
    reads_hotline(visitor)
    if not may_see_figures(visitor.person):
        words = "What the sample says about triage is seen by triage supervisors and auditors."
        raise NotForYou("For supervisors and auditors only", words)


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
