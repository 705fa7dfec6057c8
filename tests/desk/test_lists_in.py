"""Lists for the inbox: put there whole, read, and what became of them, with what waits and what was not used."""

import csv
import io
import json
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import update

from deployments.desk.uploads import TRACKERS
from models.registration.award_columns import match_titles
from models.shared.documents import sha256
from models.shared.people_records import Proposal
from models.shared.records import IncomingFile
from models.shared.trackers import map_header
from tasks.adapters.database import writing
from tasks.adapters.incoming import collect_inbox, refuse
from tasks.adapters.registration.intake import record_tracker
from tasks.adapters.settings import settings
from tests.desk.conftest import LOOM, SONS, read_page, words
from tests.desk.test_uploads import BUDGET, key

# Files are the same whatever database stands behind them.
pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


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
    assert "Read 1 of 1 row. 0 new, 1 changed." in words(desk.get("/inbox"))
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


@pytest.mark.parametrize("kind", sorted({"awards", *TRACKERS}))
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
