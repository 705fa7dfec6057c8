"""A desk with a few contracts on it, at a fixed moment, and a reader of its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deployments.desk.app import create_app
from models.shared.records import StoredDocument
from tasks.adapters import home as homes
from tasks.adapters.database import writing
from tasks.adapters.files import store
from tasks.adapters.incoming import receive
from tests.office import import_file, import_tracker, review_all

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
        self.read = Read()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.read.text = " ".join(f"{self.read.text} {data}".split())


def read_page(text: str) -> Read:
    """A page, read as a browser would."""
    reader = _Reader()
    reader.feed(text)
    return reader.read


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    """Somebody at the desk of an empty home whose clock stands at NOW."""
    fixed = homes.Home(clock="fixed", moment=NOW)
    homes.write_atomically(home / "home.json", fixed.model_dump_json().encode())
    with TestClient(create_app(), base_url="http://127.0.0.1:4280", raise_server_exceptions=False) as someone:
        yield someone


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


def issue(document_id: str = f"{LOOM}-MD01", data: bytes = PDF, kind: str = "letter", case_id: str = LOOM) -> str:
    """Enter a document in the register and its file in the store; returns the file's hash."""
    digest = store("documents", data, ".pdf")
    with writing() as session:
        session.add(
            StoredDocument(
                document_id=document_id, process="registration", case_id=case_id, kind=kind, title=f"Paper {kind}",
                sha256=digest, packet_sha256="", template_sha256="", language="en", pages=2, bytes=len(data),
                made_at=NOW,
            )
        )  # fmt: skip
    return digest
