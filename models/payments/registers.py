"""Fills the register of a month and the report on prompt payment from rows of requisitions."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.payments.letters import table_rate
from models.payments.policy import Policy
from models.payments.register_documents import (
    AgeBand,
    CauseInterest,
    HolderAge,
    LateLine,
    LateList,
    PaymentRegister,
    PromptPaymentReport,
    ProviderRegister,
    ProviderShare,
    RegisterLine,
)
from models.payments.verdicts import RELEASING, Outcome
from models.shared.calendar import new_york_date
from models.shared.documents import Office, Tone
from models.shared.money import dollars, percent

# Bars of the register's chart, and rows of the late list: what fits on a page. Source: convention.
CHARTED, LISTED = 8, 10
NO_CAUSE = "No cause recorded"
_OUTCOMES: Mapping[Outcome, tuple[str, Tone]] = {
    Outcome.APPROVED: ("Approved", "ok"),
    Outcome.SPLIT: ("Approved in part", "due"),
    Outcome.HELD: ("Held", "due"),
    Outcome.DISALLOWED: ("Disallowed", "bad"),
    Outcome.RETURNED: ("Returned", "bad"),
    Outcome.BLOCKED: ("Blocked", "due"),
    Outcome.WAITING: ("Waits", "due"),
}
# Days to the required date, as R22 warns of them, and days past it. Source: R22; bands: convention.
_AGES: tuple[tuple[str, Callable[[int], bool]], ...] = (
    ("due in more than 7 days", lambda late: late < -7),
    ("due within 7 days", lambda late: -7 <= late <= 0),
    ("1 to 30 days late", lambda late: 0 < late <= 30),
    ("over 30 days late", lambda late: late > 30),
)


@dataclass(frozen=True)
class RegisterRow:
    """One requisition as the registers see it. Amounts in cents.

    `ira_on` and `required_on` are None where no payment clock runs. `days_late` and `interest_cents` are those of the
    payment; `forecast_cents` is the interest if it were paid now, and `cause` why it waits or came late.
    """

    case_id: str
    contract_id: str
    provider: str
    ein: str
    received_on: date
    ira_on: date | None
    required_on: date | None
    outcome: Outcome
    claimed_cents: int
    approved_cents: int
    net_cents: int
    voucher_no: str = ""
    paid_on: date | None = None
    days_late: int = 0
    interest_cents: int = 0
    holder: str = ""
    forecast_cents: int = 0
    cause: str = ""

    @property
    def due_cents(self) -> int:
        """What is owed, or will be once nothing stops it: of a blocked or waiting one all that was approved."""
        stopped = self.outcome in (Outcome.BLOCKED, Outcome.WAITING)
        return self.approved_cents if stopped else self.net_cents if self.outcome in RELEASING else 0

    @property
    def months(self) -> frozenset[date]:
        """The first days of the months in which it was received and paid."""
        return frozenset(day.replace(day=1) for day in (self.received_on, self.paid_on) if day)

    @property
    def has_clock(self) -> bool:
        """True where something is due by a day."""
        return self.required_on is not None and self.due_cents > 0

    def days_past(self, as_of: date) -> int:
        """Days from the required date to a day, negative before it; zero where there is no such date."""
        return (as_of - self.required_on).days if self.required_on else 0


def payment_register(rows: Sequence[RegisterRow], month: date, office: Office, made_at: datetime) -> PaymentRegister:
    """The requisitions that were received or paid in the month of a day. Source: convention."""
    first, as_of = month.replace(day=1), new_york_date(made_at)
    taken = [row for row in rows if first in row.months]
    groups: dict[tuple[str, str], list[RegisterRow]] = defaultdict(list)
    for row in sorted(taken, key=lambda row: (row.provider.casefold(), row.ein, row.received_on, row.case_id)):
        groups[row.provider, row.ein].append(row)
    providers = tuple(_provider(name, ein, group, as_of) for (name, ein), group in groups.items())
    claimed, approved, net, interest = _sums(taken)
    return PaymentRegister(
        document_id=f"PAY-REG-{first:%Y%m}-{made_at:%Y%m%d-%H%M}", title=f"Payment register, {first:%B %Y}",
        made_at=made_at, office=office, month=first, as_of=as_of, providers=providers, largest=_largest(providers),
        requisitions=len(taken), paid=sum(row.paid_on is not None for row in taken),
        claimed_cents=claimed, approved_cents=approved, net_cents=net, interest_cents=interest,
    )  # fmt: skip


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
    words, tone = _OUTCOMES[row.outcome]
    so_far = max(0, row.days_past(as_of)) if row.has_clock else 0
    return RegisterLine(
        case_id=row.case_id, contract_id=row.contract_id, outcome=words, tone=tone,
        claimed_cents=row.claimed_cents, approved_cents=row.approved_cents, net_cents=row.net_cents,
        voucher_no=row.voucher_no, required_on=row.required_on, paid_on=row.paid_on,
        days_late=row.days_late if row.paid_on else so_far, interest_cents=row.interest_cents,
    )  # fmt: skip


def _largest(providers: Sequence[ProviderRegister]) -> tuple[ProviderShare, ...]:
    """The providers that claim most, each with a bar, and all the others in one."""
    ranked = sorted(providers, key=lambda provider: (-provider.claimed_cents, provider.provider.casefold()))
    bars = [_share(provider.provider, [provider]) for provider in ranked[:CHARTED]]
    rest = ranked[CHARTED:]
    return (*bars, _share(f"{len(rest)} others", rest)) if rest else tuple(bars)


def _share(label: str, providers: Sequence[ProviderRegister]) -> ProviderShare:
    return ProviderShare(
        label=label, requisitions=sum(len(provider.lines) for provider in providers),
        claimed_cents=sum(provider.claimed_cents for provider in providers),
        approved_cents=sum(provider.approved_cents for provider in providers),
    )  # fmt: skip


def prompt_payment_report(
    rows: Sequence[RegisterRow], as_of: date, office: Office, made_at: datetime, policy: Policy | None = None
) -> PromptPaymentReport:
    """How promptly the office pays, as of a day. Source: PPB 4-06(g), (h); KPI list (on-time payment, interest).

    `policy` only adds the rates of our table that the interest was reckoned at.
    """
    clocked = [row for row in rows if row.has_clock]
    unpaid = [row for row in clocked if row.paid_on is None]
    eligible = [row for row in clocked if row.paid_on or row.days_past(as_of) > 0]
    on_time = [row for row in eligible if row.paid_on and row.days_late == 0]
    late = sorted((row for row in unpaid if row.days_past(as_of) > 0), key=lambda r: (-r.days_past(as_of), r.case_id))
    causes = _by_cause(clocked)
    paid, forecast = sum(cause.paid_cents for cause in causes), sum(cause.forecast_cents for cause in causes)
    return PromptPaymentReport(
        document_id=f"PAY-PPR-{made_at:%Y%m%d-%H%M}", title="Prompt payment report", made_at=made_at, office=office,
        as_of=as_of, headlines=_headlines(on_time, eligible, late, paid, forecast),
        requisitions=len(rows), without_clock=len(rows) - len(clocked),
        eligible=len(eligible), eligible_cents=_due(eligible), on_time=len(on_time), on_time_cents=_due(on_time),
        unpaid=len(unpaid), unpaid_cents=_due(unpaid), by_holder=_by_holder(unpaid, as_of),
        by_age=tuple(_age(label, [row for row in unpaid if fits(row.days_past(as_of))]) for label, fits in _AGES),
        by_cause=causes, interest_paid_cents=paid, interest_forecast_cents=forecast, late=_late_list(late, as_of),
        rates=tuple(table_rate(policy, day) for day in _rate_days(clocked, as_of, policy)) if policy else (),
    )  # fmt: skip


def _due(rows: Sequence[RegisterRow]) -> int:
    return sum(row.due_cents for row in rows)


def _age(label: str, rows: Sequence[RegisterRow]) -> AgeBand:
    return AgeBand(label=label, requisitions=len(rows), due_cents=_due(rows))


def _headlines(
    on_time: Sequence[RegisterRow],
    eligible: Sequence[RegisterRow],
    late: Sequence[RegisterRow],
    paid: int,
    forecast: int,
) -> tuple[str, ...]:
    lines = [
        f"{len(on_time)} of {len(eligible)} requisitions that were due were paid on time: "
        f"{percent(len(on_time), len(eligible))}%, and {percent(_due(on_time), _due(eligible))}% of the money."
        if eligible else "No requisition was due yet."
    ]  # fmt: skip
    if late:
        number = f"{len(late)} requisition is" if len(late) == 1 else f"{len(late)} requisitions are"
        lines.append(f"{number} past the required date and not paid: {dollars(_due(late))}.")
    if paid or forecast:
        lines.append(
            f"Interest of {dollars(paid)} was paid; {dollars(forecast)} more would be due if all that is unpaid were "
            "paid now."
        )
    return tuple(lines)


def _by_holder(unpaid: Sequence[RegisterRow], as_of: date) -> tuple[HolderAge, ...]:
    """Who has the unpaid requisitions; most past their day first."""
    groups: dict[str, list[RegisterRow]] = defaultdict(list)
    for row in unpaid:
        groups[row.holder or "nobody named"].append(row)
    ages = [
        HolderAge(
            holder=holder, not_due=sum(row.days_past(as_of) <= 0 for row in group),
            past_due=sum(row.days_past(as_of) > 0 for row in group), due_cents=_due(group),
        )
        for holder, group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(ages, key=lambda age: (-age.past_due, -age.not_due, age.holder)))


def _by_cause(rows: Sequence[RegisterRow]) -> tuple[CauseInterest, ...]:
    """Interest by why it arose, the dearest first; requisitions that cost nothing are left out."""
    groups: dict[str, list[RegisterRow]] = defaultdict(list)
    for row in rows:
        if row.interest_cents or (row.forecast_cents and row.paid_on is None):
            groups[row.cause or NO_CAUSE].append(row)
    found = [
        CauseInterest(
            cause=cause, requisitions=len(group), paid_cents=sum(row.interest_cents for row in group),
            forecast_cents=sum(row.forecast_cents for row in group if row.paid_on is None),
        )
        for cause, group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: (-row.paid_cents - row.forecast_cents, row.cause)))


def _late_list(late: Sequence[RegisterRow], as_of: date) -> LateList:
    lines = [
        LateLine(
            case_id=row.case_id, provider=row.provider, holder=row.holder or "nobody named",
            cause=row.cause or NO_CAUSE, due_cents=row.due_cents, required_on=row.required_on,
            days_late=row.days_past(as_of), forecast_cents=row.forecast_cents,
        )
        for row in late[:LISTED] if row.required_on
    ]  # fmt: skip
    return LateList(rows=tuple(lines), requisitions=len(late), due_cents=_due(late))


def _rate_days(rows: Sequence[RegisterRow], as_of: date, policy: Policy) -> list[date]:
    """The first days of the rates that interest was paid or is forecast at, in their order."""
    days = {table_rate(policy, row.paid_on).since for row in rows if row.paid_on and row.interest_cents}
    if any(row.forecast_cents for row in rows if row.paid_on is None):
        days.add(table_rate(policy, as_of).since)
    return sorted(days)
