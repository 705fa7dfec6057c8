"""What people did about a contract's month, as its history tells it: questions, plans, red flags, the sign-off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from models.fiscal.documents import FlagLine, PlanLine, Question, SignOff


@dataclass(frozen=True)
class Happened:
    """One event of a month: what it told, who recorded it when, in which role where it was signed."""

    event: str
    at: datetime
    on: date
    actor: str
    told: Mapping[str, Any]

    @property
    def role(self) -> str:
        return str((self.told.get("signed") or {}).get("role", ""))


@dataclass(frozen=True)
class DeskSide:
    """What people did about a month, and why a month (with its revision) was restated.

    `signed` is None once what was signed changed. `plan` is the last one asked for.
    """

    questions: tuple[Question, ...] = ()
    plan: PlanLine | None = None
    flags: tuple[FlagLine, ...] = ()
    signed: SignOff | None = None
    restated_why: Mapping[tuple[date, int], str] = field(default_factory=dict)

    @property
    def open_questions(self) -> tuple[Question, ...]:
        return tuple(question for question in self.questions if question.answered_on is None)

    @property
    def is_followed_up(self) -> bool:
        """True where the provider was asked, a plan was, or a red flag was referred."""
        return bool(self.questions or self.plan or self.flags)


def desk_side(
    history: Sequence[Happened], restated_why: Mapping[tuple[date, int], str] | None = None
) -> DeskSide:  # fmt: skip
    """The desk's side of a month from its events, the oldest first."""
    questions: dict[int, Question] = {}
    plan: PlanLine | None = None
    flags: list[FlagLine] = []
    signed: SignOff | None = None
    for happened in history:
        told = happened.told
        match happened.event:
            case "question_asked":
                questions |= {row["no"]: Question.model_validate(row) for row in told["questions"]}
            case "answer_recorded":
                questions |= _answered(questions, told)
            case "plan_asked":
                last = date.fromisoformat(told["last_day"])
                plan = PlanLine(asked_on=happened.on, last_day=last, why=told["reason"])
            case "plan_recorded" if plan:
                plan = plan.model_copy(update={"received_on": date.fromisoformat(told["on"]), "plan": told["reason"]})
            case "plan_not_received" if plan:
                plan = plan.model_copy(update={"closed_on": happened.on})
            case "flag_referred":
                flags.append(FlagLine(on=happened.on, by=happened.actor, codes=told["value"], why=told["reason"]))
        signed = _signed(happened, signed)
    return DeskSide(tuple(questions[no] for no in sorted(questions)), plan, tuple(flags), signed, restated_why or {})


def _answered(questions: Mapping[int, Question], told: Mapping[str, Any]) -> dict[int, Question]:
    day = date.fromisoformat(told["on"])
    return {
        int(no): questions[int(no)].model_copy(update={"answered_on": day, "answer": answer})
        for no, answer in told["answers"].items()
        if int(no) in questions
    }


def _signed(happened: Happened, before: SignOff | None) -> SignOff | None:
    if happened.event == "signed_off":
        return SignOff(name=happened.actor, role=happened.role, at=happened.at)
    return None if happened.event in ("figures_changed", "reopened") else before
