"""The notice about a budget as a file: accessible, the same bytes again, and plain on its first page."""

import subprocess
import sys
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from models.payments.budget_documents import BudgetNotice, budget_message, budget_notice
from models.payments.budget_packet import BudgetInForce
from models.payments.budget_rules import review_budget
from models.payments.budget_states import Kind
from models.payments.letters import determination_letter
from models.payments.rules import review
from tasks.adapters.pdf_read import drawn_again, open_pdf
from tasks.adapters.render import render
from tests.budget_packets import BEFORE, packet
from tests.golden_payments import make_payments_policy
from tests.templates.examples import OFFICE
from tests.templates.payment_examples import CASES, RECIPIENT, case

MADE_AT = datetime(2026, 10, 14, 15, tzinfo=UTC)
PACKETS = {
    "approved": packet(),
    "returned": packet(approved=((1, 58_000_01),)),
    "first returned": packet(kind=Kind.BUDGET, based_on=0, in_force=BudgetInForce(), lines=BEFORE, max_cents=90_000_00),
}


@cache
def notice(name: str) -> BudgetNotice:
    answer = "returned" if "returned" in name else "approved"
    return budget_notice(
        PACKETS[name], review_budget(PACKETS[name], make_payments_policy()), OFFICE, RECIPIENT,
        document_id="R27-970000001-FY27-B02-N", dated=date(2026, 10, 14), made_at=MADE_AT, answer=answer,
        reason="The salaries are needed until June." if answer == "returned" else "",
    )  # fmt: skip


@cache
def data(name: str) -> bytes:
    return render(notice(name)).data


def test_every_notice_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    for number, name in enumerate(PACKETS):
        (tmp_path / f"{number}.pdf").write_bytes(data(name))
    command: list[str | Path] = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--no-info"]
    done = subprocess.run(
        [*command, "--fail-on", "warning", *sorted(tmp_path.glob("*.pdf"))], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(PACKETS)


@pytest.mark.parametrize("name", PACKETS)
def test_a_notice_is_drawn_again_from_the_facts_that_it_carries(name: str) -> None:
    assert drawn_again(open_pdf(data(name)).packet) == data(name)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("approved", ("Your modification is in force", "version 2 of your budget", "$95,700.00 in all, as before",
                      "you need not send it anew", "-$2,000.00")),
        ("returned", ("Please correct your modification", "The salaries are needed until June.",
                      "Line 1 would have $58,000.00, but $58,000.01 of it is approved.", "goes on as it is")),
        ("first returned", ("Please correct your first budget",
                            "no budget for this year until", "but the contract to $90,000.00.")),
    ],
    ids=list(PACKETS),
)  # fmt: skip
def test_a_notice_says_on_its_first_page_what_became_of_the_budget_and_what_to_do(
    name: str, said: tuple[str, ...]
) -> None:
    page = open_pdf(data(name)).texts[0]
    assert [words for words in (*said, "Questions Dana Whitfield") if words not in page] == []


def test_a_requisition_that_waits_for_our_own_signature_asks_nothing_of_the_vendor() -> None:
    facts = case(CASES["waiting"]).packet
    waits = facts.model_copy(update={"budget": facts.budget.model_copy(update={"pending_with": "Fiscal"})})
    policy = make_payments_policy()
    letter = determination_letter(
        waits, review(waits, policy), OFFICE, RECIPIENT, document_id="R27-970000001-03-PL01", dated=waits.as_of,
        made_at=MADE_AT, policy=policy,
    )  # fmt: skip
    assert letter.waits_for == ("Fiscal",) and not any("PASSPort" in wish for wish in letter.to_send)


def test_the_message_of_a_return_gives_the_reason_and_that_of_an_approval_the_amount() -> None:
    assert "The salaries are needed until June." in budget_message(notice("returned"))
    assert "is in force from today, with $95,700.00 in all" in budget_message(notice("approved"))
