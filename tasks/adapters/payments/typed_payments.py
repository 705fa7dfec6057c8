"""A payment that a person of Fiscal types at the desk because no list brings it: written as a row of the list is."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.payments.acts import ACTS
from models.payments.payment_tracker import payment_row
from models.shared.money import plain
from models.shared.people import Person
from models.shared.tracker_cells import RowError
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.payments.cases import PROCESS
from tasks.adapters.payments.payments_made import keep_payments
from tasks.adapters.policy import payments_policy


class NotTyped(ValueError):
    """The payment cannot be noted; the message says why and what to do. Nothing was changed."""


def may_type(person: Person) -> bool:
    """Whether somebody may note a payment: those who sign for Fiscal."""
    return bool(person.roles & ACTS["fiscal_approved"].duty.roles)


def type_payment(session: Session, person: Person, typed: dict[str, Any], at: datetime) -> str:
    """Note one payment and who typed it; returns the requisition's number. Raises NotTyped.

    `typed` has the columns of the finance office's list: voucher_no, cents (an amount), on, reference.
    """
    try:
        payment = payment_row(typed)
    except RowError as error:
        raise NotTyped(f"{str(error)[:1].upper()}{str(error)[1:]}") from error
    if not payment.reference:
        raise NotTyped("Reference: write the number of the check or transfer, so that others find it again.")
    kept = keep_payments(session, [payment], payments_policy(), at, person.name)
    if payment in kept.refused:
        raise NotTyped(kept.refused[payment])
    if kept.unchanged:
        raise NotTyped(f"This payment on voucher {payment.voucher_no} is noted already. Look at its page.")
    told = {
        "by": person.staff_id, "voucher": payment.voucher_no, "amount": plain(payment.cents),
        "on": payment.on.isoformat(), "value": payment.reference,
    }  # fmt: skip
    happening = Happening("payment_typed", person.name, "", at, told)
    append_batch(session, PROCESS, f"typed:{payment.voucher_no}", [happening], at)
    return payment.voucher_no.rpartition("-V")[0]
