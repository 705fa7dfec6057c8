"""What Open311 shows to anybody tells nobody's words, name or place, and nothing of what is confidential."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from deployments.open311.service_data import services
from models.hotline.open311_services import Kind
from tests.office import stop_clock
from tests.open311 import HEAT, HERE, a_key, decided, kept_requests, program, sent

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
BEATEN = "My husband hit me last night and is at the door now, he threatens to kill me and the kids"
MEDICINE = "They lost my HIV medicine when I was moved to another shelter"
HIDDEN = [service.code for service in services().services if service.type is Kind.BLACKBOX]
SHOWN = [service.code for service in services().services if service.type is not Kind.BLACKBOX]
WORDS = st.sampled_from([BEATEN, MEDICINE, HEAT]) | st.text(min_size=12, max_size=300)
unhurried = examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def app(hotline_key: None) -> TestClient:
    stop_clock(2026, 11, 20, 14)
    return program()


@pytest.fixture
def key(app: TestClient) -> str:
    return a_key()


def everything_shown(app: TestClient) -> str:
    """All that anybody can read: lists, each request, each token, in both formats."""
    paths = [f"/{name}.{form}" for name in ("requests", "services", "discovery") for form in ("json", "xml")]
    for row in kept_requests()[-3:]:
        paths += [f"/requests/{row.service_request_id}.json", f"/tokens/{row.token}.xml"]
        paths += [f"/requests.xml?service_request_id={row.service_request_id}"]
    return "\n".join(app.get(f"{HERE}{path}").text for path in paths)


@unhurried
@given(words=WORDS, code=st.sampled_from(HIDDEN + SHOWN), name=st.text(st.characters(categories=["L"]), min_size=9))
def test_no_words_name_or_place_are_ever_shown(app: TestClient, key: str, words: str, code: str, name: str) -> None:
    place = f"{name} Crescent"
    answer = sent(
        app, key, service_code=code, description=words, last_name=name, address_string=place, phone="7185550139"
    )
    assert answer.status_code == 200
    shown = everything_shown(app)
    assert name not in shown and place not in shown and "7185550139" not in shown
    assert words.strip() not in shown or not words.strip()


@pytest.mark.parametrize("code", HIDDEN)
def test_a_request_for_something_confidential_is_nowhere(app: TestClient, key: str, code: str) -> None:
    (told,) = sent(app, key, service_code=code, description=HEAT).json()
    (row,) = kept_requests()
    unknown = app.get(f"{HERE}/tokens/none.json")
    assert "service_request_id" not in told
    assert app.get(f"{HERE}/tokens/{told['token']}.json").content == unknown.content
    assert app.get(f"{HERE}/requests/{row.service_request_id}.json").status_code == 404
    for query in ("", f"?service_code={code}", f"?service_request_id={row.service_request_id}", "?status=open"):
        assert app.get(f"{HERE}/requests.json{query}").json() == []


def test_a_confidential_contact_looks_like_every_other_of_its_service(app: TestClient, key: str) -> None:
    def shown(words: str) -> dict[str, Any]:
        number = sent(app, key, description=words).json()[0]["service_request_id"]
        (found,) = app.get(f"{HERE}/requests/{number}.json").json()
        assert found.pop("service_request_id") == number
        return dict(found)

    assert shown(BEATEN) == shown(MEDICINE) == shown(HEAT)
    assert {row.confidential for row in decided().values()} == {True, False}


def test_what_is_sent_as_private_is_restricted_until_a_person_looked(app: TestClient, key: str) -> None:
    sent(app, key, service_code="PRIVATE", description="Please call me in the morning")
    (found,) = decided().values()
    assert (found.confidential, found.state) == (True, "to_person")
    assert "told as private" in found.review.split("|")


def test_the_services_unit_is_named_first_where_the_words_say_another(app: TestClient, key: str) -> None:
    sent(app, key, service_code="ENERGY", description="")
    sent(app, key, service_code="CITY-ID", description="My food stamps were cut off and my SNAP case was closed")
    found = {row.unit: row.alternatives.split("|")[0] for row in decided().values()}
    assert found == {"OUT_OF_SCOPE": "HEAP", "FIA": "IDNYC"}


def test_every_service_of_a_confidential_class_shows_nothing(home: Path) -> None:
    classes = {service.code: service.confidentiality for service in services().services}
    assert {code for code, found in classes.items() if found in ("C3", "C4")} == set(HIDDEN)
