"""The evidence says what was done to it, and names it."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models.shared.evidence import CHAINED, event_hash
from models.shared.records import CaseEvent
from tasks.adapters.audit import AuditReport, audit
from tasks.adapters.checkpoints import checkpoint_file
from tasks.adapters.database import engine, reading, writing
from tasks.adapters.settings import settings
from tests.office import award, checkpoint, import_list, review_all, stop_clock
from tests.remembered import remembered

CASE = "R27-971000001"


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 11, 9, 14)
    import_list(
        folder, award(1, "Alder Works, Inc.", "971000001", "20000"), award(2, "Birch, Inc.", "971000002", "9000")
    )
    review_all()
    checkpoint()


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """A home with two cases of three events or more, a letter each, and a checkpoint."""
    _opened(tmp_path)
    return home


def _audit(anchor: Path | None = None) -> AuditReport:
    with reading() as session:
        return audit(session, anchor)


def _change(statement: str) -> None:
    with writing() as session:
        session.execute(text(statement))


def test_untouched_evidence_stands(office: Path) -> None:
    found = _audit()
    assert found.problems == ()
    # The chains of two cases, of the import and of the policy.
    assert (found.chains, found.documents, found.checkpoints) == (4, 2, 1)


def test_a_changed_event_is_named(office: Path) -> None:
    _change(f"update case_event set payload = '{{}}' where case_id = '{CASE}' and seq = 2")
    assert any(f"registration/{CASE}: event 2 (cleared) was changed" in problem for problem in _audit().problems)


def test_a_changed_moment_is_named(office: Path) -> None:
    _change(f"update case_event set occurred_at = '2026-01-01 00:00:00' where case_id = '{CASE}' and seq = 1")
    assert any(f"registration/{CASE}: event 1 (opened) was changed" in problem for problem in _audit().problems)


def test_a_removed_event_is_named(office: Path) -> None:
    _change(f"delete from case_event where case_id = '{CASE}' and seq = 2")
    assert any(f"registration/{CASE}: event 2 is missing" in problem for problem in _audit().problems)


def test_events_in_another_order_are_named(office: Path) -> None:
    for before, after in ((2, 99), (3, 2), (99, 3)):
        _change(f"update case_event set seq = {after} where case_id = '{CASE}' and seq = {before}")
    assert any(f"registration/{CASE}: event 2" in p and "reordered" in p for p in _audit().problems)


def test_a_truncated_chain_is_named_even_when_the_case_was_set_back(office: Path) -> None:
    with reading() as session:
        events = list(session.execute(select(CaseEvent).where(CaseEvent.case_id == CASE)).scalars())  # type: ignore[arg-type]
    last = max(event.seq for event in events)
    head = next(event.hash for event in events if event.seq == last - 1)
    _change(f"delete from case_event where case_id = '{CASE}' and seq = {last}")
    _change(f"update registration_case set version = {last - 1}, head_hash = '{head}' where case_id = '{CASE}'")
    assert any(f"registration/{CASE}: truncated" in problem for problem in _audit().problems)


def test_a_chain_that_was_rewritten_with_good_hashes_is_named(office: Path) -> None:
    with writing() as session:
        query = select(CaseEvent).where(CaseEvent.case_id == CASE).order_by(CaseEvent.seq)  # type: ignore[arg-type]
        before = "0" * 64
        for event in session.execute(query).scalars():
            event.actor, event.prev_hash = "somebody else", before
            before = event.hash = event_hash({key: getattr(event, key) for key in CHAINED})
            session.add(event)
        session.execute(text(f"update registration_case set head_hash = '{before}' where case_id = '{CASE}'"))
    assert any(f"registration/{CASE}: rewritten" in problem for problem in _audit().problems)


def test_a_removed_case_is_named(office: Path) -> None:
    _change(f"delete from case_event where case_id = '{CASE}'")
    _change(f"delete from registration_case where case_id = '{CASE}'")
    assert any(f"registration/{CASE}: truncated" in problem for problem in _audit().problems)


def test_a_changed_file_of_a_document_is_named(office: Path) -> None:
    with reading() as session:
        document, digest = session.execute(text("select document_id, sha256 from stored_document")).first() or ("", "")
    path = settings().home / "documents" / digest[:2] / f"{digest}.pdf"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    assert any(f"Document {document}: its file was changed" in problem for problem in _audit().problems)


def test_a_document_that_was_exchanged_in_the_register_is_named(office: Path) -> None:
    _change("update stored_document set sha256 = (select max(sha256) from stored_document)")
    assert any("names another file than checkpoint 1 attests" in problem for problem in _audit().problems)


def test_a_changed_packet_is_named(office: Path) -> None:
    _change(f"update stored_packet set body = replace(body, '2000000', '2000001') where case_id = '{CASE}'")
    assert any(f"registration/{CASE}: a stored packet was changed" in problem for problem in _audit().problems)


def test_a_changed_checkpoint_is_named(office: Path) -> None:
    path = checkpoint_file()
    path.write_text(path.read_text().replace('"number":1', '"number":1,"note":"x"'))
    assert any("checkpoint 1 is not signed" in problem for problem in _audit().problems)


def test_an_unfinished_last_checkpoint_is_written_anew(office: Path, tmp_path: Path) -> None:
    with checkpoint_file().open("a") as out:
        out.write('{"number":2,"at')
    import_list(tmp_path, award(3, "Cedar, Inc.", "971000003", "7000"), name="newer.csv", partial=True)
    assert checkpoint().number == 2
    assert _audit().problems == ()


def test_an_anchor_shows_a_restored_old_backup(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, award(1, "Alder Works, Inc.", "971000001", "20000"))
    checkpoint()
    backup = tmp_path / "backup.jsonl"
    shutil.copyfile(checkpoint_file(), backup)
    with reading() as session:
        kept = session.execute(text("select max(seq) from case_event where case_id = 'R27-971000001'")).scalar_one()
    review_all(letters=False)
    checkpoint()
    anchor = tmp_path / "anchor.jsonl"
    shutil.copyfile(checkpoint_file(), anchor)
    assert _audit(anchor).problems == ()
    # The database and the checkpoint file of the first day are put back.
    _restore(kept)
    shutil.copyfile(backup, checkpoint_file())
    problems = _audit(anchor).problems
    assert any(problem.startswith("An old backup was restored") for problem in problems)
    assert not any("An old backup" in problem for problem in _audit(backup).problems)


def _restore(kept: int) -> None:
    with reading() as session:
        query = text("select hash from case_event where case_id = 'R27-971000001' and seq = :seq")
        head = session.execute(query, {"seq": kept}).scalar_one()
    _change(f"delete from case_event where seq > {kept} and case_id like 'R27%'")
    _change(f"update registration_case set version = {kept}, head_hash = '{head}'")
    engine().dispose()
