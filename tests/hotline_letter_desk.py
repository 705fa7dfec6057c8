"""Letters at the desk in tests: written, looked at, made and signed to go out, as a browser sends their forms."""

from fastapi.testclient import TestClient
from httpx import Response

from tests.desk.conftest import hidden, read_page, words
from tests.desk.deciding import post
from tests.hotline_desk import PAGE
from tests.signers import code_of

NEW = f"{PAGE}/letters/new"
FOUND, DONE = "Your rent was paid to the wrong account.", "We paid it again on the same day."
ILL = "I am HIV positive and HASA stopped my rent, my HIV medicine is at home."
ES = {"language": "es", "translated_found": "El pago fue a otra cuenta.", "translated_done": "Ya se pagó de nuevo."}


def asked(browser: TestClient, kind: str, page: str = PAGE, **told: str) -> Response:
    """The form of a letter, filled in and looked at."""
    form = hidden(browser, f"{page}/letters/new?kind={kind}")
    return post(browser, f"{page}/letters/new", {"language": "en", **form, "kind": kind, **told, "show": "yes"})


def made(browser: TestClient, kind: str, page: str = PAGE, **told: str) -> str:
    """Look at a letter and make it; its page."""
    seen = {a["name"]: a["value"] for a in read_page(asked(browser, kind, page, **told).text).all("input")
            if a.get("name") in ("seen", "csrf", "kind")}  # fmt: skip
    answer = post(browser, f"{page}/letters/new", {"language": "en", **seen, **told})
    assert answer.status_code == 303, words(answer)
    return str(answer.headers["location"])


def sent(browser: TestClient, staff_id: str, path: str, **told: str) -> Response:
    """Sign on a letter's page that it goes out."""
    return post(browser, f"{path}/send", {**hidden(browser, path), "code": code_of(staff_id), **told})


def alerts(answer: Response) -> list[str]:
    return [tag for tag, attributes in read_page(answer.text).tags if attributes.get("role") == "alert"]
