"""`steward cases`, `show` and `lifecycle` as the office types them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from tests.budgets import FIRST, MOVED, SECOND, bring_budget
from tests.office import award, import_list, review_all
from tests.payments_office import open_office


def said(*words: str) -> str:
    """What a command prints."""
    return CliRunner().invoke(app, list(words), catch_exceptions=False).stdout


def test_a_case_is_shown_with_facts_findings_timeline_and_holders(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, award(1, "Alder Works, Inc.", "971000001", "20000"))
    review_all(letters=False)
    shown = json.loads(said("show", "R27-971000001", "--json"))
    assert (shown["amount"], shown["state"], shown["holder"]) == ("20000.00", "scope", "Program")
    assert [line["event"] for line in shown["timeline"]] == ["opened", "cleared", "findings_changed"]
    assert all(finding["citation"] for finding in shown["findings"])
    assert sum(shown["held"].values()) == shown["elapsed"]
    assert "held by Program" in said("show", "R27-971000001")


def test_cases_are_listed_by_the_unit_that_holds_them(home: Path, tmp_path: Path) -> None:
    import_list(tmp_path, award(1, "Alder Works, Inc.", "971000001", "20000"))
    assert json.loads(said("cases", "registration", "--holder", "mocs", "--json"))["total"] == 1
    assert json.loads(said("cases", "registration", "--holder", "Legal", "--json"))["total"] == 0


@pytest.mark.parametrize(
    "words", [("show", "R27-000000000"), ("cases", "payroll"), ("cases", "registration", "--state", "nowhere")]
)
def test_what_is_not_there_is_said_in_one_sentence(home: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="There is no"):
        said(*words)


def test_budgets_are_listed_shown_and_drawn_by_their_kind(home: Path, tmp_path: Path) -> None:
    open_office(tmp_path)
    bring_budget(tmp_path, *MOVED)
    told = json.loads(said("cases", "budgets", "--holder", "Program", "--json"))
    assert [(row["case"], row["kind"], row["total"]) for row in told["cases"]] == [(SECOND, "modification", "97800.00")]
    assert json.loads(said("cases", "budgets", "--state", "active", "--json"))["cases"][0]["case"] == FIRST
    shown = json.loads(said("show", SECOND, "--json"))
    assert [row["difference"] for row in shown["lines"]] == ["-2000.00", "0.00", "2000.00", "0.00"]
    assert "1 of 1 budgets." in said("cases", "budgets") and "held by Program" in said("show", SECOND)
    moves = json.loads(said("lifecycle", "budgets", "--kind", "modification", "--json"))["moves"]
    assert ["with_fiscal", "fiscal_approved", "active"] in moves
    with pytest.raises(Refused, match="No clock runs for a budget"):
        said("cases", "budgets", "--overdue")


def test_the_lifecycle_prints_as_a_diagram_and_as_json() -> None:
    assert said("lifecycle", "registration").startswith("stateDiagram-v2")
    told = json.loads(said("lifecycle", "registration", "--json"))
    assert ["filed", "returned", "returned"] in told["moves"]
    assert all(state["holder"] for state in told["states"])
