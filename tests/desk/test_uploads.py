"""Uploads: a file for a contract is kept once under a name that ties it there; a list goes into the inbox whole."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, update

from deployments.desk.uploads import LISTS, TRACKERS
from models.registration.award_columns import match_titles
from models.registration.forms import map_header
from models.shared.documents import sha256
from models.shared.people import Role, Unit
from models.shared.people_records import CaseNote, Proposal
from models.shared.records import IncomingFile
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.files import stored_path
from tasks.adapters.incoming import collect_inbox, refuse
from tasks.adapters.registration.cases import load_cases
from tasks.adapters.registration.intake import record_tracker
from tasks.adapters.settings import settings
from tasks.adapters.uploads import LARGEST_SCAN, NotTaken, take_scan
from tests.desk.conftest import LOOM, SONS, add_person, read_page, sign_in, visit, words
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
    assert f"{PAGE}/decide/document_rejected?document=scope" in links
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


# --- lists for the inbox ---------------------------------------------------------------------------------------


@pytest.fixture
def send(desk: TestClient) -> Callable[..., Response]:
    """Send a list to the inbox page."""

    def post(name: str, data: bytes, kind: str = "documents") -> Response:
        return desk.post("/inbox", data=key(desk) | {"kind": kind}, files={"file": (name, data)})

    return post


TRACKER = f"EIN or contract,Document,Reported on\n{LOOM},Scope of services,2026-11-02\n".encode()


def test_a_list_lies_in_the_inbox_until_it_is_read_and_then_says_what_became_of_it(
    send: Callable[..., Response], desk: TestClient
) -> None:
    answer = send("documents.csv", TRACKER)
    name = f"documents-{sha256(TRACKER)[:12]}.csv"
    assert f"{name} lies in the inbox now. It is read at the next quarter of an hour." in words(answer)
    assert "start “import-trackers” there" in words(answer)
    assert (settings().home / "inbox" / "documents" / name).read_bytes() == TRACKER
    collect_inbox()
    assert f"{name} Tracker of documents Nov 9, 2026, 9:00 AM Waits to be read" in words(desk.get("/inbox"))


STEPS = (
    "Contract ID,Step,Date\n"
    f"{LOOM},scope_and_budget_agreed,2026-11-09\n"
    f"{SONS},orientation_attended,2026-11-09\n"
    f"{LOOM},blessed,2026-11-09\n"
).encode()


def read_lists() -> list[str]:
    """Read what lies in the inbox as the flow does; the ids of the files."""
    ids = collect_inbox()
    for file_id in ids:
        result = record_tracker(file_id)
        if isinstance(result, str):
            refuse(file_id, result)
    return ids


def test_a_list_of_which_a_row_was_not_used_says_so_and_leads_to_its_proposals_and_to_the_row(
    send: Callable[..., Response], desk: TestClient
) -> None:
    send("steps.csv", STEPS, "registration-steps")
    (file_id,) = read_lists()
    page = read_page(desk.get("/inbox").text)
    assert "Read in part 2 of 3 rows. 2 proposals wait for a signature. 1 row not used: see why" in page.text
    (ours,) = (link for link in page.links if link.startswith("/proposals/"))
    assert "2 proposals" in words(desk.get(ours))
    answer = desk.get(f"/inbox/rejects/{file_id}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith("attachment;")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Row", "4"] and "“blessed” is not a step" in rows[1][1]
    assert f"/inbox/rejects/{file_id}" in page.links


def test_a_list_that_was_used_whole_and_signed_says_that_nothing_of_it_waits(
    send: Callable[..., Response], desk: TestClient
) -> None:
    send("documents.csv", TRACKER)
    send("steps.csv", STEPS.rpartition(b"R27")[0], "registration-steps")
    read_lists()
    assert "Read 1 of 1 row. 1 new, 0 changed." in words(desk.get("/inbox"))
    with writing() as session:
        session.execute(update(Proposal).values(status="done"))
    assert "Read 2 of 2 rows. None of its proposals waits any more." in words(desk.get("/inbox"))


def test_a_list_that_was_refused_says_why(send: Callable[..., Response], desk: TestClient) -> None:
    send("documents.csv", b"Document,Reported on\nScope of services,2026-11-02\n")
    read_lists()
    assert "Refused documents-" in words(desk.get("/inbox")) and "has no column “owner”" in words(desk.get("/inbox"))


@pytest.mark.parametrize(
    "told", ["home.json", "rejects/../home.json", "/etc/passwd", "rejects", "rejects/none.csv", ""]
)
def test_nothing_but_a_file_of_unused_rows_is_handed_out_as_one(
    send: Callable[..., Response], desk: TestClient, told: str
) -> None:
    send("steps.csv", STEPS, "registration-steps")
    (file_id,) = read_lists()
    with writing() as session:
        session.execute(update(IncomingFile).values(result=json.dumps({"rejects_file": told})))
    assert desk.get(f"/inbox/rejects/{file_id}").status_code == 404
    assert desk.get("/inbox/rejects/none").status_code == 404


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_an_empty_list_has_headings_that_its_reader_knows(desk: TestClient, kind: str) -> None:
    assert f"/inbox/empty/{kind}.csv" in read_page(desk.get("/inbox").text).links
    (headings,) = csv.reader(io.StringIO(desk.get(f"/inbox/empty/{kind}.csv").text))
    if kind == "awards":
        assert len(match_titles(headings)) == len(headings)
    else:
        tracker = TRACKERS[kind]
        assert set(map_header(tracker, headings).values()) == set(tracker.columns.values())
    assert desk.get("/inbox/empty/scans.csv").status_code == 404


def test_what_lies_unread_is_not_started_where_prefect_does_not_run(
    send: Callable[..., Response], desk: TestClient
) -> None:
    send("documents.csv", TRACKER)
    answer = desk.post("/inbox/start", data=key(desk))
    assert "Prefect does not answer, so nothing was started." in words(answer)
    assert len(list((settings().home / "inbox" / "documents").iterdir())) == 1


def test_the_same_list_twice_is_one_list(send: Callable[..., Response]) -> None:
    send("documents.csv", TRACKER)
    send("documents.csv", TRACKER)
    assert len(list((settings().home / "inbox" / "documents").iterdir())) == 1


@pytest.mark.parametrize(
    ("name", "data", "kind", "sentence"),
    [
        ("a.csv", TRACKER, "scans", "Choose what this list is."),
        ("a.csv", TRACKER, "", "Choose what this list is."),
        ("a.pdf", BUDGET, "awards", "“a.pdf” is not one of: XLSX, XLS, CSV."),
        ("a.csv", BUDGET, "awards", "“a.csv” is not what its name says"),
        ("a.xlsx", TRACKER, "awards", "“a.xlsx” is not what its name says"),
        ("a.xls", TRACKER, "awards", "“a.xls” is not what its name says"),
        ("a.csv", b"", "awards", "“a.csv” is empty."),
    ],
)
def test_what_is_no_list_is_refused_and_leaves_nothing(
    send: Callable[..., Response], name: str, data: bytes, kind: str, sentence: str
) -> None:
    answer = send(name, data, kind)
    assert answer.status_code == 422 and sentence in words(answer)
    assert not [path for path in (settings().home / "inbox").rglob("*") if path.is_file()]
