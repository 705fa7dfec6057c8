"""The page of one contact: its words where they may be read, why it is where it is, what can be done, what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from deployments.desk.act_forms import said_once
from deployments.desk.decide import STATUS
from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.hotline_words import facts_of_row, reason_of, told_of
from deployments.desk.html import page, sentence
from deployments.desk.posted import version_of
from models.hotline import acts
from models.hotline.acts import ACTS, SIGNED, WORK
from models.hotline.marking import pieces
from models.hotline.report import CHANNELS, LANGUAGE_ROWS
from models.hotline.showing import (
    PRIORITIES,
    REASONS,
    RESTRICTED,
    choosable,
    is_cleared,
    language_name,
    places_of,
    unit_names,
)
from models.hotline.taking import Doing, take
from models.hotline.tongue import LANGUAGES
from models.hotline.wording import seen
from models.shared.acts import Act
from models.shared.people import DECIDES_NOTHING, Person
from tasks.adapters import clock
from tasks.adapters.hotline import casework
from tasks.adapters.hotline.cases import PROCESS, clocks
from tasks.adapters.hotline.contact_view import ContactView, contact_view
from tasks.adapters.hotline.triaging import judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.refusals import NotSigned, note_attempt

router = APIRouter()
# What is asked only in a form of its own; all other acts without a code are one button.
FORMS = ("rejected", "contact_attempted", "interim_sent", "linked", "noted", "marked_confidential")
_ELSEWHERE = frozenset({"proposal_closed", "letter_sent"})


@dataclass(frozen=True)
class Told:
    """What a form of the page said when it was refused: the act, its fields, the sentence."""

    act: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""

    def value(self, act: str, name: str) -> str:
        return self.fields.get(name, "") if act == self.act else ""


def address(case_id: str) -> str:
    """Where a contact's page is; nothing but its number stands in it."""
    return f"/cases/{PROCESS}/{quote(case_id, safe='')}"


def unknown(case_id: str) -> Response:
    """The page that says that there is no such contact."""
    return sentence(404, "Not found", f"There is no contact {case_id[:80]} that was triaged. “My work” lists them.")


@router.get(f"/cases/{PROCESS}/{{case_id}}")
def show_contact(case_id: str, request: Request, visitor: SignedIn) -> Response:
    """One contact; that it was opened is kept in the access log."""
    signed = request.query_params.get("signed", "")
    return _answer(case_id, visitor, signed=signed if signed.isalnum() or "-" in signed else "")


@router.post(f"/cases/{PROCESS}/{{case_id}}/do/{{act_name}}")
def do_act(case_id: str, act_name: str, form: PostedForm, visitor: SignedIn) -> Response:
    """Record an act that needs no code, then show the contact again; or say why it was not recorded."""
    act = WORK.get(act_name)
    if act is None:
        return sentence(404, "Not found", "This is nothing that is done about a contact. Its page lists what can be.")
    fields = {name: text for name in act.fields if (text := form.one(name))}
    if not case_id.isprintable():
        return unknown(case_id)
    try:
        casework.act(case_id, act_name, fields, visitor.person.staff_id, version_of(form.one("version")))
    except NotSigned as refused:
        note_attempt(visitor.person.staff_id, "desk", f"{act_name} {case_id}", refused, clock.now())
        told = Told(act_name, fields, said_once(refused.sentence))
        return _answer(case_id, visitor, STATUS.get(refused.kind, 401), told)
    return RedirectResponse(address(case_id), 303)


def _answer(case_id: str, visitor: Visitor, status: int = 200, told: Told | None = None, signed: str = "") -> Response:
    person = visitor.person
    found = contact_view(case_id, person, "case page", clock.now()) if case_id.isprintable() else None
    if found is None:
        return unknown(case_id)
    return page(
        "hotline_case", status, title=f"Contact {case_id}", case=found, told=told or Told(), signed_as=signed,
        address=address(case_id), can=_can(found), forms=FORMS, may_write=not person.roles & DECIDES_NOTHING,
        proposals=_proposals(found), acts=acts, routes=_routes(found, person),
        choosable=choosable(cleared=is_cleared(person)), languages={code: LANGUAGE_ROWS[code] for code in LANGUAGES},
        writes_letters=not (found.is_masked or found.why_no_letters) and found.facts.state != "closed",
        **words_of(found, person),
    )  # fmt: skip


def words_of(found: ContactView, person: Person) -> dict[str, Any]:
    """What the templates show of a contact, masked where the law keeps it from the reader."""
    row, seen_as, form, names = found.row, found.page, found.form, unit_names(cleared=is_cleared(person))
    return {
        "unit": names.get(seen_as.unit, RESTRICTED), "urgency": PRIORITIES[found.facts.priority],
        "clock_name": "" if found.is_masked else seen_as.clock, "overdue": seen_as.is_overdue,
        "resolve_by": seen_as.resolve_by,
        "channel": {str(channel): words for channel, words in CHANNELS.items()}.get(row.channel, row.channel),
        "language": RESTRICTED if found.is_masked else language_name(seen_as.language),
        "triage_said": names.get(seen_as.said_by_triage, RESTRICTED),
        "runner_up": next((names[unit] for unit in seen_as.alternatives), "no other unit"),
        "reasons": [REASONS.get(reason, reason) for reason in seen_as.review],
        "why": "" if found.is_masked else reason_of(row, judge(hotline_policy()).reader),
        "signs": facts_of_row(row, form) if form else [], "form": form, "caller": told_of(form) if form else [],
        "pieces": pieces(form.words, places_of(row.evidence)) if form else (),
        "raw": form.words if form and seen(form.words) != form.words else "",
    }  # fmt: skip


def _routes(found: ContactView, person: Person) -> list[tuple[str, str]]:
    """Units to route to, the likeliest first: what triage chose and named, without the one that has it."""
    if found.is_masked or "routed" not in found.page.signed_acts:
        return []
    names, is_open = choosable(cleared=is_cleared(person)), found.facts.state == "to_person"
    named = dict.fromkeys([found.row.unit, *found.page.alternatives])
    return [(unit, names[unit]) for unit in named if unit in names and (is_open or unit != found.facts.unit)]


def _can(found: ContactView) -> dict[str, Act]:
    """The acts that this person can do now, by name."""
    names = [*found.page.acts, *found.page.signed_acts]
    return {name: ACTS[name] for name in names if name not in _ELSEWHERE and _fits(name, found)}


def _fits(name: str, found: ContactView) -> bool:
    """Whether an act is possible now, as far as that is known before its form is filled in."""
    facts = found.facts
    if name in ("linked", "unlinked"):
        return bool(facts.duplicate_of) if name == "unlinked" else not facts.merged
    if name == "alert_acknowledged":
        return any(alert.acknowledged_at is None for alert in found.page.alerts)
    if ACTS[name].fields:
        return True
    return not isinstance(take(found.loaded.case, Doing(name, {}, "", "", clock.now(), clocks())), str)


def _proposals(found: ContactView) -> list[tuple[str, str]]:
    """What waits for a second signature: its words and its page."""
    where = address(found.page.case_id)
    return [
        (ACTS[row.act].label, f"{where}/decide/{row.act}?proposal={quote(row.proposal_id, safe='')}")
        for row in found.page.proposals
        if row.act in SIGNED
    ]
