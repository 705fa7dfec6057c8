"""The vault of the hotline: seals what constituents said, and makes keyed hashes by which repeats are found.

One secret of 32 bytes stands for a key of the vault; a data key (AES-256-GCM) and a match key (HMAC-SHA-256) are
derived from it, so that neither tells the other. Its id stands beside everything that was sealed with it.
"""

import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tasks.adapters.home import read_home, write_atomically
from tasks.adapters.sealing import SealError
from tasks.adapters.settings import settings

NONCE, _MATCH_HEX = 12, 32
_WHOLE = re.compile(r"[0-9a-f]{64}")


class VaultError(SealError):
    """The vault has no key, or half a one, or not the one that is needed; the message says what to set."""


@dataclass(frozen=True)
class VaultKey:
    """One key of the vault; `key_id` (16 hexadecimal digits) may stand in clear."""

    key_id: str
    data: AESGCM = field(repr=False)
    # Made ready for the key once: a copy of it takes a third of the time of a new one.
    match: hmac.HMAC = field(repr=False)

    def seal(self, plain: bytes, belongs_to: bytes, nonce: bytes = b"") -> bytes:
        """Nonce (random unless one is given that is never used twice) and ciphertext, for what it belongs to alone."""
        nonce = nonce or os.urandom(NONCE)
        return nonce + self.data.encrypt(nonce, plain, belongs_to)

    def open(self, sealed: bytes, belongs_to: bytes) -> bytes:
        """What was sealed. Raises SealError."""
        try:
            return self.data.decrypt(sealed[:NONCE], sealed[NONCE:], belongs_to)
        except (InvalidTag, ValueError) as error:
            raise SealError("Something sealed was changed, cut short, or belongs elsewhere.") from error

    def mac(self, content: bytes) -> bytes:
        """A keyed hash of 32 bytes: the same content has the same, and nobody without the key can try contents."""
        return self.maker(content).digest()

    def maker(self, content: bytes = b"") -> hmac.HMAC:
        """A keyed hash to which more may be added."""
        found = self.match.copy()
        found.update(content)
        return found

    def match_key(self, kind: str, value: str) -> str:
        """The keyed hash of a telephone number, name and so on: 128 bits in hexadecimal."""
        found = self.match.copy()
        found.update(f"{kind}\0{value}".encode("utf-8", "surrogatepass"))
        return found.hexdigest()[:_MATCH_HEX]


@dataclass(frozen=True)
class Vault:
    """The key that seals now, and every key that may still open something, by id."""

    current: VaultKey
    keys: Mapping[str, VaultKey]

    def key(self, key_id: str) -> VaultKey:
        """A key by its id. Raises VaultError."""
        found = self.keys.get(key_id)
        if found is None:
            raise VaultError(
                f"Something is sealed with the key {key_id}, which is not given. Put it into STEWARD_HOTLINE_OLD_KEYS, "
                "and run “steward keys rotate” to seal everything with the present one."
            )
        return found

    def match_keys(self, kind: str, value: str) -> list[str]:
        """The hashes of one thing under every key: while a rotation runs, both are in use."""
        return [key.match_key(kind, value) for key in self.keys.values()]


def vault() -> Vault:
    """The vault of this installation. Raises VaultError where no key is set, or half a one."""
    given, older = settings().hotline_key.get_secret_value(), settings().hotline_old_keys.get_secret_value()
    if given.strip():
        return _vault((given, *older.split(",")))
    if read_home().demo:
        return _vault(demo_keys())
    raise VaultError(
        "Contacts are kept sealed, and no key is set. Set STEWARD_HOTLINE_KEY to a key that “steward keys new” prints, "
        "and keep a copy of it away from this machine: without it nobody can read the contacts again."
    )


def new_key() -> str:
    """A new secret, 64 hexadecimal digits."""
    return os.urandom(32).hex()


def demo_keys() -> tuple[str, ...]:
    """The secrets that a demo keeps in its home, the present one first; a demo without one is given one."""
    path = settings().home.absolute() / "keys" / "hotline.key"
    if not path.exists():
        write_demo_keys((new_key(),))
    return tuple(path.read_text().split())


def write_demo_keys(secrets: tuple[str, ...]) -> None:
    """Keep a demo's secrets in its home, the present one first."""
    path = settings().home.absolute() / "keys" / "hotline.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(path, "\n".join(secrets).encode(), 0o600)


def given_by_environment() -> bool:
    """Whether the keys come from the environment, and not from a demo's home."""
    return bool(settings().hotline_key.get_secret_value().strip())


@lru_cache(maxsize=8)
def _vault(secrets: tuple[str, ...]) -> Vault:
    given = [secret.strip().lower() for secret in secrets if secret.strip()]
    made = [_key(secret, number) for number, secret in enumerate(given)]
    return Vault(made[0], {key.key_id: key for key in made})


def _key(secret: str, number: int) -> VaultKey:
    if not _WHOLE.fullmatch(secret):
        name = "STEWARD_HOTLINE_OLD_KEYS" if number else "STEWARD_HOTLINE_KEY"
        raise VaultError(
            f"{name} holds no whole key: one has 64 hexadecimal digits, this one has {len(secret)} characters. Copy "
            "all of it; nothing was changed."
        )
    whole = bytes.fromhex(secret)
    match = hmac.new(_derived(whole, b"match"), digestmod="sha256")
    return VaultKey(_derived(whole, b"id").hex()[:16], AESGCM(_derived(whole, b"data")), match)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"steward hotline " + purpose).derive(secret)


def encoded(content: Mapping[str, Any]) -> bytes:
    """What is sealed of a contact: JSON with sorted keys, the same bytes for the same content."""
    try:
        return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        # Half a character, as some telephones send it, is no UTF-8: it is written as an escape.
        return json.dumps(content, sort_keys=True, separators=(",", ":"), default=lambda v: v.isoformat()).encode()


def decoded(content: bytes) -> dict[str, Any]:
    """The content of a contact again."""
    try:
        found: dict[str, Any] = orjson.loads(content)
    except orjson.JSONDecodeError:
        found = json.loads(content)
    return found
