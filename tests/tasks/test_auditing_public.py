"""The public copy: what is public is there, and nothing restricted is in any of its files."""

import string
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, Table, Text, text, update
from sqlmodel.sql.sqltypes import AutoString

from models.registration.records import Amendment
from models.shared.documents import canonical
from models.shared.records import CaseEvent, OutgoingMessage, StoredDocument
from tasks.adapters import clock
from tasks.adapters.auditing.public_copy import export_public, fields
from tasks.adapters.auditing.public_fields import public_text
from tasks.adapters.auditing.workbook import Exported
from tasks.adapters.database import reading, writing
from tasks.adapters.export import ExportRefused
from tasks.adapters.tables import load_tables
from tests.audited import AWARDS, LOOM, note, open_season, plant, rows_of
from tests.office import award, import_list, stop_clock
from tests.remembered import remembered
from tests.signers import CAST

FILES = ["FIELDS.csv", "README.txt", "amendments.csv", "awards.csv", "cases.csv", "events.csv", "letters.csv"]
# The columns of text that may be published as they are: the Council's list, names of contractors, words of the code.
PUBLIC = {
    "contract": "agency vendor_name beneficiary_name",
    "award": "agency source council_member legal_name program_name purpose city conduit_name",
    "amendment": "type", "stored_document": "language",
}  # fmt: skip
# Columns that rows are found by; EINs are dealt with by themselves.
_KEYS = {"process", "case_id", "contract_id", "event", "kind", "state", "state_from", "state_to", "status", "refusal",
         "payload", "document_id", "superseded_by", "base_key", "mocs_id", "folded_into"}  # fmt: skip


@remembered
def _opened(folder: Path) -> None:
    open_season(folder)
    note(LOOM, "a call")
    plant(LOOM, "filed", "o.file", reason="because")
    with writing() as session:
        for table, row in ((StoredDocument, _letter()), (OutgoingMessage, _message()), (Amendment, _amendment())):
            session.add(table(**row))


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """Three contracts, one with a letter and an amendment, notes, messages and events with words in them."""
    _opened(tmp_path)
    return tmp_path


def _letter() -> dict[str, object]:
    return {
        "document_id": f"{LOOM}-MD01", "process": "registration", "case_id": LOOM, "kind": "letter", "title": "t",
        "sha256": "s", "packet_sha256": "p", "template_sha256": "t", "language": "en", "pages": 2, "bytes": 1,
        "made_at": clock.now(), "superseded_by": f"{LOOM}-CL01",
    }  # fmt: skip


def _message() -> dict[str, object]:
    return {
        "message_id": "m", "process": "registration", "case_id": LOOM, "recipient": "r", "subject": "s", "body": "b",
        "created_at": clock.now(),
    }  # fmt: skip


def _amendment() -> dict[str, object]:
    return {
        "contract_id": LOOM, "seq_no": 1, "type": "decrease", "reason": "r", "delta_cents": -100, "running_cents": -100,
        "revised_cents": 3_999_900, "approved_on": clock.today(), "needs_registration": False, "status": "approved",
    }  # fmt: skip


def copy(target: Path) -> Exported:
    with reading() as session:
        return export_public(session, target, clock.now())


def restricted() -> Iterator[tuple[Table, str]]:
    """Every column of text of every table that is not public here, whatever the copy thinks of it."""
    for table in load_tables().sorted_tables:
        for column in table.columns:
            is_text = isinstance(column.type, String | Text | AutoString)
            is_free = is_text and not column.primary_key and not column.unique and column.name not in _KEYS
            if is_free and column.name not in PUBLIC.get(table.name, "").split():
                yield table, column.name


def plant_markers(marker: str) -> int:
    """Write the marker into every restricted column, every word of every event, and the texts that hold an EIN."""
    columns = [(table, name) for table, name in restricted() if "ein" not in name]
    secret = {"reason": marker, "value": marker, "reference": marker, "handover": marker, "staff": marker,
              "amount": marker, "remark": marker, "before": marker, "fields": marker,
              "signed": {"by": marker, "for": marker, "role": marker}}  # fmt: skip
    with writing() as session:
        for table, name in columns:
            session.execute(update(table).values({name: marker}))
        events = CaseEvent.__table__  # type: ignore[attr-defined]
        session.execute(update(events).values(payload=canonical(secret), actor=marker))
    return len(columns)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(string.ascii_letters, min_size=4, max_size=12))
def test_nothing_that_is_restricted_is_in_any_file(office: Path, word: str) -> None:
    marker = f"Zq{word}9xK"
    assert plant_markers(marker) > 50
    copy(office / "p.zip")
    with ZipFile(office / "p.zip") as book:
        for name in book.namelist():
            said = book.read(name).decode()
            assert marker not in said, name
            assert "97101" not in said, name


