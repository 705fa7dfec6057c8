"""Encrypts what must not be readable in the database: AES-GCM with a key in a file of the home."""

import base64
import os
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tasks.adapters.home import write_atomically
from tasks.adapters.settings import settings

_NONCE = 12


class SealError(RuntimeError):
    """A sealed text cannot be opened: it was changed, belongs elsewhere, or the home's key is another."""


def _key() -> AESGCM:
    return _read_key(settings().home / "keys" / "sealing.key")


@lru_cache(maxsize=2)
def _read_key(path: Path) -> AESGCM:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(path, AESGCM.generate_key(256).hex().encode(), 0o600)
    return AESGCM(bytes.fromhex(path.read_text()))


def seal(text: str, belongs_to: str) -> str:
    """The text encrypted, as base64; it opens only for what it belongs to."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + _key().encrypt(nonce, text.encode(), belongs_to.encode())).decode()


def unseal(sealed: str, belongs_to: str) -> str:
    """The text of a sealed one. Raises SealError."""
    try:
        data = base64.b64decode(sealed)
        return _key().decrypt(data[:_NONCE], data[_NONCE:], belongs_to.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise SealError(f"What is sealed for {belongs_to} cannot be opened with this home's key.") from error
