"""A budget from the inbox to the day on which it counts, on rows, packets and outbox."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from models.payments.records import ApprovedLine, BudgetChange, FiscalYearBudget, Requisition
from models.shared.records import CaseFinding, OutgoingMessage, StoredDocument, StoredPacket
from models.shared.signing import Asked, Item
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.decisions import decide, show
from tasks.adapters.payments.budget_worklists import worklists
from tasks.adapters.payments.cases import load_requisitions
from tasks.adapters.policy import payments_policy
from tasks.adapters.refusals import NotSigned, Refusal
from tests.budgets import FIRST, MORE, MOVED, SECOND, THIRD, bring_budget, states, told, versions
from tests.office import stop_clock
from tests.payments_office import (
    BUDGET,
    CONTRACT,
    approve,
    budget_row,
    follow,
    open_office,
    refer,
    requisition,
    review_all,
    send,
    sign,
    sign_budget,
)
from tests.signers import credential

CASE = f"{CONTRACT}-01"


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


def outcome() -> str:
    with reading() as session:
        return session.get_one(Requisition, CASE).outcome


def pending() -> tuple[str, tuple[int, ...], str]:
    with reading() as session:
        budget = load_requisitions(session, [CASE], payments_policy(), clock.today())[0].packet.budget
    return budget.pending, budget.pending_lines, str(budget.change_landed_on or "")


def test_a_first_budget_counts_once_program_and_budget_have_signed_it():
    assert versions() == [(1, 9_780_000)] and states() == {FIRST: "active"}
    assert told(FIRST) == ["opened", "program_approved", "budget_approved"]
    assert (budget_row(FIRST).kind, budget_row(FIRST).based_on, budget_row(FIRST).budget_version) == ("budget", 0, 1)


def test_a_modification_keeps_the_old_budget_in_force_until_program_and_fiscal_have_signed(tmp_path: Path):
    result = bring_budget(tmp_path, *MOVED)
    assert (result["budget"], result["kind"], result["unchanged"]) == (SECOND, "modification", False)
    assert (budget_row(SECOND).lines, budget_row(SECOND).based_on) == ("1,3", 1)
    sign("m.ortiz", "program_approved", SECOND, process="budgets")
    assert states()[SECOND] == "with_fiscal" and versions() == [(1, 9_780_000)]
    sign("f.ana", "fiscal_approved", SECOND, process="budgets")
    assert versions() == [(1, 9_780_000), (2, 9_780_000)] and budget_row(SECOND).budget_version == 2


def test_an_amended_budget_is_approved_by_budget_and_only_up_to_the_registered_maximum(tmp_path: Path):
    refer(max_cents=9_900_000)
    refused = bring_budget(tmp_path, *MORE)
    assert "The budget comes to $100,000.00" in refused and "register an amendment first" in refused
    refer(max_cents=9_900_000, pending="amendment No. 1")
    assert "Amendment No. 1 is approved and not registered yet." in bring_budget(tmp_path, *MORE)
    refer(max_cents=10_000_000)
    assert bring_budget(tmp_path, *MORE)["kind"] == "amended"
    sign_budget(SECOND)
    assert versions()[-1] == (2, 10_000_000)


def test_a_maximum_that_was_lowered_meanwhile_keeps_a_budget_from_being_approved(tmp_path: Path):
    bring_budget(tmp_path, *MORE)
    refer(max_cents=9_999_999)
    with pytest.raises(NotSigned, match=r"It cannot be approved as it is\. It comes to \$100,000\.00") as refused:
        sign("m.ortiz", "program_approved", SECOND, process="budgets")
    assert refused.value.kind is Refusal.ILLEGAL and states()[SECOND] == "proposed"


def test_an_open_change_stops_the_contract_and_the_day_it_takes_effect_releases_it(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approved = outcome()
    bring_budget(tmp_path, *MOVED)
    review_all()
    assert (approved, outcome(), pending()) == ("approved", "waiting", (f"modification {SECOND}", (1, 3), ""))
    with reading() as session:
        found = session.get_one(CaseFinding, ("payments", CASE, "P2", "budget"))
    assert found.remedy == "Program has it to sign; the requisition need not be sent again."
    sign("m.ortiz", "program_approved", CASE)
    with pytest.raises(NotSigned, match="Nothing can be paid of it now"):
        sign("f.ana", "fiscal_approved", CASE)
    stop_clock(2026, 10, 14, 14)
    sign_budget(SECOND, second="f.ana", act="fiscal_approved")
    review_all()
    assert (outcome(), pending()) == ("approved", ("", (), "2026-10-14"))
    sign("f.ana", "fiscal_approved", CASE)


@pytest.mark.parametrize("act", ["budget_returned", "withdrawn"])
def test_a_change_that_is_not_wanted_stops_nothing_any_more(tmp_path: Path, act: str):
    send(tmp_path, requisition())
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", act, SECOND, reason="The salaries are needed.", process="budgets")
    review_all()
    assert (outcome(), pending()[0], versions()) == ("approved", "", [(1, 9_780_000)])


@pytest.mark.parametrize("act", ["budget_returned", "withdrawn"])
def test_a_return_and_a_withdrawal_need_a_reason(tmp_path: Path, act: str):
    bring_budget(tmp_path, *MOVED)
    with pytest.raises(NotSigned) as refused:
        sign("m.ortiz", act, SECOND, process="budgets")
    assert refused.value.kind is Refusal.REASON and states()[SECOND] == "proposed"


def test_a_newer_file_supersedes_the_one_that_waits_and_overwrites_nothing(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", "program_approved", SECOND, process="budgets")
    body = budget_row(SECOND).body
    assert bring_budget(tmp_path, *MORE)["supersedes"] == SECOND
    assert states() == {FIRST: "active", SECOND: "superseded", THIRD: "proposed"}
    assert told(SECOND) == ["opened", "program_approved", "superseded"] and budget_row(SECOND).body == body
    with pytest.raises(NotSigned, match="the case is closed"):
        sign("f.ana", "fiscal_approved", SECOND, process="budgets")
    sign_budget(THIRD)
    assert versions() == [(1, 9_780_000), (2, 10_000_000)]


def test_the_same_budget_again_changes_nothing(tmp_path: Path):
    assert bring_budget(tmp_path, *reversed(BUDGET))["unchanged"]
    bring_budget(tmp_path, *MOVED)
    assert bring_budget(tmp_path, *MOVED)["unchanged"]
    assert list(states()) == [FIRST, SECOND]


def test_the_budget_in_force_does_not_push_aside_a_change_that_waits(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    refused = bring_budget(tmp_path, *BUDGET)
    assert "This is the budget in force" in refused and f"{SECOND} is with Program" in refused
    assert states()[SECOND] == "proposed"


def test_what_was_returned_does_not_come_again_uncorrected(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", "budget_returned", SECOND, reason="Too much.", process="budgets")
    assert f"This is what {SECOND} said, which was returned on October 9, 2026." in bring_budget(tmp_path, *MOVED)
    assert bring_budget(tmp_path, *MORE)["budget"] == THIRD


def test_a_requisition_for_a_year_whose_budget_waits_is_told_who_has_it(tmp_path: Path):
    refer(term_end=date(2028, 6, 30), max_cents=20_000_000)
    bring_budget(tmp_path, *BUDGET, fy=2028)
    later = requisition(service_from="2027-09-01", service_to="2027-09-30")
    refused = send(tmp_path, later)
    assert f"{CONTRACT}-FY28-B01 is with Program since October 9, 2026. Once it is signed" in refused
    sign("m.ortiz", "program_approved", f"{CONTRACT}-FY28-B01", process="budgets")
    assert "is with Budget since" in send(tmp_path, later)
    sign("b.funds", "budget_returned", f"{CONTRACT}-FY28-B01", reason="No line for rent.", process="budgets")
    assert "was returned to the provider on October 9, 2026: import a corrected budget" in send(tmp_path, later)


@pytest.mark.parametrize("maker", ["m.ortiz", "f.ana"])
def test_whoever_brought_it_in_approves_nothing_of_it(tmp_path: Path, maker: str):
    bring_budget(tmp_path, *MOVED, submitted_by=maker)
    if maker == "f.ana":
        sign("m.ortiz", "program_approved", SECOND, process="budgets")
    with pytest.raises(NotSigned) as refused:
        sign(maker, "program_approved" if maker == "m.ortiz" else "fiscal_approved", SECOND, process="budgets")
    assert refused.value.kind is Refusal.SEPARATION


@pytest.mark.parametrize(("staff", "act"), [("b.funds", "fiscal_approved"), ("p.lead", "fiscal_approved")])
def test_a_modification_takes_effect_by_fiscal_alone(tmp_path: Path, staff: str, act: str):
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", "program_approved", SECOND, process="budgets")
    with pytest.raises(NotSigned) as refused:
        sign(staff, act, SECOND, process="budgets")
    assert refused.value.kind is Refusal.ROLE and states()[SECOND] == "with_fiscal"


def test_a_line_does_not_fall_below_what_is_approved_on_it(tmp_path: Path):
    send(tmp_path, requisition())
    review_all()
    approve(CASE)
    bring_budget(
        tmp_path,
        BUDGET[0],
        BUDGET[1],
        (3, "OTPS", "Supplies and rent", "999.99"),
        (4, "OTPS", "Rent", "11000.01"),
        BUDGET[3],
    )
    with pytest.raises(NotSigned, match=r"Line 3 would have \$999\.99, but \$1,000\.00 of it is approved"):
        sign("m.ortiz", "program_approved", SECOND, process="budgets")


def test_what_is_approved_between_looking_and_signing_refuses_the_signature(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", "program_approved", SECOND, process="budgets")
    asked = Asked("budgets", (Item(SECOND, "fiscal_approved"),))
    shown = show(asked).sha256()
    with writing() as session:
        line = {
            "case_id": CASE, "part": 1, "revision": 1, "no": 1, "contract_id": CONTRACT, "fiscal_year": 2027,
            "invoice_no": "X",
            "budget_line": 1, "service_from": clock.today(), "service_to": clock.today(), "claimed_cents": 100,
            "approved_cents": 100, "status": "approved", "signature": "",
        }  # fmt: skip
        session.add(ApprovedLine(**line))
    with pytest.raises(NotSigned) as refused:
        decide(asked, shown, credential("f.ana"), "desk")
    assert refused.value.kind is Refusal.CHANGED and versions() == [(1, 9_780_000)]


def test_a_version_that_took_effect_meanwhile_is_said_to_the_signer(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    with writing() as session:
        first = session.get_one(FiscalYearBudget, (CONTRACT, 2027, 1))
        session.add(FiscalYearBudget(**{**first.model_dump(), "version": 2}))
    with pytest.raises(NotSigned, match="compared with version 1 of the budget, but version 2 is in force now"):
        sign("m.ortiz", "program_approved", SECOND, process="budgets")


def test_the_provider_reads_what_became_of_a_modification(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    sign("m.ortiz", "budget_returned", SECOND, reason="The salaries are needed until June.", process="budgets")
    assert follow() == 1
    bring_budget(tmp_path, *MORE)
    sign_budget(THIRD)
    assert follow() == 1
    with reading() as session:
        returned, kept = (session.get_one(OutgoingMessage, f"{case}-N") for case in (SECOND, THIRD))
        paper = session.get_one(StoredDocument, f"{SECOND}-N")
        problems = list(audit(session).problems)
    assert "The salaries are needed until June." in returned.body and returned.sent_at is not None
    assert "is in force from today, with $100,000.00 in all" in kept.body
    assert (paper.process, paper.title) == ("budgets", f"Your modification {SECOND}: please correct it")
    assert problems == []


def test_every_signature_keeps_the_facts_that_it_saw(tmp_path: Path):
    with reading() as session:
        packets = session.execute(select(StoredPacket).where(StoredPacket.process == "budgets")).scalars().all()  # type: ignore[arg-type]
    assert [packet.case_id for packet in packets] == [FIRST]


@pytest.mark.parametrize("changed", [{"total_cents": 1, "body": "{}"}, {"version": 7}], ids=["body", "number"])
def test_the_audit_names_a_version_that_nobody_signed(tmp_path: Path, changed: dict[str, object]):
    with writing() as session:
        session.execute(update(FiscalYearBudget.__table__).values(**changed))  # type: ignore[attr-defined]
    with reading() as session:
        problems = list(audit(session).problems)
    number = changed.get("version", 1)
    assert problems == [f"Version {number} of the budget of {CONTRACT} for FY27 is in no signed event."]


def test_the_audit_names_a_budget_whose_case_is_gone(tmp_path: Path):
    with writing() as session:
        session.execute(delete(BudgetChange.__table__))  # type: ignore[attr-defined]
    with reading() as session:
        assert any("is in no signed event" in problem for problem in audit(session).problems)


def test_each_unit_finds_what_waits_for_it_and_where_it_is_signed(tmp_path: Path):
    bring_budget(tmp_path, *MOVED)
    with reading() as session:
        lists = worklists(session, clock.today())
    assert sorted(lists) == ["Budget", "Fiscal", "Program"]
    assert f"/cases/budgets/{SECOND}/decide/program_approved" in lists["Program"]
    assert lists["Fiscal"].startswith("## Fiscal: no budget waits")
