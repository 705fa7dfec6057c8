"""The search for secrets on a disk finds each however it is written."""

import gzip
import zlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.canaries import canaries, leaks


@pytest.mark.parametrize("hidden", [
    str.encode, lambda text: text.upper().encode(), lambda text: text.encode("utf-16-le"),
    lambda text: text.encode("utf-16-be"), lambda text: text.encode().hex().upper().encode(),
    lambda text: b64encode(text.encode()), lambda text: b"..." + zlib.compress(text.encode()),
    lambda text: gzip.compress(gzip.compress(text.encode())),
])  # fmt: skip
def test_the_search_finds_a_secret_however_it_is_written(hidden: Callable[[str], bytes], tmp_path: Path) -> None:
    (one,) = canaries(17, 1)
    for before in ("", "a", "bc"):
        for secret in (one.word, one.phone):
            (tmp_path / "file").write_bytes(b"\0\xff" + hidden(f"{before}{secret}!"))
            assert leaks(tmp_path), (before, secret)
