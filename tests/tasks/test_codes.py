"""Codes count once, for the person whose they are; what is sealed opens only where it belongs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shared.people_records import Staff
from tasks.adapters import clock, codes
from tasks.adapters.database import writing
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.sealing import SealError, seal, unseal
from tests.office import stop_clock

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
NOW = int(AT.timestamp()) // 30


@pytest.fixture
def office(home: Path) -> Path:
    """A home with one member of staff."""
    with writing() as session:
        session.add(
            Staff(
                staff_id="m.osei", name="Maya Osei", email="maya@agency.example", identity="500123", unit="Program",
                roles='["ACCO"]', added_at=AT, enrolled_at=AT, secret=seal(SECRET, "m.osei"), last_counter=0,
            )
        )  # fmt: skip
    return home


def take(code: str, staff_id: str = "m.osei", at: datetime = AT) -> int:
    """Check a code and spend it; the step that it was of."""
    with writing() as session:
        accepted = codes.check_code(session, staff_id, code, at)
        codes.spend(session, accepted)
        return accepted.counter


def refusal(code: str, staff_id: str = "m.osei", at: datetime = AT) -> Refusal:
    with pytest.raises(NotSigned) as refused:
        take(code, staff_id, at)
    assert code not in refused.value.sentence
    return refused.value.kind


def test_a_code_counts_once(office: Path) -> None:
    code = codes.code_at(SECRET, NOW)
    assert take(code) == NOW
    assert refusal(code) is Refusal.USED_CODE


def test_a_code_before_the_one_that_was_used_counts_no_more(office: Path) -> None:
    take(codes.code_at(SECRET, NOW + 1))
    assert refusal(codes.code_at(SECRET, NOW)) is Refusal.USED_CODE


def test_a_wrong_code_an_unknown_person_and_one_without_authenticator_read_the_same(office: Path) -> None:
    with writing() as session:
        session.add(
            Staff(
                staff_id="new", name="New", email="new@agency.example", identity="500124", unit="Program",
                roles='["ACCO"]', added_at=AT, last_counter=0,
            )
        )  # fmt: skip
    told = set()
    for staff_id, code in (("m.osei", "000000"), ("nobody", codes.code_at(SECRET, NOW)), ("new", "123456")):
        with pytest.raises(NotSigned) as refused:
            take(code, staff_id)
        told.add((refused.value.kind, refused.value.sentence))
    assert len(told) == 1 and next(iter(told))[0] is Refusal.WRONG_CODE


def test_the_right_code_of_a_revoked_person_says_when_it_was_revoked(office: Path) -> None:
    with writing() as session:
        found = session.get(Staff, "m.osei")
        assert found is not None
        found.revoked_at = AT - timedelta(days=1)
    with pytest.raises(NotSigned, match=r"The account m.osei was revoked on Nov 22, 2026, 10:00 AM") as refused:
        take(codes.code_at(SECRET, NOW))
    assert refused.value.kind is Refusal.REVOKED
    assert refusal("000000") is Refusal.WRONG_CODE


def test_a_code_that_was_checked_is_not_spent_when_the_roles_changed_meanwhile(office: Path) -> None:
    with writing() as session:
        accepted = codes.check_code(session, "m.osei", codes.code_at(SECRET, NOW), AT)
    with writing() as session:
        found = session.get(Staff, "m.osei")
        assert found is not None
        found.roles = '["counsel"]'
    with pytest.raises(NotSigned), writing() as session:
        codes.spend(session, accepted)


def test_after_ten_wrong_codes_even_the_right_one_waits_a_quarter_of_an_hour(office: Path) -> None:
    for second in range(10):
        wrong = NotSigned(Refusal.WRONG_CODE, "wrong")
        note_attempt("m.osei", "desk", "sign in", wrong, AT + timedelta(seconds=second))
    right = codes.code_at(SECRET, NOW)
    assert refusal(right, at=AT + timedelta(seconds=10)) is Refusal.LOCKED
    later = AT + timedelta(minutes=15, seconds=10)
    assert take(codes.code_at(SECRET, codes.step(later, 0)), at=later) == NOW + 30


def test_on_a_clock_that_stands_still_each_next_code_is_a_new_one(office: Path) -> None:
    stop_clock(2026, 11, 23, 15)
    spent: list[int] = []
    for _ in range(5):
        spent.append(take(codes.code_at(SECRET, codes.step(clock.now(), spent[-1] if spent else 0))))
    assert spent == sorted(set(spent))


@given(st.integers(9, 10**9), st.integers(-5, 5))
def test_a_code_fits_its_own_step_and_the_two_beside_it(now: int, away: int) -> None:
    code = codes.code_at(SECRET, now + 1 + away)
    found = codes.fitting_counter(SECRET, code, now + 1)
    near = [now, now + 1, now + 2]
    assert (found is not None) == any(codes.code_at(SECRET, step) == code for step in near)
    assert found is None or (found in near and codes.code_at(SECRET, found) == code)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "123 456 789", "\x00"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert codes.fitting_counter(SECRET, typed, NOW) is None


def test_an_authenticator_of_others_shows_the_same_codes() -> None:
    assert codes.code_at(SECRET, NOW) == pyotp.parse_uri(codes.enrolment_uri(SECRET, "m.osei", "Steward")).at(AT)


def test_a_sealed_text_opens_only_for_what_it_belongs_to(office: Path) -> None:
    sealed = seal(SECRET, "m.osei")
    assert SECRET not in sealed and unseal(sealed, "m.osei") == SECRET
    with pytest.raises(SealError):
        unseal(sealed, "t.lund")
    with pytest.raises(SealError):
        unseal(sealed[:-8] + "AAAAAAA=", "m.osei")


def test_the_same_text_is_sealed_differently_each_time_and_the_key_is_private(office: Path) -> None:
    assert seal(SECRET, "m.osei") != seal(SECRET, "m.osei")
    assert (office / "keys" / "sealing.key").stat().st_mode & 0o077 == 0
