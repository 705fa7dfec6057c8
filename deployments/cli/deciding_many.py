"""Several requisitions under one signature from a terminal: which, and the reason for each from a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deployments.cli.says import Refused

_HEADINGS = ("requisition", "reason")
_LARGEST = 1_000_000


@dataclass(frozen=True)
class Alone:
    """What belongs to a decision on a single case: why, its fields, the proposal that it answers."""

    reason: str
    fields: Sequence[str]
    proposal: str

    @property
    def given(self) -> str:
        """The first of these options that was given; empty where none was."""
        options = {"--reason": self.reason, "--set": self.fields, "--proposal": self.proposal}
        return next((option for option, value in options.items() if value), "")


def act_name(decision: str) -> str:
    """The name of an act as people type it."""
    return decision.strip().replace("-", "_").replace(" ", "_").lower()


def several(
    process: str, cases: Sequence[str], act: str, alone: Alone, reasons: Path | None, *, look_only: bool
) -> tuple[Any, ...]:
    """What is asked for of several requisitions, each with its own reason."""
    from models.shared.signing import Item
    from tasks.adapters.waiting import MOST_ROWS

    if process not in ("payments", "fiscal"):
        raise Refused("Contracts are signed one by one here; many at once on the worklist of the desk.")
    case_ids = [case.strip().upper() for case in cases]
    if len(case_ids) > MOST_ROWS:
        raise Refused(f"{len(case_ids)} cases are more than the {MOST_ROWS} that one signature covers.")
    if alone.given:
        raise Refused(f"{alone.given} is for a single case. Give the reason for each in a file: --reasons FILE.csv.")
    if process == "fiscal" and reasons is None:
        # A month with a red flag needs a reason and is refused without one.
        return tuple(Item(case_id, act) for case_id in case_ids)
    if reasons is None and not look_only:
        raise Refused(
            "Several requisitions need a reason each: --reasons FILE.csv, with a row requisition,reason each."
        )
    said = read_reasons(reasons) if reasons else {}
    strange = sorted(said.keys() - set(case_ids))
    if strange:
        raise Refused(f"{reasons} gives a reason for {strange[0]}, which you did not name. Nothing was changed.")
    return tuple(Item(case_id, act, {}, said.get(case_id, "")) for case_id in case_ids)


def read_reasons(path: Path) -> dict[str, str]:
    """The reason of each requisition, from a CSV file with the columns `requisition` and `reason`."""
    try:
        if path.stat().st_size > _LARGEST:
            raise Refused(f"{path} is larger than a list of reasons can be.")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path} cannot be read as a CSV file in UTF-8.") from error
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or tuple(cell.strip().casefold() for cell in rows[0]) != _HEADINGS:
        raise Refused(f"{path} does not begin with the headings: {','.join(_HEADINGS)}.")
    found: dict[str, str] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) != len(_HEADINGS) or not all(cells):
            raise Refused(f"{path}, row {number}: write the requisition and its reason, nothing else.")
        case_id = cells[0].upper()
        if case_id in found:
            raise Refused(f"{path}, row {number}: {case_id} has a reason already. Leave one of them.")
        found[case_id] = cells[1]
    return found
