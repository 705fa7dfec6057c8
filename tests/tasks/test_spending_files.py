"""Spending files on the disk: told by their content, and one sentence for a file that cannot be read."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from models.shared.file_mistakes import FormError
from models.shared.money import to_decimal
from tasks.adapters.payments import spending_files
from tasks.adapters.payments.spending_files import read_spending
from tasks.adapters.spreadsheets import write_rejects

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
PHOENIX = SHARED / "payments" / "phoenix_vendor_payments_2018-03_sampled.csv"
CSV = "Document ID,Payee Name,Issue Date,Check Amount,Contract ID\n1-DSB-EFT,CAFÉ BRAMBLEWICK,2026-11-12,5.00,CT1\n"
XML = (
    "<response><status><result>success</result></status><result_records><record_count>1</record_count>"
    "<spending_transactions><transaction><payee_name>CAFÉ BRAMBLEWICK</payee_name><document_id>1-DSB-EFT</document_id>"
    "<issue_date>2026-11-12</issue_date><check_amount>5.00</check_amount><contract_id>CT1</contract_id>"
    "</transaction></spending_transactions></result_records></response>"
)


def written(path: Path, data: str | bytes) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def refused(path: Path) -> str:
    with pytest.raises(FormError) as error:
        read_spending(path)
    (sentence,) = error.value.sentences
    return sentence


def test_a_csv_and_an_xml_of_one_payment_say_the_same(tmp_path: Path) -> None:
    table, answer = written(tmp_path / "a.csv", CSV), written(tmp_path / "a.xml", XML)
    assert read_spending(table).rows == read_spending(answer).rows != ()


def test_a_file_is_told_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    assert read_spending(written(tmp_path / "a.csv", XML)).stated_count == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("text", [CSV, XML, f'<?xml version="1.0"?>\n{XML}'])
def test_every_encoding_of_unicode_is_read(tmp_path: Path, encoding: str, text: str) -> None:
    found = read_spending(written(tmp_path / "a.txt", text.encode(encoding)))
    assert found.rows[0].payee == "CAFÉ BRAMBLEWICK"


def test_a_table_that_excel_saved_for_windows_is_read(tmp_path: Path) -> None:
    found = read_spending(written(tmp_path / "a.csv", CSV.replace("CAFÉ", "Café").encode("cp1252")))
    assert found.rows[0].payee == "Café BRAMBLEWICK"


def test_a_declared_encoding_that_is_not_the_real_one_does_no_harm(tmp_path: Path) -> None:
    text = f'<?xml version="1.0" encoding="ISO-8859-1"?>{XML}'
    assert read_spending(written(tmp_path / "a.xml", text)).rows[0].payee == "CAFÉ BRAMBLEWICK"


def test_carriage_returns_alone_end_the_rows_too(tmp_path: Path) -> None:
    assert len(read_spending(written(tmp_path / "a.csv", CSV.replace("\n", "\r"))).rows) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "a.xml is empty."),
        ("<!DOCTYPE html><html><body>Incident</body></html>", "a.xml is a web page, not a spreadsheet"),
        ('<?xml version="1.0"?><!DOCTYPE html><html/>', "a.xml begins with a document type"),
        (XML[:-30], "a.xml is no XML that can be read: it is damaged or cut short in line 1."),
        (b"%PDF-1.7", "a.xml is a PDF"),
        (b"PK\3\4", "a.xml is a workbook. Download the spending from Checkbook NYC as CSV or XML."),
    ],
)
def test_a_file_that_holds_no_spending_gets_one_sentence(tmp_path: Path, data: str | bytes, sentence: str) -> None:
    assert refused(written(tmp_path / "a.xml", data)).startswith(sentence)


def test_a_real_workbook_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["Payee Name", "Issue Date", "Check Amount"])
    assert "is a workbook" in refused(tmp_path / "a.xlsx")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.xml").startswith("none.xml cannot be opened")


def test_entities_from_outside_are_not_read(tmp_path: Path) -> None:
    secret = written(tmp_path / "secret.txt", "top secret")
    text = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY s SYSTEM "{secret.as_uri()}">]>' + XML.replace("CT1", "&s;")
    sentence = refused(written(tmp_path / "a.xml", text))
    assert "document type" in sentence
    assert "top secret" not in sentence


def test_a_file_that_unfolds_without_end_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    bomb = f"<?xml version='1.0'?><!DOCTYPE r [{entities}]>" + XML.replace("CT1", "&e8;")
    assert "document type" in refused(written(tmp_path / "a.xml", bomb))


def test_an_xml_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("wb") as file:
        file.write(b"<response>")
        file.truncate(spending_files.LIMITS.max_bytes + 1)
    assert refused(path).startswith("a.xml is larger than 50 MB. Ask for fewer rows at a time")


def test_rejected_rows_are_written_for_correction(tmp_path: Path) -> None:
    found = read_spending(written(tmp_path / "a.csv", CSV.replace("5.00", "five")))
    rejects = tmp_path / "a.rejected.csv"
    write_rejects(rejects, ((bad.row, bad.reason, bad.cells) for bad in found.rejected), header=found.header)
    assert "“five” is not an amount of money" in rejects.read_text(encoding="utf-8-sig")


@pytest.mark.skipif(not PHOENIX.is_file(), reason="the shared data folder is not here")
def test_a_city_s_real_list_of_payments_is_read_to_the_cent() -> None:
    with PHOENIX.open(encoding="utf-8", newline="") as file:
        amounts = [Decimal(row["Invoice Net Amt"].replace(",", "")) for row in csv.DictReader(file)]
    found = read_spending(PHOENIX)
    assert (found.rows_read, to_decimal(found.amount_cents)) == (len(amounts), sum(amounts))
    assert found.rejected == ()


@pytest.mark.skipif(not PHOENIX.is_file(), reason="the shared data folder is not here")
def test_every_row_of_a_real_list_has_a_key_of_its_own() -> None:
    found = read_spending(PHOENIX)
    assert len({row.raw_key for row in found.rows}) == len(found.rows)
