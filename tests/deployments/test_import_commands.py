"""`steward import awards` as the office types it: one JSON line at the end, one sentence when it cannot be done."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.deployments.offices import inside
from tests.office import sign_policy
from tests.prefect_homes import give_prefect

STEWARD = str(Path(sys.executable).with_name("steward"))
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "council" / "funded_disclosure_FY2027.xlsx"
KEYS = [
    "rows_read", "awards", "amount", "agency_awards", "agency_amount", "imported", "updated", "unchanged", "rejected",
    "rejects_file", "file_total", "reconciles",
]  # fmt: skip


def steward(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on a home of its own."""
    told = {k: v for k, v in os.environ.items() if not k.startswith(("STEWARD_", "PREFECT_"))}
    return subprocess.run(
        [STEWARD, *arguments], env={**told, "STEWARD_HOME": str(home)}, capture_output=True, text=True, timeout=180,
        check=False,
    )  # fmt: skip


def signed_home(home: Path) -> Path:
    """A home whose policy two administrators have signed."""
    assert steward(home, "migrate").returncode == 0
    with inside(home):
        sign_policy()
    return home


def last_line(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """The JSON line that a command ends with."""
    found: dict[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _truncated(path: Path) -> None:
    import xlsxwriter

    whole = path.with_name("whole.xlsx")
    book = xlsxwriter.Workbook(str(whole))
    book.add_worksheet().write_row(0, 0, ["Legal Name", "Amount", "Agency"])
    book.close()
    path.write_bytes(whole.read_bytes()[:-400])


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 600_000_000)


BAD = {
    "truncated.xlsx": _truncated,
    "page.xlsx": lambda path: path.write_text("<!DOCTYPE html><html><body>Your session has expired</body></html>"),
    "empty.xlsx": lambda path: path.write_bytes(b""),
    "bomb.xlsx": _bomb,
    "columns.csv": lambda path: path.write_text("Name,Colour\nInvented,red\n"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_a_list_gets_one_sentence_and_changes_nothing(
    migrated_prefect: Path, tmp_path: Path, name: str
) -> None:
    BAD[name](tmp_path / name)
    home = give_prefect(migrated_prefect, tmp_path / "home")
    done = steward(home, "import", "awards", str(tmp_path / name), "--json")
    assert done.returncode == 2, done.stderr
    sentence = str(last_line(done)["error"])
    assert sentence.count("\n") == 0
    assert name in sentence
    assert "Traceback" not in done.stderr
    assert not (home / "steward.db").exists()
    assert not (home / "archive").exists()


def test_a_list_comes_in_once_and_again_unchanged_and_its_cases_are_listed(
    migrated_prefect: Path, tmp_path: Path
) -> None:
    home, file = signed_home(give_prefect(migrated_prefect, tmp_path / "home")), tmp_path / "older list.csv"
    lines = [
        "Council Discretionary Awards,,,,",
        "Council Members,Legal Name of Organization,EIN #,Agency,Amount ($)",
        'Invented,"Alder Works, Inc.",97-1000001,SBS,"$7,500"',
        'Invented,"Alder Works, Inc.",97-1000001,SBS,(500)',
        'Invented,"Birch School, Inc.",971000002,DYCD,"$2,000"',
        'Total SBS,,,,"$7,000"',
        'Grand Total,,,,"$9,000"',
    ]
    file.write_bytes("\r".join(lines).encode("mac-roman"))
    done = steward(home, "import", "awards", str(file), "--agency", "SBS", "--fiscal-year", "2027", "--json")
    assert done.returncode == 0, done.stderr
    result = last_line(done)
    assert list(result)[: len(KEYS)] == KEYS
    assert (result["awards"], result["agency_amount"], result["file_total"]) == (3, "7000.00", "9000.00")
    assert (result["imported"], result["reconciles"], result["rejects_file"]) == (3, True, None)
    again = last_line(
        steward(home, "import", "awards", str(file), "--agency", "SBS", "--fiscal-year", "2027", "--json")
    )
    assert (again["imported"], again["updated"], again["unchanged"]) == (0, 0, 3)
    listed = last_line(steward(home, "cases", "registration", "--json"))
    assert listed["total"] == 1


@pytest.mark.skipif(not SHARED.exists(), reason="the Council's published list is not beside this checkout")
def test_the_councils_published_list_comes_in_whole(tmp_path: Path) -> None:
    done = steward(signed_home(tmp_path / "home"), "import", "awards", str(SHARED), "--agency", "SBS", "--json")
    assert done.returncode == 0, done.stderr
    result = last_line(done)
    assert (result["awards"], result["amount"], result["agency_awards"]) == (10040, "705564000.00", 355)
    assert (result["imported"], result["rejected"], result["file_total"], result["reconciles"]) == (
        10040,
        0,
        None,
        None,
    )
