"""What signed acts do to what is published: releases stay, and merging them gives each contract as it stands."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models.registration.records import Award
from models.shared.money import to_cents
from models.shared.people import Role, Unit
from models.shared.records import CaseEvent, Contract
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.policy import registration_policy
from tasks.adapters.proposals import item_of, open_proposals
from tasks.adapters.registration.cases import PROCESS, load_cases
from tasks.adapters.registration.exports import PublishedPackage, export_ocds
from tests.office import review_all, stop_clock
from tests.open_contracting import SCHEMA, faults, records, schema_errors
from tests.regroupings import FOR_LOOM, FOR_MILL, LOOM, MILL, award, import_awards
from tests.signers import CAST, hire, sign, sign_list
from tests.tasks.test_exports import all_papers_are_there

SPLIT = f"{FOR_LOOM}-2"
WHY = "PRIVATE"
AWARDS = [award(1, "60,000", LOOM), award(2, "9,000", LOOM), award(3, "8,000", LOOM), award(4, "7,000.50", MILL)]
SECONDS = [
    (f"z.{n}", f"Zoe Zimmer {n}", Unit.PROGRAM, (Role.PROGRAM_LEAD, Role.ACCO, Role.FISCAL_LEAD)) for n in range(9)
]


class Office:
    """A home whose contracts are acted on; each act compares what was published before with what is after it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before: dict[str, Any] = {}
        self.fresh = [staff_id for staff_id, *_ in SECONDS]

    def export(self) -> tuple[PublishedPackage, dict[str, Any]]:
        path = self.folder / "ocds.json"
        with reading() as session:
            done = export_ocds(session, path, registration_policy().agency)
        return done, json.loads(path.read_text(encoding="utf-8"))

    def look(self) -> dict[str, Any]:
        """The record of each contract by its id; nothing that was published before may have changed."""
        done, package = self.export()
        assert done.differ == ()
        releases = {release["id"]: release for release in package["releases"]}
        assert {key: releases[key] for key in self.before} == self.before
        self.before = releases
        return {ocid.removeprefix("ocds-000000-"): record for ocid, record in records(package).items()}

    def act(self, staff_id: str, case_id: str, act: str, reason: str = "", **fields: str) -> dict[str, Any]:
        """Sign an act, let somebody who has approved nothing yet sign it too where that is needed, and publish."""
        sign(staff_id, case_id, act, reason, **fields)
        with reading() as session:
            items = [item_of(row) for row in open_proposals(session, PROCESS)]
        for item in items:
            sign_list(self.fresh.pop(), item)
        return self.look()

    def tags(self, case_id: str) -> list[str]:
        """The tags of a contract's last release."""
        return [r["tag"] for r in self.before.values() if r["ocid"] == f"ocds-000000-{case_id}"][-1]


@pytest.fixture
def office(home: Path, tmp_path: Path) -> Office:
    """Two contracts of a conduit, with three awards and one, in scope and budget."""
    stop_clock(2026, 8, 3, 14)
    hire(*CAST, *SECONDS)
    import_awards(tmp_path, *AWARDS, as_of="2026-07-06")
    review_all(letters=False)
    found = Office(tmp_path)
    found.look()
    return found


def seq_of(case_id: str, event: str) -> str:
    column = CaseEvent.__table__.c  # type: ignore[attr-defined]
    query = select(column.seq).where(column.case_id == case_id, column.event == event).order_by(column.seq.desc())
    with reading() as session:
        return str(session.execute(query).scalars().first())


def award_contract(office: Office, case_id: str) -> dict[str, Any]:
    office.act("m.ortiz", case_id, "scope_and_budget_agreed")
    all_papers_are_there(case_id, clock.today())
    office.act("a.cco", case_id, "found_responsible")
    with reading() as session:
        (case,) = load_cases(session, [case_id], clock.today())
    if case.packet.state == "public_notice" and case.packet.amount_cents > 10_000_000:
        office.act("o.file", case_id, "notice_published", value="comment")
        office.act("o.file", case_id, "notice_completed", value="held")
    return office.act("c.law", case_id, "award_made")


