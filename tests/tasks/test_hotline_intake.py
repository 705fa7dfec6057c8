"""Contacts come in: kept once, never changed, never in clear on the disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select, update

from models.hotline.records import HotlineContact
from models.shared.records import CaseEvent, IncomingFile
from tasks.adapters import clock
from tasks.adapters.audit import audit
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline import intake
from tasks.adapters.hotline.vault import VaultError
from tasks.adapters.incoming import collect_inbox, receive, waiting
from tasks.adapters.settings import settings
from tests.hotline_office import (
    HEADER,
    OTHER_KEY,
    SHARED,
    as_json,
    bring,
    counts,
    csv_text,
    everything_on_disk,
    match_keys,
    plain_rows,
    rejected,
    stored,
    texts,
)

pytestmark = pytest.mark.usefixtures("hotline_key")

REAL = SHARED / "nyc311" / "nyc311_2024-04_1000.csv"


def test_contacts_of_a_table_are_kept_and_say_what_they_said(tmp_path: Path) -> None:
    result = bring(tmp_path, csv_text(plain_rows("no heat", "", "🆘", "a\x00\ud7ff" + "x" * 5_000)))
    assert counts(result) == (4, 4, 0, 0)
    assert list(texts().values()) == ["no heat", "", "🆘", "a\x00\ud7ff" + "x" * 5_000]


def test_half_a_character_of_json_is_kept_as_it_came(tmp_path: Path) -> None:
    row = '[{"id": "1", "received_at": "2025-11-08", "text": "\\ud83d help \\u0000"}]'
    assert counts(bring(tmp_path, row, "contacts.json")) == (1, 1, 0, 0)
    assert texts() == {"1": "\ud83d help \x00"}


def test_the_same_file_again_changes_nothing_and_is_sealed_once(home: Path, tmp_path: Path) -> None:
    data = csv_text(plain_rows("no heat", "no water"))
    bring(tmp_path, data)
    assert counts(bring(tmp_path, data, "another name.csv")) == (2, 0, 2, 0)
    assert len(list(home.glob("archive/*/*"))) == 1


def test_the_same_contact_from_another_kind_of_file_is_unchanged(tmp_path: Path) -> None:
    rows = plain_rows("no heat")
    bring(tmp_path, csv_text(rows))
    again = as_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    assert counts(bring(tmp_path, again, "contacts.json")) == (1, 0, 1, 0)


def test_a_contact_that_says_something_else_is_rejected_and_the_first_one_stays(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("no heat", "no water")))
    result = bring(tmp_path, csv_text(plain_rows("no heat", "no water at all", "new")))
    assert counts(result) == (3, 1, 1, 1)
    assert rejected(result)[0][:2] == ["3", "id"] and "never changed" in rejected(result)[0][2]
    assert texts()["INQ-0002"] == "no water"


def test_within_one_file_the_first_of_two_contacts_with_one_id_is_kept(tmp_path: Path) -> None:
    one, two = plain_rows("first", "second")
    result = bring(tmp_path, csv_text([one, [one[0], *two[1:]], one]))
    assert counts(result) == (3, 1, 1, 1) and texts() == {one[0]: "first"}


def test_a_rejected_row_is_named_with_its_column_and_not_a_word_of_it(home: Path, tmp_path: Path) -> None:
    data = csv_text([["I-1", "Juno Wrenfield", "hotline", "en", "I am sick"], *plain_rows("no heat")])
    result = bring(tmp_path, data)
    assert counts(result) == (2, 1, 0, 1)
    assert rejected(result) == [
        ["2", "received_at", "received_at is no date and time; write it as 2025-11-08T07:12:37-05:00."]
    ]


def test_a_file_that_is_none_of_contacts_is_refused_and_quotes_nobody(tmp_path: Path) -> None:
    result = bring(tmp_path, "Juno Wrenfield,718-555-0139\nMs. Brack,929-555-0111\n")
    assert "has no column “id”" in result["refused"] and "Juno" not in result["refused"]


def test_columns_that_are_not_used_are_told(tmp_path: Path) -> None:
    assert bring(tmp_path, "id,received_at,text,shoe size\n1,2025-11-08,x,9\n")["columns_not_used"] == ["shoe size"]


SECRETS = ("Zuleika", "Wrenfield", "718-555-0139", "7185550139", "quicksand", "zq9xk@example.org", "Boynton")


def _secret_file() -> str:
    header = (*HEADER, "caller", "phone", "email", "address", "subject", "agency", "complaint_type", "source", "status")
    said = [
        [*row, "Zuleika Wrenfield", "718-555-0139", "zq9xk@example.org", "1057 Boynton Ave", "quicksand", "Zuleika",
         "quicksand", "Wrenfield", "quicksand"]
        for row in plain_rows(*[f"quicksand {n}, my name is Zuleika Wrenfield, call 7185550139" for n in range(50)])
    ]  # fmt: skip
    broken = ["Zuleika", "quicksand", "quicksand", "quicksand", "quicksand 718-555-0139", *said[0][5:]]
    return csv_text([*said, broken, [*said[3][:4], "quicksand changed", *said[3][5:]]], header)


def test_nothing_that_a_constituent_said_is_on_the_disk_in_clear(home: Path, tmp_path: Path) -> None:
    inbox = settings().folder("inbox", "inquiries")
    (inbox / "Zuleika Wrenfield 718-555-0139.csv").write_text(_secret_file())
    (file_id,) = collect_inbox()
    result = intake.record_inquiries(file_id)
    assert isinstance(result, dict) and counts(result) == (52, 50, 0, 2)
    looked = list(everything_on_disk(home))
    assert len(looked) > 3
    for name, data in looked:
        for secret in SECRETS:
            for encoded in (secret.encode(), secret.encode("utf-16-le"), secret.encode().hex().encode()):
                assert encoded.lower() not in data.lower(), f"{secret} stands in {name}"
            assert secret not in name.removeprefix(str(tmp_path))


def test_who_has_no_key_cannot_tell_phones_by_trying_them(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("call 718-555-0139")))
    from tasks.adapters.hotline.vault import vault

    (found,) = {key for key in match_keys() if key[0] == "phone"}
    assert found == ("phone", vault().current.match_key("phone", "+17185550139"), "INQ-0001")
    assert vault().current.match_key("phone", "+17185550139") != vault().current.match_key("email", "+17185550139")


def test_without_a_key_a_sentence_says_what_to_set_and_nothing_is_kept(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STEWARD_HOTLINE_KEY")
    settings.cache_clear()
    with pytest.raises(VaultError, match="Set STEWARD_HOTLINE_KEY to a key"):
        bring(tmp_path, csv_text(plain_rows("no heat")))
    assert not list(home.glob("archive/**/*.*"))


def test_without_a_key_the_inbox_keeps_contacts_and_gives_all_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings().folder("inbox", "inquiries") / "a.csv").write_text(csv_text(plain_rows("no heat")))
    (settings().folder("inbox", "ledgers") / "b.csv").write_text("x\n")
    monkeypatch.delenv("STEWARD_HOTLINE_KEY")
    settings.cache_clear()
    assert len(collect_inbox()) == 1 and waiting("inquiries") == []
    assert (settings().folder("inbox", "inquiries") / "a.csv").exists()


def test_another_key_by_mistake_is_refused_before_anything_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(tmp_path, csv_text(plain_rows("no heat")))
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", OTHER_KEY)
    settings.cache_clear()
    with pytest.raises(VaultError, match="put the old one into STEWARD_HOTLINE_OLD_KEYS"):
        bring(tmp_path, csv_text(plain_rows("no heat", "no water")))
    assert len(stored()) == 1


def test_chunks_are_events_of_the_office_s_history_that_an_audit_finds_whole(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("no heat", "no water")))
    with reading() as session:
        table = CaseEvent.__table__.c  # type: ignore[attr-defined]
        events = session.execute(select(table.event, table.payload).where(table.process == "hotline")).all()
        assert [event.event for event in events] == ["contacts_kept"] and '"count":2' in events[0].payload
        assert audit(session).problems == ()


IMPORT = (
    "import sys; from pathlib import Path; from tasks.adapters.hotline import intake; intake.CHUNK = 4; "
    "from tasks.adapters.incoming import receive; intake.record_inquiries(receive(Path(sys.argv[1]), 'inquiries'))"
)


@pytest.mark.parametrize(
    "step", ["archived an incoming file#1", "kept a chunk of contacts#1", "kept a chunk of contacts#3",
             "wrote the rejects of contacts#1"]
)  # fmt: skip
def test_an_import_that_is_killed_comes_to_the_same_end(tmp_path: Path, step: str) -> None:
    rows = plain_rows(*[f"text {n}" for n in range(10)])
    rows[5] = [rows[4][0], *rows[5][1:]]
    rows[8][1] = "never"
    path = tmp_path / "contacts.csv"
    path.write_text(csv_text(rows))
    killed = subprocess.run(
        [sys.executable, "-c", IMPORT, str(path)], env={**os.environ, "STEWARD_STOP_AT": step}, check=False,
        capture_output=True,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    file_id = (waiting("inquiries") or [receive(path, "inquiries")])[0]
    result = intake.record_inquiries(file_id)
    assert isinstance(result, dict) and counts(result) == (10, 8, 0, 2)
    assert [row[0] for row in rejected(result)] == ["7", "10"] and len(stored()) == 8


def test_two_imports_of_one_contact_at_once_keep_it_once(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(csv_text(plain_rows(*[f"text {n}" for n in range(400)])))
    running = [subprocess.Popen([sys.executable, "-c", IMPORT, str(path)]) for _ in range(2)]
    assert [one.wait(120) for one in running] == [0, 0]
    assert len(stored()) == 400


def test_a_contact_that_was_changed_in_the_database_does_not_open(tmp_path: Path) -> None:
    from tasks.adapters.hotline.contacts import open_contacts
    from tasks.adapters.sealing import SealError

    bring(tmp_path, csv_text(plain_rows("no heat", "no water")))
    one, two = stored()
    with writing() as session:
        table = HotlineContact.__table__  # type: ignore[attr-defined]
        session.execute(update(table).where(table.c.contact_id == one.contact_id).values(sealed=two.sealed))
    with pytest.raises(SealError, match="belongs elsewhere"):
        open_contacts([one.contact_id], who="a test", purpose="to see", at=clock.now())


def test_the_register_of_files_names_neither_sender_nor_caller(tmp_path: Path) -> None:
    bring(tmp_path, csv_text(plain_rows("no heat")), "Zuleika Wrenfield.csv")
    with reading() as session:
        (row,) = session.execute(select(IncomingFile)).scalars()
    assert row.name.startswith("inquiries-") and row.name.endswith(".csv") and row.status == "done"


@pytest.mark.skipif(not REAL.exists(), reason=f"the real export of NYC 311 is not at {REAL}")
def test_the_real_export_of_311_is_kept_whole_and_again_unchanged(tmp_path: Path) -> None:
    result = bring(tmp_path, REAL.read_bytes())
    assert counts(result) == (1_000, 1_000, 0, 0) and result["layout"] == "nyc311"
    assert counts(bring(tmp_path, REAL.read_bytes())) == (1_000, 0, 1_000, 0)
    assert {row.layout for row in stored()} == {"nyc311"}
