"""The list of exceptions and the list of holds: each kind is found, and nothing ordinary is."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from models.shared.people_records import Proposal
from models.shared.records import StoredDocument
from tasks.adapters import clock, office_acts
from tasks.adapters.auditing.exceptions import KINDS, export_exceptions
from tasks.adapters.auditing.holds import export_holds
from tasks.adapters.database import reading, writing
from tasks.adapters.export import ExportRefused
from tasks.adapters.refusals import NotSigned
from tests.administrators import MAYA, open_office, who
from tests.audited import LOOM, REED, TIDE, open_season, plant, rows_of, waiting
from tests.office import stop_clock
from tests.signers import sign, sign_list


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """Three contracts, one of them under a legal hold since August 5, 2026."""
    open_season(tmp_path)
    return tmp_path


def listed(folder: Path, kind: str, first: date | None = None, last: date | None = None) -> list[dict[str, str]]:
    """The rows of a kind; its count says the same."""
    with reading() as session:
        counts = export_exceptions(session, folder / "e.csv", clock.now(), first, last).counts
    rows = rows_of(folder / "e.csv")
    found = [row for row in rows if row["Kind"] == kind.capitalize()]
    assert counts["kinds"][kind] == len(found)
    assert counts["exceptions"] == len(rows)
    return found


def test_an_ordinary_season_has_its_hold_and_its_policy_and_nothing_else(office: Path) -> None:
    (hold,) = listed(office, "legal hold")
    assert (hold["Who"], hold["Case"], hold["Under legal hold"], hold["Details"]) == (
        "Carl Lawson", LOOM, "Yes", "a suit was announced",
    )  # fmt: skip
    (policy,) = listed(office, "policy change")
    assert policy["Who"] == "a.admin and b.admin"
    kinds = {row["Kind"] for row in rows_of(office / "e.csv")}
    assert kinds == {"Legal hold", "Policy change"}


def test_every_kind_has_a_count_even_when_it_is_zero(office: Path) -> None:
    with reading() as session:
        counts = export_exceptions(session, office / "e.csv", clock.now()).counts
    assert list(counts["kinds"]) == list(KINDS) and len(KINDS) == 13


def test_a_refused_attempt_is_listed_with_its_sentence_and_case(office: Path) -> None:
    with pytest.raises(NotSigned):
        sign("f.ana", TIDE, "scope_and_budget_agreed", on="2026-08-05")
    (row,) = listed(office, "refused attempt")
    assert (row["Who"], row["What"], row["Case"]) == ("Fay Anand", "role", TIDE)
    assert "is signed by: program lead or program manager" in row["Details"]


@pytest.mark.parametrize(("signed", "late"), [((2026, 8, 10, 14), 0), ((2026, 8, 11, 14), 1)])
def test_a_step_is_late_when_signed_on_the_sixth_business_day_after_it(
    office: Path, signed: tuple[int, ...], late: int
) -> None:
    stop_clock(*signed)
    sign("m.ortiz", TIDE, "scope_and_budget_agreed", on="2026-08-03")
    rows = listed(office, "signed late")
    assert len(rows) == late
    assert [row["Details"] for row in rows] == ["Happened on August 3, 2026, signed 6 business days later."][:late]


def test_a_delegate_and_an_approval_in_the_same_minute_are_listed(office: Path) -> None:
    plant(TIDE, "filed", "o.file", at=datetime(2026, 8, 6, 14, 0, 5, tzinfo=UTC))
    plant(TIDE, "award_made", "c.law", at=datetime(2026, 8, 6, 14, 0, 50, tzinfo=UTC), **{"for": "h.head"})
    plant(TIDE, "activated", "b.funds", at=datetime(2026, 8, 6, 14, 1, 1, tzinfo=UTC))
    (delegate,) = listed(office, "signed by a delegate")
    assert (delegate["Who"], delegate["What"]) == ("Carl Lawson for Hana Heath", "Award made")
    (minute,) = listed(office, "prepared and approved in the same minute")
    assert (minute["What"], minute["Details"]) == ("Award made", "“Filed with the Comptroller” by Omar Field")


def test_corrections_and_returns_are_listed_with_who_and_why(office: Path) -> None:
    plant(TIDE, "returned", "o.file", reason="a page is missing")
    plant(REED, "documents_reopened", "o.file", reason="insurance expired")
    plant(REED, "document_corrected", "p.lead", reason="misread", proposed_by="m.ortiz")
    rows = listed(office, "returned or reopened")
    assert [(row["What"], row["Who"], row["Details"]) for row in rows] == [
        ("Documents reopened", "Omar Field", "insurance expired"), ("Returned", "Omar Field", "a page is missing"),
    ]  # fmt: skip
    assert [row["Details"] for row in listed(office, "correction")] == ["misread"]


def test_a_signed_correction_says_what_was_changed(office: Path) -> None:
    sign("m.ortiz", REED, "corrected", "the stamp was misread", seq="4", on="2026-08-05")
    sign_list("p.lead", waiting())
    (row,) = listed(office, "correction")
    assert (row["Who"], row["Details"]) == (
        "Paula Lind", "Event 4: on “2026-08-04” to “2026-08-05”. the stamp was misread",
    )  # fmt: skip


def test_a_superseded_letter_is_listed_when_the_new_one_was_made(office: Path) -> None:
    keep(StoredDocument, _paper("A", "B", 6), _paper("B", None, 7))
    (row,) = listed(office, "superseded letter")
    assert (row["When (New York)"], row["What"], row["Details"]) == (
        "2026-08-07 10:00:00", "A: Letter A", "Of August 6, 2026, replaced by B.",
    )  # fmt: skip


def _paper(number: str, superseded_by: str | None, day: int) -> dict[str, Any]:
    return {
        "document_id": number, "process": "registration", "case_id": LOOM, "kind": "letter",
        "title": f"Letter {number}",
        "sha256": number, "packet_sha256": "p", "template_sha256": "t", "language": "en", "pages": 1, "bytes": 1,
        "made_at": datetime(2026, 8, day, 14, tzinfo=UTC), "superseded_by": superseded_by,
    }  # fmt: skip


def keep(table: type, *rows: dict[str, Any]) -> None:
    with writing() as session:
        session.connection().execute(insert(table), list(rows))


def _proposal(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "proposal_id": f"p-{number}", "list_id": "p", "position": number, "process": "registration", "case_id": REED,
        "case_version": 1, "act": "filed", "fields": "{}", "reason": "", "source": "run x", "status": "open",
        "proposed_at": datetime(2026, 8, 3, 14, tzinfo=UTC), "proposed_by": "", "behalf_id": "", "signature_id": "",
        "packet_sha256": "", "closed_at": None, "closed_by": "", "closed_why": "", **changes,
    }  # fmt: skip


@pytest.mark.parametrize(("today", "waits"), [((2026, 8, 17, 14), 0), ((2026, 8, 18, 14), 1)])
def test_a_proposal_has_waited_long_on_the_eleventh_business_day(
    office: Path, today: tuple[int, ...], waits: int
) -> None:
    keep(Proposal, _proposal(1))
    stop_clock(*today)
    rows = listed(office, "proposal waiting long")
    assert [row["Who"] for row in rows] == ["run x"] * waits


def test_a_proposal_that_was_closed_without_being_done_is_listed(office: Path) -> None:
    at = datetime(2026, 8, 5, 14, tzinfo=UTC)
    closed = {"closed_at": at, "closed_by": "Paula Lind", "closed_why": "not needed"}
    keep(Proposal, _proposal(1, status="refused", **closed), _proposal(2, status="done", **closed))
    (row,) = listed(office, "proposal not carried out")
    assert (row["Who"], row["Details"]) == ("Paula Lind", "Proposed by “run x” on August 3, 2026. not needed")


def test_the_bootstrap_and_a_refused_office_act_are_listed(home: Path, tmp_path: Path) -> None:
    open_office()
    act = office_acts.propose("add", MAYA, who("ana.ruiz"), "new colleague")
    office_acts.refuse(act, who("ben.ito"), "not hired after all")
    (first,) = listed(tmp_path, "bootstrap")
    assert first["Who"] == "Ana Ruiz (ana.ruiz) and Ben Ito (ben.ito)"
    (refused,) = listed(tmp_path, "office act refused")
    assert (refused["Who"], refused["What"]) == ("Ben Ito", f"{act}: add maya.osei")
    assert refused["Details"] == "Proposed by Ana Ruiz. not hired after all"


def test_both_days_of_the_period_count_in_new_york(office: Path) -> None:
    plant(TIDE, "returned", "o.file", at=datetime(2026, 8, 9, 3, 30, tzinfo=UTC))
    inside = [(date(2026, 8, 8), date(2026, 8, 8)), (None, date(2026, 8, 8)), (date(2026, 8, 8), None)]
    outside = [(date(2026, 8, 9), None), (None, date(2026, 8, 7))]
    assert [len(listed(office, "returned or reopened", *days)) for days in (*inside, *outside)] == [1, 1, 1, 0, 0]


def test_a_period_that_ends_before_it_begins_is_refused(office: Path) -> None:
    with pytest.raises(ExportRefused, match="The last day, 2026-08-01, comes before the first, 2026-08-02"):
        listed(office, "bootstrap", date(2026, 8, 2), date(2026, 8, 1))
    assert not (office / "e.csv").exists()


def holds(folder: Path) -> list[dict[str, str]]:
    with reading() as session:
        counts = export_holds(session, folder / "h.csv", clock.now()).counts
    rows = rows_of(folder / "h.csv")
    assert counts == {"holds": len(rows)}
    return rows


def test_a_hold_is_listed_until_it_is_released_and_again_when_it_comes_back(office: Path) -> None:
    (row,) = holds(office)
    assert (row["Case"], row["Placed by"], row["Why"], row["Earlier holds"]) == (
        LOOM, "Carl Lawson", "a suit was announced", "0",
    )  # fmt: skip
    assert row["Under hold since (New York)"] == "2026-08-05 10:00:00"
    stop_clock(2026, 8, 6, 14)
    sign("c.law", LOOM, "hold_released", "the suit was settled")
    assert holds(office) == []
    sign("c.law", LOOM, "hold_placed", "an appeal")
    assert [(r["Why"], r["Earlier holds"]) for r in holds(office)] == [("an appeal", "1")]
