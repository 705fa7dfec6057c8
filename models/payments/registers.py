"""Fills the register of a month from rows of parts of requisitions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.payments.register_documents import (
    DisputeLine,
    PaymentRegister,
    ProviderRegister,
    ProviderShare,
    RefundLine,
    RegisterLine,
    SetOffLine,
)
from models.payments.register_rows import RegisterRow
from models.payments.verdicts import Outcome
from models.shared.calendar import new_york_date
from models.shared.documents import Office, Tone

# Bars of the register's chart: what fits on a page. Source: convention.
CHARTED = 8
_OUTCOMES: Mapping[Outcome, tuple[str, Tone]] = {
    Outcome.APPROVED: ("Approved", "ok"),
    Outcome.SPLIT: ("Approved in part", "due"),
    Outcome.HELD: ("Held", "due"),
    Outcome.DISALLOWED: ("Disallowed", "bad"),
    Outcome.RETURNED: ("Returned", "bad"),
    Outcome.BLOCKED: ("Blocked", "due"),
    Outcome.WAITING: ("Waits", "due"),
}


@dataclass(frozen=True)
class Besides:
    """What a register tells besides its rows: refunds due to the City, and disputes; those of its month are taken."""

    refunds: tuple[RefundLine, ...] = ()
    disputes: tuple[DisputeLine, ...] = ()


def payment_register(
    rows: Sequence[RegisterRow], month: date, office: Office, made_at: datetime, besides: Besides | None = None
) -> PaymentRegister:
    """The requisitions of which something was received or paid in the month of a day, whole. Source: convention."""
    first, as_of = month.replace(day=1), new_york_date(made_at)
    of_month = {row.case_id for row in rows if first in row.months}
    taken = sorted((row for row in rows if row.case_id in of_month), key=_order)
    groups: dict[tuple[str, str], list[RegisterRow]] = defaultdict(list)
    for row in taken:
        groups[row.provider, row.ein].append(row)
    providers = tuple(_provider(name, ein, group, as_of) for (name, ein), group in groups.items())
    claimed, approved, net, interest = _sums(taken)
    told = besides or Besides()
    return PaymentRegister(
        document_id=f"PAY-REG-{first:%Y%m}-{made_at:%Y%m%d-%H%M}", title=f"Payment register, {first:%B %Y}",
        made_at=made_at, office=office, month=first, as_of=as_of, providers=providers, largest=_largest(providers),
        requisitions=len(of_month), parts=len(taken), paid=sum(row.paid_on is not None for row in taken),
        claimed_cents=claimed, approved_cents=approved, net_cents=net, interest_cents=interest,
        set_offs=tuple(
            SetOffLine(case_id=row.case_id, part=row.part, provider=row.provider, cents=row.offset_cents)
            for row in taken if row.offset_cents
        ),
        refunds=tuple(line for line in told.refunds if line.left_cents or _in(line.due_since, first)),
        disputes=tuple(
            line for line in told.disputes
            if line.decided_on is None or _in(line.filed_on, first) or _in(line.decided_on, first)
        ),
    )  # fmt: skip


def _order(row: RegisterRow) -> tuple[str, str, str, int]:
    return row.provider.casefold(), row.ein, row.case_id, row.part


def _in(day: date, month: date) -> bool:
    return day.replace(day=1) == month


def _sums(rows: Sequence[RegisterRow]) -> tuple[int, int, int, int]:
    return (
        sum(row.claimed_cents for row in rows), sum(row.approved_cents for row in rows),
        sum(row.net_cents for row in rows), sum(row.interest_cents for row in rows),
    )  # fmt: skip


def _provider(name: str, ein: str, rows: Sequence[RegisterRow], as_of: date) -> ProviderRegister:
    claimed, approved, net, interest = _sums(rows)
    return ProviderRegister(
        provider=name, ein=ein, lines=tuple(_line(row, as_of) for row in rows),
        claimed_cents=claimed, approved_cents=approved, net_cents=net, interest_cents=interest,
    )  # fmt: skip


def _line(row: RegisterRow, as_of: date) -> RegisterLine:
    words, tone = (row.closed, "plain") if row.closed else _OUTCOMES[row.outcome]
    so_far = max(0, row.days_past(as_of)) if row.has_clock else 0
    return RegisterLine(
        case_id=row.case_id, part=row.part, contract_id=row.contract_id, outcome=words, tone=tone,
        claimed_cents=row.claimed_cents, approved_cents=row.approved_cents, net_cents=row.net_cents,
        voucher_no=row.voucher_no, required_on=row.required_on, paid_on=row.paid_on,
        days_late=row.days_late if row.paid_on else so_far, interest_cents=row.interest_cents, notes=row.notes,
    )  # fmt: skip


def _largest(providers: Sequence[ProviderRegister]) -> tuple[ProviderShare, ...]:
    """The providers that claim most, each with a bar, and all the others in one."""
    ranked = sorted(providers, key=lambda provider: (-provider.claimed_cents, provider.provider.casefold()))
    bars = [_share(provider.provider, [provider]) for provider in ranked[:CHARTED]]
    rest = ranked[CHARTED:]
    return (*bars, _share(f"{len(rest)} others", rest)) if rest else tuple(bars)


def _share(label: str, providers: Sequence[ProviderRegister]) -> ProviderShare:
    return ProviderShare(
        label=label, parts=sum(len(provider.lines) for provider in providers),
        claimed_cents=sum(provider.claimed_cents for provider in providers),
        approved_cents=sum(provider.approved_cents for provider in providers),
    )  # fmt: skip
