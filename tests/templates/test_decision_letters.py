"""The letters of decisions and corrections: accessible files, and words that a provider can act on in ten seconds."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from models.registration.decision_documents import CorrectionLetter, DecisionLetter
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.templating import environment
from tests.drawn import draw
from tests.factories import make_award, make_packet
from tests.templates.decision_examples import EXTENSION, PACKET, corrected, decided, every_letter, wanted

BODY = "registration/_decision_body.html.j2"
VOID = {"br", "col", "img"}


def words(letter: DecisionLetter | CorrectionLetter) -> str:
    return " ".join(open_pdf(draw(letter).data).texts)


def first_page(letter: DecisionLetter | CorrectionLetter) -> str:
    return open_pdf(draw(letter).data).texts[0]


def section(letter: DecisionLetter | CorrectionLetter, **page: object) -> str:
    """The words of a letter as a web page includes them."""
    fields = {name: getattr(letter, name) for name in type(letter).model_fields}
    return environment().get_template(BODY).render(fields, **page)


class _Tags(HTMLParser):
    """Every tag in order with its attributes, the text, and whether each element is closed where it was opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text = " ".join(f"{self.text} {data}".split())


def read(text: str) -> _Tags:
    found = _Tags()
    found.feed(text)
    found.close()
    assert found.open == []
    return found


