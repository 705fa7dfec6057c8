"""Signed checkpoints over the heads of all chains, appended to a file that can be kept elsewhere as an anchor.

Each line names only the chains and documents that are new since the line before it; all lines together give every
head, and `state` is one hash over all of them. A line carries the hash of the line before it, its number, its time,
and an Ed25519 signature.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import Session

from models.shared.documents import canonical, sha256
from models.shared.evidence import GENESIS, moment
from models.shared.records import CaseEvent, StoredDocument
from tasks.adapters.settings import settings
from tasks.adapters.signing import public_key, sign

Heads = dict[str, tuple[int, str]]


@dataclass
class Register:
    """What a checkpoint file attests: the head of every chain and the hash of every document, at its last line."""

    number: int = 0
    at: str = ""
    cases: int = 0
    line_hash: str = GENESIS
    heads: Heads = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)

    def add(self, line: str) -> None:
        """Take in the next line of the file."""
        entry = json.loads(line)
        self.number, self.at, self.line_hash = entry["number"], entry["at"], sha256(line)
        self.heads.update({name: (seq, hash_) for name, (seq, hash_) in entry["heads"].items()})
        self.documents.update(entry["documents"])
        self.cases = sum(not name.startswith("office/") and "/import:" not in name for name in self.heads)

    def state_hash(self) -> str:
        """One hash over all heads and documents, whatever checkpoints led there: what the weekly report prints."""
        return sha256(canonical([sorted(self.heads.items()), sorted(self.documents.items())]))


def checkpoint_file() -> Path:
    """The file that checkpoints are appended to."""
    return settings().home.absolute() / "checkpoints.jsonl"


def read_register(path: Path) -> Register:
    """The register at a checkpoint file's last whole line; an unfinished last line (a crash) is left out."""
    register = Register()
    for line in whole_lines(path):
        register.add(line)
    return register


def whole_lines(path: Path) -> list[str]:
    """Lines of a checkpoint file that were written to their end."""
    if not path.exists():
        return []
    text = path.read_text()
    return text[: text.rfind("\n") + 1].splitlines()


def current_heads(session: Session) -> Heads:
    """The head of every chain in the database."""
    table = CaseEvent.__table__.c  # type: ignore[attr-defined]
    last = (
        select(table.process, table.case_id, func.max(table.seq).label("seq"))
        .group_by(table.process, table.case_id)
        .subquery()
    )
    query = select(table.process, table.case_id, table.seq, table.hash).join(
        last,
        and_(table.process == last.c.process, table.case_id == last.c.case_id, table.seq == last.c.seq),
    )
    return {f"{row.process}/{row.case_id}": (row.seq, row.hash) for row in session.execute(query)}


def current_documents(session: Session) -> dict[str, str]:
    """The file hash of every registered document."""
    table = StoredDocument.__table__.c  # type: ignore[attr-defined]
    return {row.document_id: row.sha256 for row in session.execute(select(table.document_id, table.sha256))}


def write_checkpoint(session: Session, at: datetime) -> Register:
    """Append a signed line when anything is new since the last one; returns the register after it."""
    path = checkpoint_file()
    register = read_register(path)
    heads = {k: v for k, v in current_heads(session).items() if register.heads.get(k) != v}
    documents = {k: v for k, v in current_documents(session).items() if register.documents.get(k) != v}
    if not heads and not documents:
        return register
    after = Register(heads={**register.heads, **heads}, documents={**register.documents, **documents})
    entry: dict[str, Any] = {
        "number": register.number + 1,
        "state": after.state_hash(), "at": moment(at), "before": register.line_hash,
        "heads": {name: list(head) for name, head in heads.items()}, "documents": documents, "key": public_key(),
    }  # fmt: skip
    line = canonical({**entry, "signature": sign(canonical(entry))})
    _append(path, line)
    register.add(line)
    return register


def _append(path: Path, line: str) -> None:
    """Append one line whole; what a crash left unfinished is cut off first."""
    with path.open("a+b") as out:
        data = path.read_bytes()
        out.truncate(data.rfind(b"\n") + 1)
        out.write(line.encode() + b"\n")
        out.flush()
        os.fsync(out.fileno())
