"""What the measurement of requisitions rests on: invented ones of every outcome, and a base that finds the same."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.bench.place import SMALL, Place
from deployments.bench.requisitions import prepare, straight
from deployments.bench.synthetic_requisitions import LINES
from models.payments.packet import RequisitionPacket
from models.payments.rules import review
from tasks.adapters.policy import payments_policy
from tests.conftest import forget

COUNT = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a measurement with forty requisitions, each one's packet as a line of a file."""
    made = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STEWARD_HOME", str(made / "requisitions"))
        forget()
        place = Place(made, made, SMALL)
        place.home("requisitions")
        prepare(place, COUNT)
        yield made
    forget()


@pytest.fixture(scope="module")
def packets(folder: Path) -> list[RequisitionPacket]:
    lines = (folder / "packets.jsonl").read_text().splitlines()
    return [RequisitionPacket.model_validate_json(line) for line in lines]


def test_each_invented_requisition_has_twelve_lines_and_its_contracts_others_beside_it(
    packets: list[RequisitionPacket],
):
    assert {len(packet.requisition.lines) for packet in packets} == {len(LINES)} == {12}
    assert sorted({len(packet.earlier) for packet in packets}) == [0, 12, 24, 36]


def test_invented_requisitions_are_clean_short_paid_held_over_budget_and_returned(packets: list[RequisitionPacket]):
    verdicts = [review(packet, payments_policy()) for packet in packets]
    assert {verdict.outcome.value for verdict in verdicts} == {"approved", "split", "held", "returned"}
    assert {"P3", "P8", "P9", "P10", "P12", "P13", "P14", "P16"} <= {code for v in verdicts for code in v.codes}


def test_the_base_comes_to_what_the_rules_come_to(folder: Path, packets: list[RequisitionPacket]):
    found = straight(folder)
    assert found.outcomes == Counter(review(packet, payments_policy()).outcome.value for packet in packets)
    assert 0 < found.rules.cpu_s < found.spent.cpu_s
