"""What the fiscal review does with a signature: each item as it would be taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.fiscal.acts import (
    ACTS,
    WHOLE,
    duty_of,
    grave,
    key_of,
    label,
    misfit,
    signed_history,
    to_correct,
    wrong_fields,
)
from models.fiscal.documents import Question
from models.fiscal.letters import asked, asked_of_all
from models.fiscal.policy import Policy
from models.fiscal.rules import Review
from models.fiscal.states import ALL_STATES, LIFECYCLE
from models.shared.acts import Act
from models.shared.calendar import long_date, new_york_date
from models.shared.duties import Duty, Signed
from models.shared.lifecycle import IllegalTransition, advance
from models.shared.money import dollars
from models.shared.signing import Item, ShownItem
from tasks.adapters.fiscal.letters_due import LetterDue, plan_due, questions_due
from tasks.adapters.fiscal.months import LoadedMonth, load_months
from tasks.adapters.ledger import CaseHead
from tasks.adapters.one_by_one import prepared_each, refuse_twice
from tasks.adapters.policy import fiscal_policy, office
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why
from tasks.adapters.signed_fields import NOTHING, day_given

# What rests on the last review, so that nothing may have come in since.
_ON_THE_REVIEW = frozenset({"signed_off", "question_asked", "plan_asked"})


@dataclass(frozen=True)
class _Taken:
    """What an act is about: in words, as its event tells it, its letter, and the day by which somebody must answer."""

    says: tuple[tuple[str, str], ...] = ()
    told: dict[str, Any] = field(default_factory=dict)
    letter: LetterDue | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class PreparedMonth:
    """An item as it is taken: the case's head as it was read, the review that it rests on, the letter that it orders.

    `told` is what its event tells besides.
    """

    item: Item
    shown: ShownItem
    duty: Duty
    history: tuple[Signed, ...]
    taken: Review
    loaded: LoadedMonth
    head: CaseHead
    target: str
    letter: LetterDue | None
    told: dict[str, Any]
    due_on: date | None


def in_words(event: str) -> str:
    """An event in the office's words."""
    return label(event)


def prepare(
    session: Session,
    items: Sequence[Item],
    at: datetime,
    allow: Callable[[Any], object] | None = None,
    refused: list[tuple[Item, NotSigned]] | None = None,
) -> list[PreparedMonth]:
    """Each item as it would be taken.

    Raises NotSigned. `allow` may refuse an item too. With a list for them, refused items are put there instead.
    """
    policy = fiscal_policy()
    loaded = load_months(session, [item.case_id for item in items], policy)
    cases = {case.head.case_id: case for case in loaded}

    def taken(item: Item, made: Sequence[PreparedMonth]) -> PreparedMonth:
        refuse_twice(item, made)
        return _prepare(session, item, cases, policy, at)

    return prepared_each(items, taken, allow, refused)


def _prepare(
    session: Session, item: Item, cases: dict[str, LoadedMonth], policy: Policy, at: datetime
) -> PreparedMonth:
    case, act = cases.get(item.case_id), ACTS.get(item.act)
    if case is None:
        raise NotSigned(Why.FORM, f"There is no reviewed month “{item.case_id[:40]}”. {NOTHING}")
    if act is None:
        said = item.act.replace("_", " ")[:60]
        raise NotSigned(Why.ILLEGAL, f"“{said}” is nothing that is signed for a month. {NOTHING}")
    findings, today = case.review.findings, new_york_date(at)
    target = advance(LIFECYCLE, case.head.state, item.act)
    if isinstance(target, IllegalTransition):
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {target.sentence} {NOTHING}")
    news = f"{case.news} Wait for the next review." if case.news and item.act in _ON_THE_REVIEW else ""
    if wrong := misfit(item.act, findings, case.desk, today) or news:
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: {wrong} {NOTHING}")
    if wrong := wrong_fields(act, item.fields, findings, case.desk):
        raise NotSigned(Why.FORM, f"{item.case_id}: {wrong} {NOTHING}")
    taken = _take(session, item, case, policy, at)
    shown = _shown(item, act, case, target.name, taken)
    history = tuple(signed_history(case.history, case.submitters))
    return PreparedMonth(
        item, shown, duty_of(act, findings, case.desk), history, case.review, case, case.head, target.name,
        taken.letter, taken.told, taken.due_on,
    )  # fmt: skip


