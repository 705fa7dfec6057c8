"""The page of one letter: it is opened here, and signed with a code so that it goes out."""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.act_forms import said_once, without_outcome
from deployments.desk.decide import STATUS
from deployments.desk.files import file_answer
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.hotline_cases import address
from deployments.desk.hotline_letters import letter_address
from deployments.desk.html import page, sentence
from models.hotline.acts import SIGNED, may_not
from models.hotline.letter_rules import NAMES, may_write
from models.hotline.letter_texts import LETTER_LANGUAGE_NAMES
from models.hotline.letters import LetterRefused
from models.shared.signing import Credential, Shown
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.hotline.case_page import open_words
from tasks.adapters.hotline.cases import PROCESS, clocks, load_cases
from tasks.adapters.hotline.letter_going import safe_way
from tasks.adapters.hotline.letter_list import letters_of
from tasks.adapters.hotline.letter_sending import SELF, SENDING, LetterFound, find_letter, order_of, read_letter
from tasks.adapters.papers import PaperError
from tasks.adapters.refusals import NotSigned, note_attempt

router = APIRouter()
_LETTER = f"/cases/{PROCESS}/{{case_id}}/letters/{{number}}"


@dataclass(frozen=True)
class _Sending:
    """A letter as its page shows it: whom it goes to, why it was not signed."""

    found: LetterFound
    release: str = ""
    refusal: str = ""
    status: int = 200
    signed: str = ""


@router.get(_LETTER)
def show_letter(case_id: str, number: str, request: Request, visitor: SignedIn) -> Response:
    """A letter, how it stands, and its form to send it; nothing is changed by looking."""
    found = _find(case_id, number, visitor)
    if isinstance(found, Response):
        return found
    signed = request.query_params.get("signed", "")
    return _page(_Sending(found, signed=signed if signed.replace("-", "").isalnum() else ""), visitor)


@router.api_route(f"{_LETTER}/file", methods=["GET", "HEAD"])
def show_file(case_id: str, number: str, visitor: SignedIn) -> Response:
    """The letter as it was made; that it was opened is kept, and the browser keeps no copy."""
    found = _find(case_id, number, visitor)
    if isinstance(found, Response):
        return found
    try:
        return file_answer(read_letter(number, visitor.person, clock.now()))
    except PaperError as error:
        return sentence(500, "This letter is not shown", str(error))


@router.post(f"{_LETTER}/send")
def send(case_id: str, number: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Sign that it goes out, or say why not; with `show` only what that comes to."""
    found = _find(case_id, number, visitor)
    if isinstance(found, Response):
        return found
    release = SELF if form.one("to") == SELF else form.one("release")[:10]
    if form.one("show"):
        return _page(_Sending(found, release), visitor)
    who = Credential(visitor.person.staff_id, form.one("code"))
    seen = {case_id: int(form.one("version"))} if form.one("version").isdecimal() else {}
    try:
        receipt = decisions.decide(order_of(number, release), form.one("shown"), who, "desk", seen)
    except NotSigned as refused:
        status = STATUS.get(refused.kind, 401)
        return _page(_Sending(found, release, said_once(refused.sentence), status), visitor)
    signed = urlencode({"signed": receipt.signature_id})
    return RedirectResponse(f"{letter_address(case_id, number)}?{signed}", 303)


def _find(case_id: str, number: str, visitor: Visitor) -> LetterFound | Response:
    unknown = sentence(404, "Not found", f"There is no letter {number[:80]} about this contact. Its page lists them.")
    try:
        found = find_letter(number, visitor.person)
    except LookupError:
        return unknown
    except NotSigned as refused:
        note_attempt(visitor.person.staff_id, "desk", f"letter {number}", refused, clock.now())
        return sentence(403, "Not for you", refused.sentence)
    return found if found.row.case_id == case_id else unknown


def _page(sending: _Sending, visitor: Visitor) -> Response:
    found = sending.found
    case_id, number = found.row.case_id, found.row.document_id
    with reading() as session:
        line = next(line for line in letters_of(session, case_id) if line.number == number)
    obstacle, way, shown, waits = "", found.way, None, False
    if not found.way:
        obstacle, way = _obstacle(found, visitor)
        waits = found.matter.is_hiv and not sending.release and not line.is_draft
        if not obstacle and not waits:
            obstacle, shown = _look(number, sending.release)
    return page(
        "hotline_letter_send", sending.status, title=f"Letter {number}", line=line, letter=found.row, way=way,
        kind=NAMES[found.kind], language=LETTER_LANGUAGE_NAMES.get(found.row.language, found.row.language),
        address=address(case_id), case_id=case_id, mine=letter_address(case_id, number), obstacle=obstacle,
        shown=shown, waits=waits, release=sending.release, refusal=sending.refusal, signed_as=sending.signed,
        is_sent=bool(found.way), themself=SELF, matter=found.matter,
    )  # fmt: skip


def _obstacle(found: LetterFound, visitor: Visitor) -> tuple[str, str]:
    """Why this person cannot send it to this constituent, or by which way it would go."""
    person, case_id = visitor.person, found.row.case_id
    with reading() as session:
        facts = load_cases(session, [case_id], clocks())[case_id].facts
    wrong = may_write(person.roles, found.kind, found.matter)
    if wrong := wrong or may_not(SIGNED[SENDING], facts, person.staff_id, person.roles):
        return wrong, ""
    form = open_words(case_id, person, f"letter {found.row.document_id}", clock.now()).form
    try:
        return "", safe_way(form)
    except LetterRefused as refused:
        return str(refused), ""


def _look(number: str, release: str) -> tuple[str, Shown | None]:
    try:
        return "", decisions.look(order_of(number, release))[0]
    except NotSigned as refused:
        return without_outcome(refused.sentence), None
