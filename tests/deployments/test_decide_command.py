"""`steward decide`: the terminal signs through the same door as the desk."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from tests.office import award, import_list, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import code_of, hire

CASE = "R27-971000001"


@remembered
def _opened(folder: Path) -> None:
    stop_clock(2026, 8, 3, 14)
    hire()
    import_list(folder, award(1, "Alder Works, Inc.", "971000001", "20000"))
    review_all(letters=False)


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Path:
    """A contract at the stage of its scope, and everybody who signs."""
    _opened(tmp_path)
    return home


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["decide", "registration", CASE, *words], catch_exceptions=False)


def state() -> str:
    shown = CliRunner().invoke(app, ["show", CASE, "--json"], catch_exceptions=False).stdout
    return str(json.loads(shown)["state"])


def test_a_decision_is_shown_and_signed_and_the_case_names_its_signer(office: Path) -> None:
    done = run("scope_and_budget_agreed", "--staff", "m.ortiz", "--code", code_of("m.ortiz"), "--set", "on=2026-08-03")
    assert "Date on which it happened August 3, 2026" in " ".join(done.stdout.split())
    assert state() == "documents"
    told = CliRunner().invoke(app, ["show", CASE], catch_exceptions=False).stdout
    assert "Maria Ortiz" in told
    assert "program" in told


def test_looking_signs_nothing_and_gives_the_hash_that_can_be_pinned(office: Path) -> None:
    looked = json.loads(run("scope-and-budget-agreed", "--look", "--json").stdout)
    assert state() == "scope"
    done = run(
        "scope and budget agreed", "--staff", "m.ortiz", "--code", code_of("m.ortiz"), "--shown", looked["shown"],
        "--json",
    )  # fmt: skip
    assert json.loads(done.stdout)["done"] == [CASE]


def test_another_hash_than_that_of_what_is_signed_is_refused(office: Path) -> None:
    with pytest.raises(Refused, match="not what the page showed"):
        run("scope_and_budget_agreed", "--staff", "m.ortiz", "--code", code_of("m.ortiz"), "--shown", "0" * 64)
    assert state() == "scope"


def test_a_code_is_asked_for_where_none_is_given(office: Path) -> None:
    words = ["decide", "registration", CASE, "scope_and_budget_agreed", "--staff", "m.ortiz"]
    done = CliRunner().invoke(app, words, input=code_of("m.ortiz") + "\n", catch_exceptions=False)
    assert "Recorded. Signature" in done.stdout
    assert state() == "documents"


def test_a_field_without_its_value_is_said_with_an_example(office: Path) -> None:
    with pytest.raises(Refused, match="--set on=2026-11-09"):
        run("scope_and_budget_agreed", "--staff", "m.ortiz", "--code", "1", "--set", "on")
    assert state() == "scope"


def test_a_second_signature_answers_the_proposal_by_its_number(office: Path) -> None:
    first = run("withdrawn", "--staff", "m.ortiz", "--code", code_of("m.ortiz"), "--reason", "They decline.")
    assert "waits for a second signature" in first.stdout
    from tasks.adapters.database import reading
    from tasks.adapters.proposals import open_proposals

    with reading() as session:
        (waiting,) = open_proposals(session, "registration")
    run("withdrawn", "--staff", "p.lead", "--code", code_of("p.lead"), "--proposal", waiting.proposal_id)
    assert state() == "withdrawn"


def test_nobody_signs_without_saying_who(office: Path) -> None:
    with pytest.raises(Refused, match="Say who signs"):
        run("scope_and_budget_agreed")
    assert state() == "scope"
