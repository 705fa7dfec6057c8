"""Letters to constituents on the disk: each sealed for its number, beside the documents that everybody may read.

A sealed letter is a mark, the id of its key, and the file. It lies under a hash of its number, so that it keeps its
place when it is sealed anew; the register has the hash of the file inside.
"""

from pathlib import Path

from sqlalchemy import select
from sqlmodel import Session

from models.shared.documents import sha256
from models.shared.records import StoredDocument
from tasks.adapters.files import stored_path
from tasks.adapters.home import write_atomically
from tasks.adapters.hotline.vault import Vault, VaultError, vault
from tasks.adapters.sealing import SealError

# The kind of these papers in the register: nobody is shown them as they lie there.
KIND = "constituent_letter"
_MARK, _KEY_ID = b"STEWARD LETTER 1\n", 16


def letter_path(document_id: str) -> Path:
    """Where a sealed letter lies."""
    return stored_path("letters", sha256(document_id), ".sealed")


def keep_letter(document_id: str, data: bytes, safe: Vault) -> None:
    """Seal a letter into the store, in place of one that lies there under the number."""
    key = safe.current
    sealed = key.seal(data, _belongs_to(document_id))
    write_atomically(letter_path(document_id), _MARK + key.key_id.encode() + sealed, 0o440)


def open_letter(document_id: str, safe: Vault) -> bytes:
    """A letter's file. Raises SealError where it is missing or was changed, VaultError without its key."""
    key_id, sealed = _read(document_id)
    return safe.key(key_id).open(sealed, _belongs_to(document_id))


def key_of_letter(document_id: str) -> str:
    """The id of the key that a letter was sealed with. Raises SealError."""
    return _read(document_id)[0]


def reseal_letter(document_id: str, safe: Vault) -> bool:
    """Seal a letter with the present key; False where it was already."""
    if key_of_letter(document_id) == safe.current.key_id:
        return False
    keep_letter(document_id, open_letter(document_id, safe), safe)
    return True


def letter_numbers(session: Session) -> list[str]:
    """The numbers of all letters in the register."""
    table = StoredDocument.__table__.c  # type: ignore[attr-defined]
    query = select(table.document_id).where(table.kind == KIND).order_by(table.document_id)
    return list(session.execute(query).scalars())


def letter_problem(row: StoredDocument) -> str:
    """What is wrong with a letter in the store; empty where it is whole, or the key to look into it is not here."""
    if not letter_path(row.document_id).exists():
        return f"Document {row.document_id}: its file is missing from the store."
    try:
        data = open_letter(row.document_id, vault())
    except VaultError:
        return ""
    except SealError:
        data = b""
    return (
        "" if sha256(data) == row.sha256 else f"Document {row.document_id}: its file was changed after it was issued."
    )


def _read(document_id: str) -> tuple[str, bytes]:
    try:
        whole = letter_path(document_id).read_bytes()
    except OSError as error:
        raise SealError(f"Letter {document_id} is missing from the store.") from error
    start = len(_MARK) + _KEY_ID
    if not whole.startswith(_MARK) or len(whole) < start:
        raise SealError(f"Letter {document_id} is not sealed, or cut short.")
    return whole[len(_MARK) : start].decode("ascii", "replace"), whole[start:]


def _belongs_to(document_id: str) -> bytes:
    return f"letter {document_id}".encode()
