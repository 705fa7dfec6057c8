"""Reads extracts of general ledgers from a CSV table: every month whole, or every mistake that is in the file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from models.fiscal.forms import MOST_ENTRIES, LedgerForm
from models.shared.file_mistakes import FormError, Mistake
from models.shared.sheet_cells import CellReader, Slot, squash
from models.shared.sheet_layouts import Cells, Names, Page, Values, check_number, find_table, plain

ENTRY = Names(
    {
        "contract_no": ("contract_no", "Contract number", "contract", "contract id"),
        "month": ("month",),
        "entry_date": ("entry_date", "date"),
        "account": ("account",),
        "description": ("description",),
        "amount": ("amount",),
    }
)
_NEEDED = ("contract_no", "month", "entry_date", "account", "amount")
_TOTALS = ("total", "totals", "grandtotal", "subtotal", "sum")


def ledgers_from_table(sheet: tuple[str, Sequence[Cells]]) -> tuple[LedgerForm, ...]:
    """The ledgers of one table, one for each contract and month in it, in the table's order. Raises FormError."""
    mistakes: list[Mistake] = []
    page = Page(sheet[0], sheet[1], plain)
    table = find_table(page, ENTRY, _NEEDED, mistakes)
    rows = table.rows()
    if not rows:
        check_number(0, page.name, "ledger")
    reader = CellReader(mistakes)
    months: dict[tuple[str, date | None], dict[str, Any]] = {}
    for row in rows:
        contract_no = reader.needed_text(row["contract_no"], "contract number")
        month = reader.month(row["month"], "month")
        kept = months.setdefault(
            (contract_no.casefold(), month), {"contract_no": contract_no, "month": month, "entries": []}
        )
        kept["entries"].append(_entry(row, month, reader))
    mistakes += _too_many(months.values(), page.name)
    if mistakes:
        raise FormError(mistakes)
    return tuple(map(LedgerForm.model_validate, months.values()))


def _too_many(months: Iterable[Mapping[str, Any]], sheet: str) -> Iterator[Mistake]:
    for kept in months:
        if len(kept["entries"]) > MOST_ENTRIES:
            text = f"{kept['contract_no']} has {len(kept['entries']):,} entries in one month; {MOST_ENTRIES:,} at most"
            yield Mistake(sheet, "", f"{text} are taken. Check that it is the extract of that month.")


def _entry(row: Values, month: date | None, reader: CellReader) -> dict[str, object]:
    description = row.get("description", Slot("", "", ""))
    for slot in (row["entry_date"], row["account"], description):
        if squash(slot.value) in _TOTALS:
            reader.wrong(slot, "A total stands among the entries. Remove its row; the month's total is worked out.")
            return {}
    day = reader.day(row["entry_date"], "entry date")
    if row["entry_date"].is_empty:
        reader.wrong(row["entry_date"], "The entry date is missing. Write the year, month and day.")
    elif day and month and day.replace(day=1) != month:
        text = f"The entry of {day.isoformat()} does not lie in the month that its row says."
        reader.wrong(row["entry_date"], f"{text} Correct the date or the month.")
    return {
        "entry_date": day,
        "account": reader.needed_text(row["account"], "account"),
        "description": reader.text(description, "description"),
        "amount_cents": reader.amount(row["amount"], "amount"),
    }
