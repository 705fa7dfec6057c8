"""Verification: a genuine file passes, and one changed digit anywhere fails, with or without a register."""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pikepdf
import pytest
import weasyprint

from models.shared.documents import sha256
from tasks.adapters.fonts import embedded_fonts, to_unicode
from tasks.adapters.pdf_proof import drawing_sha256
from tasks.adapters.pdf_read import document_kinds, first_difference, open_pdf
from tasks.adapters.pdf_verify import Result, Verification, claimed_document_id, verify_pdf
from tasks.adapters.render import render
from tests.templates.examples import award, contract, letter


@cache
def genuine() -> bytes:
    return render(letter()).data


@contextmanager
def opened(data: bytes) -> Iterator[tuple[pikepdf.Pdf, io.BytesIO]]:
    """The file open for changes; what is written when the block ends is in the second value."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        yield pdf, target
        pdf.save(target)


def redrawn(data: bytes, old: str, new: str, *, forge_seal: bool = False) -> bytes:
    """The file with the letters of `new` drawn wherever its pages draw `old`, at the same places."""
    with opened(data) as (pdf, target):
        replaced = 0
        for font in embedded_fonts(pdf):
            codes = {text: f"{number:04x}".encode() for number, text in to_unicode(font).items()}
            if not set(old + new) <= set(codes):
                continue
            # Between two letters there may be a shift, as in <0014>0<0013>.
            pattern = re.compile(rb"(>-?\d+<)?".join(codes[letter] for letter in old))

            def swap(match: re.Match[bytes], codes: dict[str, bytes] = codes) -> bytes:
                shifts = [shift or b"" for shift in (*match.groups(), b"")]
                return b"".join(codes[letter] + shift for letter, shift in zip(new, shifts, strict=True))

            for page in pdf.pages:
                contents, count = pattern.subn(swap, page.Contents.read_bytes())
                replaced += count
                page.Contents = pdf.make_stream(contents)
        assert replaced, f"{old} is drawn nowhere"
        if forge_seal:
            pdf.docinfo["/StewardDrawingSha256"] = drawing_sha256(pdf)
    return target.getvalue()


def with_facts(data: bytes, change: Callable[[str], str]) -> bytes:
    """The file with other facts attached."""
    with opened(data) as (pdf, target):
        packet = pdf.attachments["packet.json"].get_file().read_bytes().decode()
        assert change(packet) != packet
        pdf.attachments["packet.json"] = pikepdf.AttachedFileSpec(pdf, change(packet).encode(), filename="packet.json")
    return target.getvalue()


def result(verification: Verification, name: str) -> Result:
    return next(check.result for check in verification.checks if check.name == name)


def failed(verification: Verification) -> set[str]:
    return {check.name for check in verification.failed}


def test_a_genuine_file_passes_every_check_that_needs_no_register() -> None:
    verification = verify_pdf(genuine())
    assert verification.genuine
    assert [check.result for check in verification.checks] == [Result.PASSED] * 5 + [Result.NOT_POSSIBLE]
    assert "only its register can say" in verification.sentence


def test_a_genuine_file_is_found_in_the_register() -> None:
    verification = verify_pdf(genuine(), registered_sha256=sha256(genuine()))
    assert verification.genuine
    assert verification.registered
    assert verification.sentence == "This is document DNE-27-0042-MD01, exactly as it stands in the register."


def test_the_document_id_is_read_from_the_facts() -> None:
    assert claimed_document_id(genuine()) == "DNE-27-0042-MD01"
    assert claimed_document_id(b"%PDF-1.7 no more") == ""


def test_one_changed_digit_of_an_amount_fails_without_a_register() -> None:
    assert failed(verify_pdf(redrawn(genuine(), "145,000", "146,000"))) == {"drawing", "rendering"}


def test_one_changed_digit_of_an_amount_fails_without_drawing_the_pages_again() -> None:
    assert failed(verify_pdf(redrawn(genuine(), "145,000", "146,000"), rerender=False)) == {"drawing"}


def test_a_forger_who_renews_the_seal_is_found_by_drawing_the_pages_again() -> None:
    verification = verify_pdf(redrawn(genuine(), "145,000", "146,000", forge_seal=True))
    assert failed(verification) == {"rendering"}
    assert "Page 1 shows “$146,000.00” where the attached facts say “$145,000.00”." in verification.sentence


def test_one_changed_digit_of_the_printed_fingerprint_fails() -> None:
    group = letter().packet_sha256()[8:16]
    other = group[:-1] + ("0" if group[-1] != "0" else "1")
    verification = verify_pdf(redrawn(genuine(), group, other, forge_seal=True), rerender=False)
    assert failed(verification) == {"fingerprint"}


def test_one_changed_digit_of_the_attached_facts_fails() -> None:
    verification = verify_pdf(
        with_facts(genuine(), lambda facts: facts.replace("12000000", "12000001")), rerender=False
    )
    assert failed(verification) == {"fingerprint"}


def test_another_document_id_in_the_facts_fails_on_every_page() -> None:
    verification = verify_pdf(with_facts(genuine(), lambda facts: facts.replace("-MD01", "-MD02")), rerender=False)
    assert failed(verification) == {"fingerprint", "document id"}
    assert "The ID DNE-27-0042-MD02 is not printed on page 1, 2." in verification.sentence


def test_another_letter_made_by_the_same_program_fails_only_against_the_register() -> None:
    other = render(letter(contracts=(contract(award(1234, 99_000_000)),))).data
    assert verify_pdf(other).genuine
    assert failed(verify_pdf(other, registered_sha256=sha256(genuine()))) == {"register"}


def test_a_document_that_the_register_does_not_know_fails() -> None:
    assert failed(verify_pdf(genuine(), registered_sha256="", rerender=False)) == {"register"}


def test_a_link_that_leads_elsewhere_fails() -> None:
    with opened(genuine()) as (pdf, target):
        pdf.pages[0].Annots[0].A.URI = pikepdf.String("mailto:programs@dne.example.com")
    assert failed(verify_pdf(target.getvalue())) == {"drawing", "rendering"}


def test_a_note_laid_over_the_page_fails() -> None:
    with opened(genuine()) as (pdf, target):
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[100, 100, 300, 200])
        pdf.pages[0].Annots.append(pdf.make_indirect(note))
    assert "drawing" in failed(verify_pdf(target.getvalue(), rerender=False))


def test_a_page_whose_edge_hides_a_line_fails() -> None:
    with opened(genuine()) as (pdf, target):
        pdf.pages[0].CropBox = pikepdf.Array([0, 200, 612, 792])
    assert "drawing" in failed(verify_pdf(target.getvalue(), rerender=False))


def test_a_removed_page_fails() -> None:
    with opened(genuine()) as (pdf, target):
        del pdf.pages[0]
    verification = verify_pdf(target.getvalue())
    assert failed(verification) == {"drawing", "rendering"}
    assert "The file has another number of pages (1) than its facts make (2)." in verification.sentence


def test_a_file_that_another_program_saved_unchanged_passes_but_is_not_the_one_in_the_register() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(genuine())) as pdf:
        pdf.save(target, linearize=True)
    assert target.getvalue() != genuine()
    verification = verify_pdf(target.getvalue())
    assert verification.genuine
    assert result(verification, "rendering") is Result.PASSED
    assert failed(verify_pdf(target.getvalue(), sha256(genuine()), rerender=False)) == {"register"}


def test_a_file_of_an_older_template_is_not_held_against_the_new_one() -> None:
    with opened(redrawn(genuine(), "145,000", "146,000", forge_seal=True)) as (pdf, target):
        pdf.docinfo["/StewardTemplateSha256"] = "0" * 64
    verification = verify_pdf(target.getvalue())
    assert result(verification, "rendering") is Result.NOT_POSSIBLE
    assert "Its other words were not compared with the facts" in verification.sentence


def test_facts_of_an_unknown_kind_are_not_drawn_again() -> None:
    changed = with_facts(genuine(), lambda facts: facts.replace("MissingDocumentsLetter", "Postcard"))
    assert result(verify_pdf(changed), "rendering") is Result.NOT_POSSIBLE


@pytest.mark.parametrize("data", [b"", b"<html>", b"%PDF-1.7\n%%EOF", bytes(1000)])
def test_what_is_no_pdf_gets_a_sentence(data: bytes) -> None:
    verification = verify_pdf(data)
    assert not verification.genuine
    assert "not a PDF, or is damaged" in verification.sentence


def test_a_pdf_without_facts_gets_a_sentence() -> None:
    foreign = weasyprint.HTML(string="<p>A page of somebody else</p>").write_pdf()
    assert "No facts are attached" in verify_pdf(foreign).sentence


def test_a_pdf_with_a_password_gets_a_sentence(tmp_path: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(genuine())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="owner", user="user"))
    assert "asks for a password" in verify_pdf(target.getvalue()).sentence


def test_every_kind_of_document_can_be_drawn_again_from_its_facts() -> None:
    assert {"MissingDocumentsLetter", "ContractSheet", "RegistrationReport"} <= set(document_kinds())
    facts = json.loads(open_pdf(genuine()).packet)
    kind = document_kinds()[facts.pop("document")]
    assert kind.model_validate(facts) == letter()


def test_the_first_difference_names_page_and_words() -> None:
    assert first_difference(["a b", "c d"], ["a b", "c e"]) == "Page 2 shows “d” where the attached facts say “e”."
    assert first_difference(["a b c"], ["a b"]) == "Page 1 shows “c” where the attached facts say “”."
    assert first_difference(["a"], ["a"]) == ""
