"""Who says that they speak again, and not who they are, is linked where few contacts come into question."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from models.hotline.records import HotlineAccess, HotlineContact, HotlineDecision
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tests.hotline_office import bring, csv_text, plain_rows
from tests.office import stop_clock

STAMPS = "My food stamps were cut off and my SNAP case was closed."
FIRST = f"{STAMPS} I work nights at the church and my sister is at the hospital."
AGAIN = "Following up on my food stamps and SNAP case. The church sent me away and the hospital too."
OTHER = f"{STAMPS} My neighbor says the same happened upstairs."


@pytest.fixture(autouse=True)
def now(hotline_key: None) -> None:
    stop_clock(2026, 11, 20, 14)


def triage(most: int = 1_000) -> None:
    decide_waiting(judge(hotline_policy()), clock.now(), most, lambda count: None)


def links() -> dict[str, str]:
    with reading() as session:
        rows = session.execute(select(HotlineDecision)).scalars().all()
    return {row.contact_id: row.duplicate_of for row in rows if row.duplicate_of}


def opened() -> list[tuple[str, str, str]]:
    with reading() as session:
        rows = session.execute(select(HotlineAccess)).scalars().all()
    return sorted((row.contact_id, row.who, row.purpose) for row in rows)


@pytest.mark.parametrize("together", [True, False])
def test_who_speaks_again_is_linked_with_the_one_that_is_alike(tmp_path: Path, together: bool) -> None:
    rows = plain_rows(FIRST, OTHER, AGAIN)
    for part in [rows] if together else [rows[:2], rows[2:]]:
        bring(tmp_path, csv_text(part))
        triage()
    assert links() == {"INQ-0003": "INQ-0001"}


def test_the_earlier_contacts_are_opened_for_it_and_the_log_says_so(tmp_path: Path) -> None:
    rows = plain_rows(FIRST, OTHER, AGAIN)
    bring(tmp_path, csv_text(rows[:2]))
    triage()
    bring(tmp_path, csv_text(rows[2:]))
    triage()
    twice, once = ["INQ-0001", "INQ-0002"], ["INQ-0003"]
    assert opened() == [(one, "triage inquiries", "triage") for one in sorted([*twice, *twice, *once])]


@pytest.mark.parametrize("together", [True, False])
def test_where_many_came_of_late_nobody_is_linked_and_nothing_is_opened(tmp_path: Path, together: bool) -> None:
    rows = plain_rows(FIRST, *[OTHER] * 3, AGAIN)
    for part in [rows] if together else [rows[:4], rows[4:]]:
        bring(tmp_path, csv_text(part))
        triage()
    assert links() == {} and len(opened()) == len(rows)


def test_who_tells_nothing_of_an_earlier_contact_is_not_linked(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(FIRST, f"{STAMPS} The church and the hospital sent me away.")))
    triage()
    assert links() == {}


def test_a_third_contact_is_linked_with_the_first(tmp_path: Path) -> None:
    third = "Still waiting, following up on the SNAP case, the church and the hospital."
    bring(tmp_path, csv_text(plain_rows(FIRST, AGAIN)))
    triage()
    bring(tmp_path, csv_text(plain_rows("", "", third)[2:]))
    triage()
    assert links() == {"INQ-0002": "INQ-0001", "INQ-0003": "INQ-0001"}


def test_an_earlier_contact_that_was_tampered_with_keeps_no_new_one_waiting(tmp_path: Path) -> None:
    rows = plain_rows(FIRST, AGAIN)
    bring(tmp_path, csv_text(rows[:1]))
    triage()
    with writing() as session:
        session.execute(update(HotlineContact).values(sealed=b"somebody else's"))
    bring(tmp_path, csv_text(rows[1:]))
    triage()
    with reading() as session:
        assert session.get(HotlineDecision, "INQ-0002") is not None
    assert links() == {}


def test_of_contacts_of_one_moment_the_one_with_the_lower_number_came_first(tmp_path: Path) -> None:
    early, late = ([row[0], "2026-11-20T08:00:00-05:00", *row[2:]] for row in plain_rows(AGAIN, FIRST))
    bring(tmp_path, csv_text([late]))
    triage()
    bring(tmp_path, csv_text([early]))
    triage()
    assert links() == {}


def test_who_tells_another_name_or_number_is_somebody_else(tmp_path: Path) -> None:
    told = f"{FIRST} Call 718-555-0139.", f"{AGAIN} Call 929-555-0111.", f"{AGAIN} Please call me."
    bring(tmp_path, csv_text(plain_rows(*told)))
    triage()
    assert links() == {"INQ-0003": "INQ-0001"} or links() == {"INQ-0003": "INQ-0002"}
    assert "INQ-0002" not in links()


def test_what_is_restricted_is_not_counted_among_the_few(tmp_path: Path) -> None:
    hidden = [f"I have HIV. {OTHER}"] * 3
    bring(tmp_path, csv_text(plain_rows(FIRST, *hidden, AGAIN)))
    triage()
    assert links()["INQ-0005"] == "INQ-0001"


def test_a_text_that_says_what_everybody_says_opens_no_other(tmp_path: Path) -> None:
    rows = plain_rows(STAMPS, "still no call about my case")
    bring(tmp_path, csv_text(rows[:1]))
    triage()
    bring(tmp_path, csv_text(rows[1:]))
    triage()
    assert len(opened()) == 2 and links() == {}


@pytest.mark.parametrize("chunk", [1, 1_000])
def test_what_repeats_a_restricted_contact_is_not_meant_by_another_whatever_is_decided_together(
    tmp_path: Path, chunk: int
) -> None:
    number = "Call 718-555-0139."
    bring(tmp_path, csv_text(plain_rows(f"I have HIV. {STAMPS} {number}", f"{FIRST} {number}", AGAIN)))
    for _ in range(3):
        triage(chunk)
    assert links() == {"INQ-0002": "INQ-0001"}
    with reading() as session:
        assert not session.get_one(HotlineDecision, "INQ-0003").confidential
