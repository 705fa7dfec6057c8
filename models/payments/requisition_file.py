"""Reads a requisition from a workbook, a CSV table or JSON: the whole form, or every mistake that is in the file."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from models.payments.forms import MOST_REQUISITIONS, Evidence, RequisitionForm, RequisitionLine
from models.shared.file_mistakes import FormError, Mistake
from models.shared.sheet_cells import CellReader, Slot, quoted, words
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
    keyed,
    labelled,
    plain,
    repeated,
    unlike,
)

HEAD_SHEET, LINES_SHEET = "Requisition", "Lines"
# Labels of the sheet “Requisition” and columns of “Lines” that tell the vendor something and are not read.
PROVIDER, FISCAL_YEAR, LINES_SUM = "Provider", "Fiscal year", "Sum of the lines"
SHOWN = ("Title", "Category", "Budget", "Approved so far", "Left")

HEAD = Names(
    {
        "contract_no": ("Contract number", "contract", "contract id"),
        "number": ("Requisition number", "requisition no", "requisition"),
        "revision": ("Revision", "revision number"),
        "invoice_no": ("Invoice number", "invoice"),
        "invoice_date": ("Invoice date",),
        "service_from": ("Services from", "first day of service"),
        "service_to": ("Services to", "last day of service"),
        "place": ("Place of service",),
        "description": ("Description of services", "requisition description"),
        "payee_address": ("Payee address",),
        "total": ("Total claimed", "invoice total", "total amount"),
        "is_contract_change": ("Contract change", "for a contract change"),
    },
    frozenset({PROVIDER, FISCAL_YEAR, LINES_SUM}),
)
_ONE_EVIDENCE = {str(word): (word.replace("_", " ").capitalize(),) for word in Evidence}
LINE = Names(
    {
        "no": ("Line", "line no", "line number"),
        "budget_line": ("Budget line", "budget line no", "budget line number"),
        "amount": ("Amount", "amount claimed", "line amount"),
        "sales_tax": ("Sales tax",),
        "description": ("Description", "line description"),
        "evidence": ("Evidence",),
        **_ONE_EVIDENCE,
        "supplier": ("Supplier",),
        "units": ("Units",),
        "service_from": ("Services from", "line service from", "line services from"),
        "service_to": ("Services to", "line service to", "line services to"),
        "credit_of": ("Credit of invoice", "credit of"),
    },
    frozenset(SHOWN),
)
# In one flat table the days and the description of the whole requisition have the plain titles.
_SHARED = ("description", "service_from", "service_to")
_FLAT_HEAD = {f"head {field}": (*wordings, field) for field, wordings in HEAD.wordings.items()}
_FLAT = Names(
    _FLAT_HEAD
    | {field: wordings for field, wordings in LINE.wordings.items() if field not in _SHARED}
    | {f"line {field}": (LINE.wordings[field][1], f"line {field}") for field in _SHARED},
    LINE.passed_over,
)
# What stands in a line of the template before the vendor has written anything.
_PREFILLED = ("no", "budget_line")
_NEEDED = ("no", "budget_line", "amount")


def requisition_from_workbook(sheets: Sequence[tuple[str, Sequence[Cells]]], mark: Marks = plain) -> RequisitionForm:
    """The requisition of a workbook with the sheets “Requisition” and “Lines”. Raises FormError.

    A line of the template in which the vendor wrote nothing is left out.
    """
    mistakes: list[Mistake] = []
    head = labelled(find_page(sheets, HEAD_SHEET, mark), HEAD, mistakes)
    table = find_table(find_page(sheets, LINES_SHEET, mark), LINE, _NEEDED, mistakes)
    lines = [line for line in table.rows() if _is_filled(line)]
    check_shown([head, *lines], mistakes)
    return _form(head, lines, (HEAD_SHEET, table.page.name), mistakes)


def _is_filled(line: Values) -> bool:
    return any(not slot.is_empty for field, slot in line.items() if field not in _PREFILLED)


def requisition_from_table(sheet: tuple[str, Sequence[Cells]], mark: Marks = plain) -> RequisitionForm:
    """The requisition of one flat table, the values of its head repeated on each line. Raises FormError.

    On later lines the head may be left empty, but it may not say anything else than the first.
    """
    mistakes: list[Mistake] = []
    page = Page(sheet[0], sheet[1], mark)
    table = find_table(page, _FLAT, _NEEDED, mistakes)
    rows = table.rows()
    check_number(len(rows), page.name, "requisition")
    head = repeated(rows, {field: _FLAT.label(field) for field in _FLAT_HEAD}, mistakes)
    lines = [{f.removeprefix("line "): slot for f, slot in row.items() if f not in _FLAT_HEAD} for row in rows]
    named = {field.removeprefix("head "): slot for field, slot in head.items()}
    return _form(named, lines, (page.name, page.name), mistakes)


def requisitions_from_json(value: Any) -> tuple[RequisitionForm, ...]:
    """The requisitions of a JSON object or a list of them. Raises FormError with the mistakes of all."""
    several = isinstance(value, list)
    objects = value if several else [value]
    if not objects or len(objects) > MOST_REQUISITIONS:
        text = f"The file has {len(objects):,} requisitions; 1 to {MOST_REQUISITIONS} are taken at a time."
        raise FormError([Mistake("", "", text)])
    forms: list[RequisitionForm] = []
    mistakes: list[Mistake] = []
    for number, item in enumerate(objects, 1):
        place = f"Requisition {number}" if several else "Requisition"
        try:
            forms.append(_from_object(item, place))
        except FormError as error:
            mistakes += error.mistakes
    keys = [(form.number, form.revision) for form in forms]
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        mistakes.append(Mistake("", "", f"Requisition {key[0]}, revision {key[1]}, is in the file more than once."))
    if mistakes:
        raise FormError(mistakes)
    return tuple(forms)


def _from_object(item: Any, place: str) -> RequisitionForm:
    lines = item.get("lines") if isinstance(item, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        text = "An object with a list “lines” of objects is needed, one object for each line."
        raise FormError([Mistake(place, "", text)])
    check_number(len(lines), place, "requisition")
    mistakes: list[Mistake] = []
    head = keyed({key: value for key, value in item.items() if key != "lines"}, HEAD, place, mistakes)
    found = [keyed(line, LINE, f"{place}, line {number}", mistakes) for number, line in enumerate(lines, 1)]
    places = [f"{place}, line {number}" for number in range(1, len(lines) + 1)]
    needed = [
        {field: Slot("", "", f"{where}, “{field}”") for field in _NEEDED} | dict(line)
        for where, line in zip(places, found, strict=True)
    ]
    return _form(head, needed, (place, place), mistakes)


def _form(head: Values, lines: Sequence[Values], sheets: tuple[str, str], mistakes: list[Mistake]) -> RequisitionForm:
    check_number(len(lines), sheets[1], "requisition")
    reader = CellReader(mistakes)
    facts = _head(head, sheets[0], reader)
    found = [_line(line, head, reader) for line in lines]
    unlike([line["no"] for line in found], [line["no"] for line in lines], reader)
    if mistakes:
        raise FormError(mistakes)
    return RequisitionForm.model_validate(facts | {"lines": [RequisitionLine.model_validate(line) for line in found]})


def _head(head: Values, sheet: str, reader: CellReader) -> dict[str, object]:
    missing = {field: Slot("", sheet, "") for field in HEAD.wordings}
    at = missing | dict(head)
    texts = ("contract_no", "invoice_no", "place", "description", "payee_address")
    start, end = (reader.day(at[field], HEAD.label(field).lower()) for field in ("service_from", "service_to"))
    reader.order(start, end, at["service_to"])
    return {
        "number": reader.needed_text(at["number"], "requisition number"),
        "revision": 1 if at["revision"].is_empty else reader.counting(at["revision"], "revision"),
        **{field: reader.text(at[field], HEAD.label(field).lower()) for field in texts},
        "invoice_date": reader.day(at["invoice_date"], "invoice date"),
        "service_from": start,
        "service_to": end,
        "total_cents": reader.amount(at["total"], "total"),
        "is_contract_change": reader.yes_no(at["is_contract_change"], "contract change"),
    }


def _line(line: Values, head: Values, reader: CellReader) -> dict[str, object]:
    at = {field: Slot("", "", "") for field in LINE.wordings} | dict(line)
    amount = reader.amount(at["amount"], "amount")
    facts: dict[str, object] = {
        "no": reader.counting(at["no"], "line number"),
        "budget_line": reader.counting(at["budget_line"], "budget line"),
        "amount_cents": amount,
        "sales_tax_cents": _sales_tax(at["sales_tax"], amount, reader),
        "evidence": _evidence(at, reader),
        "units": None if at["units"].is_empty else reader.whole(at["units"], "units"),
        **{field: reader.text(at[field], LINE.label(field).lower()) for field in ("description", "supplier")},
        "credit_of": reader.text(at["credit_of"], "invoice of the credit"),
    }
    return facts | _days(at, head, reader)


def _sales_tax(slot: Slot, amount: int, reader: CellReader) -> int:
    """The tax within a line's amount; nothing written is none. Only a line that gives money back has a negative one."""
    tax = 0 if slot.is_empty else reader.amount(slot, "sales tax")
    if tax < 0 <= amount:
        reader.wrong(slot, "The sales tax is negative on a line that claims money. Write it without a sign.")
    return tax


