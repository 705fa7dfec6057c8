"""Constituent services, opened for the tests of one contact after the other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.adapters import render
from tests.casework import STAMPS, open_office
from tests.drawn import draw


@pytest.fixture
def hotline_office(hotline_key: None, tmp_path: Path) -> Callable[..., None]:
    """Opens constituent services with contacts of these words; without a word, with one about food stamps."""
    return lambda *texts, **told: open_office(tmp_path, *(texts or (STAMPS,)), **told)


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are drawn once a process, for tests that ask what becomes of them: the same facts give the same bytes."""
    real = render.render
    monkeypatch.setattr(render, "render", lambda document: draw(document, real))
