"""The hotline's work: what a person must decide, what is mine, each unit's queue, what is restricted; and finding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from deployments.desk.asked import NotUnderstood, page_number
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.hotline_cases import address
from deployments.desk.html import page, sentence
from models.hotline.acts import ACTS
from models.hotline.report import CHANNELS, LANGUAGE_ROWS
from models.hotline.retriage import may_read_sample, may_see_figures
from models.hotline.showing import REASONS, RESTRICTED, choosable, is_cleared, language_name, unit_names
from models.hotline.states import ALL_STATES
from models.hotline.tongue import LANGUAGES
from models.shared.people import Person, Role
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.contact_view import found_contacts, restricted_among
from tasks.adapters.hotline.queues import QueueFilter, QueueRow, UnitCount, queue, unit_counts
from tasks.adapters.hotline.sample_reading import waiting_for
from tasks.adapters.proposals import open_proposals

router = APIRouter()
PAGE, LONGEST_SEARCH = 50, 200
DECIDE, MINE, OPEN, HIDDEN, CLOSED = "decide", "mine", "open", "restricted", "closed"
TITLES = {DECIDE: "A person decides", MINE: "Mine", OPEN: "All open", HIDDEN: "Restricted", CLOSED: "Closed"}
MOST_WAITING = 20
_SECOND = frozenset({Role.TRIAGE_SUPERVISOR, Role.CLEARED})
_WORKERS = frozenset({Role.CASEWORKER, Role.TRIAGE_SUPERVISOR})


@dataclass(frozen=True)
class Listed:
    """A list as its address asks for it. `language` and `unit` are of what is not restricted, unless one is cleared."""

    scope: str = OPEN
    unit: str = ""
    priority: int = 0
    language: str = ""
    overdue: bool = False
    number: int = 1

    def wanted(self, person: Person) -> QueueFilter:
        """The filter of the query behind the page."""
        states = {DECIDE: "to_person", CLOSED: "closed"}
        return QueueFilter(
            unit=RESTRICTED if self.scope == HIDDEN else self.unit, state=states.get(self.scope, ""),
            priority=self.priority, language=self.language, overdue=self.overdue,
            owner=person.staff_id if self.scope == MINE else "",
        )  # fmt: skip

    def address(self, **changed: str | int) -> str:
        """The list's address with some of what is asked changed."""
        asked: dict[str, str | int] = {
            "scope": self.scope, "unit": self.unit, "priority": self.priority or "", "language": self.language,
            "overdue": "yes" if self.overdue else "", "page": self.number, **changed,
        }  # fmt: skip
        return f"/hotline?{urlencode({name: value for name, value in asked.items() if value not in ('', 1)})}"

    @property
    def is_filtered(self) -> bool:
        return bool(self.unit or self.priority or self.language or self.overdue)


