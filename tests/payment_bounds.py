"""What must hold of one contract and of each of its requisitions, by arithmetic of its own."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.deciding_oracle import must
from tests.payment_contracts import FEE, FRINGE, INDIRECT, KINDS, Contract

RECEIVED, LAPSED = "evidence_received", "hold_lapsed"
REVIEWED = {"received", "with_program", "with_fiscal", "returned"}
OWED = {"approved", "vouchered", "partly_remitted", "partly_paid", "payment_returned"}
MONEY = {*OWED, "paid", "offset"}
FINAL = {"paid", "offset", "disallowed", "lapsed", "upheld", "withdrawn"}
GROUPS = ({1, 2}, {3, 4, 5})
Row = dict[str, Any]


def share(amount: int, percent: int) -> int:
    """Percent of an amount, half up."""
    return int((Decimal(amount) * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class Case:
    """A requisition with all its rows, its revisions as they came in."""

    row: Row
    forms: dict[int, Row]
    lines: list[Row]
    vouchers: list[Row]
    payments: Mapping[str, list[Row]]
    requests: list[Row]
    disputes: list[Row]

    @property
    def id(self) -> str:
        return str(self.row["case_id"])

    def claim(self, no: int, revision: int) -> int | None:
        found = [line for line in self.forms[revision]["lines"] if line["no"] == no]
        return found[0]["amount_cents"] if found else None

    def approved(self, *budget_lines: int) -> int:
        return sum(row["approved_cents"] for row in self.lines if row["budget_line"] in budget_lines)

    def paid(self, voucher: Row) -> int:
        return sum(row["cents"] for row in self.payments.get(voucher["voucher_no"], ()))


# --- one contract -----------------------------------------------------------------------------------------------


def check_contract(contract: Contract, cases: Sequence[Case], refunds: Sequence[Row]) -> None:
    used: Counter[int] = Counter()
    for case in cases:
        for row in case.lines:
            used[row["budget_line"]] += row["approved_cents"]
    for no, budget in contract.budget.items():
        most = budget + (0 if no == 6 else share(budget, 10))
        must(0 <= used[no] <= most, f"{contract.id}: budget line {no} of {budget} has {used[no]} approved")
    for group in GROUPS:
        most = sum(contract.budget.get(no, 0) for no in group)
        must(sum(used[no] for no in group) <= most, f"{contract.id}: more is approved than the group {group} has")
    vouchers = [voucher for case in cases for voucher in case.vouchers]
    kept = sum(row["amount_cents"] for row in refunds)
    out = contract.advance - sum(v["recouped_cents"] for v in vouchers) - kept
    must(out >= 0, f"{contract.id}: {-out} more than the advance of {contract.advance} is taken back or due")
    total = used.total()
    must(total + out <= contract.total <= contract.most, f"{contract.id}: {total} is approved, {out} advanced")
    must(sum(v["fee_cents"] for v in vouchers) <= FEE, f"{contract.id}: the name check is charged twice")
    off = sum(v["offset_cents"] for v in vouchers)
    must(off == sum(r["offset_cents"] for r in refunds), f"{contract.id}: {off} was set off, the refunds say else")
    must(all(0 <= r["offset_cents"] <= r["amount_cents"] for r in refunds), f"{contract.id}: too much was set off")
    _check_nothing_twice(contract, cases)
    for case in cases:
        if case.id == contract.last and _is_settled(case):
            must(out == 0, f"{contract.id}: its last requisition is settled, {out} of the advance is not due")


def _is_settled(case: Case) -> bool:
    """Nothing of it can be paid any more, by what its own rows say."""
    decided = bool(case.lines) or case.row["state"] in {"lapsed", "withdrawn"}
    return decided and case.row["state"] not in {*REVIEWED, "disputed"} and not any(r["open_cents"] for r in case.lines)


def _check_nothing_twice(contract: Contract, cases: Sequence[Case]) -> None:
    """No service is paid for on two requisitions, no invoice number on two either."""
    claimed, numbered = defaultdict(set), defaultdict(set)
    for case in cases:
        approved = Counter()
        for row in case.lines:
            approved[row["no"]] += row["approved_cents"]
        for row in case.lines:
            if approved[row["no"]] > 0:
                days = (str(row["service_from"]), str(row["service_to"]))
                claimed[row["budget_line"], *days, case.claim(row["no"], row["revision"])].add(case.id)
                numbered[row["invoice_no"].strip().casefold()].add(case.id)
    for found in (claimed, numbered):
        for key, ids in found.items():
            must(len(ids) == 1, f"{contract.id}: {key} is paid on {sorted(ids)}")


# --- one requisition --------------------------------------------------------------------------------------------


def check_case(case: Case) -> None:
    for row in case.lines:
        form = case.forms[row["revision"]]
        summed = sum(line["amount_cents"] for line in form["lines"])
        must(form["total_cents"] == summed, f"{case.id}: decided, though its lines are not its total")
    for no in {row["no"] for row in case.lines}:
        _check_line(case, no, [row for row in case.lines if row["no"] == no])
    _check_rates(case)
    for part in sorted({v["part"] for v in case.vouchers}):
        _check_voucher(case, part, [v for v in case.vouchers if v["part"] == part])
    for part in {row["part"] for row in case.lines if row["approved_cents"]}:
        must(any(v["part"] == part for v in case.vouchers), f"{case.id}: part {part} is approved without a voucher")
    _check_requests(case)
    _check_state(case)


def _check_line(case: Case, no: int, decided: Sequence[Row]) -> None:
    """Over all parts a line gets at most its claim, and what is open of it is what is left of it at most."""
    name, approved = f"{case.id}, line {no}", 0
    for row in decided:
        claim = case.claim(no, row["revision"]) or 0
        approved += row["approved_cents"]
        still = approved + row["open_cents"]
        # A dispute is about the revision that stands, and none after it changes the line.
        most = (case.claim(no, case.row["revision"]) or 0) if row["granted"] else claim
        if claim >= 0:
            must(0 <= approved <= claim, f"{name}: {approved} of {claim} is approved")
            must(row["open_cents"] >= 0 and still <= most, f"{name}: {row['open_cents']} is open of {most}")
        else:
            must(approved in (0, claim) and still in (0, claim), f"{name}: the credit of {claim} came to {approved}")
    must(not any(row["open_cents"] for row in decided[:-1]), f"{name}: it is open in a part that is over")
    if approved:
        now = case.claim(no, case.row["revision"])
        must(now == claim, f"{name}: {approved} is approved, and a revision claims {now} instead of {claim}")


def _check_rates(case: Case) -> None:
    granted = {row["budget_line"] for row in case.lines if row["granted"]}
    for no, base, rate in ((2, (1,), FRINGE), (6, (1, 2, 3, 4, 5), INDIRECT)):
        if no not in granted:
            most = max(0, share(case.approved(*base), rate))
            must(case.approved(no) <= most, f"{case.id}: {case.approved(no)} for {KINDS[no][0]}, {most} is allowed")


def _check_voucher(case: Case, part: int, issues: Sequence[Row]) -> None:
    """A part is owed once: its issues follow each other, and only the last is still to be paid."""
    first, name = issues[0], issues[0]["voucher_no"]
    came_to = sum(row["approved_cents"] for row in case.lines if row["part"] == part)
    off = first["recouped_cents"] + first["fee_cents"] + first["offset_cents"]
    must(came_to == first["net_cents"] + off, f"{name}: {came_to} is approved, {first['net_cents']} and {off} off it")
    must([v["issue"] for v in issues] == list(range(len(issues))), f"{name}: an issue is missing")
    must([v["voucher_no"] for v in issues if not v["reissued_as"]] == [issues[-1]["voucher_no"]], f"{name}: two live")
    for voucher, after in zip(issues, [*issues[1:], None], strict=True):
        number, net, paid = voucher["voucher_no"], voucher["net_cents"], case.paid(voucher)
        body = json.loads(voucher["body"])
        must(body["net_cents"] == net >= 0, f"{number}: asks for {body['net_cents']} and counts as {net}")
        must(sum(line["amount_cents"] for line in body["lines"]) == net, f"{number}: its lines are not its amount")
        must(voucher["paid_cents"] == paid and 0 <= paid <= net, f"{number}: {paid} of {net} is paid")
        told = case.payments.get(number, ())
        must(not told or voucher["batch_no"].startswith("VB-"), f"{number}: paid, though nobody was asked to")
        must(not voucher["voided_on"] or not told, f"{number}: paid, though void")
        if after is not None:
            must(voucher["reissued_as"] == after["voucher_no"], f"{number}: its next issue is another")
            must(after["net_cents"] == net - paid == voucher["voided_cents"], f"{number}: reissued over another amount")
            taken = after["recouped_cents"] + after["fee_cents"] + after["offset_cents"]
            must(not taken, f"{number}: reissued with {taken} off once more")
    must(sum(map(case.paid, issues)) <= first["net_cents"], f"{name}: paid twice over its issues")


def _check_requests(case: Case) -> None:
    must(sum(not r["closed_as"] for r in case.requests) <= 1, f"{case.id}: two requests are open at once")
    over = case.row["state"] in FINAL and any(not r["closed_as"] for r in case.requests)
    must(not over, f"{case.id}: closed, and something is still asked for")
    for request in case.requests:
        ways = ("", RECEIVED, LAPSED, "withdrawn")
        must(request["closed_as"] in ways, f"{case.id}: a request ended as {request['closed_as']}")
        if request["closed_as"] == LAPSED:
            lines = json.loads(request["lines"])
            left = [
                row["no"]
                for row in case.lines
                if row["no"] in lines and row["part"] < request["for_part"] and row["open_cents"] and not row["granted"]
            ]
            must(not left, f"{case.id}: lines {left} lapsed and are still open")
    open_disputes = sum(not d["decided_as"] for d in case.disputes)
    must(open_disputes == (case.row["state"] == "disputed"), f"{case.id}: {open_disputes} disputes")


def _check_state(case: Case) -> None:
    """Where it stands follows from its vouchers, their payments and its open lines."""
    state, still = case.row["state"], {row["no"] for row in case.lines if row["open_cents"]}
    must(case.row["open_lines"] == len(still), f"{case.id}: {len(still)} lines are open, its row says else")
    if state in ("lapsed", "withdrawn", "disallowed"):
        must(not case.vouchers and not still, f"{case.id}: {state}, with money owed or lines open")
    elif state in MONEY and not (state == "approved" and any(not v["batch_no"] for v in case.vouchers)):
        told = _stands(case, bool(still))
        must(state == told, f"{case.id}: stands at {state}, its money at {told}")


def _stands(case: Case, still: bool) -> str:
    owed = []
    for voucher in case.vouchers:
        paid, live = case.paid(voucher), not voucher["reissued_as"]
        back = any(row["cents"] < 0 for row in case.payments.get(voucher["voucher_no"], ()))
        if live and paid < voucher["net_cents"]:
            if back or voucher["voided_on"]:
                return "payment_returned"
            owed.append(paid)
    if any(not v["batch_no"] for v in case.vouchers):
        return "approved"
    if owed:
        return "partly_remitted" if all(owed) else "vouchered"
    if still:
        return "partly_paid"
    return "paid" if any(map(case.paid, case.vouchers)) else "offset"
