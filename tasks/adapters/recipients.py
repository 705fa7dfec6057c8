"""How a provider is addressed."""

from models.shared.documents import Recipient
from models.shared.records import Provider


def recipient(name: str, row: Provider) -> Recipient:
    """A provider as a letter is addressed to it."""
    place = " ".join(part for part in (f"{row.city}," if row.city else "", row.state, row.postcode) if part)
    lines = tuple(line for line in (row.street, place) if line)
    return Recipient(name=name, attention=row.contact_name, lines=lines)
