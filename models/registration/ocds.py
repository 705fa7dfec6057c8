"""Publishes contracts in the Open Contracting Data Standard 1.1: one immutable release for each public event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from models.registration.ocds_changes import difference, tags
from models.registration.ocds_history import PublicAward, PublicEvent, PublishedContract, Standing, apply, rewound
from models.registration.ocds_sections import buyer, parties, record, stamp
from models.registration.policy import UNREGISTERED_PREFIX, AgencyPolicy

VERSION = "1.1"


@dataclass(frozen=True, slots=True)
class Published:
    """The releases of one contract, and the amounts in cents that merging them gives: of the contract, of each award.

    An award that the Council moved to another contract is not among `awards`.
    """

    releases: tuple[dict[str, Any], ...]
    amount_cents: int
    awards: Mapping[str, int]


def ocid(agency: AgencyPolicy, contract_id: str) -> str:
    """The open contracting id of a contract's whole process."""
    return f"{agency.ocid_prefix}-{contract_id}"


def publish(
    contract: PublishedContract, awards: Mapping[str, PublicAward], events: Sequence[PublicEvent], agency: AgencyPolicy
) -> Published:
    """One release for each event that changed a public fact; `awards` are today's, by id, all that the events name.

    A release is numbered by its event, so it keeps its id for good. Its date is when the event happened, pushed on
    where an event was recorded out of turn: dates never go back and never repeat within a process, as merging needs.
    """
    before_all, after = rewound(awards, events)
    standing, before = Standing(), dict[str, Any]()
    found: list[dict[str, Any]] = []
    last: datetime | None = None
    for event in events:
        opening = [before_all[key] for key in event.payload.get("awards", ())] if event.event == "opened" else ()
        apply(standing, event, after.get(event.seq), opening)
        now = record(contract, standing, agency)
        change = difference(before, now)
        if change:
            last = max(event.occurred_at, last + timedelta(seconds=1)) if last else event.occurred_at
            found.append(_release(contract, agency, event.seq, last, before, change))
            before = now
    remaining = {key: a.award.amount_cents for key, a in standing.awards.items() if not a.left}
    return Published(tuple(found), standing.amount_cents, remaining)


def _release(
    contract: PublishedContract,
    agency: AgencyPolicy,
    seq: int,
    at: datetime,
    before: dict[str, Any],
    change: dict[str, Any],
) -> dict[str, Any]:
    number = ocid(agency, contract.contract_id)
    found: dict[str, Any] = {
        "ocid": number, "id": f"{number}-{seq:04d}", "date": stamp(at), "tag": tags(before, change),
        "initiationType": "tender",
    }  # fmt: skip
    if not before:
        found |= {"language": "en", "parties": parties(contract, agency), "buyer": buyer(agency)}
    return {**found, **change}


def package_head(agency: AgencyPolicy, changed_at: datetime) -> dict[str, Any]:
    """A release package without its releases; `changed_at` is the last change of what it holds.

    Source: OCDS 1.1, release package. The identifier is a tag URI (RFC 4151) of the agency's mail domain.
    """
    published = stamp(changed_at)
    found: dict[str, Any] = {
        "uri": f"tag:{agency.email.partition('@')[2]},{published[:10]}:ocds/{agency.ocid_prefix}/{agency.code}",
        "version": VERSION,
        "publishedDate": published,
        "publisher": {"name": agency.name},
    }
    if agency.ocid_prefix == UNREGISTERED_PREFIX:
        found["notice"] = prefix_notice(agency)
    return found


def prefix_notice(agency: AgencyPolicy) -> str:
    """Says that the identifiers are provisional; empty with a prefix of the agency's own."""
    if agency.ocid_prefix != UNREGISTERED_PREFIX:
        return ""
    return (
        f"The identifiers begin with {UNREGISTERED_PREFIX}, which is nobody's registered prefix: they are provisional. "
        "The Open Contracting Partnership assigns real prefixes."
    )
