"""What holds of every month whatever its figures: a pure review, exact sums, shares without a size."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.fiscal.codes import Code
from models.fiscal.packet import FiscalPacket
from models.fiscal.rules import review
from models.shared.calendar import months_after
from models.shared.money import to_decimal
from tests.fiscal_packets import FIRST, LAST, LINES, make_packet, make_policy, month_end, months_between

POLICY = make_policy()
SHARES = (
    "elapsed", "burn", "burn_gap", "line_utilisation", "disallowance_rate", "timeliness", "vacancy", "outcome_gap",
    "subcontract_share", "fringe_rate", "indirect_rate",
)  # fmt: skip
# `projected` and `lapse` are rounded to the cent where the pace projects.
AMOUNTS = (
    "planned_gap", "unbilled", "exposure", "gl_variance", "claim_variance", "advance_balance", "cost_per_outcome",
)  # fmt: skip
months = st.integers(min_value=0, max_value=11).map(lambda n: months_after(FIRST, n))
cents = st.integers(min_value=0, max_value=5_000_000)
each = settings(max_examples=100, deadline=None)


@st.composite
def packets(draw: st.DrawFn) -> FiscalPacket:
    """A month with any spending, claims, advance and ledger; its sums add up and follow last month."""
    month = draw(months)
    spent = [(1, to_decimal(draw(cents))) for _ in months_between(FIRST, month)]
    lines = {
        str(no): {"current": to_decimal(draw(cents)), "prior": to_decimal(0 if month == FIRST else draw(cents))}
        for no in draw(st.sets(st.sampled_from([no for no, *_ in LINES])))
    }
    claimed = draw(cents)
    invoice = {"claimed": to_decimal(claimed), "paid": to_decimal(claimed // 2), "disallowed": to_decimal(claimed // 9)}
    report = {"gl_total": to_decimal(draw(cents))} if draw(st.booleans()) else {}
    return make_packet(
        month,
        absent=draw(st.sampled_from([(), ("plan",), ("outcomes",), ("gl_total_cents",), ("active_on",)])),
        months=spent,
        lines=lines,
        plan=[(12, to_decimal(draw(cents)))],
        report=report,
        invoices=[{"from": month, "to": month_end(month), "decided_on": month_end(month)} | invoice],
        advanced=to_decimal(draw(cents)),
    )


def scaled(facts: Any, times: int) -> Any:
    """The same facts with every amount so many times as large."""
    if isinstance(facts, dict):
        return {k: v * times if k.endswith("_cents") and v is not None else scaled(v, times) for k, v in facts.items()}
    return [scaled(item, times) for item in facts] if isinstance(facts, list | tuple) else facts


@each
@given(packets())
def test_a_month_that_is_reviewed_again_finds_the_same(packet: FiscalPacket) -> None:
    assert review(packet, POLICY) == review(packet.model_copy(deep=True), POLICY)


@each
@given(packets())
def test_a_month_that_was_stored_and_read_finds_the_same(packet: FiscalPacket) -> None:
    stored = FiscalPacket.model_validate_json(packet.canonical())
    assert stored.sha256() == packet.sha256()
    assert review(stored, POLICY) == review(packet, POLICY)


@each
@given(packets())
def test_a_review_changes_nothing_of_what_it_sees(packet: FiscalPacket) -> None:
    before = packet.canonical()
    review(packet, POLICY)
    assert packet.canonical() == before


@each
@given(months, st.integers(min_value=1, max_value=10**8))
def test_equal_months_as_planned_find_nothing_whatever_the_budget(month: Any, dimes: int) -> None:
    found = review(make_packet(month, budget=to_decimal(dimes * 10 * 12)), POLICY)
    assert found.codes == ()
    assert (found.measures["planned_gap"].value, found.measures["lapse"].value) == (0, 0)


@each
@given(months, st.integers(min_value=1, max_value=10**7))
def test_equal_days_without_a_plan_find_nothing_whatever_the_budget(month: Any, dimes: int) -> None:
    spent = [(1, to_decimal(day.day * dimes * 10)) for day in map(month_end, months_between(FIRST, month))]
    days = (LAST - FIRST).days + 1
    found = review(make_packet(month, budget=to_decimal(days * dimes * 10), months=spent, absent=("plan",)), POLICY)
    assert found.codes == ()
    assert (found.measures["burn_gap"].value, found.measures["lapse"].value) == (0, 0)


@each
@given(packets())
def test_the_lines_sum_up_to_what_the_measures_are_taken_of(packet: FiscalPacket) -> None:
    spent = sum(line.spent_cents for line in packet.lines)
    measures = review(packet, POLICY).measures
    assert measures["burn"].value == Fraction(spent, sum(line.budget_cents for line in packet.lines))
    if packet.plan:
        projected, rest = measures["projected"].value, [p.amount_cents for p in packet.plan if p.month > packet.month]
        assert projected == spent + sum(rest)


@each
@given(packets())
def test_sums_that_add_up_and_follow_last_month_are_never_found_wrong(packet: FiscalPacket) -> None:
    assert not {Code.ARITHMETIC, Code.CONTINUITY, Code.BUDGET_DIFFERS} & set(review(packet, POLICY).codes)


@each
@given(packets(), st.sampled_from(["budget", "prior", "current", "ytd", "balance"]), st.sampled_from([-1, 1]))
def test_one_cent_in_one_total_is_found_once(packet: FiscalPacket, column: str, cent: int) -> None:
    assert packet.report
    moved = getattr(packet.report.totals, f"{column}_cents") + cent
    totals = packet.report.totals.model_copy(update={f"{column}_cents": moved})
    wrong = packet.model_copy(update={"report": packet.report.model_copy(update={"totals": totals})})
    before = {finding.key for finding in review(packet, POLICY).findings}
    new = [finding.key for finding in review(wrong, POLICY).findings if finding.key not in before]
    assert new == [("F04", f"total, {'year to date' if column == 'ytd' else column}")]


@each
@given(packets(), st.integers(min_value=2, max_value=1000))
def test_amounts_that_are_all_so_many_times_as_large_change_no_share(packet: FiscalPacket, times: int) -> None:
    larger = FiscalPacket.model_validate(scaled(packet.model_dump(), times))
    small, large = review(packet, POLICY).measures, review(larger, POLICY).measures
    assert {name: large[name].value for name in SHARES} == {name: small[name].value for name in SHARES}
    wanted = {name: None if (value := small[name].value) is None else value * times for name in AMOUNTS}
    assert {name: large[name].value for name in AMOUNTS} == wanted


@each
@given(months, st.sampled_from([-1, 1]))
def test_one_cent_between_report_and_ledger_is_found_and_nothing_else(month: Any, cent: int) -> None:
    packet = make_packet(month)
    assert packet.report
    moved = packet.report.model_copy(update={"gl_total_cents": packet.current_cents + cent})
    found = review(packet.model_copy(update={"report": moved}), POLICY)
    assert found.codes == (Code.LEDGER_VARIANCE,)
    assert found.measures["gl_variance"].value == 1


@each
@given(packets())
def test_what_is_found_of_one_month_is_never_found_because_of_the_day_of_its_review(packet: FiscalPacket) -> None:
    later = packet.model_copy(update={"as_of": months_after(packet.as_of, 6)})
    now, then = review(packet, POLICY).findings, review(later, POLICY).findings
    assert [(f.key, f.severity) for f in then] == [(f.key, f.severity) for f in now]
