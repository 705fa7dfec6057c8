"""The fiscal workbook's requisitions: what was claimed, and how far the reports of the same months are from it."""

from collections.abc import Iterator
from fractions import Fraction

from models.fiscal.figures import last_day_of, months_between
from models.fiscal.packet import InvoiceFacts
from models.fiscal.workbook_cells import FIRST_ROW, Cell, Formula
from models.fiscal.workbook_contracts import of_contract, place
from models.fiscal.workbook_facts import ContractYear, YearBook
from models.fiscal.workbook_layouts import CLAIMS, MONTHS


def claim_rows(book: YearBook) -> Iterator[list[Cell]]:
    """A row a requisition."""
    row = FIRST_ROW
    for position, contract in enumerate(book.contracts):
        for invoice in contract.packet.invoices:
            yield CLAIMS.row({
                "contract": contract.id, "provider": contract.provider, "number": invoice.number,
                "first": invoice.service_from, "last": invoice.service_to, "claimed": invoice.claimed_cents,
                "paid": invoice.paid_cents, "decided": invoice.decided_on,
                "refused": invoice.disallowed_cents if invoice.decided_on else None,
                **_compared(contract, invoice, row), "place": place(CLAIMS, position, row),
            })  # fmt: skip
            row += 1


def compared(contract: ContractYear, invoice: InvoiceFacts) -> bool:
    """Whether a claim is for whole months that all have reports, as the review holds them beside each other."""
    facts = contract.packet.contract
    begins = invoice.service_from.day == 1 or invoice.service_from == facts.first_day
    ends = invoice.service_to in (facts.last_day, last_day_of(invoice.service_to.replace(day=1)))
    return begins and ends and contract.totals.keys() >= set(months_between(invoice.service_from, invoice.service_to))


def _together(contract: ContractYear, invoice: InvoiceFacts) -> list[InvoiceFacts]:
    """The claims that are held beside the same months as this one."""
    days = (invoice.service_from, invoice.service_to.replace(day=1))
    return [
        other for other in contract.packet.invoices
        if (other.service_from, other.service_to.replace(day=1)) == days and compared(contract, other)
    ]  # fmt: skip


def _difference(contract: ContractYear, invoice: InvoiceFacts) -> int:
    months = months_between(invoice.service_from, invoice.service_to)
    claimed = sum(other.claimed_cents for other in _together(contract, invoice))
    return sum(contract.totals[month] for month in months) - claimed


def part_of(contract: ContractYear, invoice: InvoiceFacts) -> Fraction:
    return Fraction(_difference(contract, invoice), len(_together(contract, invoice)))


def _compared(contract: ContractYear, invoice: InvoiceFacts, row: int) -> dict[str, Cell]:
    first, last, month, held, together, reported, shared = (
        CLAIMS.at(key, row) for key in ("first", "last", "month", "compared", "together", "reported", "shared")
    )
    mine = f"{MONTHS.whole('contract')},{CLAIMS.at('contract', row)},{MONTHS.whole('month')}"
    covered = f'{mine},">="&{first}-DAY({first})+1,{MONTHS.whole("month")},"<="&{month}'
    begins = f"OR(DAY({first})=1,{first}={of_contract(CLAIMS, 'first', row)})"
    ends = f"OR({last}=EOMONTH({last},0),{last}={of_contract(CLAIMS, 'last', row)})"
    count = f"(YEAR({last})-YEAR({first}))*12+MONTH({last})-MONTH({first})+1"
    same = (
        f"{CLAIMS.whole('contract')},{CLAIMS.at('contract', row)},{CLAIMS.whole('first')},{first},"
        f'{CLAIMS.whole("month")},{month},{CLAIMS.whole("compared")},"yes"'
    )
    texts: dict[str, str] = {
        "together": f"SUMIFS({CLAIMS.whole('claimed')},{same})",
        "reported": f"SUMIFS({MONTHS.whole('total')},{covered})", "apart": f"ABS({reported}-{together})",
        "shared": f"COUNTIFS({same})", "part": f"({reported}-{together})/{shared}",
    }  # fmt: skip
    values = _held_beside(contract, invoice) if compared(contract, invoice) else dict.fromkeys(texts)
    return {
        "month": Formula(f"={last}-DAY({last})+1", invoice.service_to.replace(day=1)),
        "compared": Formula(
            f'=IF(AND({begins},{ends},COUNTIFS({covered},{MONTHS.whole("report")},"in")={count}),"yes","no")',
            "yes" if compared(contract, invoice) else "no",
        ),
        **{key: Formula(f'=IF({held}="yes",{text},"")', values[key]) for key, text in texts.items()},
    }  # fmt: skip


def _held_beside(contract: ContractYear, invoice: InvoiceFacts) -> dict[str, int | Fraction | None]:
    same, apart = _together(contract, invoice), _difference(contract, invoice)
    claimed = sum(other.claimed_cents for other in same)
    return {
        "together": claimed, "reported": claimed + apart, "apart": abs(apart), "shared": len(same),
        "part": part_of(contract, invoice),
    }  # fmt: skip
