"""Notes and telephone calls on the page of a case: kept once, in the name of who wrote them, never changed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from models.shared.people import Role, Unit
from models.shared.people_records import CaseNote
from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tasks.adapters.notes import MOST_NOTES, add_note, plain
from tests.desk.conftest import HOSTILE, LOOM, RADIO, Read, add_person, read_page, sign_in, visit, words

PAGE = f"/cases/registration/{LOOM}"


def form_fields(page: Read, action: str) -> dict[str, str]:
    """The hidden fields of the form of a page that is sent to an address."""
    fields: dict[str, str] = {}
    inside = False
    for tag, attributes in page.tags:
        if tag == "form":
            inside = attributes["action"] == action
        if inside and tag == "input" and attributes.get("type") == "hidden":
            fields[attributes["name"]] = attributes["value"]
    return fields


def fields_of(desk: TestClient, case_page: str = PAGE) -> dict[str, str]:
    return form_fields(read_page(desk.get(case_page).text), f"{case_page}/notes")


def write(desk: TestClient, text: str, kind: str = "note", spoke_with: str = "") -> Response:
    typed = {"kind": kind, "spoke_with": spoke_with, "text": text}
    return desk.post(f"{PAGE}/notes", data=fields_of(desk) | typed, follow_redirects=False)


def kept() -> list[tuple[str, str, str, str, str]]:
    with reading() as session:
        rows = session.scalars(select(CaseNote)).all()
        return sorted((row.case_id, row.kind, row.staff_id, row.spoke_with, row.text) for row in rows)


def test_a_note_is_kept_in_the_name_of_who_is_signed_in_and_shown(desk: TestClient) -> None:
    answer = write(desk, "  Board meets\r\non Friday. ")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#notes")
    assert kept() == [(LOOM, "note", "r.reader", "", "Board meets\non Friday.")]
    assert "Note R Reader, Nov 9, 2026, 9:00 AM Board meets on Friday." in words(desk.get(PAGE))


def test_a_telephone_call_says_with_whom(desk: TestClient) -> None:
    write(desk, "Will send the budget.", "call", "Ida Brand,  treasurer")
    assert kept() == [(LOOM, "call", "r.reader", "Ida Brand, treasurer", "Will send the budget.")]
    assert "Telephone call with Ida Brand, treasurer" in words(desk.get(PAGE))


def test_a_double_click_writes_once_and_the_next_form_again(desk: TestClient) -> None:
    fields = fields_of(desk) | {"kind": "note", "text": "Called twice"}
    for _ in range(3):
        assert desk.post(f"{PAGE}/notes", data=fields, follow_redirects=False).status_code == 303
    assert len(kept()) == 1
    desk.post(f"{PAGE}/notes", data=fields | {"text": "Called twice, no answer"})
    write(desk, "Called twice")
    assert [text for *_, text in kept()] == ["Called twice", "Called twice", "Called twice, no answer"]


def test_clicks_at_the_same_moment_write_once(desk: TestClient) -> None:
    def click(_: int) -> str:
        return add_note("registration", LOOM, "note", "r.reader", "At once", once="one form")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(12)))) == 1
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"kind": "note", "text": "   "}, "text", "Write what was said or what others must know."),
        ({"kind": "call", "text": "x"}, "spoke_with", "Say with whom you spoke."),
        ({"kind": "memo", "text": "x"}, "kind", "Choose whether this is a note or a telephone call."),
        ({"kind": "note", "text": "x" * 4_001}, "text", "The text is 4,001 characters long, and 4,000 fit."),
        ({"kind": "call", "spoke_with": "x" * 201, "text": "x"}, "spoke_with", "longer than 200 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_words_are_kept(
    desk: TestClient, typed: dict[str, str], field: str, sentence: str
) -> None:
    answer = desk.post(f"{PAGE}/notes", data=fields_of(desk) | typed)
    page = read_page(answer.text)
    assert answer.status_code == 422 and sentence in page.text and kept() == []
    marked = next(a for _, a in page.tags if a.get("aria-invalid") == "true")
    assert marked["name"] == field and f"note-{field}-wrong" in marked["aria-describedby"].split()
    assert "autofocus" in marked
    alert = next(a for _, a in page.tags if a.get("role") == "alert")
    assert alert["id"] == f"note-{field}-wrong"
    assert typed["text"] in answer.text


def test_a_text_of_just_the_length_that_fits_is_kept(desk: TestClient) -> None:
    write(desk, "é" * 3_999 + "\r\n.")
    assert kept() == []
    write(desk, "é" * 3_998 + "\r\n.")
    assert len(kept()[0][-1]) == 4_000


def test_an_auditor_reads_notes_and_writes_none(desk: TestClient) -> None:
    write(desk, "For everybody")
    add_person("u.audit", Role.AUDITOR, Unit.AUDIT)
    auditor = visit()
    sign_in(auditor, "u.audit")
    page = auditor.get(PAGE)
    assert "For everybody" in words(page) and f"{PAGE}/notes" not in page.text
    key = form_fields(read_page(page.text), "/sign-out")
    answer = auditor.post(f"{PAGE}/notes", data=key | {"kind": "note", "text": "mine"})
    assert answer.status_code == 403 and "Auditors read case files" in words(answer)
    assert len(kept()) == 1


def test_a_note_is_about_one_contract_and_changes_nothing_of_it(desk: TestClient) -> None:
    def events() -> int:
        with reading() as session:
            return session.execute(select(func.count()).select_from(CaseEvent)).scalar_one()

    before = events()
    write(desk, "About Loom")
    assert "About Loom" not in desk.get(f"/cases/registration/{RADIO}").text
    assert events() == before
    answer = desk.post("/cases/registration/none/notes", data=fields_of(desk) | {"kind": "note", "text": "x"})
    assert answer.status_code == 404 and len(kept()) == 1


def test_hostile_words_are_only_words(desk: TestClient) -> None:
    write(desk, f"{HOSTILE} {{{{ 7 * 7 }}}}", "call", HOSTILE)
    page = read_page(desk.get(PAGE).text)
    assert f"Telephone call with {HOSTILE}" in page.text and "{{ 7 * 7 }}" in page.text
    assert page.all("script") == []


def test_the_page_shows_the_latest_notes_and_says_how_many_there_are(desk: TestClient) -> None:
    for number in range(MOST_NOTES + 1):
        add_note("registration", LOOM, "note", "r.reader", f"Note number {number}")
    page = read_page(desk.get(PAGE).text)
    assert page.text.count("Note number") == MOST_NOTES
    assert f"These are the latest {MOST_NOTES} of {MOST_NOTES + 1}." in page.text


@given(st.text(max_size=200))
def test_a_text_that_was_made_plain_stays_as_it_is(text: str) -> None:
    once = plain(text)
    assert plain(once) == once and "\r" not in once and "\0" not in once
