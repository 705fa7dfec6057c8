"""A home's own Prefect server: started on a free port, found again, and ended with the command that started it.

Nothing here imports Prefect: its settings are read when it is first imported, so they are put into the environment
before that.
"""

import ctypes
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from urllib.error import URLError
from urllib.request import Request, urlopen

from tasks.adapters.addresses import run_file
from tasks.adapters.home import read_home, read_json, write_atomically
from tasks.adapters.settings import settings

START_SECONDS = 90
_PARENT_DEATH_SIGNAL = 1


class ServerError(RuntimeError):
    """The server did not come up; the message says where its log is."""


@dataclass(frozen=True)
class RunningServer:
    """Where a home's server answers. `pid` is the server's process."""

    pid: int
    api_url: str
    ui_url: str
    desk_url: str


def auth_string() -> str:
    """The shared user and password of Prefect's API: generated once a home, none in a demo."""
    if read_home().demo:
        return ""
    path = settings().home / "keys" / "prefect-auth"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, f"steward:{secrets.token_urlsafe(24)}".encode(), 0o600)
    return path.read_text()


def environment(api_url: str) -> dict[str, str]:
    """What Prefect is told by environment: its own home inside ours, no analytics, the UI that calls nobody."""
    told = {
        "PREFECT_HOME": str(settings().folder("prefect")),
        "PREFECT_API_URL": api_url,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "false" if read_home().demo else "true",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "STEWARD_HOME": str(settings().home.absolute()),
    }
    auth = auth_string()
    if auth:
        told |= {"PREFECT_SERVER_API_AUTH_STRING": auth, "PREFECT_API_AUTH_STRING": auth}
    return told


def free_port(wanted: int) -> int:
    """The wanted port when it is free, else one that is."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerError("No free port was found on this machine.")


def running() -> RunningServer | None:
    """This home's server when it answers."""
    found = read_json(run_file())
    try:
        server = RunningServer(**found)  # type: ignore[arg-type]
        os.kill(server.pid, 0)
    except (TypeError, ProcessLookupError):
        return None
    except PermissionError:
        pass
    return server if _answers(f"{server.api_url}/health") else None


def _answers(url: str) -> bool:
    try:
        request = Request(url, headers=_headers())
        with urlopen(request, timeout=3) as reply:
            return bool(reply.status == 200)
    except (URLError, OSError):
        return False


def _headers() -> dict[str, str]:
    auth = auth_string()
    return {"Authorization": f"Basic {b64encode(auth.encode()).decode()}"} if auth else {}


def _end_with_parent() -> None:
    """Ask Linux to send SIGTERM to this child when its parent dies, however it dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def spawn(command: list[str], log: str, cwd: str | None = None) -> subprocess.Popen[bytes]:
    """Start a child whose output goes to a log of the home; on Linux it is asked to end when this process dies."""
    with (settings().folder("logs") / log).open("ab") as out:
        return subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            cwd=cwd, start_new_session=True, preexec_fn=_end_with_parent,
        )  # fmt: skip


@contextmanager
def serving() -> Iterator[RunningServer]:
    """Start this home's server on a free port and end it afterwards; says where it answers in `run/server.json`."""
    port, desk = free_port(settings().prefect_port), free_port(settings().desk_port)
    api_url = f"http://127.0.0.1:{port}/api"
    os.environ.update(environment(api_url))
    prefect = os.path.join(os.path.dirname(sys.executable), "prefect")
    child = spawn([prefect, "server", "start", "--host", "127.0.0.1", "--port", str(port)], "prefect-server.log")
    server = RunningServer(child.pid, api_url, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{desk}")
    try:
        _await(child, f"{api_url}/health")
        write_atomically(run_file(), json.dumps(asdict(server)).encode())
        yield server
    finally:
        run_file().unlink(missing_ok=True)
        end(child)


def _await(child: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(START_SECONDS * 5):
        if child.poll() is not None:
            break
        if _answers(url):
            return
        time.sleep(0.2)
    raise ServerError(
        f"The Prefect server did not start. Its log is {settings().home / 'logs' / 'prefect-server.log'}."
    )


def end(child: subprocess.Popen[bytes]) -> None:
    """End a child and what it started: asked first, killed after ten seconds."""
    for sign, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        if child.poll() is None:
            try:
                os.killpg(child.pid, sign)
                child.wait(patience)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
