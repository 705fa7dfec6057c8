"""Regrouping: awards that a signed decision moves from one contract of a provider's year into another, and back."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from models.registration.moves import Refusal, is_empty
from models.registration.placement import ContractFacts, PlacedAward, Worth, carried_by
from models.registration.states import ALL_STATES
from models.shared.money import dollars

REGROUPED, UNDONE = "awards_regrouped", "regrouping_undone"
# Before filing, and not while a denial is open: what was found of a provider stays with its awards. Source: convention.
REGROUPABLE = frozenset(
    {"designated", "scope", "documents", "responsibility", "public_notice", "legal", "agreement", "package"}
)
_ROOT = re.compile(r"(R\d\d-\d{9}(?:-[0-9a-f]{9})?)(?:-\d{1,8})?")


@dataclass(frozen=True)
class Regrouping:
    """Awards that go from one contract into another, and what that does to both.

    `folds_source` says that nothing remains in the source, which then leaves all lists; a reduction that it has goes
    along (`adjustment_cents`). `placements` is the signed place of each award afterwards, empty where the list's own
    grouping counts again, `placed_before` what it was. `undoes` are the awards of the regrouping that this takes back.
    """

    source_id: str
    target_id: str
    is_new: bool
    award_ids: tuple[str, ...]
    folds_source: bool
    source_before: Worth
    source_after: Worth
    target_before: Worth
    target_after: Worth
    placements: Mapping[str, str]
    placed_before: Mapping[str, str]
    award_cents: Mapping[str, int]
    adjustment_cents: int = 0
    undoes: tuple[str, ...] = ()

    @property
    def event(self) -> str:
        """The milestone that both cases record."""
        return UNDONE if self.undoes else REGROUPED


@dataclass(frozen=True)
class RecordedRegrouping:
    """A regrouping as the history of its cases tells it: what an undo needs.

    `worth_before` is what both contracts were worth before it, in cents by contract id.
    """

    source_id: str
    target_id: str
    award_ids: tuple[str, ...]
    placed_before: Mapping[str, str] = field(default_factory=dict)
    adjustment_cents: int = 0
    worth_before: Mapping[str, int] = field(default_factory=dict)


def next_contract_id(source_id: str, known: Collection[str]) -> str:
    """The id of a contract that is split off: the next free number, never one that was given before."""
    found = _ROOT.fullmatch(source_id)
    root = found[1] if found else source_id
    return next(number for number in (f"{root}-{n}" for n in count(2)) if number not in known)


def regroup(
    source: ContractFacts, target: ContractFacts | None, award_ids: Sequence[str], known: Collection[str] = ()
) -> Regrouping | Refusal:
    """Move awards of `source` into `target`, or into a new contract when there is none; `known` are the ids in use."""
    chosen = set(award_ids)
    moving = tuple(award for award in source.carried if award.mocs_id in chosen)
    why = _barred(source) or (_barred(target) or _apart(source, target) if target else "")
    why = why or _awards_problem(source, target, chosen)
    if why:
        return Refusal(why)
    target_id = target.contract_id if target else next_contract_id(source.contract_id, known)
    empties = len(moving) == len(source.carried)
    made = _planned(source, target, target_id, moving, source.adjustment_cents if empties else 0)
    placed = {award.mocs_id: award.placed_in for award in moving if award.placed_in}
    return _checked(made, dict.fromkeys(made.award_ids, target_id), placed)


def undo(
    recorded: RecordedRegrouping, source: ContractFacts, target: ContractFacts, folded: Mapping[str, str]
) -> Regrouping | Refusal:
    """Take a recorded regrouping back; `source` and `target` are its contracts as they are now, `folded` as everywhere.

    What a newer list added to a folded source goes back with its awards. An award that the list itself took out of
    the target stays where the list has it.
    """
    placed = {award.mocs_id: award for award in target.awards if award.placed_in == target.contract_id}
    why = _barred(target) or _barred(source, target.contract_id) or _moved_on(recorded, placed)
    if why:
        return Refusal(why)
    standing = {key: value for key, value in folded.items() if key != source.contract_id}
    moving = tuple(
        award
        for award in target.carried
        if award.mocs_id in recorded.award_ids or carried_by(award.own, award.placed_in, standing) == source.contract_id
    )
    if not moving:
        return Refusal(
            f"A newer list took these awards out of contract {target.contract_id}, so there is nothing to take back."
        )
    empties = len(moving) == len(target.carried)
    made = _planned(
        target, source, source.contract_id, moving, target.adjustment_cents if empties else recorded.adjustment_cents
    )
    places = {key: _place_again(placed[key], recorded, standing) for key in recorded.award_ids}
    return _checked(made, places, {}, recorded.award_ids, recorded.worth_before)


def _place_again(award: PlacedAward, recorded: RecordedRegrouping, folded: Mapping[str, str]) -> str:
    """Where the award was placed before; the source by name, should the list now group it elsewhere."""
    before = recorded.placed_before.get(award.mocs_id, "")
    stays_out = award.contract_id != recorded.target_id
    at_home = carried_by(award.own, before, folded) == recorded.source_id
    return before if stays_out or at_home else recorded.source_id


def _planned(
    giver: ContractFacts, taker: ContractFacts | None, taker_id: str, moving: Sequence[PlacedAward], adjustment: int
) -> Regrouping:
    moved, had = sum(award.counted_cents for award in moving), taker.worth if taker else Worth(0)
    return Regrouping(
        source_id=giver.contract_id,
        target_id=taker_id,
        is_new=taker is None,
        award_ids=tuple(sorted(award.mocs_id for award in moving)),
        folds_source=len(moving) == len(giver.carried),
        source_before=giver.worth,
        source_after=Worth(giver.worth.awards_cents - moved, giver.adjustment_cents - adjustment),
        target_before=had,
        target_after=Worth(had.awards_cents + moved, had.adjustment_cents + adjustment),
        placements={},
        placed_before={},
        award_cents={award.mocs_id: award.counted_cents for award in moving},
        adjustment_cents=adjustment,
    )


def _checked(
    made: Regrouping,
    placements: Mapping[str, str],
    placed_before: Mapping[str, str],
    undoes: tuple[str, ...] = (),
    restored: Mapping[str, int] | None = None,
) -> Regrouping | Refusal:
    """The regrouping, unless a contract that stays in the lists would be worth nothing, and was not so before.

    `restored` is what an undo brings back: a list may have left a contract without worth before it was regrouped.
    """
    left = {made.target_id: made.target_after}
    if not made.folds_source:
        left[made.source_id] = made.source_after
    for contract_id, worth in left.items():
        if restored and restored.get(contract_id) == worth.amount_cents:
            continue
        if is_empty(worth.awards_cents) or is_empty(worth.awards_cents + worth.adjustment_cents):
            is_opened = made.is_new and contract_id == made.target_id
            return Refusal(_worthless("The new contract" if is_opened else f"Contract {contract_id}", worth))
    return replace(made, placements=placements, placed_before=placed_before, undoes=undoes)


def _worthless(contract: str, worth: Worth) -> str:
    cents = worth.awards_cents + worth.adjustment_cents
    reduced = f", with its signed reduction of {dollars(-worth.adjustment_cents)}" if worth.adjustment_cents < 0 else ""
    return (
        f"{contract} would then be worth {dollars(cents)}{reduced}. Regroup the awards so that each contract that "
        "remains is worth more than nothing."
    )


def _barred(contract: ContractFacts, taker: str = "") -> str:
    """Why the awards of a contract cannot be moved now; one that was folded into `taker` can have them back."""
    state = ALL_STATES[contract.state]
    if contract.folded_into not in ("", taker):
        return (
            f"Contract {contract.contract_id} gave all its awards to contract {contract.folded_into}. "
            "Undo that regrouping first, or choose the other contract."
        )
    if state.final:
        return f"Contract {contract.contract_id} is closed (“{state.label}”), so its awards stay where they are."
    if contract.state not in REGROUPABLE:
        return (
            f"Contract {contract.contract_id} stands at “{state.label}”. Awards can be regrouped only before the "
            "contract is filed with the Comptroller, and while no denial is open."
        )
    return ""


def _apart(source: ContractFacts, target: ContractFacts) -> str:
    """Why awards of one contract cannot go into the other. Source: one contract a provider and year (domain 18.3)."""
    here, there = source.contract_id, target.contract_id
    if here == there:
        return f"The awards stand in contract {here} already. Choose another contract, or a new one."
    if source.vendor_ein != target.vendor_ein:
        return (
            f"Contract {there} is with another provider (EIN {target.vendor_ein}) than contract {here} "
            f"(EIN {source.vendor_ein}). Awards move only between contracts of one provider."
        )
    if source.fiscal_year != target.fiscal_year:
        return (
            f"Contract {there} is of fiscal year {target.fiscal_year}, contract {here} of {source.fiscal_year}. "
            "Awards move only between contracts of one fiscal year."
        )
    if source.kind != target.kind:
        words = [contract.kind.value.replace("_", " ") for contract in (target, source)]
        return (
            f"The kind of contract {there} is “{words[0]}”, that of contract {here} “{words[1]}”. "
            "Set the same kind for both first."
        )
    return ""


def _awards_problem(source: ContractFacts, target: ContractFacts | None, chosen: Collection[str]) -> str:
    here = {award.mocs_id for award in source.carried}
    if not chosen:
        return f"No award is chosen. Choose at least one award of contract {source.contract_id}."
    strangers = sorted(set(chosen) - here)
    if strangers:
        named = ", ".join(strangers[:5]) + (f" and {len(strangers) - 5} more" if len(strangers) > 5 else "")
        return f"Contract {source.contract_id} has no award {named}. Choose among the awards that its page lists."
    if target is None and here == set(chosen):
        return (
            f"These are all awards of contract {source.contract_id}: nothing would remain in it. Leave at least one "
            "award, or name the contract that takes them over."
        )
    return ""


def _moved_on(recorded: RecordedRegrouping, placed: Collection[str]) -> str:
    gone = [key for key in recorded.award_ids if key not in placed]
    if not gone:
        return ""
    return (
        f"Award {gone[0]} is no longer where this regrouping put it: it was moved again or this was undone already. "
        "Undo the latest regrouping of the award first."
    )
