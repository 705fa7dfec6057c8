"""What the blind sample says, in words; and what a second reader may answer."""

import pytest

from models.hotline.phrases import Unit
from models.hotline.retriage import (
    Reading,
    answer_problem,
    answers,
    may_read_sample,
    may_see_figures,
    needs_marking,
    priority_accuracy,
)
from models.hotline.sample_figures import figures
from models.shared.people import Person, Role
from models.shared.people import Unit as Office


def told(*readings: Reading) -> dict[str, tuple[str, str]]:
    return {one.name: (one.value, one.means) for one in figures(priority_accuracy(readings))}


def person(role: Role, *, is_active: bool = True) -> Person:
    return Person("x.one", "X One", Office.CONSTITUENT_SERVICES, frozenset({role}), is_active)


def test_each_figure_is_said_in_a_sentence_with_its_share_of_a_hundred() -> None:
    hit, missed = Reading(1, 1, "priority 1", True), Reading(2, 1, "drawn", True)
    found = told(*[hit] * 9, *[missed] * 3, *[Reading(3, 3, "drawn", False)] * 8)
    assert found["readings"][0] == "20" and found["urgent"][0] == "12"
    assert found["recall"] == ("0.75", "Of 100 matters of life safety triage called about 75 so.")
    assert "about 25 less urgent" in found["under"][1] and found["over"][0] == "n<10"
    assert found["same_unit"][0] == "0.60" and "sent about 60 to the unit" in found["same_unit"][1]


def test_a_figure_that_nine_contacts_say_is_none() -> None:
    found = told(*[Reading(1, 1, "priority 1", True)] * 9)
    assert {found[name][0] for name in ("recall", "over", "under", "kappa", "same_unit")} == {"n<10"}


def test_where_everything_has_one_priority_it_is_said_that_chance_cannot_be_told_apart() -> None:
    value, means = told(*[Reading(3, 3, "drawn", True)] * 10)["kappa"]
    assert value == "none" and "one and the same priority" in means


def test_who_is_not_cleared_names_the_units_that_the_law_protects_as_one() -> None:
    assert set(answers(cleared=True)) == set(Unit)
    assert set(answers(cleared=False)) == {*Unit} - {Unit.DV, Unit.HASA} | {"RESTRICTED"}
    assert [needs_marking(unit) for unit in ("DV", "RESTRICTED", "FIA")] == [True, True, False]


@pytest.mark.parametrize(("unit", "priority"), [("HPD", 3), ("", 3), ("FIA", 0), ("FIA", 5)])
def test_an_answer_has_a_unit_and_one_of_four_priorities(unit: str, priority: int) -> None:
    assert "The unit is one of FAMILIES" in answer_problem(unit, priority)
    assert not any(answer_problem(known, 2) for known in (*answers(cleared=True), *answers(cleared=False)))


@pytest.mark.parametrize("role", list(Role))
def test_caseworkers_and_supervisors_read_and_supervisors_and_auditors_see_what_it_says(role: Role) -> None:
    assert may_read_sample(person(role)) is (role in {Role.CASEWORKER, Role.TRIAGE_SUPERVISOR})
    assert may_see_figures(person(role)) is (role in {Role.TRIAGE_SUPERVISOR, Role.AUDITOR})
    assert not may_read_sample(person(role, is_active=False)) and not may_see_figures(person(role, is_active=False))
