"""Documents drawn several at a time, by workers that are forked from a process in which everything is ready."""

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from multiprocessing import forkserver
from multiprocessing.pool import Pool

from models.shared.documents import Document
from tasks.adapters.rendered import Refusal, RenderedPdf

# Workers are ready after 1.3 to 1.5 s, and a review takes a quarter of a second: on two free cores they draw thirteen
# sooner than a process that has drawn before; one that has not takes as long to begin as they do. A worker is replaced
# before it has grown.
FEW, RECYCLED_AFTER, AHEAD = 12, 200, 4
_ROOM = "tasks.adapters.drawing_room"


def render_many(
    documents: Sequence[Document], workers: int = 2, timeout: float = 120.0, few: int = FEW
) -> Iterator[RenderedPdf | Refusal]:
    """The documents in order, each as soon as it is ready; one that cannot be printed stops none of the others.

    Draws in this process when there are not more than `few`. A document whose worker died, or took longer than
    `timeout` seconds, is tried once more in a new one.
    """
    if _drawn_here(len(documents), workers, few):
        yield from map(_tried, documents)
    else:
        yield from _in_workers(deque(documents), workers, timeout)


def begin_workers(documents: int, workers: int, few: int = FEW) -> None:
    """Where so many documents will be drawn by workers, let what these need be read while the documents are loaded."""
    if not _drawn_here(documents, workers, few):
        _ready()


def end_workers() -> None:
    """End the process that workers are forked from, and wait for it; the next ones start another.

    It ends by itself with this process, however that ends. Who measures what workers cost has to wait for it.
    """
    forkserver._forkserver._stop()  # type: ignore[attr-defined]


def _drawn_here(documents: int, workers: int, few: int) -> bool:
    return workers < 2 or documents <= few or multiprocessing.current_process().daemon


def _tried(document: Document) -> RenderedPdf | Refusal:
    # WeasyPrint takes a second to import; who only hands out documents does without.
    from tasks.adapters.render import RenderError, render

    try:
        return render(document)
    except RenderError as error:
        return Refusal(document.document_id, str(error))


def _in_workers(waiting: deque[Document], workers: int, timeout: float) -> Iterator[RenderedPdf | Refusal]:
    lost: Document | None = None
    while waiting:
        try:
            with _pool(workers) as pool:
                for result in _in_order(pool, tuple(waiting), workers * AHEAD, timeout):
                    waiting.popleft()
                    yield result
        except multiprocessing.TimeoutError:
            if waiting[0] is lost:
                waiting.popleft()
                yield Refusal(
                    lost.document_id, f"Document {lost.document_id} cannot be printed. Drawing it does not end."
                )
            lost = waiting[0] if waiting else None


def _in_order(pool: Pool, documents: Sequence[Document], ahead: int, timeout: float) -> Iterator[RenderedPdf | Refusal]:
    """Hands out a few documents ahead of the reader: finished files wait in no longer a line than that."""
    handed = deque(pool.apply_async(_tried, (document,)) for document in documents[:ahead])
    for document in (*documents[ahead:], *[None] * len(handed)):
        yield handed.popleft().get(timeout)
        if document is not None:
            handed.append(pool.apply_async(_tried, (document,)))


def _pool(workers: int) -> Pool:
    return _ready().Pool(workers, _begin_worker, maxtasksperchild=RECYCLED_AFTER)


def _ready() -> multiprocessing.context.ForkServerContext:
    """Start the process that workers are forked from, where it is not there yet.

    It is a fresh interpreter: a fork of this one would copy the locks of the threads that a flow's tasks run in. It
    imports and reads once what each worker would, and stays for the next documents.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_ROOM])
    forkserver.ensure_running()
    return context


def _begin_worker() -> None:
    """Leaves Ctrl-C to the parent, and ends at once when the parent is gone, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
