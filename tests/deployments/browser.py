"""A browser that keeps a log of every host it asks for anything."""

import json
import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import SERVICES_REQUIRED

_QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Milliseconds: the machine may be busy with other tests.
_PATIENCE = 20_000


@contextmanager
def browser_page() -> Iterator[tuple[Page, set[str]]]:
    """A page, and the hosts (with port) that it and its windows asked so far."""
    program = shutil.which("chromium")
    if program is None:
        assert not SERVICES_REQUIRED, "chromium is missing; install the package chromium"
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        hosts: set[str] = set()

        def note(address: str) -> None:
            # A blob or data address asks nobody.
            if urlsplit(address).netloc:
                hosts.add(urlsplit(address).netloc)

        context.on("request", lambda request: note(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: note(socket.url)))
        context.set_default_timeout(_PATIENCE)
        expect.set_options(timeout=_PATIENCE)
        yield context.new_page(), hosts
        browser.close()


def know_sign_in(page: Page, ui_url: str, text: str) -> None:
    """Let the browser know the text that Prefect's UI asks for once, as after somebody typed it there."""
    known = json.dumps(b64encode(text.encode()).decode())
    origin = json.dumps(ui_url)
    page.context.add_init_script(f"if (location.origin === {origin}) localStorage.setItem('prefect-password', {known})")