def register(office: Office, case_id: str) -> dict[str, Any]:
    award_contract(office, case_id)
    office.act("o.file", case_id, "filed")
    return office.act("o.file", case_id, "registered")


def amounts(record: dict[str, Any]) -> list[float]:
    """Of the Council's awards, of the tender, of the contract where there is one."""
    values = [record["planning"]["budget"]["amount"], record["tender"]["value"]]
    return [value["amount"] for value in (*values, *(c["value"] for c in record.get("contracts", [])))]


def test_a_reduction_makes_the_contract_smaller_and_leaves_its_awards(office: Office) -> None:
    found = office.act("m.ortiz", FOR_LOOM, "reduced", WHY, amount="70,000.25")[FOR_LOOM]
    assert amounts(found) == [77000, 70000.25]
    assert [a["value"]["amount"] for a in found["awards"]] == [60000, 9000, 8000]
    assert office.tags(FOR_LOOM) == ["tenderUpdate"]


def test_a_newer_list_keeps_the_reduction(office: Office) -> None:
    office.act("m.ortiz", FOR_LOOM, "reduced", WHY, amount="70,000")
    import_awards(office.folder, award(1, "60,000", LOOM, status="Rescinded"), *AWARDS[1:])
    assert amounts(office.look()[FOR_LOOM]) == [17000, 10000]
    import_awards(office.folder, award(1, "1", LOOM, status="Cleared"), award(2, "9,000", LOOM, status="Rescinded"),
                  award(3, "8,000", LOOM, status="Rescinded"), AWARDS[3])  # fmt: skip
    assert amounts(office.look()[FOR_LOOM]) == [1, 0]


def test_an_award_that_is_split_off_begins_a_process_of_its_own(office: Office) -> None:
    found = office.act("m.ortiz", FOR_LOOM, "awards_regrouped", WHY, awards="FY27 00002")
    assert [(a["id"], a["status"]) for a in found[FOR_LOOM]["awards"]] == [
        ("FY27 00001", "pending"), ("FY27 00002", "cancelled"), ("FY27 00003", "pending"),
    ]  # fmt: skip
    assert found[FOR_LOOM]["awards"][1]["description"].endswith(f"Moved to contract {SPLIT}.")
    assert [a["id"] for a in found[SPLIT]["awards"]] == ["FY27 00002"]
    assert (amounts(found[FOR_LOOM]), amounts(found[SPLIT])) == ([68000, 68000], [9000, 9000])


def test_what_is_split_off_keeps_its_kind(office: Office) -> None:
    office.act("o.file", FOR_LOOM, "kind_set", value="multi_year")
    found = office.act("m.ortiz", FOR_LOOM, "awards_regrouped", WHY, awards="FY27 00002")
    assert found[SPLIT]["tender"]["procurementMethodDetails"].endswith("multi-year contract")


def test_a_contract_that_gives_all_its_awards_away_says_where_they_are_until_they_return(office: Office) -> None:
    found = office.act("m.ortiz", FOR_MILL, "awards_regrouped", WHY, awards="FY27 00004", to=FOR_LOOM)
    mill = found[FOR_MILL]
    assert (mill["tender"]["status"], mill["awards"][0]["status"], amounts(mill)) == ("cancelled", "cancelled", [0, 0])
    assert mill["tender"]["description"].endswith(f"contract {FOR_LOOM} (ocds-000000-{FOR_LOOM}).")
    assert office.tags(FOR_MILL) == ["planningUpdate", "tenderCancellation", "awardCancellation"]
    assert amounts(found[FOR_LOOM]) == [84000.5, 84000.5]
    seq = seq_of(FOR_MILL, "awards_regrouped")
    mill = office.act("m.ortiz", FOR_MILL, "regrouping_undone", WHY, seq=seq)[FOR_MILL]
    assert (mill["tender"]["status"], mill["awards"][0]["status"]) == ("active", "pending")
    assert "description" not in mill["tender"]
    assert amounts(mill) == [7000.5, 7000.5]


def test_a_reduction_goes_along_with_all_awards_of_its_contract(office: Office) -> None:
    office.act("m.ortiz", FOR_MILL, "reduced", WHY, amount="6,000.50")
    office.act("m.ortiz", FOR_MILL, "awards_regrouped", WHY, awards="FY27 00004", to=FOR_LOOM)
    import_awards(office.folder, award(1, "50,000", LOOM), *AWARDS[1:])
    assert amounts(office.look()[FOR_LOOM]) == [74000.5, 73000.5]


def test_an_awarded_contract_that_gives_its_awards_away_is_terminated(office: Office) -> None:
    award_contract(office, FOR_MILL)
    found = office.act("m.ortiz", FOR_MILL, "awards_regrouped", WHY, awards="FY27 00004", to=FOR_LOOM)
    (contract,) = found[FOR_MILL]["contracts"]
    assert (contract["status"], contract["value"]["amount"]) == ("cancelled", 0)
    assert FOR_LOOM in contract["description"]
    assert "contractTermination" in office.tags(FOR_MILL)


def test_what_a_newer_list_says_of_a_moved_award_leaves_its_old_contract_as_published(office: Office) -> None:
    office.act("m.ortiz", FOR_MILL, "awards_regrouped", WHY, awards="FY27 00004", to=FOR_LOOM)
    import_awards(office.folder, *AWARDS[:3], award(4, "6,000", MILL, status="Pending"))
    found = office.look()
    assert [a["value"]["amount"] for a in found[FOR_LOOM]["awards"]] == [60000, 9000, 8000, 6000]
    assert found[FOR_MILL]["awards"][0]["value"]["amount"] == 7000.5


def test_a_corrected_day_is_a_new_release(office: Office) -> None:
    award_contract(office, FOR_LOOM)
    stop_clock(2026, 8, 20, 14)
    office.act("o.file", FOR_LOOM, "filed", on="2026-08-10")
    seq = seq_of(FOR_LOOM, "filed")
    found = office.act("o.file", FOR_LOOM, "corrected", WHY, seq=seq, on="2026-08-14")[FOR_LOOM]
    assert found["contracts"][0]["milestones"][0]["dateMet"] == "2026-08-14T04:00:00Z"
    assert office.tags(FOR_LOOM) == ["contractUpdate"]
    last = max(key for key in office.before if FOR_LOOM in key)
    assert int(last[-4:]) == int(seq_of(FOR_LOOM, "corrected"))


def test_an_amendment_counts_once_it_is_registered(office: Office) -> None:
    register(office, FOR_LOOM)
    stop_clock(2026, 9, 1, 14)
    found = office.act("m.ortiz", FOR_LOOM, "amendment_approved", WHY, type="amount_and_term", delta="5,000",
                       term_end="2028-06-30")[FOR_LOOM]  # fmt: skip
    assert amounts(found) == [77000, 77000, 77000]
    (waiting,) = found["contracts"][0]["amendments"]
    assert (waiting["id"], waiting["rationale"]) == ("1", "Amount change and term extension")
    assert "releaseID" not in waiting
    assert office.tags(FOR_LOOM) == ["contractAmendment"]
    for step in ("filed", "returned", "filed"):
        sign("o.file", FOR_LOOM, f"amendment_{step}", WHY, seq_no="1")
    found = office.act("o.file", FOR_LOOM, "amendment_registered", seq_no="1")[FOR_LOOM]
    (contract,) = found["contracts"]
    assert amounts(found) == [77000, 77000, 82000]
    assert contract["period"]["endDate"] == "2028-06-30T23:59:59-04:00"
    assert found["tender"]["contractPeriod"]["endDate"] == "2027-06-30T23:59:59-04:00"
    (done,) = contract["amendments"]
    mine = [key for key in office.before if key.startswith(f"ocds-000000-{FOR_LOOM}-0")]
    assert (done["amendsReleaseID"], done["releaseID"]) == (mine[-2], mine[-1])
    assert done["description"] == (
        "The amount grows by $5,000.00. The last day of the term becomes June 30, 2028. Registered by the Comptroller."
    )