def _take(session: Session, item: Item, case: LoadedMonth, policy: Policy, at: datetime) -> _Taken:
    today, plan = new_york_date(at), case.desk.plan
    match item.act:
        case "question_asked":
            return _ask(session, case, _questions(item, case, today, policy), at)
        case "answer_recorded":
            return _answer(item, case, today)
        case "plan_asked":
            due, last = plan_due(session, item, case, policy, office(), at), today + timedelta(days=policy.plan_days)
            words = [f"{f.severity} {key_of(f)}: {f.message}" for f in to_correct(case.review.findings)]
            return _Taken(
                (("Plan wanted by", long_date(last)), *_about(words)), {"last_day": last.isoformat()}, due, last
            )
        case "plan_recorded":
            day = day_given(item, today, "the plan", plan.asked_on if plan else None)
            return _Taken((("Plan received", long_date(day)),), {"on": day.isoformat()})
        case "flag_referred":
            flags = grave(case.review.findings)
            codes = " ".join(dict.fromkeys(finding.code for finding in flags))
            return _Taken(_about([f"{f.severity} {key_of(f)}: {f.message}" for f in flags]), {"value": codes})
    return _Taken()


def _questions(item: Item, case: LoadedMonth, today: date, policy: Policy) -> tuple[Question, ...]:
    """The questions of a form, in the order of the findings, the one about the whole report last."""
    found, no = [], len(case.desk.questions)
    for finding in case.review.findings:
        if text := item.fields.get(key_of(finding), "").strip():
            no += 1
            found.append(asked(finding, no, text, today, policy))
    if text := item.fields.get(WHOLE, "").strip():
        found.append(asked_of_all(no + 1, text, today, policy))
    return tuple(found)


def _ask(session: Session, case: LoadedMonth, questions: tuple[Question, ...], at: datetime) -> _Taken:
    letter, last = questions_due(session, case, questions, office(), at), questions[0].answer_by
    says = [(f"Question {question.no}", question.ask) for question in questions]
    told = {"questions": [question.model_dump(mode="json") for question in questions]}
    return _Taken((*says, ("Answer wanted by", long_date(last))), told, letter, last)


def _answer(item: Item, case: LoadedMonth, today: date) -> _Taken:
    open_ = case.desk.open_questions
    day = day_given(item, today, "the answer", max(question.asked_on for question in open_))
    answers = {str(q.no): text for q in open_ if (text := item.fields.get(f"answer {q.no}", "").strip())}
    says = [("Answer received", long_date(day)), *((f"Answer to question {no}", text) for no, text in answers.items())]
    return _Taken(tuple(says), {"on": day.isoformat(), "answers": answers})


def _about(found: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(("About", words) for words in found)


def _shown(item: Item, act: Act, case: LoadedMonth, target: str, taken: _Taken) -> ShownItem:
    after = ALL_STATES[target]
    return ShownItem(
        case_id=item.case_id, version=case.head.version, packet=case.packet.sha256(), act=item.act, label=act.label,
        says=(*_says(case), *taken.says), stands=ALL_STATES[case.head.state].label, then=after.label,
        holder=str(after.holder),
        findings=tuple(f"{f.severity} {f.code} {f.subject}".strip() for f in case.review.findings),
        letter=taken.letter.content_sha256 if taken.letter else "",
    )  # fmt: skip


def _says(case: LoadedMonth) -> tuple[tuple[str, str], ...]:
    packet, year_end = case.packet, case.review.projection
    told = [("Provider", packet.contract.provider), ("Month", f"{packet.month:%B %Y}")]
    if packet.report:
        now = f"; now revision {packet.report.revision}" if packet.report.revision > 1 else ""
        told.append(("Report", f"came on {long_date(packet.report.received_on)}{now}"))
        told.append(("Spent so far", f"{dollars(packet.spent_cents)} of {dollars(packet.budget_cents)}"))
    if year_end:
        told.append(("Projected year end", dollars(year_end.cents)))
    return tuple(told)
