"""What vendors owe the City at a day: advances that could not be taken back, and what was paid too much. Cents."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from models.payments.accruals import Refund
from models.payments.facts import Fact, Facts
from models.payments.matches import Match

_NOTHING = Facts(())


def advance_refund(
    contract_id: str, told: Facts, taken_cents: int, last: tuple[str, date], on: date
) -> Refund | None:  # fmt: skip
    """What of an advance is still out once the last requisition is approved; None where nothing is, by a day.

    `last` are that requisition and the day of its approval. Source: P19; Z4 (SBSF 5.4).
    """
    case_id, since = last
    advanced = sum(row.amount_cents or 0 for row in told.every(Fact.ADVANCE))
    left = advanced - taken_cents - _received(told, "", on)
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
