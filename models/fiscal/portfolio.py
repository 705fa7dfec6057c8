"""Fills the portfolio report of a month from rows, one a contract: packets need not be kept until it is made."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from models.fiscal.codes import TITLES, Code
from models.fiscal.packet import FiscalPacket
from models.fiscal.portfolio_documents import Cell, CodeCount, ContractStanding, PortfolioReport
from models.fiscal.review_documents import restated_lines, spent_so_far, standing_of
from models.fiscal.rules import Review
from models.shared.calendar import fiscal_year, new_york_date
from models.shared.documents import Office
from models.shared.findings import RANK, Severity

# The columns of the heat table: its head, and the codes or the measure that its cells tell.
_CHECKED: tuple[tuple[str, tuple[Code, ...]], ...] = (
    ("Report in time", (Code.REPORT_MISSING, Code.REPORT_LATE, Code.MONTHS_MISSING)),
    ("Sums add up", (Code.ARITHMETIC, Code.CONTINUITY, Code.BUDGET_DIFFERS)),
)
_MEASURED: tuple[tuple[str, str], ...] = (
    ("Burn", "burn_gap"), ("Plan", "planned_gap"), ("Lines", "line_utilisation"), ("Year end", "projected"),
    ("Lapse", "lapse"), ("Not billed", "unbilled"), ("Not paid", "exposure"), ("Ledger", "gl_variance"),
    ("Claims", "claim_variance"), ("Fringe", "fringe_rate"), ("Indirect", "indirect_rate"),
    ("Subs", "subcontract_share"), ("Refused", "disallowance_rate"), ("Advance", "advance_balance"),
    ("Vacant", "vacancy"), ("Unit cost", "cost_per_outcome"), ("Outcome", "outcome_gap"),
)  # fmt: skip
COLUMNS = (*(head for head, _ in _CHECKED), *(head for head, _ in _MEASURED))
_CELLS: Mapping[str, Cell] = {"within": "ok", "none": "ok", "over": "over", "far over": "FAR", "not known": "-"}


@dataclass(frozen=True)
class LastMonth:
    """The codes that were found of each contract a month ago."""

    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)


def contract_standing(
    packet: FiscalPacket, review: Review, last: LastMonth | None, why: Mapping[tuple[date, int], str] | None = None
) -> ContractStanding:
    """One contract's row; `last` is None where no month was reviewed before."""
    contract, found = packet.contract, review.projection
    before = last.codes.get(contract.id) if last else None
    codes = list(dict.fromkeys(finding.code for finding in review.findings))
    lapse = review.measures.get("lapse")
    return ContractStanding(
        provider=contract.provider, contract_id=contract.id, contract_no=contract.contract_no,
        reported=packet.report is not None, worst=review.worst, codes=tuple(codes), found=_titles(codes),
        findings=len(review.findings), budget_cents=packet.budget_cents, spent_cents=spent_so_far(packet),
        burn=review.measures["burn"].shown if packet.report else "", elapsed=review.measures["elapsed"].shown,
        projected_cents=found.cents if found else None, least_cents=found.least_cents if found else None,
        most_cents=found.most_cents if found else None, lapse_flagged=bool(lapse and lapse.flagged),
        cells=tuple(_cells(packet, review)),
        new=_titles([code for code in codes if code not in before]) if before is not None else (),
        gone=_titles([code for code in before if code not in codes]) if before is not None else (),
        restated=restated_lines(packet, why),
    )  # fmt: skip


def portfolio_report(
    rows: Iterable[ContractStanding], month: date, tell_budget_by: date, office: Office, made_at: datetime, *,
    first: bool = False,
) -> PortfolioReport:  # fmt: skip
    """All contracts of a month, the worst first."""
    worst_first = tuple(ranked(rows))
    told = [row for row in worst_first if row.reported]
    counted = Counter(code for row in worst_first for code in row.codes)
    return PortfolioReport(
        document_id=f"FIS-PORT-{month:%Y%m}-{made_at:%Y%m%d-%H%M}", title=f"Fiscal portfolio, {month:%B %Y}",
        made_at=made_at, office=office, month=month, as_of=new_york_date(made_at), fiscal_year=fiscal_year(month),
        first=first, tell_budget_by=tell_budget_by, columns=COLUMNS, contracts=worst_first,
        counts=tuple(
            CodeCount(code=code, title=TITLES[Code(code)][0], contracts=many)
            for code, many in sorted(counted.items(), key=lambda item: (-item[1], item[0]))
        ),
        reported=len(told), budget_cents=sum(row.budget_cents for row in worst_first),
        spent_cents=sum(row.spent_cents for row in worst_first),
        reported_budget_cents=sum(row.budget_cents for row in told),
        projected_cents=sum(row.projected_cents or 0 for row in told),
        least_cents=sum(row.least_cents or 0 for row in told), most_cents=sum(row.most_cents or 0 for row in told),
        lapse_cents=sum(row.lapse_cents or 0 for row in told),
    )  # fmt: skip


def ranked(rows: Iterable[ContractStanding]) -> list[ContractStanding]:
    """The worst first: by severity, how much was found, what will lapse; then by name."""
    return sorted(rows, key=_rank)


def _rank(row: ContractStanding) -> tuple[int, int, int, str, str]:
    worst = RANK[row.worst] if row.worst else -1
    return -worst, -row.findings, -(row.lapse_cents or 0), row.provider.casefold(), row.contract_id


def _titles(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(TITLES[Code(code)][0] for code in codes)


def _cells(packet: FiscalPacket, review: Review) -> list[Cell]:
    worst = {row.code: row.severity for row in reversed(review.findings)}
    cells: list[Cell] = []
    for head, codes in _CHECKED:
        found = [RANK[worst[code]] for code in codes if code in worst]
        bad: Cell = "FAR" if found and max(found) >= RANK[Severity.HIGH] else "over"
        cells.append(bad if found else "ok" if packet.report or head == _CHECKED[0][0] else "-")
    measures = review.measures
    return cells + [_CELLS[standing_of(measures[name])] if name in measures else "-" for _, name in _MEASURED]
