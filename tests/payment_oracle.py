"""A naive account of a season of payments, apart from the code: it reads the rows, adds up, and believes nothing."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tasks.adapters.database import reading
from tests.deciding_oracle import must
from tests.payment_bounds import LAPSED, RECEIVED, Case, Row, check_case, check_contract
from tests.payment_contracts import Contract

TABLES = (
    "requisition", "requisition_revision", "approved_line", "voucher", "voucher_payment", "evidence_request",
    "refund_due", "dispute",
)  # fmt: skip


def rows(table: str, where: str = "") -> list[Row]:
    """All rows of a table, days as text whatever the database gives."""
    with reading() as session:
        found = session.connection().exec_driver_sql(f'select * from "{table}" {where}')
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found.all()]


def counted(*tables: str) -> list[int]:
    """How many rows each of these tables has."""
    with reading() as session:
        told = ", ".join(f'(select count(*) from "{table}")' for table in tables)
        return list(session.connection().exec_driver_sql(f"select {told}").one())


def by(found: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    sorted_out: dict[Any, list[Row]] = defaultdict(list)
    for row in found:
        sorted_out[row[key]].append(row)
    return sorted_out


@dataclass
class PaymentOracle:
    """What must hold of all contracts together, whenever it is asked."""

    contracts: Sequence[Contract]
    asked: dict[tuple[str, int], tuple[int, ...]] = field(default_factory=dict)
    ended: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    _forms: dict[tuple[str, int], Row] = field(default_factory=dict)

    def check(self) -> Counter[str]:
        """Every bound, contract by contract; how many requisitions stand where. Raises Violation."""
        self.watch()
        found = {table: rows(table) for table in TABLES}
        lapses = Counter(row["case_id"] for row in rows("case_event", "where event in ('hold_lapsed', 'rest_lapsed')"))
        cases, refunds = by(self._cases(found), "contract"), by(found["refund_due"], "contract_id")
        for contract in self.contracts:
            mine = [row["case"] for row in cases.get(contract.id, ())]
            check_contract(contract, mine, refunds.get(contract.id, []))
            for case in mine:
                check_case(case)
                must(
                    lapses[case.id] == sum(r["closed_as"] == LAPSED for r in case.requests),
                    f"{case.id}: lapses were told {lapses[case.id]} times",
                )
        return Counter(row["state"] for row in found["requisition"])

    def _cases(self, found: Mapping[str, list[Row]]) -> list[Row]:
        revisions = by(found["requisition_revision"], "case_id")
        lines, vouchers = by(found["approved_line"], "case_id"), by(found["voucher"], "case_id")
        requests, disputes = by(found["evidence_request"], "case_id"), by(found["dispute"], "case_id")
        payments = by(found["voucher_payment"], "voucher_no")
        made = []
        for row in found["requisition"]:
            key = row["case_id"]
            forms = {r["revision"]: self._form(r) for r in revisions[key]}
            ordered = sorted(lines[key], key=lambda r: (r["no"], r["part"]))
            issues = sorted(vouchers[key], key=lambda r: (r["part"], r["issue"]))
            case = Case(row, forms, ordered, issues, payments, requests[key], disputes[key])
            made.append({"contract": row["contract_id"], "case": case})
        return made

    def _form(self, row: Row) -> Row:
        key = (row["case_id"], row["revision"])
        if key not in self._forms:
            self._forms[key] = json.loads(row["body"])
        return self._forms[key]

    def watch(self) -> None:
        """Requests end once, by what came or by their day; asked after each thing that may open or end one."""
        cases = {row["case_id"]: row for row in rows("requisition")}
        facts = Counter(row["subject"] for row in rows("payment_fact"))
        decided = Counter(row["case_id"] for row in rows("approved_line"))
        for row in rows("evidence_request"):
            key, case = (row["case_id"], row["no"]), cases[row["case_id"]]
            told = facts[case["case_id"]] + facts[case["contract_id"]]
            now = (case["revision"], case["part"], decided[case["case_id"]], told)
            ended = (row["closed_as"], str(row["closed_on"]))
            if not row["closed_as"]:
                must(key not in self.ended, f"{key}: a request that was over is open again")
                self.asked.setdefault(key, now)
                continue
            must(self.ended.setdefault(key, ended) == ended, f"{key}: a request ended twice, as {ended} now")
            if row["closed_as"] == RECEIVED:
                # A fact, a revision or a decision since; one that nobody saw open came and went with one of them.
                must(now != self.asked.get(key), f"{key}: counts as received, but nothing came")
            elif row["closed_as"] == LAPSED:
                must(str(row["due_on"]) < str(row["closed_on"]), f"{key}: lapsed before its day was over")
