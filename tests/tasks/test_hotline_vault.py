"""The vault opens what it sealed, for what it belongs to, and with whole keys only."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tasks.adapters.home import Home, write_atomically
from tasks.adapters.hotline.sealed_files import keep_sealed, open_sealed, sealed_path
from tasks.adapters.hotline.vault import Vault, VaultError, decoded, demo_keys, encoded, new_key, vault
from tasks.adapters.sealing import SealError
from tasks.adapters.settings import settings
from tests.hotline_office import KEY, OTHER_KEY

CELL = (
    st.text(st.characters(exclude_categories=()))
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)


@pytest.fixture
def safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vault:
    use(monkeypatch, tmp_path, KEY)
    return vault()


def use(monkeypatch: pytest.MonkeyPatch, home: Path, key: str, old: str = "") -> None:
    monkeypatch.setenv("STEWARD_HOME", str(home))
    monkeypatch.setenv("STEWARD_HOTLINE_KEY", key)
    monkeypatch.setenv("STEWARD_HOTLINE_OLD_KEYS", old)
    settings.cache_clear()


unhurried = examples(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@unhurried
@given(st.binary(max_size=500), st.binary(min_size=1, max_size=30))
def test_what_was_sealed_opens_again_and_for_nothing_else(safe: Vault, content: bytes, belongs_to: bytes) -> None:
    sealed = safe.current.seal(content, belongs_to)
    assert safe.current.open(sealed, belongs_to) == content
    with pytest.raises(SealError):
        safe.current.open(sealed, belongs_to + b"!")


@unhurried
@given(st.binary(min_size=1, max_size=99), st.data())
def test_one_changed_bit_keeps_it_closed(safe: Vault, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(safe.current.seal(content, b"x"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealError):
        safe.current.open(bytes(sealed), b"x")


def test_the_same_content_is_never_sealed_to_the_same_bytes(safe: Vault) -> None:
    assert safe.current.seal(b"no heat", b"1") != safe.current.seal(b"no heat", b"1")


@given(st.dictionaries(st.text(max_size=9), CELL, max_size=6))
def test_content_is_the_same_after_it_was_put_into_bytes(content: dict[str, object]) -> None:
    assert decoded(encoded(content)) == content


@pytest.mark.parametrize("half", [KEY[:-1], KEY[:32], f"{KEY}0", "g" * 64, "secret"])
def test_half_a_key_is_refused_and_not_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, half: str) -> None:
    use(monkeypatch, tmp_path, half)
    with pytest.raises(VaultError, match="STEWARD_HOTLINE_KEY holds no whole key") as error:
        vault()
    assert half not in str(error.value)


def test_half_an_old_key_is_refused_by_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, KEY, OTHER_KEY[:40])
    with pytest.raises(VaultError, match="STEWARD_HOTLINE_OLD_KEYS holds no whole key"):
        vault()


def test_a_key_may_be_copied_with_blanks_and_capitals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, KEY)
    first = vault().current.key_id
    use(monkeypatch, tmp_path, f" {KEY.upper()}\n")
    assert vault().current.key_id == first


def test_neither_a_vault_nor_its_settings_show_a_key(safe: Vault) -> None:
    shown = f"{safe!r} {settings()!r}"
    assert KEY not in shown and "match" not in shown


def test_old_keys_open_and_the_present_one_seals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, KEY)
    before = vault().current
    use(monkeypatch, tmp_path, OTHER_KEY, KEY)
    assert vault().key(before.key_id).open(before.seal(b"a", b"1"), b"1") == b"a"
    assert vault().current.key_id != before.key_id


def test_a_demo_makes_its_own_key_and_a_real_home_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, tmp_path, "")
    with pytest.raises(VaultError, match="no key is set"):
        vault()
    write_atomically(tmp_path / "home.json", Home(demo=True).model_dump_json().encode())
    assert vault().current.key_id == vault().current.key_id and len(demo_keys()) == 1
    assert (tmp_path / "keys" / "hotline.key").stat().st_mode & 0o077 == 0


def test_new_keys_are_whole_and_differ() -> None:
    assert len({new_key() for _ in range(5)}) == 5 and all(len(new_key()) == 64 for _ in range(5))


PIECE = 1 << 20


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7])
def test_a_sealed_file_holds_what_it_held(safe: Vault, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    kept = keep_sealed(io.BytesIO(content[:size]))
    with open_sealed(sealed_path(kept.sha256)) as file:
        assert file.read() == content[:size]


def _sealed_file() -> Path:
    return sealed_path(keep_sealed(io.BytesIO(b"a" * PIECE + b"b" * PIECE + b"c")).sha256)


@pytest.mark.parametrize("cut", [10, 48, 60, PIECE + 100, -1, -24])
def test_a_sealed_file_that_is_cut_short_is_noticed(safe: Vault, cut: int) -> None:
    path = _sealed_file()
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SealError), open_sealed(path) as file:
        file.read()


def test_pieces_of_a_sealed_file_cannot_be_left_out_or_exchanged(safe: Vault) -> None:
    path = _sealed_file()
    data, head = path.read_bytes(), 49
    size = 4 + int.from_bytes(data[head : head + 4], "big")
    first, second, rest = data[head : head + size], data[head + size : head + 2 * size], data[head + 2 * size :]
    path.chmod(0o600)
    for changed in (second + first + rest, first + rest, first + second):
        path.write_bytes(data[:head] + changed)
        with pytest.raises(SealError), open_sealed(path) as file:
            file.read()


def test_a_file_that_is_not_sealed_is_not_read_as_one(safe: Vault, tmp_path: Path) -> None:
    (tmp_path / "plain.sealed").write_bytes(b"id,received_at,text\n" * 10)
    with pytest.raises(SealError, match="is not sealed"), open_sealed(tmp_path / "plain.sealed") as file:
        file.read()
