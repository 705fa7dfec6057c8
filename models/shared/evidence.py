"""The hash chain of a case: what each event's hash is taken over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from models.shared.documents import canonical, sha256

GENESIS = "0" * 64
CHAINED = (
    "process",
    "case_id",
    "seq",
    "at",
    "occurred_at",
    "event",
    "actor",
    "state_from",
    "state_to",
    "payload",
    "prev_hash",
)


def moment(value: datetime) -> str:
    """An aware moment as text, always in UTC and with microseconds: the same on every database."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_hash(fields: Mapping[str, Any]) -> str:
    """Hash of one event over all its fields and the hash before it."""
    return sha256(canonical([moment(v) if isinstance(v := fields[k], datetime) else v for k in CHAINED]))