def everything(office: Office) -> None:
    """All kinds of signed acts, and a newer list between them."""
    office.act("m.ortiz", FOR_LOOM, "reduced", WHY, amount="75,000")
    office.act("m.ortiz", FOR_LOOM, "awards_regrouped", WHY, awards="FY27 00002")
    office.act("m.ortiz", FOR_MILL, "awards_regrouped", WHY, awards="FY27 00004", to=FOR_LOOM)
    import_awards(office.folder, *AWARDS[:2], award(3, "7,500", LOOM), AWARDS[3], award(5, "400", MILL))
    register(office, FOR_LOOM)
    stop_clock(2026, 9, 1, 14)
    seq = seq_of(FOR_LOOM, "registered")
    office.act("o.file", FOR_LOOM, "corrected", WHY, seq=seq, reference="CT-1")
    office.act("m.ortiz", FOR_LOOM, "amendment_approved", WHY, type="amount", delta="1,000")
    office.act("m.ortiz", FOR_LOOM, "amendment_approved", WHY, type="scope")
    office.act("o.file", FOR_LOOM, "amendment_filed", seq_no="1")
    office.act("o.file", FOR_LOOM, "amendment_registered", seq_no="1")
    office.act("c.law", FOR_LOOM, "hold_placed", WHY)
    office.act("p.lead", FOR_LOOM, "assigned", role="program manager", staff="n.reyes")
    office.act("m.ortiz", SPLIT, "document_recorded", document="conduit_agreement", detail=WHY)
    office.act("m.ortiz", SPLIT, "withdrawn", WHY)


def test_after_all_kinds_of_acts_each_record_is_the_contract_as_it_stands(office: Office) -> None:
    everything(office)
    found = office.look()
    with reading() as session:
        rows = list(session.execute(select(Contract)).scalars())
        carried = {a.mocs_id: (a.contract_id, a.amount_cents) for a in session.execute(select(Award)).scalars()}
    assert {row.contract_id for row in rows} == set(found)
    for row in rows:
        assert to_cents(amounts(found[row.contract_id])[-1]) == row.amount_cents
        said = {a["id"]: to_cents(a["value"]["amount"]) for a in found[row.contract_id]["awards"]}
        assert {k: v for k, v in said.items() if carried[k][0] == row.contract_id} == {
            key: cents for key, (contract_id, cents) in carried.items() if contract_id == row.contract_id
        }
    assert [a["rationale"] for a in found[FOR_LOOM]["contracts"][0]["amendments"]] == [
        "Amount change", "Budget-neutral scope clarification",
    ]  # fmt: skip


def test_after_all_kinds_of_acts_the_package_keeps_to_the_standard(office: Office) -> None:
    everything(office)
    _, package = office.export()
    assert faults(package) == []
    if SCHEMA.is_dir():
        assert schema_errors(package) == []


def test_neither_names_of_staff_nor_their_reasons_are_published(office: Office) -> None:
    everything(office)
    text = json.dumps(office.export()[1])
    names = [word for staff_id, name, *_ in (*CAST, *SECONDS) for word in (staff_id, name)]
    assert [word for word in (*names, WHY, "CT-1", "signature") if word in text] == []


def test_acts_of_the_house_alone_publish_nothing(office: Office) -> None:
    before = list(office.before)
    office.act("c.law", FOR_LOOM, "hold_placed", WHY)
    office.act("p.lead", FOR_LOOM, "assigned", role="program manager", staff="n.reyes")
    office.act("m.ortiz", FOR_LOOM, "document_recorded", document="conduit_agreement", detail=WHY)
    sign("m.ortiz", FOR_LOOM, "withdrawn", WHY)
    office.look()
    assert list(office.before) == before
