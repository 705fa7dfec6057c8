"""An award list becomes awards, contracts and cases; a newer list changes what it changes and nothing else."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tasks.adapters.database import reading
from tests.office import award, import_list, review_all

ALDER = award(1, "Alder Works, Inc.", "971000001", "20000")
BIRCH = award(2, "Birch Kitchen, Inc.", "971000002", "9000", status="Pending")


def rows(query: str) -> list[tuple[Any, ...]]:
    """Rows of a query as plain tuples."""
    with reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def events(case_id: str) -> list[str]:
    """Names of a case's events in order."""
    return [row[0] for row in rows(f"select event from case_event where case_id = '{case_id}' order by seq")]


def test_a_list_opens_a_case_for_each_contract_of_our_agency(home: Path, tmp_path: Path) -> None:
    other = award(3, "Cedar School, Inc.", "971000003", "5000", agency="DYCD")
    result = import_list(tmp_path, ALDER, BIRCH, other)
    assert (result["awards"], result["agency_awards"], result["imported"]) == (3, 2, 3)
    assert result["agency_amount"] == "29000.00"
    assert rows("select case_id, state from registration_case order by case_id") == [
        ("R27-971000001", "designated"),
        ("R27-971000002", "designated"),
    ]


def test_the_same_list_again_changes_nothing(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, BIRCH)
    before = rows("select * from registration_case"), rows("select * from award"), rows("select * from contract")
    result = import_list(tmp_path, ALDER, BIRCH)
    assert (result["imported"], result["updated"], result["unchanged"]) == (0, 0, 2)
    assert (
        rows("select * from registration_case"),
        rows("select * from award"),
        rows("select * from contract"),
    ) == before


def test_one_changed_cell_is_one_update_and_one_event(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, BIRCH)
    result = import_list(tmp_path, ALDER, BIRCH.replace("Pending", "Cleared"))
    assert (result["updated"], result["unchanged"]) == (1, 1)
    assert events("R27-971000002") == ["opened", "award_changed"]
    assert events("R27-971000001") == ["opened"]


def test_an_award_that_vanished_is_flagged_and_kept(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, BIRCH)
    assert import_list(tmp_path, ALDER)["vanished"] == 1
    assert rows("select count(*) from award") == [(2,)]
    review_all(letters=False)
    assert ("award_vanished", "FY27 00002") in rows(
        "select code, subject from case_finding where case_id = 'R27-971000002' and closed_at is null"
    )


def test_a_vanished_award_that_comes_back_loses_its_flag(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, BIRCH)
    import_list(tmp_path, ALDER)
    assert import_list(tmp_path, ALDER, BIRCH)["updated"] == 1
    assert rows("select count(*) from award where vanished_at is not null") == [(0,)]


def test_a_partial_list_lets_nothing_vanish(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, BIRCH)
    assert import_list(tmp_path, ALDER, partial=True)["vanished"] == 0


def test_an_award_whose_row_cannot_be_read_has_not_vanished(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, BIRCH)
    result = import_list(tmp_path, ALDER, BIRCH.replace("9000", "nine thousand"))
    assert (result["rejected"], result["vanished"]) == (1, 0)
    assert "nine thousand" in (home / result["rejects_file"]).read_text(encoding="utf-8-sig")


def test_a_negative_amount_lowers_the_contract(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, award(4, "Alder Works, Inc.", "971000001", "(2,500)"))
    assert rows("select amount_cents from contract") == [(1_750_000,)]


def test_a_contract_whose_last_award_is_rescinded_is_withdrawn(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER)
    import_list(tmp_path, ALDER.replace("Cleared", "Rescinded"))
    assert rows("select state from registration_case") == [("withdrawn",)]
    assert rows("select amount_cents, original_amount_cents from contract") == [(0, 2_000_000)]


def test_an_award_that_goes_to_another_agency_leaves_its_contract_and_says_so(home: Path, tmp_path: Path) -> None:
    second = award(5, "Alder Works, Inc.", "971000001", "3000")
    import_list(tmp_path, ALDER, second)
    import_list(tmp_path, ALDER, second.replace("SBS", "DYCD"))
    assert rows("select amount_cents from contract") == [(2_000_000,)]
    assert events("R27-971000001") == ["opened", "award_changed"]


def test_an_award_that_loses_its_ein_leaves_its_contract_and_is_held_out(home: Path, tmp_path: Path) -> None:
    second = award(5, "Alder Works, Inc.", "971000001", "3000")
    import_list(tmp_path, ALDER, second)
    import_list(tmp_path, ALDER, second.replace("971000001", ""))
    assert rows("select amount_cents from contract") == [(2_000_000,)]
    assert rows("select held_out from award where mocs_id = 'FY27 00005'") == [("no EIN",)]


def test_the_citys_own_ein_needs_no_contract(home: Path, tmp_path: Path) -> None:
    result = import_list(tmp_path, award(6, "Department of Small Business Services", "136400434", "50000"))
    assert (result["agency_awards"], result["contracts_opened"]) == (1, 0)
    assert rows("select held_out from award") == [("city body",)]


def test_spellings_of_one_ein_are_kept_and_found(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, ALDER, award(7, "Alder Workers' Circle", "971000001", "1000"))
    review_all(letters=False)
    assert len(rows("select name from provider_name where ein = '971000001'")) == 2
    assert rows("select count(*) from case_finding where code = 'names_differ'") == [(1,)]


def test_an_alias_of_our_agency_counts_as_ours(home: Path, tmp_path: Path) -> None:
    assert import_list(tmp_path, ALDER.replace("SBS", "DSBS "))["agency_awards"] == 1


@pytest.mark.parametrize("text_", ["", "<html><body>Session expired</body></html>", "Name,Colour\nx,red\n"])
def test_a_file_that_is_no_list_changes_nothing(home: Path, tmp_path: Path, text_: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text_)
    from tests.office import import_file

    result = import_file(path)
    assert result["refused"].startswith(("list.csv", "The file list.csv", "“list.csv”")), result
    assert rows("select count(*) from award") == [(0,)]
    assert rows("select status from incoming_file") == [("refused",)]
