"""What the histories of two contracts say of a regrouping, and what can be told from it later."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.registration.regrouping import REGROUPED, UNDONE, RecordedRegrouping, Regrouping
from models.shared.money import plain, to_cents


def payloads(made: Regrouping) -> dict[str, dict[str, Any]]:
    """What the milestone of each of the two contracts says, by contract id. Amounts are text in dollars.

    `from` and `to` say which way the awards went, `moved` whether they went out of this contract or into it.
    """
    both: dict[str, Any] = {
        "awards": list(made.award_ids), "from": made.source_id, "to": made.target_id,
        "award_amounts": {key: plain(cents) for key, cents in made.award_cents.items()},
        "worth_before": {
            made.source_id: plain(made.source_before.amount_cents),
            made.target_id: plain(made.target_before.amount_cents),
        },
    }  # fmt: skip
    if made.placed_before:
        both["placed_before"] = dict(made.placed_before)
    if made.adjustment_cents:
        both["adjustment"] = plain(made.adjustment_cents)
    if made.folds_source:
        both["folded"] = made.source_id
    if made.undoes:
        both["undoes"] = list(made.undoes)
    sides = (
        (made.source_id, "out", made.source_before, made.source_after),
        (made.target_id, "in", made.target_before, made.target_after),
    )
    return {
        contract_id: {**both, "moved": way, "amount_before": plain(had.amount_cents), "amount": plain(has.amount_cents)}
        for contract_id, way, had, has in sides
    }


def recorded_regrouping(payload: Mapping[str, Any]) -> RecordedRegrouping:
    """What the milestone of a regrouping recorded, from the payload of either contract."""
    return RecordedRegrouping(
        source_id=payload["from"],
        target_id=payload["to"],
        award_ids=tuple(payload["awards"]),
        placed_before=payload.get("placed_before", {}),
        adjustment_cents=to_cents(payload.get("adjustment", "0")),
        worth_before={key: to_cents(amount) for key, amount in payload.get("worth_before", {}).items()},
    )


def standing_regroupings(history: Iterable[tuple[str, Mapping[str, Any]]]) -> list[RecordedRegrouping]:
    """The regroupings of a case that were not undone, the latest first: what its page offers to take back.

    `history` are its events' names and payloads, oldest first.
    """
    found: list[RecordedRegrouping] = []
    for event, payload in history:
        if event == REGROUPED:
            found.insert(0, recorded_regrouping(payload))
        elif event == UNDONE:
            back = (payload["to"], payload["from"], tuple(payload["undoes"]))
            undone = (n for n, r in enumerate(found) if (r.source_id, r.target_id, r.award_ids) == back)
            del found[next(undone)]
    return found
