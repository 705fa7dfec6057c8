"""The fiscal workbook's budget lines and months: what all its sums are taken from."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from models.fiscal.figures import figures, months_between
from models.fiscal.measures import Measure
from models.fiscal.review_documents import standing_of
from models.fiscal.workbook_cells import FIRST_ROW, Cell, Formula, Layout
from models.fiscal.workbook_claims import compared, part_of
from models.fiscal.workbook_contracts import of_contract, place
from models.fiscal.workbook_facts import ContractYear, LineYear, YearBook
from models.fiscal.workbook_layouts import CLAIMS, MONTH, MONTHS, lines_layout, month_key
from models.shared.calendar import months_after
from models.shared.money import half_up


def line_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a contract and budget line."""
    layout, row = lines_layout(book.months), FIRST_ROW
    for position, contract in enumerate(book.contracts):
        measured: dict[int | None, Measure] = {
            line.no: found for line, found in zip(contract.packet.lines, contract.review.lines, strict=False)
        }
        for line in contract.lines:
            yield layout.row({
                "contract": contract.id, "provider": contract.provider, "no": line.no, "category": line.category,
                "title": line.title, "budget": line.budget_cents,
                **{month_key(month): line.months.get(month) for month in book.months},
                "elsewhere": line.elsewhere_cents or None,
                **_line_sums(book, contract, line, row),
                **_line_ahead(contract, line, measured.get(line.no), layout, row),
                "place": place(layout, position, row),
            })  # fmt: skip
            row += 1


def _line_sums(book: YearBook, contract: ContractYear, line: LineYear, row: int) -> dict[str, Cell]:
    layout = lines_layout(book.months)
    elapsed = figures(contract.packet).elapsed
    budget, spent = layout.at("budget", row), layout.at("spent", row)
    straight = half_up(line.budget_cents * elapsed.numerator, elapsed.denominator)
    first, last = layout.at(month_key(book.months[0]), row), layout.at("elsewhere", row)
    days, all_days = (of_contract(layout, key, row) for key in ("days", "all_days"))
    return {
        "spent": Formula(f"=SUM({first}:{last})", line.spent_cents),
        "remaining": Formula(f"={budget}-{spent}", line.budget_cents - line.spent_cents),
        "share": Formula(
            f'=IF({budget}=0,"",{spent}/{budget})',
            Fraction(line.spent_cents, line.budget_cents) if line.budget_cents else None,
        ),
        "straight": Formula(f"=ROUND({budget}*{days}/{all_days},2)", straight),
        "variance": Formula(f"={spent}-{layout.at('straight', row)}", line.spent_cents - straight),
    }  # fmt: skip


def _line_ahead(
    contract: ContractYear, line: LineYear, measured: Measure | None, layout: Layout, row: int
) -> dict[str, Cell]:
    """Where the line goes at this pace, and how it stands beside its limits; unknown without the month's report."""
    elapsed = figures(contract.packet).elapsed
    days, all_days, part, reported = (
        of_contract(layout, key, row) for key in ("days", "all_days", "elapsed", "reported")
    )
    budget, spent, share = (layout.at(key, row) for key in ("budget", "spent", "share"))
    pace = half_up(line.spent_cents * elapsed.denominator, elapsed.numerator)

    def beyond(times: str) -> str:
        return (
            f"OR(ROUND({share}-{times}line_utilisation,9)>0,ROUND({share}-{part}-{times}line_ahead,9)>0)"
        )  # fmt: skip

    standing = standing_of(measured) if measured else "far over" if line.spent_cents > 0 else "not known"
    return {
        "pace": Formula(
            f'=IF({reported}="no","",ROUND({spent}*{all_days}/{days},2))', pace if contract.reported else None
        ),
        "standing": Formula(
            f'=IF({reported}="no","",IF({budget}=0,IF({spent}>0,"far over","not known"),'
            f'IF({beyond("severe_times*")},"far over",IF({beyond("")},"over","within"))))',
            standing if contract.reported else None,
        ),
    }  # fmt: skip


