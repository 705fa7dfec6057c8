"""Everything that is on record of one case, as files: what an auditor needs to follow each decision back."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.shared.documents import canonical
from models.shared.evidence import CHAINED, moment
from models.shared.people_records import Signature
from models.shared.records import CaseEvent, IncomingFile, StoredDocument, StoredPacket
from tasks.adapters.auditing.processes import Audited
from tasks.adapters.auditing.signed_events import SignedEvent
from tasks.adapters.files import find, stored_path
from tasks.adapters.uploads import uploaded_files

Files = dict[str, str | Path]


class CaseEvidence:
    """The files of one case by their names in its folder, the policies that it was decided by, and what is missing."""

    def __init__(
        self, session: Session, audited: Audited, case_id: str, as_of: datetime, hold: SignedEvent | None
    ) -> None:
        self.session, self.audited, self.case_id = session, audited, case_id
        shown = audited.show(session, case_id, as_of)
        assert shown is not None  # the id was drawn from the table of cases
        self.subjects = tuple(value for value in (case_id, shown.get("ein", "")) if value)
        self.policies: set[str] = set()
        self.missing: list[str] = []
        self.files: Files = {"case.json": _pretty({**shown, "legal_hold": _hold(hold)})}
        for add in (self._events, self._packets, self._documents, self._scans, self._records):
            self.files.update(add())
        if self.missing:
            self.files["MISSING.txt"] = "".join(f"{line}\n" for line in sorted(self.missing))

    def _events(self) -> Iterator[tuple[str, str]]:
        """Events with their hashes, and the signatures that they name."""
        lines, signatures = [], set()
        for row in self._mine(CaseEvent, "seq"):
            lines.append(_line({name: getattr(row, name) for name in (*CHAINED, "hash")}))
            payload = json.loads(row.payload)
            signatures.add(payload.get("signed", {}).get("signature", ""))
            self.policies.add(str(payload.get("policy", "")))
        yield "events.jsonl", "".join(lines)
        table = Signature.__table__  # type: ignore[attr-defined]
        for row in self.session.execute(select(table).where(table.c.signature_id.in_(sorted(signatures - {""})))):
            self.policies.add(row.policy_sha256)
            said = {k: v for k, v in row._asdict().items() if k != "shown"}
            yield f"signatures/{row.signature_id}.json", _pretty(_plain(said))
            yield f"signatures/{row.signature_id}.shown.json", row.shown

    def _packets(self) -> Iterator[tuple[str, str]]:
        for row in self._mine(StoredPacket, "sha256"):
            self.policies.add(row.policy_sha256)
            yield f"packets/{row.sha256}.json", row.body

    def _documents(self) -> Iterator[tuple[str, Path]]:
        for row in self._mine(StoredDocument, "document_id"):
            path = stored_path("documents", row.sha256, ".pdf")
            yield from self._stored(f"documents/{_plain_name(row.document_id)}.pdf", path, f"{row.document_id} (PDF)")

    def _scans(self) -> Iterator[tuple[str, Path]]:
        """Each file that was uploaded for the case or that a report on it or its provider names, in every version."""
        names = {row.file_name for row in self._rows(self.audited.reports, "owner") if row.file_name}
        names |= {file.name for file in uploaded_files(self.session, self.audited.name, self.case_id)}
        table = IncomingFile.__table__.c  # type: ignore[attr-defined]
        query = select(table.name, table.sha256).where(table.kind == "scans", table.name.in_(sorted(names))).distinct()
        found = {(row.name, row.sha256) for row in self.session.execute(query)}
        self.missing += [f"{name}: it never came in" for name in sorted(names - {name for name, _ in found})]
        for name, digest in sorted(found):
            yield from self._stored(f"scans/{digest[:12]}-{_plain_name(name)}", find("archive", digest), name)

    def _stored(self, name: str, path: Path | None, what: str) -> Iterator[tuple[str, Path]]:
        if path is None or not path.is_file():
            self.missing.append(f"{what}: the file is not in the store")
        else:
            yield name, path

    def _records(self) -> Iterator[tuple[str, str]]:
        for table, column in self.audited.records:
            rows = self._rows(table, column)
            if rows:
                yield f"records/{table.__tablename__}.jsonl", "".join(_line(row._asdict()) for row in rows)  # type: ignore[attr-defined]

    def _mine(self, model: type, order: str) -> Sequence[Row[Any]]:
        table = model.__table__  # type: ignore[attr-defined]
        mine = (table.c.process == self.audited.name) & (table.c.case_id == self.case_id)
        return self.session.execute(select(table).where(mine).order_by(table.c[order])).all()

    def _rows(self, model: type, column: str) -> Sequence[Row[Any]]:
        """Rows about the case or its provider, in the order of their keys."""
        table = model.__table__  # type: ignore[attr-defined]
        mine = table.c[column].in_(self.subjects)
        if "process" in table.c:
            mine &= table.c.process == self.audited.name
        return self.session.execute(select(table).where(mine).order_by(*table.primary_key.columns)).all()


def _hold(event: SignedEvent | None) -> dict[str, str] | None:
    if event is None:
        return None
    return {"since": moment(event.at), "by": event.actor, "why": str(event.payload.get("reason", ""))}


def _plain_name(text: str) -> str:
    """A file's name that every system takes, and that stays in its folder."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).lstrip(".")[-120:]


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _as_text(value) for key, value in row.items()}


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def _line(row: dict[str, Any]) -> str:
    return canonical(_plain(row)) + "\n"


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
