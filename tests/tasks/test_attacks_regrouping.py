"""Attacks with regroupings: two contracts in one act, in one list, or at the same moment."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models.shared.people_records import Proposal
from models.shared.records import Contract
from tasks.adapters.audit import audit
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned
from tests.attacks import CASE, LEADS, between, open_desk, stand_at, waiting
from tests.office import award, import_list
from tests.signers import sign, sign_list


@pytest.fixture(autouse=True)
def desk(home: Path, tmp_path: Path) -> Path:
    """A fresh office with two contracts."""
    open_desk(tmp_path)
    return tmp_path


def worth(case_id: str) -> tuple[int, int]:
    """What a contract is worth, and what its awards add up to."""
    with reading() as session:
        contract = session.get_one(Contract, case_id)
        query = text("select coalesce(sum(amount_cents), 0) from award where contract_id = :c or placed_in = :c")
        return contract.amount_cents, contract.adjustment_cents + int(
            session.execute(query, {"c": case_id}).scalar_one()
        )


def three_contracts(folder: Path) -> tuple[str, str]:
    """Two more contracts with an award each, split off the first one."""
    import_list(
        folder,
        *(award(n, "Harbor Loom, Inc.", "971010012", f"{n}0000") for n in (1, 2, 4, 5)),
        award(3, "Rooftop Radio, Inc.", "971010023", "25000"),
    )
    for number in (2, 4):
        sign("m.ortiz", CASE, "awards_regrouped", "its own program", awards=f"FY27 0000{number}")
        sign_list("p.lead", waiting())
    return f"{CASE}-2", f"{CASE}-3"


def test_two_regroupings_into_one_contract_in_a_list_both_count(desk: Path) -> None:
    into, gone = three_contracts(desk)
    sign("m.ortiz", CASE, "awards_regrouped", "one program", awards="FY27 00005", to=into)
    sign("m.ortiz", gone, "awards_regrouped", "one program", awards="FY27 00004", to=into)
    try:
        sign_list("p.lead", waiting(CASE), waiting(gone))
    except NotSigned as said:
        assert said.sentence
    assert worth(into)[0] == worth(into)[1]
    assert worth(CASE)[0] == worth(CASE)[1]


def test_a_regrouping_does_not_undo_what_happened_to_the_other_contract_meanwhile(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into, gone = three_contracts(desk)
    sign("m.ortiz", CASE, "awards_regrouped", "one program", awards="FY27 00005", to=into)
    sign("m.ortiz", gone, "awards_regrouped", "one program", awards="FY27 00004", to=into)
    between(monkeypatch, lambda: sign_list("p.lead", waiting(gone)))
    before = worth(into)
    with pytest.raises(NotSigned):
        sign_list(LEADS[0], waiting(CASE))
    assert worth(into) != before and worth(into)[0] == worth(into)[1]


def test_awards_do_not_go_into_a_contract_that_was_filed_meanwhile(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into, _ = three_contracts(desk)
    sign("m.ortiz", CASE, "awards_regrouped", "one program", awards="FY27 00005", to=into)
    between(monkeypatch, lambda: stand_at("filed", into, "filed"))
    with pytest.raises(NotSigned):
        sign_list("p.lead", waiting(CASE))


def test_two_regroupings_into_new_contracts_at_once_end_with_a_sentence(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_list(desk, *(award(n, "Harbor Loom, Inc.", "971010012", f"{n}0000") for n in (1, 2, 4)))
    sign("m.ortiz", CASE, "awards_regrouped", "its own", awards="FY27 00002")
    one = waiting()
    sign("n.reyes", CASE, "awards_regrouped", "its own", awards="FY27 00004")
    with reading() as session:
        ids = [p.proposal_id for p in session.execute(select(Proposal)).scalars()]
    two = replace(one, proposal_id=next(i for i in ids if i != one.proposal_id), fields={"awards": "FY27 00004"})
    between(monkeypatch, lambda: sign_list("p.lead", one))
    with pytest.raises(NotSigned, match="Paula Lind"):
        sign_list(LEADS[0], two)
    with reading() as session:
        assert audit(session).problems == ()
