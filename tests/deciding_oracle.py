"""A naive account of who may decide what, apart from the code: it reads the database's file and believes nothing."""

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.registration.duties import DUTIES
from models.registration.states import LIFECYCLES, Kind

COLUMNS = "process, case_id, seq, at, occurred_at, event, actor, state_from, state_to, payload, prev_hash"
# What imports, reviews and clocks record by themselves, under their own names and never a person's.
BY_ITSELF = {
    "opened", "award_added", "award_changed", "award_vanished", "documents_requested", "findings_changed", "cleared",
    "package_complete", "notice_not_required", "deemed_registered", "lapsed",
}  # fmt: skip
LEGAL = {(t.state, t.event, t.target) for t in LIFECYCLES[Kind.STANDARD].transitions}
NO_STEP = {"assigned", "hold_placed", "hold_released", "proposal_closed"}


class Violation(AssertionError):
    """Somebody decided what they may not, or the records do not say what happened."""


def must(holds: object, sentence: str) -> None:
    if not holds:
        raise Violation(sentence)


@dataclass
class Lent:
    """A delegation, as the machine made it."""

    giver: str
    taker: str
    first: date
    last: date
    ended: bool = False


@dataclass
class Member:
    """A person, as the machine knows them."""

    roles: set[str]
    secret: str
    enrolled_by: tuple[str, ...] = ()
    revoked: bool = False


