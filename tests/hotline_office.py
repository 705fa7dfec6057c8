"""The hotline for tests: files of contacts made and brought in, and all that a home holds on the disk."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from models.hotline.records import HotlineContact, HotlineKey
from tasks.adapters import clock
from tasks.adapters.database import engine, reading
from tasks.adapters.hotline.contacts import open_contacts
from tasks.adapters.hotline.intake import record_inquiries
from tasks.adapters.incoming import receive
from tasks.adapters.settings import settings

KEY, OTHER_KEY = "0f" * 32, "a7" * 32
HEADER = ("id", "received_at", "channel", "language", "text")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def plain_rows(*texts: str) -> list[list[str]]:
    """Rows of the plain layout, one a text."""
    return [
        [f"INQ-{number:04}", f"2025-11-08T07:{number % 60:02}:00-05:00", "hotline", "en", text]
        for number, text in enumerate(texts, 1)
    ]


def csv_text(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """A table as a program of today writes it."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def bring(folder: Path, content: str | bytes, name: str = "contacts.csv") -> dict[str, Any]:
    """Import a file of contacts of this content; the sentence of a refusal under `refused`."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = record_inquiries(receive(path, "inquiries"))
    path.unlink()
    return {"refused": result} if isinstance(result, str) else result


def counts(result: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Rows read, imported, unchanged, rejected."""
    return result["rows_read"], result["imported"], result["unchanged"], result["rejected"]


def rejected(result: Mapping[str, Any]) -> list[list[str]]:
    """Row, column and reason of each rejected row."""
    path = settings().home / str(result["rejects_file"])
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))[1:]


def stored() -> list[HotlineContact]:
    """All contacts as they lie in the database."""
    with reading() as session:
        return list(session.execute(select(HotlineContact).order_by(HotlineContact.contact_id)).scalars())  # type: ignore[arg-type]


def match_keys() -> set[tuple[str, str, str]]:
    """Kind, hash and contact of every match key."""
    table = HotlineKey.__table__  # type: ignore[attr-defined]
    with reading() as session:
        return {tuple(row) for row in session.execute(select(table.c.kind, table.c.hmac, table.c.contact_id))}  # type: ignore[misc]


def texts() -> dict[str, str]:
    """What each contact says, opened."""
    ids = [row.contact_id for row in stored()]
    opened = open_contacts(ids, who="a test", purpose="to compare", at=clock.now())
    return {one.form.contact_id: one.form.text for one in opened}


def everything_on_disk(home: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file of a home, and the rows of a database that lies elsewhere."""
    for path in sorted(home.rglob("*")):
        if path.is_file():
            yield str(path), path.read_bytes()
    if engine().dialect.name == "postgresql":
        with engine().connect() as connection:
            names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
            for name in names.all():
                rows = connection.exec_driver_sql(f'SELECT t::text FROM "{name}" t ORDER BY 1').scalars().all()
                yield name, "\n".join(rows).encode()


def as_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """A JSON list of objects."""
    return json.dumps(rows, ensure_ascii=False)
