import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.registration.ocds import package_head, prefix_notice, publish
from models.registration.ocds_awards import recall
from models.registration.ocds_facts import PublicAward, PublicEvent
from models.shared.records import Contract
from tests.factories import POLICY
from tests.open_contracting import faults, merged

AGENCY = POLICY.agency
START = datetime(2026, 7, 1, 4, tzinfo=UTC)
CONTRACT = Contract(
    contract_id="R27-971010012", fiscal_year=2027, agency="SBS", kind="standard", vendor_ein="971010012",
    vendor_name="Harbor Loom, Inc.", beneficiary_ein="971010012", beneficiary_name="Harbor Loom, Inc.",
    amount_cents=0, original_amount_cents=0, term_start=date(2026, 7, 1), term_end=date(2027, 6, 30),
)  # fmt: skip
TO_AWARD = (
    ("cleared", "scope"), ("scope_and_budget_agreed", "documents"), ("package_complete", "responsibility"),
    ("found_responsible", "public_notice"), ("notice_not_required", "legal"), ("award_made", "package"),
)  # fmt: skip
TO_REGISTRATION = (*TO_AWARD, ("filed", "filed"), ("registered", "registered"))


def award(mocs_id: str = "FY27 00001", **fields: Any) -> PublicAward:
    facts = {"amount_cents": 5_000_000, "status": "Cleared", "source": "Local", "program_name": "", "purpose": "Help"}
    return PublicAward(mocs_id=mocs_id, **(facts | fields))


def published(*steps: tuple[Any, ...], awards: tuple[PublicAward, ...] = (award(),), **fields: Any) -> Any:
    """The releases after some steps (event, state, payload), one a day from 1 July 2026 on, and their sums."""
    contract = CONTRACT.model_copy(update=fields)
    opening = [a.mocs_id for a in awards if not any(s[2]["award"] == a.mocs_id for s in steps if s[0] == "award_added")]
    rows = [("opened", "designated", {"awards": opening}), *steps]
    events = [
        PublicEvent(seq, START + timedelta(days=seq - 1), row[0], row[1], row[2] if len(row) > 2 else {})
        for seq, row in enumerate(rows, 1)
    ]
    return publish(contract, events, told(events, {a.mocs_id: a for a in awards}), AGENCY)


def told(events: list[PublicEvent], awards: dict[str, PublicAward]) -> Any:
    """The awards after each event, of a contract whose awards were never elsewhere."""
    return recall(awards, {}, {"": events})[""]


def record(*steps: tuple[Any, ...], **fields: Any) -> dict[str, Any]:
    return merged(published(*steps, **fields).releases)


def last_tags(*steps: tuple[Any, ...], **fields: Any) -> list[str]:
    return published(*steps, **fields).releases[-1]["tag"]


def test_the_first_release_is_the_councils_designation_with_everyone_who_takes_part():
    (release,) = published().releases
    assert (release["ocid"], release["id"]) == ("ocds-000000-R27-971010012", "ocds-000000-R27-971010012-0001")
    assert (release["date"], release["tag"]) == ("2026-07-01T04:00:00Z", ["planning", "award"])
    assert {party["name"]: party["roles"] for party in release["parties"]} == {
        "Department of Small Business Services": ["buyer", "procuringEntity", "payer"],
        "New York City Council": ["funder"],
        "New York City Comptroller": ["reviewBody"],
        "Harbor Loom, Inc.": ["supplier", "payee"],
    }
    assert release["parties"][3]["identifier"]["scheme"] == "US-EIN"
    assert (release["tender"]["status"], release["awards"][0]["status"]) == ("planning", "pending")
    assert "contracts" not in release


def test_every_amount_of_the_designation_is_that_of_its_awards():
    found = record(awards=(award(amount_cents=1_050), award("FY27 00002", amount_cents=700_000)))
    assert [a["value"]["amount"] for a in found["awards"]] == [10.5, 7000]
    assert found["tender"]["value"] == found["planning"]["budget"]["amount"] == {"amount": 7010.5, "currency": "USD"}
    assert found["planning"]["budget"]["projectID"] == "FY27 00001; FY27 00002"


