"""A desk with a few contracts on it, at a fixed moment, people who sign in, and a reader of its pages."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select

from deployments.desk.app import create_app
from models.shared.people import Role, Unit
from models.shared.people_records import Attempt
from models.shared.records import StoredDocument
from tasks.adapters import home as homes
from tasks.adapters.database import reading, writing
from tasks.adapters.files import store
from tasks.adapters.incoming import receive
from tests.casework import OTHERS, open_office
from tests.office import import_file, import_tracker, review_all
from tests.signers import code_of, hire

NOW = datetime(2026, 11, 9, 14, 0, tzinfo=UTC)
HOSTILE = '<script>alert("1")</script> & Sons, Inc.'
HOSTILE_PURPOSE = "{{ 7 * 7 }} <img src=x onerror=alert(1)>"
HEADER = (
    "MOCS ID#,Fiscal Year,Source,Council Member,Legal Name,Tax ID,Status,Amount,Agency,Program Name,Purpose of Funds,"
    "Fiscal Conduit,Fiscal Conduit EIN"
)
LINES = (
    'FY27 90001,2027,Local,Invented,"Harbor Loom, Inc.",971010012,Cleared,190000,SBS,Help,Worker cooperatives,,',
    f'FY27 90002,2027,Local,Invented,"{HOSTILE.replace(chr(34), chr(34) * 2)}",971010023,Pending,25000,SBS,Help,'
    f"{HOSTILE_PURPOSE},,",
    'FY27 90003,2027,Local,Invented,"Rooftop Radio, Inc.",971020308,Cleared,15000,SBS,Help,Radio,'
    '"Stonebridge Fiscal Partners, Inc.",971020037',
)  # fmt: skip
LOOM, SONS, RADIO = "R27-971010012", "R27-971010023", "R27-971020037-971020308"
PDF = b"%PDF-1.7 a letter that was issued"
COOKIE = "steward-4280-session"
SCAN = b"%PDF-1.4 a scan that came in"


@dataclass
class Read:
    """What a page holds: its tags with their attributes, in order, and its visible text."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.all("a")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read, self.texts = Read(), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read_page(text: str) -> Read:
    """A page, read as a browser would."""
    reader = _Reader()
    reader.feed(text)
    reader.read.text = " ".join(" ".join(reader.texts).split())
    return reader.read


def set_clock(at: datetime) -> None:
    """Let the home's clock stand at a moment."""
    there = homes.Home(clock="fixed", moment=at)
    homes.write_atomically(homes.settings().home / "home.json", there.model_dump_json().encode())


def add_person(staff_id: str, role: Role = Role.PROGRAM_MANAGER, unit: Unit = Unit.PROGRAM) -> None:
    """Somebody who works here and has an authenticator."""
    hire((staff_id, staff_id.replace(".", " ").title(), unit, (role,)))


def hidden(client: TestClient, path: str) -> dict[str, str]:
    """The hidden fields of the last form on a page that is sent (not looked up), loaded by this browser."""
    fields: dict[str, str] = {}
    is_sent = False
    for tag, attributes in read_page(client.get(path).text).tags:
        if tag == "form":
            is_sent = attributes.get("method") == "post"
            fields = {} if is_sent else fields
        elif tag == "input" and is_sent and attributes.get("type") == "hidden":
            fields[attributes["name"]] = attributes["value"]
    return fields


def sign_in(client: TestClient, staff_id: str = "r.reader", back: str = "/", code: str = "") -> Response:
    """Sign in as a person does: load the form, fill it in, send it; the answer is not followed."""
    fields = hidden(client, f"/sign-in?{urlencode({'next': back})}")
    typed = {"staff_id": staff_id, "code": code or code_of(staff_id)}
    return client.post("/sign-in", data=fields | typed, follow_redirects=False)


def visit(base_url: str = "http://127.0.0.1:4280") -> TestClient:
    """Another browser at the desk, with no cookie yet."""
    return TestClient(create_app(), base_url=base_url, raise_server_exceptions=False)


@pytest.fixture
def stranger(home: Path) -> Iterator[TestClient]:
    """Somebody who is not signed in, at the desk of an empty home whose clock stands at NOW."""
    set_clock(NOW)
    with visit() as someone:
        yield someone


@pytest.fixture
def client(stranger: TestClient) -> TestClient:
    """A signed-in reader at the desk of an empty home whose clock stands at NOW."""
    add_person("r.reader")
    assert sign_in(stranger).status_code == 303
    return stranger


def attempts() -> list[tuple[str, str, str]]:
    with reading() as session:
        found = session.execute(select(Attempt.staff_id, Attempt.door, Attempt.refusal).order_by(Attempt.attempt_id))  # type: ignore[call-overload]
        return [tuple(row) for row in found]


def is_signed_in(client: TestClient) -> bool:
    return client.get("/", follow_redirects=False).status_code == 200


def words(answer: Response) -> str:
    return read_page(answer.text).text


@pytest.fixture
def reader(stranger: TestClient) -> TestClient:
    """A browser that is not signed in, of somebody who can."""
    add_person("r.reader")
    return stranger


@pytest.fixture
def desk(client: TestClient, tmp_path: Path) -> TestClient:
    """The desk with three reviewed contracts: an ordinary one, one with hostile names, one through a conduit."""
    awards = tmp_path / "awards.csv"
    awards.write_text("\n".join((HEADER, *LINES)) + "\n")
    import_file(awards)
    import_tracker(
        tmp_path,
        "documents",
        "EIN or contract,Document,Reported on,Signed on,Expires on,Fiscal year,Amount,File,Note",
        f"{LOOM},Scope of services,2026-10-01,2026-10-01,,2027,,loom scope.pdf,",
        "971010012,Liability insurance,2026-10-01,2025-10-01,2026-10-31,,,,<b>from the broker</b>",
    )
    scan = tmp_path / "loom scope.pdf"
    scan.write_bytes(SCAN)
    receive(scan, "scans")
    review_all(letters=False)
    return client


@pytest.fixture
def hotline_office(hotline_key: None, tmp_path: Path) -> Callable[..., None]:
    """Opens constituent services with contacts of these words, and with people of every other kind."""

    def opened(*texts: str) -> None:
        open_office(tmp_path, *texts)
        hire(*OTHERS)

    return opened


def issue(
    document_id: str = f"{LOOM}-MD01", data: bytes = PDF, kind: str = "letter", case_id: str = LOOM,
    process: str = "registration",
) -> str:  # fmt: skip
    """Enter a document in the register and its file in the store; returns the file's hash."""
    digest = store("documents", data, ".pdf")
    with writing() as session:
        session.add(
            StoredDocument(
                document_id=document_id, process=process, case_id=case_id, kind=kind, title=f"Paper {kind}",
                sha256=digest, packet_sha256="", template_sha256="", language="en", pages=2, bytes=len(data),
                made_at=NOW,
            )
        )  # fmt: skip
    return digest
