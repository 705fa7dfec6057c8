"""What each act changes of a contact: the facts after it, where it leads, and what its event tells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from models.hotline.acts import ACTS, UNDOABLE, wrong_fields
from models.hotline.case_facts import (
    RESTRICTED_UNITS,
    CaseFacts,
    Decided,
    difference,
    grouped,
    reckoned,
    reopened,
    restored,
)
from models.hotline.clocks import Clocks
from models.hotline.closing import wrong_code
from models.hotline.letter_rules import RECORDS, kind_of
from models.hotline.policy import ClockName
from models.hotline.states import LIFECYCLE, back_to
from models.shared.calendar import new_york_date
from models.shared.lifecycle import IllegalTransition, advance


@dataclass(frozen=True)
class Last:
    """The last event of a case, and what it changed, as it was before; None where it cannot be taken back."""

    event: str = ""
    seq: int = 0
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Case:
    """A contact as an act finds it. `members` are the contacts that are merged with it."""

    facts: CaseFacts
    decided: Decided
    last: Last = Last()
    members: tuple[CaseFacts, ...] = ()


@dataclass(frozen=True)
class Doing:
    """An act that is asked for: its name and fields, who does it, when, and by which clocks."""

    act: str
    fields: Mapping[str, str]
    reason: str
    by: str
    at: datetime
    clocks: Clocks


@dataclass(frozen=True)
class Override:
    """A person decides otherwise than triage. Source: Local Law 35 of 2022."""

    what: str
    said: str
    chosen: str


@dataclass(frozen=True)
class Taken:
    """What an act does: the facts after it, what its event tells besides, and where it differs from triage.

    `undoes` is the number of the event that it takes back; `also` is an event that is recorded right after its own.
    """

    facts: CaseFacts
    told: Mapping[str, Any] = field(default_factory=dict)
    override: Override | None = None
    undoes: int = 0
    also: tuple[str, Mapping[str, Any]] | None = None


def take(case: Case, doing: Doing) -> Taken | str:
    """What an act does to a contact, or why it is not possible, as a sentence. Links are taken elsewhere."""
    act = ACTS.get(doing.act)
    if act is None:
        return f"“{doing.act.replace('_', ' ')[:60]}” is nothing that is done about a contact."
    target = advance(LIFECYCLE, case.facts.state, doing.act)
    if isinstance(target, IllegalTransition):
        return target.sentence
    if wrong := wrong_fields(act, doing.fields):
        return wrong
    done = _TAKES.get(doing.act, _back if doing.act.startswith("back_to_") else _nothing)(case, doing)
    if isinstance(done, str):
        return done
    is_placed = doing.act.startswith("back_to_") or done.also is not None
    facts = done.facts if is_placed else replace(done.facts, state=target.name)
    told = dict(done.told)
    if doing.act in UNDOABLE:
        told["before"] = difference(case.facts, facts)
    return replace(done, facts=facts, told=told)


def undo_of(last: Last) -> str:
    """The act by which the last one can be taken back now; empty where it cannot."""
    if last.event not in UNDOABLE or last.before is None:
        return ""
    # A routing from queue to queue has moved no state.
    return back_to(last.before.get("state", "queued"))


def _nothing(case: Case, doing: Doing) -> Taken | str:
    return Taken(case.facts)


def _claimed(case: Case, doing: Doing) -> Taken | str:
    return Taken(replace(case.facts, owner=doing.by))


def _accepted(case: Case, doing: Doing) -> Taken | str:
    if case.facts.accepted_at:
        return "It was accepted already."
    return Taken(replace(case.facts, accepted_at=doing.at))


def _released(case: Case, doing: Doing) -> Taken | str:
    return Taken(replace(_going(case.facts, doing.at), owner=""))


def _rejected(case: Case, doing: Doing) -> Taken | str:
    """Back to triage; the clock runs on, and it counts as a misroute. Source: domain section 9 (misroute rate)."""
    told = {name: doing.fields[name] for name in ("why", "suggested") if doing.fields.get(name)}
    facts = replace(case.facts, owner="", accepted_at=None, misroutes=case.facts.misroutes + 1)
    return Taken(facts, told)


def _acknowledged(case: Case, doing: Doing) -> Taken | str:
    if case.facts.acknowledged_at:
        return "It was acknowledged already."
    return Taken(reckoned(replace(case.facts, acknowledged_at=doing.at), case.decided, doing.clocks))


def _attempted(case: Case, doing: Doing) -> Taken | str:
    """Several attempts on one day are one day. Source: domain section 15."""
    today, facts = new_york_date(doing.at), case.facts
    days = facts.attempt_days + (facts.last_attempt_on is None or today > facts.last_attempt_on)
    told = {name: doing.fields[name] for name in ("means", "outcome")}
    return Taken(replace(facts, attempts=facts.attempts + 1, attempt_days=days, last_attempt_on=today), told)


def _constituent_asked(case: Case, doing: Doing) -> Taken | str:
    """The office's own clock stands still; the published one runs on. Source: domain section 4 (clock rules)."""
    return Taken(replace(case.facts, paused_since=doing.at))


