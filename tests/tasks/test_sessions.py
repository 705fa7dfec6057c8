"""Sessions of the desk: begun with a code, kept as a hash, over by themselves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from models.shared.people import Role, Unit
from models.shared.people_records import DeskSession, Staff
from tasks.adapters import codes
from tasks.adapters.database import reading, writing
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.sealing import seal
from tasks.adapters.sessions import IDLE, LONGEST, SEEN_EVERY, begin_session, end_session, find_session

NOW = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def secret(home: Path) -> str:
    """The secret of `r.reader`, a program manager who was enrolled an hour ago."""
    made = codes.new_secret()
    with writing() as session:
        session.add(
            Staff(
                staff_id="r.reader", name="Rosa Reader", email="r.reader@city.example", identity="1001",
                unit=Unit.PROGRAM, roles='["program manager"]', added_at=NOW, enrolled_at=NOW - timedelta(hours=1),
                secret=seal(made, "r.reader"),
            )
        )  # fmt: skip
    return made


def code(secret: str, at: datetime = NOW) -> str:
    return codes.code_at(secret, int(at.timestamp()) // codes.STEP_SECONDS)


def begin(secret: str, at: datetime = NOW, earlier: str = "") -> str:
    return begin_session("r.reader", code(secret, at), at, earlier)


def rows() -> list[DeskSession]:
    with reading() as session:
        return list(session.scalars(select(DeskSession).order_by(DeskSession.began_at)))  # type: ignore[arg-type]


def change(**values: object) -> None:
    with writing() as session:
        session.connection().execute(update(Staff).values(**values))


def test_a_session_names_its_person_with_unit_and_roles(secret: str) -> None:
    found = find_session(begin(secret), NOW)
    assert found is not None
    assert (found.person.staff_id, found.person.name, found.person.unit) == ("r.reader", "Rosa Reader", Unit.PROGRAM)
    assert found.person.roles == {Role.PROGRAM_MANAGER} and found.token_sha256 == rows()[0].token_sha256


def test_the_token_itself_is_nowhere_in_the_database(secret: str) -> None:
    token = begin(secret)
    assert len(token) == 43
    assert token not in str([row.model_dump() for row in rows()])


@pytest.mark.parametrize("forged", ["", "0" * 43, "é\x00'", "x" * 100_000])
def test_a_token_that_nobody_was_given_finds_nobody(secret: str, forged: str) -> None:
    begin(secret)
    assert find_session(forged, NOW) is None


def test_the_hash_of_a_token_is_no_token(secret: str) -> None:
    begin(secret)
    assert find_session(rows()[0].token_sha256, NOW) is None


def test_a_session_ends_after_half_an_hour_without_a_request(secret: str) -> None:
    token = begin(secret)
    assert find_session(token, NOW + IDLE - SECOND) is not None
    assert find_session(token, NOW + 2 * IDLE - SECOND) is None
    assert rows()[0].ended_at == NOW + 2 * IDLE - SECOND


def test_a_session_that_is_always_used_ends_after_eight_hours(secret: str) -> None:
    token, at = begin(secret), NOW
    while (at := at + IDLE - SECOND) < NOW + LONGEST:
        assert find_session(token, at) is not None
    assert find_session(token, NOW + LONGEST) is None


def test_a_session_that_ran_out_does_not_come_back_when_the_clock_is_set_back(secret: str) -> None:
    token = begin(secret)
    assert find_session(token, NOW + LONGEST) is None
    assert find_session(token, NOW) is None


def test_reading_writes_that_somebody_was_seen_at_most_once_a_minute(secret: str) -> None:
    token = begin(secret)
    find_session(token, NOW + SEEN_EVERY - SECOND)
    assert rows()[0].seen_at == NOW
    find_session(token, NOW + SEEN_EVERY)
    assert rows()[0].seen_at == NOW + SEEN_EVERY


def test_a_session_that_was_ended_finds_nobody(secret: str) -> None:
    token = begin(secret)
    end_session(token, NOW + SECOND)
    end_session(token, NOW + 2 * SECOND)
    assert find_session(token, NOW) is None
    assert rows()[0].ended_at == NOW + SECOND


def test_the_session_of_a_revoked_person_ends_at_once_and_for_good(secret: str) -> None:
    token = begin(secret)
    change(revoked_at=NOW)
    assert find_session(token, NOW) is None
    change(revoked_at=None)
    assert find_session(token, NOW) is None


def test_a_new_authenticator_ends_the_sessions_of_the_old_one(secret: str) -> None:
    token = begin(secret)
    change(enrolled_at=NOW + SECOND)
    assert find_session(token, NOW + SECOND) is None


def test_a_role_that_was_taken_away_is_gone_from_the_next_request(secret: str) -> None:
    token = begin(secret)
    change(roles='["auditor"]')
    found = find_session(token, NOW)
    assert found is not None and found.person.roles == {Role.AUDITOR}


def test_signing_in_anew_gives_another_token_and_ends_the_session_of_the_old_one(secret: str) -> None:
    first = begin(secret)
    second = begin(secret, NOW + timedelta(minutes=1), earlier=first)
    assert second != first
    assert find_session(first, NOW) is None and find_session(second, NOW) is not None


def test_a_code_opens_one_session_only(secret: str) -> None:
    begin(secret)
    with pytest.raises(NotSigned) as refused:
        begin(secret)
    assert refused.value.kind is Refusal.USED_CODE and len(rows()) == 1


def test_of_two_browsers_with_the_same_code_at_the_same_moment_one_gets_in(secret: str) -> None:
    typed = code(secret)

    def try_it(_: int) -> str:
        try:
            return begin_session("r.reader", typed, NOW)
        except NotSigned as refused:
            return refused.kind.value

    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(try_it, range(6)))
    assert ends.count("used code") == 5 and len(rows()) == 1


def test_a_refused_sign_in_leaves_the_earlier_session_and_the_code_as_they_were(secret: str) -> None:
    token = begin(secret)
    later = NOW + timedelta(minutes=2)
    with pytest.raises(NotSigned) as refused:
        begin_session("r.reader", "000000", later, token)
    assert refused.value.kind is Refusal.WRONG_CODE
    assert find_session(token, later) is not None
    begin(secret, later)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(DeskSession)) == 2


_days = count(1)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.integers(min_value=0, max_value=40 * 60), min_size=1, max_size=20))
def test_whatever_the_pauses_a_session_holds_as_long_as_its_rules_say(secret: str, gaps: list[int]) -> None:
    at = NOW + timedelta(days=next(_days))
    token, last = begin(secret, at), at + LONGEST
    for pause in map(lambda seconds: timedelta(seconds=seconds), gaps):
        at += pause
        found = find_session(token, at)
        if pause >= IDLE or at >= last:
            assert found is None
        elif pause < IDLE - SEEN_EVERY:
            assert found is not None
        if found is None:
            return
