"""The files of the sample season: read whole, quirky as the real ones, dated in order, and nobody in them is real."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

from models.registration.award_list import AwardList, parse_award_list
from models.registration.awards import AwardRow, assign_keys, group_awards
from models.registration.forms import (
    DOCUMENT_TRACKER,
    PROVIDER_TRACKER,
    STEP_TRACKER,
    DocumentRow,
    document_row,
    provider_row,
    step_row,
)
from models.shared.trackers import Tracker, map_header

SAMPLES = Path(__file__).parents[2] / "deployments" / "samples" / "registration"
SEASON = tomllib.loads((SAMPLES / "season.toml").read_text(encoding="utf-8"))
DAYS = [moment["at"].date() for moment in SEASON["moment"]]
FILES = [(number, file) for number, moment in enumerate(SEASON["moment"]) for file in moment["files"]]
CITY_EIN = "136400434"


def table(name: str) -> list[list[str]]:
    with (SAMPLES / name).open(newline="", encoding="utf-8") as source:
        return list(csv.reader(source))


def named(kind: str) -> list[str]:
    return [file["file"] for _, file in FILES if file["kind"] == kind]


def award_list(name: str) -> AwardList:
    found = parse_award_list([(Path(name).stem, table(name))], fiscal_year=None, agency_aliases={})
    assert isinstance(found, AwardList), found
    return found


LISTS = named("awards")


def listed(name: str) -> dict[str, AwardRow]:
    return {row.mocs_id: row for row in assign_keys(award_list(name).rows, {})}


def tracker_rows(name: str, tracker: Tracker) -> list[dict[str, str]]:
    header, *rows = table(name)
    columns = map_header(tracker, header)
    return [{field: row[index] for index, field in columns.items()} for row in rows]


def documents() -> list[DocumentRow]:
    return [document_row(cells) for name in named("documents") for cells in tracker_rows(name, DOCUMENT_TRACKER)]


def test_the_season_uses_every_file_once_and_none_that_is_not_there() -> None:
    folders = {file["file"] for _, file in FILES if file["kind"] == "scans"}
    there = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*") if path.is_file()}
    there -= {"season.toml", "people.toml"}
    single = [name for name in there if name.rpartition("/")[0] not in folders]
    assert sorted(single) == sorted(file["file"] for _, file in FILES if file["kind"] != "scans")
    assert folders == {name.rpartition("/")[0] for name in there} - {"awards", "providers", "steps", "documents"}


def test_both_lists_are_read_whole_and_agree_with_their_printed_totals() -> None:
    lists = [award_list(name) for name in LISTS]
    assert [(len(found.rows), found.rejected, found.reconciles, len(found.totals)) for found in lists] == [
        (85, (), True, 2),
        (85, (), True, 2),
    ]
    assert [found.file_total_cents for found in lists] == [found.amount_cents for found in lists]


def test_the_newer_list_changes_what_the_season_tells_and_nothing_else() -> None:
    first, second = map(listed, LISTS)
    changed = Counter(
        (field, str(getattr(second[key], field)))
        for key in first.keys() & second.keys()
        for field in ("status", "amount_cents", "legal_name", "ein", "agency", "purpose")
        if getattr(first[key], field) != getattr(second[key], field)
    )
    assert changed == {("status", "Cleared"): 2, ("status", "Rescinded"): 1, ("amount_cents", "7200000"): 1}
    assert (len(first.keys() - second.keys()), len(second.keys() - first.keys())) == (1, 1)


def test_awards_of_other_agencies_city_bodies_and_bodies_without_ein_make_no_case() -> None:
    ours = [award for award in listed(LISTS[0]).values() if award.agency == SEASON["agency"]]
    grouped = group_awards(ours, city_eins={CITY_EIN})
    assert (len(ours), len(grouped.contracts), len(grouped.city_awards), len(grouped.needs_ein)) == (60, 44, 1, 1)


def test_fourteen_providers_belong_to_the_cooperative_initiative() -> None:
    initiative = [a.ein for a in listed(LISTS[0]).values() if a.source.startswith("Worker Cooperative")]
    assert (len(initiative), len(set(initiative))) == (14, 14)


def test_the_list_has_the_quirks_of_the_real_one() -> None:
    rows = [row for row in table(LISTS[0])[1:] if row[1]]
    names = {row[4] for row in rows if row[5] == "971020220"}
    assert sum(row[8] == "SBS " for row in rows) == 1
    assert sum(len(row[5]) == 8 for row in rows) == 1
    assert sum(row[5].startswith("0") for row in rows) == 1
    assert sum(row[7].startswith("(") for row in rows) == 1
    assert sum(bool(row[17]) for row in rows) == 1
    assert len(names) == 2


def test_nobody_in_the_samples_is_real() -> None:
    eins = {award.ein for name in LISTS for award in listed(name).values()} - {"", CITY_EIN}
    rows = [provider_row(cells) for name in named("providers") for cells in tracker_rows(name, PROVIDER_TRACKER)]
    # No employer identification number was ever issued with these beginnings.
    assert all(ein.startswith(("97", "09")) for ein in eins | {row.ein for row in rows})
    assert all(row.email.endswith(".example") for row in rows if row.email)
    assert sum(row.email is None for row in rows) == 1


def test_each_step_is_dated_on_a_weekday_after_the_last_review_and_before_its_own() -> None:
    files = [(n, file["file"]) for n, file in FILES if file["kind"] == "registration-steps"]
    steps = [(n, step_row(cells)) for n, name in files for cells in tracker_rows(name, STEP_TRACKER)]
    reviewed = [n for n, moment in enumerate(SEASON["moment"]) if "review-registrations" in moment["run"]]
    last = {n: max((m for m in reviewed if m < n), default=0) for n, _ in steps}
    stray = [row for n, row in steps if not DAYS[last[n]] < row.on < DAYS[n] or row.on.weekday() > 4]
    assert len(steps) > 150 and stray == []


def test_each_scan_is_a_small_pdf_of_its_own_and_all_but_one_named_scan_arrives() -> None:
    scans = [path for path in (SAMPLES / "scans").rglob("*") if path.is_file()]
    reported = {row.file_name for row in documents()} - {""}
    assert len({path.name for path in scans}) == len({path.read_bytes() for path in scans}) == len(scans)
    assert all(path.read_bytes().startswith(b"%PDF") and path.stat().st_size < 3000 for path in scans)
    assert reported - {path.name for path in scans} == {"thistlethread_insurance_2027-04.pdf"}
