"""An office that reviews: the contract of the paying office, its reports and ledgers as files, reviews, signatures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.fiscal.records import FiscalMonth
from models.shared.signing import Asked, Item, Receipt
from tasks.adapters import clock, outbox
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import decide, show
from tasks.adapters.fiscal import intake, paper
from tasks.adapters.follow_up import mark_followed, to_follow
from tasks.adapters.incoming import BROUGHT_BY, receive, refuse
from tasks.adapters.letter_orders import register_letters
from tasks.adapters.policy import fiscal_policy
from tasks.adapters.policy import office as letterhead
from tests import payments_office as office
from tests.drawn import drawn
from tests.fiscal_season import hear_of_budgets
from tests.fiscal_season import review_financial_reports as review_financial_reports
from tests.office import stop_clock
from tests.remembered import remembered
from tests.signers import credential

JULY, AUGUST, SEPTEMBER, OCTOBER = (f"{office.CONTRACT}-2026-{month:02d}" for month in (7, 8, 9, 10))
# Each line's budget, spent before July's and spent each month; October's report is not in.
SPENT = ((60_000, 5_000), (15_000, 1_250), (12_000, 1_000), (10_800, 725))
LINES = tuple(zip(office.BUDGET, SPENT, strict=True))
MONTHS = ("2026-07", "2026-08", "2026-09")
HEAD = (
    "contract_no,month,revision,certified_by,paid_fte,reason,no,category,title,budget,prior,current,ytd,balance,"
    "line_reason"
)


def report_csv(months: tuple[str, ...] = MONTHS, *, revision: int = 1, more: int = 0) -> str:
    """Reports of months from July on, `more` dollars of them spent on line 3 of each."""
    return "\n".join(
        [HEAD, *(row for number, month in enumerate(months) for row in _rows(number, month, revision, more))]
    )


def _rows(number: int, month: str, revision: int, more: int) -> Iterator[str]:
    start, sums = f"{office.NUMBER},{month},{revision},Executive Director,1.0,,", [0] * 5
    for (no, category, title, _), (budget, spent) in LINES:
        current = spent + (more if no == 3 else 0)
        prior = spent * number
        columns = budget, prior, current, prior + current, budget - prior - current
        sums = [one + other for one, other in zip(sums, columns, strict=True)]
        yield f"{start}{no},{category},{title},{_dollars(columns)},"
    yield f"{start}total,,,{_dollars(sums)},"


def _dollars(amounts: list[int] | tuple[int, ...]) -> str:
    return ",".join(f"{amount}.00" for amount in amounts)


def ledger_csv(amount: str = "7975.00", months: tuple[str, ...] = MONTHS) -> str:
    """The general ledger of some months, an entry each."""
    told = (f"{office.NUMBER},{month},{month}-28,5000,All costs,{amount}" for month in months)
    return "\n".join(["contract_no,month,entry_date,account,description,amount", *told])


FACTS = "\n".join([
    "contract_no,fact,month,amount,value", f"{office.NUMBER},budgeted_fte,,,1.0",
    *(f"{office.NUMBER},planned_month,2026-{month:02d},8000.00," for month in (7, 8, 9, 10)),
])  # fmt: skip


@remembered
def open_office(folder: Path, **told: Any) -> None:
    """The contract with its budget on November 18, 2026; reports of July to September are in and reviewed."""
    office.open_office(folder)
    stop_clock(2026, 11, 18, 14)
    hear_of_budgets()
    bring(folder, "fiscal-facts", FACTS)
    bring(folder, "ledgers", ledger_csv())
    bring(folder, "financial-reports", report_csv(**told))
    review_financial_reports()


def bring(folder: Path, kind: str, text: str, submitted_by: str = "") -> Any:
    """Import a file of these words; the result, or what it was refused for."""
    path = folder / f"{kind}-{len(list(folder.iterdir()))}.csv"
    path.write_text(text)
    file_id = receive(path, kind, {BROUGHT_BY: submitted_by})
    read = {
        "fiscal-facts": intake.record_facts, "ledgers": intake.record_ledgers,
        "financial-reports": intake.record_reports,
    }[kind]  # fmt: skip
    result = read(file_id)
    if isinstance(result, str):
        refuse(file_id, result)
    return result


def month(case_id: str) -> FiscalMonth:
    """A month as it stands."""
    with reading() as session:
        return session.get_one(FiscalMonth, case_id)


def sign(staff: str, act: str, *case_ids: str, reason: str = "", **fields: str) -> Receipt:
    """Sign an act about months as one list, with the fields of one of them."""
    asked = Asked("fiscal", tuple(Item(case_id, act, fields, reason) for case_id in case_ids))
    return decide(asked, show(asked).sha256(), credential(staff), "desk")


def follow() -> int:
    """What follows signatures: letters and reviews printed and sent; returns how many letters."""
    with reading() as session:
        signed, letters = to_follow(session, "fiscal"), paper.ordered(session)
    pdfs = drawn(letters)
    with writing() as session:
        register_letters(session, pdfs, clock.now())
        mark_followed(session, signed.signature_ids, clock.now())
    with reading() as session:
        case_ids = paper.unprinted_months(session)
        reviews = list(paper.month_papers(session, case_ids, fiscal_policy(), letterhead()))
    printed = drawn(reviews)
    with writing() as session:
        paper.register(session, printed)
    outbox.send_waiting()
    return len(letters)
