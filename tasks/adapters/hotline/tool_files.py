"""Writes the register of tools, the log of overrides and the signs that misled: no constituent's words."""

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import func, or_, select
from sqlmodel import Session

from models.hotline.misleading import RESTRICTED, Misleading
from models.hotline.records import HotlineDecision, HotlineOverride
from models.hotline.rules import RESTRICTED_UNITS
from models.hotline.tool_register import COLUMNS, Tool, Version, register_rows
from models.shared.calendar import NEW_YORK, new_york_date
from tasks.adapters.database import reading
from tasks.adapters.export import ExportRefused, check_target, written_whole
from tasks.adapters.hotline.sampling import misleading_signs
from tasks.adapters.hotline.standing import restricted_ids
from tasks.adapters.settings import ROOT
from tasks.adapters.spreadsheets import safe_cell

FILE = ROOT / "deployments" / "tool_register.toml"
OVERRIDE_COLUMNS = ("at", "id", "what", "said", "chosen", "by", "confidence", "version", "taken_back_at")
SIGN_COLUMNS = ("signal", "source", "what", "said", "chosen", "count", "of")
_DECISION, _OVERRIDE = HotlineDecision.__table__.c, HotlineOverride.__table__.c  # type: ignore[attr-defined]


def read_tools(path: Path = FILE) -> tuple[Tool, ...]:
    """The tools of the register. Raises ExportRefused with what cannot be used."""
    try:
        return tuple(Tool.model_validate(one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["tool"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            said = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        else:
            said = "it is no list of [[tool]]" if isinstance(error, KeyError | TypeError) else str(error)
        raise ExportRefused(f"The register {path.name} cannot be used: {said}. Mend it and export again.") from None


def write_tool_register(path: Path, tools: Path = FILE) -> int:
    """Write the register, a row a version of each tool; returns how many rows. Raises ExportRefused."""
    check_target(path, (".csv",))
    found = read_tools(tools)
    with reading() as session:
        versions = _versions(session)
    rows = [row for tool in found for row in register_rows(tool, versions)]
    return _write(path, COLUMNS, rows)


def _versions(session: Session) -> list[Version]:
    stands = _OVERRIDE.taken_back_at.is_(None)
    other = select(_OVERRIDE.judged_by, func.count(func.distinct(_OVERRIDE.contact_id))).where(stands)
    overridden = {row[0]: row[1] for row in session.execute(other.group_by(_OVERRIDE.judged_by))}
    moment = _DECISION.decided_at.type
    query = select(
        _DECISION.judged_by, func.min(_DECISION.decided_at, type_=moment), func.max(_DECISION.decided_at, type_=moment),
        func.count(),
    )  # fmt: skip
    return [
        Version(row[0], new_york_date(row[1]), new_york_date(row[2]), row[3], overridden.get(row[0], 0))
        for row in session.execute(query.group_by(_DECISION.judged_by))
    ]


def write_overrides(path: Path) -> int:
    """Write where people decided otherwise than triage, in the order of time; returns how many rows.

    What is confidential reads RESTRICTED, also where a person marked it later. Reasons are not told: people may quote
    a constituent in them.
    """
    check_target(path, (".csv",))
    hidden = restricted_ids()
    # A link names another contact, which may be the one that nobody must know of.
    is_hidden = or_(*(column.in_(hidden) for column in (_OVERRIDE.contact_id, _OVERRIDE.said, _OVERRIDE.chosen)))
    query = select(HotlineOverride, _DECISION.confidence, is_hidden)
    query = query.join(HotlineDecision, _DECISION.contact_id == _OVERRIDE.contact_id)
    with reading() as session:
        found = session.execute(query.order_by(_OVERRIDE.at, _OVERRIDE.contact_id, _OVERRIDE.seq, _OVERRIDE.what))
        rows = [_override(*row) for row in found]
    return _write(path, OVERRIDE_COLUMNS, rows)


def _override(row: HotlineOverride, confidence: int, confidential: bool) -> dict[str, str]:
    hidden = row.restricted or confidential or bool({row.said, row.chosen} & RESTRICTED_UNITS)
    return {
        "at": row.at.isoformat(), "id": row.contact_id, "what": row.what,
        "said": RESTRICTED if hidden else row.said, "chosen": RESTRICTED if hidden else row.chosen,
        "by": row.staff_id, "confidence": f"{confidence / 1000:.3f}", "version": row.judged_by,
        "taken_back_at": row.taken_back_at.isoformat() if row.taken_back_at else "",
    }  # fmt: skip


def write_misleading(path: Path, since: date) -> int:
    """Write the signs that were there when people decided otherwise since a day; returns how many rows."""
    check_target(path, (".csv",))
    with reading() as session:
        found = misleading_signs(session, datetime.combine(since, time(), NEW_YORK))
    return _write(path, SIGN_COLUMNS, (_sign(one) for one in found))


def _sign(one: Misleading) -> dict[str, str]:
    of = "" if one.of is None else str(one.of)
    return {
        "signal": one.signal, "source": one.source, "what": one.what, "said": one.said, "chosen": one.chosen,
        "count": str(one.count), "of": of,
    }  # fmt: skip


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> int:
    count = 0
    with written_whole(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe_cell(row[column]) for column in columns])
            count += 1
    return count
