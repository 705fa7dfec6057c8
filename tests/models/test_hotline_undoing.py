"""Do, then take back: links, routings, closings and reopenings leave state, clocks and counts as they were."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from models.hotline.acts import CLOSE_CODES, UNDOABLE, WORK
from models.hotline.case_facts import CaseFacts, Decided, difference, first_facts, grouped, restored
from models.hotline.clocks import Clocks
from models.hotline.links import linked, unlinked, why_not_linked
from models.hotline.phrases import Unit
from models.hotline.states import LIFECYCLE
from models.hotline.taking import Case, Doing, Last, Taken, take, undo_of
from tasks.adapters.policy import hotline_work_policy

RUNNING = Clocks(hotline_work_policy())
START = datetime(2026, 10, 30, 15, tzinfo=UTC)
UNITS = st.sampled_from([str(unit) for unit in Unit])
SIGNALS = ("no_heat", "staff_rude", "street_person", "expedited", "complaint", "shelter_transfer")


def decided(
    unit: str = "FIA", priority: int = 3, signals: frozenset[str] = frozenset(), state: str = "queued",
    received_at: datetime = START, contact_id: str = "INQ-0001",
) -> Decided:  # fmt: skip
    """A contact as triage left it."""
    return Decided(
        contact_id, state, unit, (), priority, unit in ("DV", "HASA"), False, "en", "hotline", (), "", signals, "", "",
        received_at, received_at + timedelta(minutes=10), "", None,
    )  # fmt: skip


DECISIONS = st.builds(
    decided, UNITS, st.integers(1, 4), st.frozensets(st.sampled_from(SIGNALS)),
    st.sampled_from(["queued", "to_person"]),
    st.integers(-260 * 86_400, 30 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds)),
)  # fmt: skip


def doing(act: str, at: datetime, **fields: str) -> Doing:
    return Doing(act, fields, "", "w.one", at, RUNNING)


class Work(RuleBasedStateMachine):
    """One contact, worked on at random; after each act that can be taken back, taking it back is the identity."""

    def __init__(self) -> None:
        super().__init__()
        self.decided = decided(signals=frozenset({"shelter_transfer"}))
        self.facts = first_facts(self.decided, RUNNING)
        self.last, self.seq, self.now = Last(), 2, START + timedelta(hours=1)

    def _do(self, act: str, **fields: str) -> Taken | str:
        self.now += timedelta(hours=7)
        before = self.facts
        taken = take(Case(self.facts, self.decided, self.last), doing(act, self.now, **fields))
        if isinstance(taken, str):
            assert self.facts == before
            return taken
        self.seq += 1
        self.last = Last(act, self.seq, dict(taken.told.get("before", {})))
        self.facts = taken.facts
        if act in UNDOABLE:
            self._take_back(before)
        return taken

    def _take_back(self, before: CaseFacts) -> None:
        back = undo_of(self.last)
        later = self.now + timedelta(days=3)
        undone = take(Case(self.facts, self.decided, self.last), doing(back, later))
        assert isinstance(undone, Taken), undone
        assert undone.facts == before
        assert undone.undoes == self.seq

    @rule(name=st.sampled_from(sorted(set(WORK) - {"linked", "unlinked", "rejected", "contact_attempted", "noted"})))
    def work(self, name: str) -> None:
        self._do(name, **({"means": "call"} if name == "interim_sent" else {}))

    @rule()
    def attempt(self) -> None:
        self._do("contact_attempted", means="call", outcome="no_answer")

    @rule()
    def reject(self) -> None:
        self._do("rejected", why="wrong_unit")

    @rule(unit=UNITS)
    def route(self, unit: str) -> None:
        self._do("routed", unit=unit)

    @rule(priority=st.sampled_from("1234"))
    def set_priority(self, priority: str) -> None:
        self._do("priority_set", priority=priority)

    @rule()
    def answer(self) -> None:
        self._do("response_sent", means="letter")

    @rule(code=st.sampled_from(sorted(CLOSE_CODES)))
    def close(self, code: str) -> None:
        self._do("closed", code=code)

    @rule()
    @precondition(lambda self: self.facts.state == "closed")
    def reopen(self) -> None:
        self._do("reopened")

    @invariant()
    def the_clock_starts_when_the_contact_was_received(self) -> None:
        assert self.facts.started_at == self.decided.received_at
        assert self.facts.first_due_at == first_facts(self.decided, RUNNING).first_due_at

    @invariant()
    def only_what_is_worked_on_has_an_owner_and_only_what_waits_for_the_constituent_stands_still(self) -> None:
        assert bool(self.facts.paused_since) == (self.facts.state == "awaiting_constituent")
        assert self.facts.owner == "" or self.facts.state not in ("queued", "to_person", "received")
        assert bool(self.facts.closed_at) == (self.facts.state == "closed")


Work.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestWork = Work.TestCase


@given(told=DECISIONS, units=st.lists(UNITS, max_size=6))
def test_no_routing_makes_a_clock_longer_than_it_was_at_first(told: Decided, units: list[str]) -> None:
    facts = first_facts(told, RUNNING)
    for number, unit in enumerate(units):
        taken = take(Case(facts, told), doing("routed", START + timedelta(days=number), unit=unit))
        facts = facts if isinstance(taken, str) else taken.facts
        assert facts.due_at <= facts.first_due_at


@given(told=DECISIONS, priority=st.sampled_from("1234"))
def test_a_priority_counts_from_the_first_start_and_back_again(told: Decided, priority: str) -> None:
    assume(str(told.priority) != priority)
    facts = first_facts(told, RUNNING)
    raised = take(Case(facts, told), doing("priority_set", START + timedelta(days=9), priority=priority))
    assert isinstance(raised, Taken)
    back = take(Case(raised.facts, told), doing("priority_set", START, priority=str(told.priority)))
    assert isinstance(back, Taken)
    assert back.facts == facts


PAIRS = st.tuples(DECISIONS, DECISIONS).map(lambda two: (two[0], replace(two[1], contact_id="INQ-0002")))


@given(pair=PAIRS)
def test_a_link_and_its_end_leave_both_contacts_as_they_were(pair: tuple[Decided, Decided]) -> None:
    first, later = (first_facts(one, RUNNING) for one in pair)
    assume(not why_not_linked(Case(later, pair[1]), Case(first, pair[0])))
    joined = linked(later, first.case_id)
    together = grouped(first, pair[0], [joined], RUNNING)
    assert together.started_at == min(first.received_at, later.received_at)
    assert together.priority == min(first.priority, later.priority)
    assert unlinked(joined) == later
    assert grouped(together, pair[0], [], RUNNING) == first


@given(pair=PAIRS)
def test_no_link_joins_what_is_restricted_with_what_is_not(pair: tuple[Decided, Decided]) -> None:
    first, later = (first_facts(one, RUNNING) for one in pair)
    refused = why_not_linked(Case(later, pair[1]), Case(first, pair[0]))
    assert bool(refused) == (first.restricted != later.restricted or (first.restricted and first.unit != later.unit))


@given(told=DECISIONS, data=st.data())
def test_a_difference_is_kept_as_json_and_restores_what_it_was_of(told: Decided, data: Any) -> None:

    before = first_facts(told, RUNNING)
    after = replace(
        before, owner="w.one", closed_at=told.received_at, reopened_count=data.draw(st.integers(0, 9)),
        last_attempt_on=told.received_at.date(), state="closed",
    )  # fmt: skip
    kept = json.loads(json.dumps(difference(before, after)))
    assert restored(after, kept) == before
    assert difference(before, before) == {}


def test_an_act_in_the_wrong_state_says_what_is_possible_instead() -> None:
    facts = first_facts(decided(), RUNNING)
    said = take(Case(facts, decided()), doing("resumed", START))
    assert isinstance(said, str)
    assert "claimed" in said


def test_what_was_taken_back_cannot_be_taken_back_again() -> None:
    assert undo_of(Last("back_to_queued", 4)) == ""
    assert all(("queued", event) in LIFECYCLE.table for event in ("back_to_queued", "back_to_closed"))