def test_every_letter_of_a_decision_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    letters = every_letter()
    for name, letter in letters.items():
        (tmp_path / f"{name}.pdf").write_bytes(draw(letter).data)
    command: list[str | Path] = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--no-info"]
    command += ["--fail-on", "warning", *sorted(tmp_path.glob("*.pdf"))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(letters)


def test_a_denial_says_on_its_first_page_what_was_found_why_and_how_to_appeal_by_when() -> None:
    page = first_page(decided("found_not_responsible"))
    assert "We found your organization not responsible for contract R27-971010012" in page
    assert "By 10 calendar days after you receive this letter" in page
    assert "the last day is Thursday, November 12, 2026 ." in page
    assert "Deliver it to Office of the Agency Head, Department of Neighborhood Enterprise, 120 Harbor Street" in page
    assert "Two audits in a row found payroll charged to two contracts at once" in page
    assert "State briefly all the facts or other grounds" in page


def test_a_denial_tells_of_the_copy_for_the_comptroller_and_the_way_to_the_mayor() -> None:
    text = words(decided("found_not_responsible"))
    assert "Office of the New York City Comptroller, Bureau of Contract Administration" in text
    assert "If there is no decision within those 60 days, you can take your appeal to the Mayor." in text


def test_a_registration_says_what_the_provider_may_do_and_what_must_wait() -> None:
    page = first_page(decided("registered"))
    assert "Your contract R27-971010012 is registered" in page
    assert "Now Carry out the work that the contract describes" in page
    assert "Not yet Invoices: wait until the purchase order is active" in page
    assert "Nov 2, 2026 20271400123 Jul 1, 2026 to Jun 30, 2027 $50,000.00" in page


def test_a_registration_without_a_number_has_no_empty_column() -> None:
    assert "Registration number" not in words(decided("registered", {"reference": ""}))


def test_a_withdrawal_says_why_that_nothing_is_paid_and_which_awards_it_concerns() -> None:
    page = first_page(decided("withdrawn"))
    assert "Your contract R27-971010012 will not be registered" in page
    assert "The City will pay nothing under it." in page
    assert "You told us on October 29, 2026 that the program will not take place this year." in page
    assert "FY27 00001" in page and "FY27 00002, Okafor" in page
    assert "Contract R27-971010012 $50,000.00" in page


def test_a_withdrawn_grant_agreement_speaks_of_no_registration() -> None:
    text = words(decided("withdrawn", packet=make_packet(kind="grant_pilot")))
    assert "Your grant agreement R27-971010012 will not be signed" in text
    assert "registered" not in text and "ontract" not in text


def test_a_contract_without_awards_has_no_empty_table() -> None:
    text = words(decided("withdrawn", packet=make_packet(awards=(), amount_cents=0)))
    assert "concerned" not in text


def test_a_reduction_gives_both_amounts_the_reason_and_what_to_send_by_when() -> None:
    page = first_page(decided("reduced"))
    assert "Your contract R27-971010012 is reduced to $45,000.00" in page
    assert "Amount $45,000.00 (-$5,000.00), until now $50,000.00" in page
    assert "Why You asked for a smaller program" in page
    assert "By Wednesday, November 18, 2026" in page
    assert "Send one whose lines sum to exactly $45,000.00." in page


def test_the_awards_of_a_reduced_contract_and_its_reductions_sum_to_the_new_amount() -> None:
    text = words(decided("reduced"))
    assert "Reductions and changes of the contract -$5,000.00" in text
    assert "Contract R27-971010012 $45,000.00" in text


def test_a_change_that_must_be_registered_says_first_that_it_does_not_count_yet() -> None:
    page = first_page(decided("amendment_approved"))
    assert "It does not count yet: the Comptroller must register it first." in page
    assert "Amount $54,000.00 (+$4,000.00)" in page
    assert "the contract stands as it is: $50,000.00, to June 30, 2027." in page
    assert "1, amount change Nov 2, 2026 CCPO 26-118 $50,000.00 +$4,000.00 $54,000.00" in page


def test_a_change_that_needs_no_registration_says_from_when_it_counts() -> None:
    page = first_page(decided("amendment_approved", EXTENSION))
    assert "It counts from that day and need not be registered again." in page
    assert "Amount Stays $50,000.00" in page
    assert "End of term September 30, 2027, until now June 30, 2027" in page
    assert "stands as it is" not in page and "budget" not in page


def test_a_change_after_one_that_is_not_registered_yet_says_so() -> None:
    text = words(decided("amendment_approved", {"seq_no": "2", "amount": "60000.00"}))
    assert "The maximum before this change counts +$6,000.00 of earlier changes that are not registered yet." in text


def test_a_correction_names_the_letter_it_replaces_and_sets_wrong_beside_right() -> None:
    page = first_page(corrected())
    assert "This letter replaces our letter R27-971010012-DL01 of October 12, 2026" in page
    assert "Registered on October 5, 2026 October 12, 2026" in page
    assert "Why: We copied the day and the number from the notice of another contract." in page
    assert "To do Nothing." in page


def test_a_correction_that_still_needs_documents_says_which_by_when() -> None:
    page = first_page(corrected(wanted()))
    assert "By Wednesday, November 18, 2026" in page
    assert "Send us Certificate of liability insurance" in page
    assert "Nothing." not in page


def test_every_letter_says_whom_to_ask_on_its_first_page() -> None:
    asked = "Questions Dana Whitfield, 212-555-0140 , programs@dne.example.gov"
    assert [name for name, letter in every_letter().items() if asked not in first_page(letter)] == []


def test_a_signature_never_stands_alone_on_its_page() -> None:
    lasts = {name: open_pdf(draw(letter).data).texts[-1] for name, letter in every_letter().items()}
    assert [name for name, page in lasts.items() if len(page.partition("Sincerely,")[0]) < 40] == []


def test_what_the_desk_shows_and_what_the_letter_prints_are_the_same_words() -> None:
    letter = corrected()
    shown = read(section(letter, heading_level=2)).text
    assert shown.startswith("This letter replaces our letter R27-971010012-DL01")
    assert "".join(shown.split()) in "".join(words(letter).split())


@pytest.mark.parametrize("kind", sorted(every_letter()))
def test_the_words_of_a_letter_are_a_sound_section_of_a_web_page(kind: str) -> None:
    found = read(section(every_letter()[kind], heading_level=2))
    tags = [tag for tag, _ in found.seen]
    assert tags.count("h2") == 1 and "h3" in tags and not {"h1", "img", "style", "script"} & set(tags)
    assert not [tag for tag, attributes in found.seen if {"id", "style"} & attributes.keys()]
    assert all("scope" in attributes for tag, attributes in found.seen if tag == "th")


def test_what_a_signer_writes_cannot_become_markup() -> None:
    packet = PACKET.model_copy(update={"awards": (make_award(source="<b>Local</b>"),)})
    page = section(decided("withdrawn", {"reason": "<script>alert(1)</script>"}, packet))
    assert "<script" not in page and "<b>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
