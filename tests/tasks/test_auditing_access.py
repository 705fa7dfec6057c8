"""The access review: what each account may do, how it is used, and what a reviewer should ask."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from models.shared.people import Role, Unit
from models.shared.people_records import Attempt, DeskSession, Staff, StaffDelegation
from tasks.adapters import clock
from tasks.adapters.auditing.access_review import export_access, masked
from tasks.adapters.database import reading, writing
from tests.administrators import MAYA, join, open_office
from tests.audited import open_season, rows_of
from tests.office import stop_clock
from tests.signers import hire


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """The cast, of which four have signed."""
    open_season(tmp_path)
    return tmp_path


def review(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What was counted, and the rows by account."""
    with reading() as session:
        counts = export_access(session, folder / "access.csv", clock.now()).counts
    return counts, {row["Account"]: row for row in rows_of(folder / "access.csv")}


def keep(table: type, **row: Any) -> None:
    with writing() as session:
        session.connection().execute(insert(table), [row])


def change(staff_id: str, **values: Any) -> None:
    table = Staff.__table__  # type: ignore[attr-defined]
    with writing() as session:
        session.execute(update(table).where(table.c.staff_id == staff_id).values(values))


def test_signatures_are_counted_for_ninety_days(office: Path) -> None:
    counts, rows = review(office)
    assert (counts["accounts"], counts["active"]) == (11, 11)
    assert (rows["m.ortiz"]["Signatures in 90 days"], rows["h.head"]["Signatures in 90 days"]) == ("2", "0")
    assert rows["m.ortiz"]["Last signature"] == "2026-08-04 10:00:00"
    stop_clock(2026, 11, 3, 13)
    _, rows = review(office)
    assert (rows["m.ortiz"]["Signatures in 90 days"], rows["p.lead"]["Signatures in 90 days"]) == ("0", "1")
    assert "No signature in 90 days." in rows["m.ortiz"]["Remarks"]
    assert "No signature in 90 days." not in rows["p.lead"]["Remarks"]


def test_a_new_account_and_an_auditor_need_not_have_signed(office: Path) -> None:
    _, rows = review(office)
    assert "No signature" not in rows["h.head"]["Remarks"]
    stop_clock(2026, 11, 3, 14)
    _, rows = review(office)
    assert "No signature" in rows["h.head"]["Remarks"]
    assert "No signature" not in rows["u.audit"]["Remarks"]


def test_sign_ins_and_wrong_codes_are_told(office: Path) -> None:
    for day in (3, 4):
        at = clock.now() - timedelta(days=day)
        keep(DeskSession, token_sha256=f"t{day}", staff_id="c.law", began_at=at, seen_at=at, ended_at=None)
    for refusal in ("wrong code", "wrong code", "role"):
        keep(Attempt, at=clock.now(), staff_id="c.law", door="desk", what="sign in", refusal=refusal, sentence="s")
    _, rows = review(office)
    assert (rows["c.law"]["Last sign-in"], rows["c.law"]["Wrong codes"]) == ("2026-08-02 10:00:00", "2")
    assert "Never signed in" not in rows["c.law"]["Remarks"]
    assert "Never signed in at the desk." in rows["o.file"]["Remarks"]


def test_delegations_stand_with_both_people_open_and_past(office: Path) -> None:
    given = {"from_id": "a.cco", "to_id": "o.file", "reason": "away", "ended_at": None}
    keep(StaffDelegation, **given, delegation_id="A1", first_day=date(2026, 8, 1), last_day=date(2026, 8, 9))
    keep(StaffDelegation, **given, delegation_id="A2", first_day=date(2026, 7, 1), last_day=date(2026, 7, 9))
    ended = {**given, "ended_at": clock.now()}
    keep(StaffDelegation, **ended, delegation_id="A3", first_day=date(2026, 8, 1), last_day=date(2026, 12, 9))
    _, rows = review(office)
    assert rows["a.cco"]["Delegations that run or are to come"] == "lent to o.file, 2026-08-01 to 2026-08-09"
    assert rows["o.file"]["Past delegations"] == (
        "acts for a.cco, 2026-07-01 to 2026-07-09; acts for a.cco, 2026-08-01 to 2026-12-09, ended 2026-08-05"
    )


def test_who_let_an_account_in_is_asked_about_when_revoked_or_unknown(office: Path) -> None:
    hire(("z.new", "Zoe New", Unit.LEGAL, (Role.COUNSEL,)), enrolled_by=("c.law", "x.two"))
    change("c.law", revoked_at=clock.now())
    _, rows = review(office)
    assert rows["z.new"]["Remarks"] == (
        "Never signed in at the desk. Enrolled by Carl Lawson (c.law), whose account was revoked. Enrolled by x.two, "
        "who has no account."
    )
    assert (rows["c.law"]["Remarks"], rows["c.law"]["Revoked"]) == ("", "2026-08-05 10:00:00")


def test_two_accounts_with_one_name_or_address_are_remarked(office: Path) -> None:
    hire(("m.ortiz2", "MARIA ORTIZ", Unit.LEGAL, (Role.COUNSEL,)))
    change("f.ana", email="F.LEAD@agency.example")
    _, rows = review(office)
    assert [rows[i]["Remarks"].count("the same name") for i in ("m.ortiz", "m.ortiz2", "f.ana")] == [1, 1, 0]
    assert [rows[i]["Remarks"].count("the same e-mail address") for i in ("f.lead", "f.ana", "m.ortiz")] == [1, 1, 0]


def test_the_first_two_administrators_are_remarked_and_their_signatures_count(home: Path, tmp_path: Path) -> None:
    open_office()
    join(MAYA)
    _, rows = review(tmp_path)
    first = "One of the first two administrators, made without two signatures."
    assert [row["Remarks"].count(first) for row in rows.values()] == [1, 1, 0]
    assert rows["ana.ruiz"]["Signatures in 90 days"] == "2"
    assert (rows["maya.osei"]["Enrolled by"], rows["maya.osei"]["Enrolled"]) == (
        "Ana Ruiz, Ben Ito", "2026-11-23 10:00:00",
    )  # fmt: skip


def test_an_employee_number_shows_its_last_digits_alone(home: Path, tmp_path: Path) -> None:
    open_office()
    _, rows = review(tmp_path)
    assert rows["ana.ruiz"]["Employee number (last digits)"] == "•••001"
    assert "100001" not in (tmp_path / "access.csv").read_text(encoding="utf-8-sig")


@given(st.text("0123456789", min_size=1, max_size=12))
def test_no_mask_shows_more_than_three_digits_nor_a_whole_number(identity: str) -> None:
    shown = masked(identity).replace("•", "")
    assert len(shown) <= 3 and shown != identity and identity.endswith(shown)
    assert len(masked(identity)) == len(identity)
