"""The worksheet of a review: what the checks so far leave of each line. Checks read it; only `apply` writes."""

from collections.abc import Iterable, Mapping
from copy import copy

from models.payments.clock import PaymentClock, payment_clock
from models.payments.packet import Category, Claim, RequisitionPacket
from models.payments.policy import Policy
from models.payments.verdicts import Effect, LineOutcome, LineVerdict, Ruling

# What a dispute that was decided for the vendor puts aside for its line: not papers, reports, or what is left to pay
# from. Source: PPB 4-09; which rules: convention.
PUT_ASIDE = frozenset({"P5", "P10", "P11", "P13", "P15", "P17"})


class Worksheet:
    """Each line's amount as claimed, lowered by each ruling: the smallest amount wins, disallow beats hold."""

    def __init__(self, packet: RequisitionPacket, policy: Policy) -> None:
        self.packet = packet
        self.clock: PaymentClock | None = payment_clock(packet, policy)
        self.rulings: list[Ruling] = []
        self.returned = self.blocked = self.waiting = False
        self._amounts = [line.amount_cents for line in packet.requisition.lines]
        # The same without the cuts that wait for a held line.
        self._later = list(self._amounts)
        self._granted = {n for n, line in enumerate(packet.requisition.lines) if line.granted}
        self._held = [False] * len(self._amounts)
        self._disallowed = [False] * len(self._amounts)

    def apply(self, rulings: Iterable[Ruling]) -> None:
        """Take in what one check found."""
        for ruling in rulings:
            if ruling.position in self._granted and ruling.finding.code in PUT_ASIDE:
                continue
            self.rulings.append(ruling)
            self.returned = self.returned or ruling.effect is Effect.RETURN
            self.blocked = self.blocked or ruling.effect in (Effect.BLOCK, Effect.EMPTY)
            self.waiting = self.waiting or ruling.effect is Effect.WAIT
            if ruling.effect is Effect.LIMIT:
                self._limit(ruling)
            elif ruling.effect in (Effect.HOLD, Effect.EMPTY):
                self._hold(ruling.position)

    def _hold(self, position: int | None) -> None:
        for n in range(len(self._held)) if position is None else (position,):
            self._held[n] = True

    def _limit(self, ruling: Ruling) -> None:
        if ruling.position is None:
            return
        self._amounts[ruling.position] = min(self._amounts[ruling.position], ruling.limit_cents)
        if not ruling.waits:
            self._later[ruling.position] = min(self._later[ruling.position], ruling.limit_cents)
        if ruling.limit_cents == 0:
            (self._held if ruling.waits else self._disallowed)[ruling.position] = True

    def limited(self, limits: Mapping[int, int]) -> "Worksheet":
        """A worksheet with lower amounts of some lines, by position, to try them: this one stays as it is."""
        trial = copy(self)
        trial.rulings, trial._amounts, trial._later = list(self.rulings), list(self._amounts), list(self._later)
        trial._held, trial._disallowed = list(self._held), list(self._disallowed)
        for position, cents in limits.items():
            trial._amounts[position] = min(trial._amounts[position], cents)
        return trial

    def payable(self, claim: Claim) -> int:
        """What the rulings so far leave of a line."""
        n = claim.position
        return 0 if self._held[n] or self._disallowed[n] else self._amounts[n]

    @property
    def payable_cents(self) -> int:
        return sum(self.payable(claim) for claim in self.packet.claims)

    def is_held(self, claim: Claim) -> bool:
        """True where a line may still be paid once something comes."""
        return self._held[claim.position] and not self._disallowed[claim.position]

    def is_disallowed(self, claim: Claim) -> bool:
        return self._disallowed[claim.position]

    def of(self, *categories: Category) -> list[Claim]:
        """The lines of some categories, in their order."""
        return [claim for claim in self.packet.claims if claim.category in categories]

    def lines(self) -> tuple[LineVerdict, ...]:
        """The verdict of each line as it stands."""
        codes: list[list[str]] = [[] for _ in self._amounts]
        for ruling in self.rulings:
            for n in range(len(codes)) if ruling.position is None else (ruling.position,):
                if ruling.finding.code not in codes[n]:
                    codes[n].append(ruling.finding.code)
        return tuple(self._line(claim, tuple(codes[claim.position])) for claim in self.packet.claims)

    def _line(self, claim: Claim, codes: tuple[str, ...]) -> LineVerdict:
        amount, claimed = self.payable(claim), claim.line.amount_cents
        if self.returned:
            amount, outcome = 0, LineOutcome.RETURN
        elif self._disallowed[claim.position]:
            outcome = LineOutcome.DISALLOW
        elif self._held[claim.position]:
            outcome = LineOutcome.HOLD
        else:
            outcome = LineOutcome.PAY if amount == claimed else LineOutcome.SHORT_PAY
        open_cents = {LineOutcome.HOLD: claimed, LineOutcome.SHORT_PAY: self._later[claim.position] - amount}
        return LineVerdict(claim.line.no, outcome, claimed, amount, codes, open_cents.get(outcome, 0))
