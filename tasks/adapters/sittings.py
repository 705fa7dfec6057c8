"""Notes that a flow has begun and ended, so that the sweep can find what a crash left half done."""

import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from models.shared.documents import canonical, sha256
from models.shared.evidence import moment
from models.shared.records import Sitting
from tasks.adapters import clock
from tasks.adapters.collecting import seldom_collected
from tasks.adapters.database import reading, writing
from tasks.adapters.home import is_alive, process_since
from tasks.adapters.signed_policy import require_signed_policy
from tasks.adapters.steps import boundary


@contextmanager
def sitting(flow: str, options: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Note a run of `flow`; its end also ends every earlier run with these options that never came to one.

    Raises PolicyUnsigned before anything is begun.
    """
    chosen, began = canonical(dict(options or {})), clock.now()
    sitting_id = sha256(f"{flow}/{chosen}/{moment(began)}/{os.getpid()}")[:24]
    here: dict[str, Any] = {"host": socket.gethostname(), "pid": os.getpid(), "finished_at": None}
    here["pid_since"] = process_since(os.getpid())
    with writing() as session:
        require_signed_policy(session)
        session.merge(Sitting(sitting_id=sitting_id, flow=flow, options=chosen, started_at=began, **here))
    boundary("a sitting began")
    refused = None
    try:
        with seldom_collected():
            yield
    except LookupError as error:
        # What was asked for is not there: that is an end, and no later run will find it either.
        if type(error) is not LookupError:
            raise
        refused = error
    table = Sitting.__table__  # type: ignore[attr-defined]
    mine = (table.c.flow == flow) & (table.c.options == chosen) & (table.c.started_at <= began)
    with writing() as session:
        session.execute(update(table).where(mine, table.c.finished_at.is_(None)).values(finished_at=clock.now()))
    boundary("a sitting ended")
    if refused is not None:
        raise refused


def abandoned() -> list[tuple[str, dict[str, Any]]]:
    """Flow and options of each run that began and whose process is gone."""
    table = Sitting.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        rows = session.execute(select(Sitting).where(table.finished_at.is_(None)).order_by(table.started_at)).scalars()
        lost = [(row.flow, row.options) for row in rows if not _is_alive(row)]
    return [(flow, json.loads(options)) for flow, options in dict.fromkeys(lost)]


def _is_alive(row: Sitting) -> bool:
    """A run on another machine counts as alive: its own machine's sweep knows better."""
    return row.host != socket.gethostname() or (is_alive(row.pid) and process_since(row.pid) == row.pid_since)