def test_the_copy_has_the_facts_that_are_public(office: Path) -> None:
    done = copy(office / "copy")
    assert done.counts == {"cases": 3, "awards": 3, "events": 10, "amendments": 1, "letters": 1}
    cases = rows_of(office / "copy" / "cases.csv")
    assert [(row["Case"], row["Provider"], row["Amount"], row["State"]) for row in cases] == [
        ("FY27-00001", "Harbor Loom, Inc.", "40000.00", "documents"),
        ("FY27-00002", "Reed Kitchen", "20000.00", "documents"),
        ("FY27-00003", "Tide Youth Works", "30000.00", "scope"),
    ]
    first = rows_of(office / "copy" / "awards.csv")[0]
    assert (first["Case"], first["Award"], first["Council member"]) == ("FY27-00001", "FY27 00001", "Invented")
    assert sorted(path.name for path in (office / "copy").iterdir()) == FILES


def test_staff_stand_by_their_role_and_reasons_are_withheld(office: Path) -> None:
    copy(office / "copy")
    events = rows_of(office / "copy" / "events.csv")
    said = {(row["Event"], row["Signed by"], row["Reason"]) for row in events if row["Case"] == "FY27-00001"}
    assert ("scope_and_budget_agreed", "program manager", "") in said
    assert ("reduced", "program lead", "withheld") in said
    assert ("cleared", "no signature", "") in said
    assert not {row["Event"] for row in events} & {"hold_placed", "act_proposed", "assigned"}
    everything = "".join(path.read_text(encoding="utf-8") for path in (office / "copy").iterdir())
    names = [part for person in CAST for part in (person[0], person[1])]
    assert [name for name in names if name in everything] == []


def test_letters_have_the_end_of_their_number(office: Path) -> None:
    copy(office / "copy")
    (row,) = rows_of(office / "copy" / "letters.csv")
    assert (row["Case"], row["Letter"], row["Replaced by"], row["Pages"]) == ("FY27-00001", "MD01", "CL01", "2")


def test_a_reason_for_an_amendment_is_withheld(office: Path) -> None:
    copy(office / "copy")
    (row,) = rows_of(office / "copy" / "amendments.csv")
    assert (row["Change"], row["Amount after"], row["Reason"]) == ("-1.00", "39999.00", "withheld")


def test_the_list_of_fields_names_every_column_of_every_table() -> None:
    listed = [row for row in fields()]
    named = " ".join(row[2] for row in listed)
    whole = {row[2].removesuffix(" (whole table)") for row in listed if row[2].endswith("(whole table)")}
    for table in load_tables().sorted_tables:
        if table.name not in whole:
            assert [c.name for c in table.columns if f"{table.name}.{c.name}" not in named] == []
    assert [row for row in listed if row[3] == "withheld" and not row[4]] == []
    assert [row for row in listed if "nobody" in row[4]] == []


def test_a_later_case_changes_no_earlier_number(office: Path) -> None:
    copy(office / "one")
    stop_clock(2026, 9, 1, 14)
    import_list(office, *AWARDS, award(4, "Abbey Row", "971000001", "9000"), name="newer.csv")
    copy(office / "two")
    before = {row["Provider"]: row["Case"] for row in rows_of(office / "one" / "cases.csv")}
    after = {row["Provider"]: row["Case"] for row in rows_of(office / "two" / "cases.csv")}
    assert after == {**before, "Abbey Row": "FY27-00004"}


@pytest.mark.parametrize(
    ("words", "public"),
    [
        ("Write to a.b@loom.example today", "Write to withheld today"),
        ("EIN 97-1010012.", "EIN withheld."),
        ("EIN 971010012", "EIN withheld"),
        ("Call (212) 555-0123 or 555-0188", "Call withheld or withheld"),
        ("Funds for 2027, 10,000 meals at $12.50", "Funds for 2027, 10,000 meals at $12.50"),
        ("FY27 00001", "FY27 00001"),
    ],
)
def test_what_somebody_wrote_into_a_public_text_is_taken_out(words: str, public: str) -> None:
    assert public_text(words) == public


def test_a_folder_that_is_there_is_not_written_into(office: Path) -> None:
    (office / "there").mkdir()
    (office / "there" / "mine.txt").write_text("mine")
    with pytest.raises(ExportRefused, match="is there already"):
        copy(office / "there")
    assert [path.name for path in (office / "there").iterdir()] == ["mine.txt"]


@pytest.mark.usefixtures("tables_change")
def test_a_copy_that_fails_leaves_nothing_behind(office: Path) -> None:
    before = sorted(office.iterdir())
    with writing() as session:
        session.execute(text("drop table amendment"))
    with pytest.raises(Exception, match="amendment"):
        copy(office / "p.zip")
    assert sorted(office.iterdir()) == before


def test_two_copies_of_the_same_records_are_the_same_bytes(office: Path) -> None:
    copy(office / "p.zip")
    first = (office / "p.zip").read_bytes()
    stop_clock(2026, 9, 1, 14)
    copy(office / "p.zip")
    assert (office / "p.zip").read_bytes() == first
