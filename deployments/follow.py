"""Starts the sitting that follows a signature, through the home's Prefect server; without one the sweep does it."""

import json
import logging
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

from deployments.server import RunningServer, api_headers, running

FLOW, DEPLOYMENT = "follow up decisions", "follow-up-decisions"
_SECONDS = 5
_CLIENT = "steward-desk"
_DIRECTLY = build_opener(ProxyHandler({}))
_LOG = logging.getLogger("steward.follow")


def start_follow_up(signature_id: str) -> bool:
    """Ask for the sitting of a signature, once however often it is asked; False when nobody answers: the sweep does it.

    Only the signature's number goes to Prefect.
    """
    server = running()
    if server is None:
        return False
    try:
        where = f"deployments/name/{quote(FLOW)}/{DEPLOYMENT}"
        deployment_id = _ask(server, where)["id"]
        body = {
            "parameters": {"signature": signature_id}, "idempotency_key": f"signature-{signature_id}",
            "state": {"type": "SCHEDULED"},
        }  # fmt: skip
        _ask(server, f"deployments/{deployment_id}/create_flow_run", body, _token(server))
    except (URLError, OSError, KeyError, ValueError) as error:
        _LOG.warning("Prefect did not take the follow-up (%s); the sweep will do it.", type(error).__name__)
        return False
    return True


def _token(server: RunningServer) -> dict[str, str]:
    """The headers against forged requests, where the server wants them."""
    try:
        found = _ask(server, f"csrf-token?client={_CLIENT}")
    except URLError:
        return {}
    return {"Prefect-Csrf-Token": found["token"], "Prefect-Csrf-Client": _CLIENT}


def _ask(server: RunningServer, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
    told = {**api_headers(), "Content-Type": "application/json", **(headers or {})}
    data = None if body is None else json.dumps(body).encode()
    with _DIRECTLY.open(Request(f"{server.api_url}/{path}", data, told), timeout=_SECONDS) as answer:
        return json.loads(answer.read())
