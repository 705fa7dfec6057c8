"""The page on which a letter about a contact is written: its kind, its words, and what it says before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.decide import STATUS
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.hotline_cases import address, unknown, words_of
from deployments.desk.html import page, sentence
from models.hotline.letter_documents import ConstituentLetter
from models.hotline.letter_form import ABOUT, FIELDS, LONGEST_LINE, LONGEST_WORDS, PARTS, TRANSLATED, asked_of
from models.hotline.letter_rules import NAMES, LetterKind, letter_language, may_write, why_no_letter
from models.hotline.letter_texts import ENGLISH, LETTER_LANGUAGE_NAMES, LetterTextError
from models.hotline.letters import LetterRefused
from models.shared.documents import canonical, sha256
from tasks.adapters import clock
from tasks.adapters.hotline.cases import PROCESS
from tasks.adapters.hotline.contact_view import ContactView, contact_view
from tasks.adapters.hotline.letter_files import letter_texts
from tasks.adapters.hotline.letters import Wish, load_matter, make_letter, tried_on, written
from tasks.adapters.notes import plain
from tasks.adapters.policy import letter_policy
from tasks.adapters.refusals import NotSigned, note_attempt

router = APIRouter()
_NEW = f"/cases/{PROCESS}/{{case_id}}/letters/new"
_RIGHT_TO_LEFT = frozenset({"ar", "ur"})
_READ_ON = "This is what the letter says now. Read it, then make it."


@dataclass(frozen=True)
class Draft:
    """The form as it stands: what was typed, what it comes to, what is wrong."""

    kind: LetterKind
    told: Mapping[str, str]
    letter: ConstituentLetter | None = None
    refusal: str = ""
    hint: str = ""
    status: int = 200

    def value(self, name: str) -> str:
        return self.told.get(name, "")

    @property
    def text_sha256(self) -> str:
        """The hash of what the letter says, whatever the minute in which it is printed."""
        kept = self.letter.model_dump(mode="json", exclude={"document_id", "made_at"}) if self.letter else {}
        return sha256(canonical(kept))


@router.get(_NEW)
def ask_letter(case_id: str, request: Request, visitor: SignedIn) -> Response:
    """The kinds of letters; of a chosen one its form, with the letter where it needs no words."""
    kind = request.query_params.get("kind", "")
    found = _contact(case_id, visitor)
    if isinstance(found, Response):
        return found
    if kind not in set(LetterKind):
        return _page(found, None, visitor)
    draft = Draft(LetterKind(kind), {"language": _own_language(found)})
    return _page(found, draft if draft.kind is LetterKind.RESPONSE else _look(draft, case_id, visitor), visitor)


@router.post(_NEW)
def write_letter(case_id: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Make the letter as it was last shown, else show it; what was typed stays on the page."""
    kind = form.one("kind")
    found = _contact(case_id, visitor)
    if isinstance(found, Response):
        return found
    if kind not in set(LetterKind):
        return _page(found, None, visitor)
    draft = _look(Draft(LetterKind(kind), {name: plain(form.one(name)) for name in FIELDS}), case_id, visitor)
    if form.one("show") or draft.letter is None:
        return _page(found, draft, visitor)
    if form.one("seen") != draft.text_sha256:
        return _page(found, replace(draft, hint=_READ_ON), visitor)
    try:
        made = make_letter(_wish(draft, case_id), visitor.person, letter_policy(), clock.now())
    except (LetterRefused, NotSigned) as refused:
        return _page(found, replace(draft, refusal=str(refused), status=422), visitor)
    return RedirectResponse(letter_address(case_id, made.document_id), 303)


def letter_address(case_id: str, number: str) -> str:
    """Where a letter's page is."""
    return f"{address(case_id)}/letters/{quote(number, safe='')}"


def _contact(case_id: str, visitor: Visitor) -> ContactView | Response:
    """The contact that is written about; a page that says why not where it is not for this person."""
    person = visitor.person
    found = contact_view(case_id, person, "writing a letter", clock.now()) if case_id.isprintable() else None
    if found is None:
        return unknown(case_id)
    if reason := why_not_written(found, visitor):
        return sentence(403, "Not for you", reason)
    return found


def why_not_written(found: ContactView, visitor: Visitor) -> str:
    """Why this person writes no letter about a contact; empty where they write at least one kind."""
    if found.is_masked:
        return "This contact is restricted: only staff who are cleared for restricted cases may open it."
    return may_write(visitor.person.roles, LetterKind.ACKNOWLEDGEMENT, load_matter(found.facts.case_id))


def _own_language(found: ContactView) -> str:
    form = found.form
    assert form is not None  # who does not see the words does not come here
    return letter_language(found.row.language, form.told_language, form.words)


def _wish(draft: Draft, case_id: str) -> Wish:
    asked = asked_of(draft.kind, draft.told)
    return Wish(
        case_id, draft.kind, draft.told.get("language", ""), asked.answer, asked.by, asked.address_confidential,
        asked.substitute,
    )  # fmt: skip


def _look(draft: Draft, case_id: str, visitor: Visitor) -> Draft:
    """What the form comes to: the letter's text, or the sentence that says why there is none."""
    now, person = clock.now(), visitor.person
    try:
        return replace(draft, letter=written(_wish(draft, case_id), person, letter_policy(), now))
    except (LetterRefused, LetterTextError) as refused:
        return replace(draft, refusal=str(refused), status=422)
    except NotSigned as refused:
        note_attempt(person.staff_id, "desk", f"letter about {case_id}", refused, now)
        return replace(draft, refusal=refused.sentence, status=STATUS.get(refused.kind, 403))


def _page(found: ContactView, draft: Draft | None, visitor: Visitor) -> Response:
    case_id, form = found.facts.case_id, found.form
    assert form is not None
    matter = load_matter(case_id)
    kinds = {kind: name for kind, name in NAMES.items() if not may_write(visitor.person.roles, kind, matter)}
    language = draft.value("language") if draft else ""
    title = f"{NAMES[draft.kind]}: {case_id}" if draft else f"Write a letter: {case_id}"
    return page(
        "hotline_letter", draft.status if draft else 200, title=title, case=found, draft=draft, kinds=kinds,
        address=address(case_id), no_letter=why_no_letter(form.do_not_mail), languages=LETTER_LANGUAGE_NAMES,
        parts=PARTS[draft.kind] if draft else {}, about=ABOUT, translated=TRANSLATED, longest=LONGEST_WORDS,
        longest_line=LONGEST_LINE, is_english=language == ENGLISH, reviewed=_reviewed(language),
        direction="rtl" if language in _RIGHT_TO_LEFT else "ltr", matter=matter,
        days=tried_on(case_id) if draft and draft.kind is LetterKind.UNABLE_TO_REACH else (),
        **words_of(found, visitor.person),
    )  # fmt: skip


def _reviewed(language: str) -> bool:
    """Whether somebody has reviewed the texts of a language; an unknown one asks for nothing."""
    try:
        texts = letter_texts()
    except LetterTextError:
        return False
    return texts[language].is_reviewed if language in texts else True
