"""`steward serve` and the commands beside it: who may ask, where it listens, and that it ends whole."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deployments.running import Misuse, understood
from deployments.schedules import ENTRIES
from deployments.server import answers, held_port
from tests.conftest import forget
from tests.deployments.offices import Office, await_true, listening, steward
from tests.prefect_homes import give_prefect

LOOPBACK = {"0100007F"}


@pytest.fixture(scope="module")
def second(migrated_prefect: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Another home, served beside the first."""
    other = Office(tmp_path_factory.mktemp("second") / "home")
    give_prefect(migrated_prefect, other.home)
    other.open()
    yield other
    if other.process.poll() is None:
        other.close()


@pytest.fixture(scope="module")
def schedules(second: Office) -> dict[str, list[str]]:
    """The ids of every deployment's schedules before the second office is killed."""
    return ids_of_schedules(second)


def ids_of_schedules(office: Office) -> dict[str, list[str]]:
    """By the deployment's name."""
    return {name: [kept["id"] for kept in found["schedules"]] for name, found in office.deployments.items()}


@pytest.fixture(scope="module")
def lost(second: Office, schedules: dict[str, list[str]]) -> str:
    """The second office is killed at once, with a run under way; returns the run's id."""
    body = {"parameters": {}, "state": {"type": "PENDING"}}
    run = second.ask(f"deployments/{second.deployments['contract-sheets']['id']}/create_flow_run", body)
    second.ask(f"flow_runs/{run['id']}/set_state", {"state": {"type": "RUNNING"}, "force": True})
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait()
    return str(run["id"])


def test_the_terminal_says_where_everything_is_and_nothing_else(office: Office) -> None:
    assert office.said.splitlines()[1:] == [
        f"Prefect UI  {office.where['ui_url']}",
        f"Worklists   {office.where['ui_url']}/artifacts",
        f"Desk        {office.where['desk_url']}",
        f"Home        {office.home}",
        f"Sign-in for the Prefect UI: the text in {office.home / 'keys' / 'prefect-auth'}",
        "Ctrl-C stops it.",
    ]


def test_every_process_listens_on_loopback_alone(office: Office) -> None:
    assert len(office.pids()) >= 4
    assert listening(office.pids()) == LOOPBACK


def test_the_api_refuses_whoever_does_not_know_the_sign_in(office: Office) -> None:
    address = f"{office.where['api_url']}/flow_runs/count"
    refused = [httpx.post(address, json={}, auth=auth).status_code for auth in (None, ("steward", "guessed"))]
    assert refused == [401, 401] or refused == [403, 403]
    assert httpx.get(f"{office.where['api_url']}/admin/settings").status_code == 401


def test_a_forged_request_without_token_is_refused(office: Office) -> None:
    refused = office.api.post("/flow_runs/filter", json={})
    assert (refused.status_code, refused.json()) == (403, {"detail": "Missing CSRF token."})


