"""Reads the tracker of fiscal facts from a CSV table: every fact, or every mistake that is in the file."""

from collections.abc import Sequence

from models.fiscal.forms import FactForm, FactKind
from models.shared.file_mistakes import FormError, Mistake
from models.shared.sheet_cells import CellReader, Slot
from models.shared.sheet_layouts import Cells, Names, Page, Values, check_number, find_table, plain

FACT = Names(
    {
        "contract_no": ("contract_no", "Contract number", "contract", "contract id"),
        "fact": ("fact",),
        "month": ("month",),
        "amount": ("amount",),
        "value": ("value",),
    }
)
# What each kind tells, besides the contract; the other cells of its row stay empty.
_TOLD: dict[FactKind, tuple[str, ...]] = {
    FactKind.PLANNED_MONTH: ("month", "amount"),
    FactKind.BUDGETED_FTE: ("value",),
    FactKind.OUTCOME_TARGET: ("value", "amount"),
    FactKind.OUTCOMES_VERIFIED: ("month", "value"),
}
_WHOLE = (FactKind.OUTCOME_TARGET, FactKind.OUTCOMES_VERIFIED)


def facts_from_table(sheet: tuple[str, Sequence[Cells]]) -> tuple[FactForm, ...]:
    """The facts of one table, in its order. Raises FormError; the same fact told twice is a mistake as well."""
    mistakes: list[Mistake] = []
    page = Page(sheet[0], sheet[1], plain)
    rows = find_table(page, FACT, tuple(FACT.wordings), mistakes).rows()
    if not rows:
        check_number(0, page.name, "tracker")
    reader = CellReader(mistakes)
    seen: dict[tuple[object, ...], Slot] = {}
    found = []
    for row in rows:
        fact = _fact(row, reader)
        key = (str(fact["contract_no"]).casefold(), fact["kind"], fact.get("month"))
        first = seen.setdefault(key, row["fact"])
        if first is not row["fact"] and fact["kind"]:
            reader.wrong(row["fact"], f"The same fact stands in {first.cell} already. Leave one of them.")
        found.append(fact)
    if mistakes:
        raise FormError(mistakes)
    return tuple(map(FactForm.model_validate, found))


def _fact(row: Values, reader: CellReader) -> dict[str, object]:
    kind = reader.word(row["fact"], FactKind, "fact")
    fact: dict[str, object] = {
        "contract_no": reader.needed_text(row["contract_no"], "contract number"),
        "kind": kind,
    }
    if kind is None:
        return fact
    for field in ("month", "amount", "value"):
        if field in _TOLD[kind]:
            fact |= _told(field, row[field], kind, reader)
        elif not row[field].is_empty:
            reader.wrong(row[field], f"A fact {kind} has no {field}. Clear this cell.")
    return fact


def _told(field: str, slot: Slot, kind: FactKind, reader: CellReader) -> dict[str, object]:
    if field == "month":
        return {"month": reader.month(slot, "month")}
    if field == "amount":
        return {"amount_cents": reader.not_negative(slot, "amount")}
    return {"value": reader.whole(slot, "value") if kind in _WHOLE else reader.number(slot, "value")}
