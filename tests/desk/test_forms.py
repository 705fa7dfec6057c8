"""Forms of the desk: taken from its own pages, of this session, within bounds; no way to another website."""

import re

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from deployments.desk.guard import form_key, local_path
from models.shared.people_records import DeskSession
from tasks.adapters.database import reading
from tests.desk.conftest import add_person, attempts, hidden, is_signed_in, read_page, sign_in, visit, words
from tests.signers import code_of

ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example",
    "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", "", " /", "/ /evil.example",
    "http:/reports", "/" + "a" * 3_000,
)  # fmt: skip


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_to_another_website(reader: TestClient, elsewhere: str) -> None:
    fields = hidden(reader, "/sign-in") | {"staff_id": "r.reader", "next": elsewhere}
    answer = reader.post("/sign-in", data=fields | {"code": code_of("r.reader")}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    signed_in = reader.get("/sign-in", params={"next": elsewhere}, follow_redirects=False)
    assert signed_in.headers["location"] == "/"


@given(st.text(max_size=40) | st.builds(lambda rest: "/" + rest, st.text(alphabet="/\\.\t\r\n @:evil%2f", max_size=20)))
def test_whatever_is_asked_for_the_way_back_begins_with_a_single_slash(asked: str) -> None:
    back = local_path(asked)
    assert back in (asked, "/") and back.startswith("/")
    # As a browser reads it: tabs and line ends are dropped, a backslash is a slash.
    assert not re.sub(r"[\t\r\n]", "", back).replace("\\", "/").startswith("//")


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize("key", ["", "0" * 64, "é"])
def test_a_form_without_the_key_of_the_session_is_refused_and_noted(client: TestClient, key: str) -> None:
    answer = client.post("/sign-out", data={"csrf": key})
    assert answer.status_code == 403
    assert "This form was not made for your present sign-in. Nothing was changed." in words(answer)
    assert is_signed_in(client) and attempts() == [("r.reader", "desk", "session")]


def test_the_key_of_somebody_elses_session_is_refused(client: TestClient) -> None:
    add_person("o.other")
    other = visit()
    sign_in(other, "o.other")
    assert client.post("/sign-out", data=hidden(other, "/")).status_code == 403
    assert is_signed_in(client) and is_signed_in(other)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:4280"},
        {"Origin": "http://127.0.0.1:4200"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_website_is_refused_even_with_the_right_key(
    client: TestClient, headers: dict[str, str]
) -> None:
    answer = client.post("/sign-out", data=hidden(client, "/"), headers=headers)
    assert answer.status_code == 403 and "This form came from another website" in words(answer)
    assert is_signed_in(client)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": "http://127.0.0.1:4280"}]
)
def test_a_form_of_our_own_is_taken_as_browsers_send_it(client: TestClient, headers: dict[str, str]) -> None:
    client.post("/sign-out", data=hidden(client, "/"), headers=headers)
    assert not is_signed_in(client)


def test_nobody_can_be_signed_in_by_a_form_that_another_browser_loaded(reader: TestClient) -> None:
    forged = hidden(visit(), "/sign-in") | {"staff_id": "r.reader"}
    without = visit().post("/sign-in", data=forged | {"code": code_of("r.reader")})
    reader.get("/sign-in")
    other = reader.post("/sign-in", data=forged | {"code": code_of("r.reader")})
    guessed = {"csrf": form_key(""), "staff_id": "r.reader", "code": code_of("r.reader")}
    empty = visit().post("/sign-in", data={"staff_id": "r.reader", "code": code_of("r.reader")})
    keyless = visit().post("/sign-in", data=guessed)
    assert [answer.status_code for answer in (without, other, empty, keyless)] == [403] * 4
    assert not is_signed_in(reader)
    with reading() as session:
        assert session.scalars(select(DeskSession)).all() == []


def test_a_link_from_another_website_offers_the_way_on_to_who_is_signed_in(stranger: TestClient) -> None:
    answer = stranger.get("/sign-in?next=/reports", headers={"Sec-Fetch-Site": "cross-site"})
    assert "Signed in already? Go on to the page" in words(answer) and "/reports" in read_page(answer.text).links
