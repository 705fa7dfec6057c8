"""The seeded sample: the same draw and the same bytes for a seed, and evidence that can be checked without Steward."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from models.registration.records import RegistrationCase
from tasks.adapters.auditing.case_sample import draw, export_sample
from tasks.adapters.auditing.sample_readme import CHAIN_CHECK
from tasks.adapters.database import reading
from tasks.adapters.export import ExportRefused
from tasks.adapters.files import stored_path
from tasks.adapters.incoming import receive
from tasks.adapters.registration.queries import CaseFilter
from tests.audited import LOOM, REED, TIDE, note, open_season
from tests.office import import_tracker, stop_clock
from tests.remembered import remembered


@remembered
def _opened(folder: Path) -> None:
    open_season(folder)
    note(LOOM, "called the director")


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """Three contracts with signatures."""
    _opened(tmp_path)
    return tmp_path


@pytest.fixture
def papers(home: Path, tmp_path: Path) -> Path:
    """The same, with letters; of the first contract a scan came in, and one did not."""
    open_season(tmp_path, letters=True)
    (tmp_path / "policy.pdf").write_bytes(b"%PDF-1.4 insurance")
    receive(tmp_path / "policy.pdf", "scans")
    import_tracker(
        tmp_path, "documents", "Owner,Document,Reported on,File",
        f"{LOOM},liability_insurance,2026-08-04,policy.pdf", f"{LOOM},workers_compensation,2026-08-04,gone.pdf",
    )  # fmt: skip
    return tmp_path


def taken(folder: Path, cases: int = 3, seed: str = "spring audit", **wanted: str) -> dict[str, Any]:
    """What a sample counts."""
    with reading() as session:
        return export_sample(session, folder / "s.zip", cases, seed, CaseFilter(**wanted)).counts  # type: ignore[arg-type]


def unpacked(folder: Path, **options: Any) -> Path:
    """The folder of an unpacked sample."""
    taken(folder, **options)
    with ZipFile(folder / "s.zip") as book:
        book.extractall(folder / "sample")
    return folder / "sample"


def checked(case: Path) -> subprocess.CompletedProcess[str]:
    """What the lines of the README say of a case's chain, run by themselves."""
    return subprocess.run([sys.executable, "-I", "-c", CHAIN_CHECK], cwd=case, capture_output=True, text=True)


def test_the_same_seed_gives_the_same_bytes_whatever_the_clock_says(office: Path) -> None:
    taken(office)
    first = (office / "s.zip").read_bytes()
    stop_clock(2026, 9, 30, 14)
    taken(office)
    assert (office / "s.zip").read_bytes() == first


@given(st.sets(st.text("RX0123456789", min_size=1), min_size=1, max_size=30), st.text(), st.data())
def test_a_draw_depends_on_seed_and_population_alone(ids: set[str], seed: str, data: st.DataObject) -> None:
    cases = data.draw(st.integers(1, len(ids)))
    shuffled = data.draw(st.permutations(sorted(ids)))
    drawn = draw(shuffled, cases, seed)
    assert drawn == draw(sorted(ids), cases, seed)
    assert len(set(drawn)) == cases and set(drawn) <= ids


def test_other_seeds_draw_other_cases() -> None:
    ids = [f"R27-{n}" for n in range(1_000)]
    draws = {tuple(draw(ids, 10, f"seed {n}")) for n in range(20)}
    assert len(draws) == 20


def test_the_draw_is_recorded_with_its_population(office: Path) -> None:
    folder = unpacked(office, cases=2, seed="spring {audit}")
    told = json.loads((folder / "draw.json").read_text())
    population = (folder / "population.txt").read_text()
    assert population.split() == [LOOM, REED, TIDE]
    assert (told["population"], told["seed"], len(told["drawn"])) == (3, "spring {audit}", 2)
    assert told["population_sha256"] == hashlib.sha256(population.encode()).hexdigest()
    assert sorted(path.name for path in (folder / "cases").iterdir()) == told["drawn"]


def test_every_file_has_the_hash_that_the_manifest_gives(office: Path) -> None:
    folder = unpacked(office)
    listed = dict(reversed(line.split("  ", 1)) for line in (folder / "MANIFEST").read_text().splitlines())
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "MANIFEST"
    }
    assert listed == found
    assert list(listed) == sorted(listed)


def test_the_lines_of_the_readme_check_each_chain_to_the_head_of_its_case(office: Path) -> None:
    folder = unpacked(office)
    assert "    import hashlib, json\n" in (folder / "README.txt").read_text()
    for case in (folder / "cases").iterdir():
        row = json.loads((case / "records" / f"{RegistrationCase.__tablename__}.jsonl").read_text())
        assert checked(case).stdout == f"The chain holds. Its last hash is {row['head_hash']}\n"