@dataclass
class Oracle:
    """What must hold, checked from the rows that each step left."""

    path: Path
    people: dict[str, Member]
    lent: list[Lent] = field(default_factory=list)
    heads: dict[tuple[str, str], tuple[int, str, str]] = field(default_factory=dict)
    hands: dict[str, list[tuple[str, set[str]]]] = field(default_factory=dict)
    proposed: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    signatures: int = 0
    events: int = 0

    def __post_init__(self) -> None:
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute("pragma synchronous=off")
        self._read(trusted=True, today=date.min, shown=None)

    def check(self, today: date, shown: str | None) -> int:
        """Look at what a step left: nothing but by a rule; the number of its signed events. Raises Violation."""
        return self._read(trusted=False, today=today, shown=shown)

    def _read(self, *, trusted: bool, today: date, shown: str | None) -> int:
        signed = 0
        signatures = self._signatures(shown, trusted=trusted)
        for number, stored, *row in self.db.execute(
            f"select rowid, hash, {COLUMNS} from case_event where rowid > ? order by rowid", (self.rows,)
        ).fetchall():
            self.rows = number
            event = dict(zip(COLUMNS.split(", "), row, strict=True))
            self._chained(event, stored)
            if event["process"] == "registration" and not event["case_id"].startswith("import:") and not trusted:
                signed += self._event(event, today, signatures)
                self.events += 1
        if not trusted:
            self._heads()
        return signed

    def _chained(self, event: dict[str, Any], stored: str) -> None:
        key = event["process"], event["case_id"]
        seq, head, state = self.heads.get(key, (0, "0" * 64, ""))
        must(event["seq"] == seq + 1 and event["prev_hash"] == head, f"{key}: event {event['seq']} is out of its chain")
        must(event["state_from"] == state or key[0] != "registration", f"{key}: event {event['seq']} starts elsewhere")
        told = [_moment(event[name]) if name in ("at", "occurred_at") else event[name] for name in event]
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        must(sha256(text.encode()).hexdigest() == stored, f"{key}: event {event['seq']} has another hash")
        self.heads[key] = event["seq"], stored, event["state_to"]

    def _heads(self) -> None:
        for case_id, version, head, state in self.db.execute(
            "select case_id, version, head_hash, state from registration_case"
        ):
            must(
                self.heads.get(("registration", case_id)) == (version, head, state),
                f"{case_id}: not what its events say",
            )

    def _signatures(self, shown: str | None, *, trusted: bool) -> dict[str, tuple[str, str]]:
        found = {}
        rows = self.db.execute(
            "select rowid, signature_id, staff_id, counter, shown_sha256, shown from signature where rowid > ?",
            (self.signatures,),
        ).fetchall()
        for number, signature, staff, counter, digest, text in rows:
            self.signatures = number
            must(sha256(text.encode()).hexdigest() == digest, f"signature {signature} covers another text")
            must(counter > self.counters.get(staff, 0), f"{staff} signed twice with the code of step {counter}")
            must(trusted or shown is not None, f"{staff} signed in a step in which nobody may sign")
            self.counters[staff] = counter
            found[signature] = (staff, text)
        if shown is not None and shown != "" and found:
            must(any(text == shown for _, text in found.values()), "what was signed is not what was shown")
        return found

    def _event(self, event: dict[str, Any], today: date, signatures: dict[str, tuple[str, str]]) -> int:
        case_id, name, told = event["case_id"], event["event"], json.loads(event["payload"])
        move = event["state_from"], name, event["state_to"]
        # What a list says of an award is told to a closed case too.
        noted = name in ("opened", *NO_STEP) or (name.startswith("award_") and move[0] == move[2])
        must(noted or move in LEGAL, f"{case_id}: {move} is no legal move")
        signed = told.get("signed")
        if signed is None:
            # A contract that a signed regrouping splits off begins with the name of who signed that.
            split_off = name == "opened" and case_id.count("-") > 1
            must(
                split_off or (name in BY_ITSELF and " " in event["actor"] and event["actor"].islower()),
                f"{case_id}: {name} is unsigned",
            )
            return 0
        by, behalf, role = signed["by"], signed["for"], signed["role"]
        must(signatures.get(signed["signature"], ("",))[0] == by, f"{case_id}: {name} has no signature by {by}")
        first = name == "act_proposed"
        act = told["value"] if first or name == "proposal_closed" else name
        duty = DUTIES[act]
        wanted = duty.roles if first else duty.seconds if duty.seconds and name == act else duty.roles
        if name == "proposal_closed":
            wanted = duty.roles | duty.seconds
        self._may(case_id, name, by, behalf, role, {str(r) for r in wanted}, today)
        ids = {by, behalf} - {""}
        if name == act and duty.seconds:
            ids_before = {signed["proposed_by"], signed["proposed_for"]} - {""}
            must(ids_before and not ids & ids_before, f"{case_id}: {name} takes two people, and {by} was both")
        if name == act and (duty.approves or duty.seconds):
            self._clean(case_id, name, duty.name, ids)
        if name not in NO_STEP:
            self.hands.setdefault(case_id, []).append((f"proposing {act}" if first else duty.name, ids))
        return 1

    def _may(self, case_id: str, name: str, by: str, behalf: str, role: str, wanted: set[str], today: date) -> None:
        me = self.people.get(by)
        must(me and not me.revoked, f"{case_id}: {name} is signed by {by}, who is not (or no longer) here")
        must(role in wanted, f"{case_id}: {name} is signed as {role}")
        if not behalf:
            must(me and role in me.roles, f"{case_id}: {name} is signed by {by}, who is no {role}")
            return
        giver = self.people.get(behalf)
        must(giver and not giver.revoked and role in giver.roles, f"{case_id}: {behalf} could not lend {role}")
        running = any(
            (d.giver, d.taker) == (behalf, by) and d.first <= today <= d.last and not d.ended for d in self.lent
        )
        must(running, f"{case_id}: {name} is signed by {by} for {behalf} without a delegation")

    def _clean(self, case_id: str, name: str, duty: str, ids: set[str]) -> None:
        for before, makers in self.hands.get(case_id, []):
            if before == duty:
                continue
            must(not ids & makers, f"{case_id}: {name} is approved by {ids & makers}, who did “{before}” before")
            for one in ids:
                for maker in makers:
                    related = {one} & set(self.people[maker].enrolled_by) | {maker} & set(self.people[one].enrolled_by)
                    must(not related, f"{case_id}: {name} is approved by {one}, whose account {maker} made")


def _moment(stored: str) -> str:
    day, _, rest = stored.partition(" ")
    return f"{day}T{rest if '.' in rest else rest + '.000000'}Z"
