"""Files by their hash: what came in and what goes out is stored once, whole, and never changed."""

import hashlib
import mimetypes
import os
import threading
from pathlib import Path
from typing import BinaryIO

from models.shared.documents import sha256
from tasks.adapters.home import write_atomically
from tasks.adapters.settings import settings

_CHUNK = 1 << 20


def store(area: str, data: bytes, suffix: str) -> str:
    """Keep bytes under their SHA-256 in `area` (`documents`, `archive`); returns the hash."""
    digest = sha256(data)
    path = stored_path(area, digest, suffix)
    if not path.exists():
        write_atomically(path, data, 0o444)
    return digest


def store_stream(area: str, file: BinaryIO, suffix: str) -> str:
    """Keep what is left of a stream under its SHA-256, never all of it in memory; returns the hash."""
    partial = settings().folder(area) / f".stream.{os.getpid()}.{threading.get_ident()}.part"
    found = hashlib.sha256()
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o444), "wb") as out:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = stored_path(area, found.hexdigest(), suffix)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return found.hexdigest()


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
