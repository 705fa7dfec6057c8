"""Invented providers in any number whose months are to be reviewed: contracts, budgets, reports and ledgers as kept."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import insert

from deployments.bench.measure import BenchError
from deployments.bench.synthetic import EVENTS, YEAR, case_id, fill
from models.fiscal.forms import FinancialReportForm, ReportLine, ReportSums
from models.fiscal.records import FinancialReport, LedgerMonth
from models.payments.forms import BudgetForm, BudgetLineForm
from models.payments.packet import Category
from models.payments.records import FiscalYearBudget
from models.shared.documents import canonical_facts, sha256
from models.shared.records import StoredDocument
from models.shared.referrals import Told
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.payments.referrals import keep_told
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.referrals import told_since

# Each tenth of the invented contracts has come to where it can be paid on; these begin with November.
ACTIVE, MONTHS = EVENTS, (date(2026, 11, 1), date(2026, 12, 1))
_KINDS = {1: Category.PS, 2: Category.FRINGE, 3: Category.INDIRECT}
_AT_ONCE = 250


def fill_months(providers: int, lines: int, printed: int) -> None:
    """Two months of so many providers with so many budget lines each, all reported, none reviewed. Raises BenchError.

    Of December's reviews so many are still to be printed; all others stand in the register as if they were.
    """
    now = clock.now()
    fill(providers, now, ACTIVE)
    with reading() as session:
        told = told_since(session, "", registration_policy(), clock.today())
    if told is None:
        raise BenchError("Registration told nothing of the invented contracts.")
    begun = [row.model_copy(update={"term_start": MONTHS[0]}) for row in told.referrals]
    contracts = range(ACTIVE - 1, ACTIVE * providers, ACTIVE)
    with writing() as session:
        keep_told(session, Told(told.mark, tuple(begun)), now)
        connection = session.connection()
        for start in range(0, providers, _AT_ONCE):
            some = contracts[start : start + _AT_ONCE]
            connection.execute(insert(FiscalYearBudget), [_budget(contract, lines) for contract in some])
            connection.execute(insert(FinancialReport), [row for contract in some for row in _reports(contract, lines)])
            connection.execute(insert(LedgerMonth), [row for contract in some for row in _ledgers(contract, lines)])
        papers = [*((c, MONTHS[0]) for c in contracts), *((c, MONTHS[1]) for c in contracts[printed:])]
        connection.execute(insert(StoredDocument), [_paper(contract, month) for contract, month in papers])


def _amounts(contract: int, lines: int) -> Iterator[tuple[int, int, list[int]]]:
    """Each line's number, its budget for the eight months of the term, and what was spent in each of the two."""
    for no in range(1, lines + 1):
        budget = 80_000 + 1_000 * ((contract + 7 * no) % 97)
        yield no, budget, [budget * (3 + (contract + no + at) % 19) // 100 for at in range(len(MONTHS))]


def _budget(contract: int, lines: int) -> dict[str, Any]:
    """The row of a budget in force, as if two people had signed it."""
    form = BudgetForm(
        contract_no=_contract_no(contract), fy=YEAR,
        lines=tuple(
            BudgetLineForm(no=no, category=_kind(no), title=_title(no), amount_cents=budget)
            for no, budget, _ in _amounts(contract, lines)
        ),
    )  # fmt: skip
    return {
        "contract_id": case_id(contract), "fiscal_year": YEAR, "version": 1, "total_cents": form.total_cents,
        "body": canonical_facts(form), "file_id": "invented", "recorded_at": clock.now(),
    }  # fmt: skip


def _reports(contract: int, lines: int) -> Iterator[dict[str, Any]]:
    for at, month in enumerate(MONTHS):
        told = tuple(
            ReportLine(no=no, category=_kind(no), title=_title(no), **_columns(budget, spent, at))
            for no, budget, spent in _amounts(contract, lines)
        )
        names = ("budget_cents", "prior_cents", "current_cents", "ytd_cents", "balance_cents")
        totals = ReportSums(**{name: sum(getattr(line, name) for line in told) for name in names})
        form = FinancialReportForm(
            contract_no=_contract_no(contract), month=month, certified_by="Treasurer", lines=told, totals=totals
        )
        yield {
            "contract_id": case_id(contract), "month": month, "revision": 1, "body": canonical_facts(form),
            "file_id": "invented", "received_on": date(2027, 1, 12), "submitted_by": "", "recorded_at": clock.now(),
        }  # fmt: skip


def _columns(budget: int, spent: Sequence[int], at: int) -> dict[str, int]:
    prior, current = sum(spent[:at]), spent[at]
    return {
        "budget_cents": budget, "prior_cents": prior, "current_cents": current, "ytd_cents": prior + current,
        "balance_cents": budget - prior - current,
    }  # fmt: skip


def _ledgers(contract: int, lines: int) -> Iterator[dict[str, Any]]:
    """One ledger in four differs from its report."""
    for at, month in enumerate(MONTHS):
        total = sum(spent[at] for _, _, spent in _amounts(contract, lines))
        yield {
            "contract_id": case_id(contract), "month": month, "no": 1, "entries": lines, "file_id": "invented",
            "total_cents": total + (12_345 if contract // ACTIVE % 4 == 1 else 0), "recorded_at": clock.now(),
        }  # fmt: skip


def _paper(contract: int, month: date) -> dict[str, Any]:
    """The register's entry of a review that is not drawn: by its number it is printed."""
    case, empty = f"{case_id(contract)}-{month:%Y-%m}", sha256("")
    return {
        "document_id": f"{case}-FR02", "process": "fiscal", "case_id": case, "kind": "review", "title": "Invented",
        "sha256": empty, "packet_sha256": empty, "template_sha256": empty, "language": "en", "pages": 2, "bytes": 0,
        "made_at": clock.now(), "superseded_by": None,
    }  # fmt: skip


def _contract_no(contract: int) -> str:
    """The number that the invented contract was registered under."""
    return f"invented {contract}-8"


def _kind(no: int) -> Category:
    return _KINDS.get(no, Category.OTPS)


def _title(no: int) -> str:
    return f"Maintenance / Supplies {no}"
