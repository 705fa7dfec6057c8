"""What vendors owe the City at a day: advances that could not be taken back, and what was paid too much. Cents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from models.payments.accruals import Refund
from models.payments.facts import Fact, Facts
from models.payments.matches import Match

_NOTHING = Facts(())


def advance_refund(
    contract_id: str, case_id: str, told: Facts, on: date, *, since: date, left_cents: int
) -> Refund | None:
    """What of an advance is still owed by a day; None where nothing is. `told` are the facts of the contract.

    `left_cents` could not be taken back with `case_id`, the last requisition, nor set off. Source: P19; Z4 (SBSF 5.4).
    """
    left = left_cents - _received(told, "", on)
    if left <= 0 or since > on:
        return None
    reason = "The advance could not be taken back. Ask the vendor for it."
    return Refund(contract_id=contract_id, case_id=case_id, reason=reason, amount_cents=left, due_since=since)


def overpaid_refunds(overpaid: Sequence[Match], told: Mapping[str, Facts], on: date) -> Iterator[Refund]:
    """What was paid too much on vouchers by a day, without what came back of it."""
    for match in overpaid:
        item = match.voucher.item
        left = -match.open_cents - _received(told.get(item.contract_id, _NOTHING), match.voucher.number, on)
        if left > 0 and match.settled_on <= on:
            yield Refund(
                contract_id=item.contract_id, case_id=item.case_id, amount_cents=left, due_since=match.settled_on,
                reason=f"Voucher {match.voucher.number} was paid too much. Ask the vendor for the difference.",
            )  # fmt: skip


def _received(told: Facts, voucher_no: str, on: date) -> int:
    """What came in by a day of what was paid too much on a voucher; of the advance where none is named."""
    rows = told.every(Fact.REFUND_RECEIVED)
    return sum(row.amount_cents or 0 for row in rows if row.name.upper() == voucher_no and row.on <= on)
