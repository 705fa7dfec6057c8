"""The office's trackers: good rows count at once, bad rows come back with their reason, old rows are no news."""

from pathlib import Path

import pytest

from tests.office import award, import_list, import_tracker, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import hire, sign_everything, take_steps
from tests.tasks.test_registration_awards import events, rows

ALDER = award(1, "Alder Works, Inc.", "971000001", "20000")
CASE = "R27-971000001"
STEPS = "Contract,Step,Date,Value,Reason,Reference"


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 10, 1, 14)
    hire()
    import_list(folder, ALDER, as_of="2026-07-01")


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """A home on 1 October 2026 with one cleared case, opened on 1 July."""
    _opened(tmp_path)
    return home


def test_steps_wait_for_a_signature_and_change_nothing_before_it(office: Path, tmp_path: Path) -> None:
    result = import_tracker(tmp_path, "registration-steps", STEPS, f"{CASE},scope and budget agreed,2026-08-03,,,")
    assert (result["imported"], events(CASE)) == (1, ["opened"])
    assert rows("select case_id, act, status from proposal") == [(CASE, "scope_and_budget_agreed", "open")]


def test_signed_steps_move_the_case_on_the_days_of_the_tracker(office: Path, tmp_path: Path) -> None:
    result = take_steps(
        tmp_path, STEPS, f"{CASE},orientation attended,2026-07-10,,,", f"{CASE},scope and budget agreed,2026-08-03,,,",
    )  # fmt: skip
    assert (result["imported"], result["rejected"]) == (2, 0)
    # The award was cleared on the list: that move comes first, by itself.
    assert events(CASE) == ["opened", "cleared", "orientation_attended", "scope_and_budget_agreed"]
    assert rows("select state from registration_case") == [("documents",)]


def test_the_same_tracker_again_changes_nothing(office: Path, tmp_path: Path) -> None:
    line = f"{CASE},scope and budget agreed,2026-08-03,,,"
    take_steps(tmp_path, STEPS, line)
    before = events(CASE)
    result = import_tracker(tmp_path, "registration-steps", STEPS, line, f"{CASE},orientation attended,2026-08-04,,,")
    assert (result["imported"], result["unchanged"], events(CASE)) == (1, 1, before)


def test_a_step_that_waits_for_its_signature_already_is_not_proposed_twice(office: Path, tmp_path: Path) -> None:
    line = f"{CASE},scope and budget agreed,2026-08-03,,,"
    import_tracker(tmp_path, "registration-steps", STEPS, line)
    more = f"{CASE},orientation attended,2026-08-04,,,"
    result = import_tracker(tmp_path, "registration-steps", STEPS, line, more)
    assert (result["imported"], result["unchanged"]) == (1, 1)
    assert sign_everything() == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{CASE},filed,2026-08-03,,,", "not possible while the case is"),
        (f"{CASE},scope and budget agreed,2026-10-02,,,", "lies in the future"),
        (f"{CASE},scope and budget agreed,2026-06-01,,,", "before the case came to where it stands"),
        (f"{CASE},danced,2026-08-03,,,", "is not a step"),
        (f"{CASE},package complete,2026-08-03,,,", "comes by itself"),
        ("R27-971999999,withdrawn,2026-08-03,,,", "No contract R27-971999999 is known"),
        (f"{CASE},withdrawn,someday,,,", "is not a date"),
    ],
)
def test_a_step_that_cannot_be_taken_is_rejected_with_its_reason(
    office: Path, tmp_path: Path, line: str, reason: str
) -> None:
    result = import_tracker(tmp_path, "registration-steps", STEPS, line)
    assert (result["imported"], result["rejected"]) == (0, 1)
    assert reason in (office / result["rejects_file"]).read_text(encoding="utf-8-sig")
    assert events(CASE) == ["opened"]


def test_a_tracker_without_its_columns_is_refused_whole(office: Path, tmp_path: Path) -> None:
    result = import_tracker(tmp_path, "registration-steps", "Colour,Date", "red,2026-08-03")
    assert "no column" in result["refused"]


def test_a_document_without_its_scan_is_reported_and_never_received(office: Path, tmp_path: Path) -> None:
    import_tracker(tmp_path, "documents", "Owner,Document,Reported on,Expires on,File",
                   "971000001,liability_insurance,2026-09-01,2027-12-31,alder.pdf")  # fmt: skip
    review_all(letters=False)
    assert rows("select count(*) from case_finding where code = 'document_reported_no_file'") == [(1,)]


