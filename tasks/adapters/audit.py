"""Finds evidence that was changed, removed, reordered, truncated, rewritten or restored, and names it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from models.shared.documents import canonical, sha256
from models.shared.evidence import CHAINED, GENESIS, event_hash
from models.shared.records import CaseEvent, StoredDocument, StoredPacket
from tasks.adapters.audit_effects import check_effects
from tasks.adapters.audit_people import check_people
from tasks.adapters.audit_signatures import check_signatures, count_signatures
from tasks.adapters.checkpoints import Register, checkpoint_file, read_register, whole_lines
from tasks.adapters.files import stored_path
from tasks.adapters.hotline.letter_store import KIND as SEALED_KIND
from tasks.adapters.hotline.letter_store import letter_problem
from tasks.adapters.signing import public_key, signed
from tasks.adapters.tables import case_tables

_PAGE = 20_000


@dataclass(frozen=True)
class AuditReport:
    """What was checked and everything that is wrong, each as one sentence."""

    events: int
    chains: int
    documents: int
    checkpoints: int
    problems: tuple[str, ...]
    signatures: int = 0


def audit(session: Session, anchor: Path | None = None) -> AuditReport:
    """Check every chain, checkpoint, packet, document, signature and account, and the anchor if one is given."""
    problems: list[str] = []
    events, hashes = _check_chains(session, problems)
    own = checkpoint_file()
    problems += _check_lines(own, "checkpoint file")
    register = read_register(own) if not problems_in_json(own) else Register()
    problems += _against_register(hashes, register, "the checkpoint file")
    problems += _check_cases(session, hashes)
    if anchor is not None:
        problems += _check_anchor(anchor, hashes, register)
    documents = list(_documents(session))
    problems += [problem for problem in (_check_document(row, register) for row in documents) if problem]
    problems += [
        f"Document {d} stands in checkpoint {register.number} but is gone from the register."
        for d in sorted(set(register.documents) - {row.document_id for row in documents})
    ]
    problems += _check_packets(session)
    for check in (check_signatures, check_effects, check_people):
        problems += check(session)
    found = tuple(dict.fromkeys(problems))
    return AuditReport(events, len(hashes), len(documents), register.number, found, count_signatures(session))


def problems_in_json(path: Path) -> bool:
    """True when a line of a checkpoint file is no JSON object."""
    try:
        return any(not isinstance(json.loads(line), dict) for line in whole_lines(path))
    except json.JSONDecodeError:
        return True


def _check_chains(session: Session, problems: list[str]) -> tuple[int, dict[str, list[str]]]:
    """Walk every chain in order; returns the number of events and each chain's hashes by position."""
    chains: dict[str, list[str]] = {}
    count = 0
    for row in _events(session):
        count += 1
        name = f"{row.process}/{row.case_id}"
        known = chains.setdefault(name, [])
        if row.seq != len(known) + 1:
            problems.append(f"{name}: event {len(known) + 1} is missing; event {row.seq} follows event {len(known)}.")
            known.extend([""] * (row.seq - len(known) - 1))
        elif row.prev_hash != (known[-1] if known else GENESIS):
            problems.append(
                f"{name}: event {row.seq} ({row.event}) does not follow the event before it: reordered or rewritten."
            )
        if event_hash(row._asdict()) != row.hash:
            problems.append(f"{name}: event {row.seq} ({row.event}) was changed after it was recorded.")
        known.append(row.hash)
    return count, chains


def _events(session: Session) -> Iterator[Row[Any]]:
    """Plain rows, a page at a time: as instances of their class they cost twice as much as all that is checked."""
    table = CaseEvent.__table__  # type: ignore[attr-defined]
    columns = (*(table.c[name] for name in CHAINED), table.c.hash)
    query = select(*columns).order_by(table.c.process, table.c.case_id, table.c.seq)
    yield from session.execute(query.execution_options(yield_per=_PAGE))


