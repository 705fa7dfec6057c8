"""SQLite's log is brought into the file beside the writing, so that no commit stands for the whole of it."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from deployments.open311.service_data import services
from models.hotline.open311_request import wanted_of
from tasks.adapters import clock
from tasks.adapters.database import engine, reading, shorten_log, with_long_log, writing
from tasks.adapters.hotline.open311_keys import api_keys, new_api_key
from tasks.adapters.hotline.open311_requests import Asked
from tasks.adapters.hotline.open311_writer import BETWEEN_SHORTENINGS, RequestWriter
from tests.office import stop_clock
from tests.open311 import HEAT, kept_requests

PAGES = 2_000
ON_SQLITE = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


def write(pages: int) -> None:
    """Rows that fill about so many pages."""
    with writing() as session:
        with_long_log(session)
        session.execute(text("CREATE TABLE IF NOT EXISTS scratch (words TEXT)"))
        session.execute(text("INSERT INTO scratch VALUES (:words)"), [{"words": "x" * 4_000}] * pages)


def pages_in_log() -> int:
    """As SQLite counts them now; the file of the log itself never shrinks."""
    connection = engine().raw_connection()
    try:
        pages: int = connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()[1]
    finally:
        connection.close()
    return pages


def rows() -> int:
    with reading() as session:
        return int(session.execute(text("SELECT count(*) FROM scratch")).scalar_one())


@ON_SQLITE
def test_the_log_begins_anew_after_it_was_shortened(home: Path) -> None:
    write(PAGES)
    shorten_log()
    write(1)
    assert pages_in_log() < PAGES / 10 and rows() == PAGES + 1


@ON_SQLITE
def test_who_reads_meanwhile_keeps_what_it_saw_and_the_log(home: Path) -> None:
    write(1)
    with reading() as session:
        before = session.execute(text("SELECT count(*) FROM scratch")).scalar_one()
        write(PAGES)
        shorten_log()
        write(1)
        assert session.execute(text("SELECT count(*) FROM scratch")).scalar_one() == before == 1
    assert pages_in_log() > PAGES and rows() == PAGES + 2


def test_shortening_loses_nothing_on_either_database(home: Path) -> None:
    with writing() as session:
        new_api_key(session, "Invented App", clock.now())
    shorten_log()
    with reading() as session:
        assert [key.name for key in api_keys(session)] == ["Invented App"]


@ON_SQLITE
def test_requests_that_keep_coming_do_not_make_the_log_grow(home: Path, hotline_key: None) -> None:
    stop_clock(2026, 11, 20, 14)
    wanted = wanted_of({"service_code": ["COMMENT"], "address_id": ["1"], "description": [HEAT]}, services())
    writer, times = RequestWriter(), 4 * BETWEEN_SHORTENINGS

    async def one_after_the_other() -> list[int]:
        lengths = []
        for _ in range(times):
            await writer.keep(Asked(wanted, "k", None))
            lengths.append((Path(f"{engine().url.database}-wal")).stat().st_size)
        return lengths

    lengths = asyncio.run(one_after_the_other())
    assert len(kept_requests()) == times
    assert lengths[-1] < 3 * lengths[BETWEEN_SHORTENINGS]
