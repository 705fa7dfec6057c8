"""Open311 for tests: a program with a key at the desk, what it sends, and what it is told."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from deployments.desk.app import create_app
from models.hotline.records import HotlineDecision, HotlineRequest
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.open311_keys import new_api_key

HERE = "/open311/v2"
_LISTS = frozenset({"services", "attributes", "values", "service_requests", "errors", "endpoints", "formats"})
HEAT = "No heat in our room at the shelter since Monday and the baby is cold"


def program() -> TestClient:
    """A program that asks the desk, without a session."""
    return TestClient(create_app(), base_url="http://127.0.0.1:4280", raise_server_exceptions=False)


def a_key(name: str = "A program") -> str:
    """A key that holds."""
    with writing() as session:
        return new_api_key(session, name, clock.now())


def sent(program: TestClient, key: str, form: str = "json", token: str = "", **fields: Any) -> Response:
    """A request as it is sent, with an address where none is named; `attribute[X]` are given as `ask_X`."""
    told: dict[str, Any] = {"api_key": key, "service_code": "SHELTER-REPAIR", "address_string": "1 Invented Street"}
    told |= {f"attribute[{name[4:]}]" if name.startswith("ask_") else name: value for name, value in fields.items()}
    headers = {"Idempotency-Key": token} if token else {}
    return program.post(f"{HERE}/requests.{form}", data=told, headers=headers)


def codes(answer: Response) -> tuple[int, list[int]]:
    """The status of a refusal, and the codes in its array."""
    return answer.status_code, [error["code"] for error in answer.json()]


def said(answer: Response) -> str:
    """The sentences of a refusal."""
    return " ".join(error["description"] for error in answer.json())


def as_data(element: ElementTree.Element) -> Any:
    """XML as the Spark convention writes it in JSON, every value a text."""
    children = list(element)
    if not children:
        return element.text
    if element.tag in _LISTS:
        return [as_data(child) for child in children]
    return {child.tag: as_data(child) for child in children}


def as_texts(value: Any) -> Any:
    """JSON with every value as the text that XML holds."""
    if isinstance(value, Mapping):
        return {name: as_texts(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_texts(inner) for inner in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def kept_requests() -> list[HotlineRequest]:
    """All requests as they lie in the database."""
    with reading() as session:
        return list(session.execute(select(HotlineRequest).order_by(HotlineRequest.service_request_id)).scalars())  # type: ignore[arg-type]


def decided() -> dict[str, HotlineDecision]:
    """What was decided about each contact."""
    with reading() as session:
        return {row.contact_id: row for row in session.execute(select(HotlineDecision)).scalars()}
