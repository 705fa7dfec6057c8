"""Finds the payment of each voucher in what the City paid: by its number, else by contract, amount and days.

Give it every payment that is known, not one file: a payment that two files hold counts once.
"""

from collections.abc import Iterable, Iterator, Sequence

from models.payments.matches import FoundBy, Match, Matching, contract_key
from models.payments.sheet_cells import words
from models.payments.spending import PaymentRow
from models.payments.vouchers import Voucher, is_voucher_number


def match_payments(vouchers: Iterable[Voucher], payments: Iterable[PaymentRow], *, window_days: int) -> Matching:
    """Match vouchers and payments; the order in which they are given does not matter.

    A payment found by contract and amount was issued on the voucher's day or up to `window_days` after it.
    """
    search = _Search(vouchers, payments, window_days)
    search.by_number()
    search.set_returns_aside()
    search.by_amount()
    search.by_parts()
    search.add_returns_of_a_check()
    search.add_returns()
    return search.result()


class _Search:
    """What is found so far, and what is still free. Vouchers and payments are gone through in the order of days."""

    def __init__(self, vouchers: Iterable[Voucher], payments: Iterable[PaymentRow], window_days: int) -> None:
        numbered = {voucher.number: voucher for voucher in vouchers}
        self.vouchers = sorted(numbered.values(), key=lambda voucher: (voucher.made_on, voucher.number))
        self.voucher_contract = {v.number: contract_key(v.item.fms_contract_id) for v in self.vouchers}
        once = {payment.raw_key: payment for payment in payments}
        self.free = dict(sorted(once.items(), key=lambda item: _order(item[1])))
        self.contract = {key: contract_key(payment.contract_id) for key, payment in once.items()}
        self.window_days = window_days
        self.found: dict[str, list[PaymentRow]] = {}
        self.found_by: dict[str, FoundBy] = {}
        self.returns: list[tuple[PaymentRow, PaymentRow]] = []

    def by_number(self) -> None:
        """Payments that name a voucher, in the column for it or as their document."""
        numbers = {_plain(voucher.number): voucher for voucher in self.vouchers}
        for payment in list(self.free.values()):
            named = numbers.get(_plain(payment.voucher_no)) or numbers.get(_plain(payment.document_id))
            if named:
                self._take(named, [payment], FoundBy.NUMBER)

    def set_returns_aside(self) -> None:
        """Pair each negative payment with the one that it gives back: of the same document, else the last before it."""
        worth: dict[tuple[str, int], list[PaymentRow]] = {}
        for payment in self._nameless():
            worth.setdefault((self.contract[payment.raw_key], payment.amount_cents), []).append(payment)
        for back in [payment for payment in self._nameless() if payment.amount_cents < 0]:
            there = worth.get((self.contract[back.raw_key], -back.amount_cents), [])
            before = [payment for payment in there if payment.issued_on <= back.issued_on]
            if before:
                paid = max(before, key=lambda payment: (_same_document(payment, back), *_order(payment)))
                there.remove(paid)
                self.returns.append((paid, back))
                del self.free[paid.raw_key], self.free[back.raw_key]

    def by_amount(self) -> None:
        """The whole of a check on one contract first, then each of its rows, if it is just what a voucher asks."""
        checks: dict[tuple[object, ...], list[PaymentRow]] = {}
        for payment in self._nameless():
            key = (payment.document_id or payment.raw_key, self.contract[payment.raw_key], payment.issued_on)
            checks.setdefault(key, []).append(payment)
        self._exact([rows for rows in checks.values() if len(rows) > 1])
        self._exact([[payment] for payment in self._nameless()])

    def _exact(self, units: Sequence[Sequence[PaymentRow]]) -> None:
        worth: dict[tuple[str, int], list[Sequence[PaymentRow]]] = {}
        for rows in units:
            key = self.contract[rows[0].raw_key], sum(row.amount_cents for row in rows)
            worth.setdefault(key, []).append(rows)
        for voucher in self._open():
            there = worth.get((self.voucher_contract[voucher.number], voucher.item.net_cents), [])
            first = next((rows for rows in there if self._in_window(voucher, rows[0])), None)
            if first:
                there.remove(first)
                self._take(voucher, first, FoundBy.AMOUNT)

    def by_parts(self) -> None:
        """Smaller payments of a contract on which only one voucher can be meant, as long as they are not too much."""
        parts: dict[str, list[PaymentRow]] = {}
        waiting = self._open()
        for payment in self._nameless():
            meant = [voucher for voucher in waiting if self._fits(voucher, payment)]
            if len(meant) == 1 and 0 < payment.amount_cents < meant[0].item.net_cents:
                parts.setdefault(meant[0].number, []).append(payment)
        for voucher in waiting:
            left = voucher.item.net_cents
            for payment in parts.get(voucher.number, []):
                if payment.amount_cents <= left:
                    left -= payment.amount_cents
                    self._take(voucher, [payment], FoundBy.PARTS)

    def add_returns_of_a_check(self) -> None:
        """A part of a check that went back, where the check paid one voucher alone."""
        for back in [payment for payment in self._nameless() if payment.amount_cents < 0]:
            meant = [voucher for voucher in self.vouchers if self._can_go_back(voucher, back)]
            if len(meant) == 1:
                self._take(meant[0], [back], self.found_by[meant[0].number])

    def _can_go_back(self, voucher: Voucher, back: PaymentRow) -> bool:
        rows = self.found.get(voucher.number, [])
        same = any(_same_document(row, back) for row in rows) and self._same_contract(voucher, back)
        return same and sum(row.amount_cents for row in rows) + back.amount_cents >= 0

    def add_returns(self) -> None:
        """A payment that went back whole belongs to a voucher of its amount, to one without payment first."""
        for paid, back in self.returns:
            meant = [v for v in self.vouchers if v.item.net_cents == paid.amount_cents and self._fits(v, paid)]
            if meant:
                first = min(meant, key=lambda voucher: (voucher.number in self.found, voucher.made_on, voucher.number))
                self._take(first, (paid, back), FoundBy.AMOUNT)
            else:
                self.free |= {payment.raw_key: payment for payment in (paid, back)}

    def result(self) -> Matching:
        """Everything in its place."""
        left = sorted(self.free.values(), key=_order)
        return Matching(tuple(self._matches()), tuple(self._open()), tuple(left))

    def _matches(self) -> Iterator[Match]:
        for voucher in self.vouchers:
            if voucher.number in self.found:
                rows = tuple(sorted(self.found[voucher.number], key=_order))
                yield Match(voucher, rows, self.found_by[voucher.number])

    def _take(self, voucher: Voucher, payments: Sequence[PaymentRow], found_by: FoundBy) -> None:
        self.found.setdefault(voucher.number, []).extend(payments)
        self.found_by.setdefault(voucher.number, found_by)
        for payment in payments:
            self.free.pop(payment.raw_key, None)

    def _open(self) -> list[Voucher]:
        return [voucher for voucher in self.vouchers if voucher.number not in self.found]

    def _nameless(self) -> list[PaymentRow]:
        """Free payments on the vouchers' contracts; one that names another voucher of ours can be none of these."""
        ours = set(self.voucher_contract.values()) - {""}
        free = self.free.values()
        return [row for row in free if self.contract[row.raw_key] in ours and not is_voucher_number(row.voucher_no)]

    def _fits(self, voucher: Voucher, payment: PaymentRow) -> bool:
        return self._same_contract(voucher, payment) and self._in_window(voucher, payment)

    def _same_contract(self, voucher: Voucher, payment: PaymentRow) -> bool:
        return self.voucher_contract[voucher.number] == self.contract[payment.raw_key]

    def _in_window(self, voucher: Voucher, payment: PaymentRow) -> bool:
        return 0 <= (payment.issued_on - voucher.made_on).days <= self.window_days


def _order(payment: PaymentRow) -> tuple[object, ...]:
    return payment.issued_on, payment.raw_key


def _plain(text: str) -> str:
    return words(text).casefold()


def _same_document(one: PaymentRow, other: PaymentRow) -> bool:
    return one.document_id == other.document_id != ""
