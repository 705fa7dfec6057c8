"""Files of the hotline on the disk: sealed as they come in, in pieces, and never in clear in any file of the home.

A sealed file is a mark, the id of its key, a random salt, then pieces of at most a megabyte, each with its length.
Every piece is sealed for the salt, its number and whether it is the last, so that none can be left out or exchanged.
It lies in the archive under the SHA-256 of what it is on the disk, which anybody can check.
"""

import hashlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from tasks.adapters.files import stored_path
from tasks.adapters.hotline.vault import NONCE, Vault, VaultError, VaultKey, vault
from tasks.adapters.sealing import SealError
from tasks.adapters.settings import settings

SUFFIX = ".sealed"
_MARK, _KEY_ID, _SALT, _PIECE = b"STEWARD SEALED 1\n", 16, 16, 1 << 20
_LONGEST_PIECE = _PIECE + 64


@dataclass(frozen=True)
class KeptSealed:
    """A file that was sealed: the hash of what lies on the disk, and a keyed hash of what it holds."""

    sha256: str
    mark: str


def keep_sealed(file: BinaryIO) -> KeptSealed:
    """Seal what is left of a stream into the archive, never all of it in memory. Raises VaultError."""
    key = vault().current
    content = key.maker()

    def pieces() -> Iterator[bytes]:
        while piece := file.read(_PIECE):
            content.update(piece)
            yield piece

    digest = _write(pieces(), key, os.urandom(_SALT))
    return KeptSealed(digest, content.hexdigest()[:32])


def can_seal() -> bool:
    """Whether the vault has a whole key."""
    try:
        return bool(vault())
    except VaultError:
        return False


def sealed_path(digest: str) -> Path:
    """Where a sealed file lies in the archive."""
    return stored_path("archive", digest, SUFFIX)


def reseal(path: Path, safe: Vault) -> str:
    """Seal a file of the archive anew with the present key; returns its hash. The old one stays: the caller ends it.

    The same file gives the same bytes each time, so that a second try after a kill leaves nothing over.
    """
    salt = safe.current.mac(path.name.encode())[:_SALT]
    with path.open("rb") as file:
        return _write(_opened(file, safe), safe.current, salt)


def key_of(path: Path) -> str:
    """The id of the key that a sealed file was sealed with. Raises SealError."""
    with path.open("rb") as file:
        return _head(file)[0]


def _write(pieces: Iterator[bytes], key: VaultKey, salt: bytes) -> str:
    partial = settings().folder("archive") / f".sealed.{os.getpid()}.{threading.get_ident()}.part"
    found = hashlib.sha256()
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o440), "wb") as out:

            def put(data: bytes) -> None:
                found.update(data)
                out.write(data)

            put(_MARK + key.key_id.encode() + salt)
            _put_pieces(pieces, key, salt, put)
            out.flush()
            os.fsync(out.fileno())
        target = sealed_path(found.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return found.hexdigest()


def _put_pieces(pieces: Iterator[bytes], key: VaultKey, salt: bytes, put: Callable[[bytes], Any]) -> None:
    waiting, number = next(pieces, b""), 0
    while True:
        following = next(pieces, None)
        place = _place(salt, number, last=following is None)
        sealed = key.seal(waiting, place, nonce=key.mac(place)[:NONCE])
        put(len(sealed).to_bytes(4, "big") + sealed)
        if following is None:
            return
        waiting, number = following, number + 1


def _place(salt: bytes, number: int, *, last: bool) -> bytes:
    return salt + number.to_bytes(8, "big") + bytes([last])


def _head(file: BinaryIO) -> tuple[str, bytes]:
    head = file.read(len(_MARK) + _KEY_ID + _SALT)
    if not head.startswith(_MARK) or len(head) < len(_MARK) + _KEY_ID + _SALT:
        raise SealError("A file of the archive is not sealed, or cut short.")
    return head[len(_MARK) : -_SALT].decode("ascii", "replace"), head[-_SALT:]


def _opened(file: BinaryIO, safe: Vault) -> Iterator[bytes]:
    """What a sealed file holds, piece by piece. Raises SealError for a piece that was changed or is missing."""
    key_id, salt = _head(file)
    key, number = safe.key(key_id), 0
    length = file.read(4)
    while length:
        size = int.from_bytes(length, "big")
        sealed = file.read(size) if size <= _LONGEST_PIECE else b""
        length = file.read(4)
        yield key.open(sealed, _place(salt, number, last=not length))
        number += 1
    if not number:
        raise SealError("A file of the archive is cut short.")


class _Opened(io.RawIOBase):
    """What a sealed file holds, as a stream."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._pieces, self._rest = file, _opened(file, vault()), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(target), len(self._rest))
        target[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


def open_sealed(path: Path) -> io.BufferedReader:
    """What a sealed file holds, as a stream of bytes that is opened as it is read. Raises SealError."""
    return io.BufferedReader(_Opened(path.open("rb")), _PIECE)
