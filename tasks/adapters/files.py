"""Files by their hash: what came in and what goes out is stored once, whole, and never changed."""

import mimetypes
from pathlib import Path

from models.shared.documents import sha256
from tasks.adapters.home import write_atomically
from tasks.adapters.settings import settings


def store(area: str, data: bytes, suffix: str) -> str:
    """Keep bytes under their SHA-256 in `area` (`documents`, `archive`); returns the hash."""
    digest = sha256(data)
    path = stored_path(area, digest, suffix)
    if not path.exists():
        write_atomically(path, data, 0o444)
    return digest


def stored_path(area: str, digest: str, suffix: str) -> Path:
    """Where a stored file lies."""
    return settings().home.absolute() / area / digest[:2] / f"{digest}{suffix}"


def find(area: str, digest: str) -> Path | None:
    """The stored file of a hash, whatever its suffix; None when there is none."""
    folder = settings().home.absolute() / area / digest[:2]
    return next(iter(sorted(folder.glob(f"{digest}*"))), None) if len(digest) == 64 and digest.isalnum() else None


def media_type(path: Path) -> str:
    """Media type by the file's name."""
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
