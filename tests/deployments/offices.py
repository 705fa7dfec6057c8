"""An office as `steward serve` opens it: processes, addresses, and Prefect's API as its UI speaks to it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fastapi.testclient import TestClient

from deployments.schedules import ENTRIES
from tests.conftest import forget
from tests.desk.conftest import read_page, sign_in
from tests.desk.deciding import forms, post, sign_form
from tests.signers import code_of

STEWARD = str(Path(sys.executable).with_name("steward"))
# Thanksgiving, ten in the morning: the City's offices are closed.
HOLIDAY = "2026-11-26T15:00:00+0000"


def await_true(what: str, is_true: Callable[[], Any], seconds: float = 60) -> Any:
    """Ask until the answer is true; fails with what was waited for."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if answer := is_true():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds:.0f} seconds in vain: {what}")


def steward(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the command line on a home."""
    return subprocess.run(
        [STEWARD, *arguments], env=told(home), cwd=home.parent, capture_output=True, text=True, timeout=120, check=False
    )


def told(home: Path) -> dict[str, str]:
    """The environment of a user who knows the home and nothing else."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("STEWARD_", "PREFECT_"))}
    return {**clean, "STEWARD_HOME": str(home)}


@contextmanager
def inside(home: Path) -> Iterator[None]:
    """Let this process work in a home as its commands do: its settings, its database, its clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(home))
        patch.delenv("STEWARD_DATABASE_URL", raising=False)
        forget()
        yield
    forget()


@dataclass
class Office:
    """One home and its `steward serve`."""

    home: Path
    process: subprocess.Popen[bytes] = field(init=False)

    def open(self) -> None:
        """Serve, and wait until every deployment can be started."""
        with (self.home.parent / f"{self.home.name}.terminal").open("ab") as terminal:
            self.process = subprocess.Popen(
                [STEWARD, "serve"], env=told(self.home), cwd=self.home.parent, stdout=terminal,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        await_true(f"the office to open: {self.said}", self._is_open, 120)

    def _is_open(self) -> bool:
        assert self.process.poll() is None, f"the office ended: {self.said}"
        for kept in ("api", "deployments"):
            self.__dict__.pop(kept, None)
        try:
            found = self.ask("deployments/filter", {})
        except (FileNotFoundError, httpx.ConnectError):
            return False
        return len(found) == len(ENTRIES) and all(deployment["status"] == "READY" for deployment in found)

    @property
    def said(self) -> str:
        """What stands on the terminal."""
        return (self.home.parent / f"{self.home.name}.terminal").read_text()

    @property
    def where(self) -> dict[str, Any]:
        """Where server and desk answer."""
        found: dict[str, Any] = json.loads((self.home / "run" / "server.json").read_text())
        return found

    @property
    def sign_in(self) -> str:
        """The text that Prefect's UI asks for."""
        return (self.home / "keys" / "prefect-auth").read_text()

    @cached_property
    def api(self) -> httpx.Client:
        """Prefect's API, signed in."""
        user, _, password = self.sign_in.partition(":")
        return httpx.Client(base_url=self.where["api_url"], auth=(user, password), timeout=30)

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """POST to the API as the UI does it, with the token against forged requests."""
        return self._send("POST", path, body).json()

    def _send(self, method: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """Again while the server is busy and says so (503), as Prefect's own client does it."""

        def answer() -> httpx.Response | None:
            token = self.api.get("/csrf-token", params={"client": "test"})
            if token.status_code == 503:
                return None
            headers = {"Prefect-Csrf-Token": token.raise_for_status().json()["token"], "Prefect-Csrf-Client": "test"}
            found = self.api.request(method, f"/{path}", json=body, headers=headers)
            return None if found.status_code == 503 else found.raise_for_status()

        sent: httpx.Response = await_true(f"an answer from {path}", answer)
        return sent

    def change(self, run_id: str, **parameters: Any) -> None:
        """Exchange the parameters of a run that has ended and let it be run again, as anybody with the sign-in can."""
        there = self.run(run_id)["parameters"]
        self._send("PATCH", f"flow_runs/{run_id}", {"parameters": there | parameters})
        self.ask(f"flow_runs/{run_id}/set_state", {"state": {"type": "SCHEDULED"}, "force": True})

    @cached_property
    def deployments(self) -> dict[str, dict[str, Any]]:
        """Deployments by name, as the API has them."""
        return {found["name"]: found for found in self.ask("deployments/filter", {})}

    def start(self, name: str, **parameters: Any) -> str:
        """Start a deployment as the Run button does; returns the run's id."""
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(self.ask(f"deployments/{self.deployments[name]['id']}/create_flow_run", body)["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        """A run as it stands now."""
        found: dict[str, Any] = self.api.get(f"/flow_runs/{run_id}").raise_for_status().json()
        return found

    def ended(self, run_id: str) -> dict[str, Any]:
        """A run after its end."""
        ends = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        await_true("the run to end", lambda: self.run(run_id)["state_type"] in ends, 90)
        return self.run(run_id)

    def follow_ups(self, signature_id: str) -> list[dict[str, Any]]:
        """The runs that were asked for when something was signed."""
        key = {"any_": [f"signature-{signature_id}"]}
        found: list[dict[str, Any]] = self.ask("flow_runs/filter", {"flow_runs": {"idempotency_key": key}})
        return found

    def artifacts(self) -> dict[str, dict[str, Any]]:
        """The newest artifact of each key."""
        return {found["key"]: found for found in self.ask("artifacts/latest/filter", {})}

    def desk(self, staff_id: str) -> httpx.Client:
        """Somebody's browser at the desk, signed in."""
        browser = httpx.Client(base_url=self.where["desk_url"], timeout=30)
        with inside(self.home):
            assert sign_in(cast(TestClient, browser), staff_id).status_code == 303
        return browser

    def code(self, staff_id: str) -> str:
        """What somebody's authenticator shows now."""
        with inside(self.home):
            return code_of(staff_id)

    def pids(self) -> list[int]:
        """All processes that work on this home."""
        mark = f"STEWARD_HOME={self.home}".encode()
        return [pid for pid in _all_pids() if mark in _environment(pid)]

    def close(self) -> int:
        """End the office and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def sign_shown(browser: httpx.Client, page: httpx.Response, code: str) -> str:
    """Sign what a page of the desk showed when it was loaded; returns the signature's id."""
    answer = post(cast(TestClient, browser), page.url.path, {**sign_form(page), "code": code})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"].rsplit("/", 1)[1])


def with_reason(browser: httpx.Client, path: str, reason: str) -> httpx.Response:
    """The page of a decision whose letter quotes the reason, after somebody wrote one and looked at the letter."""
    asked = next(fields for _, fields in forms(read_page(browser.get(path).text)) if "show" in fields)
    return post(cast(TestClient, browser), path, {**asked, "reason": reason})


def listening(pids: list[int]) -> set[str]:
    """Addresses (hexadecimal, as the kernel writes them) on which some processes listen."""
    inodes = {link for pid in pids for link in _sockets(pid)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            columns = line.split()
            if columns[3] == "0A" and f"socket:[{columns[9]}]" in inodes:
                found.add(columns[1].partition(":")[0])
    return found


def _all_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _environment(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _sockets(pid: int) -> list[str]:
    try:
        return [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []
