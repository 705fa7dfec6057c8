"""`steward cases hotline`, `show` and `lifecycle hotline` as the office types them: what is restricted stays so."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from tasks.adapters.settings import settings
from tests.casework import BEATEN, CASEWORKER, CLEARED, FIRE, STAMPS, answered, do, open_office, sign
from tests.office import stop_clock


@pytest.fixture(autouse=True)
def office(hotline_key: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three contacts: benefits, a partner's violence, a fire."""
    open_office(tmp_path, STAMPS, BEATEN, FIRE)
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", "")
    settings.cache_clear()


def said(*words: str) -> str:
    """What a command prints."""
    return CliRunner().invoke(app, list(words), catch_exceptions=False).stdout


def test_contacts_are_listed_by_urgency_and_the_restricted_ones_masked() -> None:
    told = json.loads(said("cases", "hotline", "--json"))
    assert (told["total"], told["cases"][-1]["case"]) == (3, "INQ-0001")
    (masked,) = [row for row in told["cases"] if row["restricted"]]
    assert {masked["unit"], masked["language"], masked["clock"]} == {"restricted"}
    assert "3 of 3 contacts." in said("cases", "hotline")


def test_contacts_are_listed_by_state_and_holder() -> None:
    do(CASEWORKER, "claimed")
    assert json.loads(said("cases", "hotline", "--state", "claimed", "--json"))["cases"][0]["owner"] == "Wanda One"
    (mine,) = json.loads(said("cases", "hotline", "--holder", "caseworker", "--json"))["cases"]
    assert mine["case"] == "INQ-0001"
    with pytest.raises(Refused, match="There is no holder"):
        said("cases", "hotline", "--holder", "Procurement")


def test_a_contact_is_shown_with_its_clock_history_and_alerts_and_no_word_of_what_was_said() -> None:
    shown = json.loads(said("show", "INQ-0003", "--json"))
    assert (shown["clock"], shown["alerts"][0]["level"]) == ("Life safety: a supervisor acknowledges", "E0")
    assert shown["timeline"][0]["what"] == "Received"
    assert "held by Unit" in said("show", "INQ-0001")
    assert "smoke" not in json.dumps(shown)


def test_a_restricted_contact_is_shown_as_that_alone() -> None:
    do(CLEARED, "claimed", "INQ-0002")
    sign(CLEARED, "routed", "INQ-0002", unit="HASA", reason="She told us")
    text = said("show", "INQ-0002", "--json") + said("show", "INQ-0002")
    assert "restricted" in text
    assert not any(word in text for word in ("DV", "HASA", "dv_", "She told us"))


def test_an_alert_about_a_restricted_contact_does_not_say_why_it_was_raised() -> None:
    do(CLEARED, "marked_confidential", "INQ-0003")
    (alert,) = json.loads(said("show", "INQ-0003", "--json"))["alerts"]
    assert (alert["level"], alert["why"]) == ("E0", "restricted")


def test_the_lifecycle_is_drawn() -> None:
    moves = json.loads(said("lifecycle", "hotline", "--json"))["moves"]
    assert ["queued", "claimed", "claimed"] in moves
    assert "stateDiagram-v2" in said("lifecycle", "hotline")


def test_what_was_answered_and_not_settled_is_listed_and_shown_by_the_office_s_own_clock() -> None:
    answered()
    stop_clock(2026, 12, 22, 12)
    (row,) = json.loads(said("cases", "hotline", "--overdue", "--state", "responded", "--json"))["cases"]
    shown = json.loads(said("show", "INQ-0001", "--json"))
    assert (row["clock"], row["answered"], row["due"]) == ("Resolution", True, shown["resolve_by"])
    assert (shown["answered"], shown["overdue"]) == (True, True)
    assert "Response met, to be settled by Dec 20, 2026, 11:59 PM, overdue" in said("show", "INQ-0001")


def test_what_is_closed_is_shown_without_a_day_by_which_to_settle_it() -> None:
    answered()
    sign(CASEWORKER, "closed", code="answered")
    assert json.loads(said("show", "INQ-0001", "--json"))["settled"]
    assert "held by nobody; Response met\n" in said("show", "INQ-0001")
