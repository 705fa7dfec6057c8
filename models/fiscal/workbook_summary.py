"""The fiscal workbook's first sheet, a row a contract, and all that was found."""

from collections.abc import Iterator
from fractions import Fraction

from models.fiscal.codes import TITLES, Code
from models.fiscal.figures import figures
from models.fiscal.measures import burn
from models.fiscal.workbook_cells import FIRST_ROW, Cell, Formula
from models.fiscal.workbook_contracts import of_contract, place
from models.fiscal.workbook_facts import ContractYear, YearBook
from models.fiscal.workbook_layouts import FINDINGS, PROJECTION, SUMMARY, lines_layout
from models.shared.findings import Severity


def summary_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a contract."""
    for row, contract in enumerate(book.contracts, FIRST_ROW):
        yield SUMMARY.row({
            "contract": contract.id, "provider": contract.provider, **_spending(book, contract, row),
            **_pace(book, contract, row), **_year_end(contract, row), **_found(contract, row),
            "codes": " ".join(contract.standing.codes), "state": contract.state, "holder": contract.holder,
            "place": place(SUMMARY, row - FIRST_ROW, row),
        })  # fmt: skip


def _spending(book: YearBook, contract: ContractYear, row: int) -> dict[str, Cell]:
    lines, told = lines_layout(book.months), contract.standing
    mine = f"{lines.whole('contract')},{SUMMARY.at('contract', row)}"
    budget, spent = SUMMARY.at("budget", row), SUMMARY.at("spent", row)
    return {
        "budget": Formula(f"=SUMIFS({lines.whole('budget')},{mine})", told.budget_cents),
        "spent": Formula(f"=SUMIFS({lines.whole('spent')},{mine})", told.spent_cents),
        "remaining": Formula(f"={budget}-{spent}", told.budget_cents - told.spent_cents),
    }


def _pace(book: YearBook, contract: ContractYear, row: int) -> dict[str, Cell]:
    """Budget spent beside term elapsed: their ratio, and in a word whether the gap is within its limits."""
    budget, spent, burned, elapsed = (SUMMARY.at(key, row) for key in ("budget", "spent", "burn", "elapsed"))
    reported, months = (of_contract(SUMMARY, key, row) for key in ("reported", "months"))
    known, share = figures(contract.packet), burn(contract.packet, book.policy).value
    return {
        "burn": Formula(f'=IF(OR({reported}="no",{budget}=0),"",{spent}/{budget})', share),
        "elapsed": Formula(f"={of_contract(SUMMARY, 'elapsed', row)}", known.elapsed),
        "ratio": Formula(f'=IF({burned}="","",{burned}/{elapsed})', None if share is None else share / known.elapsed),
        "pace": Formula(
            f'=IF({burned}="","",IF({months}<=burn_gap_after_months,"too early",'
            f'IF(ROUND({burned}-{elapsed}-burn_gap_high,9)>0,"ahead",'
            f'IF(ROUND({burned}-{elapsed}-burn_gap_low,9)<0,"behind","on pace"))))',
            None if share is None else _word(book, share - known.elapsed, known.months),
        ),
    }  # fmt: skip


def _word(book: YearBook, gap: Fraction, months: int) -> str:
    if months <= book.policy.burn_gap_after_months:
        return "too early"
    if gap > Fraction(book.policy.burn_gap_high):
        return "ahead"
    return "behind" if gap < Fraction(book.policy.burn_gap_low) else "on pace"


def _year_end(contract: ContractYear, row: int) -> dict[str, Cell]:
    told = contract.standing

    def of(key: str) -> str:
        mine = f"MATCH({SUMMARY.at('contract', row)},{PROJECTION.whole('contract')},0)"
        return f"=INDEX({PROJECTION.whole(key)},{mine})"

    projected = SUMMARY.at("projected", row)
    return {
        "projected": Formula(of("projected"), told.projected_cents), "least": Formula(of("least"), told.least_cents),
        "most": Formula(of("most"), told.most_cents),
        "lapse": Formula(
            f'=IF({projected}="","",MAX(0,{SUMMARY.at("budget", row)}-{projected}))', told.lapse_cents
        ),
    }  # fmt: skip


def _found(contract: ContractYear, row: int) -> dict[str, Cell]:
    mine = f"{FINDINGS.whole('contract')},{SUMMARY.at('contract', row)}"
    worst = '"nothing"'
    for severity in Severity:
        worst = f'IF(COUNTIFS({mine},{FINDINGS.whole("severity")},"{severity}")>0,"{severity}",{worst})'
    return {
        "worst": Formula(f"={worst}", str(contract.standing.worst or "nothing")),
        "found": Formula(f"=COUNTIFS({mine})", contract.standing.findings),
    }


def finding_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a finding, in the order of paper."""
    for contract in book.contracts:
        for found in contract.review.findings:
            yield FINDINGS.row({
                "contract": contract.id, "provider": contract.provider, "code": found.code,
                "severity": str(found.severity), "title": TITLES[Code(found.code)][0], "subject": found.subject,
                "message": found.message, "citation": found.citation, "remedy": found.remedy,
            })  # fmt: skip
