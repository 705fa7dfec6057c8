from hypothesis import given
from hypothesis import strategies as st

from models.registration.awards import AwardRow, group_awards

CITY = "136400434"


def award(mocs_id="FY27 00001", **fields):
    values = dict(row=2, base_key=mocs_id, mocs_id=mocs_id, fiscal_year=2027, agency="SBS", legal_name="Amber Harbor",
                  ein="133370648", amount_cents=500, status="Cleared")  # fmt: skip
    return AwardRow(**(values | fields))


def group(*awards):
    return group_awards(awards, city_eins={CITY})


def test_awards_of_one_year_and_vendor_make_one_contract():
    (contract,) = group(award(), award("FY27 00002", amount_cents=700)).contracts
    assert contract.contract_id == "R27-133370648"
    assert (contract.amount_cents, contract.mocs_ids) == (1200, ("FY27 00001", "FY27 00002"))


def test_each_fiscal_year_has_its_contract():
    ids = [c.contract_id for c in group(award(), award("FY26 00001", fiscal_year=2026)).contracts]
    assert ids == ["R26-133370648", "R27-133370648"]


def test_a_fiscal_conduit_contracts_for_the_smaller_body():
    (contract,) = group(award(conduit_name="Blue Heron Fund", conduit_ein="201234567")).contracts
    assert contract.contract_id == "R27-201234567-133370648"
    assert (contract.vendor_name, contract.beneficiary_name) == ("Blue Heron Fund", "Amber Harbor")
    assert (contract.vendor_ein, contract.beneficiary_ein) == ("201234567", "133370648")


def test_a_conduit_of_itself_is_no_conduit():
    (contract,) = group(award(conduit_name="Amber Harbor", conduit_ein="133370648")).contracts
    assert contract.contract_id == "R27-133370648"


def test_bodies_without_ein_behind_one_conduit_have_contracts_of_their_own():
    conduit = {"conduit_name": "Blue Heron Fund", "conduit_ein": "201234567", "ein": ""}
    found = group(award(**conduit), award("FY27 00002", legal_name="Cedar Row", **conduit),
                  award("FY27 00003", legal_name="Cedar Row, Inc.", **conduit))  # fmt: skip
    assert sorted(len(contract.mocs_ids) for contract in found.contracts) == [1, 2]


def test_an_award_with_the_citys_own_ein_needs_no_vendor_contract():
    found = group(award(ein=CITY), award("FY27 00002", conduit_name="City", conduit_ein=CITY))
    assert (found.contracts, found.city_awards) == ((), ("FY27 00001", "FY27 00002"))


def test_an_award_without_any_ein_is_held_out():
    found = group(award(ein=""), award("FY27 00002", conduit_name="Blue Heron Fund"))
    assert (found.contracts, found.needs_ein) == ((), ("FY27 00001", "FY27 00002"))


def test_a_rescinded_award_counts_zero_and_a_negative_one_adjusts():
    (contract,) = group(award(), award("FY27 00001/2", amount_cents=-100), award("FY27 00003", status="Rescinded"))[0]
    assert contract.amount_cents == 400
    assert len(contract.mocs_ids) == 3


def test_the_usual_spelling_names_the_vendor():
    names = ("Amber Harbor", "Amber Harbor, Inc.", "Amber Harbor, Inc.")
    (contract,) = group(*(award(f"FY27 0000{n}", legal_name=name) for n, name in enumerate(names))).contracts
    assert contract.vendor_name == "Amber Harbor, Inc."


eins = st.sampled_from(["", CITY, "133370648", "201234567"])
awards = st.lists(
    st.builds(award, ein=eins, conduit_ein=eins, amount_cents=st.integers(-9, 9),
              status=st.sampled_from(["Cleared", "Withdrawn"])), max_size=10,
).map(lambda rows: [award(f"FY27 {n:05d}", **{f: getattr(row, f) for f in ("ein", "conduit_ein", "amount_cents",
                    "status")}) for n, row in enumerate(rows)])  # fmt: skip


@given(awards, st.randoms(use_true_random=False))
def test_every_award_stands_in_exactly_one_place_whatever_the_order(rows, shuffler):
    found = group(*rows)
    placed = [key for contract in found.contracts for key in contract.mocs_ids] + [*found.city_awards, *found.needs_ein]
    assert sorted(placed) == [row.mocs_id for row in rows]
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    assert group(*shuffled) == found
