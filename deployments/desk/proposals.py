"""What waits for a signature: mine to sign, others' to sign, and each list, signed or refused with one code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.access import reads
from deployments.desk.decide import STATUS, signed_answer
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.list_kinds import CONTRACTS
from deployments.desk.lists import list_context, sign_list, sort_list
from deployments.desk.posted import Posted
from deployments.desk.wishes import CLOSED, PROCESS, source_words
from models.registration.acts import ACTS
from models.registration.duties import DUTIES
from models.shared.people import Role
from models.shared.people_records import Proposal
from models.shared.signing import Item
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.office_acts import open_acts
from tasks.adapters.proposals import item_of
from tasks.adapters.refusals import NotSigned
from tasks.adapters.registration.contract_names import ContractName, contract_names
from tasks.adapters.signatures import name_of
from tasks.adapters.standing import Standing, signers, standing
from tasks.adapters.waiting import (
    MOST_LISTS,
    REFUSED_DAYS,
    WaitingList,
    WaitingPart,
    list_is_known,
    refused_lately,
    waiting_lists,
    waiting_rows,
)

# What waits, for everybody; the lists themselves show cases.
router, list_router = APIRouter(), APIRouter()


@dataclass(frozen=True)
class Waiting:
    """One line of the page: where it leads, what it asks for, from whom, and how many rows are this person's."""

    address: str
    what: str
    about: str
    provider: str
    source: str
    since: datetime
    rows: int
    mine: int
    signers: str


@dataclass(frozen=True)
class RefusedLine:
    """A proposal that was refused lately: by whom, why, when."""

    what: str
    case_id: str
    provider: str
    by: str
    why: str
    at: datetime | None


@router.get("/proposals")
def show_proposals(visitor: SignedIn) -> Response:
    """Everything that waits: what this person may sign first, then what waits for others; acts of the office as well.

    An administrator reads no cases, and so sees only the acts of the office.
    """
    is_administrator = Role.ADMINISTRATOR in visitor.person.roles
    if not is_administrator:
        reads(PROCESS, visitor.person)
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
        lists = [] if is_administrator else waiting_lists(session, PROCESS)
        refused = [] if is_administrator else refused_lately(session, PROCESS, clock.now())
        about = {found.case_id for found in lists} | {row.case_id for row in refused}
        names = contract_names(session, sorted(about))
    lines = [_line(found, here, names) for found in lists]
    return page(
        "proposals", title="Proposals", mine=[line for line in lines if line.mine],
        others=[line for line in lines if not line.mine], is_administrator=is_administrator,
        office_acts=len(open_acts()) if is_administrator else 0, most=MOST_LISTS,
        refused=[_refused(row, here, names) for row in refused], days=REFUSED_DAYS,
    )  # fmt: skip


def _refused(row: Proposal, here: Standing, names: Mapping[str, ContractName]) -> RefusedLine:
    return RefusedLine(
        _label(row.act), row.case_id, _provider(row.case_id, names), name_of(here.people, row.closed_by),
        row.closed_why, row.closed_at,
    )  # fmt: skip


def _provider(case_id: str, names: Mapping[str, ContractName]) -> str:
    return names[case_id].provider if case_id in names else ""


def _providers(found: WaitingList, names: Mapping[str, ContractName]) -> str:
    first = _provider(found.case_id, names)
    return first if found.case_id == found.last_case_id or not first else f"{first} and others"


def _line(found: WaitingList, here: Standing, names: Mapping[str, ContractName]) -> Waiting:
    mine = sum(part.rows for part in found.parts if may_sign(part, here))
    single = decision_address(found.case_id, found.parts[0].act, found.proposal_id)
    wanted = {signers(DUTIES[p.act], second=bool(p.proposed_by)) for p in found.parts if p.act in DUTIES}
    return Waiting(
        address=single if found.rows == 1 else f"/proposals/{found.key}",
        what=", ".join(f"{_label(act)} ({n})" if found.rows > 1 else _label(act) for act, n in found.acts.items()),
        about=found.case_id if found.rows == 1 else f"{found.rows:,} rows",
        provider=_providers(found, names), source=_source(found, here),
        since=found.since, rows=found.rows, mine=mine, signers="; ".join(sorted(wanted)),
    )  # fmt: skip


