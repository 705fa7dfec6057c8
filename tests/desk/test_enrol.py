"""Setting up an authenticator at the desk with a ticket that two administrators signed."""

import base64
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from models.shared.people_records import Attempt, EnrolmentTicket, Staff
from tasks.adapters import clock, codes, enrolment
from tasks.adapters.database import reading
from tasks.adapters.office_acts import Credential, NewPerson, bootstrap, propose, shown, sign
from tests.desk.conftest import hidden, is_signed_in, read_page, sign_in, visit, words
from tests.desk.test_doors import assert_accessible, assert_quiet
from tests.signers import code_of

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


def signed(kind: str, body: dict[str, object]) -> str:
    """An act that both administrators sign; returns its ticket."""
    act = propose(kind, body, Credential("a.admin", code_of("a.admin")), "new colleague")
    return sign(act, shown(act)[1], Credential("b.admin", code_of("b.admin"))).ticket


@pytest.fixture
def ticket(stranger: TestClient) -> str:
    """A ticket for Nora Newcomer, who was added today."""
    bootstrap(
        NewPerson("a.admin", "Ada Admin", "a.admin@city.example", "1001"),
        NewPerson("b.admin", "Ben Admin", "b.admin@city.example", "1002"),
    )
    person = {"staff_id": "n.newcomer", "name": "Nora Newcomer", "email": "n.newcomer@city.example", "identity": "1003"}
    signed("add", {**person, "unit": "Program", "roles": ["program manager"]})
    return signed("enrol", {"staff_id": "n.newcomer"})


def send(client: TestClient, ticket: str, **typed: str) -> Response:
    return client.post(f"/enrol/{ticket}", data=hidden(client, "/sign-in") | typed)


def secret_on(answer: Response) -> str:
    """The secret that a page shows as text."""
    page = answer.text
    return page[page.index('<p class="key"><code>') + 21 : page.index("</code></p>")].replace(" ", "")


def first_code(secret: str) -> str:
    return codes.code_at(secret, codes.step(clock.now(), 0))


def test_a_ticket_leads_to_an_authenticator_that_signs_in(stranger: TestClient, ticket: str) -> None:
    assert "Nora Newcomer" in words(stranger.get(f"/enrol/{ticket}"))
    secret = secret_on(send(stranger, ticket))
    done = send(stranger, ticket, code=first_code(secret))
    assert done.status_code == 200 and "Your staff id is n.newcomer" in words(done)
    assert sign_in(stranger, "N.Newcomer ", code=code_of("n.newcomer")).status_code == 303
    assert is_signed_in(stranger)


def test_looking_at_the_page_shows_no_secret_and_uses_nothing_up(stranger: TestClient, ticket: str) -> None:
    for _ in range(3):
        assert "<img" not in stranger.get(f"/enrol/{ticket}").text
    with reading() as session:
        assert session.scalars(select(EnrolmentTicket)).one().secret == ""


def test_the_picture_is_the_same_secret_and_comes_with_the_page(stranger: TestClient, ticket: str) -> None:
    answer = send(stranger, ticket)
    page = read_page(answer.text)
    picture = page.all("img")[0]
    uri = codes.enrolment_uri(secret_on(answer), "n.newcomer", enrolment.issuer())
    drawn = base64.b64decode(picture["src"].removeprefix("data:image/svg+xml;base64,")).decode()
    assert drawn == enrolment.qr_svg(uri) and picture["alt"]
    assert_accessible(page)
    assert_quiet(page)
    assert answer.headers["referrer-policy"] == "no-referrer" and answer.headers["cache-control"] == "no-store"


def test_the_secret_is_shown_once_and_the_code_can_still_be_typed(stranger: TestClient, ticket: str) -> None:
    secret = secret_on(send(stranger, ticket))
    again = send(visit(), ticket)
    assert again.status_code == 403 and "is shown only once" in words(again)
    assert secret not in again.text.replace(" ", "") and read_page(again.text).all("img") == []
    assert send(stranger, ticket, code=first_code(secret)).status_code == 200


def test_a_wrong_first_code_is_refused_with_its_form_kept(stranger: TestClient, ticket: str) -> None:
    secret = secret_on(send(stranger, ticket))
    answer = send(stranger, ticket, code="000001")
    assert answer.status_code == 403 and "The authenticator shows another code" in words(answer)
    assert [field["id"] for field in read_page(answer.text).all("input") if "id" in field] == ["code"]
    assert send(stranger, ticket, code=first_code(secret)).status_code == 200


@pytest.mark.parametrize("made_up", ["unknown", "%00", "a" * 3_000, "%3Cscript%3E"])
def test_a_ticket_that_nobody_signed_gets_a_sentence(stranger: TestClient, made_up: str) -> None:
    for answer in (stranger.get(f"/enrol/{made_up}"), send(stranger, made_up)):
        assert answer.status_code == 403 and "This ticket is not known." in words(answer)
        assert "<script" not in answer.text


def test_a_used_ticket_opens_nothing_more(stranger: TestClient, ticket: str) -> None:
    send(stranger, ticket, code=first_code(secret_on(send(stranger, ticket))))
    answer = stranger.get(f"/enrol/{ticket}")
    assert answer.status_code == 403 and "This ticket was used on Nov 9, 2026" in words(answer)
    assert read_page(answer.text).all("form") == []


def test_a_form_of_another_browser_takes_nothing_up(stranger: TestClient, ticket: str) -> None:
    answer = stranger.post(f"/enrol/{ticket}", data=hidden(visit(), "/sign-in"))
    assert answer.status_code == 403 and "<img" not in answer.text
    with reading() as session:
        assert session.scalars(select(EnrolmentTicket)).one().secret == ""


def test_neither_ticket_nor_secret_is_noted_with_what_was_refused(
    stranger: TestClient, ticket: str, home: Path
) -> None:
    secret = secret_on(send(stranger, ticket))
    send(stranger, ticket, code="000001")
    with reading() as session:
        noted = str([row.model_dump() for row in session.scalars(select(Attempt))])
        assert session.get_one(Staff, "n.newcomer").enrolled_at is None
    assert "set up an authenticator" in noted and ticket not in noted and secret not in noted
    assert urlsplit(str(stranger.get(f"/enrol/{ticket}").url)).query == ""
