"""Reads the files that vendors send: requisitions (workbook, CSV, JSON) and a year's budget (workbook, CSV)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.payments.budget_file import budget_from_table, budget_from_workbook
from models.payments.forms import BudgetForm, FormError, Mistake, RequisitionForm
from models.payments.requisition_file import (
    requisition_from_table,
    requisition_from_workbook,
    requisitions_from_json,
)
from tasks.adapters.csv_text import decode
from tasks.adapters.file_limits import MEGABYTE, Limits, UnreadableFile
from tasks.adapters.payments.workbook_marks import WorkbookMarks, read_marks, with_macros
from tasks.adapters.spreadsheets import Sheet, read_sheets

# A filled template has some 30 kB; a scan or a photograph in it may take megabytes. Source: convention.
LIMITS = Limits(max_bytes=10 * MEGABYTE, max_unpacked_bytes=60 * MEGABYTE, max_cells=1_000_000)
REQUISITION_ENDINGS = (".xlsx", ".csv", ".json")
BUDGET_ENDINGS = (".xlsx", ".csv")
_MACRO_ENDINGS = (".xlsm", ".xltm", ".xlsb", ".xlam")
_ZIP, _COMPOUND = (b"PK\3\4", b"PK\5\6"), b"\xd0\xcf\x11\xe0"


def read_requisitions(path: Path, *, name: str = "") -> tuple[RequisitionForm, ...]:
    """The requisitions of a file: one of a workbook or a CSV table, one or more of JSON. Raises FormError.

    `name` is what the sender called the file. Nothing is taken of a file with a mistake in it.
    """
    name = name or path.name
    with _refused_as_mistake():
        _check_ending(name, REQUISITION_ENDINGS)
        if name.casefold().endswith(".json"):
            return requisitions_from_json(_read_json(path, name))
        sheets, marks = _read_tables(path, name)
        if marks is None:
            return (requisition_from_table(sheets[0]),)
        return (requisition_from_workbook(sheets, marks.mark),)


def read_budget(path: Path, *, name: str = "") -> BudgetForm:
    """The budget of a workbook or a CSV table. Raises FormError.

    `name` is what the sender called the file. Nothing is taken of a file with a mistake in it.
    """
    name = name or path.name
    with _refused_as_mistake():
        _check_ending(name, BUDGET_ENDINGS)
        sheets, marks = _read_tables(path, name)
        return budget_from_table(sheets[0]) if marks is None else budget_from_workbook(sheets, marks.mark)


@contextmanager
def _refused_as_mistake() -> Iterator[None]:
    """A file that cannot be opened is one mistake of the whole file."""
    try:
        yield
    except UnreadableFile as error:
        raise FormError([Mistake("", "", str(error))]) from error


def _check_ending(name: str, endings: tuple[str, ...]) -> None:
    ending = Path(name).suffix.casefold()
    if ending in _MACRO_ENDINGS:
        raise with_macros(name)
    if ending == ".xls":
        raise _old_workbook(name)
    if ending not in endings:
        raise UnreadableFile(f"{name} does not end in {' or '.join(endings)}. Send the filled-in template (.xlsx).")


def _old_workbook(name: str) -> UnreadableFile:
    # Which of its cells are formulas cannot be told, and a formula is no amount that anybody wrote.
    return UnreadableFile(
        f"{name} is a workbook of the old kind (.xls). Open it in Excel, save it as an Excel workbook (.xlsx), and "
        "send that."
    )


def _read_tables(path: Path, name: str) -> tuple[list[Sheet], WorkbookMarks | None]:
    """The sheets of a file, and what the cells of a workbook are; no marks for a text table. Told by its content."""
    sheets = read_sheets(path, limits=LIMITS, name=name)
    data = path.read_bytes()
    if data.startswith(_COMPOUND):
        raise _old_workbook(name)
    return sheets, read_marks(data, name) if data.startswith(_ZIP) else None


def _read_json(path: Path, name: str) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(LIMITS.max_bytes + 1)
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be opened ({error.strerror}). Check the name and the folder.") from error
    if len(data) > LIMITS.max_bytes:
        raise UnreadableFile(f"{name} is larger than {LIMITS.max_bytes // MEGABYTE} MB. Split it into several files.")
    try:
        # Amounts stay decimal, and what JSON has no word for (NaN) stays a word that is refused at its place.
        return json.loads(decode(data), object_pairs_hook=_each_key_once, parse_float=Decimal, parse_constant=str)
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            f"{name} is no JSON: {error.msg.lower()} in line {error.lineno}. It may be cut short; send it again, or "
            "send the filled-in template (.xlsx)."
        ) from error
    except _Twice as error:
        raise UnreadableFile(f"{name} says “{error}” twice for the same thing. Leave one of them.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{name} is no JSON that can be read. Send the filled-in template (.xlsx).") from error


class _Twice(ValueError):
    """One object has two values under one name."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found