def test_a_scan_that_arrives_makes_the_document_received(office: Path, tmp_path: Path) -> None:
    from tasks.adapters.incoming import receive

    import_tracker(tmp_path, "documents", "Owner,Document,Reported on,Expires on,File",
                   "971000001,liability_insurance,2026-09-01,2027-12-31,alder.pdf")  # fmt: skip
    review_all(letters=False)
    scan = tmp_path / "alder.pdf"
    scan.write_bytes(b"%PDF-1.4 invented")
    receive(scan, "scans")
    review_all(letters=False)
    open_ = "select count(*) from case_finding where subject = 'liability_insurance' and closed_at is null"
    assert rows(open_) == [(0,)]


def test_a_document_that_is_reported_in_the_future_is_rejected(office: Path, tmp_path: Path) -> None:
    result = import_tracker(tmp_path, "documents", "Owner,Document,Reported on",
                            "971000001,liability_insurance,2026-10-02")  # fmt: skip
    assert result["rejected"] == 1


def test_the_report_with_the_latest_date_counts_whatever_the_order_of_rows(office: Path, tmp_path: Path) -> None:
    head = "Owner,Document,Reported on,Expires on"
    late, early = "2026-09-20,2026-09-25", "2026-09-01,2027-12-31"
    import_tracker(tmp_path, "documents", head, *(f"971000001,liability_insurance,{row}" for row in (late, early)))
    review_all(letters=False)
    assert rows("select code from case_finding where subject = 'liability_insurance'") == [("document_expired",)]


def test_what_the_office_knows_of_a_provider_is_kept_and_an_empty_cell_leaves_it(office: Path, tmp_path: Path) -> None:
    import_tracker(tmp_path, "providers", "EIN,Email,Annual revenue", "97-1000001,office@alder.example,$90000")
    import_tracker(tmp_path, "providers", "EIN,Email,Annual revenue", "971000001,,95000")
    assert rows("select email, annual_revenue_cents from provider") == [("office@alder.example", 9_500_000)]


def test_a_letter_goes_once_and_again_when_its_date_has_passed(office: Path, tmp_path: Path) -> None:
    take_steps(tmp_path, STEPS, f"{CASE},scope and budget agreed,2026-08-03,,,")
    assert review_all()["letters"] == 1
    assert review_all()["letters"] == 0
    stop_clock(2026, 10, 20, 14)
    assert review_all()["letters"] == 1
    assert rows("select document_id from stored_document order by 1") == [(f"{CASE}-MD01",), (f"{CASE}-MD02",)]
    assert len(list((office / "outbox" / "to-post").glob("*.eml"))) == 2


def test_a_review_that_finds_nothing_new_records_nothing(office: Path) -> None:
    review_all(letters=False)
    before = rows("select * from case_event"), rows("select * from case_finding")
    assert review_all(letters=False)["changed"] == 0
    assert (rows("select * from case_event"), rows("select * from case_finding")) == before


def test_every_decision_names_the_facts_and_the_policy_that_it_rests_on(office: Path) -> None:
    import json

    review_all(letters=False)
    payload = json.loads(rows("select payload from case_event where event = 'findings_changed'")[0][0])
    assert rows(f"select count(*) from stored_packet where sha256 = '{payload['packet']}'") == [(1,)]
    assert rows(f"select count(*) from policy_version where sha256 = '{payload['policy']}'") == [(1,)]


def test_a_document_stays_overdue_while_reminders_give_new_dates(office: Path, tmp_path: Path) -> None:
    take_steps(tmp_path, STEPS, f"{CASE},scope and budget agreed,2026-08-03,,,")
    overdue = "select count(*) from case_finding where code = 'document_request_overdue' and closed_at is null"
    review_all()
    assert rows(overdue) == [(0,)]
    for day in (20, 21, 22):
        stop_clock(2026, 10, day, 14)
        review_all()
        assert rows(overdue)[0][0] > 0, day


def test_a_case_that_ends_keeps_no_open_finding(office: Path, tmp_path: Path) -> None:
    review_all(letters=False)
    take_steps(tmp_path, STEPS, f"{CASE},withdrawn,2026-10-01,,the provider declines,")
    assert rows("select count(*) from case_finding where closed_at is null") == [(0,)]
