"""What an OCDS release says: what changed, so that merging all releases gives the record again; and its tags."""

from collections.abc import Mapping
from typing import Any, TypeGuard

Section = dict[str, Any]
# Merging finds the object that a change belongs to by these. Source: OCDS 1.1, merging (identifier merge).
_KEYS = ("id", "awardID")
_OVER = ("cancelled", "unsuccessful", "terminated")


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Section:
    """What to merge into `before` to get `after`: changed fields, null for a dropped one, list entries by their id."""
    found: Section = {}
    for key, value in after.items():
        old = before.get(key)
        if value == old:
            continue
        if isinstance(value, dict) and isinstance(old, dict):
            found[key] = difference(old, value)
        elif _has_ids(value) and _has_ids(old):
            found[key] = _entries(old, value)
        else:
            found[key] = value
    found.update({key: None for key in before if key not in after})
    return {**{key: after[key] for key in _KEYS if key in after}, **found} if found else found


def _has_ids(value: Any) -> TypeGuard[list[Section]]:
    return isinstance(value, list) and all(isinstance(entry, dict) and "id" in entry for entry in value)


def _entries(before: list[Section], after: list[Section]) -> list[Section]:
    known = {entry["id"]: entry for entry in before}
    changed = (difference(known[e["id"]], e) if e["id"] in known else e for e in after)
    return [entry for entry in changed if entry]


def tags(before: Section, change: Section) -> list[str]:
    """What a release is about, in the words of the releaseTag codelist.

    A tender that is only planned belongs to planning; it counts as new when it becomes active.
    """
    found = []
    if "planning" in change:
        found.append("planningUpdate" if "planning" in before else "planning")
    if "tender" in change:
        found += _tender_tags(before.get("tender", {}), change["tender"])
    found += _list_tags("award", before.get("awards", []), change.get("awards", []))
    found += _list_tags("contract", before.get("contracts", []), change.get("contracts", []))
    return list(dict.fromkeys(found))


def _tender_tags(before: Section, change: Section) -> list[str]:
    status = change.get("status", before.get("status"))
    if status == "planning":
        return ["planningUpdate" if before else "planning"]
    if status in _OVER and "status" in change:
        return ["tenderCancellation"]
    return ["tender"] if before.get("status", "planning") == "planning" else ["tenderUpdate"]


def _list_tags(name: str, before: list[Section], change: list[Section]) -> list[str]:
    known = {entry["id"] for entry in before}
    return [name if entry["id"] not in known else _change_tag(name, entry) for entry in change]


def _change_tag(name: str, change: Section) -> str:
    if change.get("status") in _OVER:
        return "contractTermination" if name == "contract" else "awardCancellation"
    return "contractAmendment" if "amendments" in change else f"{name}Update"
