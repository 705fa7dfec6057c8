"""Reads the events of surge mode, one file each; a file that cannot be used stops no contact and is told in words."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import func, select

from models.hotline.records import HotlineEventTag
from models.hotline.surge import Ready, Surge, SurgeError
from models.shared.documents import canonical, sha256
from tasks.adapters.database import reading
from tasks.adapters.settings import settings

_Files = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Surges:
    """The events that can be used, ready; a sentence for each file that cannot; a hash of all files, if there are any.

    While a file cannot be used, contacts are decided about as if there were no such event.
    """

    events: tuple[Ready, ...]
    problems: tuple[str, ...]
    sha256: str


def read_surges(signals: Iterable[str]) -> Surges:
    """The events of the folder for surge files. `signals` are those that the phrase tables know."""
    return _surges(_files(settings().surge_folder), tuple(sorted(signals)))


def running(events: Iterable[Ready], day: date) -> tuple[Surge, ...]:
    """The events that contacts of this day can belong to: their names and scripts are for call-takers."""
    return tuple(event.surge for event in events if event.surge.runs_on(day))


def tagged() -> dict[str, int]:
    """How many contacts belong to each event."""
    table = HotlineEventTag.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        return dict(session.execute(select(table.event, func.count()).group_by(table.event)).all())  # type: ignore[arg-type]


def _files(folder: Path) -> _Files:
    # A byte that is no UTF-8 is told as what TOML says of the sign that stands for it.
    return tuple((path.name, path.read_text("utf-8", "replace")) for path in sorted(folder.glob("*.toml")))


@lru_cache(maxsize=4)
def _surges(files: _Files, signals: tuple[str, ...]) -> Surges:
    found: dict[str, Ready] = {}
    problems = []
    for name, text in files:
        try:
            event = Ready(_surge(text), signals)
            if event.surge.event in found:
                raise SurgeError(f"there is another file for the event “{event.surge.event}”")
            found[event.surge.event] = event
        except SurgeError as error:
            problems.append(
                f"The surge file {name} cannot be used: {error}. Mend it or take it away; until then contacts are "
                f"decided about without it."
            )
    return Surges(tuple(found.values()), tuple(problems), sha256(canonical(dict(files))) if files else "")


def _surge(text: str) -> Surge:
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