def test_a_page_of_another_site_may_not_read_the_api(office: Office) -> None:
    asked = office.api.get("/admin/version", headers={"Origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in asked.headers


def test_only_its_owner_may_read_the_sign_in(office: Office) -> None:
    assert stat.S_IMODE((office.home / "keys" / "prefect-auth").stat().st_mode) == 0o600


def test_a_second_server_for_the_same_home_is_refused_in_a_sentence(office: Office) -> None:
    refused = steward(office.home, "serve")
    assert refused.returncode == 2
    assert refused.stderr == (
        f"A server is already running for {office.home}, or a command is using it. "
        "Stop it first, or wait for it to end.\n"
    )
    assert office.api.get("/health").status_code == 200


def test_a_command_uses_the_running_server_and_says_only_what_was_done(office: Office) -> None:
    done = steward(office.home, "run", "sweep")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Done: finished none, sent ")


def test_an_import_goes_through_the_running_server(office: Office, tmp_path: Path) -> None:
    (tmp_path / "documents.csv").write_text("Owner,Document,Reported on\n971000001,liability_insurance,2026-10-01\n")
    done = steward(office.home, "import", "documents", str(tmp_path / "documents.csv"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1 rows read: ")
    runs = office.ask("flow_runs/filter", {"flow_runs": {"tags": {"all_": ["command line"]}}})
    imports = [run for run in runs if run["deployment_id"] == office.deployments["import-trackers"]["id"]]
    assert [run["state_type"] for run in imports] == ["COMPLETED"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sweep", "--param", "nonsense=1"], "“sweep” has no parameter “nonsense”. It takes none."),
        (["contract-sheets", "--param", "case=R27-1"], "There is no contract “R27-1”. One looks like R27-123456789; "),
        (["sweep", "--param", "case"], "“case” is not a parameter. Write it as NAME=VALUE, e.g. case=R27-123456789."),
    ],
    ids=["parameter", "contract", "form"],
)
def test_misuse_of_run_is_answered_with_one_sentence(office: Office, arguments: list[str], sentence: str) -> None:
    done = steward(office.home, "run", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_parameters_are_read_as_their_flow_wants_them() -> None:
    assert understood("review-registrations", {"case": "5", "only_on_business_days": "yes"}) == {
        "case": "5",
        "only_on_business_days": True,
    }


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("reviews", {}, "There is no deployment “reviews”. Known: import-awards,"),
        ("contract-sheets", {"contract": "R27-1"}, "“contract-sheets” has no parameter “contract”. It takes: case."),
        ("review-registrations", {"only_on_business_days": "perhaps"}, "“perhaps” does not fit only_on_business_days"),
    ],
    ids=["deployment", "parameter", "value"],
)
def test_what_run_does_not_understand_is_named_with_what_there_is(
    name: str, given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Misuse) as refused:
        understood(name, given)
    assert str(refused.value).startswith(sentence)


def test_two_homes_never_choose_the_same_port() -> None:
    with held_port(0) as first, held_port(first) as other:
        assert other != first
    with held_port(first) as again:
        assert again == first


def test_two_homes_at_once_have_servers_of_their_own(
    office: Office, second: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [home.where[name] for home in (office, second) for name in ("api_url", "desk_url")]
    assert len(set(addresses)) == 4
    for home in (office, second):
        monkeypatch.setenv("STEWARD_HOME", str(home.home))
        forget()
        assert [answers(other.where["api_url"]) for other in (office, second)] == [
            other is home for other in (office, second)
        ]
    monkeypatch.undo()
    forget()


def test_nothing_outlives_an_office_that_is_killed(second: Office, lost: str) -> None:
    assert await_true("every process to end", lambda: second.pids() == [], 30)


@pytest.fixture(scope="module")
def opened_again(second: Office, lost: str) -> Office:
    """The second office, opened after it was killed, and every deployment made known again by its new runner."""
    await_true("every process to end", lambda: second.pids() == [], 30)
    before = {name: found["updated"] for name, found in second.deployments.items()}
    second.open()

    def is_known_again() -> bool:
        found = second.ask("deployments/filter", {})
        return all(deployment["updated"] != before[deployment["name"]] for deployment in found)

    await_true("every deployment to be made known again", is_known_again)
    return second


def test_an_office_that_opens_again_says_of_a_run_that_was_cut_off_what_became_of_it(
    opened_again: Office, lost: str
) -> None:
    state = opened_again.ended(lost)["state"]
    sentence = "It was cut off when the office stopped. The next sweep finishes its work."
    assert (state["type"], state["message"]) == ("CRASHED", sentence)


def test_an_office_that_opens_again_keeps_its_schedules_so_that_nothing_is_scheduled_twice(
    schedules: dict[str, list[str]], opened_again: Office
) -> None:
    assert sum(len(ids) for ids in schedules.values()) == len([made for made in ENTRIES if made.cron])
    assert ids_of_schedules(opened_again) == schedules


def test_an_office_that_was_opened_again_ends_whole_when_asked(opened_again: Office) -> None:
    assert opened_again.close() == 0
    assert opened_again.pids() == []
    assert not (opened_again.home / "run" / "server.json").exists()
    assert "Traceback" not in opened_again.said


def test_the_first_office_never_noticed(office: Office, second: Office, lost: str) -> None:
    assert office.process.poll() is None
    assert office.api.get("/health").status_code == 200
