"""What the City paid, as Checkbook NYC lists it: every row is read, or rejected with its number and reason."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from models.shared.documents import canonical, sha256
from models.shared.file_mistakes import FormError, Mistake
from models.shared.money import dollars
from models.shared.sheet_cells import CellReader, Slot, squash, words
from models.shared.sheet_layouts import HEADER_WITHIN, Cells, Names, Page, Values, plain

# Columns of Checkbook's CSV and XML (domain section 17.1, CBK); the other wordings are those of other payment lists.
NAMES = Names(
    {
        "document_id": ("Document ID",),
        "issue_date": ("Issue Date", "payment date", "check date", "Check/Payment Date"),
        "agency": ("Agency", "agency name", "Dept. Descrptn"),
        "payee": ("Payee Name", "Vendor Name", "vendor"),
        "contract_id": ("Contract ID",),
        "amount": ("Check Amount", "Invoice Net Amt"),
        "category": ("Spending Category", "Commitmt Item Name"),
        "subvendor": ("Sub Vendor",),
        "voucher_no": ("Voucher Number", "voucher"),
    }
)
NEEDED = ("issue_date", "payee", "amount")
_TEXTS = ("document_id", "agency", "contract_id", "category", "voucher_no")
_NOTHING = {"n/a", "na", "-"}
_TOTALS = {"total", "totals", "grandtotal", "reporttotal"}
_KEY_LENGTH = 20


@dataclass(frozen=True, slots=True)
class SpentRow:
    """One row of what the City paid; a check or transfer (`document_id`) may have several. Empty: not said.

    `raw_key` is the row's own: the same row of another download has the same, as CSV or as XML. Rows of one check
    that are the same but for their category have keys that differ in their last number.
    `counted_for` is the voucher that the row was recorded to pay, and `counted_by` how it was found then.
    """

    raw_key: str
    document_id: str
    issued_on: date
    agency: str
    payee: str
    contract_id: str
    amount_cents: int
    category: str
    voucher_no: str = ""
    counted_for: str = ""
    counted_by: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be read: its number, every reason, its cells, and its amount where that can be told."""

    row: int
    reason: str
    cells: tuple[object, ...]
    amount_cents: int | None


@dataclass(frozen=True)
class SpendingList:
    """A list that was read. Each row that is not blank stands in exactly one of the four groups.

    `subvendor_rows` are what vendors paid on to others, part of the City's own payments and not to be added to them.
    `totals` are printed ones, in cents. `stated_count` is how many rows the source says there are; None if it does not.
    """

    header: tuple[str, ...]
    rows: tuple[SpentRow, ...]
    subvendor_rows: tuple[SpentRow, ...]
    rejected: tuple[RejectedRow, ...]
    totals: tuple[int, ...] = ()
    stated_count: int | None = None

    @property
    def rows_read(self) -> int:
        """Rows that are not blank, without printed totals."""
        return len(self.rows) + len(self.subvendor_rows) + len(self.rejected)

    @property
    def amount_cents(self) -> int:
        """What the City paid by the rows that were read."""
        return sum(row.amount_cents for row in self.rows)

    @property
    def listed_cents(self) -> int:
        """The sum of every amount in the file that can be told, rejected rows and vendors of vendors included."""
        passed_on = sum(row.amount_cents for row in self.subvendor_rows)
        return self.amount_cents + passed_on + sum(row.amount_cents or 0 for row in self.rejected)

    @property
    def reconciles(self) -> bool | None:
        """Whether the file holds all rows that its source counted and comes to its last printed total."""
        if self.stated_count is None and not self.totals:
            return None
        all_there = self.stated_count in (None, self.rows_read)
        return all_there and (not self.totals or self.totals[-1] == self.listed_cents)

    @property
    def sentence(self) -> str:
        """What was read and whether it is all, for the person who brought the file."""
        parts = [f"{_rows(self.rows_read)} read; the City's payments come to {dollars(self.amount_cents)}."]
        if self.rejected:
            parts.append(f"{_rows(len(self.rejected))} rejected. Correct what stands in the list of rejected rows.")
        if self.stated_count not in (None, self.rows_read):
            parts.append(f"Checkbook counts {self.stated_count:,} rows. Download the others too.")
        if self.totals and self.totals[-1] != self.listed_cents:
            parts.append(
                f"The file prints a total of {dollars(self.totals[-1])} and its rows come to "
                f"{dollars(self.listed_cents)}. Download it again."
            )
        return " ".join(parts)


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"


def payments_from_table(sheet: tuple[str, Sequence[Cells]], today: date | None = None) -> SpendingList:
    """The payments of a text table given as (name, rows), row n of the file at index n - 1. Raises FormError.

    With a day, rows that are dated after it are rejected.
    """
    page = Page(sheet[0], sheet[1], plain)
    header, at = _header(page)
    reading = Reading(tuple(map(words, page.rows[header])), today)
    for index in range(header + 1, len(page.rows)):
        cells = tuple(page.rows[index])
        if any(map(words, cells[len(reading.header) :])):
            reading.reject(index + 1, "The row has more cells than there are titles. Put its texts in quotes.", cells)
            continue
        reading.take(index + 1, {name: page.slot(index, column) for name, column in at.items()}, cells)
    return reading.result()


