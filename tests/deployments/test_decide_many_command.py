"""`steward decide payments A B …`: several requisitions from a terminal, under the desk's rules."""

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from models.payments.records import Requisition
from tasks.adapters.database import reading
from tests.payments_office import CONTRACT, open_office, reports, requisition, review_all, send, tell
from tests.remembered import remembered
from tests.signers import code_of

CASE, SECOND = f"{CONTRACT}-01", f"{CONTRACT}-02"


@remembered
def _opened(folder: Path) -> None:
    open_office(folder)
    rent = [{"no": 1, "budget_line": 3, "description": "Rent", "amount": "800.00",
             "evidence": ["vendor_bill", "proof_of_payment"]}]  # fmt: skip
    august = {"service_from": "2026-08-01", "service_to": "2026-08-31"}
    send(folder, requisition(), requisition(2, lines=rent, total="800.00", **august))
    tell(folder, *reports("2026-08-31", "800.00"))
    review_all()


@pytest.fixture(autouse=True)
def office(home: Path, tmp_path: Path) -> None:
    _opened(tmp_path)


def run(*words: str, process: str = "payments") -> Result:
    given = ["decide", process, CASE, SECOND, "program_approved", *words]
    return CliRunner().invoke(app, given, catch_exceptions=False)


def sign(*words: str) -> Result:
    return run("--staff", "m.ortiz", "--code", code_of("m.ortiz"), *words)


def states() -> set[str]:
    with reading() as session:
        return {session.get_one(Requisition, case_id).state for case_id in (CASE, SECOND)}


def test_several_are_signed_with_the_reason_of_each_from_a_file(tmp_path: Path):
    reasons = tmp_path / "reasons.csv"
    reasons.write_text(f"requisition,reason\n{CASE},Payroll seen.\n{SECOND.lower()},Lease seen.\n")
    assert "Recorded. Signature" in sign("--reasons", str(reasons)).stdout
    assert states() == {"with_fiscal"}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (f"requisition,reason\n{CASE},Seen.\n", f"{SECOND}: “Approve for Program” needs a reason"),
        (f"requisition,reason\n{CASE},Seen.\n{SECOND},\n", "row 3: write the requisition and its reason"),
        (f"requisition,reason\n{CASE},Seen.\n{CASE},Seen.\n", "row 3: .* has a reason already"),
        (f"{CASE},Seen.\n{SECOND},Seen.\n", "does not begin with the headings: requisition,reason"),
        ("requisition,reason\nR27-1-01,Seen.\n", "gives a reason for R27-1-01, which you did not name"),
    ],
)
def test_a_file_that_does_not_give_each_its_reason_signs_nothing(tmp_path: Path, rows: str, sentence: str):
    reasons = tmp_path / "reasons.csv"
    reasons.write_text(rows)
    with pytest.raises(Refused, match=sentence):
        sign("--reasons", str(reasons))
    assert states() == {"with_program"}


def test_one_reason_is_not_enough_for_several():
    with pytest.raises(Refused, match="--reason is for a single case"):
        sign("--reason", "All fine.")
    with pytest.raises(Refused, match="Several requisitions need a reason each"):
        sign()
    assert states() == {"with_program"}


def test_several_can_be_looked_at_without_reasons():
    assert f"{SECOND}: Approve for Program" in run("--look").stdout


def test_contracts_are_signed_one_by_one():
    with pytest.raises(Refused, match="Contracts are signed one by one here"):
        run("--look", process="registration")
