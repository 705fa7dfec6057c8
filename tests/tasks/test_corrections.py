"""A corrected step reads as corrected wherever a case is read; what was recorded stays in the database."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event as listening

from models.registration.clocks import clocks
from models.registration.corrections import Correction, correct, state_since, with_correction
from models.registration.moves import Move
from models.registration.records import RegistrationCase
from models.registration.sheets import HistoryLine
from models.shared.calendar import new_york_date, start_of_day
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import engine, reading, writing
from tasks.adapters.ledger import CaseChange, Happening, commit_changes
from tasks.adapters.policy import office as agency_office
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration import paper
from tasks.adapters.registration.case_page import case_page
from tasks.adapters.registration.case_table import COLUMNS, case_cells
from tasks.adapters.registration.cases import PROCESS, load_cases, move_happenings
from tasks.adapters.registration.exports import export_cases
from tasks.adapters.registration.history import history_lines, load_history, load_recorded
from tasks.adapters.registration.queries import CaseFilter, case_rows, show_case
from tests.office import award, import_list, stop_clock
from tests.remembered import remembered
from tests.tasks.test_registration_awards import rows

CASE, OTHER = "R27-971000001", "R27-971000002"
ALDER = award(1, "Alder Works, Inc.", "971000001", "20000")
BIRCH = award(2, "Birch Kitchen, Inc.", "971000002", "9000")
STEPS = (
    ("cleared", "scope", "07-06"), ("scope_and_budget_agreed", "documents", "08-10"),
    ("package_complete", "responsibility", "09-01"), ("found_responsible", "public_notice", "09-10"),
    ("notice_not_required", "legal", "09-10"), ("award_made", "package", "09-20"), ("filed", "filed", "09-25"),
)  # fmt: skip
WHY = "The stamp was misread."


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 10, 15, 14)
    import_list(folder, ALDER, BIRCH, as_of="2026-07-06")
    policy, at = registration_policy(), clock.now()
    moves = [Move(event, date.fromisoformat(f"2026-{day}"), target) for event, target, day in STEPS]
    due = policy.stage_due("filed", moves[-1].on)
    with writing() as session:
        heads = [case.head for case in load_cases(session, [CASE, OTHER], clock.today())]
        changes = [CaseChange(head, move_happenings(head, moves, "Omar Field", at, {}), due) for head in heads]
        commit_changes(session, PROCESS, RegistrationCase, changes, at)


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """A home on 15 October 2026 with two contracts that were filed on 25 September."""
    _opened(tmp_path)
    return home


def correct_step(event: str, **after: str) -> None:
    """Correct the last step of that name, as a signature does."""
    now, policy = clock.now(), registration_policy()
    with writing() as session:
        history = load_recorded(session, CASE)
        seq = next(e.seq for e in reversed(history) if e.event == event)
        found = correct(history, seq, after, clock.today())
        assert isinstance(found, Correction), found
        since = state_since(with_correction(history, found, WHY, "Ada Invented", now))
        head = load_cases(session, [CASE], clock.today())[0].head
        happening = Happening("corrected", "Ada Invented", head.state, now, found.payload(WHY))
        due = policy.stage_due(head.state, new_york_date(since))
        commit_changes(session, PROCESS, RegistrationCase, [CaseChange(head, [happening], due, since)], now)


def lines_of(case_id: str = CASE) -> list[HistoryLine]:
    with reading() as session:
        return history_lines(load_history(session, [case_id])[case_id])


def last(lines: list[HistoryLine], event: str) -> HistoryLine:
    return next(line for line in reversed(lines) if line.event == event)


def table(case_id: str, now: datetime) -> list[Any]:
    """The row of the case table of one contract."""
    with reading() as session:
        found = [row for row in case_rows(session, CaseFilter())[0] if row["case"] == case_id]
        return next(case_cells(session, found, registration_policy(), now))


def test_the_packet_and_its_clocks_know_the_corrected_day(office: Path) -> None:
    correct_step("filed", on="2026-09-30")
    with reading() as session:
        packet = load_cases(session, [CASE], clock.today())[0].packet
    filed = packet.last("filed")
    assert filed is not None and filed.on == packet.state_since == date(2026, 9, 30)
    due = {c.code: c.due_on for c in clocks(packet, registration_policy())}
    assert due["K2"] == date(2026, 10, 30)


def test_the_timeline_says_what_was_corrected_and_why(office: Path) -> None:
    correct_step("filed", on="2026-09-30", reference="A-17")
    lines = lines_of()
    assert last(lines, "filed").detail == "reference A-17 (corrected)"
    assert lines[-1].by == "Ada Invented"
    assert lines[-1].detail == (
        "Filed. Date: September 30, 2026, instead of September 25, 2026; reference: “A-17”, instead of nothing: "
        "The stamp was misread."
    )


def test_a_step_that_was_corrected_back_is_not_marked(office: Path) -> None:
    before = lines_of()
    correct_step("filed", on="2026-09-30")
    correct_step("filed", on="2026-09-25")
    after = lines_of()
    assert after[: len(before)] == before
    assert [line.event for line in after[len(before) :]] == ["corrected", "corrected"]


def test_what_was_recorded_stays_and_its_chain_holds(office: Path) -> None:
    query = f"select seq, occurred_at, payload, hash from case_event where case_id = '{CASE}' and event <> 'corrected'"
    before = rows(f"{query} order by seq")
    correct_step("filed", on="2026-09-30")
    assert rows(f"{query} order by seq") == before
    with reading() as session:
        assert not [problem for problem in audit(session).problems if CASE in problem]


def test_page_sheet_list_and_table_tell_the_same_days(office: Path) -> None:
    correct_step("package_complete", on="2026-08-28")
    correct_step("filed", on="2026-09-30")
    now, policy = clock.now(), registration_policy()
    with reading() as session:
        shown = show_case(session, CASE, now)
        page = case_page(session, CASE, policy, now)
        sheet = next(paper.sheets(session, [CASE], policy, agency_office(), now))
    assert shown is not None and page is not None
    cells = dict(zip((column.heading for column in COLUMNS), table(CASE, now), strict=True))
    since = start_of_day(date(2026, 9, 30))
    assert shown["since"] == since.isoformat()
    assert cells["Since (New York)"] == since
    assert sheet.in_state_seconds == shown["held"]["Comptroller"] == (now - since).total_seconds()
    assert {f"Seconds: {holder}": seconds for holder, seconds in shown["held"].items()}.items() <= cells.items()
    assert {time.holder: time.seconds for time in sheet.ledger} == shown["held"] == dict(page.held)
    assert sum(shown["held"].values()) == shown["elapsed"] == cells["Seconds in all"]


def test_another_case_keeps_its_days(office: Path) -> None:
    before = lines_of(OTHER), table(OTHER, clock.now())
    correct_step("filed", on="2026-09-30")
    assert (lines_of(OTHER), table(OTHER, clock.now())) == before


def test_the_case_table_asks_as_many_queries_with_corrections_as_without(office: Path) -> None:
    before = asked(office)
    correct_step("filed", on="2026-09-30")
    correct_step("award_made", on="2026-09-21")
    assert asked(office) == before


def asked(folder: Path) -> int:
    """How many statements an export of the case list sends."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    listening.listen(engine(), "before_cursor_execute", note)
    try:
        with reading() as session:
            export_cases(session, folder / "cases.xlsx", CaseFilter(), registration_policy(), clock.now())
    finally:
        listening.remove(engine(), "before_cursor_execute", note)
    assert len(CalamineWorkbook.from_path(folder / "cases.xlsx").get_sheet_by_index(0).to_python()) > 2
    return len(sent)


