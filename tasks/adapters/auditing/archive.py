"""A zip file that is the same bytes for the same content, with a list of its files that “sha256sum -c” can check."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from models.shared.documents import sha256
from tasks.adapters.export import check_target, written_whole

MANIFEST = "MANIFEST"
# The earliest moment that a zip file can hold: the files' own dates stand in their content.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1 << 20


class Archive:
    """Files go in one after the other; each name and SHA-256 is kept for the manifest, which is the last of them."""

    def __init__(self, book: ZipFile) -> None:
        self._book = book
        self.hashes: dict[str, str] = {}

    def add(self, name: str, data: bytes | str) -> None:
        """Put one file in."""
        whole = data.encode() if isinstance(data, str) else data
        self.hashes[name] = sha256(whole)
        self._write(name, whole)

    def add_file(self, name: str, path: Path) -> None:
        """Put a file of the disk in, never all of it in memory."""
        found = hashlib.sha256()
        with path.open("rb") as source, self._book.open(_info(name), "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                found.update(chunk)
                target.write(chunk)
        self.hashes[name] = found.hexdigest()

    def close(self) -> None:
        """Put the manifest in: hash and name of every file, in the order of the names."""
        self._write(MANIFEST, "".join(f"{self.hashes[n]}  {n}\n" for n in sorted(self.hashes)).encode())

    def _write(self, name: str, data: bytes) -> None:
        self._book.writestr(_info(name), data)


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _NO_DATE)
    info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
    return info


@contextmanager
def written_archive(path: Path) -> Iterator[Archive]:
    """An archive to fill; it takes its name when all is in it. Raises ExportRefused."""
    check_target(path, (".zip",))
    with written_whole(path) as part, ZipFile(part, "w") as book:
        archive = Archive(book)
        yield archive
        archive.close()
