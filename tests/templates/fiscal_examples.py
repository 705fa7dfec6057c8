"""Invented months of the fiscal review, on pace unless a test changes something, and every paper that can be made."""

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from models.fiscal.desk_side import DeskSide
from models.fiscal.documents import FiscalReview, FlagLine, PlanLine, Question, SignOff
from models.fiscal.letters import asked, corrective_plan_letter, question_letter, report_reminder
from models.fiscal.packet import (
    ContractFacts,
    FiscalPacket,
    InvoiceFacts,
    LineFacts,
    MonthFacts,
    OpenReason,
    OutcomeFacts,
    PlanFacts,
    RateFacts,
    ReportFacts,
    RestatedFacts,
    TotalsFacts,
)
from models.fiscal.policy import Policy
from models.fiscal.portfolio import LastMonth, contract_standing, portfolio_report
from models.fiscal.portfolio_documents import PortfolioReport
from models.fiscal.review_documents import fiscal_review
from models.fiscal.rules import review
from models.shared.budgets import Category
from models.shared.calendar import months_after
from models.shared.documents import Document, Recipient
from tasks.adapters.pdf_read import OpenedPdf, open_pdf
from tasks.adapters.render import render
from tasks.adapters.templating import html
from tests.templates.examples import OFFICE

ROOT = Path(__file__).resolve().parents[2]
FIRST, LAST, OCTOBER = date(2026, 7, 1), date(2027, 6, 30), date(2026, 10, 1)
DUE_ON, AS_OF = date(2026, 11, 15), date(2026, 11, 18)
MADE_AT = datetime(2026, 11, 18, 15, tzinfo=UTC)
APRIL = date(2027, 4, 1)
RECIPIENT = Recipient(
    name="Bramblewick Cooperative Exchange", attention="Pat Hale", lines=("14 Quayside Mews", "Queens, NY 11101")
)
SIGNED = SignOff(name="Noor Ellison", role="fiscal analyst", at=datetime(2026, 11, 19, 14, 5, tzinfo=UTC))
_NAMES = ("Salaries", "Fringe benefits", "Rent and utilities", "Bookkeeper", "Translation", "Laptops", "Supplies")
_KINDS = (Category.PS, Category.FRINGE, Category.OTPS, Category.CONSULTANT, Category.SUBCONTRACT, Category.EQUIPMENT)


@cache
def make_policy() -> Policy:
    """The shipped numbers."""
    shipped = tomllib.loads((ROOT / "deployments" / "policy.toml").read_text(encoding="utf-8"))["fiscal"]
    return Policy.model_validate(shipped)


def make_line(
    no: int, budget: int = 1_200_000, prior: int = 300_000, current: int = 100_000, **changed: Any
) -> LineFacts:
    """A line on pace in its fourth month; its report adds up."""
    facts = {
        "no": no, "category": _KINDS[(no - 1) % len(_KINDS)], "title": _NAMES[(no - 1) % len(_NAMES)],
        "budget_cents": budget, "reported_budget_cents": budget, "prior_cents": prior, "current_cents": current,
        "ytd_cents": prior + current, "balance_cents": budget - prior - current, "before_cents": prior,
        "told_cents": prior,
    }  # fmt: skip
    return LineFacts(**facts | changed)


def make_report(lines: Sequence[LineFacts], **changed: Any) -> ReportFacts:
    """A report that came in time, with the sums of its lines and an equal general ledger."""
    names = ("budget", "prior", "current", "ytd", "balance")
    sums = {
        f"{name}_cents": sum(
            getattr(x, "reported_budget_cents" if name == "budget" else f"{name}_cents") for x in lines
        )
        for name in names
    }
    facts = {
        "revision": 1, "received_on": date(2026, 11, 12), "certified_by": "Treasurer", "totals": TotalsFacts(**sums),
        "gl_total_cents": sums["current_cents"], "paid_fte": Decimal("2"),
    }  # fmt: skip
    return ReportFacts(**facts | changed)


