"""What year or contract can no longer pay is cut as little as it must be, with fringe and indirect at their rates."""

import random
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from models.payments.packet import LineFacts, RequisitionPacket
from models.payments.rules import review
from models.payments.verdicts import Verdict
from tests.payment_years import BASE, PAPERS, POLICY

TRIALS = 1_500
# Budget lines of the base facts: salaries, fringe, supplies, equipment and indirect.
KINDS = {1: "PS", 2: "fringe", 3: "OTPS", 5: "equipment", 6: "indirect"}


def claimed(rng: random.Random) -> RequisitionPacket:
    """A clean requisition over some lines in any order, of which year and contract can pay a part."""
    picked = [1, *rng.sample((2, 3, 5, 6), rng.randrange(1, 5))]
    rng.shuffle(picked)
    lines = tuple(
        LineFacts(no=n, budget_line=no, description=KINDS[no], amount_cents=rng.randrange(1, 100_000), evidence=PAPERS)
        for n, no in enumerate(picked, 1)
    )
    total = sum(line.amount_cents for line in lines)
    asked = {"lines": lines, "total_cents": total, "disputed": ()}
    most = sum(BASE.approved_by_line.values()) + rng.randrange(1, total + 1)
    reports = {"mfr_in": True, "mfr_total_cents": total, "gl_total_cents": total, "outcomes_in": True}
    return BASE.model_copy(
        update={
            "requisition": BASE.requisition.model_copy(update=asked),
            "contract": BASE.contract.model_copy(update={"max_cents": most}),
            "reports": BASE.reports.model_copy(update=reports),
        }
    )


def paid(packet: RequisitionPacket, verdict: Verdict) -> Counter[str]:
    found = Counter[str]()
    for line, said in zip(packet.requisition.lines, verdict.lines, strict=True):
        found[KINDS[line.budget_line]] += said.amount_cents
    return found


def share(cents: int, percent: int) -> int:
    return int((Decimal(cents * percent) / 100).quantize(Decimal(1), ROUND_HALF_UP))


def test_what_the_maximum_leaves_is_paid_to_the_cents_that_rounding_takes_and_within_the_rates() -> None:
    rng, cut_by_rate = random.Random(9), 0
    for _ in range(TRIALS):
        packet = claimed(rng)
        verdict = review(packet, POLICY)
        cut = [finding for finding in verdict.findings if finding.code == "P9" and finding.subject != "contract"]
        left = packet.contract.max_cents - sum(packet.approved_by_line.values())
        # One cent more of a line brings at most one of fringe and one of indirect with it.
        assert (left - 2 if cut else 0) <= verdict.approved_cents <= left
        of = paid(packet, verdict)
        assert of["fringe"] <= share(of["PS"], 25)
        assert of["indirect"] <= share(of.total() - of["indirect"], 10)
        cut_by_rate += any("by its rate" in finding.message for finding in cut)
    assert cut_by_rate > TRIALS // 20
