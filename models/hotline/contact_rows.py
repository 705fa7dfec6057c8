"""What of a contact is kept in clear, which is of closed lists only, and what is sealed, which is all of it."""

import re
from collections.abc import Mapping
from typing import Any

from models.hotline.forms import Borough, ContactForm, Layout

_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,4})?")
# Names that call-takers and forms write for a language. Source: domain section 7 (Local Law 30 of 2017).
_LANGUAGES = {
    "english": "en", "spanish": "es", "espanol": "es", "español": "es", "chinese": "zh", "mandarin": "zh",
    "cantonese": "zh", "traditional chinese": "zh", "simplified chinese": "zh", "russian": "ru", "bengali": "bn",
    "bangla": "bn", "haitian creole": "ht", "haitian": "ht", "creole": "ht", "korean": "ko", "arabic": "ar",
    "urdu": "ur", "french": "fr", "polish": "pl", "american sign language": "ase", "asl": "ase",
}  # fmt: skip
_BOROUGHS = frozenset(borough.value for borough in Borough)


def language_code(told: str) -> str:
    """The code of a language by its code or name (`es`, `Spanish`, `zh-CN` is `zh`); empty for anything else."""
    written = told.strip().casefold()
    if written in _LANGUAGES:
        return _LANGUAGES[written]
    return written.replace("_", "-").partition("-")[0] if _CODE.fullmatch(written) else ""


def clear_columns(contact: ContactForm, layout: Layout) -> dict[str, Any]:
    """The columns of a contact that are kept in clear: none in which somebody may have written words."""
    return {
        "contact_id": contact.contact_id, "channel": contact.channel.value, "received_at": contact.received_at,
        "told_language": language_code(contact.told_language) if contact.told_language else "",
        "layout": layout.value, "borough": contact.borough if contact.borough in _BOROUGHS else "",
        "closed_at": contact.closed_at, "due_at": contact.due_at,
    }  # fmt: skip


def content_of(contact: ContactForm) -> dict[str, Any]:
    """All that a contact says, without what is empty: what is sealed, and what makes two contacts the same."""
    told = vars(contact)
    return {field: told[field] for field in contact.model_fields_set if told[field] not in ("", None)}


def contact_from(content: Mapping[str, Any]) -> ContactForm:
    """The contact again."""
    return ContactForm.model_validate(content)
