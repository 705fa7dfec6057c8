"""The ladder of escalation: who is told, when it climbs, and that no alert is lost, doubled or silenced by another."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.case_facts import CaseFacts, Decided, first_facts, reckoned
from models.hotline.clocks import Clocks
from models.hotline.escalation import (
    LADDER_ONLY,
    SIGNS,
    TOP,
    Alert,
    Around,
    Raised,
    Trigger,
    alert_message,
    next_alerts,
)
from models.hotline.reaching import Counted, reaching
from tasks.adapters.hotline.phrase_files import read_tables
from tasks.adapters.policy import hotline_work_policy

POLICY = hotline_work_policy()
CLOCKS = Clocks(POLICY)
START = datetime(2026, 11, 20, 14, tzinfo=UTC)
SUBJECTS = st.fixed_dictionaries({
    "signals": st.frozensets(st.sampled_from([*sorted(SIGNS), "snap", "no_heat"]), max_size=4),
    "channel": st.sampled_from(["hotline", "elected_official"]), "priority": st.integers(1, 4),
    "rule": st.sampled_from(["", "fire", "child without shelter"]), "unit": st.sampled_from(["FIA", "ADULTS", "APS"]),
})  # fmt: skip
ACTS = st.sampled_from(["", "", "acknowledged", "alert_acknowledged", "interim", "answered", "resolved", "closed"])
HISTORIES = st.lists(st.tuples(st.integers(1, 400), ACTS), min_size=1, max_size=12)
AROUND = st.builds(Around, st.booleans(), st.booleans())


def decided(**changed: Any) -> Decided:
    given = {
        "contact_id": "C-1", "state": "queued", "unit": "FIA", "alternatives": (), "priority": 3, "confidential": False,
        "needs_language_service": False, "language": "en", "channel": "hotline", "review": (), "rule": "",
        "signals": frozenset(), "duplicate_of": "", "judged_by": "", "received_at": START, "decided_at": START,
        "clock": "", "due_at": None,
    }  # fmt: skip
    return Decided(**{**given, **changed})


def after(facts: CaseFacts, act: str, at: datetime, about: Decided) -> CaseFacts:
    """The facts after an act, as `taking` would have them."""
    if act == "acknowledged" and not facts.acknowledged_at:
        return reckoned(replace(facts, acknowledged_at=at), about, CLOCKS)
    if act == "interim":
        return replace(facts, first_response_at=facts.first_response_at or at)
    if act == "answered":
        return replace(facts, first_response_at=facts.first_response_at or at, responded_at=at)
    if act == "resolved":
        return replace(facts, resolved_at=facts.resolved_at or at)
    return replace(facts, state="closed", closed_at=at) if act == "closed" else facts


def raised_by(alerts: list[Alert], at: datetime) -> list[Raised]:
    return [Raised(one.level, at, one.climbs_at, False) for one in alerts]


def told(about: Decided, minutes: int, facts: CaseFacts | None = None, around: Around | None = None) -> list[Any]:
    """Level and trigger of all that is due so long after the contact came in, with nothing raised before."""
    due = next_alerts(
        facts or first_facts(about, CLOCKS), about, [], POLICY, START + timedelta(minutes=minutes), around or Around()
    )
    return [(one.level, one.trigger) for one in due]


@given(SUBJECTS, HISTORIES, AROUND)
def test_whatever_happens_no_level_is_told_twice_and_nothing_is_told_of_what_is_over(
    subject: dict[str, Any], history: list[tuple[int, str]], around: Around
) -> None:
    about, at, raised = decided(**subject), START, list[Raised]()
    facts = first_facts(about, CLOCKS)
    for minutes, act in history:
        at += timedelta(minutes=minutes)
        facts = after(facts, act, at, about)
        if act in ("acknowledged", "alert_acknowledged"):
            raised = [replace(one, is_acknowledged=True) for one in raised]
        due = next_alerts(facts, about, raised, POLICY, at, around)
        levels = [one.level for one in (*raised, *due)]
        assert len(set(levels)) == len(levels) and set(levels) <= set(range(TOP + 1))
        if facts.closed_at or facts.responded_at:
            assert due == []
        if not any(not one.is_acknowledged for one in raised):
            assert Trigger.UNHEARD not in {one.trigger for one in due}
        raised += raised_by(due, at)
        assert next_alerts(facts, about, raised, POLICY, at, around) == []


@given(SUBJECTS, AROUND)
def test_what_a_subject_asks_for_is_told_at_once_however_much_time_is_left(
    subject: dict[str, Any], around: Around
) -> None:
    about = decided(**subject)
    wanted = [SIGNS[name][0] for name in about.signals if name in SIGNS]
    wanted += [4] if about.channel == "elected_official" else []
    wanted += [3] if around.is_crowded else []
    wanted += [2] if around.is_repeated else []
    levels = [level for level, _ in told(about, 1, around=around)]
    assert max(levels, default=-1) == max([*wanted, 0 if about.priority == 1 else -1])


@given(st.frozensets(st.sampled_from(sorted(SIGNS))), st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_of_priority_1_every_level_is_told_in_its_turn_whatever_its_subject_was_told_at_once(
    signals: frozenset[str], steps: list[int]
) -> None:
    about, passed, raised = decided(priority=1, rule="fire", signals=signals), 0, list[Raised]()
    begun = None
    for minutes in steps:
        passed += minutes
        at = START + timedelta(minutes=passed)
        raised += raised_by(next_alerts(first_facts(about, CLOCKS), about, raised, POLICY, at), at)
        begun = passed if begun is None else begun
        due = {0} | {level for level, wait in enumerate(POLICY.urgent_minutes, 1) if passed - begun >= wait}
        assert due <= {one.level for one in raised}


@pytest.mark.parametrize("act", ["", "acknowledged", "alert_acknowledged", "interim"])
def test_a_danger_to_life_is_told_at_the_top_after_two_hours_even_if_somebody_took_notice(act: str) -> None:
    about = decided(priority=1, rule="fire")
    facts = after(first_facts(about, CLOCKS), act, START + timedelta(minutes=5), about)
    quiet, late = told(about, 119, facts), told(about, 120, facts)
    assert TOP not in {level for level, _ in quiet} and late[-1] == (TOP, Trigger.UNRESOLVED)


@pytest.mark.parametrize("act", ["resolved", "answered", "closed"])
def test_a_danger_to_life_that_is_over_is_not(act: str) -> None:
    about = decided(priority=1, rule="fire")
    facts = after(first_facts(about, CLOCKS), act, START + timedelta(minutes=100), about)
    assert TOP not in {level for level, _ in told(about, 600, facts)}


@pytest.mark.parametrize("changed", [
    {"priority": 1, "rule": "child without shelter"}, {"priority": 2, "rule": "fire"},
    {"priority": 1, "rule": "fire", "clock": "outreach"},
])  # fmt: skip
def test_what_is_urgent_but_no_danger_to_life_does_not_reach_the_top_so(changed: dict[str, Any]) -> None:
    about = decided(**changed)
    facts = replace(first_facts(about, CLOCKS), acknowledged_at=START)
    assert Trigger.UNRESOLVED not in {trigger for _, trigger in told(about, 600, facts)}


def test_no_mail_says_what_a_contact_is_about_or_what_others_say() -> None:
    about = {trigger for _, trigger in SIGNS.values()} | {Trigger.ELECTED, Trigger.FACILITY, Trigger.REPEATED}
    for trigger in about:
        subject, body = alert_message(3, trigger, "Executive Director", ["C-1"], 100)
        assert str(trigger) not in f"{subject} {body}" and "it is for your level by its kind" in body


def test_signs_of_the_ladder_have_words_give_no_points_and_are_named_within_no_other_sign() -> None:
    tables = read_tables()
    names = {signal.name: signal.points for signal in tables.signals}
    assert {name: dict(names[name]) for name in LADDER_ONLY} == {key: {} for key in LADDER_ONLY}
    # The database looks for a name anywhere in the row of a contact's signs.
    assert [(name, other) for name in SIGNS for other in names if name != other and name in other] == []
    for language, terms in tables.terms.items():
        assert language == "any" or {term.signal for term in terms} >= LADDER_ONLY, language


# --- numbers that become full --------------------------------------------------------------------------------------

CONTACTS = st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.booleans()), max_size=14).map(
    lambda rows: [Counted(f"C-{n:02}", START + timedelta(days=day), *rest) for n, (day, *rest) in enumerate(rows)]
)


@given(CONTACTS, st.integers(2, 5), st.integers(1, 20))
def test_a_number_is_told_once_within_its_time_and_never_before_it_is_full(
    contacts: list[Counted], number: int, days: int
) -> None:
    within, known = timedelta(days=days), {one.contact_id: one for one in contacts}
    found = [known[one] for one in reaching(contacts, number, within)]

    def is_full(one: Counted) -> bool:
        until = (one.received_at, one.contact_id)
        before = [o for o in contacts if (o.received_at, o.contact_id) <= until]
        return sum(one.received_at - o.received_at <= within for o in before) >= number

    def is_told(one: Counted, by: list[Counted]) -> bool:
        return any(abs(one.received_at - other.received_at) <= within for other in by if other is not one)

    earlier = [one for one in contacts if one.has_told]
    assert all(one.can_tell and is_full(one) and not is_told(one, [*earlier, *found]) for one in found)
    missed = [one for one in contacts if one.can_tell and is_full(one) and one not in found and not one.has_told]
    assert all(is_told(one, [*earlier, *found]) for one in missed)
