"""What would change the unit of a contact is told to who looks at it, as far as it is for them."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from models.hotline.records import HotlineAccess
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.case_page import open_words
from tasks.adapters.hotline.explaining import CHANGED
from tasks.adapters.people import find_person
from tasks.adapters.settings import settings
from tests.casework import BEATEN, CASEWORKER, CLEARED, STAMPS
from tests.conftest import forget
from tests.desk.conftest import words
from tests.desk.deciding import at_desk
from tests.hotline_desk import PAGE

pytestmark = pytest.mark.usefixtures("hotline_key")

MARSHAL = "The marshal left a warrant on the door and I have until Friday, what can I do"


def smallest(staff_id: str, case_id: str = "INQ-0001") -> str:
    """What somebody is told who opens a contact."""
    with reading() as session:
        person = find_person(session, staff_id)
    assert person
    return open_words(case_id, person, "to look", clock.now()).smallest


def said(*arguments: str) -> str:
    """What a command prints."""
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False).stdout


def purposes() -> list[tuple[str, str]]:
    with reading() as session:
        log = session.execute(select(HotlineAccess).order_by(HotlineAccess.access_id)).scalars()  # type: ignore[arg-type]
        return [(row.who, row.purpose) for row in log if row.purpose != "triage"]


def test_a_page_says_without_what_a_contact_would_be_elsewhere(hotline_office: Callable[..., None]) -> None:
    hotline_office(MARSHAL)
    text = " ".join(words(at_desk(CASEWORKER).get(PAGE)).split())
    assert smallest(CASEWORKER) in text
    assert smallest(CASEWORKER).startswith("Without “marshal” (a marshal, sheriff, warrant,")


def test_who_is_cleared_is_told_of_what_is_restricted_and_others_are_not(hotline_office: Callable[..., None]) -> None:
    hotline_office(BEATEN)
    assert smallest(CLEARED).startswith("Without “") and "dv" in smallest(CLEARED)
    assert "Without “" not in words(at_desk(CASEWORKER).get(PAGE))
    assert json.loads(said("show", "INQ-0001", "--why", "--json"))["smallest"] == ""


def test_show_tells_it_on_asking_without_the_constituents_words_and_logs_the_access(
    hotline_office: Callable[..., None],
) -> None:
    hotline_office(STAMPS)
    assert "smallest" not in json.loads(said("show", "INQ-0001", "--json")) and purposes() == []
    told = json.loads(said("show", "INQ-0001", "--why", "--json"))["smallest"]
    assert told.startswith("Without “") and "the word “" not in told
    assert purposes() == [("the command line", "what would change its unit")]
    assert told in said("show", "INQ-0001", "--why")


def test_without_a_key_show_says_so(hotline_office: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    hotline_office(STAMPS)
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", "")
    settings.cache_clear()
    with pytest.raises(Refused, match="STEWARD_HOTLINE_KEY"):
        said("show", "INQ-0001", "--why")


def test_tables_that_were_changed_since_are_no_reason_of_what_was_decided(
    hotline_office: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline_office(STAMPS)
    folder = tmp_path / "phrases"
    shutil.copytree(settings().phrases_folder, folder, ignore=shutil.ignore_patterns("examples"))
    table = (folder / "signals.csv").read_text()
    (folder / "signals.csv").write_text(re.sub("OUT_OF_SCOPE:[^ ]+", "OUT_OF_SCOPE:50", table, count=1))
    monkeypatch.setenv("STEWARD_PHRASES_FOLDER", str(folder))
    forget()
    assert smallest(CASEWORKER) == CHANGED


def test_nothing_is_said_where_the_tables_cannot_be_read(
    hotline_office: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hotline_office(STAMPS)
    monkeypatch.setenv("STEWARD_PHRASES_FOLDER", str(tmp_path / "gone"))
    forget()
    assert smallest(CASEWORKER) == ""
