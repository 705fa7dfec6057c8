"""What the fiscal review tells those who pay: what is held for a month's report is released when the report comes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.payments.records import ReportedMonth, Requisition
from models.shared.records import CaseEvent, CaseFinding
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.fiscal.referrals import told_since
from tasks.adapters.payments import funding
from tasks.adapters.payments.reports import keep_reports
from tests.monthly_reports import hear, import_report, import_text, ledger_csv, report_csv
from tests.office import stop_clock
from tests.payments_office import (
    CONTRACT,
    approve,
    bring,
    open_office,
    reports,
    requisition,
    review_all,
    sign,
    tell,
    voucher,
)
from tests.remembered import remembered

CASE = f"{CONTRACT}-01"


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    tell(folder, f"{CONTRACT},outcome_report,2026-09-30,,,,,")


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> Iterator[Path]:
    """A contract with its budget, and that September's outcomes are reported; today is October 9, 2026."""
    _opened(tmp_path)
    yield tmp_path


def send(folder: Path, **changed: Any) -> None:
    """A requisition, without the reports of its month."""
    bring(folder, "requisitions", f"sent-{len(list(folder.iterdir()))}.json", json.dumps([requisition(**changed)]))
    review_all()


def stands() -> tuple[str, int]:
    """What the last review came to, and what it would pay."""
    with reading() as session:
        row = session.get_one(Requisition, CASE)
        return row.outcome, row.net_cents


def found() -> str:
    """What P16 says while it is open."""
    table = CaseFinding.__table__.c  # type: ignore[attr-defined]
    mine = (table.case_id == CASE) & (table.code == "P16") & table.closed_at.is_(None)
    with reading() as session:
        return session.execute(select(table.message).where(mine)).scalar() or ""


def happened(process: str = "payments", case_id: str = CASE) -> list[str]:
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    mine = (table.process == process) & (table.case_id == case_id)
    with reading() as session:
        return list(session.execute(select(table.event).where(mine).order_by(table.seq)).scalars())


def test_a_requisition_held_for_the_months_report_is_released_when_the_fiscal_import_brings_it(office: Path) -> None:
    send(office)
    assert stands() == ("held", 0)
    assert found() == "The monthly financial report of September 2026 is not in; $7,250.00 is held."
    import_report(office, "2026-09", 725_000)
    hear()
    review_all()
    assert (stands(), found()) == (("approved", 707_500), "")
    assert happened() == ["opened", "reviewed", "findings_changed"]


def test_a_report_without_its_ledger_releases_nothing(office: Path) -> None:
    send(office)
    import_text(office, "financial-reports", report_csv("2026-09", 725_000))
    hear()
    review_all()
    assert stands() == ("held", 0)
    assert found() == "The general ledger of September 2026 is not in; $7,250.00 is held."


def test_a_report_that_says_something_else_holds_all_until_it_is_restated(office: Path) -> None:
    import_report(office, "2026-09", 700_000)
    hear()
    send(office)
    assert stands() == ("held", 0) and "says $7,000.00" in found()
    import_report(office, "2026-09", 725_000, revision=2)
    hear()
    review_all()
    assert stands() == ("approved", 707_500)


def test_a_month_that_is_restated_away_from_the_claim_holds_what_nobody_decided(office: Path) -> None:
    import_report(office, "2026-09", 725_000)
    hear()
    send(office)
    sign("m.ortiz", "program_approved", CASE)
    import_report(office, "2026-09", 700_000, revision=2)
    hear()
    review_all()
    assert stands() == ("held", 0)


def test_a_month_that_is_restated_after_the_payment_was_decided_overwrites_nothing(office: Path) -> None:
    import_report(office, "2026-09", 725_000)
    hear()
    send(office)
    approve(CASE)
    voucher()
    before = happened(), stands()
    import_report(office, "2026-09", 700_000, revision=2)
    hear()
    review_all()
    assert (happened(), stands()) == before


