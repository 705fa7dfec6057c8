"""What staff see in Prefect: schedules that really run, deployments in words, worklists with links."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from prefect.server.schemas.schedules import CronSchedule
from sqlalchemy import text

from deployments.schedules import ENTRIES, Entry, entry
from models.registration.records import RegistrationCase
from models.registration.states import ALL_STATES
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tests.deployments.browser import browser_page
from tests.deployments.conftest import HAZEL
from tests.deployments.offices import Office, await_true, inside, sign_shown

NEW_YORK = ZoneInfo("America/New_York")
# Prefect makes runs a hundred days ahead: what starts once a year has none for most of it.
SCHEDULED = [made for made in ENTRIES if made.cron and made.name != "year-end-position"]
COMPLETED = {"type": {"any_": ["COMPLETED"]}}
# Weeks in which the clocks change: on the 1st of November and on the 14th of March, both Sundays.
AUTUMN, SPRING = datetime(2026, 10, 26, tzinfo=NEW_YORK), datetime(2027, 3, 8, tzinfo=NEW_YORK)


def coming(office: Office, name: str, after: datetime, number: int) -> list[datetime]:
    """The next dates of a deployment, reckoned from its schedule as the API gives it back."""
    (found,) = office.deployments[name]["schedules"]
    schedule = CronSchedule.model_validate(found["schedule"])
    return [date.astimezone(UTC) for date in asyncio.run(schedule.get_dates(number, start=after))]


def on(day: str, hour: int) -> datetime:
    """A full hour in UTC."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def three_of(found: list[dict[str, object]]) -> list[dict[str, object]]:
    """What was found, where it is at least three; nothing before."""
    return found if len(found) >= 3 else []


@pytest.mark.parametrize("made", SCHEDULED, ids=lambda made: made.name)
def test_every_schedule_has_scheduled_runs(office: Office, made: Entry) -> None:
    deployment = office.deployments[made.name]
    wanted = {
        "flow_runs": {
            "deployment_id": {"any_": [deployment["id"]]}, "state": {"type": {"any_": ["SCHEDULED"]}},
            "tags": {"all_": ["auto-scheduled"]},
        }
    }  # fmt: skip
    # One that starts meanwhile is no longer scheduled, and Prefect makes the next within a minute.
    runs = await_true("three scheduled runs", lambda: three_of(office.ask("flow_runs/filter", wanted)), 90)
    assert all(run["parameters"] == dict(made.parameters) for run in runs)


def test_a_schedule_is_sent_again_where_the_server_has_another(office: Office) -> None:
    made, found = entry("sweep"), office.deployments["sweep"]
    (schedule,) = found["schedules"]
    at_another_time = {**schedule, "schedule": {**schedule["schedule"], "cron": "1 * * * *"}}
    for there in ({**found, "schedules": []}, {**found, "schedules": [at_another_time]}, None):
        sent = made.deployment(there=there).model_dump(include={"schedules"})["schedules"]
        assert [one["schedule"]["cron"] for one in sent] == [made.cron]
    assert "schedules" not in made.deployment(there=found).model_fields_set


def test_what_the_api_holds_is_what_the_schedules_say(office: Office) -> None:
    for made in ENTRIES:
        found = office.deployments[made.name]
        assert (found["paused"], found["description"]) == (False, made.description)
        assert [(s["active"], s["schedule"]["cron"]) for s in found["schedules"]] == (
            [(True, made.cron)] if made.cron else []
        )
        assert found["enforce_parameter_schema"]


def test_the_review_starts_at_six_in_new_york_on_weekdays_through_both_changes_of_the_clock(office: Office) -> None:
    assert coming(office, "review-registrations", AUTUMN, 7) == [
        *(on(f"2026-10-{day}", 10) for day in (26, 27, 28, 29, 30)),
        on("2026-11-02", 11),
        on("2026-11-03", 11),
    ]
    assert coming(office, "review-registrations", SPRING, 7) == [
        *(on(f"2027-03-{day:02}", 11) for day in (8, 9, 10, 11, 12)),
        on("2027-03-15", 10),
        on("2027-03-16", 10),
    ]


