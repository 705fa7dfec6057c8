"""Worklists in Prefect's markdown: every holder has one, links lead to the desk, names stay names."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.registration.rules import Review, review
from models.registration.states import ALL_STATES
from tasks.adapters.registration.worklists import worklists
from tests.conftest import forget
from tests.factories import POLICY, make_packet

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def nothing_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home without a server: links lead to the desk's usual address."""
    monkeypatch.setenv("STEWARD_HOME", str(tmp_path))
    forget()
    yield
    forget()


def reviewed(**overrides: object) -> Review:
    """The review of a contract that waits for Program since the first of September."""
    facts = {"state": "scope", "state_since": date(2026, 9, 1), "as_of": TODAY, "vendor_name": "Harbor Loom, Inc."}
    return review(make_packet(**{**facts, **overrides}), POLICY)


def rows(markdown: str) -> list[str]:
    """The rows of a list, without its head."""
    return [line for line in markdown.splitlines() if line.startswith("| [")]


def test_every_holder_has_a_list_even_when_nothing_waits() -> None:
    lists = worklists([], TODAY)
    assert set(lists) == {state.holder for state in ALL_STATES.values() if not state.final}
    assert set(lists.values()) == {f"## {holder}: nothing waits\n\nAs of November 21, 2026." for holder in lists}


def test_a_row_has_amount_link_stage_and_the_missed_day() -> None:
    found = worklists([reviewed(case_id="R27-971010012", amount_cents=5_000_000)], TODAY)["Program"]
    assert found.startswith(
        "## Program: 1 contract, 1 overdue\n\nAs of November 21, 2026. [Open this list on the desk]("
    )
    (row,) = rows(found)
    contract, provider, due, _ = row.strip("| ").split(" | ")
    assert contract == "[R27-971010012](http://127.0.0.1:4280/cases/registration/R27-971010012)<br>$50,000.00"
    assert provider == r"Harbor Loom, Inc\.<br>*Scope and budget, 81 days*"
    assert due == "**Sep 30, 2026**<br>overdue"


def test_a_row_leads_straight_to_the_pages_on_which_its_next_steps_are_signed() -> None:
    (row,) = rows(worklists([reviewed(case_id="R27-971010012")], TODAY)["Program"])
    case = "http://127.0.0.1:4280/cases/registration/R27-971010012"
    assert row.count("/decide/") == 1
    assert f"→ [Scope and budget agreed]({case}/decide/scope_and_budget_agreed)" in row


def test_a_name_from_outside_stays_text() -> None:
    name = "<b>A|B</b> [x](http://x.example) www.x.example *"
    (row,) = rows(worklists([reviewed(vendor_name=name)], TODAY)["Program"])
    provider = row.split(" | ")[1].partition("<br>*")[0]
    # Prefect's page takes a sign after a backslash as it stands.
    assert provider.replace("<br>", " ").replace("\\", "") == name
    assert r"\<b\>A\|B\</b\>" in provider
    assert "http:" not in provider
    assert "www.x" not in provider


def test_a_long_number_is_a_link_a_line_and_no_line_is_wider_than_its_column() -> None:
    (row,) = rows(worklists([reviewed(case_id="R27-971010012-971010013")], TODAY)["Program"])
    address = "(http://127.0.0.1:4280/cases/registration/R27-971010012-971010013)"
    assert row.startswith(f"| [R27-971010012-]{address}<br>[971010013]{address}<br>")
    shown = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", row.split(" | ")[3].strip(" |")).replace("\\", "")
    assert max(map(len, shown.split("<br>"))) <= 42


def test_a_list_shows_a_hundred_rows_and_says_where_the_rest_is() -> None:
    found = worklists([reviewed(case_id=f"R27-{number}") for number in range(103)], TODAY)["Program"]
    assert len(rows(found)) == 100
    assert found.endswith("These are the first 100; the desk shows all 103.")
