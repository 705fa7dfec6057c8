"""Invented requisitions of twelve lines in any number: they and the facts come by files, as vendors send them."""

import csv
import json
from calendar import monthrange
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from deployments.bench.measure import BenchError
from deployments.bench.synthetic import EVENTS, YEAR, case_id, fill
from models.payments.forms import BudgetForm, BudgetLineForm
from models.payments.packet import Category
from models.payments.records import FiscalYearBudget
from models.shared.documents import canonical
from models.shared.money import plain, to_cents
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.incoming import receive
from tasks.adapters.payments import intake, referrals
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.referrals import told_since

# Every tenth of the invented contracts has come to where it can be paid on. Each claims four months.
ACTIVE, MONTHS = EVENTS, (9, 10, 11, 12)
_MOST_A_FILE = 500
_STAFF, _BILLS = ("payroll_register", "time_records"), ("vendor_bill", "proof_of_payment")
# Number, category, title, a year's cents, papers; a twelfth of it is claimed each month.
LINES: tuple[tuple[int, str, str, int, tuple[str, ...]], ...] = (
    (1, "PS", "Program manager", 600_000, _STAFF), (2, "PS", "Organizer", 480_000, _STAFF),
    (3, "PS", "Bookkeeper", 240_000, _STAFF), (4, "fringe", "Fringe benefits", 330_000, _STAFF[:1]),
    (5, "OTPS", "Rent", 180_000, _BILLS), (6, "OTPS", "Supplies", 60_000, _BILLS),
    (7, "OTPS", "Telephone", 48_000, _BILLS), (8, "OTPS", "Printing", 36_000, _BILLS),
    (9, "consultant", "Legal adviser", 120_000, _BILLS),
    (10, "equipment", "Laptops", 72_000, (*_BILLS, "inventory_report")),
    (11, "other", "Workshops", 60_000, _BILLS), (12, "indirect", "Indirect", 216_000, ()),
)  # fmt: skip
_SUPPLIER = "Sample Legal Advice, Inc."


def fill_requisitions(count: int, folder: Path) -> None:
    """Bring in so many requisitions, with the contracts, budgets and facts that they rest on. Raises BenchError."""
    now = clock.now()
    contracts = -(-count // len(MONTHS))
    paid = range(ACTIVE - 1, ACTIVE * contracts, ACTIVE)
    fill(contracts, now, ACTIVE)
    with reading() as session:
        told = told_since(session, "", registration_policy(), clock.today())
    if told is None:
        raise BenchError("Registration told nothing of the invented contracts.")
    with writing() as session:
        referrals.keep_told(session, told, now)
    sent = [_requisition(number, contract) for number, contract in zip(range(count), _each_month(paid), strict=False)]
    folder.mkdir()
    with writing() as session:
        session.connection().execute(insert(FiscalYearBudget), [_budget(contract) for contract in paid])
    _bring(_table(folder / "facts.csv", [*_rates(paid), *_reports(sent)]), "payment-facts")
    for start in range(0, count, _MOST_A_FILE):
        path = folder / f"requisitions-{start}.json"
        path.write_text(json.dumps(sent[start : start + _MOST_A_FILE]))
        _bring(path, "requisitions")


def _each_month(contracts: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((contract, month) for contract in contracts for month in MONTHS)


def _bring(path: Path, kind: str) -> None:
    keep = {"payment-facts": intake.record_facts, "requisitions": intake.record_requisitions}[kind]
    result = keep(receive(path, kind))
    if isinstance(result, str) or result.get("rejected"):
        raise BenchError(f"An invented file was not taken: {str(result)[:300]}")


def _table(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", newline="") as out:
        csv.writer(out).writerows(rows)
    return path


def _contract_no(contract: int) -> str:
    """The number that the invented contract was registered under."""
    return f"invented {contract}-8"


def _budget(contract: int) -> dict[str, Any]:
    """The row of a budget in force, as if two people had signed it."""
    lines = tuple(
        BudgetLineForm(no=no, category=Category(kind), title=title, amount_cents=cents)
        for no, kind, title, cents, _ in LINES
    )
    form = BudgetForm(contract_no=_contract_no(contract), fy=YEAR, lines=lines)
    return {
        "contract_id": case_id(contract), "fiscal_year": YEAR, "version": 1, "total_cents": form.total_cents,
        "body": canonical(form.model_dump(mode="json")), "file_id": "invented", "recorded_at": clock.now(),
    }  # fmt: skip


def _rates(contracts: Sequence[int]) -> Iterator[Sequence[object]]:
    """The head of the tracker, and what holds for the whole year."""
    yield "contract or requisition", "fact", "date", "line", "name", "amount", "value", "until"
    begin = f"{YEAR - 1}-07-01"
    for subject in map(case_id, contracts):
        yield subject, "fringe_rate", begin, "", "", "", "0.25", ""
        yield subject, "indirect_rate", begin, "", "", "", "0.10", f"{YEAR}-06-30"
        yield subject, "supplier", begin, 9, _SUPPLIER, "", "", ""


def _reports(sent: Sequence[dict[str, Any]]) -> Iterator[Sequence[object]]:
    """The month's reports; of one requisition in ten the ledger is still to come."""
    for number, asked in enumerate(sent):
        subject, day = asked["number"].rpartition("-")[0], asked["service_to"]
        yield subject, "monthly_report", day, "", "", asked["total"], "", ""
        yield subject, "outcome_report", day, "", "", "", "", ""
        if number % 10 != 7:
            yield subject, "ledger", day, "", "", asked["total"], "", ""


def _requisition(number: int, of: tuple[int, int]) -> dict[str, Any]:
    contract, month = of
    lines = [_line(number, *line) for line in LINES]
    claimed = sum(to_cents(line["amount"]) for line in lines)
    day = f"{YEAR - 1}-{month:02d}-"
    return {
        "number": f"{case_id(contract)}-{month:02d}", "contract_no": _contract_no(contract),
        "invoice_no": f"INV-{number:05d}", "invoice_date": f"{YEAR}-01-05", "service_from": f"{day}01",
        "service_to": f"{day}{monthrange(YEAR - 1, month)[1]}", "place": f"{contract} Sample Street, New York",
        # One in ten says neither what it is for nor what it comes to.
        "description": "" if number % 10 == 9 else "Workshops and advice for worker cooperatives",
        "payee_address": f"{contract} Sample Street, New York",
        "total": plain(claimed + (100 if number % 10 == 9 else 0)),
        "lines": lines,
    }  # fmt: skip


def _line(number: int, no: int, category: str, title: str, year: int, papers: Sequence[str]) -> dict[str, Any]:
    """Four in ten are clean; the others claim too much of some lines, lack papers, or claim the whole year twice."""
    kind, cents = number % 10, year // 12
    if kind == 4 and no in (6, 8):
        cents = year + 20_000
    elif kind == 5 and category == "fringe":
        cents += 10_000
    elif kind == 8:
        cents = 2 * year
    lacks = kind == 6 and no in (1, 5, 9)
    tax = {"sales_tax": "4.00"} if kind == 5 and category == "OTPS" else {}
    supplier = {"supplier": _SUPPLIER} if category == "consultant" else {}
    return {
        "no": no, "budget_line": no, "description": title, "amount": plain(cents),
        "evidence": list(papers[1:] if lacks else papers), **tax, **supplier,
    }  # fmt: skip
