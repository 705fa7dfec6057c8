"""What the office's tracker says about contracts and requisitions: rows checked one by one, and what they come to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from models.payments.advances import Advance, schedule_mistake
from models.shared import tracker_cells as cell
from models.shared.tracker_cells import RowError
from models.shared.trackers import Tracker


class Fact(StrEnum):
    """Kinds of facts. The first ones are told of a contract, from `accepted` on of one requisition."""

    PAYEE_ADDRESS = "payee_address"
    FRINGE_RATE = "fringe_rate"
    INDIRECT_RATE = "indirect_rate"
    SUPPLIER = "supplier"
    MONTHLY_REPORT = "monthly_report"
    LEDGER = "ledger"
    OUTCOME_REPORT = "outcome_report"
    ADVANCE = "advance"
    RECOUPMENT = "recoupment"
    ACCEPTED = "accepted"
    PAUSED = "paused"
    RESUMED = "resumed"
    UNITS_VERIFIED = "units_verified"
    UNALLOWABLE = "unallowable"
    DISPUTED = "disputed"
    SETTLED = "settled"
    LAST_REQUISITION = "last_requisition"
    REFUND_RECEIVED = "refund_received"


MONTHLY = frozenset({Fact.MONTHLY_REPORT, Fact.LEDGER, Fact.OUTCOME_REPORT})
_AMOUNT = frozenset({Fact.MONTHLY_REPORT, Fact.LEDGER, Fact.ADVANCE, Fact.REFUND_RECEIVED})
# Each of these is another one on another day.
_EACH_DAY = frozenset({Fact.PAUSED, Fact.RESUMED, Fact.ADVANCE, Fact.REFUND_RECEIVED})
_RATE = frozenset({Fact.FRINGE_RATE, Fact.INDIRECT_RATE})
_LINE = frozenset({Fact.SUPPLIER, Fact.UNITS_VERIFIED, Fact.UNALLOWABLE, Fact.DISPUTED, Fact.SETTLED})
_NAME = frozenset({Fact.PAYEE_ADDRESS, Fact.SUPPLIER, Fact.PAUSED, Fact.UNALLOWABLE})
FACT_TRACKER = Tracker(
    "payment-facts",
    {
        "contract or requisition": "subject", "contract": "subject", "requisition": "subject", "fact": "kind",
        "date": "on", "line": "line", "name": "name", "amount": "amount_cents", "value": "value", "until": "until",
        "first month": "first_month",
    },
    ("subject", "kind", "on"),
)  # fmt: skip


class FactRow(BaseModel):
    """One fact. `name` is a supplier, an address or a cause; `line` of the budget or the requisition.

    A refund that came in names the voucher that was paid too much, or none where it is of an advance.
    A recoupment has an amount for each requisition, or a schedule: its first month, and `until` the month of the last
    invoice, each told by any of its days.
    """

    model_config = ConfigDict(frozen=True)

    subject: str
    kind: Fact
    on: date
    line: int | None = None
    name: str = ""
    amount_cents: int | None = None
    value: Decimal | None = None
    until: date | None = None
    first_month: date | None = None
    # The day on which it was told; it is no part of what it says.
    told_on: date | None = Field(default=None, exclude=True)

    @model_serializer(mode="wrap")
    def _as_kept_before(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without an empty first month: facts that were kept before there was one stay the same facts."""
        found: dict[str, Any] = write(self)
        return {key: value for key, value in found.items() if key != "first_month" or value is not None}

    @property
    def key(self) -> tuple[str, ...]:
        """Of rows with the same key the latest counts."""
        month = self.on.isoformat()[:7] if self.kind in MONTHLY else ""
        begun = self.on.isoformat() if self.kind in _EACH_DAY else ""
        named = self.name if self.kind in (Fact.SUPPLIER, Fact.REFUND_RECEIVED) else ""
        return (self.kind, str(self.line or ""), named, month, begun)


def fact_row(cells: Mapping[str, Any]) -> FactRow:
    """One row of the tracker; raises RowError."""
    kind = cell.code(cells.get("kind"))
    if kind not in set(Fact):
        raise RowError(f"fact: “{cell.text(cells.get('kind'))}” is not known. Known: {', '.join(Fact)}.")
    row = FactRow(
        subject=cell.text(cells.get("subject")).upper(), kind=Fact(kind),
        on=cell.needed_day(cells.get("on"), "date"), line=_line(cells.get("line")),
        name=cell.text(cells.get("name")), amount_cents=cell.amount(cells.get("amount_cents"), "amount"),
        value=_value(cells.get("value")), until=cell.day(cells.get("until"), "until"),
        first_month=cell.day(cells.get("first_month"), "first month"),
    )  # fmt: skip
    _check_whole(row)
    return row


