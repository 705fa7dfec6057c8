"""Files that come in: archived by hash before anything is read, then worked off once, or refused with a reason."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.shared.documents import canonical, sha256
from models.shared.records import IncomingFile
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.files import store_stream, stored_path
from tasks.adapters.hotline.sealed_files import SUFFIX, can_seal, keep_sealed, sealed_path
from tasks.adapters.settings import settings
from tasks.adapters.steps import boundary

# Folders of the inbox, one a kind of file; scans are kept as they are and wait for nobody.
KINDS = (
    "awards", "registration-steps", "documents", "providers", "budgets", "payment-facts", "requisitions", "payments",
    "spending", "fiscal-facts", "ledgers", "financial-reports", "inquiries", "scans",
)  # fmt: skip

# What constituents said is sealed before it touches the home. Such a file is known by a keyed hash, and its name is not
# kept: people name files after callers.
SEALED = frozenset({"inquiries"})
# Of “Call from Ms. Doe” the last piece is no ending.
_ENDINGS = frozenset({".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".txt"})

# The option that names who brought a file in at the desk: it is written when the file is taken and nowhere else, so
# that nothing which starts a flow can say another name. What lies in an inbox folder was brought by nobody known.
BROUGHT_BY = "brought_by"


def receive(path: Path, kind: str, options: Mapping[str, Any] | None = None) -> str:
    """Archive a file and note that it waits; returns its id. The same file with the same options is the same id."""
    try:
        file = path.open("rb")
    except OSError as error:
        if kind not in SEALED:
            raise
        # Its own words would say what the file is called.
        raise OSError(error.errno, f"A file of “{kind}” cannot be opened") from None
    with file:
        return take_in(file, path.name, kind, options)


def take_in(file: BinaryIO, name: str, kind: str, options: Mapping[str, Any] | None = None) -> str:
    """Archive what a stream holds, as a file of this name; returns its id."""
    if kind in SEALED:
        kept = keep_sealed(file)
        ending = Path(name).suffix.lower()
        name = f"{kind}-{kept.mark[:8]}{ending if ending in _ENDINGS else ''}"
        digest, mark = kept.sha256, kept.mark
    else:
        digest = mark = store_stream("archive", file, Path(name).suffix.lower())
    boundary("archived an incoming file")
    chosen = canonical({k: v for k, v in (options or {}).items() if v not in (None, "", False)})
    file_id = sha256(f"{kind}/{name}/{mark}/{chosen}")[:16]
    row: dict[str, Any] = {
        "kind": kind, "name": name, "sha256": digest, "options": chosen, "received_at": clock.now(),
        "status": "done" if kind == "scans" else "waiting", "reason": "", "result": "",
    }  # fmt: skip
    try:
        _note(file_id, row)
    except IntegrityError:
        # Somebody else noted the same file meanwhile: now it is there.
        _note(file_id, row)
    return file_id


def _note(file_id: str, row: Mapping[str, Any]) -> None:
    """Note that a file waits, whether it is new or comes again. Raises IntegrityError where it came at once twice."""
    with writing() as session:
        there = session.get(IncomingFile, file_id)
        if there is None:
            session.add(IncomingFile(file_id=file_id, **row))
            return
        if row["kind"] in SEALED:
            # The same content, sealed a second time: the first one stays.
            sealed_path(row["sha256"]).unlink(missing_ok=True)
            row = {**row, "sha256": there.sha256}
        if row["kind"] != "scans":
            session.execute(update(IncomingFile).where(_id() == file_id).values(**row))


def collect_inbox() -> list[str]:
    """Receive everything that lies in the inbox, then take it out of there; returns the ids."""
    taken = []
    for kind in KINDS:
        if kind in SEALED and not can_seal():
            # Without a key it stays where it is, and must not keep all other files from being read.
            continue
        for path in sorted(settings().folder("inbox", kind).iterdir()):
            if path.is_file() and not path.name.startswith("."):
                taken.append(receive(path, kind))
                boundary("registered an inbox file")
                path.unlink()
                boundary("took a file out of the inbox")
    return taken


def waiting(kind: str) -> list[str]:
    """Ids of files of a kind that wait, in the order in which they came."""
    with reading() as session:
        query = select(IncomingFile).where(
            IncomingFile.kind == kind,  # type: ignore[arg-type]
            IncomingFile.status == "waiting",  # type: ignore[arg-type]
        )
        rows = session.execute(query).scalars().all()
        return [row.file_id for row in sorted(rows, key=lambda r: (r.received_at, r.name, r.file_id))]


def incoming(file_id: str) -> tuple[IncomingFile, dict[str, Any], Path]:
    """The row, its options and the archived file."""
    with reading() as session:
        row = session.get(IncomingFile, file_id)
        if row is None:
            raise LookupError(f"No incoming file {file_id} is known.")
        ending = SUFFIX if row.kind in SEALED else Path(row.name).suffix.lower()
        return row, json.loads(row.options), stored_path("archive", row.sha256, ending)


def finish(session: Session, file_id: str, result: Mapping[str, Any]) -> None:
    """Mark a file as worked off, in the transaction that keeps what it brought."""
    values = {"status": "done", "result": canonical(result), "reason": ""}
    session.execute(update(IncomingFile).where(_id() == file_id).values(**values))


def refuse(file_id: str, reason: str) -> None:
    """Mark a file as refused; nothing of it was kept."""
    with writing() as session:
        session.execute(update(IncomingFile).where(_id() == file_id).values(status="refused", reason=reason))


def outcome(file_id: str) -> dict[str, Any] | None:
    """What became of a file, whoever read it: its result, or the reason of a refusal; None while it waits."""
    row, _, _ = incoming(file_id)
    if row.status == "waiting":
        return None
    found: dict[str, Any] = json.loads(row.result) if row.status == "done" else {"refused": row.reason}
    return found


def _id() -> Any:
    return IncomingFile.file_id
