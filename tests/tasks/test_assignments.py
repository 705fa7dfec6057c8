"""Who looks after a case: the case's own assignment before its provider's, now and before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from models.shared.people_records import Assignment
from tasks.adapters.assignments import looked_after, looked_after_before
from tasks.adapters.database import reading, writing
from tasks.adapters.registration.queries import CaseFilter, case_rows
from tests.office import award, import_list, stop_clock
from tests.remembered import remembered
from tests.signers import hire, sign

LOOM, RADIO = "R27-971010012", "R27-971020308"
EINS = {LOOM: "971010012", RADIO: "971020308"}
MANAGER, ANALYST = "program manager", "fiscal analyst"
START = datetime(2026, 8, 3, 14, tzinfo=UTC)


@remembered
def _opened(folder: Path) -> None:
    """Two contracts and everybody who works on them."""
    stop_clock(2026, 8, 3, 14)
    import_list(
        folder, award(1, "Harbor Loom, Inc.", "971010012", "190000"),
        award(2, "Rooftop Radio, Inc.", "971020308", "15000"),
    )  # fmt: skip
    hire()


@pytest.fixture
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def now(case_id: str) -> list[tuple[str, str, bool, str]]:
    """Role, person, whether for all of the provider, hand-over."""
    with reading() as session:
        return [
            (one.role, one.name, one.is_wide, one.handover)
            for one in looked_after(session, "registration", EINS)[case_id]
        ]


def cases_of(*staff_ids: str) -> list[str]:
    with reading() as session:
        rows, total = case_rows(session, CaseFilter(staff_ids=staff_ids))
    assert total == len(rows)
    return sorted(row["case"] for row in rows)


def test_an_assignment_for_the_provider_holds_for_all_its_contracts(office: None) -> None:
    sign("p.lead", LOOM, "assigned", role=MANAGER, staff="m.ortiz", scope="provider", handover="They prefer calls.")
    assert now(LOOM) == [(MANAGER, "Maria Ortiz", True, "They prefer calls.")]
    assert now(RADIO) == []
    assert cases_of("m.ortiz") == [LOOM] and cases_of("n.reyes") == []


def test_an_assignment_of_the_contract_counts_before_that_of_the_provider(office: None) -> None:
    sign("p.lead", LOOM, "assigned", role=MANAGER, staff="m.ortiz", scope="provider")
    sign("p.lead", LOOM, "assigned", role=MANAGER, staff="n.reyes", scope="case")
    sign("f.lead", LOOM, "assigned", role=ANALYST, staff="f.ana", scope="provider")
    assert [(role, name) for role, name, _, _ in now(LOOM)] == [(MANAGER, "Nora Reyes"), (ANALYST, "Fay Anand")]
    assert (cases_of("m.ortiz"), cases_of("n.reyes"), cases_of("f.ana")) == ([], [LOOM], [LOOM])


def test_a_hand_over_ends_the_assignment_before_it(office: None) -> None:
    sign("p.lead", LOOM, "assigned", role=MANAGER, staff="m.ortiz", scope="case")
    stop_clock(2026, 8, 10, 14)
    sign("p.lead", LOOM, "assigned", role=MANAGER, staff="n.reyes", scope="case", handover="Scan is missing.")
    assert [name for _, name, _, _ in now(LOOM)] == ["Nora Reyes"]
    with reading() as session:
        before = looked_after_before(session, "registration", LOOM, EINS[LOOM])
    assert [(one.name, one.since.day, one.until and one.until.day) for one in before] == [("Maria Ortiz", 3, 10)]
    assert cases_of("m.ortiz") == []


def test_several_people_are_asked_for_at_once(office: None) -> None:
    sign("p.lead", LOOM, "assigned", role=MANAGER, staff="m.ortiz", scope="case")
    sign("p.lead", RADIO, "assigned", role=MANAGER, staff="n.reyes", scope="case")
    assert cases_of("m.ortiz", "n.reyes") == [LOOM, RADIO]


ROWS = st.lists(
    st.tuples(
        st.sampled_from([LOOM, RADIO, *EINS.values()]), st.sampled_from([MANAGER, ANALYST]),
        st.sampled_from(["m.ortiz", "n.reyes", "f.ana"]),
    ),
    max_size=8, unique_by=lambda row: row[:2],
)  # fmt: skip


@given(rows=ROWS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_list_of_a_person_is_what_the_cases_say_of_them(office: None, rows: list[tuple[str, str, str]]) -> None:
    with writing() as session:
        session.execute(delete(Assignment))
        for number, (subject, role, staff_id) in enumerate(rows):
            row = {
                "assignment_id": str(number), "process": "registration", "subject": subject, "role": role,
                "staff_id": staff_id, "handover": "", "since": START + timedelta(hours=number), "until": None,
            }  # fmt: skip
            session.connection().execute(insert(Assignment), [row])
    with reading() as session:
        found = looked_after(session, "registration", EINS)
    for staff_id in ("m.ortiz", "n.reyes", "f.ana"):
        assert cases_of(staff_id) == sorted(c for c in EINS if staff_id in [one.staff_id for one in found[c]])
