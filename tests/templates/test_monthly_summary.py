"""The monthly summary on paper: its words, what it leaves out, and that everybody can read it."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from models.hotline.monthly import Around
from models.hotline.monthly_documents import MonthlySummary, Rate
from tasks.adapters.hotline.month import read_categories
from tasks.adapters.pdf_read import open_pdf
from tests.drawn import draw
from tests.models.test_hotline_monthly import AT, received, summary

ROWS = (
    [received("no_heat", "complaint", unit="FACILITIES", answered_at=AT - timedelta(days=3))] * 75
    + [received("no_heat", unit="FACILITIES")] * 25 + [received("pests", unit="FACILITIES", channel="email")] * 12
    + [received("snap", "question", answer_by=AT + timedelta(days=2))] * 7 + [received(unit="IDNYC")] * 4
)  # fmt: skip
AROUND = Around(
    undecided=2, last_month=(90, {"Heat": 64, "Pests": 2}), ages=[2, 9], escalations={"E1": 31, "E2": 3},
    reopened=Rate(met=2, of=40, maturing=5), events={"Storm": 61},
)  # fmt: skip


def words(document: MonthlySummary) -> str:
    return " ".join(" ".join(open_pdf(draw(document).data).texts).split())


def test_a_summary_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    paths = [tmp_path / "month.pdf", tmp_path / "little.pdf"]
    paths[0].write_bytes(draw(summary(ROWS, AROUND)).data)
    paths[1].write_bytes(draw(summary([received()])).data)
    command = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--fail-on", "warning", "--no-info"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == 2


def test_it_says_that_it_is_provisional_and_what_it_compares_with() -> None:
    text = words(summary(ROWS, AROUND))
    assert "Provisional. 2 contacts of the month are not decided about yet" in text
    assert "123 90 no record no record 0" in text
    assert "Storm: 61 of these contacts. They count in every figure here, too." in text


def test_categories_stand_with_their_types_last_month_and_timeliness() -> None:
    text = words(summary(ROWS, AROUND))
    assert "1 Heat 100 0 0 75 64 no record 75.0%" in text
    assert "2 Pests 12" in text and "<10 no record 0.0%" in text and "3 SNAP* <10 withheld" in text


def test_a_percentage_of_fewer_than_ten_is_not_printed_and_small_counts_of_units_are_withheld() -> None:
    text = words(summary(ROWS, AROUND))
    assert "IDNYC <10 withheld withheld withheld 0" in text and "Cash assistance and SNAP <10 withheld" in text
    few = words(summary([received(answered_at=AT - timedelta(days=2))] * 4, k=0))
    assert "Cash assistance and SNAP 4 4 4 n<10 0" in few
    assert "Reopened within 30 days, of closed ones 5.0% 40 5" in text
    assert "Escalations of contacts of the month: E1 31, E2 <10." in text


def test_it_names_what_the_office_has_no_record_of() -> None:
    assert "whether a complaint was substantiated, the facility, waiting time of calls, interpretations" in words(
        summary(ROWS, AROUND)
    )


def test_the_office_s_own_table_of_categories_can_be_used() -> None:
    table = read_categories()
    assert len(table) > 20 and all(category.signals for category in table)