def make_fiscal_packet(lines: Sequence[LineFacts] | int = 6, **changed: Any) -> FiscalPacket:
    """October 2026 of a contract; `report` is made of the lines where it is not given."""
    rows = tuple(make_line(no) for no in range(1, lines + 1)) if isinstance(lines, int) else tuple(lines)
    contract = changed.pop("contract", {})
    before = sum(row.prior_cents for row in rows)
    facts = {
        "contract": ContractFacts(
            **{
                "id": "R27-971010012", "contract_no": "CT180120279710100", "provider": RECIPIENT.name,
                "ein": "971010012", "fiscal_year": 2027, "first_day": FIRST, "last_day": LAST, "active_on": FIRST,
            } | contract
        ),
        "month": OCTOBER, "due_on": DUE_ON, "as_of": AS_OF, "lines": rows, "report": make_report(rows),
        "earlier": tuple(
            MonthFacts(
                month=(month := months_after(FIRST, back)), received_on=months_after(month, 1).replace(day=12),
                revision=1, total_cents=before // 3, paid_fte=Decimal("2"),
            )
            for back in range(3)
        ),
        "invoices": (
            InvoiceFacts(
                number="I-1", service_from=FIRST, service_to=date(2026, 9, 30), claimed_cents=before,
                paid_cents=before, decided_on=date(2026, 10, 20),
            ),
        ),
        "rates": RateFacts(fringe=Decimal("1"), indirect=Decimal("0.10"), indirect_expires=LAST),
        "budgeted_fte": Decimal("2"),
    }  # fmt: skip
    return FiscalPacket(**facts | changed)


def troubled() -> FiscalPacket:
    """A month with everything: late, wrong sums, an overspent line, no ledger, restated, a reason given and one not."""
    lines = [make_line(no) for no in range(1, 7)]
    lines[2] = make_line(3, prior=1_150_000, current=200_000)
    lines[4] = make_line(5, ytd_cents=999_999)
    return make_fiscal_packet(
        lines,
        report=make_report(
            lines, revision=2, received_on=date(2026, 11, 17), gl_total_cents=None, reason="rent of September was late"
        ),
        open_reasons=(
            OpenReason(code="F12", subject="line 3", since=date(2026, 8, 1), reason="rent is paid a quarter ahead"),
            OpenReason(code="F10", subject="", since=date(2026, 9, 1)),
        ),
        restated=(
            RestatedFacts(month=date(2026, 8, 1), revision=2, received_on=date(2026, 11, 17), moved_cents=-120_000),
            RestatedFacts(month=OCTOBER, revision=2, received_on=date(2026, 11, 17), moved_cents=50_000),
        ),
        plan=tuple(PlanFacts(month=months_after(FIRST, n), amount_cents=600_000) for n in range(12)),
        outcomes=OutcomeFacts(target=40, verified=3, unit_cost_cents=100_000),
    )  # fmt: skip


def unreported(months: int = 1) -> FiscalPacket:
    """A month without a report, and without those of some months before it."""
    lines = [LineFacts(no=no, category=Category.OTPS, title="Supplies", budget_cents=1_200_000) for no in (1, 2)]
    told = make_fiscal_packet(lines, report=None)
    kept = tuple(
        month if month.month < months_after(OCTOBER, 1 - months) else MonthFacts(month=month.month)
        for month in told.earlier
    )
    return told.model_copy(update={"earlier": kept})


def make_questions(packet: FiscalPacket) -> tuple[Question, ...]:
    """A question about each of the two worst findings."""
    asks = ("Why was so much spent on this line?", "Which of the two numbers is right?")
    found = review(packet, make_policy()).findings
    return tuple(asked(row, no, asks[no - 1], AS_OF, make_policy()) for no, row in enumerate(found[:2], start=1))


def reviewed(packet: FiscalPacket, desk: DeskSide | None = None) -> FiscalReview:
    return fiscal_review(
        packet,
        review(packet, make_policy()),
        make_policy(),
        OFFICE,
        MADE_AT,
        desk,
        document_id=f"FREV-{packet.contract.id}",
    )


