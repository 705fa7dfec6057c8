"""Invented months of the fiscal review: providers whose lines are spent at uneven pace, some with something to find."""

import random
from datetime import date, timedelta
from decimal import Decimal

from models.fiscal.packet import (
    ContractFacts,
    FiscalPacket,
    InvoiceFacts,
    LineFacts,
    MonthFacts,
    RateFacts,
    ReportFacts,
    TotalsFacts,
)
from models.shared.budgets import Category

MONTH, DUE_ON, AS_OF = date(2026, 10, 1), date(2026, 11, 15), date(2026, 11, 18)
_FIRST, _LAST = date(2026, 7, 1), date(2027, 6, 30)
_PERIOD = 4
_WORDS = (
    "Personnel", "Fringe", "Rent", "Utilities", "Supplies", "Travel", "Training", "Equipment", "Insurance", "Audit",
    "Meals", "Outreach", "Translation", "Transportation", "Maintenance", "Telephone", "Postage", "Software",
)  # fmt: skip


def packets(providers: int, lines: int) -> list[FiscalPacket]:
    """October 2026 of some providers, each with so many lines; the same numbers each time."""
    chance = random.Random(9)
    return [_packet(number, lines, chance) for number in range(1, providers + 1)]


def _packet(number: int, lines: int, chance: random.Random) -> FiscalPacket:
    rows = tuple(_line(no, chance) for no in range(1, lines + 1))
    current = sum(row.current_cents for row in rows)
    months = [date(2026, month, 1) for month in (7, 8, 9)]
    before = sum(row.prior_cents for row in rows) // len(months)
    return FiscalPacket(
        contract=ContractFacts(
            id=f"R27-{number:09d}", contract_no=f"CT1801{number:011d}", provider=f"Provider {number:04d}",
            ein=f"{970000000 + number}", fiscal_year=2027, first_day=_FIRST, last_day=_LAST, active_on=_FIRST,
        ),
        month=MONTH, due_on=DUE_ON, as_of=AS_OF, lines=rows,
        report=ReportFacts(
            revision=1, received_on=DUE_ON + timedelta(days=number % 5 - 3), certified_by="Treasurer",
            totals=_totals(rows), gl_total_cents=current + (12_345 if number % 4 == 0 else 0),
        ),
        earlier=tuple(
            MonthFacts(month=month, received_on=month + timedelta(days=44), revision=1, total_cents=before)
            for month in months
        ),
        invoices=(
            InvoiceFacts(
                number="I-1", service_from=_FIRST, service_to=date(2026, 9, 30), claimed_cents=before, paid_cents=before
            ),
        ),
        rates=RateFacts(fringe=Decimal("0.25"), indirect=Decimal("0.12"), indirect_expires=_LAST),
    )  # fmt: skip


def _line(no: int, chance: random.Random) -> LineFacts:
    budget = chance.randrange(200_000, 20_000_000)
    months = [int(budget / 12 * chance.uniform(0.4, 1.5)) for _ in range(_PERIOD)]
    if chance.random() < 0.06:
        months[0] += int(budget * 0.4)
    prior, current = sum(months[:-1]), months[-1]
    category = {1: Category.PS, 2: Category.FRINGE, 3: Category.INDIRECT}.get(no, Category.OTPS)
    return LineFacts(
        no=no, category=category, title=f"{chance.choice(_WORDS)} / {chance.choice(_WORDS)}", budget_cents=budget,
        reported_budget_cents=budget, prior_cents=prior, current_cents=current, ytd_cents=prior + current,
        balance_cents=budget - prior - current, before_cents=prior, told_cents=prior,
    )  # fmt: skip


def _totals(rows: tuple[LineFacts, ...]) -> TotalsFacts:
    return TotalsFacts(
        budget_cents=sum(row.budget_cents for row in rows), prior_cents=sum(row.prior_cents for row in rows),
        current_cents=sum(row.current_cents for row in rows), ytd_cents=sum(row.ytd_cents for row in rows),
        balance_cents=sum(row.balance_cents for row in rows),
    )  # fmt: skip
