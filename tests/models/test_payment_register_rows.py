"""A requisition as rows of a register: each part what it settled, its money over all issues, nothing counted twice."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.payments.parts import DecidedLine
from models.payments.register_rows import Issue, money_of, settled, what_is_missing
from models.payments.verdicts import Outcome

DAY = date(2026, 11, 2)


def line(part: int, no: int, claimed: int, approved: int, still_open: int = 0, **changed: object) -> DecidedLine:
    fields = {
        "part": part, "no": no, "invoice_no": "BCE-01", "budget_line": 3, "service_from": DAY, "service_to": DAY,
        "claimed_cents": claimed, "approved_cents": approved, "open_cents": still_open, "status": "approved",
    }  # fmt: skip
    return DecidedLine(**fields | changed)  # type: ignore[arg-type]


def issue(**changed: object) -> Issue:
    fields = {
        "voucher_no": "R-V01", "net_cents": 900, "offset_cents": 0, "paid_cents": 0, "paid_on": None,
        "interest_cents": 0, "returned_on": None, "voided_on": None, "reissued_as": "",
    }  # fmt: skip
    return Issue(**fields | changed)  # type: ignore[arg-type]


def sums(*lines: DecidedLine) -> list[tuple[int, int, int]]:
    return [(part.part, part.claimed_cents, part.approved_cents) for part in settled(lines)]


def test_a_held_line_is_settled_by_the_part_that_decides_it():
    first = (line(1, 1, 500, 500), line(1, 2, 100, 0, 100, status="held"))
    assert sums(*first) == [(1, 500, 500)]
    assert sums(first[0], line(1, 2, 100, 0, status="held"), line(2, 2, 80, 80)) == [(1, 500, 500), (2, 80, 80)]


def test_what_a_part_left_open_of_a_line_is_settled_by_the_next():
    assert sums(line(1, 1, 900, 860, 40)) == [(1, 860, 860)]
    assert sums(line(1, 1, 900, 860), line(2, 1, 40, 30)) == [(1, 860, 860), (2, 40, 30)]


def test_a_line_that_was_closed_is_settled_where_it_was_held():
    assert sums(line(1, 1, 500, 500), line(1, 2, 100, 0, status="lapsed")) == [(1, 600, 500)]


def test_what_a_granted_dispute_opened_is_settled_by_the_part_that_follows():
    granted = line(1, 1, 100, 60, 40, granted=True)
    assert sums(granted) == [(1, 60, 60)]
    assert sums(line(1, 1, 100, 60, granted=True), line(2, 1, 40, 40)) == [(1, 60, 60), (2, 40, 40)]


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8))
def test_the_parts_and_what_is_open_come_to_what_was_claimed(amounts: list[tuple[int, int, int]]):
    lines = [line(1, no, a + b + c, a, b) for no, (a, b, c) in enumerate(amounts, start=1)]
    claimed = sum(part.claimed_cents for part in settled(lines)) + sum(row.open_cents for row in lines)
    assert claimed == sum(map(sum, amounts))


def test_the_outcome_of_a_part_is_that_of_what_it_settled():
    found = [settled([line(1, 1, 100, approved)])[0].outcome for approved in (100, 40, 0)]
    assert found == [Outcome.APPROVED, Outcome.SPLIT, Outcome.DISALLOWED]


def test_the_money_of_a_part_is_that_of_all_issues_of_its_voucher():
    came_back = issue(paid_cents=300, paid_on=DAY, returned_on=DAY, reissued_as="R-V01R1", interest_cents=4)
    money = money_of([came_back, issue(voucher_no="R-V01R1", net_cents=600, paid_cents=600, paid_on=DAY)])
    assert (money.net_cents, money.paid_cents, money.paid_on, money.interest_cents) == (900, 900, DAY, 4)
    assert money.notes == ("R-V01 came back on November 2, 2026, asked for again by R-V01R1",)


def test_a_part_that_was_paid_in_part_is_not_paid():
    money = money_of([issue(paid_cents=300, paid_on=DAY)])
    assert (money.paid_on, money.last_paid_on) == (None, DAY)
    assert money.notes == ("$3.00 paid, $6.00 still to pay",)


def test_a_void_voucher_and_a_set_off_are_told():
    money = money_of([issue(voided_on=DAY, offset_cents=100)])
    assert money.notes == ("$1.00 set off", "R-V01 void since November 2, 2026, not asked for again yet")


def test_what_is_missing_is_told_in_words_with_its_days():
    words = what_is_missing((2, 3), ("P14",), DAY, date(2026, 12, 2))
    assert words == (
        "Missing for lines 2 and 3: bills, proof of payment or inventory report; asked for on November 2, 2026, to "
        "come by December 2, 2026"
    )
