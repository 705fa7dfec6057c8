"""Opens the files that providers send: filled-in workbooks and text tables; anything else is one mistake of the file.

A workbook is plain (.xlsx), without macros, and what its cells are besides their values is known.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.shared.file_mistakes import FormError, Mistake
from tasks.adapters.file_limits import MEGABYTE, Limits, UnreadableFile
from tasks.adapters.spreadsheets import Sheet, read_sheets
from tasks.adapters.workbook_marks import WorkbookMarks, read_marks, with_macros

# A filled template has some 30 kB; a scan or a photograph in it may take megabytes. Source: convention.
LIMITS = Limits(max_bytes=10 * MEGABYTE, max_unpacked_bytes=60 * MEGABYTE, max_cells=1_000_000)
_MACRO_ENDINGS = (".xlsm", ".xltm", ".xlsb", ".xlam")
_ZIP, _COMPOUND = (b"PK\3\4", b"PK\5\6"), b"\xd0\xcf\x11\xe0"


@contextmanager
def refused_as_mistake() -> Iterator[None]:
    """A file that cannot be opened is one mistake of the whole file. Raises FormError."""
    try:
        yield
    except UnreadableFile as error:
        raise FormError([Mistake("", "", str(error))]) from error


def check_ending(name: str, endings: tuple[str, ...]) -> None:
    """Raises UnreadableFile for a file whose name ends in nothing that is taken."""
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


def read_tables(path: Path, name: str, limits: Limits = LIMITS) -> tuple[list[Sheet], WorkbookMarks | None]:
    """The sheets of a file, and what the cells of a workbook are; no marks for a text table. Told by its content.

    Raises UnreadableFile.
    """
    sheets = read_sheets(path, limits=limits, name=name)
    data = path.read_bytes()
    if data.startswith(_COMPOUND):
        raise _old_workbook(name)
    return sheets, read_marks(data, name) if data.startswith(_ZIP) else None
