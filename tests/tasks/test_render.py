"""Rendering: the same bytes everywhere, the file describes itself, nothing from outside, many in order."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import pikepdf
import pytest

from models.shared.documents import sha256
from tasks.adapters.pdf_read import open_pdf
from tasks.adapters.render import RefusedAddress, fetch, render
from tasks.adapters.render_workers import render_many
from tasks.adapters.rendered import Refusal, RenderedPdf
from tasks.adapters.templating import TEMPLATES, duration, environment, in_days, moment, sentence, template_sha256
from tests.templates.examples import WorkerKillingLetter, letter, letter_fields, nine_documents, report, sheet

ROOT = Path(__file__).resolve().parents[2]
UNPRINTABLE = "\ue123"


def python(code: str, **environment_: str) -> subprocess.Popen[str]:
    """Another process on the same checkout."""
    command = [sys.executable, "-c", code]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment_}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_the_same_facts_give_the_same_bytes_in_another_process_at_another_time() -> None:
    code = (
        "from tasks.adapters.render import render\n"
        "from tests.templates.examples import nine_documents, report, sheet\n"
        "for document in (report(), sheet(), nine_documents()):\n"
        "    print(render(document).sha256)\n"
    )
    here = [render(document).sha256 for document in (nine_documents(), sheet(), report())]
    other = python(code, TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")
    out, errors = other.communicate(timeout=60)
    assert out.split() == here[::-1], errors


def test_every_date_in_the_file_is_the_document_s_own() -> None:
    made_at = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    data = render(letter(made_at=made_at)).data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        attached = pdf.attachments["packet.json"].get_file()
        stamps = {str(pdf.docinfo["/CreationDate"]), str(pdf.docinfo["/ModDate"])}
        assert stamps == {"D:20010203040506Z"}
        assert (attached.creation_date, attached.mod_date) == (made_at, made_at)
        assert b"2001-02-03T04:05:06Z" in pdf.Root.Metadata.read_bytes()


def test_the_facts_are_attached_and_their_hash_is_printed() -> None:
    document = letter()
    opened = open_pdf(render(document).data)
    assert json.loads(opened.packet)["contracts"][0]["amount_cents"] == 14_500_000
    assert sha256(opened.packet) == document.packet_sha256()
    assert document.packet_sha256() in opened.texts[-1].replace(" ", "")


def test_every_page_prints_the_document_and_page_x_of_y() -> None:
    opened = open_pdf(render(nine_documents()).data)
    assert len(opened.texts) == 3
    for number, text in enumerate(opened.texts, start=1):
        assert f"Document DNE-27-0042-MD01 Page {number} of 3" in text


def test_the_result_states_hash_pages_and_template() -> None:
    pdf = render(letter())
    assert pdf.sha256 == sha256(pdf.data)
    assert pdf.pages == 2
    assert pdf.template_sha256 == template_sha256("registration/missing_documents_letter.html.j2")


def test_each_template_has_its_own_hash() -> None:
    names = ("missing_documents_letter", "contract_sheet", "registration_report")
    assert len({template_sha256(f"registration/{name}.html.j2") for name in names}) == 3


@pytest.mark.parametrize(
    "address",
    ["https://example.org/logo.png", "http://localhost/logo.png", "ftp://example.org/a", "//example.org/logo.png"],
)
def test_the_network_is_refused(address: str) -> None:
    with pytest.raises(RefusedAddress, match="only what its own template folder holds"):
        fetch(address)


def test_a_file_outside_the_templates_is_refused() -> None:
    with pytest.raises(RefusedAddress):
        fetch(f"{TEMPLATES.as_uri()}/../pyproject.toml")
    with pytest.raises(RefusedAddress):
        fetch("file:///etc/hostname")


def test_a_file_of_the_templates_is_given() -> None:
    assert fetch(f"{TEMPLATES.as_uri()}/_css/page.css").read().startswith(b"@page")


def test_markup_in_a_name_is_printed_and_not_obeyed() -> None:
    name = 'Riverbend <img src="https://example.org/x.png"> & Sons'
    recipient = letter().recipient.model_copy(update={"name": name})
    assert name in open_pdf(render(letter(recipient=recipient)).data).texts[0]


def test_a_template_that_asks_for_an_unknown_name_stops() -> None:
    with pytest.raises(jinja2.UndefinedError):
        environment().from_string("{{ no_such_field }}").render()


def test_few_documents_come_in_order_from_this_process() -> None:
    documents = [letter(document_id=f"L-{number}") for number in range(3)]
    assert [open_pdf(pdf.data).document_id for pdf in printed(render_many(documents))] == ["L-0", "L-1", "L-2"]


def test_a_document_that_cannot_be_printed_stops_none_of_the_others() -> None:
    documents = [letter(), letter(document_id="L-1", how_to_send=UNPRINTABLE), letter()]
    first, refused, last = render_many(documents)
    assert isinstance(refused, Refusal)
    assert refused.document_id == "L-1"
    assert "U+E123" in refused.sentence
    assert isinstance(first, RenderedPdf) and first == last


def test_workers_draw_in_order_and_a_document_whose_worker_is_killed_is_drawn_by_another(tmp_path: Path) -> None:
    killer = WorkerKillingLetter(**letter_fields(document_id="L-0", how_to_send=str(tmp_path / "killed")))
    documents = [killer, *(letter(document_id=f"L-{number}") for number in range(1, 8))]
    results = printed(render_many(documents, workers=2, timeout=8, few=1))
    assert (tmp_path / "killed").exists()
    assert [open_pdf(pdf.data).document_id for pdf in results] == [document.document_id for document in documents]
    assert results[5] == render(documents[5])


def test_workers_do_not_outlive_a_killed_parent_whatever_they_draw() -> None:
    code = (
        "import multiprocessing, time\n"
        "from tasks.adapters.render_workers import render_many\n"
        "from tests.templates.examples import EndlessLetter, letter, letter_fields\n"
        "endless = [EndlessLetter(**letter_fields()) for n in range(40)]\n"
        "drawing = render_many([letter(), *endless], workers=2)\n"
        "next(drawing)\n"
        "print(*(child.pid for child in multiprocessing.active_children()), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = python(code)
    assert parent.stdout is not None
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(workers) == 2
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while any(alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    left = [worker for worker in workers if alive(worker)]
    for worker in left:
        os.kill(worker, signal.SIGKILL)
    assert not left


def alive(pid: int) -> bool:
    """True while the process runs; one that is dead and waits to be collected does not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] not in "ZX"


