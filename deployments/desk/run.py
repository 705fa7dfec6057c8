"""Serves the desk on loopback."""

import sys
from typing import Annotated

import typer
import uvicorn

from deployments.desk.app import create_app
from deployments.open311.app import warm
from tasks.adapters.settings import settings


def serve(port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes the one of the settings.")] = 0) -> None:
    """Serve the desk on this machine alone, until it is stopped."""
    # A thread that reckons gives way to the one that answers after a millisecond, not after five.
    sys.setswitchinterval(0.001)
    warm()
    # No line for each request: an address holds what people searched for.
    uvicorn.run(
        create_app(), host="127.0.0.1", port=port or settings().desk_port, log_level="warning", access_log=False,
        server_header=False, proxy_headers=False,
    )  # fmt: skip
