"""The paper about a budget: the notice that says what became of it."""

from datetime import date
from typing import ClassVar, Literal

from models.payments.budget_changes import LineChange
from models.payments.budget_packet import BudgetPacket
from models.shared.documents import Document, Line, Office, Recipient
from models.shared.findings import Finding
from models.shared.money import dollars


class BudgetLine(Line):
    """One line before and after. Amounts in cents, None where there is no such line."""

    no: int
    title: str
    category: str
    before_cents: int | None
    after_cents: int | None
    difference_cents: int


class Fault(Line):
    """One thing that the checks found, and what to do about it."""

    why: str
    to_do: str
    rule: str


class BudgetNotice(Document):
    """Tells one provider that a budget is in force, or that it comes back and why. `before_cents` is None at first."""

    process: ClassVar[str] = "payments"
    answer: Literal["approved", "returned"]
    kind: str
    dated: date
    recipient: Recipient
    budget: str
    version: int
    contract_id: str
    fiscal_year: int
    received_on: date
    lines: tuple[BudgetLine, ...]
    before_cents: int | None
    after_cents: int
    reason: str = ""
    faults: tuple[Fault, ...] = ()


def budget_notice(
    packet: BudgetPacket, findings: tuple[Finding, ...], office: Office, recipient: Recipient, **given: object
) -> BudgetNotice:
    """The notice about a budget; `given` are its number, day, moment, answer and reason."""
    returned = given.get("answer") == "returned"
    kind = packet.kind.words
    title = f"Your {kind} {packet.case_id}: {'please correct it' if returned else 'in force'}"
    return BudgetNotice.model_validate(
        {
            "title": title, "office": office, "kind": kind, "recipient": recipient, "budget": packet.case_id,
            "version": 0 if returned else packet.based_on + 1, "contract_id": packet.contract_no,
            "fiscal_year": packet.fiscal_year, "received_on": packet.received_on,
            "lines": tuple(map(_line, packet.changes)),
            "before_cents": packet.in_force.total_cents if packet.in_force.version else None,
            "after_cents": packet.total_cents,
            "faults": tuple(map(_fault, findings)) if returned else (),
            **given,
        }
    )  # fmt: skip


def _fault(finding: Finding) -> Fault:
    return Fault(why=finding.message, to_do=finding.remedy, rule=finding.citation)


def _line(change: LineChange) -> BudgetLine:
    return BudgetLine(
        no=change.no, title=change.title, category=str(change.category), before_cents=change.before_cents,
        after_cents=change.after_cents, difference_cents=change.difference_cents,
    )  # fmt: skip


def budget_message(notice: BudgetNotice) -> str:
    """The e-mail that carries a notice."""
    about = f"the {notice.kind} {notice.budget} of contract {notice.contract_id}"
    if notice.answer == "returned":
        body = (
            f"we return {about}. The reason:\n\n{notice.reason}\n\nPlease send a corrected budget. Until one is "
            "signed, the budget that is in force, if there is one, goes on as it is."
        )
    else:
        body = (
            f"{about} is in force from today, with {dollars(notice.after_cents)} in all. Please claim on its lines "
            "from now on. A requisition that waited for it is reviewed again by itself: you need not send it anew."
        )
    office = notice.office
    return (
        f"Dear {notice.recipient.attention or notice.recipient.name},\n\n{body}\n\n"
        f"The attached notice shows each line. Questions: {office.contact}, {office.phone}, {office.email}.\n\n"
        f"{office.agency}\n{office.unit}\n"
    )
