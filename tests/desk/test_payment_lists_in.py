"""Files of payments at the desk: kept under the name of who brings them, refused with every mistake at its place."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select
from xlsxwriter import Workbook

from models.payments.records import RequisitionRevision
from models.shared.documents import sha256
from models.shared.records import IncomingFile
from tasks.adapters.database import reading
from tasks.adapters.files import stored_path
from tasks.adapters.incoming import collect_inbox, refuse, waiting
from tasks.adapters.payments import budget_intake, intake
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.settings import settings
from tests.desk.conftest import read_page, words
from tests.desk.deciding import at_desk
from tests.desk.test_uploads import key
from tests.office import stop_clock
from tests.payments_office import CONTRACT, budget_csv, open_office, reports, requisition, review_all, sign, tell
from tests.requisitions import HEAD_ROWS, LINE_ROWS

CASE = f"{CONTRACT}-01"
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
SENT = json.dumps(requisition()).encode()


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)


@pytest.fixture
def nora() -> TestClient:
    return at_desk("n.reyes")


def bring_in(browser: TestClient, kind: str, name: str, data: bytes) -> Response:
    return browser.post("/inbox", data=key(browser) | {"kind": kind}, files={"file": (name, data)})


def read_all() -> None:
    """Read what waits, as the flow does."""
    readers: dict[str, Any] = {"budgets": budget_intake.record_budget, "requisitions": intake.record_requisitions}
    collect_inbox()
    for kind, read in readers.items():
        for file_id in waiting(kind):
            result = read(file_id)
            if isinstance(result, str):
                refuse(file_id, result)


def submitters() -> list[str]:
    with reading() as session:
        return [row.submitted_by for row in session.execute(select(RequisitionRevision)).scalars()]


def test_a_requisition_is_archived_by_its_hash_and_says_what_became_of_it(nora: TestClient):
    told = words(bring_in(nora, "requisitions", "september.json", SENT))
    assert "september.json is kept under your name." in told and "start “import-payment-files” there" in told
    assert stored_path("archive", sha256(SENT), ".json").read_bytes() == SENT
    assert "Waits to be read" in told and "by n.reyes" in told
    read_all()
    page = read_page(nora.get("/inbox").text)
    assert "Read 1 requisition, $7,250.00: 1 new. See the requisitions" in page.text


def test_who_brings_a_requisition_in_is_its_submitter_and_approves_no_step_of_it(nora: TestClient, tmp_path: Path):
    bring_in(nora, "requisitions", "september.json", SENT)
    read_all()
    tell(tmp_path, *reports("2026-09-30", "7250.00"))
    review_all()
    assert submitters() == ["n.reyes"]
    with pytest.raises(NotSigned, match="submitting it") as refused:
        sign("n.reyes", "program_approved", CASE)
    assert refused.value.kind is Refusal.SEPARATION
    page = words(nora.get(f"/cases/payments/{CASE}"))
    assert "Brought in by Nora Reyes, who cannot approve it" in page and "submitting it" in page
    sign("m.ortiz", "program_approved", CASE)


def test_what_lies_in_the_inbox_folder_was_submitted_by_nobody_known(tmp_path: Path):
    (settings().folder("inbox", "requisitions") / "september.json").write_bytes(SENT)
    read_all()
    assert submitters() == [""]


def test_the_desk_says_that_nobody_is_named_for_what_lay_in_the_inbox_folder(nora: TestClient):
    (settings().folder("inbox", "requisitions") / "september.json").write_bytes(SENT)
    read_all()
    page = words(nora.get(f"/cases/payments/{CASE}"))
    assert "Brought in by nobody who is named: it came in by the inbox folder or a command." in page
    assert "Whoever put it there must not approve it; the program cannot tell." in page


def test_the_same_file_of_another_person_does_not_take_the_place_of_the_first(nora: TestClient):
    bring_in(nora, "requisitions", "september.json", SENT)
    stop_clock(2026, 10, 9, 15)
    bring_in(at_desk("f.ana"), "requisitions", "september.json", SENT)
    read_all()
    assert submitters() == ["n.reyes"]
    with reading() as session:
        assert len(list(session.execute(select(IncomingFile).where(IncomingFile.kind == "requisitions")))) == 2  # type: ignore[arg-type]


def test_every_mistake_of_a_workbook_is_told_with_its_sheet_and_cell(nora: TestClient, tmp_path: Path):
    path = tmp_path / "wrong.xlsx"
    with Workbook(path) as book:
        for name, rows in (("Requisition", HEAD_ROWS), ("Lines", LINE_ROWS)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, [str(cell) for cell in row])
        book.get_worksheet_by_name("Requisition").write("B7", "soon")
        book.get_worksheet_by_name("Lines").write("D2", "abc")
    bring_in(nora, "requisitions", "wrong.xlsx", path.read_bytes())
    read_all()
    told = words(nora.get("/inbox"))
    assert "mistakes; nothing of the file was kept" in told
    assert "Requisition!B7: “soon”" in told and "Lines!D2: “abc”" in told
    assert submitters() == []


@pytest.mark.parametrize(
    ("kind", "name", "data", "sentence"),
    [
        ("requisitions", "a.xlsm", b"PK\3\4", "is a workbook with macros"),
        ("requisitions", "a.xls", b"\xd0\xcf\x11\xe0", "is not one of: XLSX, CSV, JSON."),
        ("budgets", "a.json", SENT, "is not one of: XLSX, CSV."),
        ("requisitions", "a.json", b"", "is empty"),
        ("vouchers", "a.csv", b"a", "Choose what this list is."),
    ],
)
def test_what_cannot_be_read_is_refused_before_it_is_kept(
    nora: TestClient, kind: str, name: str, data: bytes, sentence: str
):
    answer = bring_in(nora, kind, name, data)
    assert answer.status_code == 422 and sentence in words(answer)
    assert waiting(kind) == []


def filled(browser: TestClient, kind: str, **values: str) -> bytes:
    """The empty list of a kind as somebody fills in its first row."""
    (headings,) = csv.reader(io.StringIO(browser.get(f"/inbox/empty/{kind}.csv").text))
    assert values.keys() <= set(headings)
    out = io.StringIO()
    csv.writer(out).writerows([headings, [values.get(heading, "") for heading in headings]])
    return out.getvalue().encode()


def test_the_empty_list_of_requisitions_can_be_filled_in_and_read(nora: TestClient):
    row = {
        "Requisition number": CASE, "Revision": "1", "Contract number": CONTRACT, "Invoice number": "BCE-1",
        "Invoice date": "2026-10-05", "Services from": "2026-09-01", "Services to": "2026-09-30",
        "Place of service": "Queens", "Description of services": "Help", "Payee address": "14 Quayside Mews Queens",
        "Total claimed": "800.00", "Line": "1", "Budget line": "3", "Line description": "Rent", "Amount": "800.00",
        "Sales tax": "0.00", "Evidence": "vendor_bill", "Supplier": "Lessor", "Line service from": "2026-09-01",
        "Line service to": "2026-09-30",
    }  # fmt: skip
    bring_in(nora, "requisitions", "flat.csv", filled(nora, "requisitions", **row))
    read_all()
    assert "Read 1 requisition, $800.00: 1 new." in words(nora.get("/inbox"))


def test_the_empty_list_of_budgets_can_be_filled_in_and_read(nora: TestClient):
    row = {
        "Contract number": CONTRACT, "Fiscal year": "2027", "Line": "1", "Category": "OTPS", "Title": "Rent",
        "Amount": "1200.00", "Basis": "deliverable", "Unit price": "100.00", "Units": "12",
    }  # fmt: skip
    bring_in(nora, "budgets", "budget.csv", filled(nora, "budgets", **row))
    read_all()
    now = f"now with Program as {CONTRACT}-FY27-B02"
    assert f"Read Budget of {CONTRACT}: 1 line, $1,200.00, {now}." in words(nora.get("/inbox"))
    bring_in(nora, "budgets", "budget again.csv", budget_csv().encode())
    read_all()
    assert "4 lines" in words(nora.get("/inbox"))


def test_the_page_leads_to_the_workbook_of_a_contract(nora: TestClient):
    page = read_page(nora.get("/inbox").text)
    assert "/requisitions#template" in page.links
    assert "cannot approve it" in page.text
