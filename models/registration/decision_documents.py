"""What registration prints after a decision: the letter that tells the provider, and the letter that corrects one.

Fields are plain: amounts in cents, days as dates. What is printed must agree with itself, or the letter is not made.
"""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from models.registration.documents import AwardLine, DocumentRequest
from models.shared.documents import Document, Line, Recipient, Term

Decision = Literal["denial", "registered", "withdrawn", "reduced", "amended"]
# A registration speaks for itself; every other decision owes the provider its reason.
_NEEDS_REASON = frozenset({"denial", "withdrawn", "reduced", "amended"})


class DecidedContract(Line):
    """The contract that was decided on, as it stands after the decision.

    `difference_cents` is what signed reductions and changes add to the sum of the awards: it may be negative.
    """

    contract_id: str
    kind: str
    term: Term
    amount_cents: int
    difference_cents: int = 0
    beneficiary: str = ""
    awards: tuple[AwardLine, ...] = ()

    @model_validator(mode="after")
    def awards_and_difference_sum_to_the_contract(self) -> Self:
        if sum(award.amount_cents for award in self.awards) + self.difference_cents != self.amount_cents:
            raise ValueError(f"the awards of contract {self.contract_id} and its changes do not sum to its amount")
        return self


class Appeal(Line):
    """How a provider appeals a denial. Source: PPB Rules 2-08(h), (j) and (k) (K19).

    `days`: calendar days from receipt; `mail_days` after the mailing it counts as received at the latest; `last_day`:
    the last day of an appeal against a letter that is received on its own date. `file_with`: lines of an address;
    `copy_to` gets a copy of the appeal; `decision_days`: days in which the agency head decides; `mayor_days`: calendar
    days to take that decision to the Mayor.
    """

    days: int
    mail_days: int
    last_day: date
    file_with: tuple[str, ...] = Field(min_length=1)
    copy_to: str
    decision_days: int
    mayor_days: int


class AmountChange(Line):
    """The amount of a contract before and after a reduction, in cents."""

    before_cents: int
    after_cents: int = Field(gt=0)

    @property
    def less_cents(self) -> int:
        """By how much it is reduced."""
        return self.before_cents - self.after_cents

    @model_validator(mode="after")
    def it_is_less(self) -> Self:
        if self.less_cents <= 0:
            raise ValueError("a reduction must leave less than there was")
        return self


class ContractChange(Line):
    """One change of a registered contract. Amounts in cents. Source of the fields: PPB Rules 4-02(d).

    `before_cents` counts earlier changes too; `in_force_cents` and `term` are what counts on the day of the letter,
    so the two amounts differ while an earlier change is not registered yet. `term_end` is None when the end stays.
    """

    seq_no: int = Field(ge=1)
    type: str
    before_cents: int
    delta_cents: int
    revised_cents: int = Field(ge=0)
    in_force_cents: int
    term_end: date | None = None
    needs_registration: bool

    @model_validator(mode="after")
    def amounts_add_up(self) -> Self:
        if self.before_cents + self.delta_cents != self.revised_cents:
            raise ValueError(f"the amounts of change {self.seq_no} do not add up")
        return self

    @property
    def waiting_cents(self) -> int:
        """What earlier changes add that are not registered yet."""
        return self.before_cents - self.in_force_cents


class DecisionLetter(Document):
    """Tells one provider what was decided about one contract, why, what to do now, by when, and whom to ask.

    `decided_on`: the day of the decision, for a registration the day on which the contract was registered;
    `reference`: the registration number or the approval's own number, empty where none was given; `registers`: False
    for a grant agreement. `appeal` belongs to a denial, `amounts` with `requests` and `send_by` to a reduction,
    `change` to an amendment.
    """

    process: ClassVar[str] = "registration"
    decision: Decision
    dated: date
    fiscal_year: int
    recipient: Recipient
    ein: str
    contract: DecidedContract
    decided_on: date
    reason: str = ""
    reference: str = ""
    registers: bool = True
    appeal: Appeal | None = None
    amounts: AmountChange | None = None
    change: ContractChange | None = None
    requests: tuple[DocumentRequest, ...] = ()
    send_by: date | None = None
    send_to: str = ""
    how_to_send: str = ""

    @model_validator(mode="after")
    def says_all_that_its_decision_needs(self) -> Self:
        if self.decision in _NEEDS_REASON and not self.reason.strip():
            raise ValueError("the letter must give the reason of the decision; write it and try again")
        given = (self.appeal is not None, self.amounts is not None, self.change is not None)
        if given != tuple(self.decision == kind for kind in ("denial", "reduced", "amended")):
            raise ValueError(f"the facts of the letter are not those of the decision “{self.decision}”")
        if bool(self.requests) != (self.send_by is not None):
            raise ValueError("documents are asked for by a day, and a day is given only with documents")
        return self


class CorrectedFact(Line):
    """One fact that an earlier letter had wrong: `what` it is about, what the letter said, what is right."""

    what: str
    was: str
    now: str


class CorrectionLetter(Document):
    """Takes the place of an earlier letter: what it had wrong, why, and what the provider has to do now.

    `reason` is a sentence. `requests` are the documents that we still need by `send_by`; both are empty when the
    provider has nothing to do.
    """

    process: ClassVar[str] = "registration"
    decision: Literal["correction"] = "correction"
    dated: date
    fiscal_year: int
    recipient: Recipient
    ein: str
    contract_id: str
    replaced_id: str
    replaced_title: str
    replaced_on: date
    facts: tuple[CorrectedFact, ...] = Field(min_length=1)
    reason: str = Field(min_length=1)
    requests: tuple[DocumentRequest, ...] = ()
    send_by: date | None = None
    send_to: str = ""
    how_to_send: str = ""

    @model_validator(mode="after")
    def documents_are_asked_for_by_a_day(self) -> Self:
        if bool(self.requests) != (self.send_by is not None):
            raise ValueError("documents are asked for by a day, and a day is given only with documents")
        return self
