"""Awards regrouped in the database and taken back: rows, lists, clocks and the weekly report, with lists in between."""

from pathlib import Path

import pytest
from sqlalchemy import text

from models.registration.moves import Refusal
from models.registration.regrouping import Regrouping
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.policy import office, registration_policy
from tasks.adapters.registration import paper
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.registration.history import history_lines, load_history
from tasks.adapters.registration.queries import CaseFilter, case_rows, holder_counts, show_case
from tests.office import review_all, stop_clock
from tests.regroupings import (
    FOR_LOOM,
    FOR_MILL,
    FUND,
    LOOM,
    MILL,
    award,
    contracts,
    import_awards,
    move,
    rows,
    take_back,
)


@pytest.fixture
def merged(home: Path, tmp_path: Path) -> Path:
    """A conduit's contract for the mill took over the one for the loom."""
    stop_clock(2026, 9, 1, 14)
    import_awards(tmp_path, award(1, "20000", LOOM), award(2, "9000", LOOM), award(3, "5000", MILL))
    assert isinstance(move(FOR_LOOM, FOR_MILL, 1, 2), Regrouping)
    return tmp_path


def test_a_merge_moves_the_awards_and_leaves_the_other_contract_out_of_every_list(merged: Path) -> None:
    assert contracts() == {FOR_MILL: 3_400_000}
    assert set(rows("select contract_id from award")) == {(FOR_MILL,)}
    with reading() as session:
        assert [row["case"] for row in case_rows(session, CaseFilter())[0]] == [FOR_MILL]
        assert case_rows(session, CaseFilter(search="loom"))[1] == 0
        assert sum(counted.cases for counted in holder_counts(session, clock.today())) == 1
        assert open_case_ids(session) == [FOR_MILL]


def test_the_weekly_report_counts_what_a_merge_left_once(merged: Path) -> None:
    with reading() as session:
        found = paper.report(session, registration_policy(), office(), clock.now())
    assert (found.contracts, found.amount_cents) == (1, 3_400_000)


def test_a_folded_case_says_which_contract_took_over(merged: Path) -> None:
    with reading() as session:
        folded, taker = (show_case(session, key, clock.now()) or {} for key in (FOR_LOOM, FOR_MILL))
    assert (folded["folded_into"], folded["amount"], folded["awards"]) == (FOR_MILL, "0.00", [])
    assert (taker["folded_into"], taker["amount"], len(taker["awards"])) == ("", "34000.00", 3)


def test_a_newer_list_leaves_regrouped_awards_where_they_are_and_withdraws_nothing(merged: Path) -> None:
    import_awards(merged, award(1, "21000", LOOM), award(2, "9000", LOOM), award(3, "5000", MILL))
    assert contracts() == {FOR_MILL: 3_500_000}
    assert rows("select state from registration_case order by case_id") == [("designated",), ("designated",)]


def test_a_new_award_for_a_folded_contract_follows_its_awards_and_goes_back_with_them(merged: Path) -> None:
    old = award(1, "20000", LOOM), award(2, "9000", LOOM), award(3, "5000", MILL)
    result = import_awards(merged, *old, award(4, "100", LOOM))
    assert (result["contracts_opened"], contracts()) == (0, {FOR_MILL: 3_410_000})
    take_back(FOR_MILL)
    assert contracts() == {FOR_LOOM: 2_910_000, FOR_MILL: 500_000}
    assert import_awards(merged, *old, award(4, "100", LOOM))["unchanged"] == 4
    assert contracts() == {FOR_LOOM: 2_910_000, FOR_MILL: 500_000}


def test_a_regrouped_award_that_a_list_gives_to_another_provider_leaves(merged: Path) -> None:
    elsewhere = award(2, "9000", LOOM, conduit="")
    import_awards(merged, award(1, "20000", LOOM), elsewhere, award(3, "5000", MILL))
    assert contracts() == {FOR_MILL: 2_500_000, f"R27-{LOOM}": 900_000}
    take_back(FOR_MILL)
    assert contracts() == {FOR_LOOM: 2_000_000, FOR_MILL: 500_000, f"R27-{LOOM}": 900_000}


def test_awards_of_another_body_add_no_spelling_to_the_provider(home: Path, tmp_path: Path) -> None:
    own = award(1, "20000", FUND, conduit=""), award(3, "5000", MILL)
    import_awards(tmp_path, *own)
    move(FOR_MILL, f"R27-{FUND}", 3)
    import_awards(tmp_path, *own)
    assert rows(f"select name from provider_name where ein = '{FUND}'") == [("Alder Fund, Inc.",)]


