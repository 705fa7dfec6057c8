"""The separation-of-duties matrix: who signed what, and every breach of separation found without the desk's help."""

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from deployments.bench.synthetic import fill
from models.registration.duties import DUTIES
from models.shared.people import Role, Unit
from models.shared.people_records import Signature
from tasks.adapters import clock
from tasks.adapters.auditing.duties_matrix import export_duties
from tasks.adapters.auditing.processes import AUDITED
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import Happening, append_batch
from tests.audited import LOOM, REED, TIDE, open_season, plant, rows_of
from tests.office import stop_clock
from tests.signers import hire


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """Three contracts that people have signed for."""
    open_season(tmp_path)
    return tmp_path


def matrix(folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What was counted, and the rows of the matrix by case."""
    with reading() as session:
        done = export_duties(session, folder / "duties.csv", clock.now())
    return done.counts, {row["Case"]: row for row in rows_of(folder / "duties.csv")}


def test_each_cell_names_who_signed_the_duty(office: Path) -> None:
    counts, rows = matrix(office)
    assert (counts["cases"], counts["conflicts"], counts["signatures"]) == (3, 0, 5)
    loom = rows[LOOM]
    assert loom["Program"] == "Maria Ortiz"
    assert loom["Reduction"] == "Maria Ortiz (proposed), Paula Lind"
    assert (loom["Legal hold"], loom["People"], loom["Conflicts"]) == ("Carl Lawson", "3", "")
    assert (rows[REED]["Program"], rows[TIDE]["Program"], rows[TIDE]["People"]) == ("Nora Reyes", "", "0")


def test_every_duty_has_one_column_in_the_order_of_the_procedure() -> None:
    columns = AUDITED["registration"].columns
    assert sorted(columns) == sorted({duty.name for duty in DUTIES.values()})
    steps = ["program", "documents", "ACCO's approval", "legal review", "funds", "close-out"]
    assert [name for name in columns if name in steps] == steps


def test_the_newest_signer_stands_last_and_a_delegate_names_whom_they_act_for(office: Path) -> None:
    plant(REED, "filed", "o.file")
    plant(REED, "returned", "m.ortiz", **{"for": "o.file"})
    plant(REED, "package_corrected", "o.file")
    _, rows = matrix(office)
    assert rows[REED]["Contract file"] == "Maria Ortiz for Omar Field, Omar Field"


def test_a_maker_who_approved_is_a_conflict_in_one_sentence(office: Path) -> None:
    plant(REED, "found_responsible", "n.reyes")
    counts, rows = matrix(office)
    assert counts["conflicts"] == 1
    assert rows[REED]["Conflicts"] == (
        "“Found responsible” of August 5, 2026, signed by Nora Reyes: Nora Reyes signed “Scope and budget agreed” of "
        "August 5, 2026 in this case."
    )


def test_an_approval_in_place_of_a_maker_is_a_conflict(office: Path) -> None:
    plant(REED, "found_responsible", "a.cco", **{"for": "n.reyes"})
    _, rows = matrix(office)
    assert "Nora Reyes, for whom Anna Costa acted, signed “Scope and budget agreed”" in rows[REED]["Conflicts"]


def test_an_approval_by_an_account_that_the_maker_enrolled_is_a_conflict(office: Path) -> None:
    hire(("s.econd", "Sam Second", Unit.PROCUREMENT, (Role.ACCO,)), enrolled_by=("n.reyes", "x.two"))
    plant(REED, "found_responsible", "s.econd")
    _, rows = matrix(office)
    assert "Nora Reyes, who enrolled the account s.econd, signed" in rows[REED]["Conflicts"]


def test_who_let_an_account_in_counts_as_of_the_moment_of_the_approval(office: Path) -> None:
    hire(("s.econd", "Sam Second", Unit.PROCUREMENT, (Role.ACCO,)), enrolled_by=("n.reyes", "x.two"))
    stop_clock(2026, 8, 5, 15)
    enrolled(("x.one", "x.two"))
    stop_clock(2026, 8, 6, 14)
    plant(REED, "found_responsible", "s.econd")
    stop_clock(2026, 8, 7, 14)
    enrolled(("n.reyes", "x.two"))
    counts, _ = matrix(office)
    assert counts["conflicts"] == 0
    plant(REED, "award_made", "s.econd")
    counts, rows = matrix(office)
    assert counts["conflicts"] == 1
    assert rows[REED]["Conflicts"].startswith("“Award made” of August 7, 2026")


def enrolled(by: tuple[str, str]) -> None:
    """The event of an enrollment of s.econd."""
    with writing() as session:
        happening = Happening("enrolled", "Sam Second", "", clock.now(), {"staff": "s.econd", "enrolled_by": list(by)})
        append_batch(session, "office", "staff:s.econd", [happening], clock.now())


def test_an_act_for_two_that_carries_one_signature_is_a_conflict(office: Path) -> None:
    plant(TIDE, "withdrawn", "p.lead")
    _, rows = matrix(office)
    assert rows[TIDE]["Conflicts"] == (
        "“Withdrawn” of August 5, 2026 takes two signatures and carries one, Paula Lind's."
    )


def test_proposing_and_approving_by_one_person_is_a_conflict_even_without_the_first_event(office: Path) -> None:
    plant(TIDE, "withdrawn", "p.lead", proposed_by="p.lead")
    _, rows = matrix(office)
    assert "Paula Lind signed “Proposed: Withdrawn”" in rows[TIDE]["Conflicts"]


def test_an_event_whose_signature_is_in_no_register_is_named(office: Path) -> None:
    plant(TIDE, "cleared", "o.file", known=False)
    _, rows = matrix(office)
    assert rows[TIDE]["Conflicts"] == (
        "“Cleared” of August 5, 2026 names a signature that is not in the register of signatures."
    )


def test_a_signature_of_another_person_than_the_event_says_is_named(office: Path) -> None:
    table = Signature.__table__  # type: ignore[attr-defined]
    with writing() as session:
        session.execute(update(table).where(table.c.staff_id == "n.reyes").values(staff_id="f.ana"))
    counts, rows = matrix(office)
    assert counts["conflicts"] == 1
    assert rows[REED]["Conflicts"].endswith("names another signer or another text than its signature in the register.")


def test_the_list_of_signatures_says_what_was_shown_in_which_role_through_which_door(office: Path) -> None:
    counts, _ = matrix(office)
    signatures = rows_of(office / "duties-signatures.csv")
    reduction = [row for row in signatures if row["Act"].startswith("Reduce")]
    assert [(r["Account"], r["Role"], r["Act"], r["Case"], r["Door"]) for r in reduction] == [
        ("m.ortiz", "program manager", "Reduce (proposed)", LOOM, "desk"),
        ("p.lead", "program lead", "Reduce", LOOM, "desk"),
    ]
    assert {len(row["What was shown (SHA-256)"]) for row in signatures} == {64}
    assert [row["Remark"] for row in signatures] == [""] * 5
    assert counts["signatures_wrong"] == 0


def test_a_shown_text_that_was_changed_is_remarked(office: Path) -> None:
    table = Signature.__table__  # type: ignore[attr-defined]
    with writing() as session:
        session.execute(update(table).values(shown=table.c.shown + " "))
    counts, _ = matrix(office)
    remarks = {row["Remark"] for row in rows_of(office / "duties-signatures.csv")}
    assert (counts["signatures_wrong"], remarks) == (5, {"The text that was shown does not give this hash."})


def test_a_workbook_holds_the_three_tables_and_no_formula(office: Path) -> None:
    hire(("e.vil", "=cmd|'/c calc'!A1", Unit.PROGRAM, (Role.PROGRAM_MANAGER,)))
    made = []
    for _ in range(2):
        with reading() as session:
            export_duties(session, office / "d.xlsx", clock.now())
        made.append((office / "d.xlsx").read_bytes())
    assert made[0] == made[1]
    book = CalamineWorkbook.from_path(office / "d.xlsx")
    assert book.sheet_names == ["Duties", "Signatures", "Staff"]
    assert [len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names] == [4, 6, 13]
    names = [row[1] for row in book.get_sheet_by_name("Staff").to_python()]
    assert "'=cmd|'/c calc'!A1" in names


def test_steps_that_nobody_signed_are_listed_with_what_recorded_them(office: Path) -> None:
    counts, rows = matrix(office)
    assert rows[TIDE]["Steps without a signature"] == "Cleared (review registrations)"
    assert counts["steps_without_signature"] == 3


def test_two_thousand_cases_are_all_in_the_matrix(home: Path, tmp_path: Path) -> None:
    stop_clock(2026, 8, 3, 14)
    hire()
    fill(2_000, clock.now())
    counts, _ = matrix(tmp_path)
    assert counts["cases"] == 2_000
