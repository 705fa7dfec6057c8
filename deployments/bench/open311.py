"""Measures Open311: requests over sixteen connections while the desk is killed once; none is lost and none doubled."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

import orjson
from sqlalchemy import func, select

from deployments.bench.measure import BenchError, Spent, measured
from deployments.bench.place import NOW, SMALL, Place, postgres_database
from deployments.bench.table import Goal, Row
from deployments.server import free_port
from models.hotline.records import HotlineContact, HotlineDecision, HotlineRequest
from tasks.adapters.database import let_go, reading, writing
from tasks.adapters.hotline.open311_keys import new_api_key
from tasks.adapters.hotline.vault import new_key
from tasks.adapters.settings import ROOT, settings

CONNECTIONS, REQUESTS, SMALL_REQUESTS, MOST_SECONDS = 16, 10_000, 64, 0.1
PATIENCE_SECONDS = 120
_SAID = (
    ("SHELTER-REPAIR", "No heat in our room since Monday, the radiator is cold and the baby coughs."),
    ("KEEP-HOME", "I owe two months of rent and the landlord took me to housing court, the date is on Friday."),
    ("CASH-FOOD", "Me cortaron las estampillas de comida y nadie contesta el teléfono desde la semana pasada."),
    ("COMMENT", "Thank you to the worker at the front desk, she was patient with my mother."),
    ("PRIVATE", "I need to talk to somebody about my home. Please do not leave a message."),
    ("OUTREACH", "A man sleeps on the grate at the corner, he has no coat and it freezes tonight."),
)  # fmt: skip
_SYLLABLES = ["ba", "cor", "den", "fi", "gol", "hu", "jas", "ke", "lom", "mir", "no", "pra", "quin", "ros", "tel", "vu"]


@dataclass
class Line:
    """A connection that stays open, with as little work of its own as can be: it is the desk that is measured."""

    port: int
    opened: socket.socket | None = None

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes]:
        """Status and body of an answer. Raises OSError, and ValueError where the answer breaks off."""
        if self.opened is None:
            self.opened = socket.create_connection(("127.0.0.1", self.port), timeout=20)
            self.opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
        self.opened.sendall(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode("ascii"))
        heard, end = b"", -1
        while end < 0:
            heard += self._more()
            end = heard.find(b"\r\n\r\n")
        told = dict(line.lower().split(b": ", 1) for line in heard[:end].split(b"\r\n")[1:])
        while len(heard) < end + 4 + int(told[b"content-length"]):
            heard += self._more()
        return int(heard[9:12]), heard[end + 4 :]

    def close(self) -> None:
        """Hang up; the next question calls again."""
        if self.opened is not None:
            self.opened.close()
        self.opened = None

    def _more(self) -> bytes:
        found = self.opened.recv(65_536) if self.opened else b""
        if not found:
            raise ValueError("The desk hung up.")
        return found


@dataclass
class Served:
    """A desk that runs as a process of its own on one port, and can be killed and started again."""

    port: int = field(default_factory=lambda: free_port(0))
    child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "deployments.desk", "--port", str(self.port)]
        with (settings().folder("logs") / "desk.log").open("ab") as out:
            self.child = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out)
        until = time.perf_counter() + PATIENCE_SECONDS
        while time.perf_counter() < until and self.child.poll() is None:
            try:
                Line(self.port).ask("GET", "/open311/v2/services.json")
                return
            except (OSError, ValueError):
                time.sleep(0.05)
        raise BenchError("The desk did not start; its log in the home says why.")

    def end(self, sign: int = signal.SIGTERM) -> None:
        """End it, gently or not."""
        if self.child is not None:
            self.child.send_signal(sign)
            self.child.wait(30)


@dataclass
class Crowd:
    """What sixteen connections send and hear: ids or tokens by the client's token, and how long each answer took."""

    port: int
    key: str
    numbers: Iterator[int]
    took: list[float] = field(default_factory=list)
    heard: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    again: int = 0

    def work(self) -> None:
        """Send one request after the other; one that was not answered is sent again until it is."""
        line = Line(self.port)
        for number in self.numbers:
            until = time.perf_counter() + PATIENCE_SECONDS
            while not self._sent(line, number):
                line.close()
                self.again += 1
                if time.perf_counter() > until or self.failed:
                    self.failed.append(f"request {number} was never answered")
                    return
                time.sleep(0.05)

    def _sent(self, line: Line, number: int) -> bool:
        began = time.perf_counter()
        try:
            status, said = line.ask("POST", "/open311/v2/requests.json", _form(number, self.key))
        except (OSError, ValueError):
            return False
        if status != 200:
            self.failed.append(f"{status} {said[:200]!r}")
            return True
        self.took.append(time.perf_counter() - began)
        told = orjson.loads(said)[0]
        self.heard[_token(number)] = told.get("service_request_id") or told["token"]
        return True


