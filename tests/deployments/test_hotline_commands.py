"""`steward import inquiries` and `steward keys` as the office types them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hotline_office import KEY, OTHER_KEY, csv_text, plain_rows

STEWARD = str(Path(sys.executable).with_name("steward"))


def steward(
    home: Path, *arguments: str, key: str = KEY, old: str = "", surge: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command line on a home of its own."""
    told = {k: v for k, v in os.environ.items() if not k.startswith(("STEWARD_", "PREFECT_"))}
    told |= {"STEWARD_HOME": str(home), "STEWARD_HOTLINE_KEY": key, "STEWARD_HOTLINE_OLD_KEYS": old}
    told |= {"STEWARD_SURGE_FOLDER": str(surge)} if surge else {}
    return subprocess.run([STEWARD, *arguments], env=told, capture_output=True, text=True, timeout=180, check=False)


@pytest.fixture
def contacts(tmp_path: Path) -> Path:
    path = tmp_path / "Juno Wrenfield.csv"
    path.write_text(csv_text([*plain_rows("no heat", "no water"), ["3", "never", "hotline", "en", "quicksand"]]))
    return path


def test_contacts_are_imported_and_the_answer_is_one_line(tmp_path: Path, contacts: Path) -> None:
    done = steward(tmp_path / "home", "import", "inquiries", str(contacts), "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 0 and contacts.exists()
    assert (told["rows_read"], told["imported"], told["unchanged"], told["rejected"]) == (3, 2, 0, 1)
    assert "quicksand" not in Path(told["rejects_file"]).read_text()


def test_people_are_told_in_words_what_was_imported(tmp_path: Path, contacts: Path) -> None:
    done = steward(tmp_path / "home", "import", "inquiries", str(contacts))
    assert done.stdout.startswith("3 rows read: 2 imported, 0 unchanged, 1 rejected.\nRow, column and reason")


@pytest.mark.parametrize("key", ["", KEY[:20]])
def test_without_a_whole_key_one_sentence_says_what_to_do(tmp_path: Path, contacts: Path, key: str) -> None:
    done = steward(tmp_path / "home", "import", "inquiries", str(contacts), "--json", key=key)
    assert done.returncode == 2 and "STEWARD_HOTLINE_KEY" in json.loads(done.stdout)["error"]
    assert "Traceback" not in done.stderr


def test_a_file_that_cannot_be_used_is_named_as_whoever_sent_it_calls_it(tmp_path: Path) -> None:
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG\r\n")
    done = steward(tmp_path / "home", "import", "inquiries", str(tmp_path / "photo.csv"))
    assert done.returncode == 2 and done.stderr.startswith("photo.csv is an image")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    done = steward(tmp_path / "home", "import", "inquiries", str(tmp_path / "none.csv"))
    assert done.returncode == 2 and done.stderr.startswith("There is no file")


def test_a_new_key_is_printed_and_everything_is_sealed_with_it(tmp_path: Path, contacts: Path) -> None:
    home = tmp_path / "home"
    steward(home, "import", "inquiries", str(contacts))
    made = steward(home, "keys", "new").stdout.strip()
    told = json.loads(steward(home, "keys", "rotate", "--json", key=made, old=KEY).stdout)
    assert (told["contacts"], told["files"], told["finished"]) == (2, 1, True)
    again = json.loads(steward(home, "import", "inquiries", str(contacts), "--json", key=made).stdout)
    assert (again["imported"], again["unchanged"]) == (0, 2)


def test_a_rotation_without_the_old_key_changes_nothing_and_says_which_is_missing(
    tmp_path: Path, contacts: Path
) -> None:
    steward(tmp_path / "home", "import", "inquiries", str(contacts))
    done = steward(tmp_path / "home", "keys", "rotate", key=OTHER_KEY)
    assert done.returncode == 2 and "STEWARD_HOTLINE_OLD_KEYS" in done.stderr
