"""The blind sample: what waits for a second reader, one contact's words without triage, the answer; what follows."""

from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.act_forms import said_once
from deployments.desk.decide import STATUS
from deployments.desk.guard import SESSION, PostedForm, SignedIn, Visitor, put_cookie, renewed
from deployments.desk.hotline_cases import address
from deployments.desk.html import page, sentence
from deployments.desk.posted import Posted
from models.hotline.forms import ContactForm
from models.hotline.marking import pieces
from models.hotline.report import CHANNELS
from models.hotline.retriage import answers, may_see_figures, needs_marking
from models.hotline.sample_figures import figures
from models.hotline.showing import PRIORITIES, is_cleared
from models.hotline.told_facts import in_words
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.sample_reading import Answer, keep_reading, kept_by, next_to_read, open_sampled, waiting_for
from tasks.adapters.hotline.sampling import accuracy_of, sampled_weeks, week_of
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.sessions import RECENT

router, figures_router = APIRouter(), APIRouter()
HOME = "/hotline/sample"
# A year of weeks is listed; an earlier one is shown where its day is asked for.
MOST_WEEKS = 53
_CONTACT = f"{HOME}/contacts/{{case_id}}"
_CHOOSE = "Choose the unit and the priority."
_FRESH = f"You signed in more than {RECENT.seconds // 3600} hours ago. Type a fresh code to go on."


@dataclass(frozen=True)
class _Page:
    """What a page of the sample says besides: why something was not done, which contact was kept, what was typed."""

    status: int = 200
    refusal: str = ""
    kept: str = ""
    unit: str = ""
    priority: str = ""

    def refused(self, refused: NotSigned) -> "_Page":
        return replace(self, status=STATUS.get(refused.kind, 401), refusal=said_once(refused.sentence))


@dataclass(frozen=True)
class _Sitting:
    """Somebody whose code is recent; `token` is of the session that this request began, empty where it went on."""

    visitor: Visitor
    token: str = ""

    def answer(self, request: Request, answer: Response) -> Response:
        if self.token:
            put_cookie(request, answer, SESSION, self.token)
        return answer


@router.get(HOME)
def show_sample(request: Request, visitor: SignedIn) -> Response:
    """How many contacts of the sample wait for this person; nothing is opened by looking."""
    return _start(visitor, _Page(kept=request.query_params.get("kept", "")))


@router.post(f"{HOME}/next")
def open_next(request: Request, form: PostedForm, visitor: SignedIn) -> Response:
    """Go to the next contact for this person, whose page opens it."""
    try:
        sitting = _sitting(request, form, visitor)
    except NotSigned as refused:
        _note(visitor, "open the sample", refused)
        return _start(visitor, _Page().refused(refused))
    return sitting.answer(request, _next(sitting.visitor))


@router.get(_CONTACT)
def show_sampled(case_id: str, request: Request, visitor: SignedIn) -> Response:
    """What one contact says, and the form of the answer; that it was opened is kept in the access log."""
    return _contact(case_id, visitor, _Page(kept=request.query_params.get("kept", "")))


@router.post(_CONTACT)
def keep_answer(case_id: str, request: Request, form: PostedForm, visitor: SignedIn) -> Response:
    """Keep where this person would send it and how urgent it is, then go to the next one; or say why not."""
    told = _Page(unit=form.one("unit"), priority=form.one("priority"))
    if told.unit not in answers(cleared=is_cleared(visitor.person)) or told.priority not in map(str, PRIORITIES):
        return _contact(case_id, visitor, replace(told, status=422, refusal=_CHOOSE))
    try:
        sitting = _sitting(request, form, visitor)
    except NotSigned as refused:
        _note(visitor, "answer the sample", refused)
        return _contact(case_id, visitor, told.refused(refused))
    try:
        answer = Answer(told.unit, int(told.priority))
        keep_reading(visitor.person.staff_id, _printable(case_id), answer, clock.now())
    except NotSigned as refused:
        _note(visitor, "answer the sample", refused)
        return sitting.answer(request, _start(sitting.visitor, _Page().refused(refused)))
    return sitting.answer(request, _next(sitting.visitor, case_id))


