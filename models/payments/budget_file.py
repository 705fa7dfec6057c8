"""Reads a year's budget from a workbook or a CSV table: the whole form, or every mistake that is in the file."""

from collections.abc import Sequence

from models.payments.forms import Basis, BudgetForm, BudgetLineForm
from models.payments.packet import Category
from models.shared.file_mistakes import FormError, Mistake
from models.shared.money import dollars
from models.shared.sheet_cells import CellReader, Slot, quoted
from models.shared.sheet_layouts import (
    Cells,
    Marks,
    Names,
    Page,
    Values,
    check_number,
    check_shown,
    find_page,
    find_table,
    labelled,
    plain,
    repeated,
    unlike,
)

BUDGET_SHEET = "Budget"
HEAD = Names(
    {
        "contract_no": ("Contract number", "contract", "contract id"),
        "fy": ("Fiscal year",),
    }
)
LINE = Names(
    {
        "no": ("Line", "line no", "line number", "budget line"),
        "category": ("Category",),
        "title": ("Title",),
        "amount": ("Amount", "Budget"),
        "basis": ("Basis",),
        "unit_price": ("Unit price", "price"),
        "units": ("Units",),
    }
)
_BOTH = Names({**HEAD.wordings, **LINE.wordings})
_NEEDED = ("no", "category", "title", "amount")
_YEARS = range(2000, 2100)


def budget_from_workbook(sheets: Sequence[tuple[str, Sequence[Cells]]], mark: Marks = plain) -> BudgetForm:
    """The budget of a workbook with the sheet “Budget”. Raises FormError."""
    return _budget(find_page(sheets, BUDGET_SHEET, mark))


def budget_from_table(sheet: tuple[str, Sequence[Cells]]) -> BudgetForm:
    """The budget of one text table. Raises FormError."""
    return _budget(Page(sheet[0], sheet[1], plain))


def _budget(page: Page) -> BudgetForm:
    """Contract number and fiscal year stand in columns of the table, the same on each line, or beside labels above."""
    mistakes: list[Mistake] = []
    table = find_table(page, _BOTH, _NEEDED, mistakes)
    above = labelled(page, HEAD, mistakes, until=table.header)
    rows = table.rows()
    check_number(len(rows), page.name, "budget")
    check_shown([above, *rows], mistakes)
    labels = {field: HEAD.label(field) for field in HEAD.wordings}
    reader = CellReader(mistakes)
    found = repeated([above, *rows], labels, mistakes)
    head = {field: Slot("", page.name, "") for field in labels} | dict(found)
    contract_no = reader.needed_text(head["contract_no"], "contract number")
    year = _fiscal_year(head["fy"], reader)
    lines = [_line(row, reader) for row in rows]
    unlike([line["no"] for line in lines], [row["no"] for row in rows], reader)
    if mistakes:
        raise FormError(mistakes)
    return BudgetForm(contract_no=contract_no, fy=year, lines=tuple(map(BudgetLineForm.model_validate, lines)))


def _fiscal_year(slot: Slot, reader: CellReader) -> int:
    """`2027`, `FY27` or `FY 2027`."""
    digits = reader.needed_text(slot, "fiscal year").upper().removeprefix("FY").strip()
    year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) in (2, 4) else 0
    year += 2000 if 0 < year < 100 else 0
    if digits and year not in _YEARS:
        reader.wrong(slot, f"{quoted(slot.value)} is not a fiscal year. Write it like 2027.")
    return year


def _line(row: Values, reader: CellReader) -> dict[str, object]:
    at = {field: Slot("", "", "") for field in LINE.wordings} | dict(row)
    amount = reader.not_negative(at["amount"], "amount")
    basis = Basis.LINE_ITEM if at["basis"].is_empty else reader.word(at["basis"], Basis, "basis")
    return {
        "no": reader.counting(at["no"], "line number"),
        "category": reader.word(at["category"], Category, "category"),
        "title": reader.needed_text(at["title"], "title"),
        "amount_cents": amount,
        "basis": basis,
        **_units(at, basis, amount, reader),
    }


def _units(at: Values, basis: Basis | None, amount: int, reader: CellReader) -> dict[str, int]:
    """Price and units, which a line that is paid by the unit must have, and no other may."""
    both = at["unit_price"], at["units"]
    if basis is not Basis.DELIVERABLE:
        for slot in both:
            if basis and not slot.is_empty:
                reader.wrong(slot, "Unit price and units are for lines that are paid by the unit. Write deliverable "
                                   "in the column “Basis”, or clear this cell.")  # fmt: skip
        return {}
    if not all(slot.cell for slot in both):
        reader.wrong(at["no"], "A line that is paid by the unit needs the columns “Unit price” and “Units”.")
        return {}
    before = len(reader.mistakes)
    price, units = reader.not_negative(both[0], "unit price"), reader.counting(both[1], "number of units")
    if len(reader.mistakes) == before and price * units != amount:
        text = f"{units:,} units at {dollars(price)} come to {dollars(price * units)}, not to {dollars(amount)}."
        reader.wrong(at["amount"], f"{text} Correct the amount, the price or the units.")
    return {"unit_price_cents": price, "units": units}
