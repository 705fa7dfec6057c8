"""The papers of the fiscal review as files: accessible, the same bytes again, every part where its facts are."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from pydantic import ValidationError

from deployments.bench.synthetic_fiscal import packets
from models.fiscal.documents import FiscalReview
from tasks.adapters.pdf_read import drawn_again, open_pdf
from tasks.adapters.render import RenderError, render
from tasks.adapters.templating import html
from tests.templates.fiscal_examples import (
    every_paper,
    full_desk,
    make_fiscal_packet,
    make_line,
    make_report,
    opened,
    paper,
    paper_data,
    reviewed,
    text,
    troubled,
    unreported,
    words,
)

KINDS = sorted(every_paper())
HUGE = 9_000_000_000_000
SVG = "{http://www.w3.org/2000/svg}"


def named(name: str) -> FiscalReview:
    return reviewed(make_fiscal_packet(contract={"provider": name}))


def test_every_paper_conforms_to_pdf_ua_without_error_or_warning(tmp_path: Path) -> None:
    for kind in KINDS:
        (tmp_path / f"{kind}.pdf").write_bytes(paper_data(kind))
    command: list[str | Path] = [Path(sys.executable).with_name("outloud"), "--layer", "conformance", "--no-info"]
    command += ["--fail-on", "warning", *sorted(tmp_path.glob("*.pdf"))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("0 error(s), 0 warning(s)") == len(KINDS)


@pytest.mark.parametrize("kind", ["full_review", "unreported_review", "portfolio", "questions", "reminder", "plan"])
def test_the_same_facts_give_the_same_bytes_again(kind: str) -> None:
    assert render(paper(kind)).data == paper_data(kind)


@pytest.mark.parametrize("kind", ["full_review", "unreported_review", "portfolio", "questions", "reminder", "plan"])
def test_a_paper_is_drawn_again_from_the_facts_that_it_carries(kind: str) -> None:
    assert drawn_again(opened(kind).packet) == paper_data(kind)


@pytest.mark.parametrize("packet", packets(3, 40), ids=lambda packet: packet.contract.id)
def test_a_review_of_forty_lines_has_two_pages(packet) -> None:
    assert render(reviewed(packet)).pages == 2


def test_a_review_says_its_key_figures_on_its_first_page() -> None:
    page = opened("review").texts[0]
    assert "Bramblewick Cooperative Exchange, October 2026" in page
    for figure in ("$72,000.00", "$24,000.00", "33.3%", "33.7% of the year is over", "$71,219.51", "$780.49"):
        assert figure in page
    assert "by pace so far; $71,219.51 to $72,000.00" in page


def test_a_review_on_pace_says_that_nothing_was_found_and_that_it_is_not_signed() -> None:
    said = words("review")
    assert "Nothing: the report is complete, adds up" in said
    assert "This review is not signed yet." in said
    for part in ("What is missing", "What was restated", "Questions to the provider", "not resolved"):
        assert part not in said


def test_every_measure_stands_with_its_formula_in_numbers_and_its_limit() -> None:
    said = words("full_review")
    assert "Burn $33,500.00 spent / $72,000.00 budget" in said.replace("46.5% ", "")
    assert "Planned gap $9,500.00 far over $33,500.00 spent - $24,000.00 planned 15.0% of plan, $3,600.00" in said
    assert "Outcome gap -26.2 points over 3 / 40 outcomes - 33.7% elapsed -20.0 points" in said
    assert "Not known: GL variance (No general ledger of the month is in)" in said


def test_a_line_beyond_its_limit_is_told_in_a_word_and_a_mark_and_not_in_colour_alone() -> None:
    page = html(paper("full_review"))
    assert "Beyond their limit: 3." in page
    assert re.search(r"far over</span>\s+112\.5%", page)
    assert "fill%3D%22%238a1f11%22%3E3%3C/text" in page


def test_findings_stand_with_their_source_and_what_to_do() -> None:
    said = words("full_review")
    assert "F07 medium No general ledger of October 2026 came with the report." in said
    assert "SBSF ch. 4: report plus general ledger" in said
    assert "Send the general ledger of the month." in said


def test_a_review_tells_reasons_restatements_questions_and_who_signed_when() -> None:
    said = words("full_review")
    assert "Line utilisation, line 3 August 2026 Rent is paid a quarter ahead." in said
    assert "Burn gap September 2026 None was given yet." in said
    assert "August 2026, revision 2 Nov 17, 2026 -$1,200.00 An invoice was booked twice." in said
    assert "October 2026, revision 2 Nov 17, 2026 $500.00 Rent of September was late." in said
    assert "Nov 20, 2026: It is the rent of the quarter." in said
    assert "Noor Ellison, fiscal analyst, signed this review on Nov 19, 2026, 9:05 AM." in said


def test_a_month_without_a_report_is_one_page_that_says_so_and_since_when() -> None:
    (page,) = opened("unreported_review").texts
    assert "There is no financial report of October 2026" in page
    assert "It has been missing for 3 days, since November 15, 2026." in page
    assert "Financial report of August 2026 September 15, 2026 64 days" in page
    assert "Budget against actual" not in page


def test_a_month_whose_report_is_not_due_yet_is_not_called_late() -> None:
    early = unreported().model_copy(update={"as_of": date(2026, 11, 10)})
    said = text(reviewed(early))
    assert "It is due on November 15, 2026." in said and "not due yet" in said
    assert "It has been missing" not in said


def test_a_line_sum_that_is_not_the_contracts_is_not_printed() -> None:
    facts = reviewed(make_fiscal_packet()).model_dump()
    with pytest.raises(ValidationError, match="do not sum to the contract"):
        FiscalReview.model_validate(facts | {"spent_cents": facts["spent_cents"] + 1})


def test_a_review_that_half_says_that_a_report_is_in_is_not_printed() -> None:
    facts = reviewed(make_fiscal_packet()).model_dump()
    with pytest.raises(ValidationError, match="half says that a report is in"):
        FiscalReview.model_validate(facts | {"received_on": None})


def test_a_lapse_that_the_year_end_does_not_leave_is_not_printed() -> None:
    facts = reviewed(make_fiscal_packet()).model_dump()
    facts["year_end"]["lapse_cents"] += 1
    with pytest.raises(ValidationError, match="lapse of R27-971010012"):
        FiscalReview.model_validate(facts)


@pytest.mark.parametrize("count", [1, 2, 8, 20, 21, 41, 60])
def test_a_review_prints_each_of_its_lines_and_their_sum(count: int) -> None:
    said = text(reviewed(make_fiscal_packet(count)))
    assert f"{count} {make_line(count).title} $1,000.00" in said
    assert f"All lines ${count * 1000:,}.00" in said


@pytest.mark.parametrize(
    "line",
    [
        make_line(1, budget=0, prior=0, current=0),
        make_line(1, budget=0, prior=0, current=5),
        make_line(1, budget=HUGE, prior=HUGE, current=HUGE),
        make_line(1, prior=0, current=-400_000),
        make_line(1, title="Salaries of " + "a very long line " * 12),
        make_line(1, title="Unbreakable" * 12),
    ],
    ids=["nothing", "no budget", "huge", "negative", "long title", "long word"],
)
def test_a_review_of_extreme_lines_can_be_printed(line) -> None:
    drawn = open_pdf(render(reviewed(make_fiscal_packet([line]))).data).texts
    assert len(drawn) <= 2 and "All lines" in " ".join(drawn)


@pytest.mark.parametrize("name", ["Служба Кооперации", "Spółdzielnia Łódź", "Hợp tác xã Đà Nẵng", "Long " * 40])
def test_names_of_other_scripts_and_lengths_are_printed(name: str) -> None:
    assert name.strip() in " ".join(" ".join(open_pdf(render(named(name)).data).texts).split())


def test_a_name_that_the_fonts_cannot_print_is_refused_by_its_letters() -> None:
    with pytest.raises(RenderError, match="合"):
        render(named("合作社"))


def test_a_name_is_never_markup() -> None:
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in html(named("<b>A & B</b>"))


def test_a_revision_is_named_at_the_head_of_its_review() -> None:
    lines = [make_line(1)]
    packet = make_fiscal_packet(lines, report=make_report(lines, revision=3))
    assert "this is revision 3" in text(reviewed(packet))
    assert "this is revision" not in text(reviewed(make_fiscal_packet(lines)))


def test_an_open_question_past_its_day_says_that_no_answer_came() -> None:
    packet = troubled()
    late = packet.model_copy(update={"as_of": date(2026, 12, 15)})
    assert "None came, and its day is over." in text(reviewed(late, full_desk(packet)))
    assert "None yet." in text(reviewed(packet, full_desk(packet)))


def test_a_plan_and_a_red_flag_stand_in_the_review_with_what_came_of_them() -> None:
    packet, desk = troubled(), full_desk(troubled())
    printed = text(reviewed(packet, desk))
    assert "It came on December 1, 2026: Both lines are moved to the new budget." in " ".join(printed.split()).replace(
        "Dec 1, 2026", "December 1, 2026"
    )
    assert "Red flag (F08, F12)" in printed and "By Noor Ellison." in printed
    assert desk.plan
    closed = desk.plan.model_copy(update={"received_on": None, "plan": "", "closed_on": date(2026, 12, 4)})
    assert "Silence counts as agreement (PPB 4-01(c))." in text(reviewed(packet, replace(desk, plan=closed)))


def drawing(review: FiscalReview) -> ElementTree.Element:
    """The chart of a review."""
    found = re.search(r'src="data:image/svg\+xml;utf8,([^"]+)" alt="Chart', html(review))
    assert found
    return ElementTree.fromstring(unquote(found[1]))


def chart_words(review: FiscalReview) -> list[str]:
    return [node.text or "" for node in drawing(review).iter(f"{SVG}text")]


def test_the_chart_names_every_line_of_a_short_budget_and_every_fifth_of_a_long_one() -> None:
    assert [word for word in chart_words(reviewed(make_fiscal_packet(3))) if word.isdigit()] == ["1", "2", "3"]
    assert [word for word in chart_words(reviewed(make_fiscal_packet(21))) if word.isdigit()] == ["5", "10", "15", "20"]


def test_the_chart_names_every_line_beyond_its_limit_and_shows_budget_and_elapsed() -> None:
    lines = [make_line(no) for no in range(1, 30)]
    lines[6] = make_line(7, prior=2_000_000)
    said = chart_words(reviewed(make_fiscal_packet(lines)))
    assert [word for word in said if word.isdigit()] == ["5", "7", "10", "15", "20", "25"]
    assert {"Budget", "33.7% elapsed", "0%", "50%", "100%"} <= set(said)


def test_a_column_never_leaves_the_chart() -> None:
    lines = [make_line(1, prior=HUGE), make_line(2, prior=-HUGE), make_line(3, budget=0, prior=1)]
    paths = [node.get("d", "") for node in drawing(reviewed(make_fiscal_packet(lines))).iter(f"{SVG}path")]
    tops = [float(top) for path in paths for top in re.findall(r"V([\d.]+)h", path)]
    assert sorted(tops) == [6.0, 6.0, 73.0]
