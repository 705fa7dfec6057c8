"""Reads open contracting data as others do: merges releases into a record, and names what a package lacks."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

# The schema of OCDS 1.1.5, where it lies beside this checkout.
SCHEMA = Path(__file__).parents[2] / "shared" / "data" / "ocds"

REQUIRED = ("ocid", "id", "date", "tag", "initiationType")
TAGS = {
    "planning", "planningUpdate", "tender", "tenderUpdate", "tenderCancellation", "award", "awardUpdate",
    "awardCancellation", "contract", "contractAmendment", "contractUpdate",
    "contractTermination",
}  # fmt: skip
STATUSES = {
    "tender": {"planning", "active", "complete", "cancelled", "unsuccessful"},
    "awards": {"pending", "active", "cancelled", "unsuccessful"},
    "contracts": {"pending", "active", "cancelled", "terminated"},
    "milestones": {"scheduled", "met", "notMet"},
}


def merged(releases: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The compiled record of one process: releases in order of date, lists by id, null removes."""
    found: dict[str, Any] = {}
    for release in sorted(releases, key=lambda release: release["date"]):
        _merge(found, {key: value for key, value in release.items() if key not in ("id", "date", "tag")})
    return found


def _merge(into: dict[str, Any], change: dict[str, Any]) -> None:
    for key, value in change.items():
        if value is None:
            into.pop(key, None)
        elif isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            known = into.setdefault(key, [])
            for entry in value:
                same = next((one for one in known if one["id"] == entry["id"]), None)
                if same is None:
                    known.append(same := {})
                _merge(same, entry)
        else:
            into[key] = value


def records(package: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The compiled record of each process in a package."""
    found = defaultdict(list)
    for release in package["releases"]:
        found[release["ocid"]].append(release)
    return {ocid: merged(releases) for ocid, releases in found.items()}


@cache
def _checker() -> jsonschema.Draft4Validator:
    schema = json.loads((SCHEMA / "release-package-schema.json").read_text())
    release = json.loads((SCHEMA / "dereferenced-release-schema.json").read_text())
    named = schema["properties"]["releases"]["items"]["$ref"]
    registry = Registry().with_resource(named, Resource(contents=release, specification=DRAFT4))
    return jsonschema.Draft4Validator(schema, registry=registry, format_checker=jsonschema.FormatChecker())


def schema_errors(package: dict[str, Any]) -> list[str]:
    """What the schema of the standard has against a package."""
    return [error.message for error in _checker().iter_errors(package)]


def faults(package: dict[str, Any]) -> list[str]:
    """What a package does that the standard forbids, as far as one sees without its schema."""
    found = [f"package without {key}" for key in ("uri", "version", "publishedDate", "publisher") if key not in package]
    seen: dict[str, set[str]] = defaultdict(set)
    for release in package["releases"]:
        found += [f"{release.get('id')} without {key}" for key in REQUIRED if not release.get(key)]
        found += [f"{release['id']}: tag {tag}" for tag in release["tag"] if tag not in TAGS]
        if release["date"] <= max(seen[release["ocid"]], default=""):
            found.append(f"{release['id']}: date {release['date']} again, or before the last")
        seen[release["ocid"]].add(release["date"])
    ids = [release["id"] for release in package["releases"]]
    found += [f"release id {one} twice" for one in set(ids) if ids.count(one) > 1]
    for ocid, record in records(package).items():
        found += [f"{ocid}: {fault}" for fault in _faults_of_record(record)]
    return found


def _faults_of_record(record: dict[str, Any]) -> Iterator[str]:
    parties = {party["id"] for party in record["parties"]}
    awards = {award["id"] for award in record["awards"]}
    named = [
        record["buyer"],
        record["tender"]["procuringEntity"],
        *(s for a in record["awards"] for s in a["suppliers"]),
    ]
    yield from (f"{one['id']} is no party" for one in named if one["id"] not in parties)
    if record["tender"]["status"] not in STATUSES["tender"]:
        yield f"tender is {record['tender']['status']}"
    for section in ("awards", "contracts"):
        for entry in record.get(section, []):
            if entry["status"] not in STATUSES[section]:
                yield f"{entry['id']} is {entry['status']}"
    for contract in record.get("contracts", []):
        yield from (f"award {one} is unknown" for one in [contract["awardID"], *contract.get("awardIDs", [])]
                    if one not in awards)  # fmt: skip
    for holder in (record["planning"], record["tender"], *record.get("contracts", [])):
        for milestone in holder.get("milestones", []):
            if milestone["status"] not in STATUSES["milestones"] or not milestone["type"]:
                yield f"milestone {milestone['id']} is {milestone['status']}"
