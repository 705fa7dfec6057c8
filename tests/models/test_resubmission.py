"""What a revision changed, as the signer reads it."""

from datetime import date

import pytest

from models.payments.resubmission import asks_program_again, changes
from tests.requisitions import GOOD


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"total_cents": 600_050}, ("total", "$5,900.00", "$6,000.50")),
        ({"invoice_date": date(2026, 10, 6)}, ("invoice date", "October 5, 2026", "October 6, 2026")),
        ({"is_contract_change": True}, ("is contract change", "no", "yes")),
        ({"place": ""}, ("place", "Bramblewick Cooperative Exchange, Queens", "none")),
    ],
)
def test_amounts_are_dollars_and_days_are_spelled_out(changed, told):
    assert changes(GOOD, GOOD.model_copy(update={"revision": 2, **changed})) == (told,)


def test_a_changed_line_is_named_by_its_number():
    line = GOOD.lines[0].model_copy(update={"amount_cents": 400_000, "evidence": ()})
    after = GOOD.model_copy(update={"lines": (line, *GOOD.lines[1:])})
    assert changes(GOOD, after) == (
        ("line 1, amount", "$5,000.00", "$4,000.00"),
        ("line 1, evidence", "payroll register, time records", "none"),
    )
    assert asks_program_again(GOOD, after)
