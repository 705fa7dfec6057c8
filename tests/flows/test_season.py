"""The demo plays a whole season through the real flows; these tests look at what it leaves behind."""

import csv
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.cli.app import app
from tasks.adapters.pdf_verify import verify_pdf
from tests.flows.killing import inside
from tests.flows.season_home import Season, steward
from tests.prefect_homes import give_prefect

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "deployments" / "samples"
EXPECTED = Path(__file__).with_name("season_expected.csv")
PAYMENTS_EXPECTED = Path(__file__).with_name("payments_expected.csv")
FISCAL_EXPECTED = Path(__file__).with_name("fiscal_expected.csv")
HOTLINE_EXPECTED = Path(__file__).with_name("hotline_expected.csv")


@pytest.fixture(scope="module")
def season(migrated_prefect: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """The demo, played once for all these tests."""
    home = give_prefect(migrated_prefect, tmp_path_factory.mktemp("season") / "home")
    done = steward(home, "demo", "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    yield Season(home, done.stdout)


def test_every_sample_contract_ends_in_the_state_that_was_reasoned_by_hand(season: Season) -> None:
    with EXPECTED.open(newline="") as source:
        expected = {row["case_id"]: (row["kind"], row["state"]) for row in csv.DictReader(source)}
    found = season.rows("select case_id, kind, state from registration_case where folded_into = ''")
    assert {case_id: (kind, state) for case_id, kind, state in found} == expected


def test_every_sample_requisition_ends_as_it_was_reckoned_by_hand(season: Season) -> None:
    columns = ("requisition", "voucher", "state", "outcome", "net", "paid_on", "interest")
    with PAYMENTS_EXPECTED.open(newline="") as source:
        expected = [tuple(row[column] for column in columns) for row in csv.DictReader(source)]
    found = season.rows(
        "select r.case_id, coalesce(v.voucher_no, ''), r.state, r.outcome, "
        "printf('%.2f', coalesce(v.net_cents, r.net_cents) / 100.0), "
        "coalesce(v.paid_on, ''), "
        "printf('%.2f', coalesce(v.interest_cents, 0) / 100.0) "
        "from requisition r left join voucher v on v.case_id = r.case_id"
    )
    assert sorted(found) == sorted(expected)


def test_every_month_of_the_sample_year_is_reviewed_as_it_was_reckoned_by_hand(season: Season) -> None:
    with FISCAL_EXPECTED.open(newline="") as source:
        expected = [(row["contract"], row["month"], row["codes"]) for row in csv.DictReader(source)]
    found = season.rows("select contract_id, substr(month, 1, 7), codes from fiscal_month")
    assert sorted(found) == sorted(expected)


def test_every_months_review_is_printed_as_it_stands_and_each_monthly_review_ends_in_a_portfolio(
    season: Season,
) -> None:
    printed = season.rows("select document_id from stored_document where kind = 'review'")
    stands = season.rows("select case_id || '-FR' || printf('%02d', version) from fiscal_month")
    assert set(stands) <= set(printed)
    portfolios = season.rows("select case_id from stored_document where process = 'fiscal' and kind = 'report'")
    # From September to July, at each of which the month before the last was due.
    assert len(portfolios) == 11


def test_every_contact_of_the_storm_and_of_july_ends_as_it_was_reasoned_by_hand(season: Season) -> None:
    with HOTLINE_EXPECTED.open(newline="") as source:
        expected = {row["contact"]: row for row in csv.DictReader(source)}
    found = season.rows(
        "select d.contact_id, coalesce(c.unit, d.unit), coalesce(c.priority, d.priority), "
        "coalesce(c.restricted, d.confidential), d.language, d.duplicate_of, coalesce(c.state, d.state), "
        "exists (select 1 from hotline_event_tag t where t.contact_id = d.contact_id) "
        "from hotline_decision d left join hotline_case c on c.case_id = d.contact_id "
        "where d.contact_id not like 'HC-%'"
    )
    assert {row[0] for row in found} == expected.keys()
    for contact, unit, priority, restricted, language, repeat_of, state, tagged in found:
        want = expected[contact]
        known = (want["language"], want["repeat_of"], want["event"] == "yes")
        assert (language, repeat_of, bool(tagged)) == known, contact
        # Triage may take more care than the facts demand, never less: ask a person, be quicker, hold it restricted.
        assert state in (want["state"], "to_person"), contact
        assert state == "to_person" or unit == (want["unit"] or unit), contact
        assert priority <= int(want["priority"]) and restricted >= (want["confidential"] == "yes"), contact
    asked = [row for row in found if row[6] != expected[row[0]]["state"]]
    hasty = [row for row in found if row[2] < int(expected[row[0]]["priority"])]
    held = [row for row in found if row[3] and expected[row[0]]["confidential"] == "no"]
    assert (len(asked) <= 2, len(hasty) <= 8, len(held) <= 4) == (True, True, True)


def test_the_past_year_of_the_hotline_is_answered_and_closed(season: Season) -> None:
    found = season.rows("select state, close_code, count(*) from hotline_case where case_id like 'HC-%' group by 1, 2")
    assert found == [("closed", "answered", 48)]


def test_people_work_on_a_contact_from_its_claim_to_its_reopening(season: Season) -> None:
    told = season.rows(
        "select event, actor from case_event where case_id = 'ST-0001' and process = 'hotline' order by seq"
    )
    work = [(event, actor) for event, actor in told[2:] if event not in ("priority_set", "alert_acknowledged")]
    assert [event for event, _ in work] == [
        "claimed", "accepted", "contact_attempted", "contact_attempted", "response_sent", "resolved", "closed",
        "reopened",
    ]  # fmt: skip
    assert {actor for _, actor in work} == {"Paloma Romero", "Hanan Farouk"}
    assert season.rows("select misroutes from hotline_case where case_id = 'ST-0015'") == [(1,)]
    assert ("JY-0011",) in season.rows("select contact_id from hotline_alert where acknowledged_at is null")


def test_the_hotline_prints_its_busiest_day_its_month_and_what_each_unit_has_open(season: Season) -> None:
    numbers = {row[0] for row in season.rows("select document_id from stored_document where process = 'hotline'")}
    assert {"TR-2026-11-19", "HM-2026-11", "HS-2026-11-20-09-FIA", "HS-2026-11-20-09-FACILITIES"} <= numbers


def test_the_acknowledgement_of_the_season_is_a_draft_that_lies_sealed_and_is_not_sent(season: Season) -> None:
    letters = season.rows("select document_id from stored_document where kind = 'constituent_letter'")
    assert letters == [("ST-0003-AK01",)]
    assert season.rows("select count(*) from outgoing_message where case_id = 'ST-0003'") == [(0,)]
    assert not [path for path in season.pdfs() if "ST-0003" in path.name]


def test_the_season_says_how_many_contacts_wait_and_how_many_are_closed(season: Season) -> None:
    # All but twelve of July and one that was reopened.
    (waiting,) = season.rows(
        "select count(*) from hotline_decision d left join hotline_case c on c.case_id = d.contact_id "
        "where coalesce(c.state, d.state) = 'to_person'"
    )[0]
    assert f"94 contacts of constituents triaged, {waiting} wait for a person, 81 closed; 16 belong" in season.said


@pytest.mark.parametrize("process", ["payments", "fiscal", "hotline"])
def test_the_season_brings_every_file_of_a_process_once(process: str) -> None:
    moments = tomllib.loads((SAMPLES / "registration" / "season.toml").read_text())["moment"]
    brought = [file["file"] for moment in moments for file in moment.get(process, [])]
    there = [path.relative_to(SAMPLES / process).as_posix() for path in (SAMPLES / process).rglob("*.*")]
    there = [name for name in there if name != "surge.toml"]
    assert sorted(brought) == sorted(there)


def test_the_season_says_how_much_of_the_requisitions_was_paid(season: Season) -> None:
    # 30625 + 11250 + 3000 + 10650 + 3850 + 3125 + 7825 + 4000 on those with a story, 420724 on the other fifty.
    assert "60 requisitions, $495,049.00 paid, 14 batches of vouchers." in season.said


def test_the_season_says_how_many_months_were_reviewed_and_how_often_a_report_was_missed(season: Season) -> None:
    # 14 contracts, twelve months each. Paper Boat is reminded six times, Pocket Garden once.
    assert "168 months of 14 contracts reviewed, 59 with findings; 7 reminders of reports." in season.said


def test_every_request_of_the_season_ended_in_one_of_two_ways(season: Season) -> None:
    found = season.rows("select case_id, closed_as from evidence_request order by case_id")
    assert found == [
        ("R27-090020015-04", "evidence_received"), ("R27-971010012-02", "evidence_received"),
        ("R27-971020026-03", "hold_lapsed"),
    ]  # fmt: skip


def test_every_budget_of_the_season_was_signed_by_two_and_the_contracts_stand_at_their_last_version(
    season: Season,
) -> None:
    found = season.rows("select case_id, kind, state, budget_version, total_cents from budget_change order by case_id")
    assert found == [
        # Harbor Loom's modification changes no total; Bridge and Bobbin has 88,000, with its amendment 94,000.
        ("R27-090020015-FY27-B01", "budget", "active", 1, 5_000_00),
        ("R27-971010012-FY27-B01", "budget", "active", 1, 190_000_00),
        ("R27-971010012-FY27-B02", "modification", "active", 2, 190_000_00),
        ("R27-971010023-FY27-B01", "budget", "active", 1, 88_000_00),
        ("R27-971010023-FY27-B02", "amended", "active", 2, 94_000_00),
        ("R27-971010023-FY27-B03", "modification", "active", 3, 94_000_00),
        ("R27-971010034-FY27-B01", "budget", "active", 1, 78_500_00),
        ("R27-971010045-FY27-B01", "budget", "active", 1, 73_500_00),
        ("R27-971010056-FY27-B01", "budget", "active", 1, 64_250_00),
        ("R27-971010067-FY27-B01", "budget", "active", 1, 61_000_00),
        ("R27-971010078-FY27-B01", "budget", "active", 1, 49_000_00),
        ("R27-971020026-FY27-B01", "budget", "active", 1, 48_000_00),
        ("R27-971020037-971020308-FY27-B01", "budget", "active", 1, 15_000_00),
        ("R27-971020048-FY27-B01", "budget", "active", 1, 75_000_00),
        ("R27-971020060-FY27-B01", "budget", "active", 1, 18_000_00),
        ("R27-971020071-FY27-B01", "budget", "active", 1, 12_000_00),
        ("R27-971020082-FY27-B01", "budget", "active", 1, 14_500_00),
    ]
    signed = season.rows(
        "select case_id, count(distinct actor) from case_event "
        "where process = 'budgets' and event like '%_approved' group by case_id"
    )
    assert {number for _, number in signed} == {2}


def test_the_requisition_of_a_budget_that_changed_waited_for_it(season: Season) -> None:
    case_id = "R27-971010012-05"
    told = season.rows(f"select event, payload from case_event where case_id = '{case_id}' order by seq")
    outcomes = [json.loads(payload)["value"] for event, payload in told if event == "reviewed"]
    assert outcomes[0] == "waiting" and [event for event, _ in told][-2:] == ["fiscal_approved", "vouchered"]


def test_what_checkbook_lists_is_tied_to_the_vouchers_that_it_paid_and_one_payment_is_nobodys(season: Season) -> None:
    # The 12,000.00 of contract S27-0003 are its advance; 18,400.00 went to a contract of another office; 3,850.00 went
    # out and came back before it was paid again.
    counted = season.rows("select counted_for from spending_row where counted_for != ''")
    assert len(counted) == 8 and ("R27-971010023-02-V01",) in counted
    left = season.rows("select amount_cents from spending_row where counted_for = '' order by amount_cents")
    assert left == [(-385_000,), (385_000,), (1_200_000,), (1_840_000,)]
    paid = season.rows("select paid_on from voucher where voucher_no = 'R27-971010023-02-V01'")
    assert paid == [("2027-05-10",)]


def test_nothing_of_the_seasons_payments_reports_and_contacts_was_refused(season: Season) -> None:
    kinds = (
        "('budgets', 'payment-facts', 'requisitions', 'payments', 'spending', "
        "'fiscal-facts', 'ledgers', 'financial-reports', 'inquiries')"
    )
    assert season.rows(f"select name, reason from incoming_file where kind in {kinds} and status != 'done'") == []
    assert [path.name for path in (season.home / "rejects").iterdir() if not path.name.startswith("steps")] == []


def test_the_season_says_how_many_contracts_letters_and_pdfs_it_made(season: Season) -> None:
    letters = season.rows("select count(*) from stored_document where kind = 'letter'")[0][0]
    contracts = season.rows("select count(*) from registration_case where folded_into = ''")[0][0]
    assert f"{contracts} contracts, {letters} letters" in season.said
    assert f"{len(season.pdfs())} PDFs" in season.said


def test_every_pdf_of_the_season_conforms_to_pdf_ua(season: Season) -> None:
    outloud = str(Path(sys.executable).with_name("outloud"))
    command = [outloud, "--layer", "conformance", "--quiet", *map(str, season.pdfs())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_pdf_of_the_season_verifies_against_itself(season: Season) -> None:
    failed = [path.name for path in season.pdfs() if not verify_pdf(path.read_bytes(), rerender=False).genuine]
    assert failed == []


def test_the_seasons_evidence_stands_and_the_last_checkpoint_covers_it(season: Season) -> None:
    done = season.steward("audit", "verify", "--anchor", str(season.home / "checkpoints.jsonl"))
    assert (done.returncode, "Everything stands." in done.stdout) == (0, True), done.stdout


def test_every_message_of_the_season_went_out_once(season: Season) -> None:
    messages = season.rows("select message_id from outgoing_message where sent_at is not null")
    files = {path.stem for path in (season.home / "outbox").rglob("*.eml")}
    assert files == {message for (message,) in messages}
    assert len(messages) == season.rows("select count(*) from outgoing_message")[0][0]


def test_the_planted_wrong_step_was_refused_with_its_reason(season: Season) -> None:
    rejects = [path.read_text(encoding="utf-8-sig") for path in (season.home / "rejects").glob("steps*.csv")]
    assert len(rejects) == 1
    assert "award made" in rejects[0]


def test_the_days_of_every_holder_add_up_to_the_life_of_the_case(season: Season) -> None:
    show, cases = CliRunner(), season.rows("select case_id from registration_case order by case_id limit 12")
    with inside(season.home):
        for (case_id,) in cases:
            shown = json.loads(show.invoke(app, ["show", case_id, "--json"], catch_exceptions=False).stdout)
            assert sum(shown["held"].values()) == shown["elapsed"], case_id


def test_playing_the_season_again_changes_nothing(season: Season) -> None:
    before = season.rows("select * from case_event order by 1, 2, 3"), [path.name for path in season.pdfs()]
    done = season.steward("demo", "--once")
    assert done.returncode == 0, done.stderr
    assert (season.rows("select * from case_event order by 1, 2, 3"), [path.name for path in season.pdfs()]) == before
