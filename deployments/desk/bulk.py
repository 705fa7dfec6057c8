"""One decision on many contracts: chosen on the worklist, read as one list, signed with one code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from deployments.desk.act_forms import (
    DETAILS_CHANGED,
    button,
    details_seal,
    field_views,
    fields_for_many,
    is_for_many,
    missing,
    read_fields,
    said_once,
)
from deployments.desk.decide import STATUS, signed_answer
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.list_kinds import CONTRACTS
from deployments.desk.lists import SignList, list_context, sign_list, sort_list
from deployments.desk.posted import Posted
from deployments.desk.wishes import PROCESS
from models.registration.acts import ACTS, Act, Choices
from models.shared.signing import Item, Shown
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.policy import policy_sha256
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.registration.act_choices import people_choices
from tasks.adapters.standing import standing
from tasks.adapters.waiting import MOST_ROWS

router = APIRouter()


@dataclass(frozen=True)
class Many:
    """One act on many contracts, as an address or a form gives it."""

    act: Act
    case_ids: tuple[str, ...]
    fields: dict[str, str]

    @property
    def details(self) -> str:
        """The hash of what the page shows of the details."""
        return details_seal(self.fields)

    @property
    def items(self) -> dict[str, Item]:
        return {case_id: Item(case_id, self.act.name, self.fields) for case_id in self.case_ids}


@router.get("/decide")
def show_bulk(request: Request, visitor: SignedIn) -> Response:
    """The list as it would be signed; nothing is changed by looking."""
    given = request.query_params
    # The worklist's form always sends a day; an act that has none leaves it out.
    has_day = any(spec.name == "on" for spec in getattr(ACTS.get(given.get("act", "")), "fields", ()))
    fields = ((name, value) for name, value in given.multi_items() if name != "on" or has_day)
    many = _many(given.get("act", ""), given.getlist("case"), fields)
    return many if isinstance(many, Response) else _bulk_page(many, visitor)


@router.post("/decide")
def sign_bulk(form: PostedForm, visitor: SignedIn) -> Response:
    """Sign the chosen rows, all or nothing; with `show` only what they come to."""
    fields = ((name, value) for name, values in form.items() for value in values if "-" not in name)
    many = _many(form.one("act"), form.get("case", []), fields)
    if isinstance(many, Response):
        return many
    if form.one("show"):
        return _bulk_page(many, visitor, form)
    try:
        _check_details(many, visitor, form.one("details"))
        return signed_answer(sign_list(CONTRACTS, many.items, form, visitor.person.staff_id), PROCESS)
    except NotSigned as refused:
        return _bulk_page(many, visitor, form, STATUS.get(refused.kind, 401), refused.sentence)


def _check_details(many: Many, visitor: Visitor, details: str) -> None:
    """Raises NotSigned where the details are not those that the page showed."""
    if details != many.details:
        refused = NotSigned(Refusal.CHANGED, DETAILS_CHANGED)
        note_attempt(visitor.person.staff_id, "desk", f"a list of {len(many.case_ids)}", refused, clock.now())
        raise refused


def _many(act_name: str, cases: Sequence[str], given: Iterable[tuple[str, str]]) -> Many | Response:
    """What is asked for, or the page that says why it is not possible."""
    act, case_ids = ACTS.get(act_name), tuple(dict.fromkeys(case.strip() for case in cases if case.strip()))
    if act is None or not is_for_many(act):
        return _refused(
            "Choose a decision from the list on the worklist. Some are only signed contract by contract, on the page "
            "of the contract."
        )
    if not case_ids:
        return _refused("No contract is chosen. Go back to the worklist and choose at least one.")
    if len(case_ids) > MOST_ROWS:
        return _refused(
            f"{len(case_ids)} contracts are more than the {MOST_ROWS} that one signature covers. Nothing was changed. "
            "Choose fewer."
        )
    if not all(case_id.isprintable() and len(case_id) <= 60 for case_id in case_ids):
        return _refused("A chosen contract has a number that there cannot be. Go back to the worklist.")
    act = fields_for_many(act)
    return Many(act, case_ids, read_fields(act, given, clock.today()))


def _refused(words: str) -> Response:
    return sentence(422, "Not possible", words)


def _bulk_page(
    many: Many, visitor: Visitor, form: Posted | None = None, status: int = 200, refusal: str = ""
) -> Response:
    with reading() as session:
        here = standing(session, visitor.person.staff_id, clock.today())
    choices: dict[str, Choices] = {
        spec.name: people_choices(here.people, many.fields.get("role", ""))
        for spec in many.act.fields if spec.shape == "person"
    }  # fmt: skip
    lacks = missing(many.act, many.fields)
    behalf = form.one("behalf") if form else ""
    nothing = SignList(CONTRACTS, Shown(process="registration", policy=policy_sha256(), items=()), (), ())
    found = nothing if lacks else sort_list(CONTRACTS, many.items, here.person.staff_id, behalf, form)
    context = list_context(
        found, form, many=many, missing=lacks, views=field_views(many.act, many.fields, choices),
        refusal=said_once(refusal), behalves=here.behalves(many.act.duty),
        button=button(many.act.label, first=found.has_first, second=False),
    )  # fmt: skip
    count = len(many.case_ids)
    return page("bulk", status, title=f"{many.act.label}: {count} contract{'s' if count != 1 else ''}", **context)