def _check_whole(row: FactRow) -> None:
    valued = row.kind in _RATE or row.kind is Fact.UNITS_VERIFIED
    needed = (
        ("amount", row.kind in _AMOUNT, row.amount_cents), ("line", row.kind in _LINE, row.line),
        ("name", row.kind in _NAME, row.name), ("value", valued, row.value),
    )  # fmt: skip
    for column, asked, value in needed:
        if asked and value in (None, ""):
            raise RowError(f"{column}: a “{row.kind.replace('_', ' ')}” needs it.")
    if row.kind in _RATE and row.value is not None and row.value > 1:
        raise RowError(f"value: {row.value} is no rate; write 25% as 0.25.")
    if row.kind is Fact.RECOUPMENT:
        _check_recoupment(row)


def _check_recoupment(row: FactRow) -> None:
    """An amount for each requisition, or a schedule that has at least one month."""
    if row.amount_cents is not None and row.first_month is None:
        return
    if row.amount_cents is not None or row.first_month is None or row.until is None:
        raise RowError(
            "recoupment: give an amount for each requisition, or the first month and, under “until”, the month of the "
            "last invoice; not both."
        )
    wrong = schedule_mistake(row.first_month, row.until)
    if wrong:
        raise RowError(f"recoupment: {wrong}")


def _line(value: Any) -> int | None:
    written = cell.text(value)
    if not written:
        return None
    if not written.isascii() or not written.isdigit():
        raise RowError(f"line: “{written}” is not the number of a line.")
    return int(written)


def _value(value: Any) -> Decimal | None:
    written = cell.text(value)
    if not written:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation as error:
        raise RowError(f"value: “{written}” is not a number such as 0.25.") from error
    if not found.is_finite() or found < 0:
        raise RowError(f"value: “{written}” is not a number such as 0.25.")
    return found


class Facts:
    """The rows about one subject that count, the latest of each key."""

    def __init__(self, rows: Iterable[FactRow]) -> None:
        latest: dict[tuple[str, ...], FactRow] = {}
        for row in rows:
            latest[row.key] = row
        self._by_kind: dict[Fact, list[FactRow]] = {}
        for _, row in sorted(latest.items(), key=lambda item: (item[1].on, item[0])):
            self._by_kind.setdefault(row.kind, []).append(row)
        self._of_line = {(row.kind, row.line): row for row in latest.values() if row.line is not None}

    def every(self, kind: Fact) -> Sequence[FactRow]:
        """All that count of a kind, by their day."""
        return self._by_kind.get(kind, ())

    def last(self, kind: Fact) -> FactRow | None:
        """The latest of a kind."""
        found = self.every(kind)
        return found[-1] if found else None

    def of_line(self, kind: Fact, no: int) -> FactRow | None:
        """The one about a line, of a kind that is told of each line once."""
        return self._of_line.get((kind, no))

    def of_month(self, kind: Fact, day: date | None) -> FactRow | None:
        """The one about the month of a day."""
        if day is None:
            return None
        return next((row for row in self.every(kind) if (row.on.year, row.on.month) == (day.year, day.month)), None)


def told_before(there: Iterable[FactRow], came: Sequence[FactRow]) -> list[int | None]:
    """How often each row that came was told before, None for those that are no news; `there` in the order of telling.

    What a file says last of a key counts: it is news where another row holds, also if it was told before and taken back
    since. The rows before it are kept once, so that a file which comes again changes nothing.
    """
    told, holds = Counter[FactRow](), dict[tuple[str, ...], FactRow]()
    for row in there:
        told[row] += 1
        holds[row.subject, *row.key] = row
    last = {(row.subject, *row.key): number for number, row in enumerate(came)}
    is_news = {key: holds.get(key) != came[number] for key, number in last.items()}
    found: list[int | None] = []
    for number, row in enumerate(came):
        key = (row.subject, *row.key)
        takes_hold = number == last[key] and holds.get(key) != row
        if is_news[key] and (takes_hold or not told[row]):
            found.append(told[row])
            told[row] += 1
            holds[key] = row
        else:
            found.append(None)
    return found


def advanced_cents(of_contract: Facts) -> int:
    """What was advanced on a contract, without what the vendor refunded of it (a refund that names no voucher)."""
    advanced = sum(row.amount_cents or 0 for row in of_contract.every(Fact.ADVANCE))
    return advanced - sum(row.amount_cents or 0 for row in of_contract.every(Fact.REFUND_RECEIVED) if not row.name)


def scheduled_advance(of_contract: Facts, taken_cents: int) -> Advance | None:
    """The advance of a contract that comes back month by month; None without one, or without a schedule for it."""
    told, advanced = of_contract.last(Fact.RECOUPMENT), advanced_cents(of_contract)
    if told is None or told.first_month is None or told.until is None or advanced <= 0:
        return None
    return Advance(
        amount_cents=advanced, first_month=told.first_month, last_invoice_month=told.until, taken_cents=taken_cents
    )
