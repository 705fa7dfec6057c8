"""Which contacts belong to an event, that its priorities only raise, and that a bad file is answered in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.hotline.matching import Hit
from models.hotline.phrases import Unit
from models.hotline.rules import Decision
from models.hotline.surge import Ready, Surge, SurgeError, in_surge
from models.hotline.triage import Found
from models.hotline.wording import plain

DAY = date(2026, 11, 20)
SIGNALS = ("power_out", "no_food", "dv_now")


def surge(**changed: Any) -> Surge:
    return Surge.model_validate({"event": "storm", "name": "Storm", "from": DAY, "units": ["HEAP"], **changed})


def decision(unit: Unit = Unit.FIA, priority: int = 3) -> Decision:
    return Decision(unit, (), priority, False, False, "en", 0.9, (), "no food", (), ())


def found(text: str = "no heat", language: str = "en", signals: tuple[str, ...] = ()) -> Found:
    return Found(plain(text), language, {name: Hit(name, 0, 1, name) for name in signals}, ())


def judged(event: Surge, made: Decision, seen: Found | None = None, day: date = DAY) -> Decision:
    return in_surge(made, seen or found(), day, [Ready(event, SIGNALS)])


@pytest.mark.parametrize(("event", "made", "seen", "there"), [
    ({}, decision(Unit.HEAP), found(), True), ({}, decision(), found(), False),
    ({"signals": ["power_out"]}, decision(), found(signals=("power_out",)), True),
    ({"words": {"en": ["flood*"]}}, decision(), found("our flat is flooded"), True),
    ({"words": {"en": ["flood*"]}}, decision(), found("flood", language="fr"), False),
    ({"words": {"any": ["fema"]}}, decision(), found("FEMA", language="uk"), True),
    ({"words": {"es": ["huracan"]}}, decision(), found("el huracán", language="es"), True),
])  # fmt: skip
def test_a_contact_belongs_by_its_unit_its_signals_or_its_words(
    event: dict[str, Any], made: Decision, seen: Found, there: bool
) -> None:
    assert bool(judged(surge(**event), made, seen).events) is there


@pytest.mark.parametrize(("changed", "day", "there"), [
    ({}, DAY, True), ({}, DAY - timedelta(days=1), False), ({}, DAY + timedelta(days=900), True),
    ({"to": DAY}, DAY, True), ({"to": DAY}, DAY + timedelta(days=1), False),
    ({"closed_on": DAY + timedelta(days=1)}, DAY, True), ({"closed_on": DAY}, DAY, False),
])  # fmt: skip
def test_it_lasts_from_its_first_to_its_last_day_and_until_it_is_closed(
    changed: dict[str, Any], day: date, there: bool
) -> None:
    assert bool(judged(surge(**changed), decision(Unit.HEAP), day=day).events) is there


PRIORITIES = st.dictionaries(st.sampled_from(["all", *Unit]), st.integers(1, 4))


@given(st.lists(PRIORITIES, max_size=3), st.sampled_from(Unit), st.integers(1, 4))
def test_events_raise_the_priority_and_never_lower_it(overlays: list[Any], unit: Unit, priority: int) -> None:
    others = [one for one in Unit if one not in (Unit.DV, Unit.HASA)]
    events = [Ready(surge(event=f"e{n}", units=others, priority=p), SIGNALS) for n, p in enumerate(overlays)]
    before = decision(unit, priority)
    after = in_surge(before, found(), DAY, events)
    named = [p[key] for p in overlays for key in (unit, "all") if key in p] if unit in others else []
    assert after.priority == min([priority, *named])
    assert (after.raised_from, after.rule) == ((0, "no food") if after.priority == priority else (priority, after.rule))
    assert after.unit == before.unit and after.confidential == before.confidential


def test_what_made_it_more_urgent_is_said() -> None:
    assert judged(surge(priority={"all": 1}), decision(Unit.HEAP)).rule == "event storm"


@pytest.mark.parametrize(("changed", "message"), [
    ({"to": DAY - timedelta(days=1)}, "ends before it begins"), ({"units": []}, "says of no contact"),
    ({"units": ["DV"]}, "cannot be its subjects"), ({"signals": ["dv_now"]}, "cannot be its subjects"),
    ({"scripts": {"xx": "Hello"}}, "“xx” is no language"), ({"priority": {"HEAP": 5}}, "less than or equal to 4"),
    ({"event": "Big Storm"}, "match pattern"), ({"until": DAY}, "Extra inputs"), ({"units": ["HPD"]}, "Input should"),
])  # fmt: skip
def test_an_event_that_cannot_be_meant_is_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        surge(**changed)


@pytest.mark.parametrize(("changed", "message"), [
    ({"signals": ["no_roof"]}, "no signal “no_roof”"), ({"words": {"en": ["a ~ b & c"]}}, "mixes ~ and &"),
])  # fmt: skip
def test_words_and_signals_that_the_tables_do_not_have_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(SurgeError, match=message):
        Ready(surge(**changed), SIGNALS)
