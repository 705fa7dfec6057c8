"""Every contact is decided about once, repeats are linked, and the file of decisions keeps what is protected."""

import csv
from pathlib import Path

import pytest
from sqlalchemy import select

from models.hotline.records import HotlineAccess, HotlineDecision
from models.hotline.rules import NEAR_RESTRICTED
from models.shared.records import CaseEvent
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.export import ExportRefused
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.decisions_file import COLUMNS, write_decisions
from tasks.adapters.hotline.paper import day_of
from tasks.adapters.hotline.triaging import decide_all_at_once, decide_waiting, judge, waiting_count
from tasks.adapters.policy import hotline_policy
from tests.hotline_office import bring, csv_text, everything_on_disk, plain_rows
from tests.office import stop_clock

RENT = "I owe three months of back rent and the landlord took me to housing court. 718-555-0139"
AGAIN = "Calling again about my back rent and the housing court, nobody called. (718) 555 0139"
BEATEN = "My husband hit me last night and is at the door now, he threatens to kill me and the kids."
STAMPS = "My food stamps were cut off and my SNAP case was closed, I sent the recertification."


@pytest.fixture(autouse=True)
def now(hotline_key: None) -> None:
    stop_clock(2026, 11, 20, 14)


def triage(most: int = 1_000) -> int:
    return decide_waiting(judge(hotline_policy()), clock.now(), most, lambda count: None)


def decisions() -> dict[str, HotlineDecision]:
    with reading() as session:
        return {row.contact_id: row for row in session.execute(select(HotlineDecision)).scalars()}


def exported(tmp_path: Path) -> list[dict[str, str]]:
    write_decisions(tmp_path / "out.csv", "m.ortiz", clock.now())
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_contact_is_decided_about_once(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, STAMPS, "")))
    assert (waiting_count(), triage(), waiting_count()) == (3, 3, 0)
    before = {one: row.decided_at for one, row in decisions().items()}
    stop_clock(2026, 11, 21, 14)
    assert triage() == 0
    assert {one: row.decided_at for one, row in decisions().items()} == before


def test_what_is_left_of_a_run_is_decided_by_the_next(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, STAMPS, BEATEN)))
    assert (triage(2), triage(2), len(decisions())) == (2, 1, 3)


def test_a_contact_goes_to_its_unit_with_what_decided(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(STAMPS)))
    triage()
    (found,) = decisions().values()
    assert (found.unit, found.state, found.priority, found.language) == ("FIA", "queued", 3, "en")
    assert "snap" in found.signals.split("|")


def test_nothing_said_waits_for_a_person(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("", "🆘🏠")))
    triage()
    assert {(row.unit, row.state) for row in decisions().values()} == {("OUT_OF_SCOPE", "to_person")}


def test_the_same_caller_about_the_same_matter_is_linked_with_the_first_contact(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, STAMPS, AGAIN)))
    triage()
    assert {one: row.duplicate_of for one, row in decisions().items()} == {
        "INQ-0001": "", "INQ-0002": "", "INQ-0003": "INQ-0001",
    }  # fmt: skip


def test_who_says_that_they_speak_again_is_known_by_two_rare_words(tmp_path: Path) -> None:
    said = (f"{STAMPS} I push the coffee cart by Hegeman.", f"{STAMPS} I carry coffee there.", "writing again, ", "")
    bring(tmp_path, csv_text(plain_rows(*said[:2], f"{said[2]}{said[0]}", "coffee")))
    triage()
    assert {one: row.duplicate_of for one, row in decisions().items()} == {
        "INQ-0001": "", "INQ-0002": "", "INQ-0003": "INQ-0001", "INQ-0004": "",
    }  # fmt: skip


def test_contacts_of_one_moment_are_linked_the_same_in_whatever_order_they_are_decided(tmp_path: Path) -> None:
    said = (f"{STAMPS} 718-555-0139", f"{STAMPS} 718-555-0139 or 929-555-0111", f"{STAMPS} 929-555-0111")
    rows = [[row[0], "2026-11-20T08:00:00-05:00", *row[2:]] for row in plain_rows(*said)]
    bring(tmp_path, csv_text(rows))
    opened = open_contacts(["INQ-0003", "INQ-0002", "INQ-0001"], who="a test", purpose="to see", at=clock.now())
    with writing() as session:
        decide_all_at_once(session, [one.form for one in opened], judge(hotline_policy()), clock.now())
    assert [row.duplicate_of for _, row in sorted(decisions().items())] == ["", "INQ-0001", "INQ-0001"]


def test_a_third_contact_is_linked_with_the_first_even_where_it_is_known_by_the_second(tmp_path: Path) -> None:
    third = f"{STAMPS} 929-555-0111"
    bring(tmp_path, csv_text(plain_rows(f"{STAMPS} 718-555-0139", f"{STAMPS} 718-555-0139 or 929-555-0111", third)))
    triage()
    bring(tmp_path, csv_text(plain_rows("", "", "", third)[3:]), "later.csv")
    triage()
    assert [row.duplicate_of for _, row in sorted(decisions().items())] == ["", "INQ-0001", "INQ-0001", "INQ-0001"]


@pytest.mark.parametrize(("callers", "links"), [(5, 4), (6, 0)])
def test_a_surname_links_contacts_only_while_few_have_it(tmp_path: Path, callers: int, links: int) -> None:
    bring(tmp_path, csv_text(plain_rows(*(f"Mrs. Wrenfield here. {STAMPS}" for _ in range(callers)))))
    triage()
    assert sum(row.duplicate_of == "INQ-0001" for row in decisions().values()) == links


