"""What the City owes at 30 June: services received and unpaid, by contract and fiscal year, to the cent."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.payments.accruals import BilledService, Refund, ServiceLine, YearEnd, accruals

CLOSE = date(2027, 6, 30)


def make_line(cents: int = 100_000, approved: int | None = None, **overrides: Any) -> ServiceLine:
    facts: dict[str, Any] = {"no": 1, "service_from": date(2027, 6, 1), "service_to": CLOSE}
    facts |= {"claimed_cents": cents, "approved_cents": approved}
    return ServiceLine.model_validate(facts | overrides)


def make_service(*lines: ServiceLine, number: int = 1, **overrides: Any) -> BilledService:
    facts = {
        "case_id": f"R27-970000001-{number:02d}", "revision": 1, "contract_id": "C27-970000001",
        "invoice_no": f"BCE-{number}", "lines": lines,
    }  # fmt: skip
    return BilledService.model_validate(facts | overrides)


def make_refund(**overrides: Any) -> Refund:
    facts = {
        "contract_id": "C27-970000001", "case_id": "R27-970000001-12", "reason": "Advance not taken back",
        "amount_cents": 40_000, "due_since": date(2027, 6, 15),
    }  # fmt: skip
    return Refund.model_validate(facts | overrides)


def closed(*services: BilledService, refunds: tuple[Refund, ...] = ()) -> YearEnd:
    return accruals(services, refunds, 2027)


def test_an_approved_requisition_that_is_unpaid_is_owed() -> None:
    (contract,) = closed(make_service(make_line(100_000, 90_000))).contracts
    assert (contract.approved_cents, contract.undecided_cents) == (90_000, 0)


def test_a_requisition_that_nobody_decided_is_owed_as_claimed() -> None:
    (contract,) = closed(make_service(make_line(100_000))).contracts
    assert (contract.approved_cents, contract.undecided_cents) == (0, 100_000)


@pytest.mark.parametrize(("paid_on", "owed"), [(CLOSE, 0), (date(2027, 7, 1), 90_000)])
def test_what_was_paid_by_30_june_is_not_owed_and_later_it_was(paid_on: date, owed: int) -> None:
    assert closed(make_service(make_line(100_000, 90_000), paid_on=paid_on)).accrued_cents == owed


def test_held_lines_of_a_paid_requisition_are_still_owed() -> None:
    held = make_service(make_line(100_000, 100_000), make_line(30_000), paid_on=date(2027, 6, 20))
    assert closed(held).accrued_cents == 30_000


def test_a_refused_line_is_not_owed() -> None:
    assert closed(make_service(make_line(100_000, 0))).contracts == ()


def test_services_after_30_june_are_not_owed_yet() -> None:
    later = make_line(service_from=date(2027, 7, 1), service_to=date(2027, 7, 31))
    assert closed(make_service(later)) == YearEnd(CLOSE, (), (), ())


def test_an_unpaid_service_of_an_earlier_year_stands_under_its_own_year() -> None:
    old = make_line(service_from=date(2026, 5, 1), service_to=date(2026, 5, 31))
    found = closed(make_service(old, number=1), make_service(make_line(), number=2)).contracts
    assert [contract.fiscal_year for contract in found] == [2026, 2027]


def test_each_contract_stands_for_itself() -> None:
    found = closed(make_service(make_line(1)), make_service(make_line(2), number=2, contract_id="C27-970000002"))
    assert [(c.contract_id, c.accrued_cents) for c in found.contracts] == [("C27-970000001", 1), ("C27-970000002", 2)]


def test_of_a_requisition_the_latest_revision_counts() -> None:
    first, second = make_service(make_line(100_000)), make_service(make_line(70_000), revision=2)
    assert closed(second, first).accrued_cents == 70_000


def test_what_comes_off_a_payment_is_not_paid_and_is_a_cost_all_the_same() -> None:
    (contract,) = closed(make_service(make_line(100_000, 100_000), deducted_cents=25_000)).contracts
    assert (contract.accrued_cents, contract.payable_cents) == (100_000, 75_000)


def test_what_comes_off_a_requisition_of_two_years_comes_off_the_later_one() -> None:
    old = make_line(50_000, 50_000, service_from=date(2026, 5, 1), service_to=date(2026, 5, 31))
    found = closed(make_service(old, make_line(100_000, 100_000), deducted_cents=25_000)).contracts
    assert [(c.fiscal_year, c.payable_cents) for c in found] == [(2026, 50_000), (2027, 75_000)]


def test_services_that_begin_after_30_june_are_no_matter_of_this_year() -> None:
    next_year = make_line(service_from=date(2027, 7, 1), service_to=date(2028, 7, 10))
    assert closed(make_service(next_year)).unclear == ()


def test_services_that_run_past_30_june_are_listed_for_a_person() -> None:
    over = make_line(no=2, service_to=date(2027, 7, 10))
    (line,) = closed(make_service(make_line(1), over)).unclear
    assert (line.line, line.reason) == (
        2, "Its services run past 30 June. Ask the vendor to split it at the end of the fiscal year.",
    )  # fmt: skip


@pytest.mark.parametrize("missing", ["service_from", "service_to"])
def test_services_without_days_are_listed_for_a_person(missing: str) -> None:
    (line,) = closed(make_service(make_line(**{missing: None}))).unclear
    assert line.reason == "It has no days of service. Ask the vendor for them."


def test_a_line_without_days_that_was_paid_or_refused_needs_nobody() -> None:
    undated: dict[str, Any] = {"service_to": None}
    paid = make_service(make_line(1, 1, **undated), paid_on=date(2027, 6, 1))
    assert closed(paid, make_service(make_line(1, 0, **undated), number=2)).unclear == ()


def test_a_refund_due_to_the_city_is_listed_and_not_taken_off() -> None:
    found = closed(make_service(make_line(100_000)), refunds=(make_refund(),))
    assert (found.accrued_cents, found.refund_cents) == (100_000, 40_000)


@pytest.mark.parametrize(
    ("facts", "listed"),
    [({"received_on": CLOSE}, 0), ({"received_on": date(2027, 7, 1)}, 1), ({"due_since": date(2027, 7, 1)}, 0)],
)
def test_a_refund_is_listed_from_the_day_it_is_due_until_it_is_received(facts: dict[str, date], listed: int) -> None:
    assert len(closed(refunds=(make_refund(**facts),)).refunds) == listed


def test_a_returned_requisition_is_in_no_sum_and_is_listed_for_a_person() -> None:
    found = closed(make_service(make_line(100_000), is_returned=True))
    assert (found.accrued_cents, [line.claimed_cents for line in found.unclear]) == (0, [100_000])
    assert found.unclear[0].reason.startswith("It was returned. Ask the vendor whether it comes again;")


DAYS = st.none() | st.dates(date(2025, 6, 20), date(2028, 7, 10))
CENTS = st.integers(0, 10**9)


# Made once: a strategy that is made anew for each draw costs more than the draw.
LINES = st.lists(st.tuples(CENTS, st.none() | CENTS, DAYS, DAYS), max_size=4)
REQUISITIONS = st.lists(st.tuples(LINES, DAYS), min_size=0, max_size=7)


def services() -> st.SearchStrategy[list[BilledService]]:
    """Requisitions of three years, decided or not, paid or not."""
    return REQUISITIONS.map(lambda found: [_drawn(number, *one) for number, one in enumerate(found, 1)])


def _drawn(number: int, lines: list[tuple[Any, ...]], paid_on: date | None) -> BilledService:
    made = [
        make_line(cents, approved, no=no, service_from=start, service_to=end)
        for no, (cents, approved, start, end) in enumerate(lines, 1)
    ]
    return make_service(*made, number=number, paid_on=paid_on)


def owed(service: BilledService) -> int:
    """What a requisition adds by 30 June 2027, told again: whole lines between two firsts of July."""
    sums = 0
    for line in service.lines:
        for year in (2025, 2026, 2027):
            days = line.service_from, line.service_to
            if all(day and date(year - 1, 7, 1) <= day < date(year, 7, 1) for day in days):
                unpaid = service.paid_on is None or service.paid_on >= date(2027, 7, 1)
                sums += line.claimed_cents if line.approved_cents is None else line.approved_cents * unpaid
    return sums


@given(services())
def test_what_is_owed_is_the_sum_of_the_lines_that_are(found: list[BilledService]) -> None:
    assert accruals(found, (), 2027).accrued_cents == sum(map(owed, found))


@given(services())
def test_what_nobody_decided_in_a_year_is_still_there_at_the_next_closing(found: list[BilledService]) -> None:
    def undecided(year: int) -> set[tuple[str, int, int]]:
        end = accruals(found, (), year)
        return {(r.case_id, r.fiscal_year, r.undecided_cents) for c in end.contracts for r in c.requisitions}

    open_ones = {key for key in undecided(2026) if key[2]}
    assert open_ones <= undecided(2027)


@given(services(), st.randoms(use_true_random=False))
def test_the_order_of_requisitions_does_not_change_what_is_owed(found: list[BilledService], rng: Any) -> None:
    mixed = list(found)
    rng.shuffle(mixed)
    assert accruals(mixed, (), 2027) == accruals(found, (), 2027)
