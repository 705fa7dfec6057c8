"""Reads an award list: every row becomes an award, a rejected row with its reason, a printed total or a note."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from models.registration.award_cells import RowReader, cell_at, has_ein, is_mocs_id, own_year
from models.registration.award_columns import Cells, Header, ListProblem, find_header, match_titles, squash
from models.registration.award_totals import (
    NoteRow,
    PrintedTotal,
    Reconciliation,
    is_note,
    is_plain_total,
    is_total,
    read_total,
    reconcile,
    sentence,
)
from models.registration.awards import AwardRow, derived_base, plain_text

_YEAR_IN_TITLE = re.compile(
    r"(?<![a-z])(?:FY|fiscal(?:\s+year)?)[\s'’_-]*(20\d\d|\d\d)(?:\s?[-/–]\s?(20\d\d|\d\d))?(?!\d)", re.IGNORECASE
)
# What describes an award beside its name, its EIN and its amount.
_DESCRIBING = ("source", "council_member", "status", "agency", "program_name", "purpose", "street", "city", "state")


@dataclass(frozen=True)
class RejectedRow:
    """A row that could not be imported: its number in the spreadsheet, every reason, its cells as they were.

    `base_key` is the MOCS ID in it, so that the award it means is not taken for one that vanished; empty without one.
    """

    row: int
    reason: str
    cells: tuple[object, ...]
    base_key: str = ""


@dataclass(frozen=True)
class AwardList:
    """A list that was read. Each row below the header that is not blank stands in exactly one of the four groups."""

    sheet: str
    header: tuple[str, ...]
    rows: tuple[AwardRow, ...]
    rejected: tuple[RejectedRow, ...]
    notes: tuple[NoteRow, ...]
    reconciliation: Reconciliation

    @property
    def totals(self) -> tuple[PrintedTotal, ...]:
        """The totals that the list prints, each compared with the sum that it names."""
        return self.reconciliation.totals

    @property
    def file_total_cents(self) -> int | None:
        """The total that the list prints over all its awards; None where it prints none."""
        return self.reconciliation.file_total_cents

    @property
    def reconciles(self) -> bool | None:
        """Whether the printed totals agree with the awards; None where no total is printed."""
        return self.reconciliation.reconciles

    @property
    def rows_read(self) -> int:
        """Rows below the header that are not blank."""
        return len(self.rows) + len(self.rejected) + len(self.totals) + len(self.notes)

    @cached_property
    def amount_cents(self) -> int:
        """The sum of all awards as the list states them."""
        return sum(award.amount_cents for award in self.rows)

    @property
    def reconciliation_sentence(self) -> str:
        """What comparing the printed totals showed, for the person who imports the list."""
        return sentence(self.reconciliation, self.amount_cents)


def parse_award_list(
    sheets: Sequence[tuple[str, Sequence[Cells]]], *, fiscal_year: int | None, agency_aliases: Mapping[str, str]
) -> AwardList | ListProblem:
    """The awards of a list given as (sheet name, rows), row n of the spreadsheet at index n - 1.

    `fiscal_year` counts where the list has no such column. Keys are not assigned yet. A list that cannot be read at
    all is returned as a ListProblem with one plain sentence.
    """
    found = find_header(sheets)
    if isinstance(found, ListProblem):
        return found
    number, header = found
    rows = sheets[number][1]
    year = fiscal_year or _year_of_list(header, rows)
    if year is None and "fiscal_year" not in header.at:
        return ListProblem(
            f"Sheet “{header.sheet}” does not say which fiscal year its awards belong to. Import it again with the "
            "year, for example --fiscal-year 2016, or add a column “Fiscal Year”."
        )
    reading = _Reading(header, RowReader(header, year, agency_aliases), _names(header, rows, agency_aliases))
    for index in range(header.row + 1, len(rows)):
        reading.take(index + 1, rows[index])
    return reading.result()


def _year_of_list(header: Header, rows: Sequence[Cells]) -> int | None:
    """The one fiscal year that the sheet's name and title rows speak of, or else its MOCS IDs; None if not one."""
    above = [plain_text(cell) for cells in rows[: header.row] for cell in cells]
    years = {_year(found[2], found[1]) for text in (header.sheet, *above) for found in _YEAR_IN_TITLE.finditer(text)}
    if "mocs_id" in header.at:
        ids = (plain_text(cell_at(cells, header.at["mocs_id"])) for cells in rows[header.row + 1 :])
        years |= {year for year in map(own_year, ids) if year}
    return years.pop() if len(years) == 1 else None


