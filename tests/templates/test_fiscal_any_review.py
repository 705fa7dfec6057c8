"""Whatever came in, what was found of it can be printed: any review of any packet, and any portfolio of such."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from models.fiscal.packet import (
    FiscalPacket,
    InvoiceFacts,
    MonthFacts,
    OpenReason,
    OutcomeFacts,
    PlanFacts,
    RateFacts,
    RestatedFacts,
)
from models.shared.budgets import Category
from models.shared.calendar import months_after
from tasks.adapters.templating import html
from tests.templates.fiscal_examples import (
    FIRST,
    LAST,
    full_desk,
    make_fiscal_packet,
    make_line,
    make_report,
    of_contract,
    portfolio,
    reviewed,
)

CENTS = st.integers(-(10**12), 10**12)
BUDGETS = st.integers(0, 10**12)
WORDS = st.text(max_size=40)
DAYS = st.dates(FIRST, months_after(LAST, 6))
RATES = st.decimals(0, 1, places=4)
OUTCOMES = st.builds(OutcomeFacts, target=st.integers(0, 9), verified=st.integers(0, 9), unit_cost_cents=BUDGETS)
REASONS = st.builds(
    OpenReason, code=st.sampled_from(["F10", "F11", "F12"]), subject=st.sampled_from(["", "line 1"]), since=DAYS,
    reason=WORDS,
)  # fmt: skip


@st.composite
def any_packet(draw: st.DrawFn) -> FiscalPacket:
    """A month of any numbers, with or without a report and each thing that may be told."""
    month = months_after(FIRST, draw(st.integers(0, 11)))
    lines = [
        make_line(
            no, budget=draw(BUDGETS), prior=draw(CENTS), current=draw(CENTS), title=draw(WORDS),
            category=draw(st.sampled_from(list(Category))), before_cents=draw(st.none() | CENTS),
            ytd_cents=draw(CENTS), told_cents=draw(st.none() | CENTS),
        )
        for no in range(1, draw(st.integers(1, 4)) + 1)
    ]  # fmt: skip
    due_on = months_after(month, 1).replace(day=15)
    report = make_report(
        lines, revision=draw(st.integers(1, 3)), received_on=draw(DAYS), certified_by=draw(WORDS), reason=draw(WORDS),
        gl_total_cents=draw(st.none() | CENTS), paid_fte=draw(st.none() | st.decimals(0, 50, places=2)),
    )  # fmt: skip
    earlier = [months_after(FIRST, back) for back in range((month.year - FIRST.year) * 12 + month.month - FIRST.month)]
    told = draw(st.booleans())
    return make_fiscal_packet(
        lines, month=month, due_on=due_on, as_of=due_on + timedelta(days=draw(st.integers(-20, 200))),
        report=report if draw(st.booleans()) else None,
        contract={"provider": draw(WORDS), "active_on": draw(st.none() | DAYS)},
        earlier=tuple(
            MonthFacts(month=day, received_on=draw(st.none() | DAYS), revision=1, total_cents=draw(CENTS))
            for day in earlier
        ),
        invoices=tuple(
            InvoiceFacts(
                number=draw(WORDS), service_from=FIRST, service_to=date(2026, 9, 30), claimed_cents=draw(CENTS),
                paid_cents=draw(CENTS), decided_on=draw(st.none() | DAYS), disallowed_cents=draw(BUDGETS),
            )
            for _ in range(draw(st.integers(0, 2)))
        ),
        rates=RateFacts(fringe=draw(RATES), indirect=draw(RATES), indirect_expires=draw(st.none() | DAYS)),
        plan=tuple(PlanFacts(month=months_after(FIRST, n), amount_cents=draw(CENTS)) for n in range(12 * told)),
        outcomes=draw(st.none() | OUTCOMES),
        open_reasons=tuple(draw(st.lists(REASONS, max_size=2))), budgeted_fte=draw(st.none() | st.just(Decimal("4.5"))),
        restated=(RestatedFacts(month=FIRST, revision=2, received_on=LAST, moved_cents=draw(CENTS)),) if told else (),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(any_packet(), st.booleans())
def test_any_review_of_any_packet_can_be_printed(packet: FiscalPacket, signed: bool) -> None:
    document = reviewed(packet, full_desk(packet) if signed else None)
    page = html(document)
    assert page.rstrip().endswith("</html>")
    assert all(finding.code in page for finding in document.findings)
    assert type(document).model_validate_json(document.model_dump_json()).packet() == document.packet()


@settings(max_examples=15, deadline=None)
@given(st.lists(any_packet(), max_size=3))
def test_any_portfolio_can_be_printed_and_begins_with_the_worst(packets: list[FiscalPacket]) -> None:
    report = portfolio([of_contract(packet, number) for number, packet in enumerate(packets)])
    assert html(report).rstrip().endswith("</html>")
    ranks = [["info", "low", "medium", "high"].index(row.worst) if row.worst else -1 for row in report.contracts]
    assert ranks == sorted(ranks, reverse=True)
