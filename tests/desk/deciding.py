"""People at the desk who decide: their browsers, the forms of a page, what a refusal must leave as it was."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from models.shared.records import CaseEvent
from tasks.adapters.database import reading
from tests.attacks import CASE, kept, waiting
from tests.desk.conftest import Read, read_page, sign_in, visit
from tests.signers import code_of

PAGE = f"/cases/registration/{CASE}"
STEP = f"{PAGE}/decide/scope_and_budget_agreed"
WITHDRAWN = f"{PAGE}/decide/withdrawn"


def at_desk(staff_id: str) -> TestClient:
    """A browser in which somebody is signed in."""
    browser = visit()
    assert sign_in(browser, staff_id, code=code_of(staff_id)).status_code == 303
    return browser


def forms(page: Read) -> list[tuple[dict[str, str], dict[str, list[str]]]]:
    """Each form of a page that is sent: its attributes, and the fields that it would send as it stands."""
    found: list[tuple[dict[str, str], dict[str, list[str]]]] = []
    for tag, attributes in page.tags:
        if tag == "form":
            found.append((attributes, {}))
        elif tag == "input" and found and "form" not in attributes:
            kind = attributes.get("type", "text")
            if kind != "checkbox" or "checked" in attributes:
                found[-1][1].setdefault(attributes.get("name", ""), []).append(attributes.get("value", ""))
    return [(attributes, fields) for attributes, fields in found if attributes.get("method") == "post"]


def sign_form(answer: Response) -> dict[str, list[str]]:
    """The fields of the form that signs, as the page fills them in; empty when the page has none."""
    filled = _Filled()
    filled.feed(answer.text)
    return next((fields for fields in filled.forms if "code" in fields), {})


class _Filled(HTMLParser):
    """The fields of each form that is sent, as a browser would send them untouched: chosen options, text, boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self._open: dict[str, list[str]] | None = None
        self._select, self._text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "")
        if tag == "form":
            self._open = {} if told.get("method") == "post" else None
            self.forms += [self._open] if self._open is not None else []
        if self._open is None:
            return
        if tag == "input" and "form" not in told and (told.get("type") != "checkbox" or "checked" in told):
            self._open.setdefault(name, []).append(value)
        elif tag in ("select", "textarea"):
            self._select, self._text = (name, "") if tag == "select" else ("", name)
        elif tag == "option" and self._select and (self._select not in self._open or "selected" in told):
            self._open[self._select] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag in ("select", "textarea"):
            if self._text and self._open is not None:
                self._open.setdefault(self._text, [""])
            self._select, self._text = "", ""

    def handle_data(self, data: str) -> None:
        if self._text and self._open is not None:
            self._open[self._text] = [data.removeprefix("\n")]


def send(browser: TestClient, path: str, staff_id: str, fields: Any = None, **typed: Any) -> Response:
    """Open a page, fill in its form with a fresh code and what is typed, and send it; not followed."""
    filled = dict(fields if fields is not None else sign_form(browser.get(path)))
    filled |= {"code": typed.pop("code", None) or code_of(staff_id), **typed}
    return post(browser, path.split("?")[0], filled)


def post(browser: TestClient, path: str, fields: Any) -> Response:
    body = urlencode(fields, doseq=True)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return browser.post(path, content=body, headers=headers, follow_redirects=False)


def assert_refused(answer: Response, status: int, sentence: str, before: dict[str, Any]) -> None:
    """A page of this status with the sentence in an alert, and nothing written that a decision writes."""
    page = read_page(answer.text)
    assert answer.status_code == status, page.text
    assert sentence in page.text
    assert [tag for tag, attributes in page.tags if attributes.get("role") == "alert"] == ["div"]
    assert kept() == before


def csrf(browser: TestClient) -> list[str]:
    """The key that the forms of this sign-in carry."""
    return [a["value"] for a in read_page(browser.get("/reports").text).all("input") if a.get("name") == "csrf"][:1]


def last_event(case_id: str = CASE) -> Any:
    """The event that the case recorded last."""
    column = CaseEvent.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        query = select(CaseEvent).where(column.case_id == case_id).order_by(column.seq.desc())
        return session.execute(query).scalars().first()


def second(act: str = "withdrawn") -> str:
    """The page on which the second signature is given."""
    return f"{PAGE}/decide/{act}?proposal={waiting().proposal_id}"
