"""The papers of payments as files: accessible, the same bytes again, and on page 1 all that a vendor must know."""

import json
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from models.payments.prompt_payment import prompt_payment_report
from models.payments.registers import payment_register
from models.shared.documents import Document, Replaced
from tasks.adapters.pdf_read import OpenedPdf, drawn_again, open_pdf
from tasks.adapters.render import render
from tests.golden_payments import make_payments_policy
from tests.templates.examples import OFFICE
from tests.templates.payment_examples import (
    AS_OF,
    CASES,
    MADE_AT,
    beside_the_rows,
    determined,
    every_letter,
    parted,
    returned,
    rows,
)

ROOT = Path(__file__).resolve().parents[2]
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def documents() -> dict[str, Document]:
    """Every kind of paper."""
    return {
        **every_letter(),
        "register": payment_register(rows(), OCTOBER, OFFICE, MADE_AT),
        "parted_register": payment_register([*rows()[:4], *parted()], NOVEMBER, OFFICE, MADE_AT, beside_the_rows()),
        "empty_register": payment_register([], OCTOBER, OFFICE, MADE_AT),
        "report": prompt_payment_report(rows(), AS_OF, OFFICE, MADE_AT, make_payments_policy()),
        "empty_report": prompt_payment_report([], AS_OF, OFFICE, MADE_AT),
    }


@cache
def data(kind: str) -> bytes:
    return render(documents()[kind]).data


def opened(kind: str) -> OpenedPdf:
    return open_pdf(data(kind))


def first_page(kind: str) -> str:
    return opened(kind).texts[0]


def words(kind: str) -> str:
    return " ".join(opened(kind).texts)