def full_desk(packet: FiscalPacket) -> DeskSide:
    """Up to two questions, the first answered, a plan, a red flag, a signature, and why an earlier month moved."""
    answer = {"answered_on": date(2026, 11, 20), "answer": "it is the rent of the quarter"}
    questions = make_questions(packet)
    # Where nothing was found, nothing is asked.
    answered = [question.model_copy(update=answer) for question in questions[:1]]
    why = {(date(2026, 8, 1), 2): "an invoice was booked twice"}
    plan = PlanLine(
        asked_on=date(2026, 11, 18), last_day=date(2026, 12, 3), why="spending is far above the budget of two lines",
        received_on=date(2026, 12, 1), plan="both lines are moved to the new budget",
    )  # fmt: skip
    flag = FlagLine(on=date(2026, 11, 19), by="Noor Ellison", codes="F08 F12", why="the ledger was changed twice")
    return DeskSide((*answered, *questions[1:]), plan, (flag,), SIGNED, why)


def portfolio(packets: Sequence[FiscalPacket], last: LastMonth | None = None) -> PortfolioReport:
    rows = [contract_standing(packet, review(packet, make_policy()), last) for packet in packets]
    return portfolio_report(rows, OCTOBER, APRIL, OFFICE, MADE_AT, first=last is None)


def of_contract(packet: FiscalPacket, number: int) -> FiscalPacket:
    """The same month of another contract."""
    contract = packet.contract.model_copy(
        update={"id": f"R27-{number:09d}", "provider": f"Provider {number:03d}", "contract_no": f"CT{number:014d}"}
    )
    return packet.model_copy(update={"contract": contract})


def mixed(count: int) -> list[FiscalPacket]:
    """Contracts of which some are on pace, some troubled, some without a report."""
    kinds = (make_fiscal_packet(), troubled(), unreported(3), unreported())
    return [of_contract(kinds[number % len(kinds)], number) for number in range(count)]


def every_letter() -> dict[str, Document]:
    """Every kind of letter."""
    packet, policy = troubled(), make_policy()
    found = review(packet, policy).findings
    questions = make_questions(packet)
    first = report_reminder(unreported(3), policy, OFFICE, RECIPIENT, MADE_AT, document_id="FR-0")
    late = make_fiscal_packet(report=make_report([make_line(no) for no in range(1, 7)], gl_total_cents=None))
    return {
        "question": question_letter(packet, questions[:1], OFFICE, RECIPIENT, MADE_AT, document_id="FQ-1"),
        "questions": question_letter(packet, questions, OFFICE, RECIPIENT, MADE_AT, document_id="FQ-2"),
        "reminder": report_reminder(unreported(), policy, OFFICE, RECIPIENT, MADE_AT, document_id="FR-1"),
        "reminder_of_three": report_reminder(
            unreported(3), policy, OFFICE, RECIPIENT, MADE_AT, document_id="FR-2", before=[first, first]
        ),
        "reminder_of_ledger": report_reminder(late, policy, OFFICE, RECIPIENT, MADE_AT, document_id="FR-3"),
        "plan": corrective_plan_letter(
            packet, found[:3], policy, OFFICE, RECIPIENT, MADE_AT, document_id="FP-1",
            reason="The same was found in September",
        ),
    }  # fmt: skip


def every_paper() -> dict[str, Document]:
    """Every paper, with and without each of its parts."""
    signed_by_all = troubled()
    return {
        **every_letter(),
        "review": reviewed(make_fiscal_packet()),
        "full_review": reviewed(signed_by_all, full_desk(signed_by_all)),
        "long_review": reviewed(make_fiscal_packet(60)),
        "unreported_review": reviewed(unreported(3)),
        "portfolio": portfolio(mixed(14), LastMonth({f"R27-{n:09d}": ("F12", "F14") for n in range(14)})),
        "first_portfolio": portfolio(mixed(3)),
        "empty_portfolio": portfolio([]),
    }


@cache
def paper(kind: str) -> Document:
    return every_paper()[kind]


@cache
def paper_data(kind: str) -> bytes:
    """The file of a paper, drawn once a process."""
    return render(paper(kind)).data


def opened(kind: str) -> OpenedPdf:
    return open_pdf(paper_data(kind))


def words(kind: str) -> str:
    return " ".join(opened(kind).texts)


def text(document: Document) -> str:
    """The words of a page without drawing it."""
    return " ".join(re.sub(r"<[^>]+>", " ", html(document)).split())
