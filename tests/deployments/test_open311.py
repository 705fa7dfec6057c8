"""Open311 as a program meets it: what it is told in XML and JSON, and what it is told when something is wrong."""

import json
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from tasks.adapters.settings import settings
from tests.office import stop_clock
from tests.open311 import HEAT, HERE, a_key, as_data, as_texts, codes, kept_requests, program, said, sent

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


@pytest.fixture
def app(hotline_key: None) -> TestClient:
    stop_clock(2026, 11, 20, 14)
    return program()


@pytest.fixture
def key(app: TestClient) -> str:
    return a_key()


def assert_same(app: TestClient, path: str, root: str) -> None:
    """Both formats say the same, in UTF-8."""
    in_xml, in_json = app.get(f"{HERE}{path}.xml"), app.get(f"{HERE}{path}.json")
    assert in_xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert in_json.headers["content-type"] == "application/json; charset=utf-8"
    assert in_xml.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    found = ElementTree.fromstring(in_xml.content)
    assert found.tag == root
    assert as_data(found) == as_texts(in_json.json())


def test_xml_and_json_say_the_same(app: TestClient, key: str) -> None:
    number = sent(app, key, description=HEAT).json()[0]["service_request_id"]
    assert_same(app, "/services", "services")
    assert_same(app, "/services/SHELTER-REPAIR", "service_definition")
    assert_same(app, "/requests", "service_requests")
    assert_same(app, f"/requests/{number}", "service_requests")
    assert_same(app, "/requests/DSS-0", "errors")
    assert_same(app, "/discovery", "discovery")


def test_discovery_says_where_to_ask_and_in_which_formats(app: TestClient) -> None:
    (endpoint,) = app.get(f"{HERE}/discovery.json").json()["endpoints"]
    assert endpoint["url"] == f"http://127.0.0.1:4280{HERE}"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"


def test_a_service_that_asks_more_has_a_definition_and_no_other_has_one(app: TestClient) -> None:
    for service in app.get(f"{HERE}/services.json").json():
        answer = app.get(f"{HERE}/services/{service['service_code']}.json")
        assert answer.status_code == (200 if service["metadata"] else 404), service["service_code"]


def test_a_request_is_shown_with_a_moment_that_has_an_offset(app: TestClient, key: str) -> None:
    number = sent(app, key, description=HEAT).json()[0]["service_request_id"]
    (shown,) = app.get(f"{HERE}/requests/{number}.json").json()
    assert (shown["requested_datetime"], shown["status"]) == ("2026-11-20T09:00:00-05:00", "open")
    assert shown["expected_datetime"] == "2026-11-21T09:00:00-05:00"


def test_a_service_in_batches_answers_with_a_token_that_leads_to_the_request(app: TestClient, key: str) -> None:
    (told,) = sent(app, key, service_code="ELECTED").json()
    assert "service_request_id" not in told
    (found,) = app.get(f"{HERE}/tokens/{told['token']}.json").json()
    assert found["token"] == told["token"]
    assert app.get(f"{HERE}/requests/{found['service_request_id']}.json").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/requests/DSS-AAAAA-AAAAA-AAAAA.json", 404), ("/tokens/none.json", 404), ("/services/NONE.json", 404),
        ("/nothing.json", 404), ("/services.csv", 404), ("/requests/%0A.json", 404), ("/", 404),
        ("/services.json?jurisdiction_id=elsewhere.gov", 404), ("/requests.json?service_code=NONE", 404),
        ("/requests.json?status=lost", 400), ("/requests.json?start_date=yesterday", 400),
        ("/requests.json?start_date=2026-11-01T00:00:00", 400),
        ("/requests.json?start_date=2026-01-01T00:00:00Z&end_date=2026-04-02T00:00:01Z", 400),
        ("/requests.json?start_date=2026-03-01T00:00:00Z&end_date=2026-02-01T00:00:00Z", 400),
        ("/requests.json?%ff=1", 400), ("/services.json?jurisdiction_id=%ff", 400),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_an_array_of_errors(app: TestClient, path: str, status: int) -> None:
    answer = app.get(f"{HERE}{path}")
    if not path.split("?")[0].endswith(".json"):
        assert answer.headers["content-type"].startswith("text/xml")
        assert answer.status_code == status and as_data(ElementTree.fromstring(answer.content))[0]["code"] == str(
            status
        )
    else:
        assert codes(answer) == (status, [status])


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"service_code": ""}, (400, [400])), ({"service_code": "NONE"}, (404, [404])),
        ({"address_string": ""}, (400, [400])), ({"lat": "40.7"}, (400, [400])),
        ({"lat": "north", "long": "-74"}, (400, [400])), ({"lat": "nan", "long": "0"}, (400, [400])),
        ({"lat": "91", "long": "0"}, (400, [400])), ({"description": "x" * 4_001}, (400, [400])),
        ({"jurisdiction_id": "elsewhere.gov"}, (404, [404])), ({"media_url": "javascript:alert(1)"}, (400, [400])),
        ({"ask_LANGUAGE": "tlh"}, (400, [400])), ({"ask_NONE": "1"}, (400, [400])),
        ({"ask_SINCE": "soon"}, (400, [400])),
        ({"service_code": "", "address_string": ""}, (400, [400, 400])), ({"email": "x" * 321}, (400, [400])),
    ],
)  # fmt: skip
def test_a_request_that_is_wrong_is_told_all_that_is_wrong_and_not_kept(
    app: TestClient, key: str, fields: dict[str, str], found: tuple[int, list[int]]
) -> None:
    assert codes(sent(app, key, **fields)) == found
    assert kept_requests() == []


