"""A desk served to a real browser, what is wrong with its pages, and a hand that uses the keyboard alone."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import SERVICES_REQUIRED
from tests.signers import code_of

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The desk served from a free port; its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that the tests of a file share; each sees it without cookies or windows of another."""
    program = shutil.which("chromium")
    if program is None:
        assert not SERVICES_REQUIRED, "chromium is missing; install the package chromium"
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@contextmanager
def browsing(chromium: Browser, desk_url: str) -> Iterator[BrowserContext]:
    """A place in it for one test, whose addresses begin at the desk; the checker's script is let in past its rules."""
    context = chromium.new_context(base_url=desk_url, bypass_csp=True, viewport=WIDE)
    yield context
    context.close()


def flaws(page: Page) -> list[str]:
    """What axe finds on the page, and whether it must be scrolled sideways on a telephone."""
    options = {"runOnly": {"type": "tag", "values": list(LEVELS)}, "resultTypes": ["violations"]}
    told = Axe().run(page, options=options).response["violations"]
    found = [f"{page.url} {v['id']}: {n['html'][:200]} {n['target']}" for v in told for n in v["nodes"]]
    page.set_viewport_size(NARROW)
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{page.url} is wider than a telephone")
    page.set_viewport_size(WIDE)
    return found


def sign_in(page: Page, staff_id: str) -> None:
    """Sign in, and wait for the page that follows."""
    page.goto("/sign-in")
    page.get_by_label("Staff id").fill(staff_id)
    page.get_by_label("Code").fill(code_of(staff_id))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def walk(context: BrowserContext, staff_id: str, paths: list[str]) -> list[str]:
    """The flaws of some pages as one person sees them."""
    context.clear_cookies()
    page = context.new_page()
    sign_in(page, staff_id)
    found = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None and answer.status in (200, 403, 404, 409, 422), f"{path}: {answer and answer.status}"
        found += flaws(page)
    page.close()
    return found


def tab_to(page: Page, words: str) -> None:
    """Press Tab until something with these words has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.innerText || ''")).strip() == words:
            return
    raise AssertionError(f"“{words}” cannot be reached with the Tab key on {page.url}")


def wait_for_caret(page: Page) -> None:
    """A person sees the caret before typing."""
    page.wait_for_function("['INPUT', 'TEXTAREA'].includes(document.activeElement?.tagName)")
