"""Vouchers and their files: one number for each part of a requisition, the same bytes for the same batch."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.payments.packet import AdvanceFacts
from models.payments.rules import review
from models.payments.verdicts import RELEASING
from models.payments.voucher_file import COLUMNS, CONTROL_COLUMNS, control_file, safe_text, voucher_file
from models.payments.vouchers import (
    Voucherable,
    VoucherError,
    VoucherLine,
    batch,
    is_voucher_number,
    voucher_lines,
    voucher_number,
)
from models.shared.documents import sha256
from models.shared.money import plain, to_cents
from tasks.adapters.spreadsheets import safe_cell
from tests.golden_payments import base_facts, golden_cases, make_payments_policy, packet_of
from tests.vouchers import MADE_ON, make_item

AMOUNTS = st.lists(st.integers(1, 10**10), min_size=1, max_size=8)


@st.composite
def items(draw: st.DrawFn) -> list[Voucherable]:
    """Requisitions with lines of any sign that come to more than nothing."""
    found = []
    for number, net in enumerate(draw(AMOUNTS), 1):
        parts = draw(st.lists(st.integers(-(10**9), 10**9), max_size=4))
        amounts = [*parts, net - sum(parts)]
        lines = tuple(VoucherLine(budget_line=no, title="Rent", amount_cents=c) for no, c in enumerate(amounts, 1))
        due = draw(st.dates(date(2026, 7, 1), date(2027, 6, 30)))
        found.append(make_item(number, net, lines=lines, required_on=due, vendor_name=draw(NAMES)))
    return found


NAMES = st.text(min_size=1, max_size=30)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sentences(*given_items: Voucherable, sequence: int = 1) -> tuple[str, ...]:
    with pytest.raises(VoucherError) as error:
        batch(given_items, MADE_ON, sequence)
    return error.value.sentences


def test_a_voucher_number_is_made_of_requisition_part_and_issue() -> None:
    assert voucher_number("R27-970000001-03", 2) == "R27-970000001-03-V02"
    assert voucher_number("R27-970000001-03", 2, 1) == "R27-970000001-03-V02R1"


_CASES = st.from_regex(r"R[0-9]{2}-[0-9]{1,3}-[0-9]{2}", fullmatch=True)


@given(st.lists(st.tuples(_CASES, st.integers(1, 1_000), st.integers(0, 30)), unique=True))
def test_two_issues_never_share_a_voucher_number(keys: list[tuple[str, int, int]]) -> None:
    assert len({voucher_number(*key) for key in keys}) == len(keys)


@given(st.integers(1, 10_000))
def test_every_voucher_number_is_known_as_one(revision: int) -> None:
    assert is_voucher_number(voucher_number("R27-970000001-03", revision))


def test_a_document_of_the_city_is_no_voucher_number() -> None:
    assert not is_voucher_number("20279700001-1-DSB-EFT")


@given(items(), st.randoms(use_true_random=False))
def test_the_same_items_in_any_order_give_the_same_bytes(found: list[Voucherable], rng: Any) -> None:
    mixed = list(found)
    rng.shuffle(mixed)
    one, other = batch(found, MADE_ON, 1), batch(mixed, MADE_ON, 1)
    assert one == other
    assert (voucher_file(one), control_file(one)) == (voucher_file(other), control_file(other))


def test_an_item_given_twice_with_the_same_facts_gets_one_voucher() -> None:
    assert batch([make_item(), make_item()], MADE_ON, 1) == batch([make_item()], MADE_ON, 1)


@pytest.mark.parametrize("other", [(date(2026, 11, 3), 1), (MADE_ON, 2)])
def test_another_day_or_sequence_gives_another_batch_number(other: tuple[date, int]) -> None:
    assert batch([make_item()], *other).number != batch([make_item()], MADE_ON, 1).number


def test_another_amount_gives_another_batch_number() -> None:
    assert batch([make_item(cents=1)], MADE_ON, 1).number != batch([make_item(cents=2)], MADE_ON, 1).number


def test_what_must_be_paid_first_stands_first() -> None:
    late, soon = make_item(1), make_item(2, required_on=date(2026, 11, 5))
    assert [voucher.item for voucher in batch([late, soon], MADE_ON, 1).vouchers] == [soon, late]


@given(items())
def test_a_batch_comes_to_the_sum_of_its_requisitions(found: list[Voucherable]) -> None:
    assert batch(found, MADE_ON, 1).total_cents == sum(item.net_cents for item in found)


def test_an_empty_batch_is_refused() -> None:
    assert sentences() == ("The batch has no requisition in it. Choose at least one that is approved for payment.",)


def test_a_sequence_before_the_first_is_refused() -> None:
    assert sentences(make_item(), sequence=0) == (
        "The batches of a day are counted from 1. Give the batch its number within the day.",
    )


def test_one_requisition_with_two_sets_of_facts_is_refused() -> None:
    assert sentences(make_item(cents=1), make_item(cents=2)) == (
        "Part 1 of requisition R27-970000001-01 is in the batch twice with different facts. Leave the one that was "
        "signed.",
    )


def test_two_issues_of_one_part_are_not_paid_together() -> None:
    assert sentences(make_item(), make_item(issue=1)) == (
        "Part 1 of requisition R27-970000001-01 is in the batch twice with different facts. Leave the one that was "
        "signed.",
    )


def test_lines_that_do_not_come_to_the_net_amount_are_refused() -> None:
    assert sentences(make_item(net_cents=100)) == (
        "Requisition R27-970000001-01, part 1: its lines come to $5,900.00 and its net amount is $1.00. "
        "Review it again before it is paid.",
    )


@pytest.mark.parametrize("cents", [0, -1])
def test_a_requisition_without_anything_to_pay_is_refused(cents: int) -> None:
    assert "there is nothing to pay. Take it out of the batch." in sentences(make_item(cents=cents))[0]


def test_every_mistake_of_a_batch_is_told_at_once() -> None:
    assert len(sentences(make_item(1, net_cents=1), make_item(2, cents=0))) == 2


@pytest.mark.parametrize("fact", [{"vendor_ein": "97-0000001"}, {"invoice_no": ""}, {"fms_contract_id": ""}])
def test_a_requisition_without_what_finance_needs_is_no_voucher(fact: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        make_item(**fact)


@given(items())
def test_the_lines_of_the_file_come_to_the_control_total(found: list[Voucherable]) -> None:
    made = batch(found, MADE_ON, 1)
    rows = rows_of(voucher_file(made))
    (control,) = rows_of(control_file(made))
    assert sum(to_cents(row["Line amount"]) for row in rows) == to_cents(control["Total"]) == made.total_cents
    assert control["Total"] == plain(made.total_cents)


@given(items())
def test_the_control_file_counts_what_is_in_the_voucher_file(found: list[Voucherable]) -> None:
    made = batch(found, MADE_ON, 1)
    rows = rows_of(voucher_file(made))
    (control,) = rows_of(control_file(made))
    assert (control["Lines"], control["Vouchers"]) == (str(len(rows)), str(len({r["Voucher number"] for r in rows})))


def test_the_control_file_has_the_hash_of_the_voucher_file() -> None:
    made = batch([make_item()], MADE_ON, 1)
    assert rows_of(control_file(made))[0]["SHA-256"] == sha256(voucher_file(made).encode("utf-8"))


def test_the_files_have_the_documented_columns() -> None:
    made = batch([make_item()], MADE_ON, 1)
    assert list(rows_of(voucher_file(made))[0]) == list(COLUMNS)
    assert list(rows_of(control_file(made))[0]) == list(CONTROL_COLUMNS)


def test_a_row_of_the_file_says_what_to_pay_whom_and_by_when() -> None:
    (row,) = rows_of(voucher_file(batch([make_item()], MADE_ON, 1)))
    assert list(row.values())[1:] == [
        "R27-970000001-01-V01", "2026-11-02", "R27-970000001-01", "1", "CT180120279700001", "C27-970000001",
        "970000001", "Bramblewick Cooperative Exchange", "BCE-1", "2026-11-20", "5900.00", "1", "1",
        "Program manager", "5900.00",
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\u200b=", " ="])
def test_no_text_of_a_vendor_opens_as_a_formula(start: str) -> None:
    made = batch([make_item(invoice_no=f"{start}1+1")], MADE_ON, 1)
    assert rows_of(voucher_file(made))[0]["Invoice number"].startswith("'")


@given(st.text())
def test_text_is_as_safe_as_in_every_other_export(text: str) -> None:
    assert safe_cell(safe_text(text)) == safe_text(text)


def test_a_line_break_in_a_name_does_not_break_the_file() -> None:
    text = voucher_file(batch([make_item(vendor_name="Bramblewick\r\nExchange")], MADE_ON, 1))
    assert text.count("\r\n") == len(text.splitlines()) == 2


def test_what_comes_off_the_whole_requisition_is_a_line_of_its_own() -> None:
    packet = packet_of(base_facts()).model_copy(
        update={"advance": AdvanceFacts(balance_cents=90_000, recoup_cents=30_000), "name_check_fee_cents": 17_500}
    )
    lines = voucher_lines(packet, review(packet, make_payments_policy()))
    assert [(line.title, line.amount_cents) for line in lines if line.budget_line is None] == [
        ("Advance taken back", -30_000), ("Name-check fee", -17_500),
    ]  # fmt: skip


@pytest.mark.parametrize("case", golden_cases(), ids=lambda case: case.name)
def test_the_lines_of_every_reviewed_case_come_to_its_net_amount(case: Any) -> None:
    verdict = review(case.packet, case.policy)
    lines = voucher_lines(case.packet, verdict)
    assert sum(line.amount_cents for line in lines) == verdict.net_cents
    assert verdict.outcome in RELEASING or not lines
