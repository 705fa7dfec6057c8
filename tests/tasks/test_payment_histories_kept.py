"""Histories of payments on the real tables: what is paid stays in its bounds; and a planted fault shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.payments import assembly, balance
from models.payments.parts import DecidedLine
from models.payments.records import EvidenceRequest, Requisition, Voucher
from tasks.adapters import ledger
from tasks.adapters.ledger import head_of
from tasks.adapters.payments import effects, intake, payments_made, recording, requests
from tests.deciding_oracle import Violation
from tests.payment_machine import Season

HISTORIES, SOON = 300, 200


def test_the_money_of_three_hundred_contracts_stays_in_its_bounds(home: Path, tmp_path: Path) -> None:
    season = Season(tmp_path, 0, HISTORIES)
    season.open()
    season.play()
    counts, done = season.counts, season.desk.counts
    # A season in which little happens would show nothing.
    assert min(counts[f"stood: {s}"] for s in ("paid", "partly_paid", "offset", "upheld", "payment_returned")) > 2
    acts = ("reissued", "disputed", "dispute_granted", "determination_sent", "voucher_voided", "offset_ordered")
    assert min(done[f"done: {act}"] for act in acts) > 2
    assert done["done: fiscal_approved"] > HISTORIES
    told = {what: counts[what] for what in ("overtaken", "lapsed", "requisitions refused", "payments rejected")}
    assert min(told.values()) > 5, told


def _tolerance_doubled(patch: pytest.MonkeyPatch) -> None:
    real = balance.tolerance
    patch.setattr(balance, "tolerance", lambda line, policy: 2 * real(line, policy))


def _parts_do_not_count(patch: pytest.MonkeyPatch) -> None:
    """What earlier parts of the same requisition approved takes nothing off what is left."""
    real = DecidedLine.as_earlier

    def without_own(line: DecidedLine, *, own: bool = False) -> Any:
        earlier = real(line, own=own)
        return earlier.model_copy(update={"approved_cents": 0}) if own else earlier

    patch.setattr(DecidedLine, "as_earlier", without_own)


def _refund_taken_once_more(patch: pytest.MonkeyPatch) -> None:
    """What is kept as a refund of the advance is taken off later payments too."""
    real = assembly._advance
    patch.setattr(assembly, "_advance", lambda filed, known: real(filed, replace(known, refunds_kept_cents=0)))


def _requests_end_again(patch: pytest.MonkeyPatch) -> None:
    def close(session: Any, case_id: str, closed_as: str, on: Any) -> bool:
        table = EvidenceRequest.__table__  # type: ignore[attr-defined]
        mine = table.c.case_id == case_id
        session.execute(table.update().where(mine).values(closed_as=closed_as, closed_on=on))
        return True

    for module in (intake, recording, requests):
        patch.setattr(module, "close", close)


def _lapse_closes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(requests, "close_lines", lambda *_: None)


def _reissued_and_still_owed(patch: pytest.MonkeyPatch) -> None:
    """The issue that came back may be paid too."""
    real = effects.EFFECTS["reissued"]

    def reissue(session: Any, prepared: Any, at: Any) -> None:
        real(session, prepared, at)
        table, numbers = Voucher.__table__, [v.voucher_no for v in prepared.later.vouchers]  # type: ignore[attr-defined]
        mine = table.c.voucher_no.in_(numbers)
        session.execute(table.update().where(mine).values(reissued_as="", voided_cents=0, voided_on=None))

    patch.setitem(effects.EFFECTS, "reissued", reissue)  # type: ignore[arg-type]


def _void_vouchers_are_paid(patch: pytest.MonkeyPatch) -> None:
    real = payments_made._problem

    def problem(*given: Any) -> str:
        wrong = real(*given)
        return "" if "is void" in wrong else wrong

    patch.setattr(payments_made, "_problem", problem)


def _payments_without_their_reference(patch: pytest.MonkeyPatch) -> None:
    """Two payments of a day over the same amount count as one."""
    real = payments_made.payment_id
    patch.setattr(payments_made, "payment_id", lambda p: real(p.model_copy(update={"reference": ""})))


def _approvals_do_not_meet(patch: pytest.MonkeyPatch) -> None:
    """Of two who approve on one contract at once, both reckon with what is left."""
    patch.setattr(recording, "_count_approvals", lambda *_: None)


def _whatever_version(patch: pytest.MonkeyPatch) -> None:
    """What was judged on an older version is recorded after whatever came meanwhile."""

    def onto_the_latest(session: Any, process: str, table: Any, changes: Any, at: Any) -> None:
        moved = [replace(c, head=head_of(session.get_one(Requisition, c.head.case_id))) for c in changes]
        ledger.commit_changes(session, process, table, moved, at)

    patch.setattr(recording, "commit_changes", onto_the_latest)


def _nothing_is_set_off(patch: pytest.MonkeyPatch) -> None:
    """What was taken off a payment for a refund is still owed."""
    patch.setattr(recording, "set_off", lambda *_: None)


FAULTS = (
    _tolerance_doubled, _parts_do_not_count, _refund_taken_once_more, _requests_end_again, _lapse_closes_nothing,
    _reissued_and_still_owed, _void_vouchers_are_paid, _payments_without_their_reference, _approvals_do_not_meet,
    _whatever_version, _nothing_is_set_off,
)  # fmt: skip


@pytest.mark.parametrize("home", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(
    home: Path, tmp_path: Path, fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    season = Season(tmp_path, 0, SOON)
    season.open()
    fault(monkeypatch)
    with pytest.raises(Violation):
        season.play()
