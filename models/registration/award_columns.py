"""The header of an award list: the wordings of different years, and the sheet and row where the header stands."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Cells = Sequence[object]
NEEDED = ("legal_name", "amount", "agency")
# Titles and notes stand above the header, never this many rows of them.
HEADER_WITHIN = 100

# Each field: its name for people, the wordings that mean it for certain, and those that mean it where none of the
# first stand. Source: the Council's disclosure files FY2013-FY2027 and its open data set (domain section 17.2).
_WORDINGS: dict[str, tuple[str, str, str]] = {
    "mocs_id": ("MOCS ID", "MOCS ID|MOCS ID Number|MOCS Number|MOCS No", "MOCS|Award ID"),
    "fiscal_year": ("fiscal year", "Fiscal Year|FY", "Year|Budget Year"),
    "source": ("source", "Source|Funding Source", "Initiative|Initiative Name|Funding Type"),
    "council_member": ("Council Member", "Council Member|Council Members", "Member|Members|Sponsor|CM"),
    "legal_name": (
        "legal name",
        "Legal Name|Legal Name of Organization|Legal Name of Organization Requesting Funding|Organization Legal Name|"
        "Grantee Legal Name|Legal Name of Grantee",
        "Organization|Organization Name|Name of Organization|Grantee|Grantee Name|Provider|Vendor|Recipient",
    ),
    "ein": (
        "EIN",
        "EIN|Tax ID|EIN Number|EIN Tax ID|Tax ID EIN|Tax ID Number|Federal Tax ID|Federal EIN|FEIN|Organization EIN|"
        "Grantee EIN|Employer Identification Number|Employer Identification Number EIN",
        "TIN|Grantee Tax ID",
    ),
    "status": ("status", "Status|Award Status|Clearance Status", "MOCS Status|MOCS Clearance Status"),
    "amount": (
        "amount",
        "Amount|Amount USD|Amount in Dollars|Award Amount|Amount Awarded|Amount of Award",
        "Award|Funding|Funding Amount|Designation|Designation Amount|Dollar Amount|Total Amount|Allocation",
    ),
    "agency": ("agency", "Agency", "Agency Name|City Agency|Agency Code|Agency Acronym|Administering Agency"),
    "program_name": ("program", "Program Name", "Program|Project|Project Name|Program Project Name"),
    "street": (
        "address",
        "Address|Address 1|Street Address|Street Address 1|Grantee Street Address|Grantee Street Address 1",
        "Grantee Address|Organization Address|Street|Address Line 1",
    ),
    "street_2": (
        "second address line",
        "Address 2|Address 2 Optional|Street Address 2|Grantee Street Address 2",
        "Address Line 2|Suite",
    ),
    "city": ("city", "City", "Grantee City|Town"),
    "state": ("state", "State", "Grantee State"),
    "postcode": (
        "postal code",
        "Postcode|Postal Code|Zip|Zip Code",
        "Grantee Zip|Grantee Postal Code|Grantee Zip Code",
    ),
    "purpose": ("purpose", "Purpose of Funds", "CM Purpose of Funds|Purpose to be Listed in Schedule C|Purpose"),
    "conduit_name": (
        "fiscal conduit",
        "Fiscal Conduit|Fiscal Conduit Name|Fiscal Conduit Legal Name",
        "Conduit|FC Name|Fiscal Sponsor|Fiscal Conduit Organization",
    ),
    "conduit_ein": (
        "fiscal conduit's EIN",
        "Fiscal Conduit EIN|FC EIN|Fiscal Conduit Tax ID",
        "Conduit EIN|FC Tax ID|Fiscal Sponsor EIN",
    ),
}
# A second column of these is a convenience (a short purpose beside a long one); the first one counts.
_LENIENT = {"street", "street_2", "city", "state", "postcode", "purpose"}
_YEAR_WORD = re.compile(r"^(?:fy|fiscalyear)\d{2,4}(?=[a-z])")


class ListProblem(NamedTuple):
    """Why a list cannot be imported at all: one plain sentence or two, with the way out."""

    sentence: str


@dataclass(frozen=True)
class Header:
    """Where the header stands: the sheet, the index of its row, its cells, and the column index of each field."""

    sheet: str
    row: int
    titles: tuple[str, ...]
    at: Mapping[str, int]

    def column(self, field: str) -> str:
        """The title and letter of a field's column, for messages: `“Amount” (column H)`."""
        index = self.at[field]
        return f"“{self.titles[index]}” (column {column_letter(index)})"


