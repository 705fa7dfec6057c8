"""The fiscal workbook's row of each contract: its term, money, rates, posts and outcomes, and where its year will end.

Every figure that follows from others is a formula; what it comes to is what the review has.
"""

from collections.abc import Iterator

from models.fiscal.figures import Figures, figures, last_day_of, months_between, recent_months
from models.fiscal.packet import FiscalPacket
from models.fiscal.review_documents import spent_so_far
from models.fiscal.workbook_cells import FIRST_ROW, Cell, Formula, Layout
from models.fiscal.workbook_facts import ContractYear, YearBook
from models.fiscal.workbook_layouts import CLAIMS, CONTRACT, MONTH, MONTHS, PROJECTION, lines_layout
from models.shared.budgets import Category
from models.shared.calendar import months_after
from models.shared.money import half_up


def of_contract(layout: Layout, key: str, row: int) -> str:
    """A contract's cell on its own sheet, for a formula in a row that says where the contract stands there."""
    return f"INDEX({CONTRACT.whole(key)},{layout.at('place', row)})"


def place(layout: Layout, position: int, row: int) -> Formula:
    """Where a contract stands on its own sheet."""
    return Formula(f"=MATCH({layout.at('contract', row)},{CONTRACT.whole('contract')},0)", FIRST_ROW + position)


