"""Several requisitions under one signature: the same act, the same checks, and a reason for each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from models.payments.acts import ACTS
from models.payments.same_checks import FOR_MANY, checks_of, not_for_many, same_checks
from tasks.adapters.refusals import NotSigned, Refusal

if TYPE_CHECKING:
    from tasks.adapters.payments.deciding import Prepared


def as_one_list(made: "list[Prepared]") -> "list[Prepared]":
    """What is signed together: one requisition as it is; of several each needs a reason. Raises NotSigned."""
    if len(made) < 2:
        return made
    check_alike(made)
    return [replace(one, duty=replace(one.duty, needs_reason=True)) for one in made]


def check_alike(made: "Sequence[Prepared]") -> None:
    """Raises NotSigned where a list asks for several acts, or its requisitions do not pass the same checks."""
    if not_for_many([one.item.act for one in made]):
        known = ", ".join(f"“{ACTS[name].label}”" for name in FOR_MANY)
        raise NotSigned(
            Refusal.ILLEGAL,
            f"One signature over several requisitions covers one of: {known}. Sign anything else on the page of the "
            "requisition. Nothing was changed.",
        )
    differ = same_checks([(one.item.case_id, checks_of(one.taken)) for one in made])
    if differ:
        raise NotSigned(Refusal.ILLEGAL, f"{differ} Sign each group as a list of its own. Nothing was changed.")
