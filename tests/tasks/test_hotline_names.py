"""What a file of contacts, its headings and its ending are called: kept only where it cannot be somebody's words."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from models.shared.records import IncomingFile
from tasks.adapters.database import reading
from tasks.adapters.incoming import receive
from tests.hotline_office import as_json, bring, csv_text, plain_rows

pytestmark = pytest.mark.usefixtures("hotline_key")


def test_of_json_the_names_of_the_first_object_are_told_and_no_later_ones(tmp_path: Path) -> None:
    row = {"received_at": "2025-11-08", "text": "x"}
    rows = [{"id": "1", "shoe size": "9", **row}, {"id": "2", "Juno Wrenfield": "called", **row}]
    assert bring(tmp_path, as_json(rows), "contacts.json")["columns_not_used"] == ["shoe size"]


@pytest.mark.parametrize("name", ["Call from Ms. Wrenfield", "contacts.wrenf", "contacts.718555"])
def test_of_a_files_name_only_an_ending_that_programs_know_is_kept(tmp_path: Path, name: str) -> None:
    result = bring(tmp_path, csv_text([*plain_rows("no heat"), ["x1", "never", "", "", ""]]), name)
    assert re.fullmatch(r"rejects/inquiries-[0-9a-f]{8}-[0-9a-f]{8}\.rejected\.csv", result["rejects_file"])
    with reading() as session:
        (kept,) = session.execute(select(IncomingFile.name)).scalars()  # type: ignore[call-overload]
    assert re.fullmatch(r"inquiries-[0-9a-f]{8}", kept)


def test_a_file_that_cannot_be_opened_is_not_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="cannot be opened") as error:
        receive(tmp_path / "Juno Wrenfield.csv", "inquiries")
    assert "Juno" not in str(error.value)
