"""Months of one invented contract for the fiscal review: exactly on pace, unless a test changes something.

$120,000.00 from 1 July 2026 to 30 June 2027, $10,000.00 a month: salaries 40%, fringe 10% (a quarter of the salaries),
supplies 20%, consultant 10%, indirect 20% (a quarter of the direct lines). Amounts are dollars as text or Decimal, days
are dates, months their first day; a run of equal months is a pair: how many, and the amount of each.
"""

import csv
import tomllib
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from models.fiscal.packet import FiscalPacket
from models.fiscal.policy import Policy
from models.shared.budgets import Category
from models.shared.calendar import CityCalendar, months_after
from models.shared.money import to_cents

ROOT = Path(__file__).parents[1]
FIRST, LAST = date(2026, 7, 1), date(2027, 6, 30)
OCTOBER = date(2026, 10, 1)
# Number, category, title, tenths of the budget and of each month.
LINES = (
    (1, Category.PS, "Salaries", 4),
    (2, Category.FRINGE, "Fringe benefits", 1),
    (3, Category.OTPS, "Supplies and rent", 2),
    (4, Category.CONSULTANT, "Bookkeeper", 1),
    (5, Category.INDIRECT, "Indirect", 2),
)
REST = 3  # the line that takes what tenths leave over
COLUMNS = ("budget", "prior", "current", "ytd", "balance")
Amount = str | Decimal
Runs = Sequence[tuple[int, Amount]]


@cache
def make_policy() -> Policy:
    """The shipped numbers on the shipped table of City holidays."""
    shipped = tomllib.loads((ROOT / "deployments" / "policy.toml").read_text(encoding="utf-8"))["fiscal"]
    with (ROOT / "deployments" / "city_holidays.csv").open(newline="", encoding="utf-8") as source:
        holidays = {date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(source)}
    return Policy.model_validate({**shipped, "calendar": CityCalendar(holidays)})


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months of two days, both counted."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [months_after(first.replace(day=1), n) for n in range(count)]


