"""Random lives of a contract: steps legal and not, papers, awards and time, for all three kinds.

Whatever happens, the case stands in a state of its lifecycle, a refused step changes nothing, the holders' intervals
sum to the elapsed time, and each filing with the Comptroller ends in exactly one way.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from models.registration.clocks import registration_clock
from models.registration.packet import RegistrationPacket
from models.registration.requirements import CHECKLIST
from models.registration.rules import review
from models.registration.states import LIFECYCLES, STEPS, Kind
from models.shared.calendar import new_york_date
from models.shared.lifecycle import IllegalTransition, Lifecycle, advance, ledger
from tests.factories import POLICY, good_documents, make_award, make_document, make_event, make_packet, make_provider

START = datetime(2026, 7, 1, 13, tzinfo=UTC)
# Every event that anything can send, and one that nothing knows.
EVENTS = sorted({t.event for lifecycle in LIFECYCLES.values() for t in lifecycle.transitions} | {"painted"})
AT_COMPTROLLER = ("filed", "answered")
PATH = (
    "cleared", "scope_and_budget_agreed", "package_complete", "found_responsible", "notice_completed", "award_made",
    "filed", "objected", "objection_answered",
)  # fmt: skip
NOTICE = ("hearing", "comment", "cancelled", "")


class RegistrationLife(RuleBasedStateMachine):
    """One case with its history; `moves` are the moments of its events with the state after each."""

    packet: RegistrationPacket
    now: datetime
    moves: list[tuple[datetime, str]]
    passages: list[tuple[str, str, str]]

    @initialize(
        kind=st.sampled_from(Kind),
        cents=st.sampled_from([900_000, 5_000_000, 20_000_000, 120_000_000]),
        ahead=st.sampled_from([0, 2, 3, 4, 7, 7, 8, 9]),
        days=st.integers(0, 20),
    )
    def open(self, kind: Kind, cents: int, ahead: int, days: int) -> None:
        """A case that has come some way already: random steps alone seldom come far."""
        self.now, self.moves, self.passages = START, [(START, "designated")], []
        self.packet = make_packet(
            kind=kind, state="designated", state_since=new_york_date(START), as_of=new_york_date(START),
            amount_cents=cents, awards=(make_award(status="Pending", amount_cents=cents),),
            provider=make_provider(council_total_cents=cents),
        )  # fmt: skip
        for event in PATH[:ahead]:
            if event in self.lifecycle.events_from(self.packet.state):
                self.wait(timedelta(days=days))
                self.send(event)

    @property
    def lifecycle(self) -> Lifecycle:
        return LIFECYCLES[self.packet.kind]

    def change(self, **facts: Any) -> None:
        self.packet = self.packet.model_copy(update=facts)

    def wait(self, time: timedelta) -> None:
        self.now += time
        self.change(as_of=new_york_date(self.now))

    def record(self, event: str, target: str, value: str = "") -> None:
        today = new_york_date(self.now)
        self.passages.append((self.packet.state, event, target))
        self.moves.append((self.now, target))
        facts: dict[str, Any] = {
            "history": (*self.packet.history, make_event(event, today, target, value=value)),
        }
        if target != self.packet.state:
            facts |= {"state": target, "state_since": today}
        if event == "kind_set":
            facts["kind"] = Kind(value)
        self.change(**facts)

    def send(self, event: str, value: str = "") -> None:
        """Send an event; what the table does not know is refused and changes nothing."""
        before = self.packet.canonical()
        target = advance(self.lifecycle, self.packet.state, event)
        if isinstance(target, IllegalTransition):
            assert event not in self.lifecycle.events_from(self.packet.state)
            assert self.packet.canonical() == before
            return
        self.record(event, target.name, value)

    @rule(event=st.sampled_from(EVENTS), kind=st.sampled_from(Kind), notice=st.sampled_from(NOTICE))
    def anything_is_sent(self, event: str, kind: Kind, notice: str) -> None:
        """A step of the office's, right or wrong; the deemed registration comes from the clock alone."""
        if event != "deemed_registered":
            self.send(event, kind.value if event == "kind_set" else notice)

    @rule(data=st.data())
    def a_step_is_taken_that_leads_on(self, data: st.DataObject) -> None:
        onward = STEPS - {"withdrawn", "lapsed", "kind_set", "orientation_attended"}
        possible = sorted(set(self.lifecycle.events_from(self.packet.state)) & onward)
        if possible:
            self.send(data.draw(st.sampled_from(possible)), data.draw(st.sampled_from(NOTICE)))

    @precondition(lambda self: self.packet.state in AT_COMPTROLLER)
    @rule(days=st.integers(0, 35), answer=st.sampled_from(["registered", "returned", "objected", None]))
    def the_comptroller_answers_or_lets_time_pass(self, days: int, answer: str | None) -> None:
        """The answer may come after the review of the day on which the contract was deemed registered."""
        self.wait(timedelta(days=days))
        self.the_case_is_reviewed()
        if answer:
            self.send(answer)

    @rule(time=st.one_of(st.timedeltas(timedelta(), timedelta(days=3)), st.timedeltas(timedelta(), timedelta(days=60))))
    def time_passes(self, time: timedelta) -> None:
        self.wait(time)

    @rule()
    def the_case_is_reviewed(self) -> None:
        """Every move that clocks and facts bring is legal, and they come to rest."""
        for _ in range(len(self.lifecycle.states)):
            move = review(self.packet, POLICY).move
            if move is None:
                return
            if move == "deemed_registered":
                running = [clock for clock in registration_clock(self.packet, POLICY) if clock.ended_on is None]
                assert [self.packet.as_of > clock.due_on for clock in running] == [True]
            target = advance(self.lifecycle, self.packet.state, move)
            assert not isinstance(target, IllegalTransition), target
            self.record(move, target.name)
        raise AssertionError("the review never comes to rest")

    @rule(
        document=st.sampled_from([requirement.document for requirement in CHECKLIST]),
        has_file=st.booleans(),
        signed_on=st.none() | st.dates(date(2024, 1, 1), date(2028, 1, 1)),
        expires_on=st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1)),
        year=st.sampled_from([None, 2026, 2027]),
    )
    def a_document_is_reported(self, document: str, **facts: Any) -> None:
        facts["fiscal_year"] = facts.pop("year")
        others = tuple(fact for fact in self.packet.documents if fact.document != document)
        self.change(documents=(*others, make_document(document, **facts)))

    @rule()
    def every_document_arrives(self) -> None:
        self.change(documents=good_documents(self.packet))

    @rule(status=st.sampled_from(["Cleared", "Pending", "Rescinded"]), vanished=st.booleans())
    def the_list_changes(self, status: str, vanished: bool) -> None:
        self.change(awards=(make_award(status=status, vanished=vanished, amount_cents=self.packet.amount_cents),))

    @rule()
    def the_award_is_cleared(self) -> None:
        self.change(awards=(make_award(amount_cents=self.packet.amount_cents),))

    @invariant()
    def the_case_stands_in_its_lifecycle(self) -> None:
        assert self.packet.state in {state.name for state in self.lifecycle.states}

    @invariant()
    def a_closed_case_has_moved_for_the_last_time(self) -> None:
        closed = [n for n, (_, _, target) in enumerate(self.passages) if self.lifecycle.by_name[target].final]
        assert closed in ([], [len(self.passages) - 1])

    @invariant()
    def the_holders_intervals_sum_to_the_elapsed_time(self) -> None:
        final = self.lifecycle.by_name[self.packet.state].final
        until = self.moves[-1][0] if final else self.now
        times = ledger(self.lifecycle, self.moves).by_holder(self.now)
        assert sum(times.values(), timedelta()) == until - START
        assert all(time >= timedelta() for time in times.values())

    @invariant()
    def a_filing_ends_in_exactly_one_way(self) -> None:
        filings = sum(event == "filed" for _, event, _ in self.passages)
        ends = [
            event
            for state, event, target in self.passages
            if state in AT_COMPTROLLER and target not in (*AT_COMPTROLLER, "objected")
        ]
        open_ = self.packet.state in (*AT_COMPTROLLER, "objected")
        withdrawn_from_objected = any(p[:2] == ("objected", "withdrawn") for p in self.passages)
        assert len(ends) + open_ + withdrawn_from_objected == filings
        assert not {"registered", "deemed_registered"} < set(ends)
        assert set(ends) <= {"registered", "deemed_registered", "returned", "withdrawn"}

    @invariant()
    def a_clock_is_stopped_by_what_came_first(self) -> None:
        for clock in registration_clock(self.packet, POLICY):
            running = clock.ended_on is None
            standing = "answered" if "Mayor" in clock.label else "filed"
            assert running == (self.packet.state == standing)


RegistrationLife.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
test_a_registration_never_leaves_its_procedure = RegistrationLife.TestCase