def test_the_term_of_a_contract_is_given_in_new_york_time():
    assert record()["awards"][0]["contractPeriod"] == {
        "startDate": "2026-07-01T00:00:00-04:00", "endDate": "2027-06-30T23:59:59-04:00",
    }  # fmt: skip


def test_clearance_opens_the_tender_and_dates_the_milestone():
    pending = award(status="Pending")
    assert record(awards=(pending,))["planning"]["milestones"][0]["status"] == "scheduled"
    found = published(("cleared", "scope"), awards=(pending,)).releases[-1]
    assert found["tag"] == ["planningUpdate", "tender"]
    assert found["tender"] == {"id": "R27-971010012", "status": "active"}
    assert found["planning"]["milestones"] == [
        {"id": "clearance-FY27 00001", "status": "met", "dateMet": "2026-07-02T04:00:00Z",
         "dateModified": "2026-07-02T04:00:00Z"}
    ]  # fmt: skip


def test_an_award_that_was_cleared_before_we_heard_of_it_has_no_day_of_clearance():
    milestone = record(("cleared", "scope"))["planning"]["milestones"][0]
    assert milestone["status"] == "met"
    assert "dateMet" not in milestone


def test_an_award_that_a_newer_list_shows_as_cleared_has_its_day():
    news = {"award": "FY27 00001", "amount": "50000.00", "status": "Cleared", "status_before": "Pending"}
    milestone = record(("award_changed", "designated", news))["planning"]["milestones"][0]
    assert (milestone["status"], milestone["dateMet"]) == ("met", "2026-07-02T04:00:00Z")


@pytest.mark.parametrize(
    "event", ["findings_changed", "documents_requested", "orientation_attended", "name_check_requested"]
)
def test_what_stays_in_the_house_makes_no_release(event: str):
    assert len(published(("cleared", "scope"), (event, "scope", {"items": ["bylaws"]})).releases) == 2


def test_steps_that_change_nothing_public_make_no_release():
    assert [r["id"][-4:] for r in published(*TO_AWARD).releases] == ["0001", "0002", "0007"]


def test_reasons_names_and_references_of_the_office_are_never_published():
    private = {"reason": "SECRET-1", "reference": "SECRET-2", "file": "SECRET-3", "packet": "SECRET-4"}
    steps = [(event, state, private) for event, state in (*TO_AWARD, ("filed", "filed"), ("returned", "returned"))]
    assert "SECRET" not in json.dumps(published(*steps, ("withdrawn", "withdrawn", private)).releases)


def test_a_denial_is_published_only_when_it_stands():
    denied = (*TO_AWARD[:3], ("found_not_responsible", "not_responsible"), ("denial_mailed", "appeal_open"))
    assert record(*denied)["awards"][0]["status"] == "pending"
    found = record(*denied, ("appeal_period_ended", "denied"))
    assert (found["tender"]["status"], found["awards"][0]["status"]) == ("unsuccessful", "unsuccessful")


def test_the_award_makes_a_pending_contract():
    found = record(*TO_AWARD)
    assert found["tender"]["status"] == "complete"
    assert (found["awards"][0]["status"], found["awards"][0]["date"]) == ("active", "2026-07-07T04:00:00Z")
    (contract,) = found["contracts"]
    assert (contract["id"], contract["awardID"], contract["status"]) == ("R27-971010012", "FY27 00001", "pending")
    assert (contract["dateSigned"], contract["value"]["amount"]) == ("2026-07-07T04:00:00Z", 50000)
    assert last_tags(*TO_AWARD) == ["tenderUpdate", "awardUpdate", "contract"]


def test_a_contract_that_carries_several_awards_names_them_all():
    (contract,) = record(*TO_AWARD, awards=(award("FY27 00002"), award("FY27 00001")))["contracts"]
    assert (contract["awardID"], contract["awardIDs"]) == ("FY27 00001", ["FY27 00001", "FY27 00002"])


def test_registration_is_a_milestone_that_makes_the_contract_active():
    filed = record(*TO_REGISTRATION[:-1])["contracts"][0]
    assert filed["status"] == "pending"
    assert [(m["code"], m["status"]) for m in filed["milestones"]] == [("filing", "met"), ("registration", "scheduled")]
    registered = record(*TO_REGISTRATION)["contracts"][0]
    assert registered["status"] == "active"
    assert registered["milestones"][1]["dateMet"] == "2026-07-09T04:00:00Z"


