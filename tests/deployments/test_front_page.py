"""The menu that Prefect's pages get: one, up to date, and only where there is a page."""

from pathlib import Path

from deployments.front_page import add_menu


def test_a_page_has_one_menu_that_leads_to_the_desk_of_today(tmp_path: Path) -> None:
    page = tmp_path / "v1" / "index.html"
    page.parent.mkdir()
    page.write_text('<html><body>\n<div id="app"></div></body></html>')
    for port in (4280, 5280):
        add_menu(tmp_path, f"http://127.0.0.1:{port}")
    text = page.read_text()
    assert text.count('aria-label="Worklists"') == 1
    assert 'href="http://127.0.0.1:5280/"' in text
    assert "4280" not in text
    assert text.endswith('\n<div id="app"></div></body></html>')


def test_every_unit_is_in_the_menu_before_those_outside(tmp_path: Path) -> None:
    page = tmp_path / "v1" / "index.html"
    page.parent.mkdir()
    page.write_text("<body></body>")
    add_menu(tmp_path, "http://127.0.0.1:4280")
    text = page.read_text()
    assert 'href="/artifacts/key/worklist-registration-agency-head">Agency head</a>' in text
    assert text.index(">Program</a>") < text.index(">Comptroller</a>")


def test_whoever_holds_requisitions_has_a_list_of_them_that_is_named_as_such(tmp_path: Path) -> None:
    page = tmp_path / "v1" / "index.html"
    page.parent.mkdir()
    page.write_text("<body></body>")
    add_menu(tmp_path, "http://127.0.0.1:4280")
    text = page.read_text()
    for holder in ("Program", "Fiscal", "Provider"):
        key = f"worklist-payments-{holder.lower()}"
        link = f'<a data-key="{key}" href="/artifacts/key/{key}" aria-label="Requisitions: {holder}">{holder}</a>'
        assert text.count(link) == 1


def test_nothing_is_written_where_prefect_has_laid_no_page(tmp_path: Path) -> None:
    add_menu(tmp_path, "http://127.0.0.1:4280")
    assert list(tmp_path.iterdir()) == []
