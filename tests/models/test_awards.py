import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.registration.awards import (
    AwardRow,
    EinError,
    KnownAward,
    assign_keys,
    derived_base,
    normalise_ein,
    normalise_name,
)


def award(**fields):
    values = dict(row=2, base_key="FY27 00001", fiscal_year=2027, agency="SBS", legal_name="Amber Harbor",
                  ein="133370648", amount_cents=500)  # fmt: skip
    return AwardRow(**(values | fields))


def stored(keyed):
    known = {}
    for row in keyed:
        known.setdefault(row.base_key, []).append(KnownAward(row.mocs_id, row.row_hash, row.amount_cents))
    return known


@pytest.mark.parametrize(
    ("cell", "ein"),
    [
        (133370648.0, "133370648"),
        (13370648, "013370648"),
        ("013370648", "013370648"),
        ("13-3370648", "133370648"),
        (" 13 3370648 ", "133370648"),
        ("133370648.0", "133370648"),
        ("13337\u200b0648", "133370648"),
        ("", ""),
        (None, ""),
        (0.0, ""),
        ("N/A", ""),
        ("Pending", ""),
        ("000000000", ""),
    ],
)
def test_an_ein_is_nine_digits_or_nothing(cell, ein):
    assert normalise_ein(cell) == ein


@pytest.mark.parametrize("cell", ["12-34567", "1333706480", "13337064B", -133370648, 133370648.5, True, "1.33E+08"])
def test_a_malformed_ein_is_refused(cell):
    with pytest.raises(EinError, match="is not an EIN of nine digits"):
        normalise_ein(cell)


@given(st.integers(10_000_000, 999_999_999))
def test_an_ein_is_the_same_as_number_and_as_text(number):
    assert normalise_ein(number) == normalise_ein(float(number)) == normalise_ein(str(number)) == f"{number:09d}"


@pytest.mark.parametrize(
    "spelling",
    ["Amber Harbor Café, Inc.", "AMBER HARBOR CAFE INC", "The Amber Harbor Cafe Incorporated",
     " Amber  Harbor Café, Inc., The "],
)  # fmt: skip
def test_spellings_of_one_name_compare_equal(spelling):
    assert normalise_name(spelling) == "amber harbor cafe"


def test_different_names_compare_different():
    assert normalise_name("Amber Harbor East") != normalise_name("Amber Harbor West")
    assert normalise_name("Oak & Elm") == normalise_name("Oak and Elm")


def test_the_hash_changes_with_what_the_award_says_and_not_with_its_place_or_spacing():
    assert award().row_hash == award(row=9, legal_name_as_written=" Amber  Harbor", mocs_id="k").row_hash
    for change in ({"amount_cents": 1}, {"street": "1 Pier"}, {"status": "Cleared"}, {"conduit_ein": "012345678"}):
        assert award(**change).row_hash != award().row_hash


def test_the_derived_key_ignores_amount_status_purpose_and_spelling():
    base = derived_base(award(source="Local"))
    assert base == derived_base(award(source="LOCAL ", amount_cents=9, status="Pending", purpose="x", legal_name="AH"))
    assert base.startswith("FY27-")


def test_without_ein_the_name_identifies_the_award():
    one = award(ein="", legal_name="Amber Harbor, Inc.")
    assert derived_base(one) == derived_base(award(ein="", legal_name="The Amber Harbor"))
    assert derived_base(one) != derived_base(award(ein="", legal_name="Blue Heron"))


def test_a_first_list_numbers_the_awards_of_one_base_with_the_award_before_its_take_back():
    keyed = assign_keys([award(row=2, amount_cents=-100), award(row=3)], {})
    assert [(row.row, row.mocs_id) for row in keyed] == [(2, "FY27 00001/2"), (3, "FY27 00001")]


def test_a_new_award_takes_the_next_free_number_even_after_one_that_vanished():
    known = {"FY27 00001": [KnownAward("FY27 00001", "a", 1), KnownAward("FY27 00001/2", "b", 2)]}
    keyed = assign_keys([award(amount_cents=n) for n in (1, 2, 3)], known)
    assert [row.mocs_id for row in keyed] == ["FY27 00001", "FY27 00001/2", "FY27 00001/3"]


def test_equal_amounts_keep_their_keys_when_another_cell_changes_and_the_order_too():
    first = assign_keys([award(amount_cents=100, purpose="a"), award(amount_cents=200, purpose="b")], {})
    again = assign_keys(
        [award(amount_cents=200, purpose="new"), award(amount_cents=100, purpose="newer")], stored(first)
    )
    assert {row.amount_cents: row.mocs_id for row in again} == {row.amount_cents: row.mocs_id for row in first}


lists = st.lists(
    st.builds(award, base_key=st.sampled_from("AB"), amount_cents=st.integers(-3, 3), purpose=st.sampled_from("xy")),
    max_size=12,
).map(lambda rows: [replace(row, row=n) for n, row in enumerate(rows, start=2)])


@given(lists, st.randoms(use_true_random=False))
def test_the_same_list_shuffled_changes_nothing(rows, shuffler: random.Random):
    first = assign_keys(rows, {})
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    again = assign_keys(shuffled, stored(first))
    assert {row.mocs_id: row.row_hash for row in again} == {row.mocs_id: row.row_hash for row in first}
    assert len({row.mocs_id for row in first}) == len(rows)


@given(lists.filter(bool), st.data())
def test_one_changed_amount_changes_exactly_one_award(rows, data):
    first = assign_keys(rows, {})
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = list(rows)
    changed[place] = replace(rows[place], amount_cents=rows[place].amount_cents + 1)
    shuffled = data.draw(st.permutations(changed))
    again = {row.mocs_id: row.row_hash for row in assign_keys(shuffled, stored(first))}
    before = {row.mocs_id: row.row_hash for row in first}
    assert again.keys() == before.keys()
    assert sum(again[key] != before[key] for key in before) == 1