@router.get("/hotline")
def show_work(request: Request, visitor: SignedIn) -> Response:
    """A list of contacts, the most urgent first; without a choice the one that has something for this person."""
    now, person = clock.now(), visitor.person
    try:
        listed = _listed(request.query_params, visitor)
    except NotUnderstood as refusal:
        return sentence(400, "Not understood", str(refusal))
    with reading() as session:
        counts, mine = _counts(session, person)
        if not listed.scope:
            listed = replace(listed, scope=_fitting(person, counts, mine))
        start = (listed.number - 1) * PAGE
        rows, total = queue(
            session, listed.wanted(person), now, cleared=is_cleared(person), limit=PAGE, offset=start
        )  # fmt: skip
        waiting = _waiting(session, person)
    if listed.number > max(1, -(-total // PAGE)):
        return sentence(404, "Not found", f"There is no page {listed.number} of this list; it is shorter by now.")
    return _page(listed, rows, counts, mine, person, total, waiting=waiting)


@router.post("/hotline/find")
def find_contact(form: PostedForm, visitor: SignedIn) -> Response:
    """Contacts by number, telephone or name. It is sent as a form, since addresses are kept in many places."""
    said, person = " ".join(form.one("said").split()), visitor.person
    if not said or len(said) > LONGEST_SEARCH:
        words = f"Write a contact’s number, a telephone number or a whole name, at most {LONGEST_SEARCH} characters."
        return sentence(422, "Nothing to look for", words)
    with reading() as session:
        counts, mine = _counts(session, person)
        ids = found_contacts(session, said, cleared=is_cleared(person))
        wanted = QueueFilter(only_open=False, merged=True, case_ids=tuple(ids))
        rows, total = queue(session, wanted, clock.now(), cleared=is_cleared(person), limit=PAGE)
    return _page(Listed(), rows, counts, mine, person, total, said)


def _waiting(session: Session, person: Person) -> list[tuple[str, str, str]]:
    """What waits for the second of two signatures that this person may give: the act, the contact, the page."""
    if not person.roles & _SECOND:
        return []
    rows = open_proposals(session, PROCESS)[:MOST_WAITING]
    hidden = set() if is_cleared(person) else restricted_among(session, [row.case_id for row in rows])
    return [
        (ACTS[row.act].label, row.case_id, f"{address(row.case_id)}/decide/{row.act}?proposal={quote(row.proposal_id)}")
        for row in rows
        if row.proposed_by not in ("", person.staff_id) and row.act in ACTS and row.case_id not in hidden
    ]


def _counts(session: Session, person: Person) -> tuple[list[UnitCount], int]:
    """What is open in each unit, and how many contacts this person works on."""
    now, cleared = clock.now(), is_cleared(person)
    _, mine = queue(session, QueueFilter(owner=person.staff_id), now, cleared=cleared, limit=1)
    return unit_counts(session, now, cleared=cleared), mine


def _page(
    listed: Listed, rows: list[QueueRow], counts: list[UnitCount], mine: int, person: Person, total: int,
    said: str = "", waiting: Sequence[tuple[str, str, str]] = (),
) -> Response:  # fmt: skip
    cleared = is_cleared(person)
    names = choosable(cleared=cleared)
    with reading() as session:
        sampled = len(waiting_for(session, person, clock.now())) if may_read_sample(person) else None
    title = "Find a contact" if said else f"Hotline: {TITLES[listed.scope].lower()}"
    return page(
        "hotline", title=title, rows=rows, total=total, listed=listed, said=said, titles=TITLES, waiting=waiting,
        tabs=_tabs(person, counts, mine),
        units=[(one, names[one.unit]) for one in counts if one.unit in names and one.total],
        names=names, shown=unit_names(cleared=cleared), states=ALL_STATES, reasons=REASONS, language_name=language_name,
        channels={str(channel): words for channel, words in CHANNELS.items()}, restricted=RESTRICTED,
        languages={code: LANGUAGE_ROWS[code] for code in LANGUAGES}, last=max(1, -(-total // PAGE)),
        may_route=bool(person.roles & _WORKERS), takes_calls=Role.AUDITOR not in person.roles,
        sampled=sampled, sees_figures=may_see_figures(person),
    )  # fmt: skip


def _tabs(person: Person, counts: list[UnitCount], mine: int) -> list[tuple[str, str, int | None]]:
    """The lists with how many contacts they hold; of restricted ones none is told apart for who is cleared."""
    hidden = next((one.total for one in counts if one.unit == RESTRICTED), None)
    numbers = {
        DECIDE: sum(one.by_state["to_person"] for one in counts), MINE: mine, OPEN: sum(one.total for one in counts),
        HIDDEN: hidden, CLOSED: None,
    }  # fmt: skip
    works = Role.AUDITOR not in person.roles
    return [(scope, TITLES[scope], number) for scope, number in numbers.items() if scope != MINE or works]


def _listed(query: Mapping[str, str], visitor: Visitor) -> Listed:
    """The list that an address asks for; no scope where it asks for none. Raises NotUnderstood."""
    scope, unit, priority = query.get("scope", ""), query.get("unit", ""), query.get("priority", "")
    language = query.get("language", "")
    if scope and scope not in TITLES:
        raise NotUnderstood("There is no such list. Choose one of those above the list.")
    if unit and unit not in choosable(cleared=is_cleared(visitor.person)):
        raise NotUnderstood("There is no such unit, or it is not yours to choose. Choose one from the list.")
    if priority not in ("", "1", "2", "3", "4"):
        raise NotUnderstood("A priority is 1, 2, 3 or 4.")
    if language and language not in LANGUAGES:
        raise NotUnderstood("There is no such language in the list. Choose one from it.")
    return Listed(
        scope or (OPEN if unit else ""), unit, int(priority or 0), language, query.get("overdue", "") != "",
        page_number(query),
    )  # fmt: skip


def _fitting(person: Person, counts: list[UnitCount], mine: int) -> str:
    """The list to begin with: what only supervisors settle, then one's own, then all."""
    if Role.TRIAGE_SUPERVISOR in person.roles and any(one.by_state["to_person"] for one in counts):
        return DECIDE
    return MINE if mine else OPEN