def _token(number: int) -> str:
    return f"bench-{number:06}"


def _form(number: int, key: str) -> str:
    code, words = _SAID[number % len(_SAID)]
    return urlencode(
        {
            "api_key": key, "service_code": code, "address_string": f"{number} Invented Street, Bronx",
            "description": f"{words} ({number})", "first_name": "Ann", "last_name": _surname(number),
            "phone": f"718555{number % 10_000:04}", "client_token": _token(number),
        }
    )  # fmt: skip


def _surname(number: int) -> str:
    """One of four thousand invented surnames: as many people share one as do in a city."""
    return "".join(_SYLLABLES[number // 16**place % 16] for place in range(3)).title()


def open311(place: Place) -> Iterator[Row]:
    """Requests over Open311 with the desk killed once, on SQLite and where it answers PostgreSQL."""
    os.environ["STEWARD_HOTLINE_KEY"] = new_key()
    place.home("sqlite")
    yield from _measured(place, "SQLite")
    with postgres_database() as url:
        if url is None:
            sys.stderr.write("PostgreSQL does not answer, so Open311 was measured on SQLite alone.\n")
            return
        place.home("postgresql", url)
        yield from _measured(place, "PostgreSQL")


def _measured(place: Place, database: str) -> Iterator[Row]:
    many = SMALL_REQUESTS if place.sizes == SMALL else REQUESTS
    with writing() as session:
        key = new_api_key(session, "Bench", NOW)
    let_go()
    served = Served()
    served.start()
    crowd = Crowd(served.port, key, _safely(many))
    with measured() as spent:
        try:
            _at_once(crowd, served, many)
        finally:
            # Waited for, so that its processor time counts.
            served.end()
    _check(crowd, many)
    name = f"Open311, {CONNECTIONS} connections, the desk killed once, {database}"
    yield Row(f"{name}, clients and desks", spent, 1, many, "requests")
    took = sorted(crowd.took)
    for title, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1.0)):
        goal = Goal("wall_s", MOST_SECONDS) if title == "p99" else None
        yield Row(f"{name}, {title}", Spent(0.0, took[min(len(took) - 1, int(part * len(took)))]), many, goal=goal)
    yield Row(f"{name}, sent again", Spent(0.0, 0.0), 1, crowd.again, "requests")


def _safely(many: int) -> Iterator[int]:
    """Numbers that several threads may take: a count is one step of the interpreter, a generator is not."""
    return iter(map(int, iter(count().__next__, many)))


def _at_once(crowd: Crowd, served: Served, many: int) -> None:
    threads = [threading.Thread(target=crowd.work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    while len(crowd.heard) < many // 2 and any(thread.is_alive() for thread in threads):
        time.sleep(0.005)
    served.end(signal.SIGKILL)
    served.start()
    for thread in threads:
        thread.join()


def _check(crowd: Crowd, many: int) -> None:
    """Raise BenchError unless every answered request is kept and decided about, and none twice."""
    if crowd.failed:
        raise BenchError(f"{len(crowd.failed)} requests were not taken. The first: {crowd.failed[0]}.")
    table = HotlineRequest.__table__  # type: ignore[attr-defined]
    with reading() as session:
        kept = {row.token or row.service_request_id for row in session.execute(select(table))}
        counts = [
            int(session.execute(select(func.count()).select_from(one)).scalar_one())
            for one in (HotlineRequest, HotlineContact, HotlineDecision)
        ]
    lost = [told for told in crowd.heard.values() if told not in kept]
    if lost or counts != [many] * 3 or len(set(crowd.heard.values())) != many:
        raise BenchError(f"{len(lost)} answered requests are lost; of {many} there are {counts} (kept, said, decided).")
