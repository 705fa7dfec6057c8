"""My work: the cases that somebody looks after, those of the unit, and all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from deployments.desk.access import HOTLINE
from deployments.desk.asked import ALL, EVERY, MINE, UNIT, Asked, NotUnderstood, read
from deployments.desk.case_acts import acts_for_many, address_of
from deployments.desk.guard import SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.pages import Pages, beyond
from models.registration.acts import is_next_step, possible
from models.registration.duties import signed_history
from models.registration.packet import RegistrationPacket
from models.registration.states import ALL_STATES
from models.shared.calendar import new_york_date
from models.shared.money import to_cents
from models.shared.people import Person
from tasks.adapters import clock
from tasks.adapters.assignments import LooksAfter, looked_after
from tasks.adapters.database import reading
from tasks.adapters.papers import may_read
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.registration.history import PROCESS
from tasks.adapters.registration.my_work import StandsIn, open_cases_of, proposals_for, stands_in_for
from tasks.adapters.registration.queries import CaseFilter, HolderCount, case_rows, first_findings, holder_counts
from tasks.adapters.standing import Standing, standing

# The first page answers everybody; the worklist only those who read cases.
router, case_router = APIRouter(), APIRouter()


@dataclass(frozen=True)
class Step:
    """A next step of a contract that the reader may sign, and its page."""

    label: str
    address: str


@dataclass(frozen=True)
class WorkRow:
    """One line of the worklist. Amount in cents; `days` in the state it stands in, `overdue` days past its last day."""

    case_id: str
    provider: str
    beneficiary: str
    amount_cents: int
    stage: str
    state: str
    holder: str
    since: date
    days: int
    due: date | None
    overdue: int
    severity: str
    message: str
    people: Sequence[LooksAfter] = ()
    steps: Sequence[Step] = ()


@dataclass(frozen=True)
class Tab:
    """One way to look at what waits: its words, where it leads, how many open contracts are there."""

    scope: str
    label: str
    address: str
    cases: int


@dataclass(frozen=True)
class Work:
    """What the page says above the list. `behalf` is the person out whose contracts are listed, else None."""

    tabs: Sequence[Tab]
    stands_in: Sequence[tuple[StandsIn, int]]
    proposals: int
    behalf: Person | None = None


@router.get("/")
def show_my_work(request: Request, visitor: SignedIn) -> Response:
    """What waits for the person who is signed in: contracts, the longest overdue first, or the hotline's work."""
    if not may_read(visitor.person, PROCESS, "case"):
        return RedirectResponse("/hotline" if may_read(visitor.person, HOTLINE, "case") else "/office", 303)
    query = request.query_params
    if query and "scope" not in query:
        return RedirectResponse(f"/worklist?{request.url.query}", 303)
    return _answer(query, visitor)


@case_router.get("/worklist")
def show_worklist(request: Request, visitor: SignedIn) -> Response:
    """All contracts that wait, by holder and filter, the longest overdue first."""
    return _answer({**request.query_params, "scope": ALL}, visitor)


def _answer(query: Mapping[str, str], visitor: Visitor) -> Response:
    today = clock.today()
    try:
        asked = read(query)
        with reading() as session:
            holders = holder_counts(session, today)
            work = _work(session, visitor.person, holders, asked, today)
            if "scope" not in query:
                asked = replace(asked, scope=_fitting(work.tabs))
            rows, total = case_rows(session, _wanted(asked, visitor.person, today))
            shown = _rows(session, rows, today)
            if asked.scope == MINE:
                shown = _with_steps(session, shown, visitor.person, today)
            acts = acts_for_many(session, visitor.person, today)
    except NotUnderstood as refusal:
        return sentence(400, "Not understood", str(refusal))
    pages = Pages(asked.page, total)
    if asked.page > pages.count:
        return beyond(pages)
    return page(
        "worklist" if asked.scope == ALL else "mine", title="Worklist" if asked.scope == ALL else "My work",
        asked=asked, holders=holders, states=ALL_STATES.values(), every=EVERY, rows=shown, pages=pages, work=work,
        acts=acts, earlier=asked.address(page=asked.page - 1),
        later=asked.address(page=asked.page + 1),
    )  # fmt: skip


def _work(session: Session, person: Person, holders: Sequence[HolderCount], asked: Asked, today: date) -> Work:
    lent = stands_in_for(session, person.staff_id, today)
    given = next((one.person for one in lent if one.person.staff_id == asked.behalf), None)
    if asked.behalf and given is None:
        raise NotUnderstood("You act for nobody of this id today, so their contracts are not listed as yours.")
    tabs = [Tab(MINE, "Mine", "/?scope=mine", open_cases_of(session, person.staff_id))]
    tabs += [Tab(UNIT, f"My unit: {h.holder}", "/?scope=unit", h.cases) for h in holders if h.holder == person.unit]
    tabs.append(Tab(ALL, "All", "/worklist", sum(h.cases for h in holders)))
    theirs = [(one, open_cases_of(session, one.person.staff_id)) for one in lent]
    return Work(tabs, theirs, proposals_for(session, person, [one.person for one in lent]), given)


def _fitting(tabs: Sequence[Tab]) -> str:
    """The first list that has something in it; for who looks after nothing, that of the unit or all."""
    return next((tab.scope for tab in tabs if tab.cases), tabs[0].scope if len(tabs) > 2 else ALL)


def _wanted(asked: Asked, person: Person, today: date) -> CaseFilter:
    wanted = asked.wanted(today)
    if asked.scope == MINE:
        return replace(wanted, staff_ids=(asked.behalf or person.staff_id,))
    return replace(wanted, holder=person.unit.value) if asked.scope == UNIT else wanted


def _rows(session: Session, rows: Sequence[Mapping[str, Any]], today: date) -> list[WorkRow]:
    noted = first_findings(session, [row["case"] for row in rows if not ALL_STATES[row["state"]].final])
    people = looked_after(session, PROCESS, {row["case"]: row["ein"] for row in rows})
    return [_work_row(row, noted.get(row["case"], {}), people[row["case"]], today) for row in rows]


def _with_steps(session: Session, rows: Sequence[WorkRow], person: Person, today: date) -> list[WorkRow]:
    """The rows with the next steps that the person may sign."""
    here = standing(session, person.staff_id, today)
    loaded = load_cases(session, [row.case_id for row in rows], today)
    steps = {case.packet.case_id: _steps(case.packet, here) for case in loaded}
    return [replace(row, steps=steps.get(row.case_id, ())) for row in rows]


def _steps(packet: RegistrationPacket, here: Standing) -> tuple[Step, ...]:
    history = list(signed_history(packet))
    return tuple(
        Step(act.label, address_of(packet.case_id, act.name))
        for act in possible(packet)
        if is_next_step(act) and not here.why_not(act.duty, history)
    )


def _work_row(row: Mapping[str, Any], noted: Mapping[str, str], people: Sequence[LooksAfter], today: date) -> WorkRow:
    since = new_york_date(datetime.fromisoformat(row["since"]))
    due = date.fromisoformat(row["due"]) if row["due"] else None
    return WorkRow(
        case_id=row["case"], provider=row["provider"], beneficiary=row["for"] if row["for"] != row["provider"] else "",
        amount_cents=to_cents(row["amount"]), stage=row["stage"], state=ALL_STATES[row["state"]].label,
        holder=row["holder"], since=since, days=(today - since).days, due=due,
        overdue=max(0, (today - due).days) if due else 0, severity=noted.get("severity", ""),
        message=noted.get("message", ""), people=people,
    )  # fmt: skip
