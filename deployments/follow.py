"""Starts flows through the home's Prefect server: what follows a signature, an import; else the sweep does it."""

import json
import logging
import time
from random import uniform
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

from deployments.server import RunningServer, api_headers, running
from tasks.adapters.follow_up import FOLLOW_UPS

_SECONDS = 5
# Seconds before each try, give or take a half: a server that is busy answers 503, and those who ask at the same moment
# must not ask again at the same moment. The sweep comes later than all of them.
_PAUSES = (0, 1, 3, 6, 10)
# What Prefect answers where it wants no token against forged requests.
_NOT_WANTED = 422
_DIRECTLY = build_opener(ProxyHandler({}))
_LOG = logging.getLogger("steward.follow")


def start_follow_up(signature_id: str, process: str) -> bool:
    """Ask for the sitting of a signature, once however often it is asked; False when nobody answers: the sweep does it.

    Only the signature's number goes to Prefect.
    """
    deployment = FOLLOW_UPS[process]
    return _start(deployment.replace("-", " "), deployment, {"signature": signature_id}, f"signature-{signature_id}")


def start(deployment: str) -> bool:
    """Ask for a run of a deployment whose flow has the same name in words; False when nobody answers."""
    return _start(deployment.replace("-", " "), deployment, {})


def _start(flow: str, deployment: str, parameters: dict[str, str], once: str = "") -> bool:
    """Ask for a run, once for each `once`; False when nobody answers."""
    server = running()
    if server is None:
        return False
    body: dict[str, Any] = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    if once:
        body["idempotency_key"] = once
    failed = ""
    # What has no key must not be asked for twice: the answer may be lost after the run was made.
    for pause in _PAUSES if once else _PAUSES[:1]:
        time.sleep(pause * uniform(0.5, 1.5))
        try:
            deployment_id = _ask(server, f"deployments/name/{quote(flow)}/{deployment}")["id"]
            _ask(server, f"deployments/{deployment_id}/create_flow_run", body, _token(server))
            return True
        except HTTPError as error:
            failed = f"HTTP {error.code}"
        except (URLError, OSError, KeyError, ValueError) as error:
            failed = type(error).__name__
            break
    _LOG.warning("Prefect did not take “%s” (%s); the sweep will do it.", deployment, failed)
    return False


def _token(server: RunningServer) -> dict[str, str]:
    """The headers against forged requests, where the server wants them."""
    # A name of its own for each request: a token ends where somebody else asks for one under the same name.
    client = f"steward-{uuid4().hex}"
    try:
        found = _ask(server, f"csrf-token?client={client}")
    except HTTPError as error:
        if error.code != _NOT_WANTED:
            raise
        return {}
    return {"Prefect-Csrf-Token": found["token"], "Prefect-Csrf-Client": client}


def _ask(server: RunningServer, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    told = {**api_headers(), "Content-Type": "application/json", **(headers or {})}
    data = None if body is None else json.dumps(body).encode()
    with _DIRECTLY.open(Request(f"{server.api_url}/{path}", data, told), timeout=_SECONDS) as answer:
        return json.loads(answer.read())
