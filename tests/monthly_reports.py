"""The monthly reports of the office that pays: as the fiscal review receives them, and as it tells of them."""

from pathlib import Path

from models.shared.reports import ToldReports
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.fiscal import intake
from tasks.adapters.fiscal.referrals import told_since
from tasks.adapters.incoming import receive
from tasks.adapters.payments.reports import keep_reports, last_mark
from tests.payments_office import BUDGET, CONTRACT

_REPORT = (
    "contract_no,month,revision,certified_by,paid_fte,reason,no,category,title,budget,prior,current,ytd,balance,"
    "line_reason"
)
_LEDGER = "contract_no,month,entry_date,account,description,amount"


def report_csv(month: str, cents: int, revision: int = 1, contract: str = CONTRACT) -> str:
    """A month's report that spends all on line 1 of the budget."""
    start = f"{contract},{month},{revision},Executive Director,1.0,,"
    rows = [f"{start}{no},{category},{title},{_sums(budget, 0 if no > 1 else cents)},"
            for no, category, title, budget in BUDGET]  # fmt: skip
    whole = f"{sum(float(budget) for *_, budget in BUDGET):.2f}"
    return "\n".join([_REPORT, *rows, f"{start}total,,,{_sums(whole, cents)},"])


def _sums(budget: str, cents: int) -> str:
    """Budget, earlier months, this month, year to date, balance: nothing was spent before."""
    return f"{budget},0.00,{cents / 100:.2f},{cents / 100:.2f},{float(budget) - cents / 100:.2f}"


def ledger_csv(month: str, cents: int, contract: str = CONTRACT) -> str:
    """A month's general ledger of one entry."""
    return f"{_LEDGER}\n{contract},{month},{month}-28,5100,Payroll,{cents / 100:.2f}"


def import_report(folder: Path, month: str, cents: int, revision: int = 1, *, ledger: int | None = None) -> None:
    """What the fiscal import keeps of a month's report and of its ledger, which says the same where it is not given."""
    import_text(folder, "financial-reports", report_csv(month, cents, revision))
    import_text(folder, "ledgers", ledger_csv(month, cents if ledger is None else ledger))


def import_text(folder: Path, kind: str, text: str) -> None:
    """Keep a file of these words by the fiscal import."""
    path = folder / f"{kind}-{len(list(folder.iterdir()))}.csv"
    path.write_text(text)
    reader = {"financial-reports": intake.record_reports, "ledgers": intake.record_ledgers}[kind]
    assert isinstance(result := reader(receive(path, kind)), dict), result


def hear() -> ToldReports | None:
    """What flows of payments hear of the fiscal review, and keep; None where nothing came since."""
    with reading() as session:
        told = told_since(session, last_mark(session))
    if told:
        with writing() as session:
            keep_reports(session, told, clock.now())
    return told