def test_a_requisition_of_two_months_is_released_when_both_are_in_and_their_sum_is_what_it_claims(office: Path) -> None:
    import_report(office, "2026-09", 425_000)
    hear()
    send(office, service_from="2026-08-01")
    assert found() == "The monthly financial report of August 2026 is not in; $7,250.00 is held."
    import_report(office, "2026-08", 300_000)
    hear()
    review_all()
    assert stands() == ("approved", 707_500)


def test_an_office_without_the_fiscal_review_goes_by_its_tracker(office: Path) -> None:
    send(office)
    tell(office, *reports("2026-09-30", "7250.00"))
    assert hear() is not None
    review_all()
    assert stands() == ("approved", 707_500)


def test_a_report_counts_over_an_older_fact_of_a_tracker(office: Path) -> None:
    tell(office, *reports("2026-09-30", "7250.00"))
    send(office)
    assert stands() == ("approved", 707_500)
    stop_clock(2026, 10, 12, 14)
    import_report(office, "2026-09", 700_000)
    hear()
    review_all()
    assert stands() == ("held", 0) and "says $7,000.00" in found()


def test_a_fact_that_a_tracker_tells_on_a_later_day_counts_over_the_report(office: Path) -> None:
    import_report(office, "2026-09", 700_000)
    hear()
    stop_clock(2026, 10, 12, 14)
    tell(office, *reports("2026-09-30", "7250.00"))
    send(office)
    assert stands() == ("approved", 707_500)


def test_the_clean_part_is_paid_at_once_when_the_report_comes_and_the_rest_stays_held(office: Path) -> None:
    sent = requisition()
    sent["lines"][2]["evidence"] = ["vendor_bill"]
    send(office, lines=sent["lines"])
    assert stands() == ("held", 0)
    import_report(office, "2026-09", 725_000)
    hear()
    review_all()
    # 5000 + 1250, less 175 for the name check; line 3 lacks its proof of payment.
    assert stands() == ("split", 607_500)


# --- the telling itself -------------------------------------------------------------------------------------------


def test_where_nothing_came_since_nothing_is_told(office: Path) -> None:
    import_report(office, "2026-09", 725_000)
    assert hear() is not None
    assert hear() is None


def test_what_is_told_is_each_months_last_revision_and_last_ledger_with_their_days(office: Path) -> None:
    import_report(office, "2026-08", 300_000)
    stop_clock(2026, 10, 12, 14)
    import_report(office, "2026-08", 310_000, revision=2, ledger=309_000)
    import_text(office, "ledgers", ledger_csv("2026-09", 1))
    told = hear()
    assert told is not None
    said = [one.model_dump(mode="json", exclude={"contract_id"}) for one in told.referrals]
    assert said == [
        {"month": "2026-08-01", "revision": 2, "report_cents": 310_000, "report_on": "2026-10-12",
         "ledger_cents": 309_000, "ledger_on": "2026-10-12"},
        {"month": "2026-09-01", "revision": 0, "report_cents": None, "report_on": None,
         "ledger_cents": 1, "ledger_on": "2026-10-12"},
    ]  # fmt: skip


def test_what_was_told_and_not_kept_is_told_again_and_leaves_the_same(office: Path) -> None:
    import_report(office, "2026-09", 725_000)
    with reading() as session:
        lost = told_since(session, "")
    assert hear() == lost
    with reading() as session:
        (row,) = session.execute(select(ReportedMonth)).scalars()
    assert lost is not None and row.body == lost.referrals[0].canonical()


def test_the_same_told_once_more_is_no_news(office: Path) -> None:
    import_report(office, "2026-09", 725_000)
    told = hear()
    assert told is not None
    with writing() as session:
        assert keep_reports(session, told, clock.now()) == 0
    assert happened(case_id="reports") == ["reported", "fiscal_read", "fiscal_read"]


def test_what_the_fiscal_review_told_is_no_news_to_itself(office: Path) -> None:
    with reading() as session:
        funded = funding.told_since(session, "")
    assert funded is not None
    import_report(office, "2026-09", 725_000)
    hear()
    with reading() as session:
        assert funding.told_since(session, funded.mark) is None


def test_the_evidence_of_what_was_told_stands(office: Path) -> None:
    import_report(office, "2026-09", 725_000)
    hear()
    with reading() as session:
        assert list(audit(session).problems) == []