def test_every_paper_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    for kind in documents():
        (tmp_path / f"{kind}.pdf").write_bytes(data(kind))
    command: list[str | Path] = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--no-info"]
    command += ["--fail-on", "warning", *sorted(tmp_path.glob("*.pdf"))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(documents())


@pytest.mark.parametrize("kind", ["split", "returned", "lapsed", "denied", "parted_register", "report"])
def test_the_same_facts_give_the_same_bytes_again(kind: str) -> None:
    assert render(documents()[kind]).data == data(kind)


@pytest.mark.parametrize("kind", ["part_open", "returned", "lapsed", "granted", "parted_register", "report"])
def test_a_paper_is_drawn_again_from_the_facts_that_it_carries(kind: str) -> None:
    assert drawn_again(opened(kind).packet) == data(kind)


def test_a_fresh_process_knows_every_kind_of_paper_by_its_name() -> None:
    code = "from tasks.adapters.pdf_read import document_kinds; print(*document_kinds())"
    known = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    kinds = {type(document).__name__ for document in documents().values()}
    assert kinds | {"DecisionLetter", "CorrectionLetter"} <= set(known.stdout.split())
    assert "RequisitionLetter" not in known.stdout.split()


def test_the_facts_of_a_letter_are_attached() -> None:
    packet = json.loads(opened("split").packet)
    assert (packet["document"], packet["net_cents"], packet["required_on"]) == (
        "DeterminationLetter", 500_000, "2026-11-06",
    )  # fmt: skip


LETTERS = sorted(every_letter())


@pytest.mark.parametrize("kind", LETTERS)
def test_every_letter_says_on_its_first_page_which_requisition_and_whom_to_ask(kind: str) -> None:
    page = first_page(kind)
    assert "Requisition R27-970000001-03" in page and "Contract CT180120279700001" in page
    assert "Questions Dana Whitfield, 212-555-0140 , programs@dne.example.gov" in page


@pytest.mark.parametrize("kind", LETTERS)
def test_a_signature_never_stands_alone_on_its_page(kind: str) -> None:
    assert len(opened(kind).texts[-1].partition("Sincerely,")[0]) >= 40


def test_a_clean_letter_says_what_is_paid_when_at_the_latest_and_that_nothing_is_missing() -> None:
    page = first_page("clean")
    assert "We will pay you $10,000.00 by November 6, 2026" in page
    assert "You get $10,000.00" in page
    assert "At the latest Friday, November 6, 2026" in page
    assert "To do You need not send us anything." in page


def test_a_split_letter_says_on_its_first_page_what_is_missing_and_what_to_send_by_when() -> None:
    page = first_page("split")
    assert "We will pay you $5,000.00 by November 6, 2026" in page
    assert "Not paid $1,000.00: the list below says why" in page
    assert "To get the rest Line 2: send the proof of payment for this line." in page
    assert "By Monday, November 9, 2026 , at the latest" in page
    assert "If it has not come by then, line 2 ($1,000.00) is closed" in page
    assert "The proof of payment is missing; $1,000.00 is held." in page
    assert "Rule: Comptroller Directive 2; DYCD payment unit; details: convention" in page


def test_a_split_letter_says_at_the_lines_too_how_long_they_stay_open_and_what_follows() -> None:
    text = words("split")
    assert text.count("November 9, 2026") == 2
    assert "Line 2 stays open until November 9, 2026. If what is missing has not come by then, we close it" in text
    assert "claim it anew in a new requisition, with a new invoice number." in text


def test_a_letter_on_a_later_part_says_on_its_first_page_what_it_is_about() -> None:
    page = first_page("part")
    assert "Part 2: what was still open" in page
    assert "$540.00 was still open of requisition R27-970000001-03" in page
    assert "Of the $10,000.00 that you claimed with this requisition, our earlier letters approved $9,460.00." in page


def test_a_share_of_a_held_line_is_told_to_wait() -> None:
    text = words("follows")
    assert "lines 5 and 6 ($540.00) are closed, and you must claim them anew" in text
    assert "$40.00 of it still open" in text


def test_what_was_refused_has_a_quick_and_a_formal_way() -> None:
    text = words("part_refused")
    assert "To disagree Write to us soon." in first_page("part_refused")
    assert "write to Dana Whitfield which line, and why. That is the quick way" in text
    assert "within 30 calendar days after you receive this letter (PPB Rules 4-09)" in text
    assert "the last day is Saturday, November 21, 2026" in text


def test_a_set_off_is_shown_from_what_was_approved_to_what_is_paid() -> None:
    assert "$300.00 that you owe the City as a refund ($0.01 of it is still due)" in first_page("offset_left")
    assert "Set off: a refund that you owe the City; it is settled with this -$300.00 To be paid $7,525.00" in words(
        "offset"
    )


def test_a_lapse_says_on_its_first_page_what_is_closed_and_how_it_can_still_be_paid() -> None:
    page = first_page("lapsed")
    assert "What was missing did not come: we closed line 2" in page
    assert "Stays as it is $5,000.00 that we approved before; $300.00 that is still open for another reason" in page
    assert "Claim it in a new requisition , with a new invoice number" in page
    assert "we closed your requisition" in first_page("lapsed_whole")


def test_a_denied_dispute_says_on_its_first_page_why_and_where_to_go_by_when() -> None:
    page = first_page("denied")
    assert "The bill of September 4 is for a parking fine." in page
    assert "Take your claim to the Office of the New York City Comptroller By Wednesday, January 13, 2027" in page


def test_a_granted_dispute_says_that_it_is_reviewed_again() -> None:
    page = first_page("granted")
    assert "Your dispute is granted: we review what was refused again" in page and "Comptroller" not in words("granted")


def test_a_held_letter_says_that_the_requisition_need_not_come_again() -> None:
    page = first_page("held")
    assert "We hold your requisition until we have what is missing" in page
    assert "You get Nothing yet" in page
    assert "Insurance ends on November 5, 2026 and must still be good on November 6, 2026" in page
    assert "the requisition need not be sent again" in page


def test_a_disallowed_letter_promises_nothing() -> None:
    page = first_page("disallowed")
    assert "We cannot pay this requisition" in page
    assert "You get Nothing for this requisition" in page
    assert "We will pay" not in words("disallowed")


def test_a_blocked_letter_says_what_waits_for_what_and_with_whom_it_is() -> None:
    page = first_page("unregistered")
    assert "Your requisition waits: we cannot pay it yet" in page
    assert "Waits for Purchase order; Registration of the contract With us Procurement, Budget" in page
    assert "To do You need not send us anything." in page


def test_a_waiting_letter_says_what_the_vendor_does_itself() -> None:
    page = first_page("waiting")
    assert "Change of the budget: finish the amendment in PASSPort." in page
    assert "Line 2: send the proof of payment for this line." in page


def test_a_recouped_advance_is_shown_from_what_was_approved_to_what_is_paid() -> None:
    text = words("advance")
    assert "Comes off $4,500.00 of your advance" in text
    assert "All lines $6,000.00 $5,000.00" in text
    assert "-$4,500.00" in text and "To be paid $500.00" in text


def test_a_refund_is_asked_for_on_the_first_page() -> None:
    assert "Please refund $2,500.00 of your advance" in first_page("refund")


def test_a_late_payment_gives_its_days_and_its_interest_with_the_rate_of_our_table() -> None:
    text = words("late")
    assert "Paid on Friday, January 15, 2027, 70 days late" in text
    assert "Interest for the delay comes to $39.07, at the City’s prompt-payment rate in our table, 3.5%, from" in text


def test_without_a_rate_no_amount_of_interest_is_printed() -> None:
    text = " ".join(open_pdf(render(determined(CASES["late"], policy=None)).data).texts)
    assert "$39.07" not in text and "Interest for the delay is paid separately" in text


def test_a_letter_after_the_required_date_owns_to_it() -> None:
    page = open_pdf(render(determined(CASES["clean"], dated=date(2026, 11, 9))).data).texts[0]
    assert "We will pay you $10,000.00, which was due on November 6, 2026" in page
    assert "We are sorry for the delay." in page


def test_a_return_notice_says_all_that_is_wrong_and_that_no_clock_runs() -> None:
    page = first_page("returned")
    assert "Please correct 4 things in your requisition and submit it again" in page
    assert "The City’s payment clock has not started." in page
    assert all(fault.where in words("returned") for fault in returned().faults)


def test_a_returned_part_says_that_what_is_decided_stays_as_it_was() -> None:
    assert "We return what was still open of requisition R27-970000001-03: $1,000.00" in first_page("part_returned")
    assert "Leave the lines that are decided already as they were" in words("part_returned")


def test_a_letter_that_replaces_another_says_so() -> None:
    replaced = Replaced(document_id="DT00", sent_on=date(2026, 10, 8), reason="It had a line wrong.")
    text = open_pdf(render(determined(CASES["clean"], replaces=replaced)).data).texts[0]
    assert "This letter replaces our letter DT00 of October 8, 2026. It had a line wrong." in text


def test_a_register_prints_each_provider_with_its_sum_and_the_whole() -> None:
    text = words("register")
    assert "Bramblewick Cooperative Exchange EIN 97-0000000" in text
    assert "Sum of 3 parts $30,000.00 $29,123.45 $27,123.45" in text
    assert "All providers, 30 parts of 30 requisitions $300,000.00 $236,493.80 $168,493.80" in text


def test_a_register_prints_parts_with_what_is_missing_and_what_came_back() -> None:
    text = words("parted_register")
    assert "in 7 parts, 5 of them paid" in text
    assert "part 2: $1,200.00 paid, $1,800.00 still to pay. R27-970000009-40-V02 came back on November 17, 2026" in text
    assert "part 3: Missing for lines 5 and 6: bills, proof of payment or inventory report; asked for on" in text


def test_a_register_prints_refunds_set_offs_and_disputes() -> None:
    text = words("parted_register")
    assert "All refunds $1,000.00 $250.00 $300.00 $450.00" in text
    assert "All that was set off $250.00" in text
    assert (
        "R27-970000009-37 Saltmarsh Bakers Cooperative Development Fund Nov 10, 2026 Dec 10, 2026 not decided" in text
    )


def test_a_register_without_requisitions_still_prints() -> None:
    assert "No requisition was received or paid in this month." in words("empty_register")


def test_a_report_prints_share_late_ones_and_interest_by_cause() -> None:
    text = words("report")
    assert "44.4%" in text and "8 of 18 parts that were due" in text
    assert "Contract not registered 3 $0.00 $243.75" in text
    assert "the City’s prompt-payment rate in our table, 2.625%, from January 1, 2018" in text


def test_a_report_on_nothing_still_prints() -> None:
    text = words("empty_report")
    assert "Nothing was due yet." in text and "No interest was paid" in text
