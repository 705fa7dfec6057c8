"""Who may ask, what every answer carries, and what is said when something is wrong."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deployments.desk.app import create_app
from tasks.adapters.home import Home, write_atomically
from tests.desk.conftest import LOOM, NOW, RADIO, SONS, Read, issue, read_page

# Doors and files are the same whatever database stands behind them.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
PAGES = (
    "/",
    "/?q=%22onfocus%3Dalert(1)&holder=Program&overdue=yes",
    "/?q=nothing+like+this",
    f"/cases/registration/{LOOM}",
    f"/cases/registration/{SONS}",
    f"/cases/registration/{RADIO}",
    "/reports",
    "/reports?kind=letter",
    "/nothing",
    "/?page=x",
)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:4280", "[::1]", "", "0.0.0.0"]
)
def test_a_name_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Worklist" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:4280", "localhost", "localhost:9"])
def test_this_machine_is_answered_by_its_own_names(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_every_answer_forbids_scripts_frames_sniffing_and_cookies(desk: TestClient) -> None:
    issue()
    for path in (*PAGES, "/health", f"/documents/{LOOM}-MD01", "/documents/none"):
        headers = desk.get(path).headers
        policy = dict(rule.strip().split(" ", 1) for rule in headers["content-security-policy"].split(";"))
        assert {policy[name] for name in ("default-src", "frame-ancestors", "base-uri")} == {"'none'"}, path
        assert "script-src" not in policy and "connect-src" not in policy, path
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer", path
        assert "no-store" in headers["cache-control"], path
        assert "set-cookie" not in headers and "access-control-allow-origin" not in headers, path


def test_the_sign_in_page_can_be_read_with_every_aid_and_is_quiet(stranger: TestClient) -> None:
    for path in ("/sign-in", f"/sign-in?next=/cases/registration/{LOOM}", "/enrol/no-ticket"):
        page = read_page(stranger.get(path).text)
        assert_accessible(page)
        assert_quiet(page)
    assert_accessible(read_page(stranger.post("/sign-in", data={}).text))


def test_a_refused_name_gets_the_headers_too(client: TestClient) -> None:
    assert "content-security-policy" in client.get("/", headers={"Host": "evil.example"}).headers


def assert_accessible(page: Read) -> None:
    """One heading, all landmarks, a skip link; labels, captions and scopes; tables that a keyboard can scroll."""
    assert page.all("html")[0]["lang"] == "en"
    assert [len(page.all(tag)) for tag in ("h1", "main", "header", "footer", "title")] == [1, 1, 1, 1, 1]
    assert page.links[0] == "#main" and page.all("main")[0]["id"] == "main"
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in page.all("label")}
    shown = [
        field for tag in ("input", "select", "textarea") for field in page.all(tag) if field.get("type") != "hidden"
    ]
    assert all(field.get("aria-label") or field["id"] in labelled for field in shown)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in cell for cell in page.all("th"))
    regions = [attributes for _, attributes in page.tags if attributes.get("role") == "region"]
    assert len(regions) == len(page.all("table"))
    assert all(region["tabindex"] == "0" and region["aria-labelledby"] in ids for region in regions)


def test_every_page_can_be_read_with_every_aid(desk: TestClient) -> None:
    issue()
    for path in PAGES:
        assert_accessible(read_page(desk.get(path).text))


def assert_quiet(page: Read) -> None:
    """Addresses of our own only; no script, no handler, no style of its own."""
    addresses = [a[name] for _, a in page.tags for name in ("href", "src", "action", "srcset", "data") if name in a]
    assert addresses and all(address.startswith(("/", "#", "data:,", "data:image/svg+xml")) for address in addresses)
    assert not [address for address in addresses if address.startswith("//")]
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    assert not [tag for tag, _ in page.tags if tag in ("script", "style", "iframe", "object", "embed", "base")]


def test_no_page_asks_another_host_or_runs_anything(desk: TestClient) -> None:
    for path in PAGES:
        assert_quiet(read_page(desk.get(path).text))


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect", "/reports/", "/cases"])
def test_nothing_else_is_open(client: TestClient, path: str) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_an_address_that_takes_a_form_says_that_it_is_no_page(client: TestClient) -> None:
    answer = client.get("/sign-out")
    assert answer.status_code == 405
    assert "it takes a form that a page of the desk sends" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_page_of_the_desk_can_only_be_read(client: TestClient, method: str) -> None:
    answer = client.request(method, "/")
    assert answer.status_code == 405
    assert "This address can only be read." in answer.text


def test_a_failure_says_so_without_quoting_it(client: TestClient) -> None:
    app = create_app()

    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("the EIN 971010012 of somebody")

    answer = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False).get("/breaks")
    assert answer.status_code == 500
    assert "This page could not be made, and nothing was changed." in answer.text
    assert "971010012" not in answer.text and "Traceback" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_demonstration_says_that_it_is_one(client: TestClient, home: Path) -> None:
    assert "Demonstration." not in client.get("/").text
    write_atomically(home / "home.json", Home(demo=True, clock="demo", moment=NOW).model_dump_json().encode())
    assert "Every organization, person and number here is invented." in client.get("/").text
