"""The page of a case: what is known of it, what is wrong, who held it; hostile text is only text."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from models.shared.documents import sha256
from models.shared.records import OutgoingMessage
from tasks.adapters.database import reading, writing
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.case_page import MOST_EVENTS, CasePage, case_page
from tests.desk.conftest import HOSTILE, HOSTILE_PURPOSE, LOOM, NOW, RADIO, SCAN, SONS, Read, issue, read_page
from tests.office import import_list, import_tracker
from tests.signers import hire, take_steps


def page_of(desk: TestClient, case_id: str) -> Read:
    answer = desk.get(f"/cases/registration/{case_id}")
    assert answer.status_code == 200
    return read_page(answer.text)


def loaded(case_id: str, now: datetime = NOW) -> CasePage:
    with reading() as session:
        found = case_page(session, case_id, registration_policy(), now)
    assert found is not None
    return found


def test_a_case_shows_its_facts_and_the_award_behind_it(desk: TestClient) -> None:
    text = page_of(desk, LOOM).text
    assert "Contract R27-971010012, $190,000.00, fiscal year 2027" in text
    assert "Stands at S4 Scope and budget Held by Program, since Nov 9, 2026" in text
    assert "FY27 90001" in text and "Worker cooperatives" in text
    assert "Provider’s EIN 97-1010012" in text


def test_a_case_through_a_conduit_names_whom_it_is_for(desk: TestClient) -> None:
    assert "Contracts for Rooftop Radio, Inc., EIN 97-1020308" in page_of(desk, RADIO).text


def test_the_checklist_says_what_is_wrong_with_each_document(desk: TestClient) -> None:
    text = page_of(desk, LOOM).text
    assert "Scope of services (workscope) In order" in text
    assert "Expired" in text and "Tracker: <b>from the broker</b>" in text
    assert "Never received" in text


def test_a_document_that_came_in_leads_to_its_scan(desk: TestClient) -> None:
    assert f"/scans/{sha256(SCAN)}" in page_of(desk, LOOM).links


def test_findings_come_with_severity_remedy_and_source(desk: TestClient) -> None:
    found = loaded(LOOM)
    text = page_of(desk, LOOM).text
    assert found.findings
    for seen in found.findings:
        assert seen.finding.message in text and seen.finding.remedy in text and seen.finding.citation in text
        assert seen.since == NOW


def test_a_finding_that_no_review_has_recorded_yet_says_so(client: TestClient, tmp_path: Path) -> None:
    import_list(tmp_path, 'FY27 00001,2027,Local,Invented,"Harbor Loom, Inc.",971010012,Cleared,190000,SBS,Help,NY,NY')
    assert all(seen.since is None for seen in loaded(LOOM).findings)
    assert "at the next review" in page_of(client, LOOM).text


def test_what_the_last_review_recorded_and_today_does_not_find_is_told_apart(desk: TestClient, tmp_path: Path) -> None:
    before = {seen.finding.key for seen in loaded(LOOM).findings}
    import_tracker(
        tmp_path,
        "documents",
        "EIN or contract,Document,Reported on,Signed on,Expires on,File",
        "971010012,Liability insurance,2026-11-08,2026-11-01,2028-01-31,loom scope.pdf",
    )
    found = loaded(LOOM)
    assert {finding.key for finding in found.stale} == before - {seen.finding.key for seen in found.findings}
    assert [finding.subject for finding in found.stale] == ["liability_insurance"]
    assert "not found any more today; the next review decides" in page_of(desk, LOOM).text


def test_the_time_by_holder_adds_up_to_the_second(desk: TestClient) -> None:
    later = NOW + timedelta(days=40, seconds=12_345)
    found = loaded(LOOM, later)
    assert sum(seconds for _, seconds in found.held) == found.elapsed == 40 * 86_400 + 12_345
    assert sum(line.seconds or 0 for line in found.timeline) == found.elapsed
    assert dict(found.held) == {"MOCS": 0, "Program": found.elapsed}


def test_a_closed_case_is_judged_as_of_its_last_day_and_its_time_stands_still(desk: TestClient, tmp_path: Path) -> None:
    hire()
    take_steps(tmp_path, "Contract,Step,Date,Reason", f"{RADIO},Withdrawn,2026-11-09,gave up")
    found, later = loaded(RADIO), loaded(RADIO, NOW + timedelta(days=900))
    assert found.closed_on == later.closed_on == NOW.date()
    assert found.elapsed == later.elapsed
    assert [item.fault for item in found.review.items] == [item.fault for item in later.review.items]
    text = page_of(desk, RADIO).text
    assert "in order on the day on which it closed" in text and "gave up" in text


def test_a_contract_whose_every_award_was_taken_back_still_has_its_page(desk: TestClient, tmp_path: Path) -> None:
    line = 'FY27 90001,2027,Local,Invented,"Harbor Loom, Inc.",971010012,Rescinded,190000,SBS,Help,NY,NY'
    import_list(tmp_path, line, partial=True)
    text = page_of(desk, LOOM).text
    assert "Sx Withdrawn or rescinded" in text and "no award is left behind the contract" in text
    assert "Contract R27-971010012, $0.00" in text and "First amount $190,000.00" in text


def test_an_award_that_is_gone_from_the_newest_list_is_marked(desk: TestClient, tmp_path: Path) -> None:
    import_list(tmp_path, 'FY27 90009,2027,Local,Invented,"Another, Inc.",971010099,Cleared,5000,SBS,Help,NY,NY')
    assert "Cleared Gone from the list $190,000.00" in page_of(desk, LOOM).text


def test_only_the_latest_events_of_a_very_long_history_are_shown(desk: TestClient, tmp_path: Path) -> None:
    # Fifty awards of one contract; each list after the first changes them all.
    awards = range(50)
    for amount in range(1_000, 1_000 + MOST_EVENTS // len(awards) + 2):
        lines = (
            f'FY27 9{n:04d},2027,Local,Invented,"Harbor Loom, Inc.",971010012,Cleared,{amount},SBS,Help,NY,NY'
            for n in awards
        )
        import_list(tmp_path, *lines, partial=True)
    found = loaded(LOOM)
    assert len(found.timeline) == MOST_EVENTS and found.earlier > 0
    assert "The last 200 events" in page_of(desk, LOOM).text


def test_papers_and_messages_are_listed_the_newest_first(desk: TestClient) -> None:
    issue()
    with writing() as session:
        session.add(
            OutgoingMessage(
                message_id="M1", process="registration", case_id=LOOM, recipient="", subject="<i>Documents</i>",
                body="Dear all,\n<script>alert(1)</script>", document_id=f"{LOOM}-MD01",
                created_at=datetime(2026, 11, 1, 15, 0, tzinfo=UTC),
            )
        )  # fmt: skip
    page = page_of(desk, LOOM)
    assert page.links.count(f"/documents/{LOOM}-MD01") == 2
    assert "1 paper printed for this contract" in page.text
    assert "<i>Documents</i> To the provider by post: no e-mail address is known" in page.text
    assert "Written Nov 1, 2026, 10:00 AM, Not sent yet" in page.text
    assert "Dear all, <script>alert(1)</script>" in page.text


def test_hostile_names_and_purposes_are_only_text(desk: TestClient) -> None:
    answer = desk.get(f"/cases/registration/{SONS}")
    page = read_page(answer.text)
    assert HOSTILE in page.text and HOSTILE_PURPOSE in page.text
    assert page.all("script") == [] and page.all("img") == []
    assert HOSTILE in read_page(desk.get("/worklist").text).text


@pytest.mark.parametrize(
    "case_id",
    [
        "R27-000000000",
        "r27-971010012",
        "%00",
        "%FF%FE",
        "a" * 5_000,
        "..%2F..%2Fsteward.db",
        "'--",
        "%3Cscript%3E",
        "%20",
    ],
)
def test_an_unknown_case_gets_a_sentence(desk: TestClient, case_id: str) -> None:
    answer = desk.get(f"/cases/registration/{case_id}")
    assert answer.status_code == 404
    page = read_page(answer.text)
    assert "There is no" in page.text and page.all("script") == []


def test_another_process_has_no_page_yet(desk: TestClient) -> None:
    assert desk.get(f"/cases/payments/{LOOM}").status_code == 404