def contract_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a contract."""
    for row, contract in enumerate(book.contracts, FIRST_ROW):
        known = figures(contract.packet)
        yield CONTRACT.row({
            **_term(contract, known, row), **_report(contract, row), **_money(contract, known, row),
            **_spent_on(book, contract, row), **_told(book, contract, row),
        })  # fmt: skip


def _at(key: str, row: int) -> str:
    return CONTRACT.at(key, row)


def _term(contract: ContractYear, known: Figures, row: int) -> dict[str, Cell]:
    packet = contract.packet
    facts = packet.contract
    days, all_days = ((day - facts.first_day).days + 1 for day in (known.month_end, facts.last_day))
    first, last, ends = (_at(key, row) for key in ("first", "last", "ends"))
    return {
        "contract": contract.id, "provider": contract.provider, "contract_no": facts.contract_no,
        "first": facts.first_day, "last": facts.last_day, "active": facts.active_on, "as_of": packet.as_of,
        "ends": Formula(f"=MIN(EOMONTH({MONTH},0),{last})", known.month_end),
        "days": Formula(f"={ends}-{first}+1", days), "all_days": Formula(f"={last}-{first}+1", all_days),
        "elapsed": Formula(f"={_at('days', row)}/{_at('all_days', row)}", known.elapsed),
        "months": Formula(f"=(YEAR({MONTH})-YEAR({first}))*12+MONTH({MONTH})-MONTH({first})+1", known.months),
        "left": Formula(f"=(YEAR({last})-YEAR({MONTH}))*12+MONTH({last})-MONTH({MONTH})", months_left(packet)),
    }  # fmt: skip


def months_left(packet: FiscalPacket) -> int:
    """How many months of the term come after the one that is reviewed."""
    return len(months_between(packet.month, packet.contract.last_day)) - 1


def _report(contract: ContractYear, row: int) -> dict[str, Cell]:
    report = contract.packet.report
    this = f"{MONTHS.whole('contract')},{_at('contract', row)},{MONTHS.whole('month')},{MONTH}"
    came, ledger, posts = (f"SUMIFS({MONTHS.whole(key)},{this})" for key in ("received", "ledger", "posts"))
    has_ledger, has_posts = (f'COUNTIFS({this},{MONTHS.whole(key)},"<>")' for key in ("ledger", "posts"))
    return {
        "due": Formula(f"=EDATE({MONTH},1)+due_day-1", contract.packet.due_on),
        "received": Formula(f'=IF({came}=0,"",{came})', report.received_on if report else None),
        "reported": Formula(f'=IF({_at("received", row)}="","no","yes")', "yes" if report else "no"),
        "current": Formula(
            f'=IF({_at("reported", row)}="no","",SUMIFS({MONTHS.whole("total")},{this}))',
            contract.packet.current_cents if report else None,
        ),
        "ledger": Formula(f'=IF({has_ledger}=0,"",{ledger})', report.gl_total_cents if report else None),
        "paid_posts": Formula(f'=IF({has_posts}=0,"",{posts})', report.paid_fte if report else None),
    }  # fmt: skip


def _money(contract: ContractYear, known: Figures, row: int) -> dict[str, Cell]:
    packet = contract.packet
    claims = f"{CLAIMS.whole('contract')},{_at('contract', row)}"
    months = f'{MONTHS.whole("contract")},{_at("contract", row)},{MONTHS.whole("month")},"<="&{MONTH}'
    planned = MONTHS.whole("planned")
    return {
        "invoiced": Formula(f"=SUMIFS({CLAIMS.whole('claimed')},{claims})", known.invoiced_cents),
        "paid": Formula(f"=SUMIFS({CLAIMS.whole('paid')},{claims})", known.paid_cents),
        "advanced": packet.advanced_cents, "recouped": packet.recouped_cents,
        "out": Formula(f"={_at('advanced', row)}-{_at('recouped', row)}", known.advance_cents),
        "planned": Formula(
            f'=IF(COUNTIFS({months},{planned},"<>")={_at("months", row)},SUMIFS({planned},{months}),"")',
            known.planned_cents,
        ),
    }  # fmt: skip


def _spent_on(book: YearBook, contract: ContractYear, row: int) -> dict[str, Cell]:
    """What was spent, in all and by category, from the sheet of lines."""
    lines = lines_layout(book.months)

    def summed(column: str, *categories: Category) -> str:
        of = f"{lines.whole(column)},{lines.whole('contract')},{_at('contract', row)}"
        return "+".join(
            f"SUMIFS({of},{lines.whole('category')},\"{category}\")" for category in categories
        ) or f"SUMIFS({of})"  # fmt: skip

    def spent(*categories: Category) -> Formula:
        value = sum(line.spent_cents for line in contract.lines if line.category in categories)
        return Formula(f"={summed('spent', *categories)}", value)

    return {
        "budget": Formula(f"={summed('budget')}", contract.packet.budget_cents),
        "spent": Formula(f"={summed('spent')}", spent_so_far(contract.packet)),
        "salaries": spent(Category.PS), "fringe": spent(Category.FRINGE), "indirect": spent(Category.INDIRECT),
        "subs": spent(Category.SUBCONTRACT, Category.CONSULTANT),
    }  # fmt: skip


def _told(book: YearBook, contract: ContractYear, row: int) -> dict[str, Cell]:
    packet = contract.packet
    rates, outcomes = packet.rates, packet.outcomes
    since = months_after(packet.month, 1 - book.policy.disallowance_months)
    decided = [
        one for one in packet.invoices if one.decided_on and since <= one.decided_on <= last_day_of(packet.month)
    ]
    lately = (
        f"{CLAIMS.whole('contract')},{_at('contract', row)},{CLAIMS.whole('decided')},"
        f'">="&EDATE({MONTH},1-disallowance_months),{CLAIMS.whole("decided")},"<="&EOMONTH({MONTH},0)'
    )
    return {
        "fringe_rate": rates.fringe, "indirect_rate": rates.indirect, "indirect_until": rates.indirect_expires,
        "decided": Formula(f"=SUMIFS({CLAIMS.whole('claimed')},{lately})", sum(one.claimed_cents for one in decided)),
        "refused": Formula(
            f"=SUMIFS({CLAIMS.whole('refused')},{lately})", sum(one.disallowed_cents for one in decided)
        ),
        "posts": packet.budgeted_fte, "target": outcomes.target if outcomes else None,
        "verified": outcomes.verified if outcomes else None,
        "unit_cost": outcomes.unit_cost_cents if outcomes else None,
    }  # fmt: skip


def projection_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a contract: all ways to reckon its year's end, and what counts."""
    for row, contract in enumerate(book.contracts, FIRST_ROW):
        known = figures(contract.packet)
        copied = {
            key: Formula(f"={of_contract(PROJECTION, key, row)}", value) for key, value in (
                ("budget", contract.packet.budget_cents), ("spent", spent_so_far(contract.packet)),
                ("elapsed", known.elapsed), ("left", months_left(contract.packet)),
            )
        }  # fmt: skip
        yield PROJECTION.row({
            "contract": contract.id, "provider": contract.provider, **copied, **_ways(contract, known, row),
            **_year_end(contract, known, row), "place": place(PROJECTION, row - FIRST_ROW, row),
        })  # fmt: skip


