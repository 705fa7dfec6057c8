"""Contacts are opened through one door that keeps who opened which; repeats are found without opening any."""

from pathlib import Path

import pytest
from sqlalchemy import select

from models.hotline.forms import Borough
from models.hotline.match_keys import KeyKind
from models.hotline.records import HotlineAccess
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.hotline.contacts import arrivals, earlier_contacts, find_by, open_contacts, sharing_contacts
from tests.hotline_office import HEADER, bring, csv_text, plain_rows
from tests.office import stop_clock


@pytest.fixture(autouse=True)
def now(hotline_key: None) -> None:
    stop_clock(2026, 11, 20, 14)


def log() -> list[tuple[str, str, str]]:
    table = HotlineAccess.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        rows = session.execute(select(table.contact_id, table.who, table.purpose, table.at).order_by(table.access_id))
        return [(row.contact_id, row.who, row.purpose) for row in rows if row.at == clock.now()]


def earlier(*contact_ids: str) -> dict[str, list[tuple[str, set[str]]]]:
    """Of each the earlier contacts and what they share, the latest first; who has none is left out."""
    with reading() as session:
        mine = [arrival for arrival in arrivals(session) if arrival.contact_id in contact_ids]
        found = {one.contact_id: earlier_contacts(session, one) for one in mine}
    return {one: [(c.arrival.contact_id, {*c.kinds}) for c in others] for one, others in found.items() if others}


def sharing(*contact_ids: str, crowd: int = 500) -> dict[str, dict[str, dict[str, int]]]:
    with reading() as session:
        return {one: {**o} for one, o in sharing_contacts(session, contact_ids, dict.fromkeys(KeyKind, crowd)).items()}


def test_who_opened_which_contact_when_and_what_for_is_kept(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("no heat", "no water")))
    (opened,) = open_contacts(["INQ-0002"], who="m.ortiz", purpose="triage", at=clock.now())
    assert opened.form.text == "no water" and opened.told_language == "en"
    assert log() == [("INQ-0002", "m.ortiz", "triage")]


def test_contacts_come_in_the_order_in_which_they_were_asked_for(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("a", "b", "c")))
    opened = open_contacts(["INQ-0003", "INQ-0001"], who="a test", purpose="to see", at=clock.now())
    assert [one.form.text for one in opened] == ["c", "a"]


def test_an_id_that_is_not_known_opens_nothing(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("a")))
    with pytest.raises(LookupError):
        open_contacts(["INQ-0001", "INQ-0009"], who="a test", purpose="to see", at=clock.now())
    assert log() == []


def test_bringing_contacts_in_opens_none(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("a")))
    bring(tmp_path, csv_text(plain_rows("a")), "again.csv")
    assert log() == []


def test_contacts_are_walked_in_the_order_in_which_they_were_received(tmp_path: Path) -> None:
    rows = plain_rows("a", "b", "c", "d")
    rows[0][1] = rows[3][1]
    bring(tmp_path, csv_text(rows))
    with reading() as session:
        first = arrivals(session, None, 2)
        rest = arrivals(session, first[-1], 9)
    assert [one.contact_id for one in first + rest] == ["INQ-0002", "INQ-0003", "INQ-0001", "INQ-0004"]


def test_earlier_contacts_of_one_telephone_are_found_in_cells_and_in_texts(tmp_path: Path) -> None:
    rows = [[*row, ""] for row in plain_rows("call (718) 555 0139", "other", "again, 7185550139", "no")]
    rows[3][5] = "718-555-0139"
    bring(tmp_path, csv_text(rows, (*HEADER, "phone")))
    found = earlier("INQ-0001", "INQ-0002", "INQ-0003", "INQ-0004")
    assert found["INQ-0003"] == [("INQ-0001", {"phone"})]
    assert found["INQ-0004"] == [("INQ-0003", {"phone"}), ("INQ-0001", {"phone"})]
    assert set(found) == {"INQ-0003", "INQ-0004"} and log() == []


def test_every_key_that_two_contacts_share_is_counted_by_its_kind(tmp_path: Path) -> None:
    said = "My name is Juno Wrenfield, case no 1234567, juno@example.org"
    bring(tmp_path, csv_text(plain_rows(said, f"Again. {said}", "Ms. Wrenfield called")))
    both = sharing("INQ-0002")["INQ-0002"]["INQ-0001"]
    assert {kind: both[kind] for kind in both if kind != KeyKind.WORD} == {
        "name": 1, "surname": 1, "case_number": 1, "email": 1, "rare_name": 2,
    }  # fmt: skip
    assert both[KeyKind.WORD] >= 2
    assert {*sharing("INQ-0003")["INQ-0003"]} == {"INQ-0001", "INQ-0002"}


def test_who_looks_at_a_contact_is_told_of_those_that_share_what_is_strong(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("Ms. Wrenfield 718-555-0139", "Ms. Wrenfield", "Ms. Wrenfield 718-555-0139")))
    assert earlier("INQ-0003") == {"INQ-0003": [("INQ-0001", {"phone"})]}


def test_a_telephone_that_a_crowd_shares_says_nothing_about_who_calls(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(*["shelter desk 718-555-0139"] * 6, "929-555-0111", "929-555-0111")))
    assert {*sharing("INQ-0006", crowd=6)["INQ-0006"]} == {f"INQ-000{number}" for number in range(1, 6)}
    assert sharing("INQ-0006", "INQ-0008", crowd=5) == {"INQ-0008": {"INQ-0007": {"phone": 1}}}


def test_somebody_s_contacts_are_found_by_a_telephone_that_is_typed_in(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("718 555 0139", "no")))
    with reading() as session:
        assert [one.contact_id for one in find_by(session, KeyKind.PHONE, "+17185550139")] == ["INQ-0001"]


def test_in_clear_stands_a_borough_only_when_it_is_one(tmp_path: Path) -> None:
    from tests.hotline_office import stored

    rows = [[*row, told] for row, told in zip(plain_rows("a", "b"), ("the Bronx", "behind the school"), strict=True)]
    bring(tmp_path, csv_text(rows, (*HEADER, "borough")))
    assert [row.borough for row in stored()] == [Borough.BRONX, ""]