def squash(text: str) -> str:
    """Letters and digits alone, without case: what two wordings of one title have in common."""
    return "".join(char for char in text.casefold() if char.isalnum())


_FIELDS = {
    squash(wording): (rank, field)
    for field, (_, *ranks) in _WORDINGS.items()
    for rank, wordings in enumerate(ranks)
    for wording in wordings.split("|")
}


def column_letter(index: int) -> str:
    """The letter of a column as the spreadsheet shows it; 0 is A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def match_titles(cells: Cells) -> dict[str, list[tuple[int, int]]]:
    """The (rank, column index) of each title that a row's cells hold, by field; empty for a row of data."""
    found: dict[str, list[tuple[int, int]]] = {}
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and cell and len(cell) < 80:
            title = squash(cell)
            match = _FIELDS.get(title) or _FIELDS.get(_YEAR_WORD.sub("", title))
            if match:
                found.setdefault(match[1], []).append((match[0], index))
    return found


def find_header(sheets: Sequence[tuple[str, Sequence[Cells]]]) -> tuple[int, Header] | ListProblem:
    """The index of the one sheet that holds an award list, and its header; else what is missing and what to do."""
    found, nearest, most = [], None, 1
    for number, (name, rows) in enumerate(sheets):
        for at, cells in enumerate(rows[:HEADER_WITHIN]):
            fields = match_titles(cells)
            if all(field in fields for field in NEEDED):
                if any(_filled(row) for row in rows[at + 1 :]):
                    found.append((number, name, at, cells, fields))
                break
            if len(fields) > most:
                nearest, most = (name, at, cells, fields), len(fields)
    if len(found) > 1:
        return _two_lists([name for _, name, *_ in found])
    if not found:
        return _columns_missing(*nearest) if nearest else _no_header([name for name, _ in sheets])
    number, name, at, cells, fields = found[0]
    header = Header(name, at, tuple(_title(cell) for cell in cells), {f: min(where)[1] for f, where in fields.items()})
    return _ambiguous(header, fields) or (number, header)


def _filled(cells: Cells) -> bool:
    return any(cell not in ("", None) for cell in cells)


def _title(cell: object) -> str:
    return " ".join(str("" if cell is None else cell).split())


def _ambiguous(header: Header, fields: Mapping[str, list[tuple[int, int]]]) -> ListProblem | None:
    for field, where in fields.items():
        same = [index for rank, index in where if rank == min(where)[0]]
        if len(same) > 1 and field not in _LENIENT:
            both = " and ".join(f"“{header.titles[index]}” (column {column_letter(index)})" for index in same[:2])
            return ListProblem(
                f"Sheet “{header.sheet}” has two columns for the {_WORDINGS[field][0]}: {both}. "
                "Remove or rename the one that does not count, and import the list again."
            )
    return None


def _columns_missing(name: str, at: int, cells: Cells, fields: Mapping[str, object]) -> ListProblem:
    missing = [field for field in NEEDED if field not in fields]
    wanted = " and ".join(f"the {_WORDINGS[field][0]}" for field in missing)
    titles = ", ".join(_title(cell) for cell in cells if _title(cell))
    examples = " and ".join(f"“{_WORDINGS[field][1].split('|')[0]}”" for field in missing)
    return ListProblem(
        f"Sheet “{name}” has no column for {wanted}. Its header in row {at + 1} has: {titles}. "
        f"Name the column {examples} in the header row, and import the list again."
    )


def _no_header(names: Sequence[str]) -> ListProblem:
    looked_at = ", ".join(f"“{name}”" for name in names)
    return ListProblem(
        f"No award list was found (looked at sheet {looked_at}). Put a header row above the awards with at least "
        "the columns “Legal Name”, “Amount” and “Agency”, and awards below it, and import the list again."
    )


def _two_lists(names: Sequence[str]) -> ListProblem:
    return ListProblem(
        f"More than one sheet looks like an award list: {' and '.join(f'“{name}”' for name in names)}. "
        "Save the one to be imported as a file of its own, and import that."
    )
