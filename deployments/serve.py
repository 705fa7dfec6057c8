"""Keeps the office running on this machine: Prefect server, runner and desk, all on loopback, until Ctrl-C."""

import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from types import FrameType

import typer

from deployments.server import RunningServer, ServerError, answers, auth_string, end, ended, serving, spawn
from tasks.adapters.settings import ROOT, settings

# A child that ends this often within so many seconds will not do better the next time.
MOST_RESTARTS, RESTARTS_WITHIN_SECONDS = 5, 600
# A server may be slow for a while; one that is silent so many times in a row has stopped working.
ASK_EVERY_SECONDS, MOST_SILENCES = 15, 8


def serve_until_stopped(before: Callable[[RunningServer], None] | None = None) -> None:
    """Start everything, do `before` (the demo's season), then serve until Ctrl-C or a terminating signal."""
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    with serving(lasting=True) as server:
        if before is not None:
            before(server)
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, ask)
        _Children(server).keep(stop)


class _Children:
    """The desk and the runner; one that dies is started again, but not for ever."""

    def __init__(self, server: RunningServer) -> None:
        port = server.desk_url.rsplit(":", 1)[1]
        self._commands = {
            "desk": [sys.executable, "-m", "deployments.desk", "--port", port],
            "runner": [sys.executable, "-m", "deployments.runner"],
        }
        self._server = server
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._restarted: deque[float] = deque(maxlen=MOST_RESTARTS)
        self._silences, self._asked = 0, time.monotonic()

    def keep(self, stop: threading.Event) -> None:
        """Hold them up until asked to stop."""
        try:
            self._start("desk")
            self._start("runner", "--first")
            _say_where(self._server)
            while not stop.wait(1.0):
                self._look_at_server()
                self._look_at_children()
        finally:
            typer.echo("Stopping.")
            for child in self._children.values():
                end(child)

    def _start(self, name: str, *options: str) -> None:
        self._children[name] = spawn([*self._commands[name], *options], f"{name}.log", cwd=str(ROOT))

    def _look_at_server(self) -> None:
        if ended(self._server):
            raise ServerError(f"The Prefect server ended. {_log_of('prefect-server')}")
        if time.monotonic() - self._asked >= ASK_EVERY_SECONDS:
            self._silences = 0 if answers(self._server.api_url) else self._silences + 1
            self._asked = time.monotonic()
        if self._silences >= MOST_SILENCES:
            raise ServerError(f"The Prefect server does not answer any more. {_log_of('prefect-server')}")

    def _look_at_children(self) -> None:
        for name, child in list(self._children.items()):
            if child.poll() is None:
                continue
            end(child)
            full = len(self._restarted) == MOST_RESTARTS
            if full and time.monotonic() - self._restarted[0] < RESTARTS_WITHIN_SECONDS:
                raise ServerError(f"The {name} ended again and again. {_log_of(name)}")
            self._restarted.append(time.monotonic())
            typer.echo(f"The {name} ended and is started again. {_log_of(name)}")
            self._start(name)


def _log_of(name: str) -> str:
    return f"Its log is {settings().home.absolute() / 'logs' / f'{name}.log'}."


def _say_where(server: RunningServer) -> None:
    home = settings().home.absolute()
    typer.echo(
        f"\nPrefect UI  {server.ui_url}\nWorklists   {server.ui_url}/artifacts\n"
        f"Desk        {server.desk_url}\nHome        {home}"
    )
    if auth_string():
        typer.echo(f"Sign-in for the Prefect UI: the text in {home / 'keys' / 'prefect-auth'}")
    typer.echo("Ctrl-C stops it.")
