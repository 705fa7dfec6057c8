"""Turns the cells of one row into an award, or into every reason why it cannot be one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.registration.award_columns import Cells, Header
from models.registration.award_totals import money
from models.registration.awards import (
    AwardRow,
    EinError,
    derived_base,
    normalise_agency,
    normalise_ein,
    normalise_status,
    plain_text,
)
from models.shared.money import MoneyError

_MOCS_ID = re.compile(r"[A-Z]{0,4}[\s-]?\d[\dA-Z /-]*", re.IGNORECASE)
_OWN_YEAR = re.compile(r"FY\s?(\d\d)(?!\d)", re.IGNORECASE)
_YEAR_CELL = re.compile(r"(?:FY|Fiscal Year)?[\s'’]*(?:(?:20)?\d\d\s?[-/–]\s?)?((?:20)?\d\d)", re.IGNORECASE)
_PLAIN_FIELDS = ("source", "council_member", "program_name", "city", "state", "purpose", "conduit_name")


def cell_at(cells: Cells, index: int | None) -> object:
    """A row's cell; empty where the row is shorter than the header or the list has no such column."""
    return cells[index] if index is not None and index < len(cells) else ""


def is_mocs_id(text: str) -> bool:
    """True for `FY27 00001` and the numbers of older lists, not for words."""
    return bool(_MOCS_ID.fullmatch(text))


def own_year(mocs_id: str) -> int | None:
    """The fiscal year that a MOCS ID begins with; None where it has none."""
    found = _OWN_YEAR.match(mocs_id)
    return 2000 + int(found[1]) if found else None


def has_ein(text: str) -> bool:
    """True for text that is a well written EIN."""
    try:
        return bool(normalise_ein(text))
    except EinError:
        return False


@dataclass
class RowReader:
    """Reads the rows below one header. `year` counts where the list has no fiscal year of its own."""

    header: Header
    year: int | None
    aliases: Mapping[str, str]
    codes: dict[str, str] = field(default_factory=dict)

    def words(self, cells: Cells) -> dict[str, str]:
        """The text of each field that the header has a column for."""
        return {name: plain_text(cell_at(cells, index)) for name, index in self.header.at.items()}

    def award(self, row: int, cells: Cells, words: Mapping[str, str]) -> AwardRow | str:
        """The award of a row (its number in the spreadsheet), without its key, or the reasons against it."""
        reasons: list[str] = []
        if not any(map(str.isalnum, words["legal_name"])):
            reasons.append(f"{self.header.column('legal_name')} is empty: whose award is it?")
        amount = self._amount(cell_at(cells, self.header.at["amount"]), reasons)
        year = self._fiscal_year(words.get("fiscal_year", ""), reasons)
        eins = {name: self._ein(name, cells, reasons) for name in ("ein", "conduit_ein")}
        if not (words["agency"] or eins["ein"] or words.get("mocs_id") or reasons):
            reasons.append("neither an agency nor an EIN nor a MOCS ID: it may be a total, or cells may be missing")
        if reasons:
            return "; ".join(reasons)
        award = AwardRow(
            row=row,
            base_key=self.listed_base(words),
            fiscal_year=year,
            agency=self._agency(words["agency"]),
            agency_as_written=_as_written(cells, self.header.at["agency"]),
            legal_name=words["legal_name"],
            legal_name_as_written=_as_written(cells, self.header.at["legal_name"]),
            status=normalise_status(words.get("status", "")),
            amount_cents=amount,
            street=_no_zero(words.get("street", "")),
            street_2=_no_zero(words.get("street_2", "")),
            postcode=_postcode(words.get("postcode", "")),
            **eins,
            **{name: words.get(name, "") for name in _PLAIN_FIELDS},
        )
        return award if award.base_key else replace(award, base_key=derived_base(award))

    def listed_base(self, words: Mapping[str, str]) -> str:
        """The MOCS ID of a row, with its year where it does not say it itself; empty where the cell holds none."""
        own = words.get("mocs_id", "").upper()
        if not is_mocs_id(own):
            return ""
        return own if own_year(own) else f"FY{self._fiscal_year(words.get('fiscal_year', ''), []) % 100:02d} {own}"

    def _amount(self, cell: object, reasons: list[str]) -> int:
        if plain_text(cell) == "":
            reasons.append(f"{self.header.column('amount')} is empty")
            return 0
        try:
            return money(cell)
        except MoneyError as error:
            reasons.append(f"{self.header.column('amount')}: {error}")
            return 0

    def _fiscal_year(self, text: str, reasons: list[str]) -> int:
        found = _YEAR_CELL.fullmatch(text)
        if found:
            return 2000 + int(found[1]) % 100
        if text or self.year is None:
            reasons.append(f"{self.header.column('fiscal_year')}: “{text}” is not a fiscal year such as 2027")
            return 0
        return self.year

    def _ein(self, name: str, cells: Cells, reasons: list[str]) -> str:
        try:
            return normalise_ein(cell_at(cells, self.header.at.get(name)))
        except EinError as error:
            reasons.append(f"{self.header.column(name)}: {error}")
            return ""

    def _agency(self, text: str) -> str:
        if text not in self.codes:
            self.codes[text] = normalise_agency(text, self.aliases)
        return self.codes[text]


def _as_written(cells: Cells, index: int) -> str:
    cell = cell_at(cells, index)
    return cell if isinstance(cell, str) else plain_text(cell)


def _no_zero(text: str) -> str:
    """Lists write the number 0 where an address is unknown."""
    return "" if text in ("0", "0.0") else text


def _postcode(text: str) -> str:
    """Five digits, with the leading zero that a number lost; other text as it is."""
    code = _no_zero(text).removesuffix(".0")
    return code.zfill(5) if code.isdigit() and len(code) in (3, 4) else code
