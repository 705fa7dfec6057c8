"""What registration prints: accessible files, and words that a provider and a commissioner can act on."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic import ValidationError

from models.registration.documents import HolderTime, RiskList
from models.shared.documents import Document, Replaced
from tasks.adapters.charts import bar_chart
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.templating import TEMPLATES
from tests.drawn import draw
from tests.templates.examples import DAY, award, contract, letter, nine_documents, report, request, risk, sheet

NOT_CLEARED = (contract(award(9999, 1_500_000, cleared=False)),)


def words(document: Document) -> str:
    return " ".join(open_pdf(draw(document).data).texts)


def test_every_kind_of_document_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    documents = {
        "letter": nine_documents(),
        "short_letter": letter(),
        "urdu_letter": letter(language="ur", requests=(request("ذمہ داری انشورنس سرٹیفکیٹ"),)),
        "bengali_letter": letter(language="bn", requests=(request("দায় বীমার সনদপত্র পাঠান কি"),)),
        "sheet": sheet(),
        "report": report(),
    }
    for name, document in documents.items():
        (tmp_path / f"{name}.pdf").write_bytes(draw(document).data)
    command = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--fail-on", "warning", "--no-info"]
    done = subprocess.run([*command, *sorted(tmp_path.glob("*.pdf"))], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(documents)


def test_the_first_page_of_a_letter_says_what_to_send_by_when_and_to_whom() -> None:
    page = open_pdf(draw(nine_documents()).data).texts[0]
    assert "Please send us 9 documents by November 20, 2026" in page
    assert "By Friday, November 20, 2026" in page
    assert all(f"part {number}" in page for number in range(9))
    assert "documents@dne.example.gov" in page
    assert "Questions Dana Whitfield, 212-555-0140 , programs@dne.example.gov" in page


def test_a_letter_gives_each_document_with_what_is_wrong_what_to_send_and_why() -> None:
    text = words(letter())
    assert "The one we have ends on January 31, 2027; the contract runs to June 30." in text
    assert "A certificate that covers the whole term, with the broker’s certification." in text
    assert "It cannot be waived. (HPD discretionary contracts page)" in text


def test_a_letter_about_one_document_speaks_of_one() -> None:
    text = words(letter())
    assert "Please send us 1 document by" in text
    assert "We need it to register your contract" in text


def test_a_letter_lists_the_awards_with_their_sum() -> None:
    text = words(nine_documents())
    assert "FY27 01234" in text and "$120,000.00" in text
    assert "Contract DNE-27-0042, standard contract, Jul 1, 2026 to Jun 30, 2027 $145,000.00" in text
    assert "Some of your awards are not cleared yet;" in text


def test_a_letter_to_a_provider_whose_award_is_not_cleared_promises_nothing() -> None:
    text = words(letter(contracts=NOT_CLEARED, clearance="none"))
    assert "Your award is not cleared yet." in text
    assert "we cannot promise it" in text


def test_a_letter_about_cleared_awards_says_nothing_of_clearance_to_come() -> None:
    assert "not cleared" not in words(letter())


def test_a_letter_for_a_grant_agreement_speaks_of_no_registration() -> None:
    text = words(letter(registers=False))
    assert "sign your grant agreement" in text
    assert "Comptroller" not in text and "Until a contract is registered" not in text


def test_a_letter_that_replaces_another_says_so_and_why() -> None:
    replaced = Replaced(document_id="MD00", sent_on=letter().dated, reason="It asked for a form that we had.")
    text = words(letter(replaces=replaced))
    assert "This letter replaces our letter MD00 of November 2, 2026." in text
    assert "It asked for a form that we had." in text


def test_a_contract_sheet_shows_the_exact_time_of_each_holder_and_its_sum() -> None:
    text = words(sheet())
    assert "MOCS 75 days 2 h 56.0%" in text
    assert "Provider 47 days 1 min 1 s 35.1%" in text
    assert "All 134 days 2 h 1 min 1 s 100.0%" in text


def test_a_contract_sheet_says_of_each_clock_which_days_it_counts() -> None:
    text = words(sheet())
    assert "DOI vendor name check K4 · PPB 2-08(f) Nov 5, 2026 30 calendar days Dec 5, 2026 Running" in text
    assert "1 business day" in text


def test_a_contract_sheet_puts_what_must_be_done_beside_what_was_found() -> None:
    text = words(sheet())
    assert "Critical The insurance ends before the term does. R07 Call the provider. For Program" in text


def test_a_new_case_has_a_sheet_without_empty_tables() -> None:
    text = words(sheet(ledger=(), timeline=(), checklist=(), clocks=(), findings=()))
    for heading in ("Timeline", "Clocks", "What must be dealt with", "Who has held it"):
        assert heading not in text


def test_a_report_prints_the_first_of_a_long_list_and_counts_the_rest() -> None:
    text = words(report())
    assert "43 contracts in all, $2,187,300.00. 31 more contracts are in the spreadsheet registration.xlsx." in text
    assert "1 contract in all, $31,500.40." in text


def test_a_report_sums_its_states_ages_and_days() -> None:
    text = words(report())
    assert "All contracts 350 $14,747,950.00" in text
    assert "All open 292 $9,444,000.00" in text
    assert "All days 17,362.1" in text


def test_a_report_shows_both_measures_of_lateness_side_by_side() -> None:
    text = words(report())
    assert "31 to 90 days 41 11" in text
    assert "Median 118 days none" in text


def test_a_report_prints_the_checkpoint() -> None:
    assert " ".join(["a3f0"] * 16) in words(report())


def test_a_report_without_open_contracts_still_prints() -> None:
    nothing = RiskList(rows=(), contracts=0, amount_cents=0)
    text = words(report(open_ages=(), days_by_holder=(), at_risk=nothing, year_end=nothing, checkpoint=None))
    assert "At risk now" not in text and "Checkpoint" not in text


def test_a_chart_shows_the_numbers_of_its_table_and_no_date_or_script() -> None:
    drawing = unquote(bar_chart("days", ["Provider", "MOCS"], {"Days": [9_150.1, 0]}))
    assert re.findall(r'class="value">\u00a0([\d,.]+)<', drawing) == ["0", "9,150.1"]
    assert "<script" not in drawing and "<!--" not in drawing and "http://www.w3.org" in drawing


def test_a_chart_of_two_series_names_them_in_a_legend() -> None:
    drawing = unquote(bar_chart("late", ["On time"], {"From start": [1], "From clearance": [2]}))
    assert "From start" in drawing and "From clearance" in drawing


def test_the_numbers_of_a_page_must_agree_with_each_other() -> None:
    with pytest.raises(ValidationError, match="do not sum to its amount"):
        contract(amount_cents=1)
    with pytest.raises(ValidationError, match="the awards listed say otherwise"):
        letter(clearance="none")
    with pytest.raises(ValidationError, match="does not add up"):
        sheet(ledger=(HolderTime(holder="MOCS", seconds=DAY),))
    with pytest.raises(ValidationError, match="do not sum to all contracts"):
        report(contracts=351)


def test_a_list_knows_how_many_rows_it_leaves_out() -> None:
    assert RiskList(rows=(risk(1), risk(2)), contracts=9, amount_cents=1).more == 7


def test_the_packet_holds_plain_values_in_cents_and_iso_dates() -> None:
    packet = json.loads(letter().packet())
    assert packet["document"] == "MissingDocumentsLetter"
    assert packet["send_by"] == "2026-11-20"
    assert packet["contracts"][0]["awards"][1]["amount_cents"] == 2_500_000


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.j2")), ids=lambda path: path.name)
def test_no_template_switches_escaping_off_or_names_another_host(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|https?://|<script", source)
