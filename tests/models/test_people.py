"""As what a person may act, and who may not approve whose work."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.duties import Signed, separation
from models.shared.people import Capacity, Delegation, Person, Role, Unit, capacity, roles_problem

TODAY = date(2026, 11, 23)
DECIDING = [role for role in Role if role not in {Role.ADMINISTRATOR, Role.AUDITOR}]


def person(staff_id: str, *roles: Role, is_active: bool = True, enrolled_by: tuple[str, ...] = ()) -> Person:
    return Person(staff_id, staff_id.title(), Unit.PROGRAM, frozenset(roles), is_active, enrolled_by)


def lends(giver: str, taker: str, first: date = TODAY, last: date = TODAY) -> Delegation:
    return Delegation(giver, taker, first, last)


def everybody(*people: Person) -> dict[str, Person]:
    return {one.staff_id: one for one in people}


def test_a_person_acts_by_an_own_role_before_a_lent_one() -> None:
    maya, theo = person("maya", Role.ACCO), person("theo", Role.ACCO)
    found = capacity(maya, frozenset({Role.ACCO}), [lends("theo", "maya")], everybody(maya, theo), TODAY)
    assert found == Capacity(maya, Role.ACCO)


def test_a_delegation_lends_a_role_for_its_days_only() -> None:
    maya, theo = person("maya", Role.COUNSEL), person("theo", Role.ACCO)
    lent = [lends("theo", "maya", TODAY, TODAY + timedelta(days=2))]

    def on(day: date) -> Capacity | None:
        return capacity(maya, frozenset({Role.ACCO}), lent, everybody(maya, theo), day)

    assert on(TODAY - timedelta(days=1)) is None
    assert on(TODAY) == on(TODAY + timedelta(days=2)) == Capacity(maya, Role.ACCO, theo)
    assert on(TODAY + timedelta(days=3)) is None


def test_who_names_a_person_to_act_for_needs_their_delegation_even_with_the_role() -> None:
    maya, theo = person("maya", Role.ACCO), person("theo", Role.ACCO)
    people = everybody(maya, theo)
    assert capacity(maya, frozenset({Role.ACCO}), [], people, TODAY, behalf="theo") is None
    for_theo = capacity(maya, frozenset({Role.ACCO}), [lends("theo", "maya")], people, TODAY, behalf="theo")
    assert for_theo is not None and for_theo.ids == ("maya", "theo")


def test_a_delegation_is_not_passed_on() -> None:
    maya, theo, ines = person("maya", Role.COUNSEL), person("theo", Role.COUNSEL), person("ines", Role.ACCO)
    passed = [lends("ines", "theo"), lends("theo", "maya")]
    assert capacity(maya, frozenset({Role.ACCO}), passed, everybody(maya, theo, ines), TODAY) is None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_lends_the_role_of_an_administrator_or_auditor(role: Role) -> None:
    maya, theo = person("maya", Role.COUNSEL), person("theo", role)
    assert capacity(maya, frozenset({role}), [lends("theo", "maya")], everybody(maya, theo), TODAY) is None


def test_neither_a_revoked_signer_nor_a_revoked_giver_counts() -> None:
    maya, theo = person("maya", Role.ACCO, is_active=False), person("theo", Role.COUNSEL)
    people, wanted = everybody(maya, theo), frozenset({Role.ACCO})
    assert capacity(maya, wanted, [], people, TODAY) is None
    assert capacity(theo, wanted, [lends("maya", "theo")], people, TODAY) is None


@pytest.mark.parametrize(
    ("roles", "problem"),
    [
        ([], "A person needs at least one role."),
        ([Role.ADMINISTRATOR, Role.ACCO], "The role administrator cannot be combined"),
        ([Role.AUDITOR, Role.ADMINISTRATOR], "The role administrator cannot be combined"),
        ([Role.ACCO, Role.CONTRACT_OFFICER], ""),
        ([Role.AUDITOR], ""),
    ],
)
def test_roles_that_contradict_each_other_are_one_sentence(roles: list[Role], problem: str) -> None:
    assert roles_problem(roles).startswith(problem) and bool(roles_problem(roles)) == bool(problem)


def step(by: tuple[str, ...], duty: str = "prepare") -> Signed:
    return Signed("scope agreed", duty, date(2026, 10, 5), by)


def test_who_signed_another_step_does_not_approve_this_one() -> None:
    maya = person("maya", Role.ACCO)
    said = separation([step(("maya",))], "approve", Capacity(maya, Role.ACCO), everybody(maya))
    assert said.startswith("You signed “scope agreed” of October 5, 2026 in this case")


def test_who_decided_once_may_decide_the_same_again() -> None:
    maya = person("maya", Role.ACCO)
    assert separation([step(("maya",), "approve")], "approve", Capacity(maya, Role.ACCO), everybody(maya)) == ""


def test_a_delegation_does_not_carry_somebody_around_the_separation() -> None:
    maya, theo = person("maya", Role.COUNSEL), person("theo", Role.ACCO)
    people, stands_in = everybody(maya, theo), Capacity(maya, Role.ACCO, theo)
    assert separation([step(("theo",))], "approve", stands_in, people).startswith("Theo, for whom you act, signed")
    assert separation([step(("maya",))], "approve", stands_in, people).startswith("You signed")
    own = Capacity(theo, Role.ACCO)
    assert separation([step(("maya", "theo"))], "approve", own, people).startswith("You signed")


def test_an_account_that_the_maker_let_in_does_not_approve_and_neither_the_other_way_round() -> None:
    maker = person("maker", Role.CONTRACT_OFFICER)
    second = person("second", Role.ACCO, enrolled_by=("maker", "other"))
    people = everybody(maker, second)
    assert "who enrolled the account second," in separation(
        [step(("maker",))], "approve", Capacity(second, Role.ACCO), people
    )
    assert "whose account maker enrolled," in separation(
        [step(("second",))], "approve", Capacity(maker, Role.ACCO), people
    )


IDS = ["ana", "ben", "cleo", "dev", "eli"]
people_of_an_office = st.fixed_dictionaries(
    {
        staff_id: st.builds(
            Person, st.just(staff_id), st.just(staff_id.title()), st.sampled_from(Unit),
            st.one_of(st.frozensets(st.sampled_from(DECIDING), min_size=1, max_size=2),
                      st.sampled_from([frozenset({Role.ADMINISTRATOR}), frozenset({Role.AUDITOR})])),
            st.booleans(), st.lists(st.sampled_from(IDS), max_size=2).map(tuple),
        )
        for staff_id in IDS
    }
)  # fmt: skip
days = st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n))
delegations = st.lists(st.builds(Delegation, st.sampled_from(IDS), st.sampled_from(IDS), days, days), max_size=4)


@given(people_of_an_office, delegations, st.sampled_from(IDS), st.frozensets(st.sampled_from(Role)), days)
def test_every_capacity_rests_on_a_standing_person_who_has_the_role(
    people: dict[str, Person], lent: list[Delegation], staff_id: str, wanted: frozenset[Role], day: date
) -> None:
    found = capacity(people[staff_id], wanted, lent, people, day)
    if found is None:
        return
    owner = found.behalf or found.signer
    assert found.signer == people[staff_id] and found.signer.is_active and owner.is_active
    assert found.role in wanted & owner.roles
    if found.behalf:
        assert found.role not in {Role.ADMINISTRATOR, Role.AUDITOR}
        assert any(d.from_id == owner.staff_id and d.to_id == staff_id and d.runs_on(day) for d in lent)


@given(
    people_of_an_office,
    st.lists(st.lists(st.sampled_from(IDS), min_size=1, max_size=2).map(tuple), max_size=4),
    st.sampled_from(IDS),
    st.one_of(st.just(""), st.sampled_from(IDS)),
)
def test_nobody_whose_hand_is_in_the_case_approves_it(
    people: dict[str, Person], history: list[tuple[str, ...]], signer: str, behalf: str
) -> None:
    acting = Capacity(people[signer], Role.ACCO, people[behalf] if behalf else None)
    hands = {maker for by in history for maker in by}
    let_in = {mine for mine in acting.ids for maker in hands if mine in people[maker].enrolled_by}
    letters_in = hands & {enroller for mine in acting.ids for enroller in people[mine].enrolled_by}
    refused = separation([step(by) for by in history], "approve", acting, people)
    assert bool(refused) == bool(hands & set(acting.ids) or let_in or letters_in)
