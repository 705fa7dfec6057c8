"""The facts of a registration case in the office's words, and what of them changed since somebody signed."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.registration.letters import KIND_LABELS
from models.registration.packet import RegistrationPacket
from models.registration.requirements import LABELS
from models.registration.sheets import label
from models.registration.states import ALL_STATES, Kind
from models.shared.calendar import long_date
from tasks.adapters.differences import Difference, Words, differences


def _event(row: Mapping[str, Any]) -> str:
    said = f"{label(row['event'])}, {long_date(date.fromisoformat(row['on']))}"
    why = row.get("reason") or str(row.get("value", "")).replace("_", " ")
    return f"{said}: {why}" if why else said


def _say(name: str, value: Any) -> str:
    if name == "state" and value in ALL_STATES:
        return ALL_STATES[value].label
    if name == "document" and value in LABELS:
        return LABELS[value]
    if name == "kind" and value in set(Kind):
        return KIND_LABELS[Kind(value)]
    if name == "history" and isinstance(value, Mapping):
        return _event(value)
    return ""


PACKET_WORDS = Words(
    names={
        "state": "stands at", "state_since": "since", "opened_on": "opened", "vendor_ein": "provider’s EIN",
        "vendor_name": "provider", "beneficiary_ein": "EIN of whom it contracts for",
        "beneficiary_name": "whom it contracts for", "original_amount_cents": "first amount",
        "adjustment_cents": "reductions and changes", "term_start": "first day of the term",
        "term_end": "last day of the term", "ein": "EIN", "email": "e-mail", "mocs_id": "award",
        "vanished": "gone from the Council’s list", "has_file": "scan on file", "file_name": "scan",
        "file_sha256": "the scan’s content", "reported_on": "received", "signed_on": "signed",
        "expires_on": "good until", "period_end": "end of its period", "detail": "note", "rejected": "rejected because",
        "request": "letter that asks for documents", "council_total_cents": "awards of the Council this year",
        "annual_revenue_cents": "yearly revenue", "city_business_cents": "business with the City",
    },
    keys={"awards": "mocs_id", "documents": "document", "amendments": "seq_no"},
    nouns={"awards": "award", "documents": "document", "amendments": "change", "history": "happened"},
    logs=frozenset({"history"}),
    left_out=frozenset({"as_of", "case_id", "by"}),
    say=_say,
)  # fmt: skip


def packet_differences(before: str, now: RegistrationPacket) -> list[Difference]:
    """What changed since a packet was stored; `before` is its JSON. That an act was proposed changes no fact."""
    return differences(_facts(json.loads(before)), _facts(now.model_dump(mode="json")), PACKET_WORDS)


def _facts(packet: Mapping[str, Any]) -> dict[str, Any]:
    return {**packet, "history": [row for row in packet.get("history", ()) if row["event"] != "act_proposed"]}
