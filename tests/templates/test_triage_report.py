"""The report of a period's triage: its numbers, what it withholds, and that everybody can read it."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.hotline.documents import TriageReport
from models.hotline.report import Counted, Report, Standing, triage_report
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.templating import html
from tests.drawn import draw
from tests.templates.examples import MADE_AT, OFFICE

FROM, TO = datetime(2026, 11, 1, 14, tzinfo=UTC), datetime(2026, 11, 2, 14, tzinfo=UTC)


def counted(unit: str = "FIA", count: int = 1, **changed: Any) -> Counted:
    fields: dict[str, Any] = {
        "unit": unit, "priority": 3, "language": "en", "channel": "hotline", "confidential": False,
        "needs_language_service": changed.get("language", "en") not in ("en", "und"), "review": (), "count": count,
    }  # fmt: skip
    return Counted(**fields | changed)


A_DAY = (
    counted("FIA", 1210), counted("FIA", 64, priority=2, channel="311", review=("unsure",)),
    counted("FAMILIES", 188, priority=1, channel="nyc_gov", language="es"),
    counted("FAMILIES", 41, language="zh", review=("unsure",)), counted("ADULTS", 97, channel="email"),
    counted("DV", 7, priority=1, confidential=True), counted("HASA", 5, language="ru", confidential=True),
    counted("HASA", 26, language="bn", review=("unsure", "near a restricted unit"), confidential=True),
    counted("PCS", 15, language="und", review=("nothing said",)), counted("HOMEBASE", 112, channel="walk_in"),
    counted("MEDICAID", 83, language="ht"), counted("HOME_CARE", 31, priority=4), counted("HEAP", 140, priority=1),
    counted("IDNYC", 60), counted("APS", 22, priority=2), counted("FACILITIES", 75, channel="advocate"),
    counted("OMBUDSMAN", 9, language="ar", channel="letter"), counted("LEGISLATIVE", 12, channel="elected_official"),
    counted("OUT_OF_SCOPE", 230, channel="311"), counted("FIA", 3, needs_language_service=True, review=("unsure",)),
    counted("FIA", 4, language="uk", channel="social_media"),
)  # fmt: skip


STANDING = (
    Standing("FIA", "en", False, False, False, True, FROM - timedelta(days=20), 212),
    Standing("FIA", "en", False, False, True, False, FROM, 88),
    Standing("FAMILIES", "es", False, True, False, True, FROM, 31),
    Standing("DV", "ru", True, True, False, False, FROM, 4),
    Standing("FACILITIES", "zh", True, False, False, False, FROM, 3),
    Standing("HEAP", "ht", False, False, False, False, FROM, 61),
)  # fmt: skip
ALSO = Report(STANDING, {"Coastal storm": 412, "Heat wave": 4})


def report(*rows: Counted, **changed: Any) -> TriageReport:
    fields: dict[str, Any] = {
        "document_id": "TR-2026-11-02", "made_at": MADE_AT, "office": OFFICE, "received_from": FROM,
        "received_to": TO,
    }  # fmt: skip
    return triage_report(rows or A_DAY, **fields | changed)


def words(document: TriageReport) -> str:
    return " ".join(" ".join(open_pdf(draw(document).data).texts).split())


def test_a_report_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    paths = [tmp_path / "day.pdf", tmp_path / "nothing.pdf"]
    paths[0].write_bytes(draw(report(also=ALSO)).data)
    paths[1].write_bytes(draw(report(counted(count=0))).data)
    command = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--fail-on", "warning", "--no-info"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == 2


def test_a_report_says_its_period_and_sums() -> None:
    text = words(report())
    assert "received from Nov 1, 2026, 9:00 AM to Nov 2, 2026, 9:00 AM" in text
    assert "made at Nov 2, 2026, 9:05 AM" in text
    assert "Triage of contacts, November 1, 2026 to November 2, 2026" in text
    assert "2,434 2,285 93.9% of contacts 149 335" in text
    assert "38 contacts are confidential; 359 need language service." in text
    assert "All units 335 86 1,982 31 2,434 149" in text
    assert "Families with children and adult families 188 0 41 0 229 41" in text


def test_restricted_units_are_one_row_and_are_not_named() -> None:
    document = report()
    text = words(document)
    assert "Restricted 7 0 31 0 38 26" in text
    for name in ("Domestic violence", "HASA", "DV"):
        assert name not in text and name not in document.packet()


def test_bars_stand_in_the_rows_of_their_figures_and_no_name_is_cut() -> None:
    page = html(report())
    assert "Families with children and adult families" in page and "…" not in page
    # The busiest unit has the longest bar; priority 1 stands apart in it.
    assert page.count('class="bar-pale" style="width: 62.00%"') == 1
    assert page.count('class="bar-strong" style=') == 3


def test_what_is_open_is_told_by_unit_with_what_is_overdue_and_since_when() -> None:
    text = words(report(also=ALSO))
    assert "Cash assistance and SNAP 300 0 88 212 Oct 12, 2026" in text
    assert "All units 399 35 88 243 Oct 12, 2026" in text
    assert text.count("Medicaid") == 1


def test_what_is_confidential_is_open_as_restricted_whichever_unit_has_it() -> None:
    text = words(report(counted("FACILITIES", 30, confidential=True), also=ALSO))
    assert "Restricted 7 4 0 0 Nov 1, 2026" in text
    assert "Building conditions 0 0 0 0 0 0" in text and "Restricted 0 0 30 0 30 0" in text


def test_small_counts_of_what_is_open_are_withheld_by_language() -> None:
    lines = {line.language: line.contacts for line in report(also=ALSO).open_by_language}
    assert (lines["English"], lines["Russian"], lines["Chinese"]) == (300, "small", "small")


def test_an_event_is_counted_apart_and_stays_in_the_totals() -> None:
    text = words(report(also=ALSO))
    assert (
        "Coastal storm: 412 of these contacts. Heat wave: <10 of these contacts. They count in every figure here, too."
        in text
    )
    assert "2,434 2,285" in text


def test_reasons_are_counted_once_a_contact() -> None:
    assert "Unsure 134 Near a restricted unit 26 Nothing said 15" in words(report())


def test_small_counts_by_language_and_channel_are_neither_printed_nor_attached() -> None:
    document = report()
    text = words(document)
    assert "Letter <10" in text and "Social media <10" in text and "Russian <10" in text
    assert {line.language for line in document.by_language if line.contacts == "small"} == {
        "Russian", "Arabic", "Other languages",
    }  # fmt: skip
    assert "counts from 1 to 9 are shown as <10" in text


def test_without_a_limit_every_count_is_told() -> None:
    text = words(report(k=0))
    assert "Russian 5 5 0" in text and "Letter 9" in text and "withheld" not in text


def test_a_period_without_contacts_still_prints() -> None:
    assert "No contact was received in this period" in words(report(counted(count=0)))


def test_large_numbers_do_not_leave_their_cells() -> None:
    text = words(report(*(counted(unit, 1_234_567, priority=p) for unit in ("FIA", "DV") for p in (1, 2, 3, 4))))
    assert "Cash assistance and SNAP 1,234,567 1,234,567 1,234,567 1,234,567 4,938,268" in text


@pytest.mark.parametrize(("changed", "message"), [
    ({"unit": "NOBODY"}, "NOBODY"), ({"priority": 5}, "priorities are 1 to 4, not 5"), ({"channel": "fax"}, "fax"),
])  # fmt: skip
def test_words_that_the_product_does_not_have_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        report(counted(**changed))


def test_a_limit_that_tells_the_count_is_refused() -> None:
    with pytest.raises(ValueError, match="not below 2"):
        report(k=2)
