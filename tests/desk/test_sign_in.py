"""Signing in and out at the desk, and what nobody gets without it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, update

from deployments.desk.app import create_app
from models.shared.people import Role, Unit
from models.shared.people_records import DeskSession, Staff
from tasks.adapters.database import reading, writing
from tasks.adapters.sealing import unseal
from tasks.adapters.sessions import IDLE, LONGEST
from tests.desk.conftest import (
    COOKIE,
    LOOM,
    NOW,
    add_person,
    attempts,
    hidden,
    is_signed_in,
    issue,
    read_page,
    set_clock,
    sign_in,
    visit,
    words,
)
from tests.signers import code_of

# What answers somebody who is not signed in; all else leads to the sign-in.
OPEN = {"/health", "/static/{name}", "/sign-in", "/enrol/{ticket}"}


def routes(holder: Any) -> list[tuple[str, str]]:
    """Every method and path that the desk answers."""
    found: list[tuple[str, str]] = []
    for route in holder.routes:
        inner = getattr(route, "original_router", None)
        # What is mounted is for programs, which have keys instead of sessions.
        found += routes(inner) if inner else [(method, route.path) for method in getattr(route, "methods", ())]
    return found


ROUTES = sorted(set(routes(create_app())))
GUARDED = [(method, path) for method, path in ROUTES if path not in OPEN]


# --- nothing without a session ---------------------------------------------------------------------------------


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_no_page_document_scan_or_form_answers_without_a_session(stranger: TestClient) -> None:
    issue()
    assert {path for _, path in ROUTES} - {path for _, path in GUARDED} == OPEN
    assert {"/", "/reports", "/documents/{document_id}", "/scans/{digest}"} <= {path for _, path in GUARDED}
    for method, path in GUARDED:
        address = re.sub(r"{[^}]*}", f"{LOOM}-MD01", path)
        for cookie in ("", "forged", "0" * 43):
            answer = stranger.request(method, address, headers={"Cookie": f"{COOKIE}={cookie}"}, follow_redirects=False)
            if method in ("GET", "HEAD"):
                assert (answer.status_code, answer.content) == (303, b""), path
                assert answer.headers["location"].startswith("/sign-in"), path
            else:
                assert answer.status_code == 403 and "You are not signed in any more" in answer.text, path


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
def test_no_form_is_taken_without_its_key_by_any_page_that_takes_forms(client: TestClient) -> None:
    taking = [(method, path) for method, path in GUARDED if method not in ("GET", "HEAD")]
    assert ("POST", "/sign-out") in taking
    for method, path in taking:
        address = re.sub(r"{[^}]*}", "1", path)
        answer = client.request(method, address, data={"csrf": ""}, follow_redirects=False)
        assert answer.status_code == 403 and "not made for your present sign-in" in answer.text, path


def test_signing_in_leads_straight_to_what_was_asked_for(reader: TestClient) -> None:
    issue()
    asked = f"/documents/{LOOM}-MD01?page=2&q=a%20b"
    away = reader.get(asked, follow_redirects=False)
    assert away.headers["location"] == f"/sign-in?next=/documents/{LOOM}-MD01%3Fpage%3D2%26q%3Da%2520b"
    fields = hidden(reader, away.headers["location"])
    answer = reader.post("/sign-in", data=fields | {"staff_id": "r.reader", "code": code_of("r.reader")})
    assert str(answer.url).endswith(asked) and answer.content.startswith(b"%PDF")


def test_a_signed_in_person_is_named_on_each_page_with_unit_and_the_way_out(client: TestClient) -> None:
    for path in ("/", "/reports", "/?page=x", "/cases/registration/none", "/nothing", "/sign-out"):
        page = read_page(client.get(path).text)
        assert "Signed in: R Reader , Program Sign out" in page.text
        assert {"/", "/proposals", "/reports"} <= set(page.links) and "/office" not in page.links
    assert client.get("/sign-in?next=/reports", follow_redirects=False).headers["location"] == "/reports"


def test_only_an_administrator_is_led_to_the_office(stranger: TestClient) -> None:
    add_person("a.admin", Role.ADMINISTRATOR, Unit.ADMINISTRATION)
    sign_in(stranger, "a.admin")
    assert "/office" in read_page(stranger.get("/").text).links


# --- the session -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "name", "secure"),
    [("http://127.0.0.1:4280", COOKIE, False), ("https://127.0.0.1:4443", "__Host-steward-4443-session", True)],
)
def test_the_cookie_is_for_this_desk_alone_and_for_no_script(
    reader: TestClient, base: str, name: str, secure: bool
) -> None:
    cookies = sign_in(visit(base)).headers.get_list("set-cookie")
    kept = next(cookie for cookie in cookies if cookie.startswith(f"{name}="))
    token, *flags = kept.split("; ")
    assert len(token.split("=", 1)[1]) == 43
    assert {flag.lower() for flag in flags} == {
        "httponly",
        "samesite=strict",
        "path=/",
        *(["secure"] if secure else []),
    }


def test_a_cookie_that_was_stolen_is_worth_nothing_after_signing_out(client: TestClient) -> None:
    stolen = client.cookies[COOKIE]
    thief = visit()
    thief.cookies.set(COOKIE, stolen)
    assert is_signed_in(thief)
    answer = client.post("/sign-out", data=hidden(client, "/reports"))
    assert "You are signed out." in words(answer) and COOKIE not in client.cookies
    assert not is_signed_in(thief) and not is_signed_in(client)


def test_a_session_ends_when_nobody_clicks_for_half_an_hour(client: TestClient) -> None:
    set_clock(NOW + IDLE)
    answer = client.get("/reports")
    assert answer.url.path == "/sign-in" and "Your last sign-in has ended." in words(answer)


def test_a_session_in_use_ends_after_eight_hours(client: TestClient) -> None:
    at = NOW
    while (at := at + IDLE - timedelta(minutes=1)) < NOW + LONGEST:
        set_clock(at)
        assert is_signed_in(client)
    set_clock(NOW + LONGEST)
    assert not is_signed_in(client)


def test_a_form_that_comes_after_the_session_ended_says_so_and_changes_nothing(client: TestClient) -> None:
    fields = hidden(client, "/")
    set_clock(NOW + IDLE)
    answer = client.post("/sign-out", data=fields)
    assert answer.status_code == 403
    assert "Nothing was changed. A sign-in ends after 30 minutes without a click" in words(answer)


def test_a_revoked_person_is_out_at_once_and_cannot_come_back(client: TestClient) -> None:
    with writing() as session:
        session.connection().execute(update(Staff).values(revoked_at=NOW))
    assert not is_signed_in(client)
    answer = sign_in(client)
    assert answer.status_code == 403 and "The account r.reader was revoked on Nov 9, 2026" in words(answer)


def test_signing_in_takes_no_token_that_the_browser_brought(reader: TestClient) -> None:
    reader.cookies.set(COOKIE, "a" * 43)
    answer = sign_in(reader)
    assert answer.status_code == 303
    with reading() as session:
        assert len(session.scalars(select(DeskSession)).all()) == 1
    planted = visit()
    planted.cookies.set(COOKIE, "a" * 43)
    assert not is_signed_in(planted)


# --- refused ---------------------------------------------------------------------------------------------------


def assert_refused(answer: Response, sentence: str, code: str) -> None:
    """The same page with the reason, the staff id kept, and never the code."""
    page = read_page(answer.text)
    assert answer.status_code == 403 and sentence in page.text
    kept = {field["id"]: field.get("value", "") for field in page.all("input") if "id" in field}
    assert kept == {"staff_id": "r.reader", "code": ""} and code not in answer.text
    assert not [cookie for cookie in answer.headers.get_list("set-cookie") if cookie.startswith(COOKIE)]


def test_a_wrong_code_is_refused_with_a_sentence_and_noted(reader: TestClient) -> None:
    answer = sign_in(reader, code="000001", back="/reports")
    assert_refused(answer, "The staff id or the code is wrong.", "000001")
    assert hidden_of(answer)["next"] == "/reports"
    assert attempts() == [("r.reader", "desk", "wrong code")]


def hidden_of(answer: Response) -> dict[str, str]:
    inputs = read_page(answer.text).all("input")
    return {field["name"]: field["value"] for field in inputs if field.get("type") == "hidden"}


def test_an_unknown_person_is_told_the_same_as_one_with_a_wrong_code(reader: TestClient) -> None:
    known, unknown = sign_in(reader, code="000001"), sign_in(reader, "n.nobody", code="000001")
    assert unknown.status_code == known.status_code
    assert unknown.text.replace("n.nobody", "r.reader") == known.text


def test_a_code_that_was_used_is_refused_in_another_browser(reader: TestClient) -> None:
    code = code_of("r.reader")
    assert sign_in(reader, code=code).status_code == 303
    assert_refused(sign_in(visit(), code=code), "This code was used already.", code)
    assert attempts() == [("r.reader", "desk", "used code")]


def test_after_ten_wrong_codes_even_the_right_one_waits(reader: TestClient) -> None:
    for number in range(10):
        sign_in(reader, code=f"00000{number}")
    code = code_of("r.reader")
    assert_refused(sign_in(reader, code=code), "There were 10 wrong codes for r.reader", code)
    set_clock(NOW + timedelta(minutes=16))
    assert sign_in(reader).status_code == 303


@pytest.mark.parametrize("typed", [{}, {"staff_id": ""}, {"code": "123456"}, {"staff_id": "r.reader", "code": "é" * 9}])
def test_a_form_that_is_half_filled_in_is_refused_like_any_other(reader: TestClient, typed: dict[str, str]) -> None:
    answer = reader.post("/sign-in", data=hidden(reader, "/sign-in") | typed)
    assert answer.status_code == 403 and "The staff id or the code is wrong." in words(answer)


def test_no_page_shows_a_secret_a_code_or_a_token(reader: TestClient) -> None:
    code = code_of("r.reader")
    with reading() as session:
        secret = unseal(session.get_one(Staff, "r.reader").secret, "r.reader")
    sign_in(reader, code=code)
    token = reader.cookies[COOKIE]
    for path in ("/", "/reports", "/sign-in", "/nothing", "/health"):
        text = reader.get(path).text
        assert not [hidden for hidden in (secret, token, code) if hidden in text], path
