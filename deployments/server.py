"""A home's own Prefect server: started on a free port, found again, and ended with the command that started it.

Nothing here imports Prefect: its settings are read when it is first imported, so they are put into the environment
before that.
"""

import ctypes
import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import certifi

from deployments.front_page import add_menu
from tasks.adapters.addresses import run_file
from tasks.adapters.home import read_home, read_json, write_atomically
from tasks.adapters.settings import ROOT, settings

START_SECONDS = 90
_PARENT_DEATH_SIGNAL = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
# A proxy of the office's network does not know what listens on this machine.
_DIRECTLY = build_opener(ProxyHandler({}))
_LOOPBACK = "127.0.0.1,localhost"


class ServerError(RuntimeError):
    """Server or run cannot be had as asked; the message is a sentence that says why, or where its log is."""


class AlreadyServed(ServerError):
    """This home has a server already, or one is just starting or ending."""


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
    here = api_url.removesuffix("/api")
    told = {
        "PREFECT_HOME": str(settings().folder("prefect")),
        "PREFECT_API_URL": api_url,
        "PREFECT_API_SSL_CERT_FILE": str(_one_authority()),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"{here},{here.replace('127.0.0.1', 'localhost')}",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(_pages()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_V2_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "false" if read_home().demo else "true",
        # A request that the server lost is sent again; by itself the client waits a minute first.
        "PREFECT_API_REQUEST_TIMEOUT": "20",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_LOGGING_SERVER_LEVEL": "WARNING",
        "DO_NOT_TRACK": "1",
        "no_proxy": _without_proxy(),
        "STEWARD_HOME": str(settings().home.absolute()),
    }
    auth = auth_string()
    if auth:
        told |= {"PREFECT_SERVER_API_AUTH_STRING": auth, "PREFECT_API_AUTH_STRING": auth}
    return told


def _without_proxy() -> str:
    told = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return told if _LOOPBACK in told else ",".join(filter(None, (told, _LOOPBACK)))


def _one_authority() -> Path:
    """One certificate authority for Prefect's clients of this machine's own server, which speaks plain HTTP.

    Each client reads its authorities anew, and a run has half a dozen clients: all 140 of them cost it 150 ms.
    """
    path = settings().folder("prefect") / "authority.pem"
    if not path.exists():
        end = "-----END CERTIFICATE-----\n"
        first = Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0]
        write_atomically(path, f"{first}{end}".encode(), 0o644)
    return path


def _pages() -> Path:
    """Where Prefect puts the pages of its UI: the first ones only.

    The second ones ask a host outside for their settings; a link that leads nowhere keeps Prefect from serving them.
    """
    folder = settings().folder("prefect", "pages")
    with suppress(FileExistsError):
        (folder / "v2").symlink_to("not-served")
    return folder


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


@contextmanager
def held_port(wanted: int) -> Iterator[int]:
    """A free port, kept from other homes: nobody listens there in the first seconds.

    Its UDP twin, which nothing here uses, is the sign that it is taken; it falls with its process.
    """
    for number in (wanted, *[0] * 20):
        port = free_port(number)
        with socket.socket(type=socket.SOCK_DGRAM) as twin:
            try:
                twin.bind(("127.0.0.1", port))
            except OSError:
                continue
            yield port
            return
    raise ServerError("No free port was found on this machine.")


@contextmanager
def _only_server() -> Iterator[None]:
    """Two servers on one home would write one Prefect database; the lock ends with its process, however that ends."""
    with (settings().folder("run") / "server.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(
                f"A server is already running for {settings().home}, or a command is using it. "
                "Stop it first, or wait for it to end."
            ) from None
        yield


def running() -> RunningServer | None:
    """This home's lasting server when it answers."""
    try:
        server = RunningServer(**read_json(run_file()))  # type: ignore[arg-type]
    except TypeError:
        return None
    return server if answers(server.api_url) else None


def answers(api_url: str) -> bool:
    """Whether a server answers there, and is this home's: another home may have taken the port meanwhile."""
    try:
        with _DIRECTLY.open(Request(f"{api_url}/admin/settings", headers=api_headers()), timeout=5) as reply:
            return bool(json.load(reply)["home"] == str(settings().folder("prefect")))
    except (OSError, ValueError, LookupError, TypeError):
        return False


def api_headers() -> dict[str, str]:
    """The header that lets a request into Prefect's API."""
    auth = auth_string()
    return {"Authorization": f"Basic {b64encode(auth.encode()).decode()}"} if auth else {}


def _end_with_parent() -> None:
    """Ask Linux to send SIGTERM to this child when its parent dies, however it dies."""
    if hasattr(_LIBC, "prctl"):
        _LIBC.prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def spawn(command: list[str], log: str, cwd: str | None = None) -> subprocess.Popen[bytes]:
    """Start a child whose output goes to a log of the home; on Linux it is asked to end when this process dies."""
    with (settings().folder("logs") / log).open("ab") as out:
        return subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            cwd=cwd, start_new_session=True, preexec_fn=_end_with_parent,
        )  # fmt: skip


@contextmanager
def serving(meanwhile: Callable[[], object] | None = None, *, lasting: bool = False) -> Iterator[RunningServer]:
    """Start this home's server on a free port and end it afterwards; `meanwhile` is done while it starts.

    A lasting server says in `run/server.json` where it answers. Raises AlreadyServed, and ServerError when the server
    does not come up.
    """
    with _only_server(), held_port(settings().prefect_port) as port, held_port(settings().desk_port) as desk:
        run_file().unlink(missing_ok=True)
        api_url = f"http://127.0.0.1:{port}/api"
        os.environ.update(environment(api_url))
        prefect = [sys.executable, "-m", "deployments.prefect_program", "server", "start"]
        child = spawn([*prefect, "--host", "127.0.0.1", "--port", str(port)], "prefect-server.log", cwd=str(ROOT))
        server = RunningServer(child.pid, api_url, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{desk}")
        try:
            if meanwhile is not None:
                meanwhile()
            _await(server)
            if lasting:
                add_menu(_pages(), server.desk_url)
                write_atomically(run_file(), json.dumps(asdict(server)).encode())
            yield server
        finally:
            run_file().unlink(missing_ok=True)
            end(child)


def _await(server: RunningServer) -> None:
    for _ in range(START_SECONDS * 5):
        if ended(server):
            break
        if answers(server.api_url):
            return
        time.sleep(0.2)
    raise ServerError(
        f"The Prefect server did not start. Its log is {settings().home / 'logs' / 'prefect-server.log'}."
    )


def ended(server: RunningServer) -> bool:
    """Whether the server's process, a child of this one, is gone."""
    try:
        return os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:
        return True


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
