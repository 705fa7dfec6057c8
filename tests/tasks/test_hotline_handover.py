"""Handover sheets from the database: each open contact stands on one sheet, and only cleared staff read theirs."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.hotline.handover import HandoverSheet
from models.shared.people import Person, Role, Unit
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.handover import register_sheets, unprinted_sheets
from tasks.adapters.hotline.queues import QueueFilter, queue
from tasks.adapters.papers import kind_of_paper, may_read
from tasks.adapters.policy import hotline_policy, office
from tasks.adapters.rendering import StoredPdf
from tests.casework import BEATEN, CASEWORKER, FIRE, RENT, STAMPS, THANKS, answered, do, open_office
from tests.hotline_decided import RECEIVED, decided, worked
from tests.office import stop_clock


@pytest.fixture(autouse=True)
def now(hotline_key: None) -> None:
    stop_clock(2026, 11, 20, 22)


def sheets(rows: int = 200) -> dict[str, HandoverSheet]:
    policy = hotline_policy().model_copy(update={"handover_rows": rows})
    with reading() as session:
        made = unprinted_sheets(session, policy, office(), clock.now())
    return {sheet.document_id.split("-", 5)[-1]: sheet for sheet in made}


def listed(sheet: HandoverSheet) -> list[tuple[str, int]]:
    return [(row.contact_id, group.priority) for group in sheet.groups for row in group.rows]


def test_each_open_contact_stands_on_the_sheet_of_whoever_has_it_now() -> None:
    for number in range(6):
        decided(f"A{number}")
    decided("B1", unit="HEAP", state="to_person", review="unsure")
    decided("C1", unit="HASA", confidential=True)
    worked("A1", unit="HOMEBASE", priority=1)
    worked("A2", state="closed", closed_at=RECEIVED)
    worked("A3", restricted=True)
    found = {desk: [row[0] for row in listed(sheet)] for desk, sheet in sheets().items()}
    assert found == {"FIA": ["A0", "A4", "A5"], "HOMEBASE": ["A1"], "TRIAGE": ["B1"], "RESTRICTED": ["A3", "C1"]}


@pytest.mark.parametrize("moment", [(2026, 11, 20, 22), (2026, 12, 8, 22), (2027, 1, 8, 22)])
def test_sheets_and_queues_name_the_same_contacts_and_the_same_ones_as_overdue(
    tmp_path: Path, moment: tuple[int, int, int, int]
) -> None:
    open_office(tmp_path, RENT, STAMPS, FIRE, BEATEN, THANKS, RENT)
    answered("INQ-0001")
    do(CASEWORKER, "claimed", "INQ-0002")
    do(CASEWORKER, "acknowledged", "INQ-0003")
    stop_clock(*moment)
    with reading() as session:
        found, total = queue(session, QueueFilter(), clock.now(), cleared=True)
    listed_rows = {row.contact_id: row for made in sheets().values() for group in made.groups for row in group.rows}
    assert {row.case_id: (row.is_overdue, row.due_at) for row in found} == {
        one: (row.is_overdue, row.due_at) for one, row in listed_rows.items()
    }
    assert total == sum(group.contacts for made in sheets().values() for group in made.groups)
    overdue = sum(group.overdue for made in sheets().values() for group in made.groups)
    assert overdue == sum(row.is_overdue for row in found) > 0


def test_the_first_to_be_due_are_listed_and_the_rest_is_counted() -> None:
    for number in range(5):
        decided(f"A{number}", due_at=RECEIVED + timedelta(hours=9 - number))
    (group,) = sheets(2)["FIA"].groups
    assert (group.contacts, group.overdue, [row.contact_id for row in group.rows]) == (5, 5, ["A4", "A3"])


def test_a_sheet_that_was_printed_in_this_hour_is_not_printed_again() -> None:
    decided("A1")
    with writing() as session:
        made = StoredPdf(sheets()["FIA"], "0" * 64, "0" * 64, 1, 1)
        assert register_sheets(session, [made]) == ["HS-2026-11-20-17-FIA"]
    assert sheets() == {}
    stop_clock(2026, 11, 20, 23)
    assert len(sheets()) == 1


@pytest.mark.parametrize(("role", "reads"), [
    (frozenset({Role.CASEWORKER}), (True, False)), (frozenset({Role.CASEWORKER, Role.CLEARED}), (True, True)),
    (frozenset({Role.FISCAL_LEAD}), (False, False)), (frozenset({Role.ADMINISTRATOR}), (False, False)),
])  # fmt: skip
def test_only_cleared_staff_read_the_restricted_sheet(role: frozenset[Role], reads: tuple[bool, bool]) -> None:
    decided("A1")
    decided("C1", unit="DV", confidential=True)
    with writing() as session:
        register_sheets(session, [StoredPdf(sheet, "0" * 64, "0" * 64, 1, 1) for sheet in sheets().values()])
        kinds = [kind_of_paper(session, f"HS-2026-11-20-17-{desk}") or ("", "") for desk in ("FIA", "RESTRICTED")]
    person = Person("m.ortiz", "Mara Ortiz", Unit.CONSTITUENT_SERVICES, role)
    assert tuple(may_read(person, *kind) for kind in kinds) == reads