def test_each_filing_has_its_own_registration():
    again = (
        ("returned", "returned"),
        ("package_corrected", "package"),
        ("filed", "filed"),
        ("registered", "registered"),
    )
    milestones = record(*TO_REGISTRATION[:-1], *again)["contracts"][0]["milestones"]
    assert [(m["id"], m["status"]) for m in milestones] == [
        ("filing-1", "met"), ("registration-1", "notMet"), ("filing-2", "met"), ("registration-2", "met"),
    ]  # fmt: skip


def test_a_contract_without_objection_in_time_says_so():
    found = record(*TO_REGISTRATION[:-1], ("deemed_registered", "deemed_registered"))["contracts"][0]
    assert found["status"] == "active"
    assert found["milestones"][1]["description"].startswith("No objection in time")


def test_a_public_notice_is_a_milestone_of_the_tender():
    steps = (*TO_AWARD[:4], ("notice_published", "public_notice", {"value": "Hearing"}), ("notice_completed", "legal"))
    (notice,) = record(*steps)["tender"]["milestones"]
    assert (notice["title"], notice["dateMet"]) == ("Public notice (hearing)", "2026-07-07T04:00:00Z")


def test_a_grant_agreement_is_active_when_it_is_signed():
    found = record(
        ("kind_set", "designated", {"value": "grant_pilot"}), ("cleared", "scope"),
        ("scope_and_budget_agreed", "documents"), ("package_complete", "agreement"), ("agreement_signed", "active"),
    )  # fmt: skip
    assert found["tender"]["procurementMethodDetails"].endswith("grant pilot")
    assert (found["contracts"][0]["status"], found["contracts"][0]["title"][:15]) == ("active", "Grant agreement")


def test_close_out_ends_the_contract():
    steps = (*TO_REGISTRATION, ("activated", "active"), ("term_ended", "close_out"))
    assert last_tags(*steps) == ["contractTermination"]
    assert record(*steps, ("closed_out", "closed"))["contracts"][0]["status"] == "terminated"


def test_withdrawal_cancels_what_there_is():
    assert last_tags(("withdrawn", "withdrawn")) == ["tenderCancellation", "awardCancellation"]
    assert "contractTermination" in last_tags(*TO_AWARD, ("withdrawn", "withdrawn"))
    assert record(*TO_AWARD, ("withdrawn", "withdrawn"))["contracts"][0]["status"] == "cancelled"


def test_a_changed_amount_is_an_update_and_the_first_release_keeps_the_old_one():
    changed = ("award_changed", "designated", {"award": "FY27 00001", "amount": "600.10", "amount_before": "500.00"})
    done = published(changed, awards=(award(amount_cents=60_010),))
    assert done.releases[0]["awards"][0]["value"]["amount"] == 500
    assert done.releases[1]["tag"] == ["planningUpdate", "awardUpdate"]
    assert merged(done.releases)["tender"]["value"]["amount"] == 600.1
    assert (done.amount_cents, done.awards) == (60_010, {"FY27 00001": 60_010})


def test_what_an_event_says_counts_more_than_todays_row():
    changed = ("award_changed", "designated", {"award": "FY27 00001", "amount": "600.10", "amount_before": "500.00"})
    done = published(changed, awards=(award(amount_cents=99),))
    assert (done.amount_cents, done.releases[1]["awards"][0]["value"]) == (60_010, {"amount": 600.1})


def test_a_changed_purpose_leaves_earlier_releases_as_they_were():
    changed = ("award_changed", "designated", {"award": "FY27 00001", "purpose": "More", "purpose_before": "Help"})
    first, second = published(changed, awards=(award(purpose="More"),)).releases
    assert (first["awards"][0]["description"], second["awards"][0]["description"]) == ("Help", "More")


def test_a_rescinded_award_is_cancelled_and_counts_no_more():
    gone = {"award": "FY27 00002", "amount": "70.00", "status": "Rescinded", "status_before": "Cleared"}
    awards = (award(amount_cents=5_000), award("FY27 00002", amount_cents=7_000, status="Rescinded"))
    found = record(("award_changed", "designated", gone), awards=awards)
    assert [a["status"] for a in found["awards"]] == ["pending", "cancelled"]
    assert (found["tender"]["value"]["amount"], found["awards"][1]["value"]["amount"]) == (50, 70)
    assert found["planning"]["milestones"][1]["status"] == "notMet"


