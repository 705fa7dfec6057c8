"""Reads the files of the fiscal review: reports (workbook, CSV), ledgers and facts (CSV)."""

from pathlib import Path

from models.fiscal.fact_file import facts_from_table
from models.fiscal.forms import FactForm, LedgerForm
from models.fiscal.ledger_file import ledgers_from_table
from models.fiscal.report_file import FiledReport, report_from_workbook, reports_from_table
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.sent_files import check_ending, read_tables, refused_as_mistake
from tasks.adapters.spreadsheets import Sheet

REPORT_ENDINGS = (".xlsx", ".csv")
TABLE_ENDINGS = (".csv",)


def read_reports(path: Path, *, name: str = "") -> tuple[FiledReport, ...]:
    """The reports of a file: one of a workbook, one or more of a CSV table. Raises FormError.

    `name` is what the sender called the file. Nothing is taken of a file with a mistake in it.
    """
    name = name or path.name
    with refused_as_mistake():
        check_ending(name, REPORT_ENDINGS)
        sheets, marks = read_tables(path, name)
        return reports_from_table(sheets[0]) if marks is None else (report_from_workbook(sheets, marks.mark),)


def read_ledgers(path: Path, *, name: str = "") -> tuple[LedgerForm, ...]:
    """The ledgers of a CSV table, one for each contract and month. Raises FormError, as `read_reports` does."""
    with refused_as_mistake():
        return ledgers_from_table(_text_table(path, name or path.name))


def read_facts(path: Path, *, name: str = "") -> tuple[FactForm, ...]:
    """The facts of a CSV table. Raises FormError, as `read_reports` does."""
    with refused_as_mistake():
        return facts_from_table(_text_table(path, name or path.name))


def _text_table(path: Path, name: str) -> Sheet:
    if Path(name).suffix.casefold() not in TABLE_ENDINGS:
        raise UnreadableFile(f"{name} does not end in .csv. Save the table as CSV and send that.")
    sheets, marks = read_tables(path, name)
    if marks is not None:
        raise UnreadableFile(f"{name} is a workbook. Save its table as CSV and send that.")
    return sheets[0]
