"""Finds the payment of each voucher in what the City paid: by its number, else by contract, amount and days.

Give it every payment that is known, not one file: a payment that two files hold counts once. Nothing is guessed: where
two vouchers or two payments may be meant, none is matched, and the reason is told.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from models.payments.match_reasons import (
    fits_several_vouchers,
    has_several_payments,
    left_payment,
    left_voucher,
    may_have_come_back,
    parts_are_too_much,
    two_came_back,
)
from models.payments.matches import FoundBy, Match, Matching, contract_key
from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher, is_voucher_number
from models.shared.sheet_cells import words

Rows = tuple[SpentRow, ...]


def match_payments(vouchers: Iterable[Voucher], payments: Iterable[SpentRow], *, window_days: int) -> Matching:
    """Match vouchers and payments; the order in which they are given does not matter.

    A payment found by contract and amount was issued on the voucher's day or up to `window_days` after it. What was
    recorded as a voucher's payment before stays so, whatever came in since.
    """
    numbered = {voucher.number: voucher for voucher in vouchers}
    once = {payment.raw_key: payment for payment in payments}
    search = _Search(
        sorted(numbered.values(), key=lambda voucher: (voucher.made_on, voucher.number)),
        {payment.raw_key: payment for payment in sorted(once.values(), key=_order)},
        window_days,
    )
    search.by_number()
    search.set_returns_aside()
    search.by_amount()
    search.by_parts()
    search.add_returns_of_a_check()
    search.add_returns()
    return search.result()


@dataclass
class _Search:
    """What is found so far, and what is still free. Vouchers and payments are gone through in the order of days."""

    vouchers: Sequence[Voucher]
    free: dict[str, SpentRow]
    window_days: int
    found: dict[str, list[SpentRow]] = field(default_factory=dict)
    found_by: dict[str, FoundBy] = field(default_factory=dict)
    returns: list[tuple[SpentRow, SpentRow]] = field(default_factory=list)
    why: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.contract = {key: contract_key(payment.contract_id) for key, payment in self.free.items()}
        self.on_contract: dict[str, list[Voucher]] = {}
        for voucher in self.vouchers:
            self.on_contract.setdefault(contract_key(voucher.item.fms_contract_id), []).append(voucher)

    def by_number(self) -> None:
        """Payments that were recorded before, and those that name a voucher: in the column for it, or as document."""
        numbers = {_plain(voucher.number): voucher for voucher in self.vouchers}
        for payment in list(self.free.values()):
            kept = numbers.get(_plain(payment.counted_for))
            named = kept or numbers.get(_plain(payment.voucher_no)) or numbers.get(_plain(payment.document_id))
            if named:
                self._take(named, [payment], FoundBy(payment.counted_by) if kept else FoundBy.NUMBER)

    def set_returns_aside(self) -> None:
        """Pair each negative payment with the one that it gives back: of the same document, else the only one."""
        worth: dict[tuple[str, int], list[SpentRow]] = {}
        for payment in self._nameless():
            worth.setdefault((self.contract[payment.raw_key], payment.amount_cents), []).append(payment)
        for back in [payment for payment in self._nameless() if payment.amount_cents < 0]:
            there = worth.get((self.contract[back.raw_key], -back.amount_cents), [])
            before = [payment for payment in there if payment.issued_on <= back.issued_on]
            same = [payment for payment in before if _same_document(payment, back)]
            if same or len(before) == 1:
                paid = (same or before)[-1]
                there.remove(paid)
                self.returns.append((paid, back))
                del self.free[paid.raw_key], self.free[back.raw_key]
            elif before:
                self.why[back.raw_key] = two_came_back(before)
                self.why |= {payment.raw_key: may_have_come_back(back) for payment in before}

    def by_amount(self) -> None:
        """The whole of a check on one contract, or one of its rows, if it is just what one voucher alone asks."""
        units = self._units()
        fitting = [(unit, [v for v in self._open_for(unit[0]) if v.item.net_cents == _sum(unit)]) for unit in units]
        meant: dict[str, set[str]] = {}
        offered: dict[str, list[Rows]] = {}
        for unit, vouchers in fitting:
            for row in unit:
                meant.setdefault(row.raw_key, set()).update(voucher.number for voucher in vouchers)
            for voucher in vouchers:
                offered.setdefault(voucher.number, []).append(unit)
        for voucher in self._open():
            mine = offered.get(voucher.number, [])
            alone = len(mine) == 1 and all(meant[row.raw_key] == {voucher.number} for row in mine[0])
            if alone:
                self._take(voucher, mine[0], FoundBy.AMOUNT)
            elif mine:
                self._note_doubt(voucher, mine, meant)

    def _units(self) -> list[Rows]:
        """What may be one payment: each row, and the rows of a check on one contract and day together."""
        checks: dict[tuple[object, ...], list[SpentRow]] = {}
        rows = [row for row in self._nameless() if row.raw_key not in self.why]
        for row in rows:
            key = (row.document_id or row.raw_key, self.contract[row.raw_key], row.issued_on)
            checks.setdefault(key, []).append(row)
        return [tuple(unit) for unit in checks.values() if len(unit) > 1] + [(row,) for row in rows]

    def _note_doubt(self, voucher: Voucher, units: Sequence[Rows], meant: dict[str, set[str]]) -> None:
        rivals = sorted(set().union(*(meant[row.raw_key] for unit in units for row in unit)))
        several = len(units) > 1
        self.why[voucher.number] = has_several_payments(units) if several else fits_several_vouchers(units[0], rivals)
        for row in (row for unit in units for row in unit):
            doubt = fits_several_vouchers((row,), rivals) if len(rivals) > 1 else has_several_payments(units)
            self.why.setdefault(row.raw_key, doubt)

    def by_parts(self) -> None:
        """Smaller payments of a contract on which only one voucher can be meant, if together they are not too much."""
        parts: dict[str, list[SpentRow]] = {}
        for payment in self._nameless():
            meant = [voucher for voucher in self._open_for(payment) if payment.raw_key not in self.why]
            if len(meant) == 1 and 0 < payment.amount_cents < meant[0].item.net_cents:
                parts.setdefault(meant[0].number, []).append(payment)
        for voucher in self._open():
            rows = parts.get(voucher.number, [])
            if rows and _sum(rows) <= voucher.item.net_cents:
                self._take(voucher, rows, FoundBy.PARTS)
            elif rows:
                told = parts_are_too_much(voucher, _sum(rows))
                self.why |= {voucher.number: told, **{row.raw_key: told for row in rows}}

    def add_returns_of_a_check(self) -> None:
        """Money that went back of what one voucher alone was paid: a part of its check, or all of a payment."""
        for back in [payment for payment in self._nameless() if payment.amount_cents < 0]:
            mine = [voucher for voucher in self._of_contract(back) if self._can_go_back(voucher, back)]
            of_check = [v for v in mine if any(_same_document(row, back) for row in self.found[v.number])]
            meant = of_check or [v for v in mine if any(_gives_back(back, row) for row in self.found[v.number])]
            if len(meant) == 1 and back.raw_key not in self.why:
                self._take(meant[0], [back], self.found_by[meant[0].number])

    def _can_go_back(self, voucher: Voucher, back: SpentRow) -> bool:
        rows = self.found.get(voucher.number, [])
        return bool(rows) and _sum(rows) + back.amount_cents >= 0

    def add_returns(self) -> None:
        """A payment that went back whole belongs to the voucher of its amount, where there is only one."""
        for paid, back in self.returns:
            mine = [v for v in self._of_contract(paid) if v.item.net_cents == paid.amount_cents]
            meant = [voucher for voucher in mine if self._in_window(voucher, paid)]
            if len(meant) == 1:
                self._take(meant[0], (paid, back), FoundBy.AMOUNT)
                continue
            self.free |= {payment.raw_key: payment for payment in (paid, back)}
            if meant:
                told = fits_several_vouchers((paid,), [voucher.number for voucher in meant])
                self.why |= {payment.raw_key: told for payment in (paid, back)}

    def result(self) -> Matching:
        """Everything in its place."""
        left = tuple(sorted(self.free.values(), key=_order))
        without = tuple(self._open())
        why = {v.number: self.why.get(v.number) or left_voucher(v, self.window_days) for v in without}
        paid = frozenset(self.found)
        for row in left:
            told = left_payment(row, self._of_contract(row), paid, self.window_days)
            why[row.raw_key] = self.why.get(row.raw_key) or told
        return Matching(tuple(self._matches()), without, left, why)

    def _matches(self) -> Iterator[Match]:
        for voucher in self.vouchers:
            if voucher.number in self.found:
                rows = tuple(sorted(self.found[voucher.number], key=_order))
                yield Match(voucher, rows, self.found_by[voucher.number])

    def _take(self, voucher: Voucher, payments: Sequence[SpentRow], found_by: FoundBy) -> None:
        self.found.setdefault(voucher.number, []).extend(payments)
        self.found_by.setdefault(voucher.number, found_by)
        for payment in payments:
            self.free.pop(payment.raw_key, None)

    def _open(self) -> list[Voucher]:
        return [voucher for voucher in self.vouchers if voucher.number not in self.found]

    def _nameless(self) -> list[SpentRow]:
        """Free payments on the vouchers' contracts; one that names another voucher of ours can be none of these."""
        return [row for row in self.free.values() if self._of_contract(row) and not is_voucher_number(row.voucher_no)]

    def _of_contract(self, payment: SpentRow) -> list[Voucher]:
        key = self.contract[payment.raw_key]
        return self.on_contract.get(key, []) if key else []

    def _open_for(self, payment: SpentRow) -> list[Voucher]:
        """The vouchers without payment that a payment may be meant for, by its contract and its day."""
        mine = self._of_contract(payment)
        return [v for v in mine if v.number not in self.found and self._in_window(v, payment)]

    def _in_window(self, voucher: Voucher, payment: SpentRow) -> bool:
        return 0 <= (payment.issued_on - voucher.made_on).days <= self.window_days


def _sum(rows: Sequence[SpentRow]) -> int:
    return sum(row.amount_cents for row in rows)


def _order(payment: SpentRow) -> tuple[object, ...]:
    return payment.issued_on, payment.raw_key


def _plain(text: str) -> str:
    return words(text).casefold()


def _same_document(one: SpentRow, other: SpentRow) -> bool:
    return one.document_id == other.document_id != ""


def _gives_back(back: SpentRow, paid: SpentRow) -> bool:
    return paid.amount_cents == -back.amount_cents and paid.issued_on <= back.issued_on
