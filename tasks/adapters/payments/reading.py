"""Reads the files that vendors send: requisitions (workbook, CSV, JSON) and a year's budget (workbook, CSV)."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from models.payments.budget_file import budget_from_table, budget_from_workbook
from models.payments.forms import BudgetForm, RequisitionForm
from models.payments.requisition_file import (
    requisition_from_table,
    requisition_from_workbook,
    requisitions_from_json,
)
from tasks.adapters.csv_text import decode
from tasks.adapters.file_limits import MEGABYTE, UnreadableFile
from tasks.adapters.sent_files import LIMITS, check_ending, read_tables, refused_as_mistake

REQUISITION_ENDINGS = (".xlsx", ".csv", ".json")
BUDGET_ENDINGS = (".xlsx", ".csv")


def read_requisitions(path: Path, *, name: str = "") -> tuple[RequisitionForm, ...]:
    """The requisitions of a file: one of a workbook or a CSV table, one or more of JSON. Raises FormError.

    `name` is what the sender called the file. Nothing is taken of a file with a mistake in it.
    """
    name = name or path.name
    with refused_as_mistake():
        check_ending(name, REQUISITION_ENDINGS)
        if name.casefold().endswith(".json"):
            return requisitions_from_json(_read_json(path, name))
        sheets, marks = read_tables(path, name)
        if marks is None:
            return (requisition_from_table(sheets[0]),)
        return (requisition_from_workbook(sheets, marks.mark),)


def read_budget(path: Path, *, name: str = "") -> BudgetForm:
    """The budget of a workbook or a CSV table. Raises FormError.

    `name` is what the sender called the file. Nothing is taken of a file with a mistake in it.
    """
    name = name or path.name
    with refused_as_mistake():
        check_ending(name, BUDGET_ENDINGS)
        sheets, marks = read_tables(path, name)
        return budget_from_table(sheets[0]) if marks is None else budget_from_workbook(sheets, marks.mark)


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
