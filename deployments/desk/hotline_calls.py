"""The call-taker's page: what staff ask and write down, and at once what triage makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.hotline_words import facts_of_row, reason_of
from deployments.desk.html import page
from models.hotline import calls
from models.hotline.calls import CallProblem, call_of
from models.hotline.forms import Borough, Channel, ContactForm
from models.hotline.marking import pieces
from models.hotline.phrases import PhraseError
from models.hotline.report import LANGUAGE_ROWS
from models.hotline.showing import is_cleared, shown
from models.hotline.surge import Surge
from models.hotline.tongue import LANGUAGES
from tasks.adapters import clock
from tasks.adapters.hotline.calls import Taken, keep_call
from tasks.adapters.hotline.contact_view import earlier_of
from tasks.adapters.hotline.one_contact import ContactDiffers
from tasks.adapters.hotline.surges import running
from tasks.adapters.hotline.triaging import Judge, by_itself, judge
from tasks.adapters.hotline.vault import VaultError
from tasks.adapters.notes import plain
from tasks.adapters.policy import PolicyError, hotline_policy

router = APIRouter()
FIELDS = (
    "once", "began", "channel", "safe_now", "language", "other_language", "interpreter", "safe_channel", "safe_times",
    "leave_message", "do_not_mail", "text", "summary", "child_report", "caller", "phone", "email", "address", "borough",
    "zip", "facility", "received_on",
)  # fmt: skip
_LANGUAGES = {code: LANGUAGE_ROWS[code] for code in LANGUAGES} | {calls.OTHER: "Another language"}
_KEPT_ALREADY = (
    "This form was kept before, with other words, and what a constituent said is never changed. Your answers are still "
    "here: keep them as a contact of its own. It is linked with the first where the same person calls."
)


@dataclass(frozen=True)
class CallView:
    """The answers of the page as they stand, and what is wrong with them by field."""

    told: Mapping[str, str]
    problems: tuple[CallProblem, ...] = ()
    refusal: str = ""

    def value(self, name: str) -> str:
        return self.told.get(name, "")

    def wrong(self, name: str) -> str:
        """What is wrong with a field; empty where nothing is."""
        return next((problem.sentence for problem in self.problems if problem.field == name), "")

    def is_first(self, name: str) -> bool:
        """Whether this is the field to look at first."""
        return bool(self.problems) and self.problems[0].field == name


@router.get("/calls/new")
def ask_call() -> Response:
    """The empty page of a call."""
    return _asked(CallView(_fresh({"channel": Channel.HOTLINE.value, "language": "en"})))


@router.post("/calls/new")
def take_call(form: PostedForm, visitor: SignedIn) -> Response:
    """Keep the contact and show what triage decided, or say what is wrong; a form sent twice is one contact."""
    told = {name: plain(form.one(name)) for name in FIELDS}
    now = clock.now()
    contact, problems = call_of(told, visitor.person.staff_id, now)
    if contact is None:
        is_old = any(not problem.field for problem in problems)
        return _asked(CallView(_fresh(told) if is_old else told, tuple(problems), _first(problems)), 422)
    try:
        judging = judge(hotline_policy())
        taken = keep_call(contact, judging, now)
    except ContactDiffers:
        return _asked(CallView(_fresh(told), refusal=_KEPT_ALREADY), 409)
    except (VaultError, PhraseError, PolicyError) as error:
        return _asked(CallView(told, refusal=f"{error} Nothing was kept."), 503)
    return _taken(contact, taken, judging, visitor)


def _first(problems: list[CallProblem]) -> str:
    return problems[0].sentence if len(problems) == 1 else f"{len(problems)} answers need a second look; see below."


def _fresh(told: Mapping[str, str]) -> dict[str, str]:
    return {**told, "once": token_urlsafe(12), "began": clock.now().isoformat()}


def _events() -> tuple[Surge, ...]:
    """The events that run today, whose scripts are said; none where the phrase tables cannot be read."""
    try:
        return running(judge(hotline_policy()).surges.events, clock.today())
    except (PhraseError, PolicyError):
        return ()


def _asked(view: CallView, status: int = 200) -> Response:
    return page(
        "hotline_call", status, title="Take a call", view=view, events=_events(), language_names=LANGUAGE_ROWS,
        channels=calls.CHANNELS, safe=calls.SAFE,
        languages=_LANGUAGES, reached=calls.REACHED, child=calls.CHILD, longest=calls.LONGEST_WORDS,
        longest_line=calls.LONGEST_LINE, boroughs=[(borough.value, borough.value.title()) for borough in Borough],
    )  # fmt: skip


def _taken(contact: ContactForm, taken: Taken, judging: Judge, visitor: Visitor) -> Response:
    """What was decided. Who took the call sees its words here once more, even where the law keeps them from others.

    A restriction that an earlier contact alone brings is not told here: who calls with somebody else's telephone would
    hear from what is said to them that there is one. Staff who open the contact later read that it is restricted.
    """
    own, row = by_itself(contact, judging), taken.decision
    if not own.confidential and row.judged_by == judging.judged_by:
        row = row.model_copy(update={"confidential": False, "review": "|".join(own.review)})
    seen = shown(row, cleared=is_cleared(visitor.person))
    told: dict[str, Any] = {
        "contact": contact, "taken": taken, "seen": seen, "pieces": pieces(contact.words, seen.places),
        "why": "" if seen.is_masked else reason_of(taken.decision, judging.reader),
        "repeats": "" if seen.is_masked else earlier_of(taken.decision.duplicate_of, visitor.person),
        "is_live": contact.channel in calls.LIVE,
        "facts": [] if seen.is_masked else facts_of_row(taken.decision, contact),
    }  # fmt: skip
    return page("hotline_taken", title=f"Kept: {contact.contact_id}", **told)
