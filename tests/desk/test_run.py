"""The desk as a process: on this machine alone, and it says nothing of who asked for what."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from deployments.server import free_port
from tasks.adapters.settings import ROOT

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)


@pytest.fixture
def port(home: Path) -> Iterator[int]:
    """The port of a desk that runs, its output in `desk.log` of the home."""
    number = free_port(0)
    with (home / "desk.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "deployments.desk", "--port", str(number)],
            cwd=ROOT, env={**os.environ, "STEWARD_HOME": str(home)}, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            wait_for(child, f"http://127.0.0.1:{number}/reports")
            yield number
        finally:
            child.terminate()
            child.wait(20)


def wait_for(child: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the desk answers; a desk that ended fails the test."""
    for _ in range(600):
        assert child.poll() is None, "the desk ended"
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError("the desk did not answer within a minute")


def test_the_desk_answers_on_loopback_alone_and_logs_no_address(port: int, home: Path) -> None:
    with urlopen(f"http://127.0.0.1:{port}/?q=somebody", timeout=20) as answer:
        assert answer.status == 200
        assert answer.headers["server"] is None
    # A server bound to every address of the machine would answer here too.
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect(("127.0.0.2", port))
    assert (home / "desk.log").read_text() == ""
