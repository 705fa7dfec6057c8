import codecs
import csv
import io
import struct
import zipfile

import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.csv_text import decode, read_rows
from tasks.adapters.file_limits import Limits, UnreadableFile
from tasks.adapters.spreadsheets import read_sheets, safe_cell, write_rejects

NAMES = [
    ["Name", "Amount"],
    ["Café de la Peña, Inc.", "1"],
    ["Rowan’s “Open Door”", "2"],
    ["José O’Dell – Años 2010–2012", "3"],
    ["Women’s Circle", "4"],
]


def xlsx(path, cells=((0, 0, "Name"), (1, 0, 5)), **sheets):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Awards")
        for row, column, value in cells:
            sheet.write(row, column, value)
        for name, visible in sheets.items():
            other = book.add_worksheet(name)
            other.write(0, 0, "x")
            if not visible:
                other.hide()
    return path


def xls(path, cells=((0, 0, "Name"), (1, 0, 5))):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Awards")
    for row, column, value in cells:
        sheet.write(row, column, value)
    book.save(str(path))
    return path


def refused(path, data=None, **options):
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UnreadableFile) as error:
        read_sheets(path, **options)
    return str(error.value)


def archive(path, sheet_xml, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", sheet_xml)
    return path


def test_rows_of_a_workbook_stand_at_their_own_index(tmp_path):
    (sheet,) = read_sheets(xlsx(tmp_path / "a.xlsx", [(3, 1, "Amount"), (4, 1, 7.5)]))
    assert sheet.name == "Awards"
    assert sheet.rows[3:] == [["", "Amount"], ["", 7.5]]


def test_an_old_workbook_is_read(tmp_path):
    (sheet,) = read_sheets(xls(tmp_path / "a.xls"))
    assert [list(row) for row in sheet.rows] == [["Name"], [5.0]]


def test_a_hidden_sheet_is_left_out(tmp_path):
    assert [sheet.name for sheet in read_sheets(xlsx(tmp_path / "a.xlsx", Shown=True, Hidden=False))] == [
        "Awards",
        "Shown",
    ]


@pytest.mark.parametrize("name", ["list.xls", "list.xlsx", "list.txt"])
def test_the_kind_of_a_file_is_told_by_its_content(tmp_path, name):
    (tmp_path / name).write_text("Name,Amount\nRowan,5\n")
    assert read_sheets(tmp_path / name)[0].rows == [["Name", "Amount"], ["Rowan", "5"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
def test_a_text_table_is_read_in_any_encoding_line_end_and_delimiter(encoding, line_end, delimiter):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(NAMES)
    assert read_rows(text.getvalue().encode(encoding), "list.csv") == NAMES


@pytest.mark.parametrize("word", ["García", "Niño", "Women’s", "O’Neill", "naïve", "a – b", "“x”"])
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_one_word_is_enough_to_tell_windows_from_mac(word, encoding):
    assert decode(f"Name\nThe {word} Fund\n".encode(encoding)) == f"Name\nThe {word} Fund\n"


def test_a_windows_byte_in_a_utf_8_file_is_mended():
    assert decode("Café, Peña, Años, Niño; ".encode() + b"Rowan\x92s") == "Café, Peña, Años, Niño; Rowan’s"


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])), min_size=2, max_size=4),
                min_size=1, max_size=6))  # fmt: skip
def test_every_proper_csv_reads_back_as_it_was_written(rows):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["Name", "Amount", "Agency"], *rows])
    read = read_rows(codecs.BOM_UTF8 + text.getvalue().encode(), "list.csv")
    assert read == [["Name", "Amount", "Agency"], *rows]


def test_a_cell_of_several_lines_is_one_row():
    assert read_rows(b'a,"b\rc\r\nd"\re,f\r', "x") == [["a", "b\nc\nd"], ["e", "f"]]


def test_rows_of_unequal_length_stay_as_they_are():
    assert read_rows(b"a,b,c\nd\n\ne,f,g,h\n", "x") == [["a", "b", "c"], ["d"], [], ["e", "f", "g", "h"]]


def test_zero_bytes_and_the_old_end_of_file_mark_are_dropped():
    assert read_rows(b"a,b\0c\nd,e\n\x1a", "x") == [["a", "bc"], ["d", "e"]]


def test_quotation_marks_inside_a_cell_are_understood():
    assert read_rows(b'Name,Amount\n"Rowan" Fund,5\nElm,6\n', "x")[2] == ["Elm", "6"]


def test_excels_separator_line_is_obeyed_and_keeps_the_row_numbers():
    assert read_rows(b"sep=;\nName;Amount\n", "x") == [[], ["Name", "Amount"]]


def test_commas_inside_names_do_not_hide_the_delimiter():
    assert read_rows(b"Name;Amount\nElm, Inc.;5\nOak, Ltd., NY;6\n", "x")[2] == ["Oak, Ltd., NY", "6"]


