"""A key is changed: everything is sealed anew, whenever the work is interrupted, and with whole keys only."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from models.hotline.distinctive import rare_word_keys
from models.shared.records import CaseEvent, IncomingFile
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.home import Home, write_atomically
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.phrase_files import often_words
from tasks.adapters.hotline.rotation import rotate
from tasks.adapters.hotline.sealed_files import key_of, open_sealed
from tasks.adapters.hotline.vault import VaultError, demo_keys, vault
from tasks.adapters.incoming import incoming
from tasks.adapters.sealing import SealError
from tasks.adapters.settings import settings
from tests.hotline_office import KEY, OTHER_KEY, bring, counts, csv_text, match_keys, plain_rows, stored, texts

SAID = [f"no heat at zuleika {n}, call 718-555-{n:04}" for n in range(25)]
ROTATE = "from tasks.adapters.hotline import rotation; rotation.CHUNK = 4; rotation.rotate()"


@pytest.fixture(autouse=True)
def kept(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """25 contacts from two files under the first key; then the second key is set."""
    use(monkeypatch, KEY)
    bring(tmp_path, csv_text(plain_rows(*SAID[:20])))
    bring(tmp_path, csv_text(plain_rows(*SAID)))
    use(monkeypatch, OTHER_KEY, KEY)


def use(monkeypatch: pytest.MonkeyPatch, key: str, old: str = "") -> None:
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", key)
    monkeypatch.setenv("STEWARD_HOTLINE_OLD_KEYS", old)
    settings.cache_clear()


def check_rotated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything opens with the second key alone, and nothing is left that was sealed with the first."""
    use(monkeypatch, OTHER_KEY)
    key_id = vault().current.key_id
    assert {row.key_id for row in stored()} == {key_id} and sorted(texts().values()) == sorted(SAID)
    phones = {("phone", f"+1718555{n:04}") for n in range(25)}
    words = {key for said in SAID for key in rare_word_keys(said, often_words())}
    assert words and {hashed for _, hashed, _ in match_keys()} == {
        vault().current.match_key(kind, value) for kind, value in phones | words
    }
    files = list(home.glob("archive/*/*.sealed"))
    assert len(files) == 2 and {key_of(path) for path in files} == {key_id}
    with reading() as session:
        for row in session.execute(select(IncomingFile)).scalars():
            with open_sealed(incoming(row.file_id)[2]) as file:
                assert file.read().startswith(b"id,received_at")
        assert audit(session).problems == ()


def test_everything_is_sealed_with_the_new_key(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = rotate()
    assert (told["contacts"], told["files"], told["finished"]) == (25, 2, True)
    check_rotated(home, monkeypatch)


def test_a_second_rotation_finds_nothing_to_do(home: Path) -> None:
    rotate()
    assert (rotate()["contacts"], rotate()["files"]) == (0, 0)


STEPS = [
    "sealed a chunk of contacts anew#1", "sealed a chunk of contacts anew#4", "sealed a file anew#1",
    "registered a file that was sealed anew#1", "sealed a file anew#2", "retired the old keys#1",
]  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_rotation_that_is_killed_goes_on_and_ends(home: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", ROTATE], env={**os.environ, "STEWARD_STOP_AT": step}, capture_output=True, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert sorted(texts().values()) == sorted(SAID)
    assert rotate()["finished"]
    check_rotated(home, monkeypatch)


def test_contacts_that_come_while_a_rotation_is_broken_off_are_compared_with_those_under_both_keys(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = {**os.environ, "STEWARD_STOP_AT": STEPS[1]}
    subprocess.run([sys.executable, "-c", ROTATE], env=stop, capture_output=True, check=False)
    assert len({row.key_id for row in stored()}) == 2
    assert counts(bring(tmp_path, csv_text(plain_rows(*SAID)))) == (25, 0, 25, 0)
    changed = bring(tmp_path, csv_text(plain_rows(*[f"{text}!" for text in SAID])))
    assert counts(changed) == (25, 0, 0, 25)
    assert rotate()["finished"]


@pytest.mark.parametrize("old", ["", KEY[:40], "cd" * 32])
def test_without_the_whole_old_key_nothing_is_changed(home: Path, monkeypatch: pytest.MonkeyPatch, old: str) -> None:
    before = [(row.key_id, row.sealed) for row in stored()]
    use(monkeypatch, OTHER_KEY, old)
    with pytest.raises(VaultError):
        rotate()
    assert [(row.key_id, row.sealed) for row in stored()] == before


def test_after_a_rotation_the_old_key_opens_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rotate()
    use(monkeypatch, KEY)
    with pytest.raises(SealError):
        open_contacts(["INQ-0001"], who="a test", purpose="to see", at=clock.now())


def test_a_rotation_is_told_in_the_office_s_history(home: Path) -> None:
    rotate()
    with reading() as session:
        table = CaseEvent.__table__.c  # type: ignore[attr-defined]
        (told,) = session.execute(select(table.payload).where(table.event == "keys_rotated")).scalars()
    assert '"contacts":25' in told and KEY not in told and OTHER_KEY not in told


def test_a_demo_is_given_a_new_key_and_forgets_the_old_one(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate()
    use(monkeypatch, "")
    write_atomically(settings().home / "home.json", Home(demo=True).model_dump_json().encode())
    write_atomically(settings().home / "keys" / "hotline.key", OTHER_KEY.encode())
    assert rotate()["contacts"] == 25
    assert len(demo_keys()) == 1 and demo_keys()[0] != OTHER_KEY
    assert sorted(texts().values()) == sorted(SAID)


def test_a_demo_whose_rotation_was_killed_goes_on_with_the_key_it_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate()
    use(monkeypatch, "")
    write_atomically(settings().home / "home.json", Home(demo=True).model_dump_json().encode())
    write_atomically(settings().home / "keys" / "hotline.key", OTHER_KEY.encode())
    stop = {**os.environ, "STEWARD_STOP_AT": STEPS[1]}
    subprocess.run([sys.executable, "-c", ROTATE], env=stop, capture_output=True, check=False)
    made = demo_keys()[0]
    assert len(demo_keys()) == 2 and rotate()["finished"] and demo_keys() == (made,)
