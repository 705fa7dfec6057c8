"""Files that two administrators sign with the policy: texts of letters, phrase tables, surge files, hashed.

A process that runs for weeks must notice an edit at once, so the files are asked each time how they lie there; they are
read again only where one of them was touched.
"""

import os
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from models.shared.documents import canonical, sha256

# A file as it lies there: its path, and what the system says of it. An edit changes some of it, even one that keeps
# the size or sets the time back.
Seen = tuple[str, int, int, int, int]
OWNERS = "owners.toml"
_OWNED = ("owner", "source", "reviewed_on", "reviewed_by")


class PolicyError(ValueError):
    """What is signed as the policy cannot be used; the message says which value and why."""


def seen(path: str | Path) -> Seen:
    """A file as it lies there; zeros where it does not."""
    try:
        found = os.stat(path)
    except OSError:
        # Whoever reads it says why it cannot be read.
        return (str(path), 0, 0, 0, 0)
    return (str(path), found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def seen_in(folder: Path, endings: tuple[str, ...], what: str) -> tuple[Seen, ...]:
    """The files of a folder by name; `what` they are called, where the folder cannot be read. Raises PolicyError."""
    try:
        with os.scandir(folder) as there:
            found = sorted(file.path for file in there if file.name.endswith(endings))
    except OSError as error:
        raise PolicyError(f"The {what} cannot be read: {error}.") from error
    return tuple(map(seen, found))


@lru_cache(maxsize=1)
def letters(files: tuple[Seen, ...]) -> Mapping[str, Any]:
    """By language who has translated and reviewed the texts of letters, and a hash of them. Raises PolicyError."""
    return {path.stem: _letters_of(path) for path in _paths(files)}


def _letters_of(path: Path) -> dict[str, Any]:
    document, data = _toml(path, "texts of letters")
    return {**plain(document.get("text", {})), "sha256": sha256(data)}


@lru_cache(maxsize=1)
def phrase_tables(files: tuple[Seen, ...]) -> Mapping[str, Any]:
    """By phrase table its owner, its source, who reviewed it when, and its hash. Raises PolicyError."""
    paths = {path.name: path for path in _paths(files)}
    owners, _ = _toml(paths.pop(OWNERS, Path(OWNERS)), "owners of the phrase tables")
    tables = {path.stem: path for path in paths.values() if path.suffix == ".csv"}
    _check_owners(owners, tables)
    return {name: {**plain(owners[name]), "sha256": sha256(_bytes(tables[name]))} for name in sorted(tables)}


def surge_files(folder: Path) -> tuple[tuple[str, bytes | None], ...]:
    """The surge files of a folder by name without its ending; None for one that cannot be read, which stops nothing."""
    return tuple((path.stem, _read_or_none(path)) for path in sorted(folder.glob("*.toml")))


def _read_or_none(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def tables_sha256(tables: Mapping[str, Any]) -> str:
    """One hash of what the phrase tables say."""
    return sha256(canonical({f"{name}.csv": told["sha256"] for name, told in tables.items()}))


def _check_owners(owners: Mapping[str, Any], tables: Mapping[str, Path]) -> None:
    if ownerless := sorted(tables.keys() - owners.keys()):
        raise PolicyError(
            f"The phrase table {ownerless[0]}.csv has no owner: name who answers for it, and its source, in {OWNERS}."
        )
    if gone := sorted(owners.keys() - tables.keys()):
        raise PolicyError(f"{OWNERS} names the phrase table {gone[0]}, which there is not. Put it back, or strike it.")
    for name, told in sorted(owners.items()):
        if not isinstance(told, dict) or sorted(told) != sorted(_OWNED):
            raise PolicyError(f"{OWNERS} tells of {name} something else than {', '.join(_OWNED)}. Correct it.")
        if not told["owner"] or not told["source"]:
            raise PolicyError(f"{OWNERS} leaves the owner or the source of {name} empty. Fill it in.")
        if bool(told["reviewed_on"]) != bool(told["reviewed_by"]):
            raise PolicyError(f"{OWNERS} says of {name} when or by whom it was reviewed, and not both. Fill in both.")


def plain(value: Any) -> Any:
    """A value of TOML as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _paths(files: Sequence[Seen]) -> list[Path]:
    return [Path(file[0]) for file in files]


def _toml(path: Path, what: str) -> tuple[dict[str, Any], bytes]:
    try:
        data = path.read_bytes()
        return tomllib.loads(data.decode()), data
    except (OSError, ValueError) as error:
        raise PolicyError(f"The {what} {path.name} cannot be read: {error}.") from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise PolicyError(f"The phrase table {path.name} cannot be read: {error}.") from error
