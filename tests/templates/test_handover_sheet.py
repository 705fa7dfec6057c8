"""A unit's sheet: the most urgent first, ids and neutral words; of what is confidential ids alone."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from models.hotline.handover import DESKS, HandoverSheet, OpenContact, PriorityGroup, desk_of, handover_sheet
from tasks.adapters.pdf_read import open_pdf
from tests.drawn import draw
from tests.templates.examples import MADE_AT, OFFICE

HOUR = timedelta(hours=1)


def contact(contact_id: str, priority: int = 3, due: int = 5, owner: str = "", state: str = "queued") -> OpenContact:
    since, until = MADE_AT - 9 * HOUR, MADE_AT + due * HOUR
    clock = "heap_crisis" if priority < 3 else "response"
    return OpenContact(
        contact_id, priority, state, clock, since, until, owner, due < 0, state == "awaiting_constituent"
    )


ROWS = (
    contact("INQ-3", 3), contact("INQ-1", 1, -2, "Mara Ortiz", "claimed"), contact("INQ-2", 2, 7),
    contact("INQ-4", 2, 1, state="awaiting_agency"), contact("INQ-5", 3, 2, state="awaiting_constituent"),
)  # fmt: skip
COUNTS = {1: (1, 1), 2: (2, 0), 3: (1240, 12)}


def sheet(desk: str = "HEAP") -> HandoverSheet:
    return handover_sheet(desk, COUNTS, ROWS, office=OFFICE, at=MADE_AT)


def words(document: HandoverSheet) -> str:
    return " ".join(" ".join(open_pdf(draw(document).data).texts).split())


def test_sheets_conform_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    paths = [tmp_path / "unit.pdf", tmp_path / "restricted.pdf", tmp_path / "nothing.pdf"]
    empty = handover_sheet("IDNYC", {}, (), office=OFFICE, at=MADE_AT)
    for path, made in zip(paths, (sheet(), sheet("RESTRICTED"), empty), strict=True):
        path.write_bytes(draw(made).data)
    command = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--fail-on", "warning", "--no-info"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == 3


def test_the_most_urgent_stand_first_and_within_a_priority_what_is_due_first() -> None:
    text = words(sheet())
    places = [text.index(one) for one in ("INQ-1", "INQ-4", "INQ-2", "INQ-3")]
    assert places == sorted(places)
    assert "Priority 1: 1 contact, 1 overdue" in text and "Priority 2: 2 contacts Contact" in text


def test_a_row_says_which_clock_runs_where_it_stands_and_who_has_it() -> None:
    text = words(sheet())
    assert "INQ-1 Energy crisis Being worked on Nov 2, 2026, 12:05 AM Nov 2, 2026, 7:05 AM overdue Mara Ortiz" in text
    assert "INQ-4 Energy crisis Another agency was asked" in text and "nobody" in text
    assert "INQ-5 Response The constituent was asked Nov 2, 2026, 12:05 AM no clock runs nobody" in text


def test_what_is_not_listed_is_counted() -> None:
    assert "1,238 more contacts of this priority are open and not listed here" in words(sheet())


def test_of_what_is_confidential_neither_subject_nor_unit_is_printed_or_attached() -> None:
    made = sheet("RESTRICTED")
    text = words(made) + made.packet()
    assert "INQ-1" in text and made.kind == "handover restricted"
    for word in ("Energy", "crisis", "HIV", "HASA", "Domestic", "DV", "Being worked on"):
        assert word not in text


@pytest.mark.parametrize(("unit", "restricted", "state", "desk"), [
    ("FIA", False, "queued", "FIA"), ("FIA", False, "to_person", "TRIAGE"), ("FIA", True, "queued", "RESTRICTED"),
    ("DV", False, "to_person", "RESTRICTED"), ("HASA", True, "claimed", "RESTRICTED"),
])  # fmt: skip
def test_the_desk_of_a_contact(unit: str, restricted: bool, state: str, desk: str) -> None:
    assert desk_of(unit, restricted, state) == desk and desk in DESKS


def test_more_rows_than_contacts_are_refused() -> None:
    with pytest.raises(ValueError, match="more contacts are listed"):
        PriorityGroup(priority=1, contacts=1, overdue=2)
