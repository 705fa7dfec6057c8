"""The desk's pages that are read: case and papers."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from deployments.desk.access import HOTLINE
from deployments.desk.asked import PAGE, NotUnderstood, page_number
from deployments.desk.case_acts import case_acts
from deployments.desk.case_people import Refused, case_people
from deployments.desk.guard import SignedIn, Visitor
from deployments.desk.html import page, sentence
from models.registration.document_rules import describe
from models.registration.letters import FAULT_LABELS, KIND_LABELS
from models.registration.records import RegistrationCase
from models.registration.requirements import LABELS
from models.registration.states import UNREGISTERED
from models.shared.calendar import new_york_date
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.papers import processes_of, registered
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.case_page import case_page

# Papers are for all who read any case, each for those who read its kind.
router, papers_router = APIRouter(), APIRouter()
# What papers are called on the desk, by the register's own word.
PAPERS = {
    "report": "Reports", "sheet": "Contract sheets", "letter": "Letters to providers", "handover": "Handover sheets",
    "handover restricted": "Restricted handover sheets",
}  # fmt: skip
# Only the hotline has these.
_SHEETS = ("handover", "handover restricted")
PAPER_KINDS = {"report": "Weekly report", "sheet": "Contract sheet", "letter": "Letter"}


@dataclass(frozen=True)
class Pages:
    """Where a page stands in a list: `first` and `last` are the numbers of its first and last row."""

    number: int
    total: int

    @property
    def count(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return min(self.total, (self.number - 1) * PAGE + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.number * PAGE)


@router.get("/cases/registration/{case_id}")
def show_case(case_id: str, visitor: SignedIn) -> Response:
    """One case: facts, findings, documents, people, clocks, timeline, time by holder, papers and messages."""
    return case_answer(case_id, visitor)


def has_case(case_id: str) -> bool:
    """Whether there is a case of this id."""
    with reading() as session:
        return case_id.isprintable() and session.get(RegistrationCase, case_id) is not None


def case_answer(case_id: str, visitor: Visitor, status: int = 200, refused: Refused | None = None) -> Response:
    """The page of a case; with a form of it that was not taken, and why."""
    now = clock.now()
    with reading() as session:
        found = case_page(session, case_id, registration_policy(), now) if case_id.isprintable() else None
        if found is not None:
            people = case_people(session, case_id, found.shown["ein"], visitor, refused)
            packet, today = found.review.packet, new_york_date(now)
            acts = case_acts(session, packet, visitor.person, today, len(found.timeline))
    if found is None:
        return sentence(404, "Not found", f"There is no contract {case_id[:80]}. The worklist has them all.")
    shown = found.shown
    due = date.fromisoformat(shown["due"]) if shown["due"] else None
    return page(
        "case", status, title=f"{case_id}: {shown['provider']}", case=found, people=people, acts=acts,
        packet=found.review.packet, due=due,
        overdue=max(0, (new_york_date(now) - due).days) if due else 0, kinds=KIND_LABELS, faults=FAULT_LABELS,
        describe=describe, labels=LABELS, paper_kinds=PAPER_KINDS, is_waiting=found.review.packet.state in UNREGISTERED,
        ways={offer.act.name: offer.address for offer in acts.others if not offer.why_not},
    )  # fmt: skip


@papers_router.get("/reports")
def show_papers(request: Request, visitor: SignedIn) -> Response:
    """Reports, contract sheets, letters and handover sheets, the newest first; those that this person reads."""
    found = {kind: processes_of(visitor.person, kind) for kind in PAPERS}
    kinds = {kind: PAPERS[kind] for kind, mine in found.items() if (HOTLINE in mine if kind in _SHEETS else mine)}
    kind = request.query_params.get("kind", "report")
    try:
        number = page_number(request.query_params)
    except NotUnderstood as refusal:
        return sentence(400, "Not understood", str(refusal))
    if kind not in kinds:
        return sentence(404, "Not found", f"There is no such kind of paper. There are: {', '.join(kinds.values())}.")
    with reading() as session:
        rows, total = registered(session, kind, found[kind], PAGE, (number - 1) * PAGE)
    pages = Pages(number, total)
    if number > pages.count:
        return beyond(pages)
    earlier, later = (f"/reports?{urlencode({'kind': kind, 'page': number + step})}" for step in (-1, 1))
    return page(
        "papers", title=kinds[kind], kinds=kinds, kind=kind, rows=rows, pages=pages, earlier=earlier, later=later
    )


def beyond(pages: Pages) -> Response:
    """The list is shorter than the address says."""
    return sentence(404, "Not found", f"There is no page {pages.number}; the list ends on page {pages.count}.")
