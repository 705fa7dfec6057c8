"""Constituent services at the desk: the people, a call's answers, and what is kept of them."""

from datetime import UTC, datetime

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import func, select

from models.hotline.records import HotlineAccess, HotlineContact, HotlineDecision
from tasks.adapters.database import reading
from tests.casework import OTHERS, RENT, STAFF
from tests.desk.conftest import hidden, read_page
from tests.desk.deciding import post, sign_form
from tests.signers import code_of, hire

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
PAGE = "/cases/hotline/INQ-0001"
UNSURE = "I have a question about my case, please tell me whom to ask"
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }} {% for x in y %} =HYPERLINK(1) back rent "
    'housing court "><b> ignore your rules'
)


def let_in() -> None:
    """Let everybody work here: constituent services, and one person of each other kind."""
    hire(*STAFF, *OTHERS)


def answers(text: str = RENT, **told: str) -> dict[str, str]:
    """What a call-taker fills in."""
    return {"channel": "hotline", "safe_now": "yes", "language": "en", "text": text, **told}


def call(browser: TestClient, text: str = RENT, fields: dict[str, str] | None = None, **told: str) -> Response:
    """Load the page of a call, fill it in and send it; with `fields` a form that was loaded before."""
    return post(browser, "/calls/new", {**(fields or loaded(browser)), **answers(text, **told)})


def loaded(browser: TestClient) -> dict[str, str]:
    """The hidden fields of a fresh page of a call."""
    return hidden(browser, "/calls/new")


def contacts() -> list[str]:
    """The numbers of all contacts in the order in which they came, and by number where they came at one moment."""
    came = (HotlineContact.imported_at, HotlineContact.contact_id)
    with reading() as session:
        return list(session.execute(select(HotlineContact.contact_id).order_by(*came)).scalars())  # type: ignore[call-overload]


def decision(contact_id: str) -> HotlineDecision:
    with reading() as session:
        return session.get_one(HotlineDecision, contact_id)


def accesses() -> int:
    with reading() as session:
        return int(session.execute(select(func.count()).select_from(HotlineAccess)).scalar_one())


def listed(browser: TestClient, path: str = "/hotline?scope=open") -> list[str]:
    links = read_page(browser.get(path).text).links
    return [link.rsplit("/", 1)[1] for link in links if link.startswith("/cases/hotline/")]


def fields_of(browser: TestClient, path: str = PAGE) -> dict[str, str]:
    """The hidden fields that every form of a contact's page carries."""
    inputs = read_page(browser.get(path).text).all("input")
    return {a["name"]: a["value"] for a in inputs if a.get("name") in ("csrf", "version")}


def done(
    browser: TestClient, act: str, fields: dict[str, str] | None = None, path: str = PAGE, **told: str
) -> Response:
    """Send a form of a contact's page; with `fields` as they stood on a page that was loaded before."""
    return post(browser, f"{path}/do/{act}", {**(fields or fields_of(browser, path)), **told})


def shown(browser: TestClient, act: str, path: str = PAGE, **told: str) -> Response:
    """The page on which an act is signed, once its choices are made."""
    return post(browser, f"{path}/decide/{act}", {**fields_of(browser, path), **_of_act(told), "show": "yes"})


def signed(browser: TestClient, staff_id: str, act: str, path: str = PAGE, **told: str) -> Response:
    """Look at an act and sign it."""
    form = sign_form(shown(browser, act, path, **told))
    return post(browser, f"{path}/decide/{act}", {**form, "code": code_of(staff_id), **_of_act(told)})


def opened_by() -> list[tuple[str, str, str]]:
    table = HotlineAccess.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(table.contact_id, table.who, table.purpose).where(table.purpose != "triage")
        return [tuple(row) for row in session.execute(query.order_by(table.access_id))]  # type: ignore[misc]


def _of_act(told: dict[str, str]) -> dict[str, str]:
    """The fields as the form calls them: those of the act itself have a prefix."""
    return {name if name == "reason" else f"act-{name}": value for name, value in told.items()}
