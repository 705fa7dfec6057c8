"""Answers of Open311 against the public schemas of GeoReport v2, and against whatever its description allows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from starlette.types import ASGIApp, Receive, Scope, Send

from deployments.open311.openapi import description
from deployments.open311.service_data import services
from tasks.adapters.settings import ROOT
from tests.hotline_office import SHARED
from tests.office import stop_clock
from tests.open311 import HEAT, HERE, a_key, program, sent

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
SCHEMAS = SHARED / "open311" / "schema"
OPERATIONS = sorted(
    f"{method.upper()} {path}"
    for path, methods in description(services(), HERE)["paths"].items()
    for method in methods
)  # fmt: skip
EXAMPLES = 200
exhaustive = examples(
    max_examples=EXAMPLES // 2, deadline=None, phases=[Phase.explicit, Phase.generate], database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def key(hotline_key: None) -> str:
    stop_clock(2026, 11, 20, 14)
    return a_key()


@pytest.fixture
def app(key: str) -> Iterator[TestClient]:
    with program() as someone:
        yield someone


@dataclass(frozen=True)
class ByOurName:
    """The desk as it is asked by a name of its own, whatever name a tool of tests gives it."""

    desk: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, value) for name, value in scope.get("headers", ()) if name != b"host"]
        await self.desk({**scope, "headers": [*headers, (b"host", b"127.0.0.1:4280")]}, receive, send)


def conforms(value: Any, name: str) -> None:
    """Raise unless a value is as a public schema says."""
    if not SCHEMAS.is_dir():
        pytest.skip("the public schemas are not in this checkout's neighbourhood")
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")}
    resources = [(one, Resource.from_contents(told, default_specification=DRAFT4)) for one, told in found.items()]
    validator = Draft4Validator(
        found[name], registry=Registry().with_resources(resources), format_checker=FormatChecker()
    )
    validator.validate(value)


def test_answers_are_as_the_public_schemas_say(app: TestClient, key: str) -> None:
    number = sent(app, key, description=HEAT).json()[0]["service_request_id"]
    sent(app, key, service_code="COMMENT")
    listed = app.get(f"{HERE}/requests.json").json()
    assert len(listed) == 2
    conforms(listed, "requests.json")
    conforms(app.get(f"{HERE}/requests/{number}.json").json()[0], "request.json")
    offered = app.get(f"{HERE}/services.json").json()
    conforms(offered, "services.json")
    for service in (one["service_code"] for one in offered if one["metadata"]):
        conforms(app.get(f"{HERE}/services/{service}.json").json(), "service-definition.json")


def test_the_description_is_served(app: TestClient) -> None:
    told = app.get(f"{HERE}/openapi.json").json()
    assert told["openapi"] == "3.1.0" and len(told["paths"]) == 12


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(
    app: TestClient, key: str, operation: str, mode: str
) -> None:
    # It takes more than a second to import, in each process that collects these tests.
    import schemathesis
    from schemathesis.generation import GenerationMode

    number = sent(app, key, description=HEAT).json()[0]["service_request_id"]
    config = schemathesis.Config.from_path(ROOT / "schemathesis.toml")
    schema = schemathesis.openapi.from_dict(app.get(f"{HERE}/openapi.json").json(), config=config)
    schema.app = ByOurName(app.app)
    method, path = operation.split()
    found = schema[path][method]

    @exhaustive
    @given(case=found.as_strategy(generation_mode=GenerationMode(mode)))
    def every_case(case: Any) -> None:
        if method == "POST":
            case.query = {**(case.query or {}), "api_key": key}
        elif mode == "positive" and "request_id" in (case.path_parameters or {}) and len(str(case.query)) % 2:
            case.path_parameters["request_id"] = number
        case.call_and_validate()

    every_case()