def _check_lines(path: Path, name: str) -> list[str]:
    """Numbers, links and signatures of a checkpoint file."""
    if problems_in_json(path):
        return [f"The {name} holds a line that is no checkpoint; it was changed by hand."]
    problems, before, state, attested = [], GENESIS, Register(), ""
    for expected, line in enumerate(whole_lines(path), 1):
        entry = json.loads(line)
        signature, number = entry.pop("signature", ""), entry.get("number")
        if number != expected or entry.get("before") != before:
            problems.append(
                f"The {name}: line {expected} does not follow the line before it; a line was removed or moved."
            )
        state.add(line)
        if entry.get("key") != public_key() or not signed(canonical(entry), signature, public_key()):
            problems.append(f"The {name}: checkpoint {number} is not signed with this home's key; it was changed.")
        before, attested = sha256(line), entry.get("state", "")
    # Adding up costs the more the longer the file is; the last line stands for all before it.
    if attested != (state.state_hash() if before != GENESIS else ""):
        problems.append(f"The {name}: its last checkpoint does not attest what its lines add up to.")
    return problems


def _against_register(chains: dict[str, list[str]], register: Register, name: str) -> list[str]:
    """Every head that was attested must still stand at its place in the chain."""
    problems = []
    for chain, (seq, attested) in sorted(register.heads.items()):
        here = chains.get(chain, [])
        if len(here) < seq:
            problems.append(
                f"{chain}: truncated. {name.capitalize()} attests {seq} events, the database has {len(here)}."
            )
        elif here[seq - 1] != attested:
            problems.append(f"{chain}: rewritten. Event {seq} is not the one that {name} attests.")
    return problems


def _check_cases(session: Session, chains: dict[str, list[str]]) -> list[str]:
    """Each case row, of every process, stands where its chain ends."""
    problems = []
    for process, model in case_tables().items():
        table = model.__table__.c  # type: ignore[attr-defined]
        for row in session.execute(select(table.case_id, table.version, table.head_hash)):
            here = chains.get(f"{process}/{row.case_id}", [])
            if len(here) != row.version or (here and here[-1] != row.head_hash):
                problems.append(
                    f"{process}/{row.case_id}: truncated or changed. The case counts {row.version} events, "
                    f"its chain has {len(here)}."
                )
    return problems


def _check_anchor(anchor: Path, chains: dict[str, list[str]], register: Register) -> list[str]:
    """Compare with a copy of the checkpoint file that was kept elsewhere: shows a restored old backup."""
    problems = _check_lines(anchor, "anchor")
    if problems:
        return problems
    kept = read_register(anchor)
    lost = _against_register(chains, kept, "the anchor")
    if register.number < kept.number:
        lost.insert(
            0,
            f"An old backup was restored: the home's last checkpoint is {register.number} of {register.at or 'never'}, "
            f"the anchor's is {kept.number} of {kept.at}.",
        )
    elif whole_lines(anchor) != whole_lines(checkpoint_file())[: kept.number]:
        lost.insert(0, "The checkpoint file was rewritten: it is not the continuation of the anchor.")
    return lost


def _documents(session: Session) -> Iterator[StoredDocument]:
    yield from session.execute(select(StoredDocument)).scalars()


def _check_document(row: StoredDocument, register: Register) -> str:
    path = stored_path("documents", row.sha256, ".pdf")
    if row.kind == SEALED_KIND:
        problem = letter_problem(row)
        if problem:
            return problem
    elif not path.exists():
        return f"Document {row.document_id}: its file is missing from the store."
    elif sha256(path.read_bytes()) != row.sha256:
        return f"Document {row.document_id}: its file was changed after it was issued."
    if register.documents.get(row.document_id, row.sha256) != row.sha256:
        return f"Document {row.document_id}: the register names another file than checkpoint {register.number} attests."
    return ""


def _check_packets(session: Session) -> list[str]:
    table = StoredPacket.__table__.c  # type: ignore[attr-defined]
    query = select(table.process, table.case_id, table.sha256, table.body).execution_options(yield_per=_PAGE // 10)
    rows = session.execute(query)
    return [f"{r.process}/{r.case_id}: a stored packet was changed." for r in rows if sha256(r.body) != r.sha256]
