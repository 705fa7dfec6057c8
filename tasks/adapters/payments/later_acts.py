"""What can be signed about a requisition after its approval: vouchers voided and reissued, disputes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.payments.later_documents import AmountOfLine
from models.payments.parts import refused
from models.payments.records import ApprovedLine, Dispute
from models.payments.vouchers import voucher_number
from models.shared.calendar import long_date, new_york_date
from models.shared.money import dollars
from models.shared.signing import Item
from tasks.adapters.payments.case_rows import decided_line, load_revisions
from tasks.adapters.payments.cases import LoadedRequisition
from tasks.adapters.payments.standing import standing_of, vouchers_of
from tasks.adapters.policy import payments_policy
from tasks.adapters.refusals import NotSigned
from tasks.adapters.refusals import Refusal as Why
from tasks.adapters.rows import all_rows
from tasks.adapters.signed_fields import NOTHING, day_given


@dataclass(frozen=True)
class Taken:
    """What an act is about, in words, and the facts that its effect needs."""

    says: tuple[tuple[str, str], ...]
    vouchers: tuple[Any, ...] = ()
    filed_on: date | None = None
    due_on: date | None = None
    refused_cents: int = 0
    dispute_no: int = 0
    lines: tuple[AmountOfLine, ...] = ()

    @property
    def disputed(self) -> tuple[date, tuple[AmountOfLine, ...]] | None:
        """For a dispute that is decided: the day of its notice, and what it is about."""
        return (self.filed_on, self.lines) if self.filed_on and self.lines else None


def _void(session: Session, item: Item, case: LoadedRequisition, at: datetime) -> Taken:
    """The one voucher that was asked for and not paid; where there are two, the one that the form names."""
    may = [row for row in vouchers_of(session, item.case_id) if standing_of(row).may_be_voided]
    asked = item.fields.get("voucher", "").strip().upper()
    chosen = [row for row in may if asked in ("", row.voucher_no)]
    if len(chosen) != 1:
        known = ", ".join(row.voucher_no for row in may) or "none"
        raise NotSigned(
            Why.FORM,
            f"{item.case_id}: name the voucher that is to be voided. Asked for and not paid: {known}. {NOTHING}",
        )
    row = chosen[0]
    says = (("Voucher", row.voucher_no), ("Amount", dollars(row.net_cents)), ("In batch", row.batch_no))
    return Taken(says, vouchers=(row,))


def _reissue(session: Session, item: Item, case: LoadedRequisition, at: datetime) -> Taken:
    """Every voucher of the requisition whose payment came back, or that was voided."""
    rows = tuple(row for row in vouchers_of(session, item.case_id) if standing_of(row).wants_reissue)
    if not rows:
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: no payment came back and no voucher is void. {NOTHING}")
    says = []
    for row in rows:
        number = voucher_number(row.case_id, row.part, row.issue + 1)
        says += [
            ("Voucher", row.voucher_no),
            ("Reissued as", number),
            ("Amount", dollars(row.net_cents - row.paid_cents)),
        ]
    return Taken(tuple(says), vouchers=rows)


def _dispute(session: Session, item: Item, case: LoadedRequisition, at: datetime) -> Taken:
    """What was refused so far, and the days of PPB 4-09 (K18)."""
    today, policy = new_york_date(at), payments_policy()
    filed_on = day_given(item, today, "the notice")
    cents = refused_cents(session, case)
    if not cents:
        raise NotSigned(
            Why.ILLEGAL, f"{item.case_id}: nothing of it was refused, so nothing can be disputed. {NOTHING}"
        )
    decided_on = max((event.on for event in case.history if event.event in _DETERMINED), default=today)
    late = (filed_on - decided_on).days - policy.dispute_notice_days
    due_on = policy.calendar.next_business_day(filed_on + timedelta(days=policy.dispute_decision_days))
    in_time = f"{late} days after its last day" if late > 0 else "in time"
    says = (
        ("Notice of dispute received", long_date(filed_on)), ("Determined on", long_date(decided_on)),
        ("Within the days of PPB 4-09", in_time), ("Refused so far", dollars(cents)),
        ("Agency head decides by", long_date(due_on)),
    )  # fmt: skip
    return Taken(says, filed_on=filed_on, due_on=due_on, refused_cents=cents, dispute_no=_next_dispute(session, item))


_DETERMINED = frozenset({"fiscal_approved", "rest_disallowed", "disallowed", "hold_lapsed", "rest_lapsed"})


def refused_cents(session: Session, case: LoadedRequisition) -> int:
    """What the parts so far refused; the whole claim where none was ever approved."""
    return max(0, sum(line.cents for line in _refused(session, case)))


def _refused(session: Session, case: LoadedRequisition) -> tuple[AmountOfLine, ...]:
    """What the parts so far refused, line by line."""
    case_id = case.head.case_id
    form = load_revisions(session, [case_id])[case_id].form
    rows = all_rows(session, ApprovedLine, "case_id", [case_id])
    cents = (
        refused(form, [decided_line(row) for row in rows])
        if rows
        else {line.no: line.amount_cents for line in form.lines}
    )
    words = {line.no: line.description for line in form.lines}
    return tuple(
        AmountOfLine(no=no, description=words.get(no, ""), cents=amount) for no, amount in sorted(cents.items())
    )


def _next_dispute(session: Session, item: Item) -> int:
    return len(all_rows(session, Dispute, "case_id", [item.case_id])) + 1


def _decision(session: Session, item: Item, case: LoadedRequisition, at: datetime) -> Taken:
    """The dispute that waits for the agency head."""
    table = Dispute.__table__  # type: ignore[attr-defined]
    mine = (table.c.case_id == item.case_id) & (table.c.decided_as == "")
    row = session.execute(select(table).where(mine)).first()
    if row is None:
        raise NotSigned(Why.ILLEGAL, f"{item.case_id}: no dispute waits for a decision. {NOTHING}")
    says = (
        ("Notice of dispute received", long_date(row.filed_on)), ("To be decided by", long_date(row.decision_due_on)),
        ("Refused so far", dollars(row.refused_cents)),
    )  # fmt: skip
    return Taken(
        says, filed_on=row.filed_on, refused_cents=row.refused_cents, dispute_no=row.no, lines=_refused(session, case)
    )


LATER: Mapping[str, Callable[[Session, Item, LoadedRequisition, datetime], Taken]] = {
    "voucher_voided": _void, "reissued": _reissue, "disputed": _dispute, "dispute_granted": _decision,
    "dispute_denied": _decision,
}  # fmt: skip
