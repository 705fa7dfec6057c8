"""The blind sample is drawn by its week alone, and its figures are what their definitions say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.hotline.misleading import Disagreement, Misleading, misleading
from models.hotline.retriage import (
    Reading,
    cohen_kappa,
    draw,
    monday_of,
    priority_accuracy,
    reader_problem,
)
from models.shared.people import Person, Role, Unit

WEEK = date(2026, 11, 16)
WEEKS = st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(monday_of)
CONTACTS = st.dictionaries(st.text("abcdef0123", min_size=1, max_size=6), st.integers(1, 4), max_size=60)


@given(CONTACTS, WEEKS, st.integers(0, 30))
def test_the_same_week_draws_the_same_contacts_in_whichever_order_they_come(
    contacts: dict[str, int], week: date, least: int
) -> None:
    again = dict(reversed(contacts.items()))
    assert draw(contacts, week, least) == draw(again, week, least)


@given(CONTACTS, WEEKS, st.integers(0, 30))
def test_all_of_priority_1_are_drawn_and_as_many_others_as_asked_for(
    contacts: dict[str, int], week: date, least: int
) -> None:
    found = draw(contacts, week, least)
    urgent = {one for one, priority in contacts.items() if priority == 1}
    assert {one for one, why in found.items() if why == "priority 1"} == urgent
    assert len(found) - len(urgent) == min(least, len(contacts) - len(urgent))


def test_another_week_draws_others() -> None:
    contacts = {f"c{n}": 3 for n in range(400)}
    assert set(draw(contacts, WEEK, 50)) != set(draw(contacts, date(2026, 11, 23), 50))


def test_a_contact_that_comes_late_may_join_and_pushes_out_one_at_most() -> None:
    contacts = {f"c{n}": 3 for n in range(400)}
    before, after = set(draw(contacts, WEEK, 50)), set(draw(contacts | {"late": 3}, WEEK, 50))
    assert len(before - after) <= 1


TABLES = st.dictionaries(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.integers(1, 50), min_size=1)


@given(TABLES)
def test_kappa_is_at_most_one_and_the_same_whoever_is_first(table: dict[tuple[int, int], float]) -> None:
    found, turned = cohen_kappa(table), cohen_kappa({(b, a): count for (a, b), count in table.items()})
    assert (found is None) == (turned is None)
    if found is not None and turned is not None:
        assert -1 - 1e-9 <= found <= 1 + 1e-9 and found == pytest.approx(turned)


@given(TABLES, st.permutations([1, 2, 3, 4]))
def test_kappa_does_not_depend_on_what_the_answers_are_called(
    table: dict[tuple[int, int], float], names: list[int]
) -> None:
    renamed = {(names[a - 1], names[b - 1]): count for (a, b), count in table.items()}
    found, other = cohen_kappa(table), cohen_kappa(renamed)
    assert (found is None) == (other is None)
    assert found is None or other is None or found == pytest.approx(other)


@pytest.mark.parametrize(("table", "kappa"), [
    # Two readers of fifty grant applications, a textbook's example.
    ({(1, 1): 20, (1, 2): 5, (2, 1): 10, (2, 2): 15}, 0.4), ({(1, 1): 7, (3, 3): 2}, 1.0),
    ({(1, 2): 5, (2, 1): 5}, -1.0), ({(1, 1): 4, (1, 2): 4, (2, 1): 4, (2, 2): 4}, 0.0),
    ({(3, 3): 9}, None), ({}, None),
])  # fmt: skip
def test_kappa_of_known_tables(table: dict[tuple[int, int], float], kappa: float | None) -> None:
    assert cohen_kappa(table) == (None if kappa is None else pytest.approx(kappa))


def readings(*told: tuple[int, int, str, int]) -> list[Reading]:
    return [Reading(triaged, final, why, True) for triaged, final, why, count in told for _ in range(count)]


SAMPLE = readings((1, 1, "priority 1", 18), (1, 2, "priority 1", 6), (3, 1, "drawn", 2), (3, 3, "drawn", 48))


def test_figures_of_what_was_read_alone() -> None:
    found = priority_accuracy(SAMPLE)
    assert (found.readings, found.urgent) == (74, 20)
    assert (found.recall, found.over, found.under) == (0.9, 0.25, pytest.approx(0.1))


def test_the_few_that_were_drawn_stand_for_all_others_of_the_week() -> None:
    found = priority_accuracy(SAMPLE, {"priority 1": 24, "drawn": 500})
    assert found.recall == pytest.approx(18 / 38) and found.under == pytest.approx(20 / 38)
    assert found.over == 0.25


@given(st.lists(st.builds(Reading, st.integers(1, 4), st.integers(1, 4), st.sampled_from(["drawn"]), st.booleans())))
def test_what_is_found_and_what_is_missed_are_all_that_is_urgent(told: list[Reading]) -> None:
    found = priority_accuracy(told)
    assert (found.recall is None) == (found.urgent < 10)
    if found.recall is not None and found.under is not None:
        assert found.recall + found.under == pytest.approx(1)


def person(*roles: Role, staff_id: str = "j.ray", is_active: bool = True) -> Person:
    return Person(staff_id, "Jo Ray", Unit.CONSTITUENT_SERVICES, frozenset(roles), is_active)


@pytest.mark.parametrize(("who", "restricted", "worked", "message"), [
    (person(Role.CASEWORKER), False, (), ""), (person(Role.CASEWORKER), True, (), "somebody who is cleared"),
    (person(Role.CASEWORKER, Role.CLEARED), True, (), ""), (person(Role.CALL_TAKER), False, (), "read the sample"),
    (person(Role.TRIAGE_SUPERVISOR), False, ("j.ray",), "somebody else reads it"),
    (person(Role.CASEWORKER, is_active=False), False, (), "read the sample"),
])  # fmt: skip
def test_who_may_read_a_contact_of_the_sample(
    who: Person, restricted: bool, worked: tuple[str, ...], message: str
) -> None:
    found = reader_problem(who, restricted, worked)
    assert message in found and bool(found) == bool(message)


def test_signs_are_counted_by_what_they_misled_to_and_confidential_ones_without_a_word() -> None:
    told = [Disagreement("override", "unit", "FIA", "HOMEBASE", ("arrears", "snap"), False)] * 3
    told += [Disagreement("sample", "priority", "3", "1", ("arrears",), False)]
    told += [Disagreement("override", "unit", "FIA", "DV", ("dv_now", "snap"), True)] * 2
    assert misleading(told, {"arrears": 40, "snap": 90}) == (
        Misleading("arrears", "override", "unit", "FIA", "HOMEBASE", 3, 40),
        Misleading("snap", "override", "unit", "FIA", "HOMEBASE", 3, 90),
        Misleading("RESTRICTED", "override", "unit", "RESTRICTED", "RESTRICTED", 2, None),
        Misleading("arrears", "sample", "priority", "3", "1", 1, 40),
    )
