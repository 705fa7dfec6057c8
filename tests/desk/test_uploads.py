"""Uploads: a file for a contract is kept once under a name that ties it there; a list goes into the inbox whole."""

import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from models.shared.documents import sha256
from models.shared.people import Role, Unit
from models.shared.people_records import CaseNote
from models.shared.records import IncomingFile
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.files import stored_path
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.settings import settings
from tasks.adapters.uploads import LARGEST_SCAN, NotTaken, take_scan
from tests.desk.conftest import LOOM, add_person, read_page, sign_in, visit, words
from tests.office import import_tracker

# Files are the same whatever database stands behind them.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
PAGE = f"/cases/registration/{LOOM}"
BUDGET = b"%PDF-1.7 the budget of the loom"


def package(*names: str) -> bytes:
    """An office file: a package with these parts."""
    out = io.BytesIO()
    with ZipFile(out, "w") as parts:
        for name in ("[Content_Types].xml", *names):
            parts.writestr(name, "<x/>")
    return out.getvalue()


def key(desk: TestClient) -> dict[str, str]:
    return {"csrf": next(a["value"] for a in read_page(desk.get("/policy").text).all("input") if a["name"] == "csrf")}


def upload(desk: TestClient, name: str, data: bytes, document: str = "fiscal_year_budget") -> Response:
    fields = key(desk) | {"document": document}
    return desk.post(f"{PAGE}/uploads", data=fields, files={"file": (name, data)}, follow_redirects=False)


def scans() -> list[tuple[str, str]]:
    """Name and hash of every upload."""
    with reading() as session:
        rows = session.scalars(select(IncomingFile).where(IncomingFile.kind == "scans")).all()
        return sorted((row.name, row.sha256) for row in rows if row.name.startswith(LOOM))


def test_an_upload_is_archived_under_a_name_that_ties_it_to_contract_and_document(desk: TestClient) -> None:
    answer = upload(desk, "Budget 2027 (final).PDF", BUDGET)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}#uploads")
    digest = sha256(BUDGET)
    name = f"{LOOM}-fiscal_year_budget-Budget 2027 (final)-{digest[:12]}.pdf"
    assert scans() == [(name, digest)]
    assert stored_path("archive", digest, ".pdf").read_bytes() == BUDGET
    page = read_page(desk.get(PAGE).text)
    assert f"{name} Fiscal-year budget with attachments Nov 9, 2026, 9:00 AM, R Reader Record it" in page.text
    assert desk.get(f"/scans/{digest}").content == BUDGET


def test_the_page_leads_from_the_upload_to_the_record_of_the_document(desk: TestClient) -> None:
    upload(desk, "budget.pdf", BUDGET)
    (name, _), *_ = scans()
    ways = [link for link in read_page(desk.get(PAGE).text).links if "/decide/document_recorded?" in link]
    assert f"{PAGE}/decide/document_recorded?document=fiscal_year_budget&file_name={name}" in ways


def test_an_upload_that_was_recorded_says_when_and_is_not_offered_again(desk: TestClient, tmp_path: Path) -> None:
    upload(desk, "budget.pdf", BUDGET)
    (name, _), *_ = scans()
    import_tracker(
        tmp_path, "documents", "EIN or contract,Document,Reported on,Fiscal year,File",
        f"{LOOM},Fiscal-year budget,2026-11-01,2027,{name}",
    )  # fmt: skip
    page = read_page(desk.get(PAGE).text)
    assert "Recorded Nov 9, 2026" in page.text and "Record it" not in page.text


def test_the_page_leads_to_record_and_reject_each_document_and_to_a_note(desk: TestClient) -> None:
    links = read_page(desk.get(PAGE).text).links
    assert f"{PAGE}/decide/document_recorded" in links and "#note-heading" in links
    assert f"{PAGE}/decide/document_recorded?document=fiscal_year_budget" in links
    assert f"{PAGE}/decide/document_rejected?document=scope_of_services" in links
    assert f"{PAGE}/decide/document_rejected?document=fiscal_year_budget" not in links


def test_the_page_names_the_provider_s_contact(desk: TestClient, tmp_path: Path) -> None:
    assert "Provider’s contact not known" in words(desk.get(PAGE))
    import_tracker(tmp_path, "providers", "EIN,Contact name", "971010012,Ida Brand")
    assert "Provider’s contact Ida Brand" in words(desk.get(PAGE))


def test_the_same_file_twice_is_one_file_with_its_first_uploader(desk: TestClient) -> None:
    upload(desk, "budget.pdf", BUDGET)
    upload(desk, "budget.pdf", BUDGET)
    assert len(scans()) == 1
    with reading() as session:
        assert [(n.kind, n.staff_id, n.text) for n in session.scalars(select(CaseNote))] == [
            ("upload", "r.reader", scans()[0][0])
        ]


