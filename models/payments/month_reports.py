"""Which reports of a requisition's months count: those that the fiscal review tells of, those that a tracker told of.

Of each month, of report and ledger alike, the last word counts: the tracker's only where it was told on a later day
than the day on which the report, or the ledger, came. Of what no report is in, the tracker alone tells. Source:
convention.
"""

from collections.abc import Mapping
from datetime import date

from models.payments.facts import Fact, FactRow, Facts
from models.payments.packet import ReportFacts
from models.shared.calendar import months_after
from models.shared.reports import ReportReferral

_JULY = 7
_UNTOLD = ReportReferral(contract_id="", month=date.min)


def report_facts(
    told: Facts, reported: Mapping[date, ReportReferral], first: date | None, last: date | None
) -> ReportFacts:
    """The reports of the services from `first` to `last`: summed over their months, and in only if all are.

    `reported` is by the first day of the month. Where nothing is told of any month but the last, and of that one by a
    tracker, its amounts are those of all months together.
    """
    months = _months(first, last)
    if _is_one_sum(told, reported, months):
        months = months[-1:]
    reports, ledgers = dict[date, int | None](), dict[date, int | None]()
    for month in months:
        came = reported.get(month, _UNTOLD)
        reports[month] = _last_word(told.of_month(Fact.MONTHLY_REPORT, month), came.report_cents, came.report_on)
        ledgers[month] = _last_word(told.of_month(Fact.LEDGER, month), came.ledger_cents, came.ledger_on)
    return ReportFacts(
        mfr_in=bool(months) and None not in reports.values(),
        mfr_total_cents=_sum(reports), gl_total_cents=_sum(ledgers),
        outcomes_in=told.of_month(Fact.OUTCOME_REPORT, last) is not None,
        mfr_missing=tuple(month for month, cents in reports.items() if cents is None),
        gl_missing=tuple(month for month, cents in ledgers.items() if cents is None),
    )  # fmt: skip


def _months(first: date | None, last: date | None) -> list[date]:
    """The months of some services: the first day of each. None is looked for before the fiscal year's July (P5)."""
    if last is None:
        return []
    months = [last.replace(day=1)]
    while months[0] > (first or last) and months[0].month != _JULY:
        months.insert(0, months_after(months[0], -1))
    return months


def _is_one_sum(told: Facts, reported: Mapping[date, ReportReferral], months: list[date]) -> bool:
    """Whether a tracker tells of some months together, as those do who keep no books of single months."""
    said = (Fact.MONTHLY_REPORT, Fact.LEDGER)
    apart = any(told.of_month(kind, month) for month in months[:-1] for kind in said)
    return not apart and not any(month in reported for month in months)


def _last_word(fact: FactRow | None, came_cents: int | None, came_on: date | None) -> int | None:
    """What was told last of a month; of two words of one day, that of the report itself."""
    if fact is None:
        return came_cents
    is_later = came_on is None or (fact.told_on is not None and fact.told_on > came_on)
    return fact.amount_cents if is_later else came_cents


def _sum(of_months: Mapping[date, int | None]) -> int | None:
    """What months come to; None unless each of them is told."""
    amounts = [cents for cents in of_months.values() if cents is not None]
    return sum(amounts) if amounts and len(amounts) == len(of_months) else None
