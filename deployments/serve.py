"""Keeps the office running on this machine: Prefect server, runner and desk, all on loopback, until Ctrl-C."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import FrameType

import typer

from deployments.server import RunningServer, ServerError, auth_string, end, running, serving, spawn
from tasks.adapters.settings import ROOT, settings

PATIENCE_SECONDS = 600
MOST_RESTARTS = 5


def serve_until_stopped(before: Callable[[RunningServer], None] | None = None) -> None:
    """Start everything, do `before` (the demo's season), then serve until Ctrl-C or a terminating signal."""
    if running() is not None:
        raise ServerError(f"A server is already running for {settings().home}. Stop it first, or use it.")
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()

    with serving() as server:
        if before is not None:
            before(server)
        signal.signal(signal.SIGTERM, ask)
        signal.signal(signal.SIGINT, ask)
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
        self._restarts = 0

    def keep(self, stop: threading.Event) -> None:
        """Hold them up until asked to stop."""
        for name in self._commands:
            self._start(name)
        _say_where(self._server)
        try:
            while not stop.wait(1.0):
                self._look()
        finally:
            typer.echo("Stopping.")
            for child in self._children.values():
                end(child)

    def _start(self, name: str) -> None:
        self._children[name] = spawn(self._commands[name], f"{name}.log", cwd=str(ROOT))

    def _look(self) -> None:
        if running() is None and running() is None:
            raise ServerError(
                f"The Prefect server ended. Its log is {settings().home / 'logs' / 'prefect-server.log'}."
            )
        for name, child in list(self._children.items()):
            if child.poll() is None:
                continue
            self._restarts += 1
            log = settings().home / "logs" / f"{name}.log"
            if self._restarts > MOST_RESTARTS:
                raise ServerError(f"The {name} ended again and again. Its log is {log}.")
            typer.echo(f"The {name} ended and is started again. Its log is {log}.")
            self._start(name)


def _say_where(server: RunningServer) -> None:
    typer.echo(
        f"\nPrefect UI  {server.ui_url}\nDesk        {server.desk_url}\nHome        {settings().home.absolute()}"
    )
    if auth_string():
        typer.echo(f"Sign-in for the Prefect UI: the text in {settings().home.absolute() / 'keys' / 'prefect-auth'}")
    typer.echo("Ctrl-C stops it.")
