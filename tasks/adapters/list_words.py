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
    if "budget" in found:
        kept = "nothing new" if found["unchanged"] else f"now with Program as {found['budget']}"
        return f"Budget of {found['contract']}: {count(found['lines'], 'line')}, {_money(found['amount'])}, {kept}."
    if "matched" in found:
        return f"{found['sentence']} {count(found['paid'], 'voucher')} noted as paid by it."
    if "returned" in found:
        back = f", {found['returned']:,} came back" if found["returned"] else ""
        return f"{count(found['paid'], 'payment')} noted{back}."
    return ""


def _money(amount: str) -> str:
    return dollars(to_cents(amount))
