"""The year-end position and the vouchers of the prompt-payment report as files: accessible, the same bytes, clear."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from pydantic import ValidationError

from models.payments.prompt_payment import prompt_payment_report
from models.shared.documents import Document
from tasks.adapters.pdf_read import drawn_again, open_pdf
from tasks.adapters.render import render
from tests.templates.examples import OFFICE
from tests.templates.payment_examples import AS_OF, MADE_AT, empty_year_end, rows, voucher_figures, year_end

ROOT = Path(__file__).resolve().parents[2]


def documents() -> dict[str, Document]:
    """Each paper with everything and with nothing in it."""
    report = prompt_payment_report(rows(), AS_OF, OFFICE, MADE_AT)
    return {
        "year_end": year_end(), "empty_year_end": empty_year_end(),
        "report": report.model_copy(update={"vouchers": voucher_figures()}),
    }  # fmt: skip


@cache
def data(kind: str) -> bytes:
    return render(documents()[kind]).data


def words(kind: str) -> str:
    return " ".join(open_pdf(data(kind)).texts)


def test_every_paper_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    for kind in documents():
        (tmp_path / f"{kind}.pdf").write_bytes(data(kind))
    command: list[str | Path] = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--no-info"]
    command += ["--fail-on", "warning", *sorted(tmp_path.glob("*.pdf"))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(documents())


@pytest.mark.parametrize("kind", ["year_end", "report"])
def test_the_same_facts_give_the_same_bytes_and_are_drawn_again_from_the_file(kind: str) -> None:
    assert render(documents()[kind]).data == data(kind)
    assert drawn_again(open_pdf(data(kind)).packet) == data(kind)


def test_a_fresh_process_knows_the_paper_by_its_name() -> None:
    code = "from tasks.adapters.pdf_read import document_kinds; print(*document_kinds())"
    known = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "YearEndPosition" in known.stdout.split()


def test_a_position_says_on_its_first_page_what_is_owed_and_what_is_due_back() -> None:
    page = open_pdf(data("year_end")).texts[0]
    assert "Year-end position, fiscal year 2027" in page and "as known on July 1, 2027" in page
    assert "$9,250.00 the cost of the services" in page and "$8,075.00 once advances and fees are off" in page
    assert "1 line is in none of these sums." in page
    assert "All, 2 contracts $9,250.00 $8,075.00 $1,000.00 $1,750.00" in page


def test_each_contract_has_its_requisitions_refunds_and_unclear_lines_with_what_to_do() -> None:
    text = words("year_end")
    assert "Contract CT180120279700001, our number R27-970000001" in text
    assert "R27-970000001-04 Invoice without a number FY27 $7,250.00 $7,075.00 $175.00 off $1,000.00" in text
    assert "The advance could not be taken back. Ask the vendor for it." in text and "June 15, 2027 $1,750.00" in text
    assert "R27-970000001-05, line 2 Its services run past 30 June. Ask the vendor to split it" in text


def test_a_position_without_anything_owed_still_prints() -> None:
    assert "Nothing is owed, nothing is due back, and no line is unclear." in words("empty_year_end")


def test_a_position_that_does_not_add_up_is_refused() -> None:
    fields = year_end().model_dump() | {"accrued_cents": 1}
    with pytest.raises(ValidationError, match="do not sum"):
        type(year_end()).model_validate(fields)


def test_the_report_says_how_vouchers_stand_and_which_have_no_payment() -> None:
    text = words("report")
    assert "Paid too much 1 $8,000.00 -$10.00" in text and "Paid in part 1 $7,000.00 $6,990.00" in text
    assert "Paid 1 $5,900.00 $0.00" in text
    assert "Every payment on our contracts belongs to a voucher." in text