def test_a_negative_award_adjusts_the_contract():
    found = record(awards=(award(amount_cents=5_000), award("FY27 00002", amount_cents=-2_000)))
    assert (found["awards"][1]["value"]["amount"], found["tender"]["value"]["amount"]) == (-20, 30)


def test_an_award_added_later_is_a_new_award():
    added = ("award_added", "scope", {"award": "FY27 00002", "amount": "70.00"})
    steps = (("cleared", "scope"), added)
    awards = (award(), award("FY27 00002", amount_cents=7_000))
    assert [a["id"] for a in published(*steps, awards=awards).releases[0]["awards"]] == ["FY27 00001"]
    assert last_tags(*steps, awards=awards) == ["planningUpdate", "tenderUpdate", "award"]


def test_an_award_that_moved_to_another_contract_is_cancelled_here():
    moved = ("award_changed", "designated", {"award": "FY27 00002", "moved_to": "R27-971010099"})
    done = published(moved, awards=(award(amount_cents=5_000), award("FY27 00002", amount_cents=7_000)))
    assert merged(done.releases)["awards"][1]["status"] == "cancelled"
    assert (done.amount_cents, done.awards) == (5_000, {"FY27 00001": 5_000})


def test_an_award_that_left_the_list_keeps_its_amount_and_says_so_until_it_returns():
    vanished = ("award_vanished", "designated", {"award": "FY27 00001", "amount": "50000.00"})
    found = record(vanished)
    assert found["planning"]["milestones"][0]["description"] == "Not on the City Council's list of 2026-07-02."
    assert found["tender"]["value"]["amount"] == 50000
    again = ("award_changed", "designated", {"award": "FY27 00001", "amount": "50000.00", "status": "Cleared"})
    assert "description" not in record(vanished, again)["planning"]["milestones"][0]


def test_a_conduit_is_the_supplier_and_the_smaller_body_is_named():
    found = record(vendor_ein="971010099", vendor_name="Blue Heron Fund", beneficiary_name="Cedar Row")
    assert found["awards"][0]["suppliers"] == [{"id": "US-EIN-971010099", "name": "Blue Heron Fund"}]
    assert "For Cedar Row, through its fiscal conduit Blue Heron Fund." in found["awards"][0]["description"]


def test_dates_of_releases_never_go_back_nor_repeat():
    at = [START, START + timedelta(days=5), START + timedelta(days=2), START + timedelta(days=2)]
    steps = [("opened", "designated", {"awards": ["FY27 00001"]}), ("cleared", "scope", {}),
             ("kind_set", "scope", {"value": "multi_year"}), ("withdrawn", "withdrawn", {})]  # fmt: skip
    events = [PublicEvent(n, when, *step) for n, (when, step) in enumerate(zip(at, steps, strict=True), 1)]
    done = publish(CONTRACT, events, told(events, {"FY27 00001": award()}), AGENCY)
    assert [release["date"] for release in done.releases] == [
        "2026-07-01T04:00:00Z", "2026-07-06T04:00:00Z", "2026-07-06T04:00:01Z", "2026-07-06T04:00:02Z",
    ]  # fmt: skip


def test_a_package_says_that_its_prefix_is_nobodys():
    head = package_head(AGENCY, START)
    assert (head["version"], head["publishedDate"]) == ("1.1", "2026-07-01T04:00:00Z")
    assert head["uri"] == "tag:agency.example,2026-07-01:ocds/ocds-000000/SBS"
    assert "nobody's registered prefix" in head["notice"]


def test_a_prefix_of_ones_own_needs_no_notice():
    own = AGENCY.model_copy(update={"ocid_prefix": "ocds-a1b2c3"})
    assert prefix_notice(own) == ""
    assert "notice" not in package_head(own, START)


def test_a_whole_process_keeps_to_the_standard():
    package = {**package_head(AGENCY, START), "releases": list(published(*TO_REGISTRATION).releases)}
    assert faults(package) == []
