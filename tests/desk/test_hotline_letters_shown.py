"""A letter to a constituent at the desk: who reads it, and that each reading is kept."""

from pathlib import Path

import pytest

from models.hotline.letter_rules import LetterKind
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.letters import Wish, make_letter
from tasks.adapters.people import load_people
from tasks.adapters.policy import letter_policy
from tasks.adapters.settings import settings
from tests.casework import BEATEN, CASEWORKER, CLEARED, RENT, open_office
from tests.desk.deciding import at_desk
from tests.hotline_desk import OTHERS, opened_by
from tests.hotline_office import KEY
from tests.signers import hire

LETTER = "/documents/INQ-0001-AK01"


@pytest.fixture(autouse=True)
def key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    settings.cache_clear()


def acknowledged(folder: Path, text: str, by: str) -> None:
    """An office with one contact and its acknowledgement."""
    open_office(folder, text)
    hire(*OTHERS)
    with reading() as session:
        person = load_people(session)[by]
    make_letter(Wish("INQ-0001", LetterKind.ACKNOWLEDGEMENT), person, letter_policy(), clock.now())


def test_a_caseworker_reads_a_letter_from_the_page_of_its_contact_and_that_is_kept(tmp_path: Path) -> None:
    acknowledged(tmp_path, RENT, CASEWORKER)
    answer = at_desk(CASEWORKER).get(LETTER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert opened_by()[-1] == ("INQ-0001", CASEWORKER, "letter INQ-0001-AK01")


@pytest.mark.parametrize("staff_id", [CASEWORKER, "u.audit", "m.ortiz", "a.admin"])
def test_a_letter_about_a_restricted_contact_is_shown_to_cleared_staff_alone(tmp_path: Path, staff_id: str) -> None:
    acknowledged(tmp_path, BEATEN, CLEARED)
    answer = at_desk(staff_id).get(LETTER)
    assert answer.status_code == 403
    assert b"%PDF-" not in answer.content
    assert at_desk(CLEARED).get(LETTER).status_code == 200
