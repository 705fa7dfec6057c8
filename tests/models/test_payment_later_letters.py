"""Letters about later parts, lines that were closed, and disputes: what is open, what was decided before, which day."""

from datetime import date

import pytest
from pydantic import ValidationError

from models.payments.documents import Before, Closing, DeterminationLetter, DisputeWay
from models.payments.later_documents import DisputeDecision, LapseNotice
from models.payments.letter_messages import letter_message
from models.payments.verdicts import Outcome
from tests.templates.payment_examples import CASES, CLOSED_LINES, decided, determined, lapsed, returned


def test_a_letter_on_a_later_part_says_what_was_claimed_and_decided_before() -> None:
    letter = determined(CASES["part"])
    assert (letter.part, letter.claimed_cents, letter.net_cents) == (2, 54_000, 54_000)
    assert letter.before == Before(whole_cents=1_000_000, approved_cents=946_000, closed_cents=0)
    assert letter.title.endswith(", part 2")


def test_a_first_letter_has_nothing_before_it() -> None:
    assert (determined(CASES["clean"]).part, determined(CASES["clean"]).before) == (1, None)


def test_a_later_part_without_what_came_before_makes_no_letter() -> None:
    with pytest.raises(ValidationError, match="says what came before"):
        DeterminationLetter(**determined(CASES["clean"]).model_dump() | {"part": 2})


def test_an_open_amount_that_is_not_what_was_left_makes_no_letter() -> None:
    letter = determined(CASES["part"])
    before = Before(whole_cents=1_000_000, approved_cents=946_000, closed_cents=1)
    with pytest.raises(ValidationError, match="not what this letter is about"):
        DeterminationLetter(**letter.model_dump() | {"before": before})


def test_a_line_that_waits_for_a_held_one_closes_with_it_and_asks_for_nothing() -> None:
    letter = determined(CASES["follows"])
    assert letter.closing == Closing(lines=(5, 6), cents=54_000, last_day=date(2026, 11, 9))
    assert letter.lines[5].open_cents == 4_000 and letter.lines[5].refused_cents == 0
    waiting = next(row for row in letter.unpaid if row.line_no == 6)
    assert waiting.points[0].to_do.startswith("Nothing for this line: $40.00 of it waits")


def test_closing_lines_that_are_not_open_make_no_letter() -> None:
    closing = Closing(lines=(1,), cents=500_000, last_day=date(2026, 11, 9))
    with pytest.raises(ValidationError, match="would be closed do not come to their sum"):
        DeterminationLetter(**determined(CASES["split"]).model_dump() | {"closing": closing})


def test_what_was_refused_can_be_disputed_for_30_days_from_the_letter() -> None:
    letter = determined(CASES["part_refused"])
    assert letter.dispute == DisputeWay(days=30, last_day=date(2026, 11, 21))
    assert "send a written notice of dispute to Department of Neighborhood Enterprise" in letter_message(letter)


@pytest.mark.parametrize("kind", ["clean", "split", "follows", "held", "blocked"])
def test_where_nothing_was_refused_there_is_nothing_to_dispute(kind: str) -> None:
    assert determined(CASES[kind]).dispute is None


def test_a_set_off_is_told_with_what_is_still_owed() -> None:
    letter = determined(CASES["offset_left"])
    assert (letter.offset_cents, letter.offset_left_cents, letter.net_cents) == (30_000, 1, 0)
    assert "$300.00 that you owe the City as a refund was set off against it. You still owe $0.01" in letter_message(
        letter
    )


def test_a_returned_part_is_told_as_what_was_still_open() -> None:
    notice = returned(CASES["part_returned"])
    assert notice.part == 2 and notice.before is not None
    assert "we return what was still open of requisition" in letter_message(notice)


def test_a_lapse_names_the_lines_that_were_closed_what_stays_and_what_was_missing() -> None:
    notice = lapsed(lines=CLOSED_LINES)
    assert [(line.no, line.cents) for line in notice.lines] == [(2, 100_000)]
    assert (notice.claimed_cents, notice.approved_cents, notice.still_open_cents) == (630_000, 500_000, 30_000)
    assert notice.missing == ("Line 2: send the proof of payment for this line.",)
    assert "claim it in a new requisition with a new invoice number" in letter_message(notice)


def test_a_lapse_whose_lines_do_not_sum_is_not_told() -> None:
    with pytest.raises(ValidationError, match="do not sum to what is closed"):
        LapseNotice(**lapsed().model_dump() | {"closed_cents": 1})


def test_a_denied_dispute_can_go_to_the_comptroller_for_30_days() -> None:
    letter = decided(granted=False)
    assert letter.claim == DisputeWay(days=30, last_day=date(2027, 1, 13))
    body = letter_message(letter)
    assert "Office of the New York City Comptroller within 30 calendar days" in body and letter.reason in body


def test_a_granted_dispute_asks_the_vendor_for_nothing() -> None:
    letter = decided(granted=True)
    assert (letter.claim, letter.disputed_cents) == (None, 104_000)
    assert "You need not send us anything" in letter_message(letter)


@pytest.mark.parametrize(("changed", "why"), [
    ({"claim": None}, "names the next step"), ({"disputed_cents": 1}, "do not sum"), ({"reason": ""}, "at least 1"),
])  # fmt: skip
def test_a_decision_that_does_not_agree_with_itself_is_not_made(changed: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        DisputeDecision(**decided(granted=False).model_dump() | changed)


def test_a_later_part_that_is_refused_promises_nothing() -> None:
    letter = determined(CASES["part_refused"])
    assert letter.outcome is Outcome.DISALLOWED
    assert "we cannot pay what was still open of requisition" in letter_message(letter)
