"""Tasks that every process shares."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from uuid import UUID

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from models.shared.documents import Document
from tasks.adapters import clock, follow_up, home, incoming, letter_orders, outbox, progress
from tasks.adapters.checkpoints import Register, write_checkpoint
from tasks.adapters.database import reading, writing
from tasks.adapters.rendering import StoredPdf, render_and_store
from tasks.adapters.settings import settings
from tasks.adapters.steps import boundary
from tasks.adapters.templating import moment

Large = TypeVar("Large")


@task(cache_policy=NO_CACHE)
def clear_partials() -> int:
    """Remove files that a crash left half written; returns how many."""
    return sum(home.clear_partials(settings().folder(area)) for area in ("archive", "documents", "outbox", "rejects"))


def whole(value: Large) -> Large:
    """Hand a task a large value as it is: Prefect would look through all of it, twice a task, for results of others."""
    return cast(Large, quote(value))


class Progress:
    """A progress bar in the Prefect UI, and before whoever started the run by a command.

    `key` names the bar in the UI. It moves there every few seconds: each move is a call of the server.
    """

    _SECONDS = 2.0

    def __init__(self, key: str, doing: str, total: int) -> None:
        self._doing, self._total, self._done, self._moved_at = doing, total, 0, time.monotonic()
        self._bar = cast(UUID, create_progress_artifact(0.0, key=key, description=f"{doing}, of {total:,}"))
        progress.tell(doing, 0, total)

    def advance(self, by: int = 1) -> None:
        """So many more are done."""
        self._done += by
        progress.tell(self._doing, self._done, self._total)
        now = time.monotonic()
        if self._done >= self._total or now - self._moved_at > self._SECONDS:
            self._moved_at = now
            update_progress_artifact(self._bar, min(100.0, 100.0 * self._done / self._total))


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def collect_inbox() -> list[str]:
    """Take what lies in the inbox into the archive; returns the files' ids."""
    taken = incoming.collect_inbox()
    boundary("collected the inbox")
    return taken


@dataclass(frozen=True)
class Printed:
    """What rendering brought: stored files by document id, and a sentence for each document that cannot be printed."""

    pdfs: dict[str, StoredPdf]
    refused: dict[str, str]


@task(retries=1, retry_delay_seconds=2, cache_policy=NO_CACHE)
def render_documents(documents: Sequence[Document], bar: Progress | None = None) -> Printed:
    """Print documents as PDF and keep the files; `bar` moves with each."""
    printed = Printed({}, {})
    for done in render_and_store(documents):
        if isinstance(done, StoredPdf):
            printed.pdfs[done.document.document_id] = done
        else:
            printed.refused[done.document_id] = done.sentence
            get_run_logger().error(done.sentence)
        if bar:
            bar.advance()
    boundary("rendered documents")
    return printed


@task(retries=3, retry_delay_seconds=5, cache_policy=NO_CACHE)
def send_messages() -> int:
    """Send what stands in the outbox; returns how many messages went out."""
    sent = outbox.send_waiting()
    boundary("sent messages")
    return sent


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_signed(process: str, signature_id: str) -> follow_up.Followed:
    """Signatures that nothing has followed yet, and their cases."""
    with reading() as session:
        return follow_up.to_follow(session, process, signature_id)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_letters(pdfs: Mapping[str, StoredPdf]) -> int:
    """Enter printed letters in the register and put them into the outbox, in one transaction."""
    with writing() as session:
        count = letter_orders.register_letters(session, list(pdfs.values()), clock.now())
    boundary("registered letters")
    return count


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_followed(signature_ids: Sequence[str]) -> None:
    """Mark signatures as followed."""
    with writing() as session:
        follow_up.mark_followed(session, signature_ids, clock.now())
    boundary("marked signatures as followed")


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def load_waiting_processes() -> list[str]:
    """The processes in which a signature or a letter waits for the sitting that follows it."""
    with reading() as session:
        return follow_up.waiting_processes(session)


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def record_checkpoint() -> Register:
    """Sign the heads of all chains and append them to the checkpoint file."""
    with writing() as session:
        register = write_checkpoint(session, clock.now())
    boundary("signed a checkpoint")
    return register


@task(retries=2, retry_delay_seconds=2, cache_policy=NO_CACHE)
def publish_worklists(lists: Mapping[str, Mapping[str, str]]) -> None:
    """Show each holder's worklist (markdown) in the Prefect UI, by process and holder."""
    for process, mine in lists.items():
        for holder, markdown in mine.items():
            key = f"worklist-{process}-{holder.lower().replace(' ', '-')}"
            create_markdown_artifact(key=key, markdown=markdown, description=f"What waits for {holder} ({process})")


def run_name() -> str:
    """What a run is called in the Prefect UI: when it began, `Nov 21, 2026, 4:05 PM` in New York."""
    return moment(clock.now())


@task(cache_policy=NO_CACHE)
def record_refusal(file_id: str, reason: str) -> None:
    """Note why a file could not be used; nothing of it was kept."""
    incoming.refuse(file_id, reason)


def taken(file_id: str, result: dict[str, Any] | str) -> dict[str, Any]:
    """What a file brought; the sentence for which it could not be used is noted, and told in the run's log."""
    if isinstance(result, str):
        record_refusal(file_id, result)
        get_run_logger().warning(result)
        return {"refused": result}
    return result
