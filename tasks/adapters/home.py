"""A home: the folder that holds all that a run writes, and what it was created as."""

import json
import os
import threading
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from tasks.adapters.settings import settings


class HomeError(RuntimeError):
    """The home cannot be used as asked; the message is a sentence for the user."""


class Home(BaseModel):
    """`clock` is `real`, `fixed` (never moves) or `demo` (moves when the demo says so); `moment` its hands."""

    demo: bool = False
    clock: str = "real"
    moment: datetime | None = None


def _file() -> Path:
    return settings().home / "home.json"


def read_home() -> Home:
    """What the home was created as; a home without a file is a real one."""
    try:
        return Home.model_validate_json(_file().read_text())
    except FileNotFoundError:
        return Home()


def create_home(home: Home) -> Home:
    """Create the home once: a demo is never made of a real home, nor a real one of a demo."""
    settings().folder()
    if _file().exists():
        there = read_home()
        if (there.demo, there.clock) != (home.demo, home.clock):
            kind = "a demo" if there.demo else "a real home"
            raise HomeError(
                f"The folder {settings().home} already holds {kind}. Choose another folder with STEWARD_HOME."
            )
        return there
    if (settings().home / "steward.db").exists() and (home.demo or home.clock != "real"):
        raise HomeError(f"The folder {settings().home} already holds a real home. Choose another with STEWARD_HOME.")
    write_atomically(_file(), home.model_dump_json(indent=1).encode())
    return home


def move_clock(moment: datetime) -> None:
    """Set the demo clock's hands; refused outside a demo."""
    home = read_home()
    if home.clock != "demo":
        raise HomeError("Only the clock of a demo can be moved.")
    write_atomically(_file(), home.model_copy(update={"moment": moment}).model_dump_json(indent=1).encode())


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that a reader, or a crash, sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(partial, path)


def clear_partials(folder: Path) -> int:
    """Remove what crashed processes of this machine left half written; returns how many files."""
    lost = [path for path in folder.rglob(".*.part") if not is_alive(int(path.name.split(".")[-3]))]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def process_since(pid: int) -> str:
    """When a process began, in the kernel's own count; empty where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """True while a process of this machine runs under this number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def read_json(path: Path) -> dict[str, object]:
    """A JSON object from a file; empty when there is none."""
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}
