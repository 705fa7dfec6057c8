"""Reads the events of surge mode, one file each, as two administrators signed them with the policy.

A file that cannot be used, that two have not signed, or that was changed since, stops no contact: it does not count,
and is told in words.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import ValidationError
from sqlalchemy import func, select

from models.hotline.records import HotlineEventTag
from models.hotline.surge import Ready, Surge, SurgeError
from models.shared.documents import canonical, sha256
from tasks.adapters.database import reading
from tasks.adapters.settings import settings
from tasks.adapters.signed_files import surge_files
from tasks.adapters.signed_policy import last_signing

_Files = tuple[tuple[str, bytes | None], ...]
_UNTIL = "until then contacts are decided about without it"
_HOW = "An administrator proposes it with “steward policy propose”, a second one signs it with “steward policy sign”."


@dataclass(frozen=True)
class Surges:
    """The events that count, ready; sentences; a hash of the files of these events, if there are any.

    `problems` has a sentence for each file that cannot be used, `waiting` one for each that is not as it was signed.
    For both, contacts are decided about as if there were no such event.
    """

    events: tuple[Ready, ...]
    problems: tuple[str, ...]
    waiting: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class _File:
    """A surge file: its event, if it can be used, and else why not. `is_signed` where it is as it was signed."""

    name: str
    sha256: str
    is_signed: bool
    event: Ready | None
    problem: str


def read_surges(signals: Iterable[str]) -> Surges:
    """The events of the folder for surge files. `signals` are those that the phrase tables know."""
    with reading() as session:
        newest = last_signing(session)
    signed = tuple(sorted(newest.surge.items())) if newest else ()
    return _surges(surge_files(settings().surge_folder), signed, tuple(sorted(signals)))


def running(events: Iterable[Ready], day: date) -> tuple[Surge, ...]:
    """The events that contacts of this day can belong to: their names and scripts are for call-takers."""
    return tuple(event.surge for event in events if event.surge.runs_on(day))


def tagged() -> dict[str, int]:
    """How many contacts belong to each event."""
    table = HotlineEventTag.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return dict(session.execute(select(table.event, func.count()).group_by(table.event)).all())  # type: ignore[arg-type]


@lru_cache(maxsize=4)
def _surges(files: _Files, signed: tuple[tuple[str, str], ...], signals: tuple[str, ...]) -> Surges:
    known = dict(signed)
    read = list(_read(files, known, signals))
    counting = [file for file in read if file.is_signed and file.event]
    waiting = [_waits(file.name, file.name in known) for file in read if file.event and not file.is_signed]
    waiting += [_gone(name) for name in known if name not in {file.name for file in read}]
    used = {file.name: file.sha256 for file in counting}
    return Surges(
        tuple(file.event for file in counting if file.event),
        tuple(file.problem for file in read if file.problem),
        tuple(waiting),
        sha256(canonical(used)) if used else "",
    )


def _read(files: _Files, signed: dict[str, str], signals: tuple[str, ...]) -> Iterator[_File]:
    hashes = {name: sha256(data or b"") for name, data in files}
    seen = set[str]()
    # Those that are signed come first: no file that nobody signed takes their event from them.
    for name, data in sorted(files, key=lambda file: (signed.get(file[0]) != hashes[file[0]], file[0])):
        event, problem = None, ""
        try:
            event = Ready(_surge(data), signals)
            if event.surge.event in seen:
                raise SurgeError(f"there is another file for the event “{event.surge.event}”")
            seen.add(event.surge.event)
        except SurgeError as error:
            event = None
            problem = f"The surge file {name}.toml cannot be used: {error}. Mend it or take it away; {_UNTIL}."
        yield _File(name, hashes[name], signed.get(name) == hashes[name], event, problem)


def _waits(name: str, was_signed: bool) -> str:
    since = "was changed since it was signed, and" if was_signed else "can be used, and"
    return f"The surge file {name}.toml {since} waits for two signatures; {_UNTIL}. {_HOW}"


def _gone(name: str) -> str:
    return (
        f"The surge file {name}.toml was signed and is gone: its event does not count. Put it back or sign anew. {_HOW}"
    )


def _surge(data: bytes | None) -> Surge:
    if data is None:
        raise SurgeError("it cannot be read")
    # A byte that is no UTF-8 is told as what TOML says of the sign that stands for it.
    text = data.decode("utf-8", "replace")
    try:
        return Surge.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SurgeError(f"it is no TOML ({error})") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        said = first["msg"].removeprefix("Value error, ")
        if first["type"] == "string_pattern_mismatch":
            said = "write it with two to forty small letters, digits and -"
        raise SurgeError(f"{where}: {said}" if where else said) from None
