"""The key that signs checkpoints: Ed25519, in a file of the home, never in the database."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tasks.adapters.home import write_atomically
from tasks.adapters.settings import settings

_RAW = serialization.Encoding.Raw


def _private() -> Ed25519PrivateKey:
    path = settings().home / "keys" / "checkpoint.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Ed25519PrivateKey.generate()
        secret = made.private_bytes(_RAW, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        write_atomically(path, secret.hex().encode(), 0o600)
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text()))


def public_key() -> str:
    """The public key in hexadecimal: what an auditor writes down."""
    return _private().public_key().public_bytes(_RAW, serialization.PublicFormat.Raw).hex()


def sign(text: str) -> str:
    """Signature over a text, in hexadecimal; the same text gives the same signature."""
    return _private().sign(text.encode()).hex()


def signed(text: str, signature: str, key: str) -> bool:
    """True when `signature` over `text` was made with the private half of `key`."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
