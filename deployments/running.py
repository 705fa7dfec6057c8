"""Runs a deployment in this process, through the home's server, so that it shows in the Prefect UI like any other."""

import inspect
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from deployments.server import AlreadyServed, RunningServer, ServerError, environment, running, serving
from tasks.adapters.collecting import uncollected
from tasks.adapters.policy import PolicyError
from tasks.adapters.settings import settings

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas import FlowRun

    from deployments.schedules import Entry

# The tag of a run that a command started; no runner answers for it.
COMMAND_LINE = "command line"
PATIENCE_SECONDS = 900
_CONSOLE = "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"


class Misuse(ServerError):
    """There is no such deployment or parameter, or a value does not fit; the message says what there is."""


class RunFailed(ServerError):
    """A flow ended with an error; the message says which, and where its traceback is."""


@contextmanager
def a_server(check: Callable[[], object] | None = None) -> Iterator[RunningServer]:
    """The home's running server, or one started for this command only, with a word about it.

    `check` is done as soon as Prefect can be imported, before anything is run; what it raises ends the command.
    """

    def prepare() -> None:
        _import_prefect()
        if check is not None:
            check()

    with ExitStack() as held:
        there = _found_or_started(held, prepare)
        held.callback(flush)
        yield there


def _found_or_started(held: ExitStack, prepare: Callable[[], None]) -> RunningServer:
    """A lasting server when there is one, else one of this command's own; commands of one home wait for each other."""

    def say_and_prepare() -> None:
        sys.stderr.write(
            f"No server is running for {settings().home}; one is started for this command (“make serve” keeps one).\n"
        )
        prepare()

    for second in range(PATIENCE_SECONDS):
        there = running()
        if there is not None:
            os.environ.update(environment(there.api_url))
            prepare()
            return there
        try:
            started = held.enter_context(serving(say_and_prepare))
        except AlreadyServed:
            if second == 0:
                sys.stderr.write("Another command is using this home, or its server is starting; waiting for it.\n")
            time.sleep(1)
        else:
            register(paused=True)
            return started
    raise AlreadyServed(f"The home {settings().home} was in use for {PATIENCE_SECONDS // 60} minutes. Try again later.")


def _import_prefect() -> None:
    """Import Prefect for a command: what it has to say stands in the run's log, not on the user's screen."""
    logging.getLogger().addHandler(logging.NullHandler())
    os.environ[_CONSOLE] = "CRITICAL"
    try:
        with uncollected():
            import prefect.main  # noqa: F401
    finally:
        # Children started later keep logs of their own.
        del os.environ[_CONSOLE]


def flush() -> None:
    """Let Prefect send what it still holds of logs and events while the server is there."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=5)
    EventsWorker.drain_all(timeout=5)


def register(*, paused: bool = False) -> None:
    """Make every deployment known to the server."""
    _import_prefect()
    from deployments.schedules import ENTRIES, there

    known = there()
    for entry in ENTRIES:
        entry.deployment(paused=paused, there=known.get(entry.name)).apply()


def understood(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of a deployment from text. Raises Misuse for an unknown name, parameter or value."""
    from pydantic import TypeAdapter, ValidationError

    asked = inspect.signature(_entry(name).flow.fn, eval_str=True).parameters
    read: dict[str, Any] = {}
    for key, text in given.items():
        if key not in asked:
            known = f"It takes: {', '.join(asked)}." if asked else "It takes none."
            raise Misuse(f"“{name}” has no parameter “{key}”. {known}")
        try:
            read[key] = TypeAdapter(asked[key].annotation).validate_python(text)
        except ValidationError as error:
            raise Misuse(f"“{text}” does not fit {key} of “{name}”: {error.errors()[0]['msg']}.") from None
    return read


def _entry(name: str) -> "Entry":
    from deployments.schedules import entry

    try:
        return entry(name)
    except LookupError as error:
        raise Misuse(str(error.args[0])) from None


def run(name: str, parameters: Mapping[str, Any]) -> Any:
    """Run a deployment here and return its result; its run belongs to the deployment in the UI.

    It starts as pending, so that no runner picks it up beside us. Raises Misuse and RunFailed.
    """
    from prefect.context import SyncClientContext
    from prefect.flow_engine import run_flow

    found = _entry(name)
    # One client for all: each reads every certificate authority that there is, for a server on this machine.
    with without_heartbeat(), SyncClientContext.get_or_create() as shared:
        flow_run = _pending(found, shared.client, parameters)
        try:
            return run_flow(found.flow, flow_run=flow_run, parameters=dict(parameters))
        except Exception as error:
            if type(error) is LookupError or isinstance(error, PolicyError):
                raise Misuse(str(error)) from error
            raise RunFailed(_failure(name, error)) from error


def _pending(found: "Entry", client: "SyncPrefectClient", parameters: Mapping[str, Any]) -> "FlowRun":
    """A new run of a deployment that nobody else starts."""
    from prefect.states import Pending

    # Where it is not there, the office is just opening: its runner has not come to this one yet.
    deployment_id = _deployment_id(found, client) or cast(UUID, found.deployment().apply())
    return client.create_flow_run_from_deployment(
        deployment_id, parameters=dict(parameters), tags=[COMMAND_LINE],
        state=Pending(message="Started from the command line"),
    )  # fmt: skip


def _deployment_id(found: "Entry", client: "SyncPrefectClient") -> UUID | None:
    """Its id alone: Prefect's own reading holds its schedule against every time zone that this machine knows."""
    from httpx import HTTPStatusError

    named = {"flow_name": found.flow.name, "deployment_name": found.name}
    try:
        answer = client.request("GET", "/deployments/name/{flow_name}/{deployment_name}", path_params=named)
    except HTTPStatusError as error:
        if error.response.status_code != HTTPStatus.NOT_FOUND:
            raise
        return None
    return UUID(answer.json()["id"])


@contextmanager
def without_heartbeat() -> Iterator[None]:
    """Flows without heartbeats: each run waits up to a second for their end. The sweep finds what was lost without."""
    from prefect.context import SettingsContext, get_settings_context

    told = get_settings_context()
    flows = told.settings.flows.model_copy(update={"heartbeat_frequency": None})
    # Prefect's own way reads and checks every setting anew, which takes longer than a small flow.
    with SettingsContext(profile=told.profile, settings=told.settings.model_copy(update={"flows": flows})):
        yield


def _failure(name: str, error: Exception) -> str:
    log = settings().folder("logs") / "commands.log"
    with log.open("a") as out:
        out.write("".join(traceback.format_exception(error)))
    reason = next(iter(str(error).splitlines()), "")[:300]
    return (
        f"“{name}” ended with an error: {type(error).__name__}: {reason}\n"
        f"Nothing is half done: start it again, or let the next sweep finish it. The details are in {log}."
    )