def decision_address(case_id: str, act: str, proposal_id: str) -> str:
    """The page on which one proposal is signed."""
    return f"/cases/{PROCESS}/{quote(case_id, safe='')}/decide/{act}?proposal={quote(proposal_id, safe='')}"


def may_sign(part: WaitingPart, here: Standing) -> bool:
    """Whether these rows are this person's by role; separation of duties is looked at row by row, in the list."""
    if part.act not in DUTIES or here.person.staff_id in (part.proposed_by, part.behalf_id):
        return False
    return here.acting(DUTIES[part.act], second=bool(part.proposed_by)) is not None


def _label(act: str) -> str:
    return ACTS[act].label if act in ACTS else act.replace("_", " ").capitalize()


def _source(found: WaitingList, here: Standing) -> str:
    first = sorted({part.proposed_by for part in found.parts} - {""})
    if first:
        return f"signed first by {', '.join(name_of(here.people, staff_id) for staff_id in first)}"
    return f"from {source_words(found.source)}"


@list_router.get("/proposals/{list_id}")
def show_list(list_id: str, request: Request, visitor: SignedIn) -> Response:
    """One list in its order: what this person may sign now, and why not the rest."""
    mode = "close" if request.query_params.get("mode") == "close" else "sign"
    with reading() as session:
        rows, total = waiting_rows(session, PROCESS, list_id) if list_id.isprintable() else ([], 0)
    # The link that a form in Prefect answers with names a list of one: its page is that of the decision.
    if total == 1 and mode == "sign":
        return RedirectResponse(decision_address(rows[0].case_id, rows[0].act, rows[0].proposal_id), 303)
    return _list_page(list_id, mode, visitor)


@list_router.post("/proposals/{list_id}")
def sign_proposals(list_id: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign the chosen rows, or refuse them; all or nothing."""
    mode = "close" if form.one("mode") == "close" else "sign"
    with reading() as session:
        rows, _ = waiting_rows(session, PROCESS, list_id) if list_id.isprintable() else ([], 0)
    try:
        return signed_answer(sign_list(CONTRACTS, _items(rows, mode), form, visitor.person.staff_id), PROCESS)
    except NotSigned as refused:
        return _list_page(list_id, mode, visitor, form, STATUS.get(refused.kind, 401), refused.sentence)


def _items(rows: Sequence[Proposal], mode: str) -> dict[str, Item]:
    """What signing, or refusing, each row asks for."""
    if mode == "close":
        return {row.proposal_id: Item(row.case_id, CLOSED, {}, "", row.proposal_id) for row in rows}
    return {row.proposal_id: item_of(row) for row in rows}


def _list_page(
    list_id: str, mode: str, visitor: Visitor, form: Posted | None = None, status: int = 200, refusal: str = ""
) -> Response:
    with reading() as session:
        rows, total = waiting_rows(session, PROCESS, list_id) if list_id.isprintable() else ([], 0)
        is_known = bool(rows) or (list_id.isprintable() and list_is_known(session, PROCESS, list_id))
        here = standing(session, visitor.person.staff_id, clock.today())
    if not is_known:
        return sentence(404, "Not found", f"There is no list {list_id[:40]}. Proposals shows those that wait.")
    if not rows and not refusal:
        return sentence(200, "Nothing waits here any more", "Everything in this list was signed or refused. Thank you.")
    found = sort_list(CONTRACTS, _items(rows, mode), here.person.staff_id, form.one("behalf") if form else "", form)
    first = sorted({name_of(here.people, row.proposed_by) for row in rows if row.proposed_by})
    source = source_words(rows[0].source) if rows else ""
    if first:
        source = f"first signatures of {', '.join(first)}"
    context = list_context(
        found, form, mode=mode, total=total, source=source, list_id=list_id, refusal=refusal,
        since=rows[0].proposed_at if rows else None, reasons={row.proposal_id: row.reason for row in rows},
        behalves=[(staff_id, words) for staff_id, words in _behalves(here)],
    )  # fmt: skip
    title = f"{'Refuse' if mode == 'close' else 'Sign'} a list of {total} proposal{'s' if total != 1 else ''}"
    return page("proposal_list", status, title=title, **context)


def _behalves(here: Standing) -> list[tuple[str, str]]:
    """For whom the person may act, whatever the rows need."""
    givers = [(giver.staff_id, giver.name) for giver, _ in here.givers]
    return [("", "myself, or whoever delegated the role to me"), *givers] if givers else []