def test_the_report_starts_at_seven_in_new_york_on_mondays_through_both_changes_of_the_clock(office: Office) -> None:
    assert coming(office, "registration-report", AUTUMN, 2) == [on("2026-10-26", 11), on("2026-11-02", 12)]
    assert coming(office, "registration-report", SPRING, 2) == [on("2027-03-08", 12), on("2027-03-15", 11)]


@pytest.mark.parametrize("day", [AUTUMN, SPRING], ids=["autumn", "spring"])
def test_the_sweep_starts_every_quarter_of_an_hour_through_both_changes_of_the_clock(
    office: Office, day: datetime
) -> None:
    sunday = day.astimezone(UTC) + timedelta(days=6)
    assert coming(office, "sweep", sunday, 97) == [sunday + timedelta(minutes=15 * n) for n in range(97)]


def test_a_run_that_is_started_over_the_api_is_worked_off(reviewed: Office) -> None:
    page = reviewed.desk("u.audit").get("/cases/registration/R27-971000001")
    assert page.status_code == 200
    assert "Alder Works" in page.text


def test_a_run_is_named_by_the_moment_when_it_began(reviewed: Office) -> None:
    names = {run["name"] for run in reviewed.ask("flow_runs/filter", {"flow_runs": {"state": COMPLETED}})}
    assert names == {"Nov 26, 2026, 10:00 AM"}


def test_a_scheduled_review_does_nothing_on_a_city_holiday(office: Office, holiday_run: str) -> None:
    assert office.ended(holiday_run)["state_type"] == "COMPLETED"
    made = {"flow_runs": {"id": {"any_": [holiday_run]}}}
    assert office.ask("task_runs/count", made) == 0
    assert office.ask("artifacts/count", made) == 0


def test_every_holder_has_a_worklist_and_its_links_open_the_desk(reviewed: Office) -> None:
    holders = {state.holder for state in ALL_STATES.values() if not state.final}
    found = reviewed.artifacts()
    keys = {f"worklist-registration-{holder.lower().replace(' ', '-')}" for holder in holders}
    assert keys <= set(found)
    assert found["worklist-registration-legal"]["data"] == "## Legal: nothing waits\n\nAs of November 26, 2026."
    listed = found["worklist-registration-program"]["data"]
    assert "## Program: 7 contracts, none overdue" in listed
    assert f"[R27-971000001]({reviewed.where['desk_url']}/cases/registration/R27-971000001)" in listed


def proposals(office: Office) -> list[dict[str, object]]:
    """What was proposed about one contract, row for row, the oldest first."""
    with inside(office.home), reading() as session:
        query = text("select * from proposal where case_id = :case order by rowid")
        return [dict(row._mapping) for row in session.execute(query, {"case": HAZEL})]


def stands(office: Office) -> tuple[str, int]:
    """Where the contract stands, and how many events it has."""
    with inside(office.home), reading() as session:
        case = session.get_one(RegistrationCase, HAZEL)
        return case.state, case.version


@pytest.fixture(scope="module")
def proposed(reviewed: Office) -> str:
    """The id of a run that proposed a step from Prefect's form."""
    run_id = reviewed.start("propose-decision", case=HAZEL, decision="Scope and budget agreed", reference="A-1")
    assert reviewed.ended(run_id)["state_type"] == "COMPLETED"
    return run_id


def test_a_copy_of_a_run_proposes_something_new_that_nobody_has_signed(reviewed: Office, proposed: str) -> None:
    before, stood = proposals(reviewed), stands(reviewed)
    copied = reviewed.start("propose-decision", **reviewed.run(proposed)["parameters"])
    assert reviewed.ended(copied)["state_type"] == "COMPLETED"
    *old, new = proposals(reviewed)
    assert old == before
    assert (new["source"], new["status"]) == (f"run {copied}", "open")
    assert (new["proposed_by"], new["signature_id"]) == ("", "")
    assert stands(reviewed) == stood


