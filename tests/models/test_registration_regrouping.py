"""Awards move between contracts of one provider and year by a signed decision, and back, to the cent."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.registration.moves import Refusal
from models.registration.placement import ContractFacts, PlacedAward, Worth, carried_by
from models.registration.regrouping import (
    Regrouping,
    next_contract_id,
    regroup,
    undo,
)
from models.registration.regrouping_events import payloads, recorded_regrouping, standing_regroupings
from models.registration.states import ALL_STATES, Kind

HOME, OTHER = "R27-971010012", "R27-971010012-971020023"


def stands(contract_id, key, cents=100_00, placed_in=""):
    return PlacedAward(key, contract_id, contract_id, placed_in, cents)


def contract(contract_id=HOME, keys=("A", "B"), **fields):
    values = dict(contract_id=contract_id, fiscal_year=2027, vendor_ein="971010012", kind=Kind.STANDARD,
                  state="documents", awards=tuple(stands(contract_id, key) for key in keys))  # fmt: skip
    return ContractFacts(**(values | fields))


def refused(*asked):
    found = regroup(*asked)
    assert isinstance(found, Refusal)
    return found.sentence


def test_some_awards_go_into_another_contract_of_the_provider():
    made = regroup(contract(), contract(OTHER, ("C",)), ["B"])
    assert (made.source_id, made.target_id, made.award_ids) == (HOME, OTHER, ("B",))
    assert (made.is_new, made.folds_source, made.placements) == (False, False, {"B": OTHER})
    assert (made.source_after.amount_cents, made.target_after.amount_cents) == (100_00, 200_00)


def test_a_merge_leaves_nothing_behind_and_folds_the_source():
    made = regroup(contract(), contract(OTHER, ("C",)), ["A", "B"])
    assert (made.folds_source, made.source_after.amount_cents, made.target_after.amount_cents) == (True, 0, 300_00)


def test_a_split_opens_a_contract_with_the_next_number_of_its_provider():
    assert regroup(contract(), None, ["A"], {HOME}).target_id == f"{HOME}-2"
    assert next_contract_id(f"{HOME}-2", {HOME, f"{HOME}-2"}) == f"{HOME}-3"
    assert next_contract_id(OTHER, {OTHER}) == f"{OTHER}-2"


@pytest.mark.parametrize(
    ("target", "keys", "says"),
    [
        (contract(OTHER, ("C",)), [], "No award is chosen"),
        (contract(OTHER, ("C",)), ["Z"], "has no award Z"),
        (contract(OTHER, ("C",)), ["C"], "has no award C"),
        (None, ["A", "B"], "nothing would remain in it"),
        (contract(), ["A"], "stand in contract R27-971010012 already"),
        (contract("R27-971030034", ("C",), vendor_ein="971030034"), ["A"], "with another provider (EIN 971030034)"),
        (contract("R26-971010012", ("C",), fiscal_year=2026), ["A"], "of fiscal year 2026"),
        (contract(OTHER, ("C",), kind=Kind.GRANT_PILOT), ["A"], "The kind of contract"),
        (contract(OTHER, ("C",), folded_into="R27-971010012-3"), ["A"], "gave all its awards to contract"),
        (contract(OTHER, ("C",), state="withdrawn"), ["A"], "is closed (“Withdrawn or rescinded”)"),
    ],
)
def test_what_cannot_be_regrouped_is_refused_in_a_sentence(target, keys, says):
    assert says in refused(contract(), target, keys)


@pytest.mark.parametrize("state", sorted(set(ALL_STATES) - {"designated", "scope", "documents", "responsibility",
                                         "public_notice", "legal", "agreement", "package"}))  # fmt: skip
def test_awards_stay_where_they_are_once_a_contract_is_filed_or_a_denial_is_open(state):
    assert ALL_STATES[state].label in refused(contract(state=state), contract(OTHER, ("C",)), ["A"])
    assert ALL_STATES[state].label in refused(contract(), contract(OTHER, ("C",), state=state), ["A"])


def test_a_contract_that_is_reduced_keeps_awards_for_more_than_the_reduction():
    reduced = contract(adjustment_cents=-100_00)
    assert "worth $0.00, with its signed reduction of $100.00" in refused(reduced, contract(OTHER, ("C",)), ["A"])


def test_a_reduction_goes_along_with_the_last_award_and_comes_back():
    reduced, other = contract(adjustment_cents=-50_00), contract(OTHER, ("C",))
    made = regroup(reduced, other, ["A", "B"])
    assert (made.source_after, made.target_after) == (Worth(0, 0), Worth(300_00, -50_00))
    there = replace(
        other,
        adjustment_cents=-50_00,
        awards=(*other.awards, *(replace(a, contract_id=OTHER, placed_in=OTHER) for a in reduced.awards)),
    )
    back = undo(recorded_regrouping(payloads(made)[HOME]), replace(contract(keys=()), folded_into=OTHER), there,
                {HOME: OTHER})  # fmt: skip
    assert (back.source_after, back.target_after) == (other.worth, reduced.worth)


def test_awards_that_were_taken_back_make_no_contract():
    gone = contract(awards=(stands(HOME, "A"), stands(HOME, "B", 0)))
    assert "The new contract would then be worth $0.00" in refused(gone, None, ["B"])
    assert f"Contract {HOME} would then be worth $0.00" in refused(gone, None, ["A"])


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_a_reduction_never_makes_a_contract_worth_less_than_its_awards_or_nothing(awards, adjustment):
    worth = Worth(awards, adjustment)
    assert worth.amount_cents == awards + adjustment or (adjustment < 0 and worth.amount_cents == min(awards, 0))
    assert bool(worth.shortfall) == (awards > 0 and awards + adjustment < 0)


def test_the_milestones_say_what_each_contract_was_and_is_worth():
    told = payloads(regroup(contract(), contract(OTHER, ("C",)), ["B"]))
    assert told[HOME] == {"awards": ["B"], "from": HOME, "to": OTHER, "moved": "out", "amount_before": "200.00",
                          "amount": "100.00", "award_amounts": {"B": "100.00"},
                          "worth_before": {HOME: "200.00", OTHER: "100.00"}}  # fmt: skip
    assert (told[OTHER]["moved"], told[OTHER]["amount_before"], told[OTHER]["amount"]) == ("in", "100.00", "200.00")


def placed(made, target):
    """The target after a regrouping of contract()."""
    moved = tuple(stands(HOME, key, placed_in=OTHER) for key in made.award_ids)
    return replace(target, awards=(*target.awards, *(replace(award, contract_id=OTHER) for award in moved)))


def test_an_undo_is_refused_when_a_contract_was_filed_meanwhile():
    target = contract(OTHER, ("C",))
    made = regroup(contract(), target, ["B"])
    filed = replace(placed(made, target), state="filed")
    found = undo(recorded_regrouping(payloads(made)[HOME]), contract(keys=("A",)), filed, {})
    assert isinstance(found, Refusal) and "stands at “Filed with the Comptroller”" in found.sentence


def test_an_undo_is_refused_when_an_award_was_moved_on():
    target = contract(OTHER, ("C",))
    made = regroup(contract(), target, ["B"])
    found = undo(recorded_regrouping(payloads(made)[HOME]), contract(keys=("A",)), target, {})
    assert isinstance(found, Refusal) and "Award B is no longer where this regrouping put it" in found.sentence


def test_what_a_newer_list_added_to_a_folded_contract_goes_back_with_its_awards():
    target = contract(OTHER, ("C",))
    made = regroup(contract(), target, ["A", "B"])
    added = replace(stands(HOME, "D", 7_00), contract_id=OTHER)
    merged = placed(made, target)
    source = replace(contract(keys=()), folded_into=OTHER)
    back = undo(recorded_regrouping(payloads(made)[HOME]), source, replace(merged, awards=(*merged.awards, added)),
                {HOME: OTHER})  # fmt: skip
    assert (back.award_ids, back.placements) == (("A", "B", "D"), {"A": "", "B": ""})
    assert (back.source_after, back.target_after) == (Worth(100_00), Worth(207_00))


def test_an_award_that_the_list_gave_to_another_provider_stays_there_when_the_rest_goes_back():
    target = contract(OTHER, ("C",))
    made = regroup(contract(), target, ["A", "B"])
    merged = placed(made, target)
    gone = tuple(
        replace(a, own="R27-971030034", contract_id="R27-971030034") if a.mocs_id == "B" else a for a in merged.awards
    )
    source = replace(contract(keys=()), folded_into=OTHER)
    told = recorded_regrouping(payloads(made)[HOME])
    back = undo(told, source, replace(merged, awards=gone), {HOME: OTHER})
    assert (back.award_ids, back.placements) == (("A",), {"A": "", "B": ""})


def test_an_undo_brings_back_a_contract_that_a_list_had_left_without_worth():
    target = contract(OTHER, awards=(stands(OTHER, "C", 0),))
    made = regroup(contract(), target, ["B"])
    told = recorded_regrouping(payloads(made)[HOME])
    back = undo(told, contract(keys=("A",)), placed(made, target), {})
    assert isinstance(back, Regrouping)
    assert (back.source_after.amount_cents, back.award_ids) == (0, ("B",))


def test_a_regrouping_that_was_undone_is_not_offered_again():
    target = contract(OTHER, ("C",))
    made = regroup(contract(), target, ["B"])
    told = payloads(made)[HOME]
    back = undo(recorded_regrouping(told), contract(keys=("A",)), placed(made, target), {})
    assert isinstance(back, Regrouping) and back.event == "regrouping_undone"
    assert standing_regroupings([("awards_regrouped", told)]) == [recorded_regrouping(told)]
    assert standing_regroupings([("awards_regrouped", told), (back.event, payloads(back)[HOME])]) == []


@pytest.mark.parametrize(
    ("own", "placed_in", "here"),
    [(HOME, "", HOME), (HOME, f"{HOME}-2", f"{HOME}-2"), ("R27-971030034", f"{HOME}-2", "R27-971030034"),
     ("R26-971010012", f"{HOME}-2", "R26-971010012"), ("R27-971040045", "", "R27-971050056")],
)  # fmt: skip
def test_a_placement_holds_while_provider_and_year_are_the_same_and_follows_a_fold(own, placed_in, here):
    assert carried_by(own, placed_in, {"R27-971040045": "R27-971050056"}) == here


class Regroupings(RuleBasedStateMachine):
    """Any sequence of regroupings, undos, reductions and newer lists of one provider's year."""

    @initialize(cents=st.lists(st.integers(1, 99_999), min_size=4, max_size=8), reduced=st.integers(0, 50))
    def open(self, cents, reduced):
        ids = (HOME, OTHER, f"{HOME}-971030034")
        self.awards = {f"A{n}": stands(ids[n % 3], f"A{n}", c) for n, c in enumerate(cents)}
        self.adjustments = dict.fromkeys(ids, 0)
        self.folded, self.signed = {}, []
        if self.facts(HOME).worth.awards_cents > reduced:
            self.adjustments[HOME] = -reduced

    def facts(self, contract_id):
        here = (a for a in self.awards.values() if contract_id in (a.contract_id, a.placed_in))
        return contract(contract_id, awards=tuple(here), adjustment_cents=self.adjustments[contract_id],
                        folded_into=self.folded.get(contract_id, ""))  # fmt: skip

    def picture(self):
        """Everything that people see: contracts that are not folded, what they carry and what they are worth."""
        standing = (self.facts(key) for key in self.adjustments if key not in self.folded)
        return {f.contract_id: (sorted(a.mocs_id for a in f.carried), f.worth) for f in standing}

    def total(self):
        awards = sum(award.counted_cents for award in self.awards.values())
        return awards + sum(self.adjustments.values())

    def write(self, made):
        for key in made.award_ids:
            self.awards[key] = replace(self.awards[key], contract_id=made.target_id)
        for key, place in made.placements.items():
            self.awards[key] = replace(self.awards[key], placed_in=place)
        self.adjustments[made.source_id] = made.source_after.adjustment_cents
        self.adjustments[made.target_id] = made.target_after.adjustment_cents
        self.folded.pop(made.target_id, None)
        if made.folds_source:
            self.folded[made.source_id] = made.target_id

    def back(self, made):
        told = recorded_regrouping(payloads(made)[made.source_id])
        return undo(told, self.facts(told.source_id), self.facts(told.target_id), self.folded)

    @rule(data=st.data())
    def move(self, data):
        """An immediate undo restores the picture, and what was before decides nothing about the amounts."""
        ids = sorted(self.adjustments)
        source = self.facts(data.draw(st.sampled_from(ids)))
        target = data.draw(st.sampled_from([None, *ids]))
        assume(source.carried)
        keys = data.draw(st.lists(st.sampled_from([a.mocs_id for a in source.carried]), min_size=1, unique=True))
        made = regroup(source, self.facts(target) if target else None, keys, set(ids))
        if isinstance(made, Regrouping):
            before = (self.picture(), dict(self.awards))
            self.write(made)
            if data.draw(st.booleans()):
                self.write(self.back(made))
                assert (self.picture(), self.awards) == before
            else:
                self.signed.append((made, before))

    @precondition(lambda self: self.signed)
    @rule()
    def undo_the_latest(self):
        made, before = self.signed.pop()
        if before is not None:
            self.write(self.back(made))
            assert (self.picture(), self.awards) == before

    @precondition(lambda self: self.signed)
    @rule(data=st.data())
    def undo_any(self, data):
        """Out of turn it is refused or done, and what earlier pictures showed is no longer to be had."""
        made, _ = self.signed.pop(data.draw(st.integers(0, len(self.signed) - 1)))
        back = self.back(made)
        if isinstance(back, Regrouping):
            self.write(back)
        self.signed = [(one, None) for one, _ in self.signed]

    @rule(key=st.integers(0, 15), cents=st.integers(0, 99_999), group=st.sampled_from([HOME, OTHER]))
    def newer_list(self, key, cents, group):
        """A list changes an amount or adds an award; placements and folds say where it stands."""
        name = f"A{key}"
        own = self.awards[name].own if name in self.awards else group
        there = self.awards.get(name, stands(own, name))
        here = carried_by(own, there.placed_in, self.folded)
        self.awards[name] = replace(there, contract_id=here, counted_cents=cents)
        self.signed = [(one, None) for one, _ in self.signed]

    @invariant()
    def each_award_stands_where_the_next_list_would_put_it(self):
        for award in self.awards.values():
            assert award.contract_id == carried_by(award.own, award.placed_in, self.folded)

    @invariant()
    def what_is_seen_is_all_there_is(self):
        worths = [worth for _, worth in self.picture().values()]
        assert sum(w.awards_cents + w.adjustment_cents for w in worths) == self.total()
        assert all(not self.facts(key).carried and not self.adjustments[key] for key in self.folded)


TestRegroupings = Regroupings.TestCase
TestRegroupings.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