def test_another_file_of_the_same_name_never_takes_the_place_of_the_first(desk: TestClient, tmp_path: Path) -> None:
    upload(desk, "budget.pdf", BUDGET)
    (name, digest), *_ = scans()
    import_tracker(
        tmp_path, "documents", "EIN or contract,Document,Reported on,Signed on,Fiscal year,File",
        f"{LOOM},Fiscal-year budget,2026-11-01,2026-11-01,2027,{name}",
    )  # fmt: skip
    upload(desk, "budget.pdf", b"%PDF-1.7 another budget")
    assert len(scans()) == 2
    with reading() as session:
        facts = load_cases(session, [LOOM], clock.today())[0].packet.documents_by_type
    assert facts["fiscal_year_budget"].file_sha256 == digest


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"\n%PDF-1.4 x"),
        ("a.png", b"\x89PNG\r\n\x1a\n..."),
        ("a.jpg", b"\xff\xd8\xff\xe0..."),
        ("a.JPEG", b"\xff\xd8\xff\xe0..."),
        ("a.xlsx", package("xl/workbook.xml")),
        ("a.docx", package("word/document.xml")),
    ],
)
def test_every_kind_of_file_that_is_offered_is_taken(desk: TestClient, name: str, data: bytes) -> None:
    assert upload(desk, name, data).status_code == 303
    assert [digest for _, digest in scans()] == [sha256(data)]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.exe", b"MZ", "“a.exe” is not one of: PDF, PNG, JPG, XLSX, DOCX."),
        ("a", BUDGET, "“a” is not one of"),
        ("a.pdf.html", BUDGET, "“a.pdf.html” is not one of"),
        ("a.pdf", b"", "“a.pdf” is empty."),
        ("a.pdf", b"<html>", "“a.pdf” is not what its name says"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n", "“a.pdf” is not what its name says"),
        ("a.png", b"\xff\xd8\xff", "“a.png” is not what its name says"),
        ("a.xlsx", package("word/document.xml"), "“a.xlsx” is not what its name says"),
        ("a.docx", package("payload.js"), "“a.docx” is not what its name says"),
        ("a.docx", b"PK\3\4", "“a.docx” is not what its name says"),
    ],
)
def test_what_is_no_such_file_is_refused_beside_its_field(
    desk: TestClient, name: str, data: bytes, sentence: str
) -> None:
    answer = upload(desk, name, data)
    page = read_page(answer.text)
    assert answer.status_code == 422 and sentence in page.text and "Nothing was kept." in page.text
    alert = next(attributes for _, attributes in page.tags if attributes.get("role") == "alert")
    assert alert["id"] == "upload-file-wrong" and scans() == []


def test_a_form_without_a_file_or_document_says_what_is_missing(desk: TestClient) -> None:
    assert "Choose a file." in words(desk.post(f"{PAGE}/uploads", data=key(desk) | {"document": "other"}))
    assert "Choose which document this is." in words(upload(desk, "a.pdf", BUDGET, "passport"))
    assert scans() == []


@pytest.mark.parametrize(
    ("sent", "stem"),
    [
        ("../../etc/passwd.pdf", "passwd"),
        ("C:\\scans\\loom.pdf", "loom"),
        ("a\u202egnp.b\n.pdf", "a_gnp.b_"),
        ("<b>x</b>.pdf", "b_"),
        ("бюджет.pdf", "бюджет"),
        ("…….pdf", "_"),
        ("x" * 300 + ".pdf", "x" * 80),
    ],
)
def test_any_name_becomes_a_plain_one(desk: TestClient, sent: str, stem: str) -> None:
    name = take_scan("registration", LOOM, "other", "r.reader", sent, io.BytesIO(BUDGET))
    assert name == f"{LOOM}-other-{stem}-{sha256(BUDGET)[:12]}.pdf"
    assert stored_path("archive", sha256(BUDGET), ".pdf").exists()


class _Large(io.BytesIO):
    """A stream that says it is longer than what it holds."""

    def seek(self, offset: int, whence: int = 0) -> int:
        return LARGEST_SCAN + 1 if whence == 2 else super().seek(offset, whence)


def test_a_file_that_is_too_large_is_refused_in_words(desk: TestClient) -> None:
    with pytest.raises(NotTaken, match="larger than 125 MB"):
        take_scan("registration", LOOM, "other", "r.reader", "a.pdf", _Large(BUDGET))
    assert scans() == []


def test_nothing_of_an_upload_stays_behind_but_the_file(desk: TestClient) -> None:
    upload(desk, "budget.pdf", BUDGET)
    left = [path for path in settings().home.rglob("*.part")]
    assert left == []


@pytest.fixture
def auditor(desk: TestClient) -> TestClient:
    """An auditor, signed in."""
    add_person("u.audit", Role.AUDITOR, Unit.AUDIT)
    browser = visit()
    sign_in(browser, "u.audit")
    return browser


def test_an_auditor_uploads_nothing(auditor: TestClient) -> None:
    assert 'type="file"' not in auditor.get(PAGE).text + auditor.get("/inbox").text
    assert upload(auditor, "a.pdf", BUDGET).status_code == 403
    answer = auditor.post("/inbox", data=key(auditor) | {"kind": "awards"}, files={"file": ("a.csv", b"a,b")})
    assert answer.status_code == 403 and scans() == []
    assert not [path for path in (settings().home / "inbox").rglob("*") if path.is_file()]
