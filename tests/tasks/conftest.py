"""Constituent services, opened for the tests of one contact after the other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.casework import STAMPS, open_office


@pytest.fixture
def hotline_office(hotline_key: None, tmp_path: Path) -> Callable[..., None]:
    """Opens constituent services with contacts of these words; without a word, with one about food stamps."""
    return lambda *texts, **told: open_office(tmp_path, *(texts or (STAMPS,)), **told)
