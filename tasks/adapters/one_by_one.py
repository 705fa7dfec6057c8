"""A list that is signed is prepared item by item, in every process the same: refused as a whole, or each by itself."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from models.shared.signing import Item
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.signed_fields import NOTHING


class OfItem(Protocol):
    """What a process makes of an item."""

    @property
    def item(self) -> Item: ...


Made = TypeVar("Made", bound=OfItem)


def prepared_each(
    items: Sequence[Item],
    prepare: Callable[[Item, Sequence[Made]], Made],
    allow: Callable[[Any], object] | None,
    refused: list[tuple[Item, NotSigned]] | None,
) -> list[Made]:
    """Each item as it would be taken, by what was made of those before it.

    Raises NotSigned, of `allow` too. With a list for them, refused items are put there instead.
    """
    made: list[Made] = []
    for item in items:
        try:
            prepared = prepare(item, made)
            if allow:
                allow(prepared)
        except NotSigned as why:
            if refused is None:
                raise
            refused.append((item, why))
            continue
        made.append(prepared)
    return made


def refuse_twice(item: Item, made: Sequence[OfItem]) -> None:
    """Refuse an item whose case stands on the list before it. Raises NotSigned."""
    if any(other.item.case_id == item.case_id for other in made):
        words = f"{item.case_id} stands on the list twice. Sign one after the other. {NOTHING}"
        raise NotSigned(Refusal.ILLEGAL, words)
