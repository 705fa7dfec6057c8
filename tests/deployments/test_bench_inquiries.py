"""What the measurement of triage rests on: invented inquiries, a base that stores them, clocks, a check after kills."""

import csv
import io
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from rich.console import Console
from sqlalchemy import func, select

from deployments.bench.flow_runs import keep
from deployments.bench.inquiries import SMALL_COUNT, decided_once, prepare
from deployments.bench.measure import Spent
from deployments.bench.place import NOW, SMALL
from deployments.bench.runner import chosen, measure
from deployments.bench.synthetic_inquiries import HEAD, PHRASES, texts, write_inquiries
from deployments.bench.table import Row
from deployments.bench.triage_base import judged, phrases, straight
from deployments.bench.triage_stages import EARLIER, REST, STAGES, Clocks
from models.hotline.match_keys import KeyKind
from models.hotline.records import HotlineDecision
from tasks.adapters.database import reading
from tasks.adapters.hotline.contacts import STRONG, sharing_contacts
from tasks.adapters.hotline.triaging import decide_waiting, judge
from tasks.adapters.policy import hotline_policy
from tasks.adapters.settings import settings
from tests.conftest import forget
from tests.hotline_office import KEY
from tests.office import stop_clock

COUNT = 60
on_sqlite = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


@pytest.fixture
def key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The home has a key, and its clock stands still where those of measurements do."""
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", KEY)
    settings.cache_clear()
    stop_clock(NOW.year, NOW.month, NOW.day, NOW.hour)


def triage(most: int) -> int:
    return decide_waiting(judge(hotline_policy()), NOW, most, lambda count: None)


def test_there_are_three_hundred_phrases_of_fifteen_subjects_and_none_twice() -> None:
    every = Counter(phrase for listed in PHRASES.values() for phrase in listed)
    assert {len(listed) for listed in PHRASES.values()} == {20} and len(PHRASES) == 15
    assert set(every.values()) == {1}


def test_eighteen_in_a_hundred_texts_are_not_english_and_half_of_these_are_spanish() -> None:
    languages = Counter(said.language for said in texts(5_000))
    assert 0.16 < 1 - languages["en"] / 5_000 < 0.20
    assert 0.4 < languages["es"] / (5_000 - languages["en"]) < 0.6 and languages["fr"] and languages["zh"]


def test_who_calls_changes_nothing_of_what_is_said(tmp_path: Path) -> None:
    found = []
    for of_a_city in (False, True):
        write_inquiries(COUNT, tmp_path / "inquiries.csv", of_a_city=of_a_city)
        with (tmp_path / "inquiries.csv").open(newline="", encoding="utf-8") as file:
            found.append(list(csv.DictReader(file)))
    strangers, city = found
    assert tuple(strangers[0]) == HEAD
    assert [row["text"] for row in strangers] == [row["text"] for row in city]
    assert len({row["caller"] for row in strangers}) == COUNT > len({row["phone"] for row in city})


@on_sqlite
@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("of_a_city", [False, True])
def test_earlier_contacts_are_found_for_callers_of_a_city_and_hardly_any_for_strangers(
    tmp_path: Path, of_a_city: bool
) -> None:
    # Sixty strangers are too few to tell one in sixty from one in thirty.
    count = COUNT if of_a_city else 200
    prepare(count, tmp_path / "inquiries.csv", of_a_city)
    assert triage(count) == count
    table = HotlineDecision.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        repeats = session.execute(select(func.count()).where(table.duplicate_of != "")).scalar_one()
        ids = session.execute(select(table.contact_id)).scalars().all()
        alike = sharing_contacts(session, ids, dict.fromkeys((*STRONG, KeyKind.SURNAME, KeyKind.PLACE), count))
    # No stranger has another's name or number; a few use the same rare word, as people do anywhere.
    assert bool(alike) is of_a_city
    assert repeats > count // 10 if of_a_city else repeats <= count // 60


@pytest.mark.parametrize(
    ("text", "subject", "priority", "review"),
    [
        ("They said the boiler is out and the heat is broken.", "cold", 4, 0),
        ("My boiler is out and I lost my papers.", "cold", 4, 1),
        ("I missed two bus rides, the rent bill, and I want to die", "danger", 5, 1),
        ("Unfired bricks and a curfewed town.", "other", 1, 1),
    ],
)
def test_the_base_judges_by_most_phrases_and_by_those_of_a_life_at_risk(
    text: str, subject: str, priority: int, review: int
) -> None:
    found = judged(text, phrases())
    assert (found[0], found[1], found[-1]) == (subject, priority, review)


def test_the_base_stores_every_inquiry_with_a_decision_and_prints_pages(tmp_path: Path) -> None:
    write_inquiries(2_000, tmp_path / "inquiries.csv")
    found = straight(tmp_path / "inquiries.csv", tmp_path)
    with closing(sqlite3.connect(tmp_path / "base.db")) as database:
        rows = database.execute("SELECT count(*) FROM inquiry JOIN decision ON inquiry.id = inquiry_id").fetchone()
    assert rows == (2_000,) and sum(found.by_subject.values()) == 2_000 and found.spent.cpu_s > 0
    with pikepdf.open(tmp_path / "summary.pdf") as pdf:
        assert len(pdf.pages) == 5


def test_a_step_inside_another_counts_for_its_own_stage_alone() -> None:
    steps = SimpleNamespace(outer=lambda: steps.inner(), inner=lambda: time.sleep(0.05))
    clocks = Clocks({"whole": ((steps, "outer"),), "part": ((steps, "inner"),)})
    steps.outer()
    told = clocks.told(Spent(1.0, 1.0))
    assert told["part"].wall_s >= 0.05 > told["whole"].wall_s
    assert sum(spent.wall_s for spent in told.values()) == pytest.approx(1.0)


@on_sqlite
@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("after", "once"),
    [
        ("", True),
        ("DELETE FROM hotline_decision WHERE contact_id = 'INV-0000059'", False),
        ("UPDATE hotline_decision SET due_at = '2027-01-01' WHERE contact_id = 'INV-0000000'", False),
        (
            "INSERT INTO case_event SELECT process, 'again', seq, at, occurred_at, event, actor, state_from, state_to, "
            "payload, prev_hash, hash FROM case_event WHERE event = 'contacts_decided' LIMIT 1",
            False,
        ),
    ],
    ids=["as it is", "one is missing", "one that stood is another", "some were told of twice"],
)
def test_a_second_run_passes_only_where_each_contact_was_decided_about_once(
    home: Path, tmp_path: Path, after: str, once: bool
) -> None:
    prepare(COUNT, tmp_path / "inquiries.csv")
    triage(COUNT // 2)
    keep(tmp_path / "half.db")
    triage(COUNT)
    if after:
        with closing(sqlite3.connect(home / "steward.db")) as database, database:
            assert database.execute(after).rowcount == 1
    assert decided_once(tmp_path / "half.db", COUNT) is once


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Row]]:
    """The rows of the measurement on little data, by name; the user's home is a folder that nobody made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(tmp_path_factory.mktemp("user") / "home"))
        forget()
        found = measure(chosen(["inquiries"]), SMALL, Console(file=io.StringIO()))
        yield {row.name: row for row in found}
    forget()


def test_the_flow_is_measured_beside_the_base_and_stage_by_stage(rows: dict[str, Row]) -> None:
    whole = rows["triage-inquiries, one flow, 3 task runs"]
    assert whole.count == SMALL_COUNT and whole.base is not None and whole.base.cpu_s > 0
    assert {f"triage-inquiries, of it {stage}" for stage in (*STAGES, REST)} <= set(rows)
    assert rows[f"triage-inquiries, callers of a city, of it {EARLIER}"].spent.cpu_s > 0


def test_a_run_that_was_killed_at_half_leaves_half_for_the_next(rows: dict[str, Row]) -> None:
    second = rows["triage-inquiries killed at half, the second run"]
    assert second.count == SMALL_COUNT // 2
    assert second.base == rows["triage-inquiries, one flow, 3 task runs"].spent
