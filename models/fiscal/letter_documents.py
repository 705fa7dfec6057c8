"""What the fiscal review writes to a provider: questions, a reminder, a corrective plan asked for."""

from datetime import date
from typing import ClassVar, Self

from pydantic import Field, model_validator

from models.fiscal.documents import FoundLine, MissingItem, Question
from models.shared.documents import Document, Recipient


class FiscalLetter(Document):
    """What every letter about a month says first: to whom, of which day, about which contract and month."""

    dated: date
    recipient: Recipient
    contract_id: str
    contract_no: str
    fiscal_year: int
    month: date


class QuestionLetter(FiscalLetter):
    """Asks a provider about its report; all that is asked at once is answered by one day."""

    process: ClassVar[str] = "fiscal"
    questions: tuple[Question, ...] = Field(min_length=1)
    answer_by: date

    @model_validator(mode="after")
    def all_is_asked_for_one_day_and_open(self) -> Self:
        if any(question.answer_by != self.answer_by or question.answered_on for question in self.questions):
            raise ValueError(f"a question about {self.contract_id} is answered, or has another day than its letter")
        return self


class ReportReminder(FiscalLetter):
    """Names exactly what has not come. `withheld_after` months in a row without a report an advance may be withheld.

    `reminder` counts the reminders that named the first of its items, this one included.
    """

    process: ClassVar[str] = "fiscal"
    items: tuple[MissingItem, ...] = Field(min_length=1)
    months_in_a_row: int = Field(ge=0)
    withheld_after: int = Field(ge=1)
    reminder: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def nothing_is_asked_for_twice_or_before_its_day(self) -> Self:
        if len(set(self.items)) != len(self.items) or any(item.due_on >= self.dated for item in self.items):
            raise ValueError(f"the reminder to {self.contract_id} asks for a paper twice, or before it is late")
        return self


class CorrectivePlanLetter(FiscalLetter):
    """Asks for a corrective action plan within days of receipt; silence counts as agreement. Source: PPB 4-01(c)."""

    process: ClassVar[str] = "fiscal"
    findings: tuple[FoundLine, ...] = Field(min_length=1)
    plan_days: int = Field(ge=1)
    last_day: date
    reason: str = ""

    @model_validator(mode="after")
    def the_last_day_follows_the_letter(self) -> Self:
        if (self.last_day - self.dated).days != self.plan_days:
            raise ValueError(f"the last day of the plan of {self.contract_id} is not {self.plan_days} days after it")
        return self