def _going(facts: CaseFacts, at: datetime) -> CaseFacts:
    """The office's own clock runs again."""
    if facts.paused_since is None:
        return facts
    stood = int((at - facts.paused_since).total_seconds())
    return replace(facts, paused_since=None, paused_seconds=facts.paused_seconds + max(stood, 0))


def _resumed(case: Case, doing: Doing) -> Taken | str:
    return Taken(_going(case.facts, doing.at))


def _interim(case: Case, doing: Doing) -> Taken | str:
    """It answers first, and finally nothing. Source: domain section 4 (clock rules)."""
    facts = case.facts
    answered = replace(
        facts, first_response_at=facts.first_response_at or doing.at, accepted_at=facts.accepted_at or doing.at
    )
    return Taken(answered, _sent(doing))


def _response(case: Case, doing: Doing) -> Taken | str:
    facts = _going(case.facts, doing.at)
    answered = replace(
        facts, responded_at=facts.responded_at or doing.at, first_response_at=facts.first_response_at or doing.at,
        accepted_at=facts.accepted_at or doing.at,
    )  # fmt: skip
    return Taken(answered, _sent(doing))


def _letter_sent(case: Case, doing: Doing) -> Taken | str:
    """A letter goes out: a response answers, an interim reply answers first, an acknowledgement acknowledges.

    A letter is no supervisor who takes notice of a danger to life: there an acknowledgement records nothing besides.
    """
    number, language = doing.fields.get("letter", ""), doing.fields.get("language", "")
    told = {name: doing.fields[name] for name in ("letter", "language", "release") if doing.fields.get(name)}
    kind = kind_of(case.facts.case_id, number)
    if kind is None:
        return "Choose one of the letters that were made for it."
    event = RECORDS.get(kind, "")
    is_known = bool(case.facts.acknowledged_at) or case.facts.clock == ClockName.LIFE_SAFETY
    if not event or (event == "acknowledged" and is_known):
        return Taken(case.facts, told)
    # A case does not tell in which script Chinese is written.
    by = {} if event == "acknowledged" else {"means": "letter", "language": language.partition("-")[0]}
    done = take(case, replace(doing, act=event, fields=by))
    return done if isinstance(done, str) else Taken(done.facts, told, also=(event, {"letter": number, **done.told}))


def _sent(doing: Doing) -> dict[str, str]:
    return {name: doing.fields[name] for name in ("means", "language") if doing.fields.get(name)}


def _resolved(case: Case, doing: Doing) -> Taken | str:
    if case.facts.resolved_at:
        return "It was recorded as resolved already."
    return Taken(replace(case.facts, resolved_at=doing.at))