def test_a_split_opens_a_case_of_its_own_that_begins_now(home: Path, tmp_path: Path) -> None:
    stop_clock(2026, 7, 6, 14)
    import_awards(tmp_path, award(1, "20000", LOOM), award(2, "9000", LOOM))
    review_all(letters=False)
    stop_clock(2026, 9, 1, 14)
    move(FOR_LOOM, "", 2)
    split = f"{FOR_LOOM}-2"
    assert contracts() == {FOR_LOOM: 2_000_000, split: 900_000}
    with reading() as session:
        shown = show_case(session, split, clock.now()) or {}
        new, old = (case.packet for case in load_cases(session, [split, FOR_LOOM], clock.today()))
    assert (shown["provider"], shown["for"], shown["state"], shown["held"]) == (
        "Alder Fund, Inc.", "Birch Loom", "designated", {"MOCS": 0},
    )  # fmt: skip
    assert (new.opened_on.isoformat(), old.opened_on.isoformat()) == ("2026-09-01", "2026-07-06")
    assert [event.event for event in new.history] == ["opened", "awards_regrouped"]
    review_all(letters=False)
    assert rows(f"select state from registration_case where case_id = '{split}'") == [("scope",)]


def test_a_split_contract_stands_on_every_later_list(home: Path, tmp_path: Path) -> None:
    lines = award(1, "20000", LOOM), award(2, "9000", LOOM)
    import_awards(tmp_path, *lines)
    move(FOR_LOOM, "", 2)
    assert import_awards(tmp_path, *lines)["contracts_opened"] == 0
    assert contracts() == {FOR_LOOM: 2_000_000, f"{FOR_LOOM}-2": 900_000}


def test_the_undo_of_a_split_folds_its_contract_and_its_number_is_not_given_again(home: Path, tmp_path: Path) -> None:
    import_awards(tmp_path, award(1, "20000", LOOM), award(2, "9000", LOOM))
    move(FOR_LOOM, "", 2)
    take_back(FOR_LOOM)
    assert contracts() == {FOR_LOOM: 2_900_000}
    assert rows("select folded_into from registration_case order by case_id") == [("",), (FOR_LOOM,)]
    move(FOR_LOOM, "", 1)
    assert contracts() == {FOR_LOOM: 900_000, f"{FOR_LOOM}-3": 2_000_000}


def test_an_undo_is_refused_once_the_contract_was_filed(merged: Path) -> None:
    with writing() as session:
        session.execute(text(f"update registration_case set state = 'filed' where case_id = '{FOR_MILL}'"))
    refused = take_back(FOR_MILL)
    assert isinstance(refused, Refusal) and "before the contract is filed" in refused.sentence
    assert contracts() == {FOR_MILL: 3_400_000}


def test_a_contract_that_does_not_exist_is_refused_in_a_sentence(merged: Path) -> None:
    for source, target in (("R27-1", FOR_MILL), (FOR_MILL, "R27-1")):
        refused = move(source, target, 1)
        assert isinstance(refused, Refusal) and "There is no contract “R27-1”" in refused.sentence


def reduce_by(contract_id: str, cents: int) -> None:
    with writing() as session:
        session.execute(text(
            f"update contract set adjustment_cents = -{cents}, amount_cents = amount_cents - {cents} "
            f"where contract_id = '{contract_id}'"
        ))  # fmt: skip


def test_a_signed_reduction_survives_a_newer_list(home: Path, tmp_path: Path) -> None:
    import_awards(tmp_path, award(1, "20000", LOOM))
    reduce_by(FOR_LOOM, 500_000)
    import_awards(tmp_path, award(1, "18000", LOOM))
    assert contracts() == {FOR_LOOM: 1_300_000}


def test_a_reduction_that_is_more_than_the_awards_left_counts_as_nothing_and_says_so(
    home: Path, tmp_path: Path
) -> None:
    import_awards(tmp_path, award(1, "20000", LOOM))
    reduce_by(FOR_LOOM, 500_000)
    import_awards(tmp_path, award(1, "4000", LOOM))
    assert rows("select amount_cents, adjustment_cents from contract") == [(0, -500_000)]
    assert rows("select state from registration_case") == [("designated",)]
    with reading() as session:
        last = history_lines(load_history(session, [FOR_LOOM])[FOR_LOOM])[-1]
    assert "a signed reduction of $5,000.00 is more than the awards that are left, $4,000.00" in last.detail
    import_awards(tmp_path, award(1, "20000", LOOM))
    assert contracts() == {FOR_LOOM: 1_500_000}


def test_a_reduced_contract_whose_awards_are_rescinded_is_withdrawn(home: Path, tmp_path: Path) -> None:
    import_awards(tmp_path, award(1, "20000", LOOM))
    reduce_by(FOR_LOOM, 500_000)
    import_awards(tmp_path, award(1, "20000", LOOM, status="Rescinded"))
    assert rows("select amount_cents from contract") == [(0,)]
    assert rows("select state from registration_case") == [("withdrawn",)]