@pytest.mark.parametrize(
    ("payload", "detail"),
    [
        ({"amount_before": "20000.00", "amount_after": "15000.00", "reason": "Cut"},
         "reason Cut, amount before $20,000.00, amount after $15,000.00"),
        ({"seq_no": 2, "delta": "-1250.00"}, "No. 2, change -$1,250.00"),
        ({"document": "conduit_agreement", "reason": "Unsigned"}, "Fiscal-conduit agreement, reason Unsigned"),
        ({"staff": "m.lopez", "to": "R27-971000002"}, "m.lopez, to R27-971000002"),
    ],
)  # fmt: skip
def test_the_words_of_an_event_are_read_as_people_say_them(
    home: Path, tmp_path: Path, payload: dict[str, Any], detail: str
) -> None:
    keep_event(tmp_path, payload)
    assert lines_of()[-1].detail == detail


def keep_event(folder: Path, payload: dict[str, Any]) -> None:
    """One case with one event that says this."""
    import_list(folder, ALDER)
    with writing() as session:
        head, at = load_cases(session, [CASE], clock.today())[0].head, clock.now()
        happening = Happening("award_changed", "Ada Invented", head.state, at, payload)
        commit_changes(session, PROCESS, RegistrationCase, [CaseChange(head, [happening], None)], at)