def test_a_repeat_is_linked_with_a_contact_of_an_earlier_run(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT)))
    triage()
    bring(tmp_path, csv_text(plain_rows(STAMPS, AGAIN)[1:]))
    triage()
    assert decisions()["INQ-0002"].duplicate_of == "INQ-0001"


def test_a_repeat_of_a_restricted_contact_is_restricted_however_little_it_says(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(f"I have HIV. {RENT}", AGAIN, AGAIN.replace("0139", "0140"))))
    triage()
    first, later, other = (row for _, row in sorted(decisions().items()))
    assert (later.duplicate_of, other.duplicate_of) == (first.contact_id, "")
    assert (first.confidential, later.confidential, other.confidential) == (True, True, False)
    assert [NEAR_RESTRICTED in row.review for row in (first, later, other)] == [False, True, False]


@pytest.mark.parametrize("chunk", [1, 1_000])
def test_a_repeat_is_restricted_where_any_that_it_repeats_is_whatever_is_decided_together(
    tmp_path: Path, chunk: int
) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, f"I have HIV. {RENT}", AGAIN, RENT)))
    while triage(chunk):
        pass
    rows = [row for _, row in sorted(decisions().items())]
    assert [row.confidential for row in rows] == [False, True, True, True]
    assert [row.duplicate_of for row in rows] == ["", *["INQ-0001"] * 3]


def test_a_repeat_that_is_decided_at_once_is_told_as_restricted(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(f"I have HIV. {RENT}")))
    triage()
    bring(tmp_path, csv_text(plain_rows(f"I have HIV. {RENT}", AGAIN)))
    (later,) = open_contacts(["INQ-0002"], who="a test", purpose="to decide", at=clock.now())
    with writing() as session:
        (decision,) = decide_all_at_once(session, [later.form], judge(hotline_policy()), clock.now())
    assert decision.confidential and NEAR_RESTRICTED in decision.review


def test_the_same_caller_about_something_else_is_not_linked(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, f"{STAMPS} 718-555-0139")))
    triage()
    assert decisions()["INQ-0002"].duplicate_of == ""


def test_requests_to_homeless_services_in_an_export_get_the_clocks_of_outreach(tmp_path: Path) -> None:
    header = ("unique_key", "created_date", "agency", "complaint_type", "descriptor", "status")
    told = [
        ("1", "2026-11-20T08:00:00.000", "DHS", "Homeless Person Assistance", "Chronic", "Assigned"),
        ("2", "2026-11-20T08:00:00.000", "DHS", "Homeless Person Assistance", "Non-Chronic", "Assigned"),
        ("3", "2026-11-20T08:00:00.000", "NYPD", "Noise - Residential", "Loud Music/Party", "Closed"),
    ]
    bring(tmp_path, csv_text(told, header))
    triage()
    clocks = {
        one: (row.clock, (row.due_at - row.received_at).total_seconds() / 3600)
        for one, row in decisions().items()
        if row.due_at
    }
    assert (clocks["1"], clocks["2"]) == (("outreach_chronic", 4), ("outreach", 1))
    assert not clocks["3"][0].startswith("outreach")


def test_a_batch_leaves_one_event_that_attests_its_decisions(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, STAMPS)))
    triage()
    with reading() as session:
        events = session.execute(select(CaseEvent).where(CaseEvent.event == "contacts_decided")).scalars().all()  # type: ignore[arg-type]
    assert [(row.process, row.case_id) for row in events] == [("hotline", "triage:2026-11-20")]


def test_triage_opens_each_contact_once_and_says_so(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(RENT, BEATEN)))
    triage()
    with reading() as session:
        log = session.execute(select(HotlineAccess)).scalars().all()
    assert [(row.who, row.purpose) for row in log] == [("triage inquiries", "triage")] * 2


def test_the_file_of_decisions_has_its_columns_and_the_words_that_decided(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(STAMPS)))
    triage()
    (row,) = exported(tmp_path)
    assert tuple(row) == COLUMNS
    assert (row["id"], row["unit"], row["priority"], row["confidential"]) == ("INQ-0001", "FIA", "3", "no")
    assert "food stamps" in row["evidence"].split("|")


def test_what_is_confidential_reads_restricted(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(BEATEN)))
    triage()
    (row,) = exported(tmp_path)
    assert row["confidential"] == "yes"
    hidden = {row[name] for name in ("unit", "alternatives", "rule", "evidence", "language")}
    assert hidden == {"RESTRICTED"}


def test_confidential_contacts_are_not_opened_for_the_file(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(BEATEN, STAMPS)))
    triage()
    exported(tmp_path)
    with reading() as session:
        log = session.execute(select(HotlineAccess)).scalars().all()
    assert [row.contact_id for row in log if row.who == "m.ortiz"] == ["INQ-0002"]


def test_a_file_of_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match=r"must end in \.csv"):
        write_decisions(tmp_path / "out.txt", "m.ortiz", clock.now())


def test_nothing_of_what_was_said_stands_in_the_home_after_triage(home: Path, tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows(f"{BEATEN} heliotrope", f"{STAMPS} marzipan")))
    triage()
    told = [name for name, data in everything_on_disk(home) for word in (b"heliotrope", b"marzipan") if word in data]
    assert told == []


def test_a_day_that_is_none_is_answered_with_how_to_write_one() -> None:
    with pytest.raises(LookupError, match=r"is no day\. Write it as 2026-11-20"):
        day_of("last friday", clock.today())
