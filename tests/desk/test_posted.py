"""What a form may hold: read whole and within bounds, or refused with a sentence."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deployments.desk.app import create_app
from deployments.desk.guard import PostedForm, SignedIn
from deployments.desk.posted import LARGEST_FORM, MOST_FIELDS, MOST_FILES, versions_seen
from tests.desk.conftest import COOKIE, hidden, words

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


@pytest.fixture
def page(client: TestClient, home: Path) -> TestClient:
    """A desk with one page more, which says what it was sent and by whom; its reader is signed in."""
    app = create_app()

    @app.post("/echo")
    async def echo(form: PostedForm, visitor: SignedIn) -> dict[str, Any]:
        sizes = {name: [len(await file.read()) for file in files] for name, files in form.files.items()}
        return {"fields": dict(form), "first": form.one("a"), "files": sizes, "by": visitor.person.staff_id}

    there = TestClient(app, base_url="http://127.0.0.1:4280", raise_server_exceptions=False)
    there.cookies.set(COOKIE, client.cookies[COOKIE])
    return there


def urlencoded(page: TestClient, body: bytes) -> Any:
    key = f"csrf={hidden(page, '/')['csrf']}&".encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return page.post("/echo", content=key + body, headers=kind)


def test_a_form_keeps_every_value_of_a_field_in_order_and_drops_its_key(page: TestClient) -> None:
    answer = urlencoded(page, "a=%20x%20&b=&a=2&c=Łódź+%26".encode())
    assert answer.json() == {
        "fields": {"a": [" x ", "2"], "b": [""], "c": ["Łódź &"]}, "first": "x", "files": {}, "by": "r.reader",
    }  # fmt: skip


def test_a_form_with_files_gives_fields_and_the_files_that_were_chosen(page: TestClient) -> None:
    files = [("scan", ("a.pdf", b"12345")), ("scan", ("b.pdf", b""))]
    answer = page.post("/echo", data=hidden(page, "/") | {"a": "x"}, files=files)
    assert answer.json() == {"fields": {"a": ["x"]}, "first": "x", "files": {"scan": [5, 0]}, "by": "r.reader"}


def test_a_field_for_a_file_that_was_left_empty_is_no_file(page: TestClient) -> None:
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'.format("csrf", hidden(page, "/")["csrf"])
    empty = '--b\r\nContent-Disposition: form-data; name="scan"; filename=""\r\nContent-Type: text/plain\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = page.post("/echo", content=f"{part}{empty}\r\n\r\n--b--\r\n".encode(), headers=kind)
    assert answer.json() == {"fields": {}, "first": "", "files": {}, "by": "r.reader"}


def test_a_form_with_files_needs_its_key_too(page: TestClient) -> None:
    answer = page.post("/echo", data={"a": "x"}, files={"scan": ("a.pdf", b"1")})
    assert answer.status_code == 403 and "not made for your present sign-in" in words(answer)


@pytest.mark.parametrize("body", [b"a=%FF", b"\xff=1", b"a=%00", b"%00=a", b"a=1&" * MOST_FIELDS])
def test_a_form_that_cannot_be_read_as_a_whole_is_refused(page: TestClient, body: bytes) -> None:
    answer = urlencoded(page, body)
    assert answer.status_code == 400
    assert "The form could not be read as a whole. Nothing was changed." in words(answer)


def test_a_multipart_form_that_breaks_off_or_has_too_many_files_is_refused(page: TestClient) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    many = [("f", (f"{number}.pdf", b"")) for number in range(MOST_FILES + 1)]
    answers = [
        page.post("/echo", content=b"no boundary at all", headers=kind),
        page.post("/echo", content=b"x", headers={"Content-Type": "multipart/form-data"}),
        page.post("/echo", data=hidden(page, "/"), files=many),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert all("Nothing was changed." in answer.text for answer in answers)


def test_a_form_that_is_too_large_is_refused_whatever_length_it_announces(page: TestClient) -> None:
    answer = urlencoded(page, b"a=" + b"x" * LARGEST_FORM)
    assert answer.status_code == 413 and "larger than 2 MB" in words(answer)
    small = page.post("/sign-in", data={"staff_id": "x" * 20_000})
    assert small.status_code == 413 and "too large for this form" in words(small)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
def test_what_is_no_form_is_refused(page: TestClient, kind: str) -> None:
    answer = page.post("/echo", content=b'{"csrf": "1"}', headers={"Content-Type": kind})
    assert answer.status_code == 415 and "This is not a form of the desk." in words(answer)


@pytest.mark.parametrize("told", ["", "-1", "9" * 10, "9" * 5_000, "²", "٣", "1e3", " 1"])
def test_a_version_that_no_case_can_have_counts_as_none(home: Path, told: str) -> None:
    assert versions_seen([("A", told), ("B", "12")]) == {"B": 12}