def _header(page: Page) -> tuple[int, Mapping[str, int]]:
    for index, titles in enumerate(page.rows[:HEADER_WITHIN]):
        fields = [NAMES.field(title) for title in titles]
        if set(NEEDED) <= set(fields):
            known = [name for name in fields if name]
            twice = [NAMES.label(name) for name, times in Counter(known).items() if times > 1]
            if twice:
                text = f"Two columns say “{twice[0]}”. Leave one of them."
                raise FormError([Mistake(page.name, "", text)])
            return index, {name: fields.index(name) for name in known}
    missing = ", ".join(f"“{NAMES.label(name)}”" for name in NEEDED)
    text = f"No row has the column titles {missing}. Download the spending from Checkbook NYC again, with its titles."
    raise FormError([Mistake(page.name, "", text)])


@dataclass
class Reading:
    """The state of one pass over the rows of a list. `header` names the columns of the cells that are kept."""

    header: tuple[str, ...]
    today: date | None = None
    rows: list[SpentRow] = field(default_factory=list)
    subvendor_rows: list[SpentRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)

    def take(self, number: int, row: Values, cells: tuple[object, ...]) -> None:
        """Put one row where it belongs; a blank one nowhere."""
        if not any(map(words, cells)):
            return
        at = {name: Slot("", "", "") for name in NAMES.wordings} | dict(row)
        reader = CellReader()
        amount = reader.amount(at["amount"], "amount")
        amount_read = None if reader.mistakes else amount
        if amount_read is not None and _is_total(at, cells):
            self.totals.append(amount)
            return
        payment = _payment(at, amount, reader)
        passed_on = reader.yes_no(_given(at["subvendor"]), "column “Sub Vendor”")
        if payment and self.today and payment.issued_on > self.today:
            day = payment.issued_on.isoformat()
            reader.wrong(at["issue_date"], f"The payment is dated {day}, which lies in the future.")
        if payment is None or reader.mistakes:
            self.reject(number, " ".join(mistake.text for mistake in reader.mistakes), cells, amount_read)
        else:
            (self.subvendor_rows if passed_on else self.rows).append(payment)

    def reject(self, number: int, reason: str, cells: tuple[object, ...], amount_cents: int | None = None) -> None:
        """Keep a row that could not be read, with its reason."""
        self.rejected.append(RejectedRow(number, reason, cells, amount_cents))

    def result(self, stated_count: int | None = None) -> SpendingList:
        """The list as read."""
        return SpendingList(
            header=self.header,
            rows=_keyed(self.rows),
            subvendor_rows=_keyed(self.subvendor_rows),
            rejected=tuple(self.rejected),
            totals=tuple(self.totals),
            stated_count=stated_count,
        )


def _is_total(at: Values, cells: tuple[object, ...]) -> bool:
    """A printed total: an amount beside a word for it, and no date."""
    return at["issue_date"].is_empty and any(squash(cell) in _TOTALS for cell in cells)


def _payment(at: Values, amount: int, reader: CellReader) -> SpentRow | None:
    """The payment of a row, its key still to come; None without a date, with a mistake kept."""
    texts = {name: reader.text(_given(at[name]), NAMES.label(name).lower()) for name in _TEXTS}
    payee = reader.needed_text(at["payee"], "payee name")
    issued_on = reader.day(at["issue_date"], "issue date")
    if issued_on is None:
        if at["issue_date"].is_empty:
            reader.wrong(at["issue_date"], "The issue date is missing.")
        return None
    return SpentRow(raw_key="", issued_on=issued_on, payee=payee, amount_cents=amount, **texts)


def _given(slot: Slot) -> Slot:
    """A value, empty where the source writes N/A or a dash for none."""
    return replace(slot, value="") if words(slot.value).casefold() in _NOTHING else slot


def _keyed(rows: Sequence[SpentRow]) -> tuple[SpentRow, ...]:
    """The rows with their keys; rows of one base are told apart by counting them, in whatever order they stand."""
    bases = [_base(row) for row in rows]
    in_order = sorted(range(len(rows)), key=lambda n: (bases[n], rows[n].agency, rows[n].payee, rows[n].category))
    seen: Counter[str] = Counter()
    keys = {}
    for n in in_order:
        seen[bases[n]] += 1
        keys[n] = f"{bases[n]}-{seen[bases[n]]}"
    return tuple(replace(row, raw_key=keys[n]) for n, row in enumerate(rows))


def _base(row: SpentRow) -> str:
    """What a row is told by in every download: those who download choose the columns, and names get respelled."""
    facts = (row.document_id, row.issued_on.isoformat(), row.contract_id, row.amount_cents)
    named: tuple[str, ...] = () if row.document_id else (row.agency, row.payee, row.category)
    # Two payments of one day and amount are told apart by their vouchers, whichever of them a list holds.
    named += (row.voucher_no,) if row.voucher_no else ()
    return sha256(canonical([*facts, *named]))[:_KEY_LENGTH]