@pytest.mark.parametrize(
    "data",
    [
        b'Name,Amount\n"Rowan,5\nElm,6\n',
        b'"a"b,c\n"' + b"x\n" * 300,
        b'"a" b,c\n"d,e\nf,g\n',
        b'a,b,c,d\n"e,f,g,h\ni,j,k,l\nm,"n,o,p\n' + b"q,r,s,t\n" * 9,
    ],
)
def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path, data):
    assert "never closed" in refused(tmp_path / "list.csv", data)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_workbook_that_is_cut_short_says_so(tmp_path, make, share):
    data = make(tmp_path / "whole", [(row, 0, f"text {row}") for row in range(300)]).read_bytes()
    assert "cut short" in refused(tmp_path / "cut", data[: int(len(data) * share)])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"  \r\n", "is empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
        ("\ufeff\n <HTML><table><tr><td>1".encode("utf-16"), "is a web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "old Excel XML"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "is an image"),
        (b"{\\rtf1 x", "is a text document"),
        (bytes(range(1, 32)) * 20, "neither a spreadsheet nor a text table"),
        (b",,\n,\n", "has no rows"),
    ],
)
def test_a_file_that_is_no_spreadsheet_gets_one_sentence_with_its_name(tmp_path, data, words):
    sentence = refused(tmp_path / "3f2a", data, name="list.xlsx")
    assert sentence.startswith("list.xlsx ")
    assert words in sentence


def test_a_missing_file_and_an_empty_workbook_say_so(tmp_path):
    assert "cannot be opened" in refused(tmp_path / "none.xlsx")
    assert "has no rows" in refused(xlsx(tmp_path / "empty.xlsx", []))


@pytest.mark.parametrize(("part", "kind"), [("word/document.xml", "a Word document"), ("a.csv", "a zip archive")])
def test_another_kind_of_archive_is_named(tmp_path, part, kind):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as book:
        book.writestr(part, "x")
    assert f"a.xlsx is {kind}" in refused(tmp_path / "a.xlsx")


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path):
    sentence = refused(archive(tmp_path / "bomb.xlsx", b" " * 20_000_000))
    assert "unpacks to more than" in sentence
    assert "may be harmful" in sentence


def test_a_zip_bomb_is_refused_by_its_stated_size(tmp_path):
    limits = Limits(max_unpacked_bytes=1000)
    assert "says it unpacks to" in refused(archive(tmp_path / "bomb.xlsx", b" " * 2000), limits=limits)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path):
    path = archive(tmp_path / "bomb.xlsx", b" " * 5_000_000)
    data = path.read_bytes().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    assert "unpacks to more than" in refused(path, data, limits=Limits(max_unpacked_bytes=2_000_000, max_ratio=9999))


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_cell_far_outside_the_list_is_refused_before_it_fills_the_memory(tmp_path, make):
    sentence = refused(make(tmp_path / "far", [(0, 0, "Name"), (65_535, 255, "stray")]))
    assert "(row 65,536, column 256)" in sentence


def test_a_sheet_whose_cells_have_no_place_is_refused(tmp_path):
    path = archive(tmp_path / "a.xlsx", '<row r="9999999"><c><v>1</v></c></row>')
    assert "does not say where its cells stand" in refused(path)


def test_an_old_workbook_with_an_impossible_extent_is_refused_before_it_fills_the_memory(tmp_path):
    data = xls(tmp_path / "a.xls").read_bytes()
    at = data.index(struct.pack("<HH", 0x200, 14)) + 4
    broken = data[:at] + struct.pack("<II", 9, 1) + data[at + 8 :]
    assert "damaged or cut short" in refused(tmp_path / "b.xls", broken)


def test_a_file_above_the_limits_is_refused(tmp_path):
    assert "larger than" in refused(xlsx(tmp_path / "a.xlsx"), limits=Limits(max_bytes=10))
    assert "more than 2 cells" in refused(tmp_path / "a.csv", b"a,b\nc,d\n", limits=Limits(max_cells=2))


def test_a_workbook_with_a_password_says_so(tmp_path):
    data = xls(tmp_path / "a.xls").read_bytes()
    name, other = ("Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))
    at = data.index(name)
    renamed = data[:at] + other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2) + data[at + 66 :]
    assert "protected with a password" in refused(tmp_path / "locked.xlsx", renamed)
    locked = data.replace(struct.pack("<HH", 0xE1, 2), struct.pack("<HH", 0x2F, 2), 1)
    assert "protected with a password" in refused(tmp_path / "locked.xls", locked)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"])
def test_text_that_would_run_as_a_formula_is_made_safe(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["Rowan", "", "1-2", -5, -5.5, None])
def test_other_values_stay_as_they_are(value):
    assert safe_cell(value) == value


def test_rejects_are_written_with_row_reason_and_cells(tmp_path):
    path = tmp_path / "rejects.csv"
    write_rejects(path, [(7, "no amount", ["=cmd()", 5.0, None, "Peña"])], header=["Name", "EIN", "Amount", "City"])
    assert path.read_text("utf-8-sig").splitlines() == [
        "Row,Reason,Name,EIN,Amount,City",
        "7,no amount,'=cmd(),5,,Peña",
    ]
    assert [item.name for item in tmp_path.iterdir()] == ["rejects.csv"]
