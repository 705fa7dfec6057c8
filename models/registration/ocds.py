"""Publishes contracts in the Open Contracting Data Standard 1.1: one immutable release for each public event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from models.registration.ocds_changes import difference, tags
from models.registration.ocds_facts import PublicEvent, PublishedContract
from models.registration.ocds_history import Told, standings
from models.registration.ocds_sections import buyer, parties, record
from models.registration.ocds_values import ocid, release_id, stamp
from models.registration.policy import UNREGISTERED_PREFIX, AgencyPolicy
from models.registration.states import Kind
from models.shared.calendar import fiscal_year_bounds

VERSION = "1.1"


@dataclass(frozen=True, slots=True)
class Published:
    """The releases of one contract, and what merging them gives: amounts in cents, last day of the term, kind.

    An award that was moved to another contract is not among `awards`.
    """

    releases: tuple[dict[str, Any], ...]
    amount_cents: int
    awards: Mapping[str, int]
    term_end: date
    kind: Kind


def publish(
    contract: PublishedContract,
    events: Sequence[PublicEvent],
    told: Told,
    agency: AgencyPolicy,
    first_kind: Kind = Kind.STANDARD,
) -> Published:
    """One release for each event that changed a public fact; `told` are the awards as they were after each event.

    A release is numbered by its event, so it keeps its id for good. Its date is when the event happened, pushed on
    where an event was recorded out of turn: dates never go back and never repeat within a process, as merging needs.
    A correction changes no release: it brings one of its own, with what is known since. Raises ValueError without
    events.
    """
    if not events:
        raise ValueError(f"{contract.contract_id} has no events")
    before, found, numbers = dict[str, Any](), list[dict[str, Any]](), list[int]()
    last: datetime | None = None
    every = standings(events, told, first_kind, _first_term_end(contract, events))
    for event, standing in zip(events, every, strict=True):
        now = record(contract, standing, agency, numbers)
        change = difference(before, now)
        if change:
            last = max(event.occurred_at, last + timedelta(seconds=1)) if last else event.occurred_at
            found.append(_release(contract, agency, event.seq, last, before, change))
            numbers.append(event.seq)
            before = now
    remaining = {key: a.award.amount_cents for key, a in standing.awards.items() if not a.left}
    return Published(tuple(found), standing.amount_cents, remaining, standing.term_end, standing.kind)


def _first_term_end(contract: PublishedContract, events: Sequence[PublicEvent]) -> date:
    """The last day before any extension: the row holds today's. Source: K1."""
    extended = any(one.event == "amendment_approved" and one.payload.get("term_end") for one in events)
    return fiscal_year_bounds(contract.fiscal_year)[1] if extended else contract.term_end


def _release(
    contract: PublishedContract,
    agency: AgencyPolicy,
    seq: int,
    at: datetime,
    before: dict[str, Any],
    change: dict[str, Any],
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ocid": ocid(agency, contract.contract_id), "id": release_id(agency, contract.contract_id, seq),
        "date": stamp(at), "tag": tags(before, change), "initiationType": "tender",
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
