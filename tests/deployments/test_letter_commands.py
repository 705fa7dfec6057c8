"""`steward letter`: letters to constituents as staff type them, signed in by a code that counts once."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from models.shared.people_records import Attempt
from models.shared.records import StoredDocument
from tasks.adapters.settings import settings
from tests.hotline_letter_office import STAFF, contact, rows
from tests.office import stop_clock
from tests.signers import code_of, hire


@pytest.fixture(autouse=True)
def office(hotline_key: None) -> Iterator[None]:
    stop_clock(2026, 11, 20, 14)
    hire(*STAFF)
    contact(language="es")
    yield
    settings.cache_clear()


def run(*words: str, who: str = "k.work", code: str = "") -> Result:
    told = ["letter", *words, "--staff", who, "--code", code or code_of(who)]
    return CliRunner().invoke(app, told, catch_exceptions=False)


def test_a_letter_is_made_and_read_again_with_a_code_each(tmp_path: Path) -> None:
    made = run("hotline", "INQ-0001", "acknowledgement", str(tmp_path / "a.pdf"), "--json")
    told = json.loads(made.stdout)
    assert (told["letter"], told["language"], told["draft"]) == ("INQ-0001-AK01", "es", True)
    run("read", "INQ-0001-AK01", str(tmp_path / "b.pdf"))
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert (tmp_path / "a.pdf").stat().st_mode & 0o077 == 0


def test_a_draft_cannot_be_sent_and_says_why(tmp_path: Path) -> None:
    made = run("hotline", "INQ-0001", "acknowledgement", str(tmp_path / "a.pdf"))
    assert "a draft, which cannot be sent" in made.stdout
    with pytest.raises(Refused, match="is a draft: nobody has reviewed"):
        run("send", "INQ-0001-AK01")


def test_a_code_counts_once(tmp_path: Path) -> None:
    code = code_of("k.work")
    run("hotline", "INQ-0001", "acknowledgement", str(tmp_path / "a.pdf"), code=code)
    with pytest.raises(Refused, match="used already"):
        run("hotline", "INQ-0001", "acknowledgement", str(tmp_path / "b.pdf"), code=code)
    assert not (tmp_path / "b.pdf").exists()


def test_who_may_not_is_refused_and_that_they_tried_is_kept(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="are made by a caseworker"):
        run("hotline", "INQ-0001", "interim", str(tmp_path / "a.pdf"), who="t.call")
    assert [(row.staff_id, row.what) for row in rows(Attempt)] == [("t.call", "letter about INQ-0001")]


def test_a_response_takes_the_caseworkers_answer_from_a_file(tmp_path: Path) -> None:
    words = 'translated_by = "T. Lator"\nabout = "benefit"\n[words]\nfound = "Sí."\ndone = "Ya."\n[english]\n'
    (tmp_path / "answer.toml").write_text(words + 'found = "Yes."\ndone = "Done."\n', encoding="utf-8")
    run("hotline", "INQ-0001", "response", str(tmp_path / "a.pdf"), "--answer", str(tmp_path / "answer.toml"))
    assert [row.document_id for row in rows(StoredDocument)] == ["INQ-0001-RE01"]


@pytest.mark.parametrize(
    ("text", "message"),
    [("about = ", "cannot be read as TOML"), ("[words]\nfund = 'quicksand'", "words.fund"), ("about = 'all'", "about")],
)
def test_an_answer_that_cannot_be_used_is_told_without_its_words(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "answer.toml").write_text(text)
    with pytest.raises(Refused, match=message) as refused:
        run("hotline", "INQ-0001", "response", str(tmp_path / "a.pdf"), "--answer", str(tmp_path / "answer.toml"))
    assert "quicksand" not in str(refused.value)


def test_that_nobody_could_be_reached_takes_the_recorded_days(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="3 attempts"):
        run("hotline", "INQ-0001", "unable_to_reach", str(tmp_path / "a.pdf"))


@pytest.mark.parametrize("kind", ["thanks", ""])
def test_a_kind_that_is_none_is_told_with_those_that_are(tmp_path: Path, kind: str) -> None:
    with pytest.raises(Refused, match="Known: acknowledgement, interim, response, unable_to_reach"):
        run("hotline", "INQ-0001", kind, str(tmp_path / "a.pdf"))


def test_no_copy_is_written_into_the_home(home: Path) -> None:
    with pytest.raises(Refused, match="outside of it"):
        run("hotline", "INQ-0001", "acknowledgement", str(home / "a.pdf"))
    assert rows(StoredDocument) == []


def test_the_office_is_not_served_with_a_text_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "letters"
    shutil.copytree(settings().letters_folder, folder)
    text = (folder / "ko.toml").read_text(encoding="utf-8")
    (folder / "ko.toml").write_text(text.replace("closing =", "closings ="), encoding="utf-8")
    monkeypatch.setenv("STEWARD_LETTERS_FOLDER", str(folder))
    settings.cache_clear()
    with pytest.raises(Refused, match=r"ko\.toml lacks the text “closing”"):
        CliRunner().invoke(app, ["serve"], catch_exceptions=False)