@pytest.mark.parametrize("change", ["words", "removed"])
def test_the_lines_of_the_readme_find_a_changed_event(office: Path, change: str) -> None:
    case = unpacked(office) / "cases" / LOOM
    lines = (case / "events.jsonl").read_text().splitlines()
    changed = [line.replace("Maria", "Mario") for line in lines] if change == "words" else [lines[0], *lines[2:]]
    assert changed != lines
    (case / "events.jsonl").write_text("\n".join(changed) + "\n")
    assert checked(case).returncode != 0


def test_a_signature_comes_with_the_very_text_that_was_shown(office: Path) -> None:
    case = unpacked(office) / "cases" / LOOM
    named = {
        json.loads(json.loads(line)["payload"])["signed"]["signature"]
        for line in (case / "events.jsonl").read_text().splitlines()
        if '\\"signed\\"' in line
    }
    signatures = [path for path in (case / "signatures").iterdir() if not path.name.endswith(".shown.json")]
    assert {path.stem for path in signatures} == named and len(named) == 4
    for path in signatures:
        shown = (case / "signatures" / f"{path.stem}.shown.json").read_bytes()
        assert json.loads(path.read_text())["shown_sha256"] == hashlib.sha256(shown).hexdigest()


def test_packets_and_policies_are_named_by_their_hash(office: Path) -> None:
    folder = unpacked(office)
    files = [*folder.glob("cases/*/packets/*.json"), *folder.glob("policies/*.json")]
    assert len(list(folder.glob("policies/*.json"))) == 1 and len(files) > 3
    for path in files:
        assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()


def test_papers_and_scans_are_there_and_what_is_missing_is_named(papers: Path) -> None:
    case = unpacked(papers) / "cases" / LOOM
    rows = [json.loads(line) for line in (case / "records" / "stored_document.jsonl").read_text().splitlines()]
    assert len(rows) == 1
    for row in rows:
        stored = (case / "documents" / f"{row['document_id']}.pdf").read_bytes()
        assert hashlib.sha256(stored).hexdigest() == row["sha256"]
    assert [path.read_bytes() for path in (case / "scans").iterdir()] == [b"%PDF-1.4 insurance"]
    assert (case / "MISSING.txt").read_text() == "gone.pdf: it never came in\n"
    assert (case / "records" / "outgoing_message.jsonl").is_file()


def test_a_paper_that_is_gone_from_the_store_is_counted(papers: Path) -> None:
    before = taken(papers)["missing_files"]
    with reading() as session:
        digest = session.execute(text("select sha256 from stored_document")).scalars().first()
    path = stored_path("documents", str(digest), ".pdf")
    path.chmod(0o644)
    path.unlink()
    assert (before, taken(papers)["missing_files"]) == (1, 2)


def test_notes_and_the_rows_of_the_case_are_there(office: Path) -> None:
    case = unpacked(office) / "cases" / LOOM
    assert "called the director" in (case / "records" / "case_note.jsonl").read_text()
    (award,) = [json.loads(line) for line in (case / "records" / "award.jsonl").read_text().splitlines()]
    assert (award["mocs_id"], award["amount_cents"]) == ("FY27 00001", 5_000_000)


def test_a_legal_hold_is_said_in_the_case_and_in_the_readme(office: Path) -> None:
    folder = unpacked(office)
    hold = json.loads((folder / "cases" / LOOM / "case.json").read_text())["legal_hold"]
    assert (hold["by"], hold["why"]) == ("Carl Lawson", "a suit was announced")
    assert json.loads((folder / "cases" / REED / "case.json").read_text())["legal_hold"] is None
    assert "1 of these cases are under a legal hold" in (folder / "README.txt").read_text()
    assert taken(office)["under_legal_hold"] == 1


def test_only_cases_of_the_wanted_state_or_unit_are_drawn_from(office: Path) -> None:
    assert taken(office, cases=1, state="scope")["drawn"] == [TIDE]
    assert taken(office, cases=2, holder="provider")["population"] == 2


@pytest.mark.parametrize("cases", [0, -1, 4])
def test_more_cases_than_there_are_cannot_be_drawn(office: Path, cases: int) -> None:
    with pytest.raises(ExportRefused, match=r"There are 3 such cases\. Ask for a number from 1 to that\."):
        taken(office, cases=cases)
    assert not (office / "s.zip").exists()