def month_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a contract and month of its term in the fiscal year."""
    row = FIRST_ROW
    for position, contract in enumerate(book.contracts):
        facts = contract.packet.contract
        plan = {told.month: told.amount_cents for told in contract.packet.plan}
        for month in months_between(facts.first_day, facts.last_day):
            yield MONTHS.row({
                "contract": contract.id, "provider": contract.provider, "month": month, "planned": plan.get(month),
                **_came(book, contract, month, row), **_reported(book, contract, month, row),
                **_claimed(contract, month, row), "place": place(MONTHS, position, row),
            })  # fmt: skip
            row += 1


def _came(book: YearBook, contract: ContractYear, month: date, row: int) -> dict[str, Cell]:
    """Whether a month's report is in, since when, and how late."""
    packet, report = contract.packet, contract.packet.report
    earlier = {known.month: known for known in packet.earlier}.get(month)
    is_this = month == packet.month
    received = report.received_on if is_this and report else earlier.received_on if earlier else None
    revision = report.revision if is_this and report else earlier.revision if earlier else 0
    posts = report.paid_fte if is_this and report else earlier.paid_fte if earlier else None
    due = months_after(month, 1).replace(day=book.policy.due_day)
    came, told, due_at = (MONTHS.at(key, row) for key in ("received", "report", "due"))
    as_of = of_contract(MONTHS, "as_of", row)
    standing = "in" if received else "not in" if month <= packet.month else "to come"
    late = None if standing == "to come" else max(0, ((received or packet.as_of) - due).days)
    return {
        "received": received, "revision": revision or None, "posts": posts,
        "report": Formula(
            f'=IF({came}<>"","in",IF({MONTHS.at("month", row)}<={MONTH},"not in","to come"))', standing
        ),
        "due": Formula(f"=EDATE({MONTHS.at('month', row)},1)+due_day-1", due),
        "late": Formula(f'=IF({told}="to come","",MAX(0,IF({told}="in",{came},{as_of})-{due_at}))', late),
        "later": Formula(
            f'=COUNTIFS({MONTHS.whole("contract")},{MONTHS.at("contract", row)},{MONTHS.whole("month")},'
            f'">"&{MONTHS.at("month", row)},{MONTHS.whole("report")},"in")',
            sum(other > month for other in contract.totals),
        ),
    }  # fmt: skip


def _reported(book: YearBook, contract: ContractYear, month: date, row: int) -> dict[str, Cell]:
    """A month's total by the lines beside its ledger."""
    layout, report = lines_layout(book.months), contract.packet.report
    total, ledger = contract.totals.get(month), None
    if total is not None:
        kept = contract.earlier.get(month)
        is_this = month == contract.packet.month and report
        ledger = report.gl_total_cents if report and is_this else kept.ledger_cents if kept else None
    summed = '""'
    if month in book.months:
        mine = f"{layout.whole('contract')},{MONTHS.at('contract', row)}"
        summed = f"SUMIFS({layout.whole(month_key(month))},{mine})"
    ours, theirs = MONTHS.at("total", row), MONTHS.at("ledger", row)
    return {
        "total": Formula(f'=IF({MONTHS.at("report", row)}="in",{summed},"")', total),
        "ledger": ledger,
        "apart": Formula(
            f'=IF(OR({ours}="",{theirs}=""),"",{ours}-{theirs})',
            None if total is None or ledger is None else total - ledger,
        ),
    }  # fmt: skip


def _claimed(contract: ContractYear, month: date, row: int) -> dict[str, Cell]:
    """What was claimed for services that end with a month, and how far reports are from the claims held beside them."""
    ending = [invoice for invoice in contract.packet.invoices if invoice.service_to.replace(day=1) == month]
    apart = sum(part_of(contract, invoice) for invoice in ending if compared(contract, invoice))
    mine = f"{CLAIMS.whole('contract')},{MONTHS.at('contract', row)},{CLAIMS.whole('month')},{MONTHS.at('month', row)}"
    held = f'COUNTIFS({mine},{CLAIMS.whole("compared")},"yes")'
    is_held = any(compared(contract, invoice) for invoice in ending)
    return {
        "claimed": Formula(
            f'=IF(COUNTIFS({mine})=0,"",SUMIFS({CLAIMS.whole("claimed")},{mine}))',
            sum(invoice.claimed_cents for invoice in ending) if ending else None,
        ),
        "unclaimed": Formula(
            f'=IF({held}=0,"",SUMIFS({CLAIMS.whole("part")},{mine}))', apart if is_held else None
        ),
    }  # fmt: skip