def _routed(case: Case, doing: Doing) -> Taken | str:
    """A person's choice of the unit; the clock's start stays, and no clock gets longer by it."""
    facts, unit = case.facts, doing.fields["unit"]
    # Of a restricted contact no refusal may tell who guesses its unit that they are right.
    if unit == facts.unit and facts.state != "to_person" and not facts.restricted:
        return "It is with this unit already."
    hides = unit in RESTRICTED_UNITS and not facts.restricted
    if hides and (facts.merged or case.members):
        return "It is linked with others. Mark it as confidential first: that ends its links."
    moved = replace(
        _going(facts, doing.at), unit=unit, owner="", accepted_at=None, restricted=facts.restricted or hides,
        duplicate_of="" if hides else facts.duplicate_of,
    )  # fmt: skip
    differs = Override("unit", case.decided.unit, unit) if unit != case.decided.unit else None
    return Taken(reckoned(moved, case.decided, doing.clocks), {"unit": unit, "unit_before": facts.unit}, differs)


def _priority(case: Case, doing: Doing) -> Taken | str:
    """A higher one moves the end of the clock nearer, from the same start. Source: domain section 4 (clock rules)."""
    facts, chosen = case.facts, int(doing.fields["priority"])
    if chosen == facts.own_priority:
        return f"It is of priority {chosen} already."
    changed = replace(facts, own_priority=chosen, priority=chosen)
    # What a merge brought stays: the highest counts.
    changed = grouped(changed, case.decided, case.members, doing.clocks)
    differs = Override("priority", str(case.decided.priority), str(chosen)) if chosen != case.decided.priority else None
    told = {"priority": chosen, "priority_before": facts.own_priority}
    return Taken(reckoned(changed, case.decided, doing.clocks), told, differs)


def _marked(case: Case, doing: Doing) -> Taken | str:
    if case.facts.restricted:
        return "It is restricted already."
    differs = None if case.decided.confidential else Override("confidential", "no", "yes")
    return Taken(replace(case.facts, restricted=True), {}, differs)


def _lifted(case: Case, doing: Doing) -> Taken | str:
    if not case.facts.restricted:
        return "It is not restricted."
    if case.facts.unit in RESTRICTED_UNITS:
        return "Its unit alone tells what the law protects. Route it to another unit first."
    differs = Override("confidential", "yes", "no") if case.decided.confidential else None
    return Taken(replace(case.facts, restricted=False), {}, differs)


def _closed(case: Case, doing: Doing) -> Taken | str:
    facts, code = case.facts, doing.fields["code"]
    if wrong := wrong_code(facts, code, doing.clocks.policy.attempt_days):
        return wrong
    return Taken(replace(_going(facts, doing.at), closed_at=doing.at, close_code=code), {"code": code})


def _reopened(case: Case, doing: Doing) -> Taken | str:
    return Taken(reopened(case.facts))


def _back(case: Case, doing: Doing) -> Taken | str:
    if undo_of(case.last) != doing.act:
        can = ", ".join(UNDOABLE.values())
        return f"The last act cannot be taken back so. What can be, while nothing else follows: {can}."
    return Taken(restored(case.facts, case.last.before or {}), {"undoes": case.last.seq}, None, case.last.seq)


_TAKES: dict[str, Callable[[Case, Doing], Taken | str]] = {
    "claimed": _claimed, "accepted": _accepted, "released": _released, "rejected": _rejected,
    "acknowledged": _acknowledged, "contact_attempted": _attempted, "constituent_asked": _constituent_asked,
    "resumed": _resumed, "interim_sent": _interim, "response_sent": _response, "resolved": _resolved,
    "letter_sent": _letter_sent, "routed": _routed,
    "priority_set": _priority, "marked_confidential": _marked, "confidentiality_lifted": _lifted,
    "closed": _closed, "reopened": _reopened,
}  # fmt: skip
