"""Vouchers and what the City paid: read from the tables, matched, and noted as paid where nothing is in doubt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from models.payments.match_lists import MatchLists, match_lists
from models.payments.matches import Match, Matching, contract_key
from models.payments.matching import match_payments
from models.payments.payment_tracker import PaymentRow
from models.payments.policy import Policy
from models.payments.records import SpendingRow, VoucherPayment
from models.payments.records import Voucher as KeptVoucher
from models.payments.spending import SpentRow
from models.payments.vouchers import Voucher, Voucherable, made_on
from tasks.adapters.database import batches
from tasks.adapters.payments.payments_made import keep_payments
from tasks.adapters.policy import payments_policy

_SPENT = tuple(field.name for field in fields(SpentRow))


def match_and_record(session: Session, at: datetime) -> dict[str, int]:
    """Match all vouchers with all spending, and note what was paid to the cent; counts of each standing."""
    found = load_matching(session, payments_policy())
    told = record_matches(session, found.paid_in_full, at)
    return {
        **told, "matched": len(found.matches), "vouchers_without_payment": len(found.vouchers_without_payment),
        "payments_without_voucher": len(found.payments_without_voucher),
    }  # fmt: skip


def load_matching(session: Session, policy: Policy) -> Matching:
    """The vouchers of all batches, and the spending that may be theirs, matched."""
    asked = [Voucher(row.voucher_no, made_on(row.batch_no), _item(row)) for row in _vouchers(session)]
    return match_payments(asked, _spent(session, asked), window_days=policy.match_days)


def _item(row: Any) -> Voucherable:
    return Voucherable.model_validate_json(row.body)


def _vouchers(session: Session) -> Sequence[Any]:
    table = KeptVoucher.__table__.c  # type: ignore[attr-defined]
    # What was voided or reissued is asked for by another voucher.
    asked = table.batch_no.like("VB-%") & table.voided_on.is_(None) & (table.reissued_as == "")
    query = select(table.voucher_no, table.batch_no, table.body).where(asked)
    return session.execute(query.order_by(table.voucher_no)).all()


def _spent(session: Session, asked: Sequence[Voucher]) -> list[SpentRow]:
    """Spending on the contracts of our vouchers, and what names one of our vouchers or was counted for one.

    What was counted for a voucher that is void by now was paid, or came back, on that one.
    """
    table = SpendingRow.__table__.c  # type: ignore[attr-defined]
    query = select(*(table[name] for name in _SPENT))
    contracts = sorted({contract_key(voucher.item.fms_contract_id) for voucher in asked} - {""})
    found = list(session.execute(query.where((table.names_voucher != "") | (table.counted_for != ""))))
    for some in batches(contracts):
        found += session.execute(query.where(table.contract_key.in_(some)))
    known = {"", *(voucher.number for voucher in asked)}
    spent = {row.raw_key: SpentRow(*row) for row in found if row.counted_for in known}
    return list(_unexplained(spent.values(), _moved_on_old_vouchers(session)))


def _moved_on_old_vouchers(session: Session) -> Counter[tuple[str, date, int]]:
    """What the finance office's list told of vouchers that are void or reissued: contract, day and amount."""
    vouchers, paid = KeptVoucher.__table__, VoucherPayment.__table__  # type: ignore[attr-defined]
    query = select(vouchers.c.body, paid.c.on, paid.c.cents).join(paid, paid.c.voucher_no == vouchers.c.voucher_no)
    old = query.where(vouchers.c.voided_on.is_not(None) | (vouchers.c.reissued_as != ""))
    return Counter((contract_key(_item(row).fms_contract_id), row.on, row.cents) for row in session.execute(old))


def _unexplained(spent: Iterable[SpentRow], told: Counter[tuple[str, date, int]]) -> Iterator[SpentRow]:
    """Spending without that which was told of an old voucher: of two alike, as many as were told."""
    for row in sorted(spent, key=lambda row: row.raw_key):
        key = (contract_key(row.contract_id), row.issued_on, row.amount_cents)
        if not row.counted_for and not row.voucher_no and told[key]:
            told[key] -= 1
        else:
            yield row


def record_matches(session: Session, matches: Sequence[Match], at: datetime) -> dict[str, int]:
    """Note matches as payments of their vouchers, just as rows of the finance office's own list.

    `matches` are paid to the cent, each by payments of which none went back; a voucher that is paid already is
    unchanged. The rows of spending are tied to their vouchers, so that no later list makes it doubtful again.
    """
    unpaid = _unpaid(session, [match.voucher.number for match in matches])
    fresh = [_payment(match) for match in matches if match.voucher.number in unpaid]
    kept = keep_payments(session, fresh, payments_policy(), at)
    table = SpendingRow.__table__  # type: ignore[attr-defined]
    rows = [
        {"b_key": row.raw_key, "b_for": match.voucher.number, "b_by": match.found_by.value}
        for match in matches
        for row in match.payments
        if row.counted_for != match.voucher.number
    ]
    if rows:
        mine = update(table).where(table.c.raw_key == bindparam("b_key"))
        counted = mine.values(counted_for=bindparam("b_for"), counted_by=bindparam("b_by"))
        session.connection().execute(counted, rows)
    return {"paid": kept.paid, "paid_before": len(matches) - kept.paid}


def _unpaid(session: Session, numbers: Sequence[str]) -> set[str]:
    """Vouchers of which no list has told any payment: what another list told is not told once more."""
    table = KeptVoucher.__table__.c  # type: ignore[attr-defined]
    mine = table.voucher_no.in_(list(numbers)) & (table.paid_cents == 0) & table.returned_on.is_(None)
    return set(session.execute(select(table.voucher_no).where(mine)).scalars())


def _payment(match: Match) -> PaymentRow:
    """A match as a row of the finance office's list: the day of its last payment, the numbers of all."""
    numbers = dict.fromkeys(row.document_id for row in match.payments if row.document_id)
    return PaymentRow(
        voucher_no=match.voucher.number, cents=match.paid_cents, on=match.settled_on, reference=", ".join(numbers)
    )


def load_lists(session: Session, as_of: date) -> MatchLists:
    """Vouchers and payments as people read them, as of a day."""
    table = KeptVoucher.__table__.c  # type: ignore[attr-defined]
    query = select(table.voucher_no, table.paid_on).where(table.paid_on.is_not(None))
    paid = {number: day for number, day in session.execute(query)}
    return match_lists(load_matching(session, payments_policy()), paid, as_of)
