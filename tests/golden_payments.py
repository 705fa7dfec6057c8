"""Requisitions worked out by hand: reads the cases, merges each with the facts all start from, builds its packet."""

import csv
import tomllib
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from models.payments.packet import RequisitionPacket
from models.payments.policy import Policy
from models.shared.calendar import CityCalendar
from models.shared.money import to_cents

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "models" / "payments_golden"
# Keys whose value is an amount in dollars; the packet's field of the same fact ends in `_cents`.
_MONEY = {
    "max_amount": "max", "total": "total", "amount": "amount", "unit_price": "unit_price", "sales_tax": "sales_tax",
    "claimed": "claimed", "approved": "approved", "balance": "balance", "recoup": "recoup", "mfr_total": "mfr_total",
    "gl_total": "gl_total", "whole": "whole",
}  # fmt: skip
_RENAMED = {"fy": "fiscal_year", "from": "started_on", "to": "ended_on"}


@dataclass(frozen=True)
class GoldenCase:
    """One case: its name, the rules that it is about, what a review sees, and what it must come to."""

    file: str
    name: str
    cites: str
    packet: RequisitionPacket
    policy: Policy
    expected: dict[str, Any]


@cache
def city_calendar() -> CityCalendar:
    """The shipped table of City holidays."""
    with (ROOT / "deployments" / "city_holidays.csv").open(newline="", encoding="utf-8") as source:
        return CityCalendar({date.fromisoformat(row["date"]): row["name"] for row in csv.DictReader(source)})


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads((ROOT / "deployments" / "policy.toml").read_text(encoding="utf-8"))["payments"]


def make_payments_policy(**overrides: Any) -> Policy:
    """The shipped policy on the shipped calendar."""
    return Policy.model_validate({**_shipped(), "calendar": city_calendar(), **overrides})


@cache
def base_facts() -> dict[str, Any]:
    """The facts that every case starts from."""
    return tomllib.loads((GOLDEN / "base.toml").read_text(encoding="utf-8"))


def merged(base: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """Tables merge by key, lists replace, `absent` takes keys of the base away."""
    facts = {key: value for key, value in deepcopy(base).items() if key not in case.get("absent", ())}
    for key, value in case.items():
        if key != "absent":
            facts[key] = merged(facts.get(key, {}), value) if isinstance(value, dict) else value
    return facts


def _fields(table: Any) -> Any:
    """A table in the names and units of the packet: amounts of dollars become whole cents."""
    if isinstance(table, list):
        return [_fields(item) for item in table]
    if not isinstance(table, dict):
        return table
    return {
        f"{_MONEY[key]}_cents" if key in _MONEY else _RENAMED.get(key, key): (
            to_cents(value) if key in _MONEY else _fields(value)
        )
        for key, value in table.items()
    }


def packet_of(facts: dict[str, Any]) -> RequisitionPacket:
    """The packet of merged facts."""
    same = ("contract", "budget", "rates", "requisition", "earlier", "suppliers", "advance", "reports", "compliance")
    return RequisitionPacket.model_validate(
        {key: _fields(facts[key]) for key in (*same, "pauses")}
        | {
            "name_check_fee_cents": to_cents(facts["fees"]["name_check"]),
            "offset_cents": to_cents(facts["offset"]["ordered"]),
            "paid_on": facts["payment"].get("paid_on"),
            "as_of": facts["review"]["on"],
        }
    )


def policy_of(facts: dict[str, Any]) -> Policy:
    """The shipped policy with the case's invented rates of interest and its way with pending changes."""
    rates = [{"from": day, "rate": rate, "source": "invented"} for day, rate in facts["payment"]["rates"]]
    return make_payments_policy(interest_rates=rates, pending_change=facts["review"]["pending_change_policy"])


@cache
def golden_cases() -> tuple[GoldenCase, ...]:
    """All cases, file by file."""
    found = []
    for path in sorted(GOLDEN.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", ()):
            facts = merged(base_facts(), case.get("facts", {}))
            found.append(
                GoldenCase(path.stem, case["name"], case["cites"], packet_of(facts), policy_of(facts), case["expected"])
            )
    return tuple(found)