@figures_router.get(f"{HOME}/figures")
def show_figures(request: Request, visitor: SignedIn) -> Response:
    """What the readings of a week say about triage; without a day of the last whole week."""
    try:
        monday = week_of(request.query_params.get("week", "").strip(), clock.today())
    except LookupError as error:
        return sentence(400, "Not understood", str(error))
    with reading() as session:
        weeks, found = sampled_weeks(session), accuracy_of(session, monday)
    return page(
        "hotline_sample_figures", title="How well triage decides", monday=monday, weeks=weeks[:MOST_WEEKS],
        drawn=next((one for one in weeks if one.week == monday), None), figures=figures(found),
    )  # fmt: skip


def _sitting(request: Request, form: Posted, visitor: Visitor) -> _Sitting:
    """The person with a recent code: that of the sign-in, else a fresh one of the form. Raises NotSigned."""
    now = clock.now()
    if visitor.is_recent(now):
        return _Sitting(visitor)
    if not form.one("code"):
        raise NotSigned(Refusal.SESSION, f"{_FRESH} Nothing was changed.")
    return _Sitting(*renewed(request, visitor, form.one("code"), now))


def _note(visitor: Visitor, what: str, refused: NotSigned) -> None:
    note_attempt(visitor.person.staff_id, "desk", what, refused, clock.now())


def _printable(case_id: str) -> str:
    """A contact's id as the database takes it; none where it cannot be one."""
    return case_id if case_id.isprintable() else ""


def _next(visitor: Visitor, kept: str = "") -> Response:
    with reading() as session:
        case_id = next_to_read(session, visitor.person, clock.now())
    where = f"{HOME}/contacts/{quote(case_id, safe='')}" if case_id else HOME
    return RedirectResponse(f"{where}?{urlencode({'kept': kept})}" if kept else where, 303)


def _start(visitor: Visitor, told: _Page) -> Response:
    now, person = clock.now(), visitor.person
    with reading() as session:
        waiting = len(waiting_for(session, person, now))
    return page(
        "hotline_sample", told.status, title="Blind sample", told=told, waiting=waiting, kept=_kept(told, visitor),
        asks_code=not visitor.is_recent(now), why_code=_FRESH, is_cleared=is_cleared(person),
        sees_figures=may_see_figures(person),
    )  # fmt: skip


def _contact(case_id: str, visitor: Visitor, told: _Page) -> Response:
    """The page of one contact. Where the code is not recent any more its words stay closed, and a code is asked for."""
    now, form = clock.now(), None
    asks_code = not visitor.is_recent(now)
    if not asks_code:
        try:
            form = open_sampled(_printable(case_id), visitor.person, now)
        except NotSigned as refused:
            _note(visitor, "open the sample", refused)
            return _start(visitor, _Page().refused(refused))
    elif not told.unit:
        return _start(visitor, _Page())
    with reading() as session:
        waiting = len(waiting_for(session, visitor.person, now))
    return page(
        "hotline_sample_contact", told.status, title=f"Blind sample: {case_id}", case_id=case_id, told=told,
        waiting=waiting, kept=_kept(told, visitor), units=answers(cleared=is_cleared(visitor.person)),
        priorities=PRIORITIES, asks_code=asks_code, address=f"{HOME}/contacts/{quote(case_id, safe='')}",
        **_words(form),
    )  # fmt: skip


def _words(form: ContactForm | None) -> dict[str, object]:
    """What the page shows of a contact: what was said and told, and nothing that anybody made of it."""
    if form is None:
        return {"form": None}
    channels = {str(channel): words for channel, words in CHANNELS.items()}
    return {
        "form": form, "pieces": pieces(form.words, ()), "besides": in_words(form.told_facts),
        "channel": channels.get(str(form.channel), str(form.channel)),
    }  # fmt: skip


def _kept(told: _Page, visitor: Visitor) -> dict[str, object]:
    """The contact that this person has just answered about, and what it asks of them now; empty where there is none."""
    with reading() as session:
        answer = kept_by(session, _printable(told.kept), visitor.person.staff_id)
    if answer is None:
        return {}
    return {
        "case_id": told.kept, "where": address(told.kept), "is_urgent": answer.priority == 1,
        "is_protected": needs_marking(answer.unit),
    }  # fmt: skip
