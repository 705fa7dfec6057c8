"""Which contract carries an award, and what the awards and the signed changes of a contract are worth."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.registration.states import Kind
from models.shared.money import dollars


@dataclass(frozen=True)
class Worth:
    """The awards of a contract that count, and what signed reductions and amendments add to them, in cents."""

    awards_cents: int
    adjustment_cents: int = 0

    @property
    def amount_cents(self) -> int:
        """Both together; a reduction never makes a contract worth less than nothing."""
        return max(self.awards_cents + self.adjustment_cents, min(self.awards_cents, 0))

    @property
    def shortfall(self) -> str:
        """Says that a signed reduction is more than the awards that are left; empty when it is not."""
        if self.awards_cents <= 0 or self.awards_cents + self.adjustment_cents >= 0:
            return ""
        return (
            f"a signed reduction of {dollars(-self.adjustment_cents)} is more than the awards that are left, "
            f"{dollars(self.awards_cents)}: the contract counts as {dollars(0)} until a person settles it"
        )


@dataclass(frozen=True)
class PlacedAward:
    """Where an award stands. `own` is the list's own grouping, `counted_cents` zero for one that was taken back."""

    mocs_id: str
    own: str
    contract_id: str
    placed_in: str
    counted_cents: int


@dataclass(frozen=True)
class ContractFacts:
    """What regrouping asks of a contract. `awards` are those that stand in it and those that were placed in it."""

    contract_id: str
    fiscal_year: int
    vendor_ein: str
    kind: Kind
    state: str
    awards: tuple[PlacedAward, ...]
    adjustment_cents: int = 0
    folded_into: str = ""

    @property
    def carried(self) -> tuple[PlacedAward, ...]:
        """The awards that stand in it now."""
        return tuple(award for award in self.awards if award.contract_id == self.contract_id)

    @property
    def worth(self) -> Worth:
        return Worth(sum(award.counted_cents for award in self.carried), self.adjustment_cents)


def carried_by(own: str, placed_in: str, folded: Mapping[str, str]) -> str:
    """The contract that carries an award which the list itself groups into `own`.

    A signed placement counts while the list names the same provider and year: it was signed for these. `folded` is,
    for each contract that gave all its awards to another, that other: what a later list adds follows.
    """
    here = placed_in if placed_in.split("-")[:2] == own.split("-")[:2] else own
    while here in folded:
        here = folded[here]
    return here