def _days(at: Values, head: Values, reader: CellReader) -> dict[str, object]:
    """A line's own days of service; where it has one of them, the other is the requisition's."""
    start = reader.day(at["service_from"], "first day of service")
    end = reader.day(at["service_to"], "last day of service")
    if start or end:
        silent = CellReader()
        whole = {field: silent.day(head[field], "") for field in ("service_from", "service_to") if field in head}
        slot = at["service_to"] if end else at["service_from"]
        reader.order(start or whole.get("service_from"), end or whole.get("service_to"), slot)
    return {"service_from": start, "service_to": end}


def _evidence(at: Values, reader: CellReader) -> tuple[Evidence, ...]:
    """What the column “Evidence” names, and each kind that has a column of its own with a yes in it."""
    ticked = [word for word in Evidence if reader.yes_no(at[word], LINE.label(word).lower())]
    return tuple(dict.fromkeys(chain(_named(at["evidence"], reader), ticked)))


def _named(slot: Slot, reader: CellReader) -> Iterator[Evidence]:
    """The papers that are named in one cell, separated by commas or semicolons."""
    named = slot.value if isinstance(slot.value, list) else re.split(r"[,;]", reader.text(slot, "evidence"))
    for name in filter(None, map(words, named)):
        word = re.sub(r"[\s-]+", "_", name.casefold())
        if word in set(Evidence):
            yield Evidence(word)
        else:
            reader.wrong(slot, f"{quoted(name)} is not a known kind of evidence. Known: {', '.join(Evidence)}.")