def test_a_run_that_is_changed_after_its_proposal_was_shown_changes_nothing_that_is_signed(
    reviewed: Office, proposed: str
) -> None:
    waiting, stood = proposals(reviewed), stands(reviewed)
    browser = reviewed.desk("m.ortiz")
    where = f"/cases/registration/{HAZEL}/decide/scope_and_budget_agreed?proposal={waiting[0]['proposal_id']}"
    shown = browser.get(where)
    reviewed.change(proposed, reference="A-999")
    again = reviewed.ended(proposed)
    assert (again["state_type"], again["parameters"]["reference"]) == ("FAILED", "A-999")
    assert "has proposed something else already, and people may have read that" in again["state"]["message"]
    assert (proposals(reviewed), stands(reviewed)) == (waiting, stood)
    sign_shown(browser, shown, reviewed.code("m.ortiz"))
    with inside(reviewed.home), reading() as session:
        event = session.get_one(CaseEvent, ("registration", HAZEL, stood[1] + 1))
    assert (event.event, event.actor) == ("scope_and_budget_agreed", "Maria Ortiz")
    assert json.loads(event.payload)["reference"] == "A-1"


def sign_in(page: Page, office: Office) -> None:
    """Open the UI and give the text that it asks for."""
    page.goto(office.where["ui_url"])
    page.locator("input[type=password]").fill(office.sign_in)
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")
    expect(page.get_by_text("Flow Runs").first).to_be_visible()


def run_of_case(office: Office, case_id: str) -> str | None:
    """The id of the run that was started for one case: one deployment is asked, an answer has 200 runs at most."""
    mine = {"deployments": {"name": {"any_": ["review-registrations"]}}}
    runs = office.ask("flow_runs/filter", {"sort": "EXPECTED_START_TIME_DESC", **mine})
    return next((run["id"] for run in runs if run["parameters"].get("case") == case_id), None)


def submit(page: Page, case_id: str) -> None:
    """Fill in the form of a run and send it; again where the server was busy (503) and the UI stayed on the form."""
    page.wait_for_load_state("networkidle")
    case = page.locator("textarea").first
    for _ in range(3):
        case.fill(case_id)
        expect(case).to_have_value(case_id)
        page.get_by_role("button", name="Submit").click()
        try:
            return page.wait_for_url(lambda url: not url.endswith("/run"), timeout=20_000)
        except PlaywrightTimeout:
            continue
    raise AssertionError(f"the form was not taken: {page.locator('body').inner_text()}")


def test_the_ui_shows_words_forms_and_worklists_and_asks_no_other_host(reviewed: Office) -> None:
    where, deployment = reviewed.where, reviewed.deployments["review-registrations"]["id"]
    with browser_page() as (page, hosts):
        sign_in(page, reviewed)
        expect(page.get_by_text("V2 UI")).to_have_count(0)

        page.goto(f"{where['ui_url']}/deployments/deployment/{deployment}/run")
        expect(page.get_by_text("Only on business days (Optional)")).to_be_visible()
        submit(page, "R27-971000001")
        run_id = await_true("the run that the form started", lambda: run_of_case(reviewed, "R27-971000001"))

        page.goto(f"{where['ui_url']}/deployments/deployment/{deployment}?tab=Description")
        expect(page.get_by_text("Looks at every open contract: clocks, documents, red flags.")).to_be_visible()
        expect(page.get_by_text("At 06:00 AM, Monday through Friday")).to_be_visible()
        expect(page.get_by_role("link", name="see the worklists")).to_have_attribute("href", "/artifacts")

        page.goto(f"{where['ui_url']}/artifacts")
        page.get_by_text("worklist-registration-program").click()
        newest = reviewed.artifacts()["worklist-registration-program"]["latest_id"]
        page.goto(f"{where['ui_url']}/artifacts/artifact/{newest}")
        expect(page.get_by_role("cell", name="Cedar Market, Inc.")).to_be_visible()
        with page.context.expect_page() as opened:
            page.get_by_role("link", name="R27-971000003").click()
        expect(opened.value.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(opened.value.get_by_text("Then you go on to the page that you asked for")).to_be_visible()
        assert reviewed.ended(run_id)["state_type"] == "COMPLETED"
        assert hosts == {where["ui_url"].removeprefix("http://"), where["desk_url"].removeprefix("http://")}


def test_the_pages_that_ask_a_host_outside_are_not_served(office: Office) -> None:
    asked = httpx.get(f"{office.where['ui_url']}/v2/", headers={"Accept": "text/html"})
    assert asked.headers["location"] == "/"
    assert httpx.get(f"{office.where['ui_url']}/ui-settings").json()["available_uis"] == ["v1"]