def _if_reported(row: int, then: str) -> str:
    return f'=IF({of_contract(PROJECTION, "reported", row)}="no","",{then})'


def _ways(contract: ContractYear, known: Figures, row: int) -> dict[str, Cell]:
    packet = contract.packet
    spent, left = (PROJECTION.at(key, row) for key in ("spent", "left"))
    mine = f"{MONTHS.whole('contract')},{PROJECTION.at('contract', row)}"
    among = f'{mine},{MONTHS.whole("report")},"in",{MONTHS.whole("later")},"<3"'
    after = f'{mine},{MONTHS.whole("month")},">"&{MONTH}'
    days, all_days = (of_contract(PROJECTION, key, row) for key in ("days", "all_days"))
    planned, covers = MONTHS.whole("planned"), f'COUNTIFS({after},{MONTHS.whole("planned")},"<>")={left}'
    total, counted = PROJECTION.at("recent", row), PROJECTION.at("counted", row)
    told, plan, elapsed = recent_months(packet), rest_of_plan(packet), known.elapsed
    values = {
        "pace": half_up(packet.spent_cents * elapsed.denominator, elapsed.numerator),
        "counted": len(told), "recent": sum(told),
        "by_recent": packet.spent_cents + half_up(sum(told) * months_left(packet), len(told)),
        "planned": plan, "by_plan": None if plan is None else packet.spent_cents + plan,
    }  # fmt: skip
    texts = {
        "pace": f"ROUND({spent}*{all_days}/{days},2)", "counted": f"COUNTIFS({among})",
        "recent": f"SUMIFS({MONTHS.whole('total')},{among})",
        "by_recent": f"{spent}+ROUND({total}*{left}/{counted},2)",
        "planned": f'IF(AND({left}>0,{covers}),SUMIFS({planned},{after}),"")',
        "by_plan": f'IF({PROJECTION.at("planned", row)}="","",{spent}+{PROJECTION.at("planned", row)})',
    }  # fmt: skip
    return {
        key: Formula(_if_reported(row, text), values[key] if contract.reported else None) for key, text in texts.items()
    }


def rest_of_plan(packet: FiscalPacket) -> int | None:
    """What the provider plans for the months left, in cents; None where none is left or one is not planned."""
    plan = {row.month: row.amount_cents for row in packet.plan}
    rest = months_between(packet.month, packet.contract.last_day)[1:]
    return sum(plan[month] for month in rest) if rest and plan.keys() >= set(rest) else None


def _year_end(contract: ContractYear, known: Figures, row: int) -> dict[str, Cell]:
    spent, left, pace, by_plan, by_recent = (
        PROJECTION.at(key, row) for key in ("spent", "left", "pace", "by_plan", "by_recent")
    )
    found = known.projection
    texts: dict[str, tuple[str, int | str]] = {
        "method": (
            f'IF({left}=0,"the year is over",IF({by_plan}<>"","provider\'s plan","pace so far"))', found.method,
        ),
        "projected": (f"IF({left}=0,{spent},IF({by_plan}<>\"\",{by_plan},{pace}))", found.cents),
        "least": (f"IF({left}=0,{spent},MIN({pace},{by_recent},{by_plan}))", found.least_cents),
        "most": (f"IF({left}=0,{spent},MAX({pace},{by_recent},{by_plan}))", found.most_cents),
        "apart": (
            f"{PROJECTION.at('budget', row)}-{PROJECTION.at('projected', row)}",
            contract.packet.budget_cents - found.cents,
        ),
    }  # fmt: skip
    return {
        key: Formula(_if_reported(row, text), value if contract.reported else None)
        for key, (text, value) in texts.items()
    }
