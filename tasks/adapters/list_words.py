"""What a list of payments brought, in words: budgets, requisitions and payments are not counted in rows."""

from collections.abc import Mapping
from typing import Any

from models.shared.money import dollars, to_cents
from tasks.adapters.templating import count


def told_words(found: Mapping[str, Any]) -> str:
    """What an import's JSON line says of a budget, of requisitions or of payments; empty for any other list."""
    if "requisitions" in found:
        told = (("opened", "new"), ("resubmitted", "came again, changed"), ("unchanged", "known already"))
        parts = ", ".join(f"{found[key]:,} {word}" for key, word in told if found.get(key))
        return f"{count(found['requisitions'], 'requisition')}, {_money(found['amount'])}: {parts}."
    if "version" in found:
        kept = "the same as before" if found["unchanged"] else f"version {found['version']}"
        return f"Budget of {found['contract']}: {count(found['lines'], 'line')}, {_money(found['amount'])}, {kept}."
    if "paid" in found:
        return f"{count(found['paid'], 'payment')} noted."
    return ""


def _money(amount: str) -> str:
    return dollars(to_cents(amount))
