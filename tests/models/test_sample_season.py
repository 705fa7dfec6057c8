"""The sample season, played with the models alone: the facts are the samples', the expectations are ours."""

import csv
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from models.registration.award_list import AwardList, parse_award_list
from models.registration.awards import AwardedContract, AwardRow, assign_keys, group_awards
from models.registration.checklist import Fault
from models.registration.forms import (
    DOCUMENT_TRACKER,
    PROVIDER_TRACKER,
    STEP_TRACKER,
    DocumentRow,
    ProviderRow,
    document_row,
    provider_row,
    step_row,
)
from models.registration.moves import Move, Refusal, moved, settle, take_step
from models.registration.packet import (
    AwardFacts,
    DocumentFacts,
    EventFacts,
    ProviderFacts,
    RegistrationPacket,
    RequestFacts,
)
from models.registration.policy import Policy
from models.registration.rules import Review
from models.registration.states import ALL_STATES, Kind
from models.shared.calendar import CityCalendar, fiscal_year_bounds
from models.shared.trackers import Tracker, map_header

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "deployments" / "samples" / "registration"
SEASON = tomllib.loads((SAMPLES / "season.toml").read_text(encoding="utf-8"))
DAYS = [moment["at"].date() for moment in SEASON["moment"]]


def policy() -> Policy:
    text = tomllib.loads((ROOT / "deployments" / "policy.toml").read_text(encoding="utf-8"))
    holidays = {date.fromisoformat(row[0]): row[1] for row in table(ROOT / "deployments" / "city_holidays.csv")[1:]}
    return Policy.model_validate({**text["registration"], "agency": text["agency"], "calendar": CityCalendar(holidays)})


def table(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.reader(source))


def expected() -> dict[str, dict[str, str]]:
    header, *rows = table(ROOT / "tests" / "flows" / "season_expected.csv")
    return {row[0]: dict(zip(header, row, strict=True)) for row in rows}


def tracker_rows(name: str, tracker: Tracker) -> Iterator[dict[str, str]]:
    header, *rows = table(SAMPLES / name)
    columns = map_header(tracker, header)
    for row in rows:
        yield {field: row[index] for index, field in columns.items()}


def listed(name: str) -> dict[str, AwardRow]:
    sheets = [(Path(name).stem, table(SAMPLES / name))]
    found = parse_award_list(sheets, fiscal_year=None, agency_aliases=policy().agency.aliases)
    assert isinstance(found, AwardList), found
    return {row.mocs_id: row for row in assign_keys(found.rows, {})}


class Season:
    """What the office knows on a day, and the cases as the reviews left them.

    `shift` moves the clock by days, `steps_last` reads the steps after all other files of their moment.
    """

    def __init__(self, shift: int, steps_last: bool) -> None:
        self.shift, self.steps_last, self.policy = timedelta(days=shift), steps_last, policy()
        self.awards: dict[str, AwardRow] = {}
        self.vanished: set[str] = set()
        self.contracts: dict[str, AwardedContract] = {}
        self.providers: dict[str, dict[str, object]] = {}
        self.documents: dict[tuple[str, str], DocumentRow] = {}
        self.scans: set[str] = set()
        self.cases: dict[str, RegistrationPacket] = {}
        self.reviews: dict[str, Review] = {}
        self.letters = 0
        self.refused: list[tuple[str, str]] = []

    def play(self) -> "Season":
        for moment in SEASON["moment"]:
            today = moment["at"].date() + self.shift
            files = moment["files"]
            if self.steps_last:
                files = sorted(files, key=lambda file: file["kind"] == "registration-steps")
            for file in files:
                getattr(self, "take_" + file["kind"].replace("-", "_"))(file["file"], today)
            if "review-registrations" in moment["run"]:
                self.review(today)
        return self

    def take_awards(self, name: str, today: date) -> None:
        now = listed(name)
        self.vanished |= self.awards.keys() - now.keys()
        self.awards |= now
        ours = [award for award in self.awards.values() if award.agency == SEASON["agency"]]
        grouped = group_awards(ours, city_eins=self.policy.agency.city_eins)
        self.contracts = {contract.contract_id: contract for contract in grouped.contracts}
        for case_id in self.contracts.keys() - self.cases.keys():
            self.cases[case_id] = self.opened(self.contracts[case_id], today)
        for case_id, contract in self.contracts.items():
            # The import withdraws a contract that no award is left for.
            if contract.amount_cents <= 0 and not ALL_STATES[self.cases[case_id].state].final:
                self.cases[case_id] = moved(self.cases[case_id], Move("withdrawn", today, "withdrawn"))

    def opened(self, contract: AwardedContract, today: date) -> RegistrationPacket:
        start, end = fiscal_year_bounds(contract.fiscal_year)
        return RegistrationPacket(
            case_id=contract.contract_id, kind=Kind.STANDARD, fiscal_year=contract.fiscal_year, state="designated",
            state_since=today, opened_on=today, as_of=today, vendor_ein=contract.vendor_ein,
            vendor_name=contract.vendor_name, beneficiary_ein=contract.beneficiary_ein,
            beneficiary_name=contract.beneficiary_name, amount_cents=contract.amount_cents, term_start=start,
            term_end=end, provider=ProviderFacts(ein=contract.vendor_ein, legal_name=contract.vendor_name), awards=(),
            history=(EventFacts(event="award_added", on=today, state="designated"),),
        )  # fmt: skip

    def take_providers(self, name: str, today: date) -> None:
        for cells in tracker_rows(name, PROVIDER_TRACKER):
            row: ProviderRow = provider_row(cells)
            known = row.model_dump(include=ProviderFacts.model_fields.keys() - {"ein"}, exclude_none=True)
            self.providers.setdefault(row.ein, {}).update(known)

    def take_documents(self, name: str, today: date) -> None:
        for cells in tracker_rows(name, DOCUMENT_TRACKER):
            row = document_row(cells)
            self.documents[row.owner, row.document] = row

    def take_scans(self, name: str, today: date) -> None:
        self.scans |= {path.name for path in (SAMPLES / name).iterdir()}

    def take_registration_steps(self, name: str, today: date) -> None:
        for cells in tracker_rows(name, STEP_TRACKER):
            row = step_row(cells)
            taken = take_step(self.facts(row.case_id, today), self.policy, row)
            if isinstance(taken, Refusal):
                self.refused.append((row.case_id, row.step))
            else:
                self.cases[row.case_id] = taken[0]

    def facts(self, case_id: str, today: date) -> RegistrationPacket:
        """The case with everything that is known today."""
        contract, case = self.contracts[case_id], self.cases[case_id]
        vendor = [award for award in self.awards.values() if award.ein == contract.vendor_ein]
        provider = ProviderFacts(
            ein=contract.vendor_ein, legal_name=contract.vendor_name,
            names=tuple(sorted({award.legal_name for award in vendor})),
            council_total_cents=sum(a.amount_cents for a in vendor if a.mocs_id not in self.vanished),
            **self.providers.get(contract.vendor_ein, {}),
        )  # fmt: skip
        awards = tuple(self.award_facts(self.awards[key]) for key in contract.mocs_ids)
        known = {r.document: r for owner in (contract.vendor_ein, case_id) for r in self.documents_of(owner)}
        # Built anew, as a packet is each time: a copy would keep what the old one had worked out and stored.
        fields = {name: getattr(case, name) for name in RegistrationPacket.model_fields} | {
            "as_of": today, "amount_cents": contract.amount_cents, "provider": provider, "awards": awards,
            "documents": tuple(self.document_facts(known[name]) for name in sorted(known)),
        }  # fmt: skip
        return RegistrationPacket(**fields)

    def award_facts(self, row: AwardRow) -> AwardFacts:
        fields = {name: getattr(row, name) for name in AwardFacts.model_fields if name != "vanished"}
        return AwardFacts(**fields, vanished=row.mocs_id in self.vanished)

    def documents_of(self, owner: str) -> list[DocumentRow]:
        return [row for (whose, _), row in self.documents.items() if whose == owner]

    def document_facts(self, row: DocumentRow) -> DocumentFacts:
        return DocumentFacts(**row.model_dump(exclude={"owner", "file_name"}), has_file=row.file_name in self.scans)

    def review(self, today: date) -> None:
        for case_id, case in self.cases.items():
            if ALL_STATES[case.state].final:
                continue
            _, found = settle(self.facts(case_id, today), self.policy)
            packet, self.reviews[case_id] = found.packet, found
            if found.asks:
                self.letters += 1
                due = self.policy.calendar.add_business_days(today, self.policy.reply_business_days)
                items = tuple(item.requirement.document for item in found.missing)
                request = RequestFacts(on=today, due_on=due, round=1, items=items)
                packet = packet.model_copy(update={"request": request})
            self.cases[case_id] = packet


