"""Measures the drawing of letters: the first of a process, more in the same process, and several at a time."""

from collections.abc import Iterator, Sequence

from deployments.bench.measure import Spent, measured
from deployments.bench.place import NOW, Place, in_process
from deployments.bench.table import Goal, Row
from models.registration.documents import MissingDocumentsLetter
from models.registration.moves import settle
from models.shared.calendar import new_york_date
from tasks.adapters.database import reading
from tasks.adapters.languages import families
from tasks.adapters.policy import office, registration_policy
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.registration.reviews import ReviewedCase, letters
from tasks.adapters.templating import TEMPLATES, html, styles

WORKERS = 2
_BASE = "the same pages drawn by WeasyPrint, untagged and without proof"


def drawing(place: Place) -> Iterator[Row]:
    """Letters to providers of invented contracts."""
    # Here and below: every measurement's process imports this file, and WeasyPrint takes a second.
    from tasks.adapters.render import render
    from tasks.adapters.render_workers import end_workers, render_many

    place.filled_home("letters")
    first, *others = _letters(place.sizes.letters + 1)
    with measured() as began:
        in_process(render, first)
    yield Row("letter, alone in a process of its own", began, 1, 1, "letter")
    render(first)
    for workers in (1, WORKERS):
        with measured() as spent:
            found = list(render_many(others, workers=workers))
            end_workers()
        name = "letters, one worker" if workers == 1 else f"letters, {workers} workers and their start"
        base = _bare(others) if workers == 1 else None
        yield Row(
            name, spent, 1, len(found), "letters", base, _BASE if base else "", Goal("ratio", 2) if base else None
        )


def _letters(count: int) -> list[MissingDocumentsLetter]:
    policy, day = registration_policy(), new_york_date(NOW)
    with reading() as session:
        loaded = load_cases(session, open_case_ids(session)[: 4 * count], day)
        reviewed = [ReviewedCase(case.head, *settle(case.packet, policy)) for case in loaded]
        return letters(session, reviewed, policy, office(), NOW)[:count]


def _bare(documents: Sequence[MissingDocumentsLetter]) -> Spent:
    """What drawing costs at least: the same pages and styles, fonts and styles read before."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from tasks.adapters.render import fetch

    fonts, base_url = FontConfiguration(), f"{TEMPLATES.as_uri()}/"
    names = ", ".join(f'"{name}"' for name in families("en"))
    text = f"html, .running-head, .running-foot {{ font-family: {names} }} @page {{ font-family: {names} }}\n{styles()}"
    sheet = CSS(string=text, font_config=fonts, url_fetcher=fetch, base_url=base_url)
    with measured() as spent:
        for document in documents:
            page = HTML(string=html(document), base_url=base_url, url_fetcher=fetch)
            page.write_pdf(stylesheets=[sheet], font_config=fonts)
    return spent
