"""Who prepared a case tries to approve it: through every door, name, account and list. Each try changes nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.cli.app import app
from models.shared.people import Role, Unit
from models.shared.signing import Item
from tasks.adapters import decisions, office_acts
from tasks.adapters.database import reading
from tasks.adapters.refusals import Refusal
from tasks.adapters.registration.history import load_history
from tests.administrators import CLEO, DORA, MAYA, both, join, open_office, who
from tests.attacks import (
    BOTH,
    CASE,
    LEADS,
    OTHER,
    approve,
    asked,
    assert_refused,
    decide,
    kept,
    lend,
    open_desk,
    prepare,
    run,
    stand_at,
    waiting,
    withdraw,
)
from tests.office import award, import_list, review_all
from tests.signers import code_of, credential, hire, sign, sign_list

YOU = "You signed “.*” of August 3, 2026 in this case, so somebody else must sign this"
CHECK, FOUND = Item(CASE, "name_check_requested"), Item(CASE, "found_responsible")


@pytest.fixture
def desk(home: Path, tmp_path: Path) -> Path:
    """A fresh office with two contracts."""
    open_desk(tmp_path)
    return tmp_path


@pytest.mark.parametrize("door", ["desk", "command line"])
def test_a_maker_does_not_approve_through_a_door(desk: Path, door: str) -> None:
    prepare(BOTH[0])
    assert_refused(Refusal.SEPARATION, YOU, lambda: approve(BOTH[0], door=door))
    assert approve("a.cco", door=door).done == (CASE,)


def test_a_maker_does_not_approve_on_the_command_line(desk: Path) -> None:
    prepare(BOTH[0])
    before = kept()
    words = ["decide", "registration", CASE, "found-responsible", "--staff", BOTH[0], "--code", code_of(BOTH[0])]
    done = CliRunner().invoke(app, words)
    said = f"{done.output} {done.exception}"
    assert done.exit_code != 0 and "so somebody else must sign this. Nothing was changed." in said
    assert kept() == before
    other = CliRunner().invoke(app, [*words[:4], "--staff", "a.cco", "--code", code_of("a.cco")])
    assert other.exit_code == 0 and "Recorded. Signature" in other.output


@pytest.mark.parametrize("extra", [["--shown", "0" * 64], ["--set", "state=registered"], ["--for", "c.law"]])
def test_the_command_line_refuses_what_the_desk_refuses(desk: Path, extra: list[str]) -> None:
    prepare("o.file")
    before = kept()
    words = ["decide", "registration", CASE, "found_responsible", "--staff", "a.cco", "--code", code_of("a.cco")]
    assert CliRunner().invoke(app, [*words, *extra]).exit_code != 0
    assert kept() == before


def test_a_maker_does_not_approve_in_the_list_that_has_the_step(desk: Path) -> None:
    stand_at("responsibility")
    assert_refused(Refusal.SEPARATION, YOU, lambda: decide(credential(BOTH[0]), CHECK, FOUND))


def test_a_maker_does_not_approve_hidden_in_a_long_list(desk: Path) -> None:
    prepare(BOTH[0])
    stand_at("responsibility", OTHER)
    clean = Item(OTHER, "found_responsible")
    assert_refused(Refusal.SEPARATION, f"{CASE}, ", lambda: decide(credential(BOTH[0]), clean, FOUND))
    found = decisions.sort_out(asked(clean, FOUND), BOTH[0])
    assert found.items == (clean,) and found.refused[0][1].kind is Refusal.SEPARATION


def test_a_maker_does_not_approve_for_the_checker_who_delegated(desk: Path) -> None:
    lend("a.cco", "o.file")
    prepare("o.file")
    assert_refused(Refusal.SEPARATION, YOU, lambda: approve("o.file"))
    assert_refused(Refusal.SEPARATION, YOU, lambda: approve("o.file", behalf="a.cco"))


def test_a_checker_does_not_approve_for_the_maker_who_delegated(desk: Path) -> None:
    lend(BOTH[0], "c.law")
    prepare(BOTH[0])
    says = "Olga Both, for whom you act, signed"
    assert_refused(Refusal.SEPARATION, says, lambda: approve("c.law"))
    assert_refused(Refusal.SEPARATION, says, lambda: approve("c.law", behalf=BOTH[0]))


def test_a_checker_does_not_approve_what_was_prepared_in_their_name(desk: Path) -> None:
    lend(BOTH[0], "c.law")
    prepare("c.law", behalf=BOTH[0])
    assert_refused(Refusal.SEPARATION, YOU, lambda: approve(BOTH[0]))
    lend(BOTH[0], "n.reyes")
    assert_refused(Refusal.SEPARATION, "Olga Both, for whom you act", lambda: approve("n.reyes", behalf=BOTH[0]))


def test_a_delegation_is_not_passed_on(desk: Path) -> None:
    lend("a.cco", "c.law")
    lend("c.law", "n.reyes")
    prepare("o.file")
    assert_refused(Refusal.ROLE, "is signed by: ACCO", lambda: approve("n.reyes"))
    assert_refused(Refusal.ROLE, "You act for a.cco", lambda: approve("n.reyes", behalf="a.cco"))


@pytest.mark.parametrize("behalf", ["a.cco", "no.body", "c.law", "' or 1=1", "a.cco,c.law"])
def test_nobody_signs_for_somebody_who_did_not_delegate(desk: Path, behalf: str) -> None:
    prepare("o.file")
    assert_refused(Refusal.ROLE, "You act for", lambda: approve("c.law", behalf=behalf))


def test_a_delegation_lends_nothing_before_and_after_its_days(desk: Path) -> None:
    lend("a.cco", "c.law")
    prepare("o.file")
    for first, last in (("2026-08-04", "2026-08-28"), ("2026-07-01", "2026-08-02")):
        run("update staff_delegation set first_day = :first, last_day = :last", first=first, last=last)
        assert_refused(Refusal.ROLE, "is signed by: ACCO", lambda: approve("c.law"))
    run("update staff_delegation set first_day = '2026-08-03', last_day = '2026-08-03'")
    assert approve("c.law").done == (CASE,)


def test_an_administrator_decides_nothing_for_somebody_either(desk: Path) -> None:
    hire(("z.none", "Zoe None", Unit.ADMINISTRATION, (Role.ADMINISTRATOR,)))
    lend("a.cco", "z.none")
    prepare("o.file")
    assert_refused(Refusal.ROLE, "is signed by: ACCO", lambda: approve("z.none"))


def test_a_correction_of_what_a_maker_signed_does_not_make_them_a_checker(desk: Path) -> None:
    prepare(BOTH[0])
    with reading() as session:
        seq = load_history(session, [CASE])[CASE][-1].seq
    sign("m.ortiz", CASE, "corrected", "the number was misread", seq=str(seq), reference="A-2")
    sign_list("p.lead", waiting())
    assert_refused(Refusal.SEPARATION, YOU, lambda: approve(BOTH[0]))


def test_an_account_that_the_maker_let_in_does_not_approve(desk: Path) -> None:
    hire(("k.one", "Kim One", Unit.PROCUREMENT, (Role.ACCO,)), enrolled_by=("o.file", "x.two"))
    prepare("o.file")
    says = "Omar Field|o.file, who enrolled the account k.one"
    assert_refused(Refusal.SEPARATION, says, lambda: approve("k.one"))


def test_an_administrator_who_became_a_maker_has_no_checker_of_their_own(home: Path, tmp_path: Path) -> None:
    open_office()
    for admin in (CLEO, DORA):
        join(admin)
    maya = join({**MAYA, "unit": "Procurement", "roles": ["ACCO"]})
    post = {"staff_id": "ana.ruiz", "unit": "Procurement", "roles": ["contract officer"]}
    both("change", post, by=("cleo.day", "dora.kern"))
    import_list(tmp_path, award(1, "Harbor Loom, Inc.", "971010012", "50000"))
    review_all(letters=False)
    stand_at("responsibility")
    decide(who("ana.ruiz"), CHECK)
    assert_refused(Refusal.SEPARATION, "who enrolled the account maya.osei,", lambda: decide(who(maya), FOUND))


@pytest.mark.parametrize("identity", ["0500123", " 00500123", "500-123", "５００１２３"])
def test_the_same_human_gets_no_second_account(home: Path, identity: str) -> None:
    open_office()
    join(MAYA)
    again = {**MAYA, "staff_id": "maya.two", "email": "two@agency.example", "identity": identity}
    assert_refused(
        Refusal.ILLEGAL, "already has the account Maya Osei", lambda: office_acts.propose("add", again, who("ana.ruiz"))
    )


# --- what two people sign --------------------------------------------------------------------------------------


def test_a_first_signer_is_not_the_second(desk: Path) -> None:
    item = withdraw(LEADS[0])
    says = "You signed “Proposed: .*” of August 3, 2026"
    assert_refused(Refusal.SEPARATION, says, lambda: sign_list(LEADS[0], item))
    assert sign_list("p.lead", item).done == (CASE,)


def test_the_second_signer_does_not_stand_in_for_the_first(desk: Path) -> None:
    item = withdraw(LEADS[0])
    lend(LEADS[0], "c.law")
    assert_refused(Refusal.SEPARATION, "Lena Both, for whom you act, signed", lambda: sign_list("c.law", item))


def test_the_first_signer_does_not_sign_for_the_second(desk: Path) -> None:
    item = withdraw()
    lend("p.lead", "m.ortiz")
    assert_refused(Refusal.SEPARATION, "You signed “Proposed", lambda: sign_list("m.ortiz", item, behalf="p.lead"))


def test_whom_the_first_signer_stood_in_for_is_not_the_second(desk: Path) -> None:
    lend(LEADS[0], "c.law")
    sign("c.law", CASE, "withdrawn", "the provider declines", behalf=LEADS[0])
    assert_refused(Refusal.SEPARATION, "You signed “Proposed", lambda: sign_list(LEADS[0], waiting()))


def test_who_prepared_a_case_does_not_end_it_as_the_second(desk: Path) -> None:
    sign("p.lead", CASE, "scope_and_budget_agreed")
    item = withdraw()
    assert_refused(Refusal.SEPARATION, YOU, lambda: sign_list("p.lead", item))
    assert sign_list(LEADS[0], item).done == (CASE,)


# --- two contracts in one act ----------------------------------------------------------------------------------


def split(staff_id: str = "m.ortiz") -> str:
    """Move an award into a contract of its own; the new contract's id."""
    sign(staff_id, CASE, "awards_regrouped", "two programs", awards="FY27 00002")
    sign_list("p.lead", waiting())
    return f"{CASE}-2"


def test_who_prepared_the_other_contract_does_not_approve_a_regrouping_into_it(desk: Path) -> None:
    other = split()
    sign(LEADS[0], other, "orientation_attended")
    sign("m.ortiz", CASE, "awards_regrouped", "one program after all", awards="FY27 00001", to=other)
    assert_refused(Refusal.SEPARATION, "so somebody else must sign this", lambda: sign_list(LEADS[0], waiting()))


def test_who_proposed_a_regrouping_does_not_approve_the_other_contract(desk: Path) -> None:
    other = split(BOTH[0])
    stand_at("responsibility", other)
    assert_refused(Refusal.SEPARATION, "so somebody else must sign this", lambda: approve(BOTH[0], other))
