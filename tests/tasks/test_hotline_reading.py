"""Files of contacts on the disk: any encoding, line end and layout; a broken row costs itself alone."""

import io
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.hotline.reading import ContactFile, ReadRow, read_contacts
from tests.hotline_office import HEADER, SHARED, csv_text, plain_rows

REAL = SHARED / "nyc311" / "nyc311_2024-04_1000.csv"


def opener(data: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(data)


def rows(data: str | bytes) -> list[ReadRow]:
    return list(found(data).rows)


def found(data: str | bytes) -> ContactFile:
    return read_contacts(opener(data if isinstance(data, bytes) else data.encode()), "contacts.csv")


def texts(data: str | bytes) -> list[str | None]:
    return [row.contact.text if row.contact else None for row in rows(data)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_in_any_encoding_and_with_any_line_end(encoding: str, end: str) -> None:
    said = "Señora Muñoz can’t get to José’s café"
    data = csv_text(plain_rows(said, "no heat")).replace("\n", end).encode(encoding)
    assert texts(data) == [said, "no heat"]


def test_one_windows_byte_in_a_file_of_utf_8_is_read_as_what_it_was() -> None:
    data = (
        csv_text(plain_rows("José Muñoz señala", "No sé qué más")).encode() + b'I-9,2025-11-08,hotline,es,"se\xf1al"\n'
    )
    assert texts(data)[2] == "señal"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_with_any_of_four_delimiters(delimiter: str) -> None:
    assert texts(csv_text(plain_rows("help", "me")).replace(",", delimiter)) == ["help", "me"]


def test_blanks_after_delimiters_are_no_part_of_cells_where_the_headings_have_them() -> None:
    assert texts('id, received_at, text\n1, 2025-11-08, "a, b"\n') == ["a, b"]
    assert texts("id,received_at,text\n1,2025-11-08, a\n") == [" a"]


def test_line_ends_control_characters_and_formulas_inside_a_text_stay() -> None:
    said = "=1+1\r\nsecond\rthird\n\x00\x07<b>\u202e"
    assert texts(csv_text(plain_rows(said))) == [said]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    data = csv_text(plain_rows("a", "b\nc")) + ",,,,\nbad,never,hotline,en,x\n"
    assert [(row.number, bool(row.contact)) for row in rows(data)] == [(2, True), (3, True), (5, False)]


def test_a_row_that_breaks_is_told_by_its_column_and_quotes_nobody() -> None:
    (row,) = rows("ref,received,body\n1,Juno,718-555-0139\n")
    assert (row.number, row.column) == (2, "received")
    assert row.reason == "received is no date and time; write it as 2025-11-08T07:12:37-05:00."


def test_a_quotation_mark_that_is_never_closed_costs_one_row() -> None:
    good = csv_text(plain_rows("a", "b"))
    head, first, second = good.splitlines(keepends=True)
    broken = head + first.replace(",a\n", ',"a\n') + second.replace("INQ-0002", '"INQ-0002"') + second
    assert texts(broken) == [None, "b", "b"]


def test_a_quotation_mark_that_is_never_closed_at_the_end_costs_one_row() -> None:
    assert texts(csv_text(plain_rows("a", "b")) + 'I-3,2025-11-08,hotline,en,"c\nI-4,2025-11-08,hotline,en,d\n') == [
        "a", "b", None, "d",
    ]  # fmt: skip


def test_quotation_marks_that_are_not_doubled_are_read_where_their_meaning_is_plain() -> None:
    assert texts('id,received_at,text\n1,2025-11-08,"no" heat\n') == ["no heat"]


def test_a_row_with_more_cells_than_headings_is_rejected() -> None:
    (row,) = rows("id,received_at,text\n1,2025-11-08,no heat, and no water\n")
    assert row.contact is None and "more cells" in row.reason


def test_a_row_whose_text_is_missing_is_rejected_and_one_whose_text_is_empty_is_not() -> None:
    assert texts("id,received_at,text\n1,2025-11-08\n2,2025-11-08,\n") == [None, ""]


@pytest.mark.parametrize("end", ["", "\x1a", "\n\n", "\r\n\x1a"])
def test_what_stands_after_the_last_row_is_no_row(end: str) -> None:
    assert texts(csv_text(plain_rows("a")).rstrip("\n") + "\n" + end) == ["a"]


def objects(*said: str) -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in plain_rows(*said)]


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(objects("no heat", "🆘")),
        json.dumps(objects("no heat", "🆘"), indent=2, ensure_ascii=False),
        "\n".join(json.dumps(one) for one in objects("no heat", "🆘")),
    ],
    ids=["list", "indented", "lines"],
)
def test_json_is_read_as_a_list_and_as_lines(written: str) -> None:
    assert texts(written) == ["no heat", "🆘"]


def test_json_of_311_leaves_out_what_is_empty() -> None:
    written = json.dumps([
        {"unique_key": "1", "created_date": "2025-11-08T01:02:03.000", "complaint_type": "Noise", "descriptor": "Loud"},
        {"unique_key": 2, "created_date": "2025-11-08T01:02:03.000", "incident_zip": 10033.0,
         "location": {"latitude": "40.1"}},
    ])  # fmt: skip
    assert texts(written) == ["Noise: Loud", ""]
    contact = rows(written)[1].contact
    assert contact is not None and contact.zip == "10033" and contact.contact_id == "2"


def test_what_is_no_object_in_a_list_of_json_is_rejected_alone() -> None:
    assert texts(json.dumps([*objects("a"), 5, {"x": 1}, *objects("b")])) == ["a", None, None, "b"]


@pytest.mark.parametrize("cut", [-1, -5, -40])
def test_json_that_is_cut_short_gives_what_is_whole_and_says_that_it_ends(cut: int) -> None:
    found = rows(json.dumps(objects("a", "b"))[:cut] + ("{" if cut == -1 else ""))
    assert found[0].contact is not None and "no JSON" in found[-1].reason


def test_json_with_deep_brackets_or_a_huge_number_is_rejected_and_nothing_fails() -> None:
    for hostile in ('[{"id": ' + "[" * 100_000, '{"id": ' + "9" * 5_000 + "}"):
        assert rows(hostile)[-1].contact is None


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"), (b"PK\x03\x04abc", "is a workbook"), (b"%PDF-1.7", "is a PDF"),
        (b"<!DOCTYPE html><html>", "is a web page"), (b"\x00\x01\x02" * 50, "has no"), (b"just words\n", "no column"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_contacts_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        rows(data)


@pytest.mark.skipif(not REAL.exists(), reason=f"the real export of NYC 311 is not at {REAL}")
def test_the_real_export_of_311_is_read_whole() -> None:
    file = read_contacts(lambda: cast(BinaryIO, REAL.open("rb")), REAL.name)
    read = list(file.rows)
    assert len(read) == 1_000 and all(row.contact for row in read) and file.layouts == {"nyc311"}


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("w") as out:
        out.write(",".join(HEADER) + "\n")
        out.writelines(f"I-{n},2025-11-08T07:12:37-05:00,hotline,en,{'no heat ' * 20}\n" for n in range(60_000))
    tracemalloc.start()
    count = sum(1 for _ in read_contacts(lambda: cast(BinaryIO, path.open("rb")), path.name).rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000 and peak < 12_000_000 < path.stat().st_size
