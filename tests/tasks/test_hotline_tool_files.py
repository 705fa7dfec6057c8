"""The register of tools and the log of overrides: each version with its first use, and no words of constituents."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.hotline.records import HotlineOverride
from tasks.adapters.database import writing
from tasks.adapters.export import ExportRefused
from tasks.adapters.hotline.tool_files import FILE, write_misleading, write_overrides, write_tool_register
from tests.hotline_decided import RECEIVED, decided, worked
from tests.office import stop_clock


@pytest.fixture(autouse=True)
def now(home: Path) -> None:
    stop_clock(2026, 11, 24, 14)


def override(contact_id: str, **changed: Any) -> None:
    given: dict[str, Any] = {
        "contact_id": contact_id, "seq": 3, "what": "unit", "said": "FIA", "chosen": "HOMEBASE", "staff_id": "j.ray",
        "why": "she says heliotrope", "at": RECEIVED, "judged_by": "a" * 64, "restricted": False,
    }  # fmt: skip
    with writing() as session:
        session.add(HotlineOverride(**given | changed))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_version_of_the_tool_is_a_row_with_its_first_use(tmp_path: Path) -> None:
    for number in range(3):
        decided(f"A{number}", decided_at=RECEIVED + timedelta(days=number))
    decided("B1", judged_by="b" * 64, decided_at=RECEIVED + timedelta(days=9))
    override("A0")
    override("A0", what="priority", said="3", chosen="1")
    override("A1", taken_back_at=RECEIVED)
    assert write_tool_register(tmp_path / "tools.csv") == 2
    first, second = rows(tmp_path / "tools.csv")
    assert (first["began"], first["first_used"], first["last_used"]) == ("11/2026", "2026-11-19", "2026-11-21")
    assert (first["decisions"], first["overridden"], second["decisions"], second["overridden"]) == ("3", "1", "1", "0")
    assert (first["version"], second["version"]) == ("a" * 64, "b" * 64)


def test_a_tool_that_has_decided_nothing_stands_there_without_a_version(tmp_path: Path) -> None:
    write_tool_register(tmp_path / "tools.csv")
    (row,) = rows(tmp_path / "tools.csv")
    assert (row["began"], row["version"]) == ("", "")
    assert all(row[name] for name in ("name", "purpose", "data_types", "data_sources", "output_use", "vendor"))


@pytest.mark.parametrize(("old", "new", "message"), [
    ("vendor =", "seller =", "vendor: Field required"), ("[[tool]]", "[[tools]]", r"it is no list of \[\[tool\]\]"),
    ("[[tool]]", "[[tool", "cannot be used: "),
])  # fmt: skip
def test_a_register_that_cannot_be_used_is_one_sentence_and_writes_nothing(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    (tmp_path / "tools.toml").write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ExportRefused, match=message):
        write_tool_register(tmp_path / "tools.csv", tmp_path / "tools.toml")
    assert not (tmp_path / "tools.csv").exists()


def test_overrides_tell_what_triage_said_and_a_person_chose_but_no_reason(tmp_path: Path) -> None:
    decided("A1", confidence=812)
    override("A1")
    write_overrides(tmp_path / "overrides.csv")
    (row,) = rows(tmp_path / "overrides.csv")
    assert (row["id"], row["said"], row["chosen"], row["by"]) == ("A1", "FIA", "HOMEBASE", "j.ray")
    assert (row["confidence"], row["taken_back_at"]) == ("0.812", "")
    assert "heliotrope" not in (tmp_path / "overrides.csv").read_text()


@pytest.mark.parametrize(("decision", "acted"), [
    ({"confidential": True}, {}), ({}, {"restricted": True}), ({}, {"chosen": "DV"}), ({}, {"said": "HASA"}),
])  # fmt: skip
def test_of_what_is_confidential_neither_unit_is_told(
    tmp_path: Path, decision: dict[str, Any], acted: dict[str, Any]
) -> None:
    decided("A1", **decision)
    override("A1", **acted)
    write_overrides(tmp_path / "overrides.csv")
    (row,) = rows(tmp_path / "overrides.csv")
    assert (row["said"], row["chosen"]) == ("RESTRICTED", "RESTRICTED")


def test_signs_that_misled_are_written_with_how_often_they_were_there(tmp_path: Path) -> None:
    for number in range(4):
        decided(f"A{number}", signals="snap|arrears")
    override("A0")
    assert write_misleading(tmp_path / "signs.csv", date(2026, 11, 1)) == 2
    assert [(row["signal"], row["count"], row["of"]) for row in rows(tmp_path / "signs.csv")] == [
        ("arrears", "1", "4"), ("snap", "1", "4"),
    ]  # fmt: skip
    assert write_misleading(tmp_path / "signs.csv", date(2026, 11, 20)) == 0


@pytest.mark.parametrize("export", [write_overrides, lambda path: write_misleading(path, date(2026, 1, 1))])
def test_what_a_person_marked_as_confidential_later_is_told_no_more(tmp_path: Path, export: Any) -> None:
    decided("A1")
    override("A1")
    worked("A1", restricted=True)
    export(tmp_path / "out.csv")
    (row,) = rows(tmp_path / "out.csv")
    assert (row["said"], row["chosen"]) == ("RESTRICTED", "RESTRICTED")


def test_a_link_with_what_became_confidential_is_told_no_more(tmp_path: Path) -> None:
    decided("A1")
    decided("A2")
    override("A2", what="duplicate_of", said="", chosen="A1")
    worked("A1", restricted=True)
    write_overrides(tmp_path / "overrides.csv")
    (row,) = rows(tmp_path / "overrides.csv")
    assert row["chosen"] == "RESTRICTED"
