"""Incoming files of registration: read from the archive, kept in one transaction, rejects written beside them."""

from datetime import date
from typing import Any

from models.registration.award_columns import ListProblem
from models.registration.award_list import AwardList, parse_award_list
from models.registration.awards import normalise_agency
from models.shared.money import plain
from models.shared.tracker_cells import RowError
from tasks.adapters import clock
from tasks.adapters.database import writing
from tasks.adapters.file_limits import UnreadableFile
from tasks.adapters.incoming import finish, incoming
from tasks.adapters.policy import registration_policy
from tasks.adapters.registration.awards import AwardImport, keep_list
from tasks.adapters.registration.trackers import keep_documents, keep_providers, keep_steps
from tasks.adapters.spreadsheets import read_sheets
from tasks.adapters.tracker_rows import rejects_file


def load_award_list(file_id: str) -> AwardList | str:
    """The list of an archived file, or the sentence that says why it cannot be used."""
    row, options, path = incoming(file_id)
    try:
        sheets = read_sheets(path, name=row.name)
    except UnreadableFile as error:
        return str(error)
    listed = parse_award_list(
        sheets, fiscal_year=options.get("fiscal_year"), agency_aliases=registration_policy().agency.aliases
    )
    return f"{row.name}: {listed.sentence}" if isinstance(listed, ListProblem) else listed


def record_award_list(file_id: str, listed: AwardList) -> dict[str, Any]:
    """Keep the list; returns the import's JSON line. Amounts are text with two decimals."""
    row, options, _ = incoming(file_id)
    policy, at = registration_policy(), clock.now()
    asked = AwardImport(
        file_id=file_id,
        agency=normalise_agency(options.get("agency", policy.agency.code), policy.agency.aliases),
        as_of=date.fromisoformat(options["as_of"]) if options.get("as_of") else None,
        partial=bool(options.get("partial")),
    )
    rejects = rejects_file(file_id, row.name, [(r.row, r.reason, r.cells) for r in listed.rejected], listed.header)
    with writing() as session:
        counts = keep_list(session, listed, asked, policy, at)
        result = {
            "rows_read": listed.rows_read,
            "awards": len(listed.rows),
            "amount": plain(listed.amount_cents),
            "agency_awards": counts.pop("agency_awards"),
            "agency_amount": counts.pop("agency_amount"),
            "imported": counts.pop("imported"),
            "updated": counts.pop("updated"),
            "unchanged": counts.pop("unchanged"),
            "rejected": len(listed.rejected),
            "rejects_file": rejects,
            "file_total": None if listed.file_total_cents is None else plain(listed.file_total_cents),
            "reconciles": listed.reconciles,
            **counts,
        }
        finish(session, file_id, result)
    return result


def record_tracker(file_id: str) -> dict[str, Any] | str:
    """Keep a tracker's rows; returns its JSON line, or the sentence that says why it cannot be used."""
    row, _, path = incoming(file_id)
    try:
        rows = read_sheets(path, name=row.name)[0].rows
        with writing() as session:
            match row.kind:
                case "registration-steps":
                    kept = keep_steps(session, f"file {row.name} {file_id}", rows, registration_policy(), clock.now())
                case "documents":
                    kept = keep_documents(session, file_id, rows, clock.now())
                case "providers":
                    kept = keep_providers(session, file_id, rows, clock.now())
                case _:
                    raise RowError(f"{row.name}: “{row.kind}” is not a kind of tracker.")
            result = {
                "rows_read": kept.rows_read,
                "imported": kept.imported,
                "updated": kept.updated,
                "unchanged": kept.unchanged,
                "rejected": len(kept.rejected),
                "rejects_file": rejects_file(file_id, row.name, sorted(kept.rejected, key=lambda r: r[0]), rows[0]),
            }
            finish(session, file_id, result)
    except (UnreadableFile, RowError) as error:
        return str(error) if str(error).startswith(row.name) else f"{row.name}: {error}"
    return result
