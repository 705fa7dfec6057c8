"""Fills the report on prompt payment from rows of parts of requisitions."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime

from models.payments.letters import table_rate
from models.payments.policy import Policy
from models.payments.register_documents import (
    AgeBand,
    CauseInterest,
    HolderAge,
    LateLine,
    LateList,
    PromptPaymentReport,
)
from models.payments.register_rows import RegisterRow
from models.shared.documents import Office
from models.shared.money import dollars, percent

# Rows of the late list: what fits on a page. Source: convention.
LISTED = 10
NO_CAUSE = "No cause recorded"
# Days to the required date, as R22 warns of them, and days past it. Source: R22; bands: convention.
_AGES: tuple[tuple[str, Callable[[int], bool]], ...] = (
    ("due in more than 7 days", lambda late: late < -7),
    ("due within 7 days", lambda late: -7 <= late <= 0),
    ("1 to 30 days late", lambda late: 0 < late <= 30),
    ("over 30 days late", lambda late: late > 30),
)


def prompt_payment_report(
    rows: Sequence[RegisterRow], as_of: date, office: Office, made_at: datetime, policy: Policy | None = None
) -> PromptPaymentReport:
    """How promptly the office pays, as of a day. Source: PPB 4-06(g), (h); KPI list (on-time payment, interest).

    Each part has a date of its own; it was paid on time if all of it was. Source: PPB 4-06(d)(3)(i); parts: convention.
    `policy` only adds the rates of our table that the interest was reckoned at.
    """
    clocked = [row for row in rows if row.has_clock]
    unpaid = [row for row in clocked if row.paid_on is None]
    eligible = [row for row in clocked if row.paid_on or row.days_past(as_of) > 0]
    on_time = [row for row in eligible if row.paid_on and row.days_late == 0]
    late = sorted(
        (row for row in unpaid if row.days_past(as_of) > 0), key=lambda r: (-r.days_past(as_of), r.case_id, r.part)
    )
    causes = _by_cause(clocked)
    paid, forecast = sum(cause.paid_cents for cause in causes), sum(cause.forecast_cents for cause in causes)
    return PromptPaymentReport(
        document_id=f"PAY-PPR-{made_at:%Y%m%d-%H%M}", title="Prompt payment report", made_at=made_at, office=office,
        as_of=as_of, headlines=_headlines(on_time, eligible, late, paid, forecast),
        parts=len(rows), without_clock=len(rows) - len(clocked),
        eligible=len(eligible), eligible_cents=_due(eligible), on_time=len(on_time), on_time_cents=_due(on_time),
        unpaid=len(unpaid), unpaid_cents=_owed(unpaid), by_holder=_by_holder(unpaid, as_of),
        by_age=tuple(_age(label, [row for row in unpaid if fits(row.days_past(as_of))]) for label, fits in _AGES),
        by_cause=causes, interest_paid_cents=paid, interest_forecast_cents=forecast, late=_late_list(late, as_of),
        rates=tuple(table_rate(policy, day) for day in _rate_days(clocked, as_of, policy)) if policy else (),
    )  # fmt: skip


def _due(rows: Sequence[RegisterRow]) -> int:
    return sum(row.due_cents for row in rows)


def _owed(rows: Sequence[RegisterRow]) -> int:
    return sum(row.owed_cents for row in rows)


def _age(label: str, rows: Sequence[RegisterRow]) -> AgeBand:
    return AgeBand(label=label, parts=len(rows), owed_cents=_owed(rows))


def _headlines(
    on_time: Sequence[RegisterRow],
    eligible: Sequence[RegisterRow],
    late: Sequence[RegisterRow],
    paid: int,
    forecast: int,
) -> tuple[str, ...]:
    lines = [
        f"{len(on_time)} of {len(eligible)} parts of requisitions that were due were paid on time: "
        f"{percent(len(on_time), len(eligible))}%, and {percent(_due(on_time), _due(eligible))}% of the money."
        if eligible else "Nothing was due yet."
    ]  # fmt: skip
    if late:
        number = "1 part is" if len(late) == 1 else f"{len(late)} parts are"
        lines.append(f"{number} past the required date and not paid in full: {dollars(_owed(late))}.")
    if paid or forecast:
        lines.append(
            f"Interest of {dollars(paid)} was paid; {dollars(forecast)} more would be due if all that is unpaid were "
            "paid now."
        )
    return tuple(lines)


def _by_holder(unpaid: Sequence[RegisterRow], as_of: date) -> tuple[HolderAge, ...]:
    """Who has what is unpaid; most past their day first."""
    groups: dict[str, list[RegisterRow]] = defaultdict(list)
    for row in unpaid:
        groups[row.holder or "nobody named"].append(row)
    ages = [
        HolderAge(
            holder=holder, not_due=sum(row.days_past(as_of) <= 0 for row in group),
            past_due=sum(row.days_past(as_of) > 0 for row in group), owed_cents=_owed(group),
        )
        for holder, group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(ages, key=lambda age: (-age.past_due, -age.not_due, age.holder)))


def _by_cause(rows: Sequence[RegisterRow]) -> tuple[CauseInterest, ...]:
    """Interest by why it arose, the dearest first; parts that cost nothing are left out."""
    groups: dict[str, list[RegisterRow]] = defaultdict(list)
    for row in rows:
        if row.interest_cents or (row.forecast_cents and row.paid_on is None):
            groups[row.cause or NO_CAUSE].append(row)
    found = [
        CauseInterest(
            cause=cause, parts=len(group), paid_cents=sum(row.interest_cents for row in group),
            forecast_cents=sum(row.forecast_cents for row in group if row.paid_on is None),
        )
        for cause, group in groups.items()
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: (-row.paid_cents - row.forecast_cents, row.cause)))


def _late_list(late: Sequence[RegisterRow], as_of: date) -> LateList:
    lines = [
        LateLine(
            case_id=row.case_id, part=row.part, provider=row.provider, holder=row.holder or "nobody named",
            cause=row.cause or NO_CAUSE, owed_cents=row.owed_cents, required_on=row.required_on,
            days_late=row.days_past(as_of), forecast_cents=row.forecast_cents,
        )
        for row in late[:LISTED] if row.required_on
    ]  # fmt: skip
    return LateList(rows=tuple(lines), parts=len(late), owed_cents=_owed(late))


def _rate_days(rows: Sequence[RegisterRow], as_of: date, policy: Policy) -> list[date]:
    """The first days of the rates that interest was paid or is forecast at, in their order."""
    days = {table_rate(policy, row.paid_on).since for row in rows if row.paid_on and row.interest_cents}
    if any(row.forecast_cents for row in rows if row.paid_on is None):
        days.add(table_rate(policy, as_of).since)
    return sorted(days)
