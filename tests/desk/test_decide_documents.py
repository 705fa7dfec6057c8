"""A document's date on the decide page: nobody signs it as empty without having read what that means."""

from pathlib import Path

import pytest

from tests.attacks import kept, open_desk
from tests.desk.conftest import read_page, words
from tests.desk.deciding import PAGE, assert_refused, at_desk, last_event, send, sign_form
from tests.office import stop_clock

UNDATED = "Its date is not recorded: nobody can say how long it is good."


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    """Two contracts that came in two days ago, and everybody who signs."""
    open_desk(tmp_path)
    stop_clock(2026, 8, 5, 14)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ("liability_insurance", "expires_on"), ("doing_business_form", "signed_on"),
        ("charities_registration", "period_end"),
    ],
)  # fmt: skip
def test_a_document_without_the_day_that_its_rule_counts_from_is_not_offered_at_once(document: str, field: str) -> None:
    path = f"{PAGE}/decide/document_recorded?document={document}"
    omar = at_desk("o.file")
    asked = omar.get(path)
    assert sign_form(asked) == {} and UNDATED in words(asked)
    assert [a["id"] for _, a in read_page(asked.text).tags if "autofocus" in a] == [f"field-{field}"]
    dated = omar.get(f"{path}&{field}=2026-07-01")
    assert sign_form(dated)[field] == ["2026-07-01"] and UNDATED not in words(dated)


def test_a_document_whose_day_nobody_knows_is_signed_after_the_warning() -> None:
    path = f"{PAGE}/decide/document_recorded?document=liability_insurance"
    omar = at_desk("o.file")
    hidden = [a["value"] for a in read_page(omar.get(path).text).all("input") if a["name"] == "undated"]
    shown = omar.get(f"{path}&undated={hidden[0]}")
    assert UNDATED in words(shown)
    assert send(omar, path, "o.file", sign_form(shown)).status_code == 303
    assert last_event().event == "document_recorded"


def test_a_day_that_is_taken_out_again_is_asked_for_again() -> None:
    path = f"{PAGE}/decide/document_recorded?document=liability_insurance&expires_on=2027-07-31"
    omar, before = at_desk("o.file"), kept()
    answer = send(omar, path, "o.file", expires_on="")
    assert_refused(answer, 409, "you changed the details after they were shown", before)
    assert sign_form(answer) == {} and UNDATED in words(answer)


def test_a_document_that_never_expires_is_offered_at_once() -> None:
    shown = at_desk("o.file").get(f"{PAGE}/decide/document_recorded?document=scope_of_services")
    assert sign_form(shown) and UNDATED not in words(shown)
