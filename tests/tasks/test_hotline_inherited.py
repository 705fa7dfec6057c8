"""A contact that repeats a restricted one is restricted with it: in letters, after lifting, and whatever it says."""

from pathlib import Path

import pytest

from models.hotline.rules import NEAR_RESTRICTED
from tasks.adapters.hotline.letters import load_matter
from tests.casework import BEATEN, CLEARED, RENT, facts, loaded, open_office, sign, triage
from tests.hotline_office import bring, csv_text

HIV = f"I have HIV. {RENT}"


@pytest.fixture(autouse=True)
def key(hotline_key: None) -> None:
    return None


def later(folder: Path, text: str) -> str:
    """A contact that comes the day after."""
    bring(folder, csv_text([["INQ-0009", "2026-11-20T08:30:00-05:00", "hotline", "en", text]]), "later.csv")
    triage()
    return "INQ-0009"


def test_a_letter_about_a_repeat_of_a_restricted_contact_hides_the_place_and_says_nothing_of_it(tmp_path: Path) -> None:
    open_office(tmp_path, HIV, RENT)
    matter = load_matter("INQ-0002")
    assert (matter.confidential, matter.is_hiv, matter.place_is_secret) == (True, False, True)


def test_a_letter_hides_the_place_where_another_than_the_first_contact_told_of_violence(tmp_path: Path) -> None:
    open_office(tmp_path, RENT, f"{BEATEN} {RENT}", RENT)
    assert facts("INQ-0003").duplicate_of == "INQ-0001"
    assert load_matter("INQ-0003").place_is_secret


def test_a_letter_about_a_contact_that_repeats_nothing_brings_no_notice(tmp_path: Path) -> None:
    open_office(tmp_path, HIV, RENT.replace("0139", "0140"))
    matter = load_matter("INQ-0002")
    assert (matter.confidential, matter.is_hiv) == (False, False)


def test_what_repeats_a_contact_that_was_lifted_is_not_restricted(tmp_path: Path) -> None:
    open_office(tmp_path, HIV, RENT)
    for number in ("INQ-0001", "INQ-0002"):
        sign(CLEARED, "confidentiality_lifted", number, reason="It says nothing of the person's own health")
    assert not facts(later(tmp_path, RENT)).restricted


def test_what_repeats_a_contact_that_is_restricted_still_is_restricted(tmp_path: Path) -> None:
    open_office(tmp_path, HIV, RENT)
    sign(CLEARED, "confidentiality_lifted", "INQ-0002", reason="A mistake")
    assert facts(later(tmp_path, RENT)).restricted


def test_the_reason_for_a_person_to_look_is_one_that_others_have_too(tmp_path: Path) -> None:
    open_office(tmp_path, HIV, RENT)
    assert NEAR_RESTRICTED in loaded("INQ-0002").case.decided.review