def printed(results: object) -> list[RenderedPdf]:
    found = list(results)  # type: ignore[call-overload]
    assert all(isinstance(result, RenderedPdf) for result in found), found
    return found


def test_moments_are_printed_in_new_york_time() -> None:
    assert moment(datetime(2026, 11, 2, 5, 30, tzinfo=UTC)) == "Nov 2, 2026, 12:30 AM"
    assert moment(datetime(2026, 7, 2, 3, 30, tzinfo=UTC)) == "Jul 1, 2026, 11:30 PM"


def test_durations_are_exact_and_leave_out_what_is_zero() -> None:
    assert duration(43 * 86_400 + 2 * 3_600 + 300) == "43 days 2 h 5 min"
    assert duration(86_400 + 7) == "1 day 7 s"
    assert duration(0) == "0 min"
    assert in_days(1_234 * 86_400 + 43_200) == "1,234.5"


def test_a_note_becomes_a_sentence() -> None:
    assert sentence("signed this year") == "Signed this year."
    assert sentence("Send it. ") == "Send it."
    assert sentence("") == ""


def test_a_table_that_goes_over_a_page_break_is_one_table_with_one_head() -> None:
    with pikepdf.open(io.BytesIO(render(nine_documents()).data)) as pdf:
        tables = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/Table"]
        heads = [[str(kid.S) for kid in table.K].count("/THead") for table in tables]
        cells = [element for element in elements(pdf.Root.StructTreeRoot) if element.S == "/TH"]
        scopes = [str(cell.A.Scope) for cell in cells]
    assert heads == [0, 1, 1]
    assert scopes.count("/Column") == 8
    assert scopes.count("/Row") == 4 + 9 + 3


def elements(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Every element of the structure tree below one."""
    kids = parent.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)
