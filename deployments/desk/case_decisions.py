"""The page on which one decision about a case is read and signed, for every process whose decisions take one person."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from sqlmodel import Session

from deployments.desk.act_forms import LONGEST_REASON, said_once, without_outcome
from deployments.desk.decide import STATUS, signed_answer
from deployments.desk.guard import Visitor
from deployments.desk.html import page, sentence
from deployments.desk.posted import Posted, versions_seen
from models.shared.acts import Act
from models.shared.documents import Document
from models.shared.duties import Duty, Signed
from models.shared.signing import Asked, Credential, Item
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.standing import Standing, standing

Fields = Mapping[str, str]


def _own_duty(act: Act, found: Any) -> Duty:
    return act.duty


def _own_names(act: Act, found: Any) -> tuple[str, ...]:
    return act.fields


def _no_fields(act: Act, found: Any) -> Fields:
    return {}


def _no_words(act: Act, found: Any) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class CaseKind:
    """What differs between the cases of processes.

    `find` is everything that is shown of a case, None where there is none; `history` what was signed in it so far;
    `message` the e-mail that carries a letter; `names` the fields that an act's form asks for, `first` what they hold
    before anybody filled them in; `words` what else its template shows. `waits_for` names what must be filled in before
    a decision can be shown.
    """

    process: str
    noun: str
    listed: str
    template: str
    acts: Mapping[str, Act]
    find: Callable[[Session, str], Any | None]
    history: Callable[[Any], Iterable[Signed]]
    message: Callable[[Any], str]
    duty: Callable[[Act, Any], Duty] = _own_duty
    names: Callable[[Act, Any], tuple[str, ...]] = _own_names
    first: Callable[[Act, Any], Fields] = _no_fields
    words: Callable[[Act, Any], dict[str, Any]] = _no_words
    waits_for: Callable[[Act, Fields], bool] = lambda act, fields: False

    def address(self, case_id: str) -> str:
        """Where a case's page is."""
        return f"/cases/{self.process}/{quote(case_id, safe='')}"

    def found(self, session: Session, case_id: str) -> Any | None:
        return self.find(session, case_id) if case_id.isprintable() else None

    def unknown(self, case_id: str) -> Response:
        """The page that says that there is no such case."""
        return sentence(404, "Not found", f"There is no {self.noun} {case_id[:80]}. {self.listed}")

    def unknown_act(self, act: str) -> Response:
        said = act.replace("_", " ")[:60]
        return sentence(404, "Not found", f"“{said}” is not something that can be signed for a {self.noun}.")


@dataclass(frozen=True)
class _Form:
    """The form of a decision as it was sent, or as it is before: nothing was filled in where `fields` is None."""

    fields: Fields | None = None
    reason: str = ""
    behalf: str = ""
    status: int = 200
    refusal: str = ""


def show_decision(
    kind: CaseKind, case_id: str, act_name: str, visitor: Visitor, fields: Fields | None = None
) -> Response:
    """What would be signed, with its form; nothing is changed by looking."""
    return _decision_page(kind, case_id, act_name, visitor, _Form(fields))


def sign_decision(kind: CaseKind, case_id: str, act_name: str, form: Posted, visitor: Visitor) -> Response:
    """Sign it, or say why not; with `show` only what the form comes to."""
    act, reason, behalf = kind.acts.get(act_name), form.one("reason"), form.one("behalf")
    if act is None:
        return kind.unknown_act(act_name)
    with reading() as session:
        found = kind.found(session, case_id)
    if found is None:
        return kind.unknown(case_id)
    fields = {name: text for name in kind.names(act, found) if (text := form.one(name).strip())}
    if form.one("show"):
        return _decision_page(kind, case_id, act_name, visitor, _Form(fields, reason, behalf))
    try:
        _check_reason(visitor, case_id, act, reason)
        who = Credential(visitor.person.staff_id, form.one("code"), behalf)
        seen = versions_seen([(case_id, form.one("version"))])
        asked = Asked(kind.process, (Item(case_id, act_name, fields, reason),))
        receipt = decisions.decide(asked, form.one("shown"), who, "desk", seen)
    except NotSigned as refused:
        status = STATUS.get(refused.kind, 401)
        again = _Form(fields, reason, behalf, status, said_once(refused.sentence))
        return _decision_page(kind, case_id, act_name, visitor, again)
    return signed_answer(receipt, kind.process)


def _check_reason(visitor: Visitor, case_id: str, act: Act, reason: str) -> None:
    if len(reason) > LONGEST_REASON:
        words = f"The reason is longer than {LONGEST_REASON:,} characters. Shorten it. Nothing was changed."
        refused = NotSigned(Refusal.FORM, words)
        note_attempt(visitor.person.staff_id, "desk", f"{act.name} {case_id}", refused, clock.now())
        raise refused


def _decision_page(kind: CaseKind, case_id: str, act_name: str, visitor: Visitor, form: _Form) -> Response:
    act = kind.acts.get(act_name)
    if act is None:
        return kind.unknown_act(act_name)
    with reading() as session:
        found = kind.found(session, case_id)
        here = standing(session, visitor.person.staff_id, clock.today())
    if found is None:
        return kind.unknown(case_id)
    fields = kind.first(act, found) if form.fields is None else form.fields
    asked = Asked(kind.process, (Item(case_id, act_name, dict(fields), form.reason),))
    waits = kind.waits_for(act, fields)
    obstacle, shown, letter = _look(kind, asked, act, found, here, waits=waits)
    return page(
        kind.template, form.status, title=f"{act.label}: {case_id}", case=found, act=act, duty=kind.duty(act, found),
        shown=shown, letter=letter, obstacle=obstacle, refusal=form.refusal, reason=form.reason, behalf=form.behalf,
        behalves=here.behalves(act.duty), longest=LONGEST_REASON, case_address=kind.address(case_id),
        fields=fields, names=kind.names(act, found), waits=waits and not obstacle, today=clock.today(),
        **kind.words(act, found),
    )  # fmt: skip


def _look(
    kind: CaseKind, asked: Asked, act: Act, found: Any, here: Standing, *, waits: bool
) -> tuple[str, Any, str]:  # fmt: skip
    """Why it cannot be signed, what would be, and the e-mail of the letter that it orders."""
    obstacle = here.why_not(act.duty, kind.history(found))
    if obstacle or waits:
        return obstacle, None, ""
    try:
        shown, ready = decisions.look(asked)
    except NotSigned as refused:
        return without_outcome(refused.sentence), None, ""
    due = getattr(ready[0], "letter", None)
    letter: Document | None = due.letter if due else None
    return "", shown, kind.message(letter) if letter else ""
