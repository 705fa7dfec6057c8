"""Surge files on the desk: the policy's page says which wait, and one proposal signs them with the policy."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tasks.adapters.policy import surge_sha256s
from tasks.adapters.settings import settings
from tests.desk.conftest import read_page, words
from tests.desk.test_office_pages import office as office
from tests.desk.test_office_pages import propose, shown, sign

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
WAIT = "Surge files that are not as they were signed last, so they do not count: storm.toml."


def test_a_surge_file_waits_on_the_policy_s_page_and_is_signed_by_two(
    office: Callable[[str], TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "storm.toml").write_text('event = "storm"\nname = "Storm"\nfrom = 2025-11-01\nunits = ["FIA"]\n')
    monkeypatch.setenv("STEWARD_SURGE_FOLDER", str(tmp_path))
    settings.cache_clear()
    first = office("a.one")
    page = first.get("/policy")
    assert "In force" in words(page) and WAIT in words(page)
    assert "/office/propose/policy" in read_page(page.text).links
    assert f"Surge file storm.toml, {surge_sha256s()['storm']}" in words(shown(first, "policy", {})[0])
    propose(first, "a.one", "policy", {})
    sign(office("b.two"), "b.two", "A0001")
    assert "Surge files that are not" not in words(first.get("/policy"))
