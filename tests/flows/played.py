"""Plays flows by name, in processes that are forked from one that has imported this."""

import gc
import os
import pickle
from collections.abc import Iterator
from pathlib import Path

from prefect.events.clients import NullEventsClient
from prefect.events.worker import EventsWorker
from pydantic import BaseModel
from sqlalchemy.orm import configure_mappers

from deployments.running import flush, without_heartbeat
from flows.sweep import FLOWS, sweep
from models.shared.documents import Document
from tasks.adapters import policy
from tasks.adapters import render as drawing
from tasks.adapters.hotline.triaging import reader_in_use
from tasks.adapters.rendered import RenderedPdf
from tests.templates.examples import letter

# What each flow's process would make ready for itself is made ready before it is forked: fonts, the tables' mappers,
# policy and phrase tables (read again where a file is touched), and Prefect's own models, which it completes late.
drawing.render(letter())
configure_mappers()
for _read in (policy.registration_policy, policy.payments_policy, policy.fiscal_policy, policy.hotline_policy):
    _read()
policy.policy_sha256()
reader_in_use()


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


for _model in _models(BaseModel):
    if _model.__module__.startswith(("prefect.client.", "prefect.events.")):
        _model.model_rebuild(raise_errors=False)
# What is here now is in use for ever: no forked process looks through it for garbage.
gc.collect()
gc.freeze()


def spare(folder: Path) -> None:
    """Tell no events, and draw nothing that lies in the folder: the same facts give the same bytes."""
    EventsWorker.set_client_override(NullEventsClient)
    draw = drawing.render

    def drawn(document: Document) -> RenderedPdf:
        kept = folder / f"{document.template().replace('/', '_')}-{document.packet_sha256()}"
        if not kept.exists():
            # Whoever is killed on the way leaves half a file at most that nobody reads.
            partial = kept.with_name(f"{kept.name}.{os.getpid()}")
            partial.write_bytes(pickle.dumps(draw(document)))
            partial.rename(kept)
        found: RenderedPdf = pickle.loads(kept.read_bytes())
        return found

    drawing.render = drawn


def play(names: list[str]) -> None:
    """Run flows one after the other; the first failure ends it."""
    with without_heartbeat():
        try:
            for name in names:
                (sweep if name == "sweep" else FLOWS[name])()
        except Exception:
            # What a failed run says of itself stands in Prefect's log, as it does after a command.
            flush()
            raise