@pytest.mark.parametrize("key_sent", ["", "o311_wrong", "' or 1=1 --"])
def test_without_a_key_that_holds_nothing_else_is_looked_at(app: TestClient, key_sent: str) -> None:
    assert codes(sent(app, key_sent, service_code="NONE")) == (403, [403])
    assert codes(app.post(f"{HERE}/requests.json", json={"service_code": "NONE"})) == (403, [403])
    assert codes(app.post(f"{HERE}/requests.json")) == (403, [403])
    assert kept_requests() == []


def test_only_a_form_within_bounds_is_taken(app: TestClient, key: str) -> None:
    address = f"{HERE}/requests.json?api_key={key}"
    assert codes(app.post(address, json={"service_code": "COMMENT"})) == (400, [400])
    assert codes(app.post(address, files={"description": b"x"})) == (400, [400])
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert "bytes" in said(app.post(address, content=b"a=" + b"x" * 100_000, headers=form))
    assert "UTF-8" in said(app.post(address, content=b"description=%ff", headers=form))
    assert "parameters" in said(app.post(address, content="&".join(f"a{n}=1" for n in range(201)), headers=form))
    assert kept_requests() == []


def test_a_parameter_that_is_empty_is_as_one_that_is_absent(app: TestClient, key: str) -> None:
    names = ("lat", "long", "address_id", "email", "media_url", "attribute[LANGUAGE]", "jurisdiction_id", "phone")
    assert sent(app, key, description=HEAT, **dict.fromkeys(names, "")).status_code == 200
    assert len(app.get(f"{HERE}/requests.json?status=&start_date=&service_code=&jurisdiction_id=").json()) == 1


@pytest.mark.parametrize("place", [{"lat": "40.7", "long": "-74.0"}, {"address_id": "545483"}])
def test_any_of_the_three_locations_is_enough(app: TestClient, key: str, place: dict[str, str]) -> None:
    assert sent(app, key, address_string="", **place).status_code == 200


def test_the_citys_jurisdiction_is_taken(app: TestClient, key: str) -> None:
    assert sent(app, key, jurisdiction_id="nyc.gov").status_code == 200
    assert app.get(f"{HERE}/services.xml?jurisdiction_id=NYC.gov").status_code == 200


@pytest.mark.parametrize("path", ["/requests.json", "/services.json", "/requests/DSS-1.json"])
def test_another_method_is_refused_with_those_that_are_taken(app: TestClient, path: str) -> None:
    answer = app.delete(f"{HERE}{path}")
    assert codes(answer) == (405, [405]) and "GET" in answer.headers["allow"]


def test_a_list_is_filtered_by_id_service_status_and_day(app: TestClient, key: str) -> None:
    def listed(query: str) -> list[str]:
        return [row["service_code"] for row in app.get(f"{HERE}/requests.json?{query}").json()]

    first = sent(app, key, description=HEAT).json()[0]["service_request_id"]
    stop_clock(2027, 3, 1, 14)
    sent(app, key, service_code="COMMENT")
    assert listed("") == ["COMMENT"]
    assert listed("start_date=2026-11-20T09:00:00-05:00") == ["SHELTER-REPAIR"]
    assert listed("end_date=2026-11-20T14:00:00Z") == ["SHELTER-REPAIR"]
    assert listed("end_date=2026-11-20T13:59:59Z") == []
    assert listed("start_date=2027-02-01T00:00:00+00:00&end_date=2027-03-02T00:00:00Z") == ["COMMENT"]
    assert listed(f"service_request_id={first},DSS-0&status=closed&start_date=2020-01-01T00:00:00Z") == [
        "SHELTER-REPAIR"
    ]
    assert (listed("service_code=COMMENT,CITY-ID"), listed("service_code=CITY-ID"), listed("status=closed")) == (
        ["COMMENT"], [], [],
    )  # fmt: skip
    assert listed("status=open,closed") == ["COMMENT"]


@pytest.mark.parametrize("hostile", ["{{ 7 * 7 }}", "<script>alert(1)</script>", "=1+1", "\x00\x07\u202e", "x" * 4_000])
def test_hostile_text_is_only_text(app: TestClient, key: str, hostile: str) -> None:
    for form in ("json", "xml"):
        answer = sent(app, key, form, description=hostile, account_id=hostile[:300], first_name=hostile[:300])
        assert answer.status_code == 200
        json.loads(answer.text) if form == "json" else ElementTree.fromstring(answer.content)
    assert hostile not in app.get(f"{HERE}/requests.json").text


def test_without_the_vaults_key_a_program_is_told_that_nothing_was_kept(
    app: TestClient, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", "")
    settings.cache_clear()
    answer = sent(app, key, description=HEAT)
    assert codes(answer) == (400, [400]) and "nothing was kept" in said(answer)
    assert kept_requests() == []
