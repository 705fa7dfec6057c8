"""Documents and scans: served as they were stored, or not at all."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import update

from models.shared.documents import sha256
from models.shared.records import StoredDocument
from tasks.adapters.database import writing
from tasks.adapters.files import stored_path
from tasks.adapters.incoming import receive
from tests.desk.conftest import LOOM, PDF, SCAN, issue, read_page

# Doors and files are the same whatever database stands behind them.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
NUMBER = f"{LOOM}-MD01"


def incoming(folder: Path, name: str, data: bytes) -> str:
    """A scan that came in; returns the desk's address of it."""
    path = folder / name
    path.write_bytes(data)
    receive(path, "scans")
    return f"/scans/{sha256(data)}"


def overwrite(area: str, digest: str, data: bytes) -> None:
    """Change a stored file behind the register's back."""
    path = stored_path(area, digest, ".pdf")
    path.chmod(0o644)
    path.write_bytes(data)


def assert_refused(answer: Response, words: str) -> None:
    assert answer.status_code == 500
    assert words in read_page(answer.text).text
    assert "steward audit verify" in answer.text


def test_a_document_is_served_as_it_was_issued(client: TestClient) -> None:
    digest = issue()
    answer = client.get(f"/documents/{NUMBER}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == f"inline; filename*=UTF-8''{NUMBER}.pdf"
    assert answer.headers["etag"] == f'"{digest}"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_document_that_the_reader_has_is_not_sent_again(client: TestClient) -> None:
    digest = issue()
    for known in (f'"{digest}"', f'W/"{digest}"', f'"other", "{digest}"'):
        answer = client.get(f"/documents/{NUMBER}", headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(f"/documents/{NUMBER}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_asking_for_the_head_of_a_document_sends_no_file(client: TestClient) -> None:
    issue()
    answer = client.head(f"/documents/{NUMBER}")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", str(len(PDF)))


def test_a_document_whose_file_was_changed_is_refused(client: TestClient) -> None:
    overwrite("documents", issue(), PDF + b"0")
    assert_refused(
        client.get(f"/documents/{NUMBER}"), f"Document {NUMBER} is not shown: its file was changed after it was stored."
    )


def test_a_document_whose_file_is_gone_is_refused(client: TestClient) -> None:
    stored_path("documents", issue(), ".pdf").unlink()
    assert_refused(client.get(f"/documents/{NUMBER}"), "its file is missing from the store.")


def test_a_register_that_points_outside_the_store_is_refused(client: TestClient) -> None:
    issue()
    with writing() as session:
        session.execute(update(StoredDocument).values(sha256="../../../home.json"))
    assert_refused(client.get(f"/documents/{NUMBER}"), "its entry in the register was changed.")


@pytest.mark.parametrize(
    "path",
    [
        "/documents/R27-000-MD01",
        "/documents/..%2f..%2fsteward.db",
        "/documents/%2e%2e/%2e%2e/home.json",
        "/documents/....//home.json",
        "/documents/%00",
        "/documents/" + "a" * 5_000,
        "/documents/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/scans/..%2fsteward.db",
        "/scans/" + "0" * 64,
        "/scans/" + "g" * 64,
        "/scans/*",
        "/scans/" + "０" * 64,
        "/static/..%2f..%2fdeployments%2fpolicy.toml",
        "/static/desk.css",
    ],
)
def test_a_made_up_address_leads_to_no_file(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is no" in read_page(answer.text).text
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("name", "media_type", "how"),
    [
        ("budget.pdf", "application/pdf", "inline"),
        ("BUDGET.PDF", "application/pdf", "inline"),
        ("photo.png", "image/png", "inline"),
        ("photo.jpeg", "image/jpeg", "inline"),
        ("page.html", "application/octet-stream", "attachment"),
        ("drawing.svg", "application/octet-stream", "attachment"),
        ("sheet.xlsx", "application/octet-stream", "attachment"),
        ("pdf", "application/octet-stream", "attachment"),
    ],
)
def test_a_scan_is_shown_or_saved_by_its_name_whatever_is_in_it(
    client: TestClient, tmp_path: Path, name: str, media_type: str, how: str
) -> None:
    answer = client.get(incoming(tmp_path, name, b"<html><script>alert(1)</script></html>"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == media_type
    assert answer.headers["content-disposition"].startswith(f"{how};")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert ("sandbox" in answer.headers["content-security-policy"]) == (media_type != "application/pdf")


def test_the_name_of_a_scan_cannot_break_out_of_its_header(client: TestClient, tmp_path: Path) -> None:
    answer = client.get(incoming(tmp_path, 'a"; x=é\r\nSet-Cookie: a.pdf', SCAN))
    assert (
        answer.headers["content-disposition"]
        == "inline; filename*=UTF-8''a%22%3B%20x%3D%C3%A9%0D%0ASet-Cookie%3A%20a.pdf"
    )
    assert "set-cookie" not in answer.headers


def test_a_scan_that_was_changed_is_refused(client: TestClient, tmp_path: Path) -> None:
    address = incoming(tmp_path, "budget.pdf", SCAN)
    overwrite("archive", sha256(SCAN), SCAN + b" and more")
    assert_refused(client.get(address), "The scan budget.pdf is not shown: its file was changed after it was stored.")


def test_an_award_list_is_no_scan(client: TestClient, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"MOCS ID#")
    receive(path, "awards")
    assert client.get(f"/scans/{sha256(b'MOCS ID#')}").status_code == 404


def test_the_style_sheet_may_be_kept_for_ever_under_the_name_of_its_content(client: TestClient) -> None:
    address = read_page(client.get("/").text).all("link")[1]["href"]
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sha256(answer.content)[:16] in address


def test_the_papers_of_a_kind_are_listed_with_their_contracts(client: TestClient) -> None:
    issue()
    issue("REG-FY27-20261109", b"%PDF report", "report", "")
    letters, reports = (read_page(client.get(f"/reports?kind={kind}").text) for kind in ("letter", "report"))
    assert f"/documents/{NUMBER}" in letters.links and f"/cases/registration/{LOOM}" in letters.links
    assert "/documents/REG-FY27-20261109" in reports.links and f"/documents/{NUMBER}" not in reports.links
    assert client.get("/reports").text == client.get("/reports?kind=report").text
    assert client.get("/reports?kind=secrets").status_code == 404
    assert client.get("/reports?page=2").status_code == 404
    assert client.get("/reports?page=x").status_code == 400
