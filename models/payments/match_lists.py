"""Vouchers and payments as people read them: what stands how, and what is left on either side, with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.payments.matches import FoundBy, Match, Matching, Standing
from models.payments.prompt_payment import LISTED
from models.payments.register_documents import StandingLine, UnpaidVoucher, VoucherPosition
from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher


class VoucherStanding(StrEnum):
    """How a voucher stands, in the words of the lists; the order is that in which they need somebody."""

    WITHOUT = "No payment found"
    PARTIAL = "Paid in part"
    OVERPAID = "Paid too much"
    RETURNED = "Paid, and the money came back"
    ELSEWHERE = "Paid, not in the spending lists yet"
    PAID = "Paid"


_OF_MATCH = {
    Standing.PARTIAL: VoucherStanding.PARTIAL,
    Standing.OVERPAID: VoucherStanding.OVERPAID,
    Standing.RETURNED: VoucherStanding.RETURNED,
    Standing.PAID: VoucherStanding.PAID,
}
_TO_DO = {
    VoucherStanding.PARTIAL: "Ask the finance office for the rest.",
    VoucherStanding.OVERPAID: "Ask the finance office; what was paid too much is a refund due.",
    VoucherStanding.RETURNED: "Ask the finance office whether it is paid again.",
    VoucherStanding.ELSEWHERE: "Nothing: the finance office’s list, or a person, told of it.",
    VoucherStanding.PAID: "Nothing.",
}
_ONLY_OPEN = "No number says so, but no other voucher on the contract was open for these payments."


@dataclass(frozen=True, slots=True)
class VoucherLine:
    """One voucher with what is known of its payments. Amounts in cents; `why` says why it is so, or what to do.

    `paid_on` is the day that is recorded for it, `days` those since its batch while it is not, `is_late` whether its
    required day has passed without it.
    """

    number: str
    case_id: str
    contract_id: str
    provider: str
    made_on: date
    required_on: date
    asked_cents: int
    paid_cents: int
    standing: VoucherStanding
    paid_on: date | None
    days: int
    is_late: bool
    documents: tuple[str, ...]
    found_by: str
    why: str

    @property
    def open_cents(self) -> int:
        """What is still to be paid; negative where too much was."""
        return self.asked_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment on a contract of ours that is matched with no voucher, and why."""

    document_id: str
    issued_on: date
    contract_id: str
    payee: str
    amount_cents: int
    why: str


@dataclass(frozen=True, slots=True)
class StandingSum:
    """How many vouchers stand so, what they ask and what is still open of them."""

    standing: VoucherStanding
    vouchers: int
    asked_cents: int
    open_cents: int


@dataclass(frozen=True)
class MatchLists:
    """Every voucher that was sent, those that need somebody first, and the payments that belong to none of them."""

    as_of: date
    vouchers: tuple[VoucherLine, ...]
    payments: tuple[PaymentLine, ...]

    def of(self, standing: VoucherStanding) -> tuple[VoucherLine, ...]:
        """The vouchers that stand so."""
        return tuple(line for line in self.vouchers if line.standing is standing)

    @property
    def sums(self) -> tuple[StandingSum, ...]:
        """Each standing that some voucher has, with its sums."""
        found = ((standing, self.of(standing)) for standing in VoucherStanding)
        return tuple(_sum(standing, lines) for standing, lines in found if lines)

    @property
    def payments_cents(self) -> int:
        """What the payments without a voucher come to."""
        return sum(line.amount_cents for line in self.payments)


def match_lists(found: Matching, paid_on: Mapping[str, date], as_of: date) -> MatchLists:
    """What a matching comes to, as of a day; `paid_on` are the days that are recorded for vouchers, by their number."""
    lines = [_matched(match, paid_on.get(match.voucher.number), as_of) for match in found.matches]
    lines += [
        _unmatched(voucher, found.why[voucher.number], paid_on.get(voucher.number), as_of)
        for voucher in found.vouchers_without_payment
    ]
    order = list(VoucherStanding)
    lines.sort(key=lambda line: (order.index(line.standing), line.required_on, line.number))
    payments = [_payment(row, found.why[row.raw_key]) for row in found.payments_without_voucher]
    return MatchLists(as_of, tuple(lines), tuple(payments))


def voucher_position(lists: MatchLists) -> VoucherPosition | None:
    """The lists as the report on prompt payment prints them; None before the first voucher."""
    unpaid = lists.of(VoucherStanding.WITHOUT)
    if not lists.vouchers:
        return None
    return VoucherPosition(
        standings=tuple(
            StandingLine(
                label=one.standing.value, vouchers=one.vouchers, asked_cents=one.asked_cents, open_cents=one.open_cents
            )
            for one in lists.sums
        ),
        unpaid=tuple(
            UnpaidVoucher(
                voucher_no=line.number, provider=line.provider, asked_cents=line.asked_cents, days=line.days,
                why=line.why,
            )
            for line in unpaid[:LISTED]
        ),
        unpaid_in_all=len(unpaid), payments=len(lists.payments), payments_cents=lists.payments_cents,
    )  # fmt: skip


def _matched(match: Match, paid_on: date | None, as_of: date) -> VoucherLine:
    standing = _OF_MATCH[match.standing]
    documents = tuple(dict.fromkeys(row.document_id for row in match.payments if row.document_id))
    why = f"{_ONLY_OPEN} {_TO_DO[standing]}" if match.found_by is FoundBy.PARTS else _TO_DO[standing]
    return _line(match.voucher, standing, match.paid_cents, paid_on, as_of, documents, match.found_by, why)


def _unmatched(voucher: Voucher, why: str, paid_on: date | None, as_of: date) -> VoucherLine:
    if paid_on:
        told = VoucherStanding.ELSEWHERE
        return _line(voucher, told, voucher.item.net_cents, paid_on, as_of, (), "", _TO_DO[told])
    return _line(voucher, VoucherStanding.WITHOUT, 0, None, as_of, (), "", why)


def _line(
    voucher: Voucher, standing: VoucherStanding, paid_cents: int, paid_on: date | None, as_of: date,
    documents: tuple[str, ...], found_by: str, why: str,
) -> VoucherLine:  # fmt: skip
    item = voucher.item
    return VoucherLine(
        number=voucher.number, case_id=item.case_id, contract_id=item.fms_contract_id, provider=item.vendor_name,
        made_on=voucher.made_on, required_on=item.required_on, asked_cents=item.net_cents, paid_cents=paid_cents,
        standing=standing, paid_on=paid_on, days=0 if paid_on else (as_of - voucher.made_on).days,
        is_late=paid_on is None and item.required_on < as_of, documents=documents, found_by=str(found_by), why=why,
    )  # fmt: skip


def _payment(row: SpentRow, why: str) -> PaymentLine:
    return PaymentLine(row.document_id, row.issued_on, row.contract_id, row.payee, row.amount_cents, why)


def _sum(standing: VoucherStanding, lines: Sequence[VoucherLine]) -> StandingSum:
    asked, left = sum(line.asked_cents for line in lines), sum(line.open_cents for line in lines)
    return StandingSum(standing, len(lines), asked, left)