@cache
def played(shift: int = 0, steps_last: bool = False) -> Season:
    return Season(shift, steps_last).play()


EVERY_WAY = pytest.mark.parametrize(
    ("shift", "steps_last"), [(0, False), (0, True), (-1, False), (1, False)],
    ids=["as told", "steps read last", "a day early", "a day late"],
)  # fmt: skip


@EVERY_WAY
def test_every_contract_ends_where_the_season_expects_it(shift: int, steps_last: bool) -> None:
    ends = {case_id: (case.kind.value, case.state) for case_id, case in played(shift, steps_last).cases.items()}
    assert ends == {case_id: (row["kind"], row["state"]) for case_id, row in expected().items()}


@EVERY_WAY
def test_every_waiting_document_fails_for_the_reason_that_the_season_expects(shift: int, steps_last: bool) -> None:
    season = played(shift, steps_last)
    waiting = [case_id for case_id, case in season.cases.items() if case.state == "documents"]
    faults = {
        case_id: {f"{item.requirement.document}={item.fault}" for item in season.reviews[case_id].missing}
        for case_id in waiting
    }
    assert faults == {case_id: set(expected()[case_id]["faults"].split(";")) for case_id in waiting}


def test_every_reason_that_trackers_can_bring_shows_at_the_end() -> None:
    faults = {part.split("=")[1] for row in expected().values() for part in row["faults"].split(";") if part}
    # Only a person rejects a document, and signs for it.
    assert faults == set(Fault) - {Fault.REJECTED}


def test_every_state_is_passed_by_some_case() -> None:
    passed = {event.state for case in played().cases.values() for event in case.history}
    assert set(ALL_STATES) - passed == set()


@EVERY_WAY
def test_no_history_runs_backwards(shift: int, steps_last: bool) -> None:
    for case in played(shift, steps_last).cases.values():
        days = [event.on for event in case.history]
        assert days == sorted(days), case.case_id


def test_only_the_award_recorded_too_soon_is_refused() -> None:
    assert played().refused == [("R27-971020128", "award_made")]


def test_program_procurement_and_legal_each_hold_a_case_far_beyond_its_limit() -> None:
    season, last = played(), DAYS[-1]
    overdue = {
        clock.holder
        for review in season.reviews.values()
        for clock in review.clocks
        if clock.code == "SLA" and (last - clock.due_on).days > 90
    }
    assert overdue >= {"Program", "Procurement", "Legal"}


def test_letters_stay_within_what_a_demo_can_print() -> None:
    assert 60 < played().letters < 200
