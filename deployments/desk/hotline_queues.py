"""The hotline's work: what a person must decide, what is mine, each unit's queue, what is restricted; and finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from deployments.desk.asked import NotUnderstood, page_number
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from models.hotline.report import CHANNELS
from models.hotline.showing import (
    REASONS,
    RESTRICTED,
    choosable,
    is_cleared,
    language_name,
    unit_names,
)
from models.hotline.states import ALL_STATES
from models.shared.people import Person, Role
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.vault import VaultError
from tasks.adapters.hotline.work_list import (
    CLOSED,
    DECIDE,
    MINE,
    OPEN,
    RESTRICTED_ONES,
    SCOPES,
    Counts,
    Wanted,
    counts,
    found_rows,
    work_rows,
)

router = APIRouter()
PAGE, LONGEST_SEARCH = 50, 200
TITLES = {
    DECIDE: "A person decides", MINE: "Mine", OPEN: "All open", RESTRICTED_ONES: "Restricted", CLOSED: "Closed",
}  # fmt: skip
_WORKERS = frozenset({Role.CASEWORKER, Role.TRIAGE_SUPERVISOR})


@dataclass(frozen=True)
class WorkRow:
    """One line of a list, masked where its reader may not see what it is about. `routes` are the likeliest units."""

    case_id: str
    priority: int
    unit: str
    state: str
    owner: str
    due_at: datetime | None
    overdue: bool
    received_at: datetime
    channel: str
    language: str
    needs_language_service: bool
    is_masked: bool
    repeats: bool
    reasons: tuple[str, ...]
    routes: tuple[tuple[str, str], ...]


@router.get("/hotline")
def show_work(request: Request, visitor: SignedIn) -> Response:
    """A list of contacts, the most urgent first; without a choice the one that has something for this person."""
    now, person = clock.now(), visitor.person
    with reading() as session:
        there = counts(session, person.staff_id, now, cleared=is_cleared(person))
        try:
            wanted = _wanted(request.query_params, visitor, there)
        except NotUnderstood as refusal:
            return sentence(400, "Not understood", str(refusal))
        rows, total = work_rows(session, wanted, now)
    return _page(wanted, [_row(row, person) for row in rows], there, person, total)


@router.post("/hotline/find")
def find_contact(form: PostedForm, visitor: SignedIn) -> Response:
    """Contacts by number, telephone or name. It is sent as a form, since addresses are kept in many places."""
    said, now, person = " ".join(form.one("said").split()), clock.now(), visitor.person
    if not said or len(said) > LONGEST_SEARCH:
        words = f"Write a contact’s number, a telephone number or a whole name, at most {LONGEST_SEARCH} characters."
        return sentence(422, "Nothing to look for", words)
    try:
        with reading() as session:
            there = counts(session, person.staff_id, now, cleared=is_cleared(person))
            rows = [_row(row, person) for row in found_rows(session, said, now, cleared=is_cleared(person))]
    except VaultError as error:
        return sentence(503, "Nothing can be looked for", str(error))
    return _page(Wanted(OPEN, cleared=is_cleared(person)), rows, there, person, len(rows), said)


def _page(wanted: Wanted, rows: list[WorkRow], there: Counts, person: Person, total: int, said: str = "") -> Response:
    names = unit_names(cleared=wanted.cleared)
    asked = _asked(wanted)
    number, last = wanted.offset // PAGE + 1, max(1, -(-total // PAGE))
    if number > last:
        return sentence(404, "Not found", f"There is no page {number}; the list ends on page {last}.")
    return page(
        "hotline", title="Find a contact" if said else f"Hotline: {TITLES[wanted.scope].lower()}", rows=rows,
        total=total, wanted=wanted, tabs=_tabs(there, person), titles=TITLES, said=said,
        units=[(one, names[one.unit]) for one in there.units], names=choosable(cleared=wanted.cleared),
        address=_addresses(asked), number=number, last=last, may_route=bool(person.roles & _WORKERS),
        takes_calls=Role.AUDITOR not in person.roles, is_filtered=bool(set(asked) - {"scope"}),
    )  # fmt: skip


def _tabs(there: Counts, person: Person) -> list[tuple[str, str, int]]:
    shown = [DECIDE, OPEN, RESTRICTED_ONES] if Role.AUDITOR in person.roles else [DECIDE, MINE, OPEN, RESTRICTED_ONES]
    return [(scope, TITLES[scope], there.scopes[scope]) for scope in shown]


def _wanted(query: Mapping[str, str], visitor: Visitor, there: Counts) -> Wanted:
    """The list that an address asks for. Raises NotUnderstood."""
    person, cleared = visitor.person, is_cleared(visitor.person)
    scope, unit, priority = query.get("scope", ""), query.get("unit", ""), query.get("priority", "")
    if scope and scope not in SCOPES:
        raise NotUnderstood("There is no such list. Choose one of those above the list.")
    if unit and unit not in choosable(cleared=cleared):
        raise NotUnderstood("There is no such unit, or it is not yours to choose. Choose one from the list.")
    if priority not in ("", "1", "2", "3", "4"):
        raise NotUnderstood("A priority is 1, 2, 3 or 4.")
    return Wanted(
        scope or (OPEN if unit else _fitting(person, there)), person.staff_id, cleared, unit, int(priority or 0),
        query.get("overdue", "") != "", query.get("language_service", "") != "", PAGE, (page_number(query) - 1) * PAGE,
    )  # fmt: skip


def _fitting(person: Person, there: Counts) -> str:
    """The list to begin with: what only supervisors settle, then one's own, then all."""
    if Role.TRIAGE_SUPERVISOR in person.roles and there.scopes[DECIDE]:
        return DECIDE
    return MINE if there.scopes[MINE] else OPEN


def _asked(wanted: Wanted) -> dict[str, str]:
    asked = {
        "scope": wanted.scope, "unit": wanted.unit, "priority": str(wanted.priority or ""),
        "overdue": "yes" if wanted.overdue else "", "language_service": "yes" if wanted.language_service else "",
    }  # fmt: skip
    return {name: value for name, value in asked.items() if value}


def _addresses(asked: Mapping[str, str]) -> Any:
    def address(**changed: str | int) -> str:
        kept = {name: value for name, value in {**asked, **changed}.items() if value not in ("", 1)}
        return f"/hotline?{urlencode(kept)}"

    return address


def _row(row: Any, person: Person) -> WorkRow:
    cleared = is_cleared(person)
    is_masked, names = bool(row.restricted) and not cleared, choosable(cleared=cleared)
    likely = [unit for unit in dict.fromkeys([row.said, *row.alternatives.split("|")]) if unit in names]
    reasons = tuple(REASONS.get(reason, reason) for reason in row.review.split("|") if reason)
    return WorkRow(
        row.case_id, row.priority, RESTRICTED if is_masked else unit_names(cleared=cleared)[row.unit],
        ALL_STATES[row.state].label, row.owner, row.due_at, bool(row.overdue), row.received_at,
        CHANNELS.get(row.channel, row.channel), RESTRICTED if is_masked else language_name(row.language),
        bool(row.needs_language_service) and not is_masked, is_masked, bool(row.duplicate_of) and not is_masked,
        () if is_masked else reasons,
        tuple((unit, names[unit]) for unit in likely[:2]) if row.state == "to_person" and not is_masked else (),
    )  # fmt: skip