def split(cents: int) -> dict[int, int]:
    """An amount by line; what does not divide into tenths goes to the supplies."""
    shares = {no: cents * tenths // 10 for no, _, _, tenths in LINES}
    shares[REST] += cents - sum(shares.values())
    return shares


def _cents(table: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A table whose named amounts are whole cents, as the packet calls them."""
    return {f"{k}_cents" if k in names else k: to_cents(v) if k in names else v for k, v in table.items()}


def _dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def _run(runs: Runs) -> list[int]:
    return [to_cents(amount) for times, amount in runs for _ in range(times)]


def _line(no: int, changed: Mapping[str, Any], told: bool, **cents: int) -> dict[str, Any]:
    """One line: what is not given follows from what is, so that a single change stays a single change."""
    given = _cents(changed, *COLUMNS, "before", "told", "reported_budget")
    facts: dict[str, Any] = {
        "no": no, "category": LINES[no - 1][1], "title": LINES[no - 1][2], "budget_cents": cents["budget"],
        "prior_cents": cents["prior"], "current_cents": cents["current"],
    } | given  # fmt: skip
    facts.setdefault("reported_budget_cents", facts["budget_cents"])
    facts.setdefault("ytd_cents", facts["prior_cents"] + facts["current_cents"])
    facts.setdefault("balance_cents", facts["reported_budget_cents"] - facts["ytd_cents"])
    if told:
        facts = {"before_cents": facts["prior_cents"], "told_cents": facts["prior_cents"]} | facts
    return facts


def _unreported(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of a month without a report: its budget, and what was known of it before."""
    kept = ("no", "category", "title", "budget_cents", "before_cents")
    return {key: value for key, value in line.items() if key in kept}


def _report(changed: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], due_on: date) -> dict[str, Any]:
    """A report that came five days before it was due, with the sums of its columns and an equal general ledger."""
    names = {name: f"{'reported_' if name == 'budget' else ''}{name}_cents" for name in COLUMNS}
    totals = {f"{name}_cents": sum(line[key] for line in lines) for name, key in names.items()}
    facts = {
        "revision": 1, "received_on": due_on - timedelta(days=5), "certified_by": "Treasurer", "paid_fte": "2",
        "gl_total_cents": totals["current_cents"],
    } | _cents(changed, "gl_total")  # fmt: skip
    facts["totals"] = totals | _cents(changed.get("totals", {}), *COLUMNS)
    return facts


def _earlier(months: Iterable[date], spent: Sequence[int], changed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Earlier months, each with a first revision in time; `"not in"` in place of the changes is a month without."""
    told = []
    for month, cents in zip(months, spent, strict=False):
        own = changed.get(f"{month:%Y-%m}", {})
        came = {"received_on": months_after(month, 1).replace(day=10), "revision": 1, "total_cents": cents}
        told.append({"month": month} | ({} if own == "not in" else came | {"paid_fte": "2"} | own))
    return told


def _invoice(number: int, told: Mapping[str, Any]) -> dict[str, Any]:
    """A requisition that was decided on the 20th of the month after its services and paid but for what was refused."""
    facts = _cents(told, "claimed", "paid", "disallowed")
    service_from, service_to = facts.pop("from"), facts.pop("to")
    decided_on = facts.pop("decided_on", months_after(service_to.replace(day=1), 1).replace(day=20))
    return {
        "number": f"I-{number}", "service_from": service_from, "service_to": service_to,
        "decided_on": None if decided_on == "undecided" else decided_on,
        "paid_cents": facts["claimed_cents"] - facts.get("disallowed_cents", 0),
    } | facts  # fmt: skip


def _monthly_invoices(months: Sequence[date], first: date, spent: Sequence[int]) -> list[dict[str, Any]]:
    return [
        {"from": max(month, first), "to": month_end(month), "claimed": _dollars(cents)}
        for month, cents in zip(months, spent, strict=False)
    ]


def _plan(term: Iterable[date], spent: Sequence[int], budget: int, runs: Runs | None) -> list[dict[str, Any]]:
    """By default what was spent so far was planned, and what is left of the budget is, in equal parts."""
    months = list(term)
    if runs is None:
        left, n = budget - sum(spent), len(months) - len(spent)
        runs = [(1, _dollars(cents)) for cents in spent] + [(1, _dollars((left + k) // n)) for k in range(n)]
    return [{"month": month, "amount_cents": cents} for month, cents in zip(months, _run(runs), strict=False)]


def _contract(first: date, last: date, active_on: date | None) -> dict[str, Any]:
    return {
        "id": "R27-970000001", "contract_no": "CT180120278800001", "provider": "Bramblewick Collective",
        "ein": "970000001", "fiscal_year": 2027, "first_day": first, "last_day": last, "active_on": active_on,
    }  # fmt: skip


def _without(facts: Mapping[str, Any], absent: Sequence[str]) -> dict[str, Any]:
    """Facts without those that nobody told, at whatever depth they stand."""
    return {k: _without(v, absent) if isinstance(v, dict) else v for k, v in facts.items() if k not in absent}


def _lines(spent: Sequence[int], budget: int, changed: Mapping[str, Any], told: bool) -> list[dict[str, Any]]:
    budgets, current = split(budget), split(spent[-1])
    earlier = [split(cents) for cents in spent[:-1]]
    prior = {no: sum(month[no] for month in earlier) for no in budgets}
    return [
        _line(no, changed.get(str(no), {}), told, budget=budgets[no], prior=prior[no], current=current[no])
        for no in budgets
    ]


def make_packet(month: date = OCTOBER, *, absent: Sequence[str] = (), **changed: Any) -> FiscalPacket:
    """The facts of one month, with other facts where they are given; `absent` names those that nobody told.

    `budget`, `months` (each month's total until this one) and `plan` change whole columns; `lines`, `report`,
    `earlier`, `rates`, `outcomes` single facts; `invoices`, `open_reasons` and `restated` replace the usual lists.
    """
    first, last = changed.get("first_day", FIRST), changed.get("last_day", LAST)
    months, budget = months_between(first, month), to_cents(changed.get("budget", "120000.00"))
    spent = _run(changed["months"]) if "months" in changed else [budget // 12] * len(months)
    assert len(spent) == len(months), "a total for each month until this one"
    due_on = months_after(month, 1).replace(day=15)
    earlier = _earlier(months, spent[:-1], changed.get("earlier", {}))
    lines = _lines(spent, budget, changed.get("lines", {}), told=not earlier or "received_on" in earlier[-1])
    planned = (day for day in months_between(first, last) if day >= changed.get("plan_begins", day))
    invoices = changed.get("invoices", _monthly_invoices(months, first, spent[:-1]))
    outcomes = {"target": 12, "verified": len(months), "unit_cost": _dollars(budget // 12)}
    facts: dict[str, Any] = {
        "contract": _contract(first, last, changed.get("active_on", first)),
        "month": month, "due_on": due_on, "earlier": earlier,
        "lines": [_unreported(line) for line in lines] if "report" in absent else lines,
        "report": _report(changed.get("report", {}), lines, due_on),
        "invoices": [_invoice(number, invoice) for number, invoice in enumerate(invoices, 1)],
        "plan": _plan(planned, spent, budget, changed.get("plan")), "budgeted_fte": changed.get("budgeted_fte", "2"),
        "rates": {"fringe": "0.25", "indirect": "0.25", "indirect_expires": LAST} | changed.get("rates", {}),
        "outcomes": _cents(outcomes | changed.get("outcomes", {}), "unit_cost"),
        "as_of": changed.get("as_of", make_policy().calendar.add_business_days(due_on, 3)),
        "open_reasons": changed.get("open_reasons", ()),
        "restated": [_cents(told_of, "moved") for told_of in changed.get("restated", ())],
    }  # fmt: skip
    facts |= _cents({key: changed.get(key, "0.00") for key in ("advanced", "recouped")}, "advanced", "recouped")
    return FiscalPacket.model_validate(_without(facts, absent))
