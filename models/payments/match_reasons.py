"""Why a voucher or a payment is matched with nothing, in a sentence that says what to do."""

from collections.abc import Sequence

from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher, is_voucher_number
from models.shared.calendar import long_date
from models.shared.money import dollars

# How many are named in a sentence; a person looks at the rest in the list.
_NAMED = 3
# What a clerk can do about all of these.
_TYPE = "Ask the finance office which is meant, and type the payment at the desk."


def has_several_payments(units: Sequence[Sequence[SpentRow]]) -> str:
    """Several payments are just what one voucher asks."""
    told = _listed([_payment(unit[0], sum(row.amount_cents for row in unit)) for unit in units])
    return f"{len(units)} payments fit one voucher: {told}. {_TYPE}"


def fits_several_vouchers(rows: Sequence[SpentRow], numbers: Sequence[str]) -> str:
    """One payment is just what several vouchers ask."""
    cents = sum(row.amount_cents for row in rows)
    return f"{_payment(rows[0], cents)} fits {len(numbers)} vouchers: {_listed(numbers)}. {_TYPE}"


def two_came_back(before: Sequence[SpentRow]) -> str:
    """Money came back, and it is not said of which of several payments."""
    told = _listed([_payment(row, row.amount_cents) for row in before])
    return f"It gives back one of {len(before)} payments of its amount: {told}. {_TYPE}"


def may_have_come_back(back: SpentRow) -> str:
    """A payment of which it is not clear whether it stands."""
    return f"It may be the one that {_payment(back, back.amount_cents)} gives back. {_TYPE}"


def parts_are_too_much(voucher: Voucher, cents: int) -> str:
    """Smaller payments that come to more than the only voucher that they can be meant for."""
    asked = f"voucher {voucher.number} come to {dollars(cents)}, but it is over {dollars(voucher.item.net_cents)}"
    return f"Payments that may be parts of {asked}. {_TYPE}"


def left_voucher(voucher: Voucher, window_days: int) -> str:
    """A voucher that no payment fits."""
    contract, asked = voucher.item.fms_contract_id, dollars(voucher.item.net_cents)
    return f"The lists hold no payment of {asked} on contract {contract} within {window_days} days of the batch."


def left_payment(row: SpentRow, vouchers: Sequence[Voucher], paid: frozenset[str], window_days: int) -> str:
    """A payment that fits no voucher, or one that has its payment already."""
    if is_voucher_number(row.voucher_no):
        return f"It names voucher {row.voucher_no}, which is in no batch of ours. Check the number."
    if row.amount_cents < 0:
        return "Money came back, and the payment that it gives back is not in the lists."
    if not vouchers:
        return "We asked for no payment on its contract."
    same = [voucher for voucher in vouchers if voucher.item.net_cents == row.amount_cents]
    twice = [voucher.number for voucher in same if voucher.number in paid]
    if twice:
        return (
            f"Voucher {twice[0]} is over this amount and has its payment already. Find out whether it was paid twice."
        )
    if same:
        day = long_date(same[0].made_on)
        return (
            f"Voucher {same[0].number} is over this amount but was made on {day}: a payment is expected from that day "
            f"to {window_days} days after it. {_TYPE}"
        )
    return (
        "No voucher on its contract is over this amount. It may be an advance, or nothing of ours: ask the finance "
        "office what it was for."
    )


def _payment(row: SpentRow, cents: int) -> str:
    document = f" ({row.document_id})" if row.document_id else ""
    return f"{dollars(cents)} of {long_date(row.issued_on)}{document}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    told = "; ".join(names[:_NAMED])
    return f"{told}; and {more} more" if more > 0 else told