def _year(second: str | None, first: str) -> int:
    """`FY27` is 2027, `FY26-27` too; in `FY27-07-01` the second number is a month."""
    year = int(first) % 100
    return 2000 + (year + 1 if second and int(second) % 100 == year + 1 else year)


def _names(header: Header, rows: Sequence[Cells], aliases: Mapping[str, str]) -> frozenset[str]:
    """Squashed names of the agencies, statuses, sources and members of a list: what a total may be printed for."""
    columns = [header.at[name] for name in ("agency", "status", "source", "council_member") if name in header.at]
    listed = {plain_text(cell_at(cells, index)) for cells in rows[header.row + 1 :] for index in columns}
    return frozenset(squash(name) for name in (*listed, *aliases, *aliases.values()) if name and not is_total(name))


@dataclass
class _Reading:
    """The state of one pass over the rows below a header. `names` are what totals may be printed for."""

    header: Header
    reader: RowReader
    names: frozenset[str]
    awards: list[AwardRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    totals: list[PrintedTotal] = field(default_factory=list)
    notes: list[NoteRow] = field(default_factory=list)
    by_base: dict[str, list[AwardRow]] = field(default_factory=dict)

    def result(self) -> AwardList | ListProblem:
        """The list as read, or the problem that nothing below its header is an award."""
        if not self.awards and not self.rejected:
            return ListProblem(
                f"Sheet “{self.header.sheet}” has a header in row {self.header.row + 1} but no award below it. "
                "Check that the list was saved whole, and import it again."
            )
        return AwardList(
            sheet=self.header.sheet,
            header=self.header.titles,
            rows=tuple(self.awards),
            rejected=tuple(self.rejected),
            notes=tuple(self.notes),
            reconciliation=reconcile(self.totals, self.awards),
        )

    def take(self, row: int, cells: Cells) -> None:
        """Puts one row where it belongs; a blank one nowhere."""
        filled = [text for text in map(plain_text, cells) if text]
        if not filled:
            return
        words = self.reader.words(cells)
        if self._is_award(words, cells, filled):
            self._take_award(row, cells, words)
            return
        found = read_total(row, cells, self.header.at["amount"], self.names)
        if isinstance(found, PrintedTotal):
            self.totals.append(found)
        else:
            self.notes.append(found)

    def _is_award(self, words: Mapping[str, str], cells: Cells, filled: Sequence[str]) -> bool:
        """Whether a row means to be an award, well written or not, rather than a total or a note."""
        if has_ein(words.get("ein", "")) or own_year(words.get("mocs_id", "")):
            return True
        if len(filled) == 1 or len(match_titles(cells)) > 2:
            return False
        name = words["legal_name"]
        described = sum(bool(words.get(column)) for column in _DESCRIBING)
        numbered = is_mocs_id(words.get("mocs_id", ""))
        named = any(map(str.isalnum, name))
        if named and not is_total(name) and (numbered or described > 2):
            return True
        if any(is_plain_total(text, self.names) for text in filled):
            return False
        if not named:
            return bool(numbered or described > (1 if words["amount"] else 2)) and not any(map(is_total, filled))
        if is_total(name) and described < 2:
            return False
        return described > 0 or not (is_note(name) or squash(name) in self.names)

    def _take_award(self, row: int, cells: Cells, words: Mapping[str, str]) -> None:
        award = self.reader.award(row, cells, words)
        reason = award if isinstance(award, str) else self._repeats(award)
        if isinstance(award, str) or reason:
            self.rejected.append(RejectedRow(row, reason, tuple(cells), self.reader.listed_base(words)))
            return
        self.by_base.setdefault(award.base_key, []).append(award)
        self.awards.append(award)

    def _repeats(self, award: AwardRow) -> str:
        """A MOCS ID may come back as a take-back (a negative amount), not as the same row or as another award."""
        earlier = self.by_base.get(award.base_key, [])
        if not earlier or award.base_key == derived_base(award):
            return ""
        same = next((other for other in earlier if other.row_hash == award.row_hash), None)
        if same:
            return f"repeats row {same.row}"
        other = next((other for other in earlier if other.amount_cents >= 0), None)
        if award.amount_cents < 0 or other is None:
            return ""
        return f"{award.base_key} already stands in row {other.row} with other values; remove the wrong one"
