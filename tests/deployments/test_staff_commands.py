"""`steward staff` and `steward policy` as administrators type them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyotp
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from deployments.cli.app import app
from deployments.cli.says import Refused
from models.shared.people_records import Attempt
from tasks.adapters import codes, enrolment
from tasks.adapters.database import reading
from tasks.adapters.enrolment import next_code
from tasks.adapters.home import Home, write_atomically
from tasks.adapters.office_acts import clock
from tasks.adapters.settings import ROOT, settings
from tests.administrators import MAYA, THEO, join, open_office, person
from tests.conftest import forget
from tests.office import stop_clock

ANA = ("a.ruiz", "Ana Ruiz", "a.ruiz@agency.example", "0412345")
BEN = ("b.ito", "Ben Ito", "b.ito@agency.example", "0412346")
ADD_MAYA = (
    "staff", "add", "maya.osei", "--name", "Maya Osei", "--email", "maya@agency.example", "--number", "0500123",
    "--unit", "Program", "--role", "program manager",
)  # fmt: skip


@pytest.fixture
def office(home: Path) -> Path:
    """A home with two administrators, ana.ruiz and ben.ito."""
    open_office()
    return home


def said(*words: str, typed: str = "") -> str:
    """What a command prints."""
    return CliRunner().invoke(app, list(words), input=typed, catch_exceptions=False).stdout


def answer(*words: str) -> Any:
    return json.loads(said(*words, "--json"))


def by(staff_id: str) -> tuple[str, ...]:
    """The options of one who signs now."""
    return ("--staff", staff_id, "--code", next_code(staff_id))


def attempts() -> list[tuple[str, str, str, str]]:
    table = Attempt.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        rows = session.execute(select(table.staff_id, table.door, table.what, table.refusal).order_by(table.attempt_id))
        return [tuple(row) for row in rows]


def test_a_person_is_added_signed_and_listed(office: Path) -> None:
    proposed = answer(*ADD_MAYA, *by("ana.ruiz"))
    assert proposed["act"] == "A0001" and "Employee number: 500123" in proposed["says"]
    assert answer("staff", "acts") == [{"kind": "add", **proposed}]
    told = said("staff", "sign", "a0001", *by("ben.ito"))
    assert proposed["shown"] in told and "A0001 is signed and counts from now on." in told
    listed = {row["id"]: row for row in answer("staff", "list")["staff"]}
    assert listed["maya.osei"]["state"] == "no authenticator yet"
    assert listed["ana.ruiz"]["enrolled_by"] == ["ben.ito"]
    assert said("staff", "acts") == "Nothing waits.\n"


def test_a_ticket_is_shown_once_to_the_second_signer_and_taken_up_in_the_terminal(office: Path) -> None:
    answer(*ADD_MAYA, *by("ana.ruiz"))
    answer("staff", "sign", "A0001", *by("ben.ito"))
    answer("staff", "enrol", "maya.osei", *by("ana.ruiz"))
    told = said("staff", "sign", "A0002", *by("ben.ito"))
    ticket = told.split("--ticket ")[1].strip()
    assert f"/enrol/{ticket}" in told
    with pytest.raises(Refused, match="The authenticator shows another code"):
        said("staff", "enrol", "--ticket", ticket, typed="000000\n000000\n000000\n")
    assert not person("maya.osei").is_active
    with pytest.raises(Refused, match="shown already, and is shown only once"):
        said("staff", "enrol", "--ticket", ticket)


def test_who_scanned_the_code_can_confirm_it_with_the_same_ticket_later(office: Path) -> None:
    answer(*ADD_MAYA, *by("ana.ruiz"))
    answer("staff", "sign", "A0001", *by("ben.ito"))
    answer("staff", "enrol", "maya.osei", *by("ana.ruiz"))
    ticket = answer("staff", "sign", "A0002", *by("ben.ito"))["ticket"]
    secret, _ = enrolment.take_up(ticket)
    code = codes.code_at(secret, codes.step(clock.now(), 0))
    assert answer("staff", "enrol", "--ticket", ticket, "--code", code) == {"staff": "maya.osei", "enrolled": True}
    assert person("maya.osei").is_active


def test_a_code_is_asked_for_without_echo(office: Path) -> None:
    told = CliRunner().invoke(app, [*ADD_MAYA, "--staff", "ana.ruiz"], input=next_code("ana.ruiz") + "\n")
    assert told.exit_code == 0 and next_code("ana.ruiz") not in told.output
    assert "Code of ana.ruiz:" in told.stderr and "It waits for a second administrator" in told.stdout


def test_a_refusal_is_one_sentence_and_is_kept_without_the_code(office: Path) -> None:
    with pytest.raises(Refused, match="The staff id or the code is wrong"):
        said(*ADD_MAYA, "--staff", "ana.ruiz", "--code", "987654")
    answer(*ADD_MAYA, *by("ana.ruiz"))
    with pytest.raises(Refused, match="You proposed this, so another administrator must sign it"):
        said("staff", "sign", "A0001", *by("ana.ruiz"))
    told = CliRunner().invoke(app, ["staff", "sign", "A0009", *by("ben.ito"), "--json"])
    assert json.loads(told.stdout)["error"].startswith("There is no proposal A0009.")
    assert attempts() == [
        ("ana.ruiz", "command line", "propose add", "wrong code"),
        ("ana.ruiz", "command line", "sign A0001", "separation of duties"),
        ("ben.ito", "command line", "sign A0009", "proposal closed"),
    ]


def test_who_names_another_fingerprint_than_what_waits_signs_nothing(office: Path) -> None:
    answer(*ADD_MAYA, *by("ana.ruiz"))
    with pytest.raises(Refused, match="not what was shown"):
        said("staff", "sign", "A0001", *by("ben.ito"), "--shown", "0" * 64)
    assert person("maya.osei") is None


def test_a_person_changes_delegates_and_is_revoked(office: Path) -> None:
    for body in (MAYA, THEO):
        join(body)

    def signed(*words: str) -> str:
        act = answer("staff", *words, *by("ana.ruiz"))["act"]
        answer("staff", "sign", act, *by("ben.ito"))
        return str(act)

    signed("change", "maya.osei", "--unit", "Procurement", "--role", "contract officer", "--role", "ACCO")
    days = ("--first", "2026-11-23", "--last", "2026-12-04")
    lent = signed("delegate", "maya.osei", "theo.lund", *days, "--reason", "vacation")
    listed = answer("staff", "list")
    assert [row["roles"] for row in listed["staff"] if row["id"] == "maya.osei"] == [["ACCO", "contract officer"]]
    assert listed["delegations"] == [
        {"delegation": lent, "from": "maya.osei", "to": "theo.lund", "first": days[1], "last": days[3]}
    ]
    signed("end-delegation", lent, "--reason", "came back")
    signed("revoke", "maya.osei", "--reason", "left the agency")
    listed = answer("staff", "list")
    assert listed["delegations"] == []
    assert {row["id"]: row["state"] for row in listed["staff"]}["maya.osei"] == "revoked Nov 23, 2026"


def test_a_proposal_is_refused_with_a_reason(office: Path) -> None:
    answer(*ADD_MAYA, *by("ana.ruiz"))
    refused = answer("staff", "refuse", "a0001", "--reason", "wrong number", *by("ben.ito"))
    assert refused == {"act": "A0001", "refused": True}
    with pytest.raises(Refused, match=r"Ben Ito \(ben.ito\) refused A0001 on .* \(wrong number\)"):
        said("staff", "sign", "A0001", *by("ben.ito"))


def test_codes_are_printed_only_in_a_home_that_was_created_as_a_demo(office: Path) -> None:
    with pytest.raises(Refused, match="Only a home that was created as a demo tells codes"):
        said("staff", "code", "ana.ruiz")
    demo = Home(demo=True, clock="demo", moment=clock.now())
    write_atomically(settings().home / "home.json", demo.model_dump_json().encode())
    assert said("staff", "code", "ana.ruiz") == next_code("ana.ruiz") + "\n"
    with pytest.raises(Refused, match="There is no account nobody with an authenticator"):
        said("staff", "code", "nobody")


def test_the_list_says_when_a_lost_authenticator_could_not_be_replaced(home: Path) -> None:
    assert "“steward staff bootstrap” makes the first two administrators" in said("staff", "list")
    open_office()
    assert "Only 2 administrators" in said("staff", "list")


def test_the_policy_is_shown_proposed_and_signed(office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(settings().policy_file.read_text().replace("registration_days = 30 ", "registration_days = 31 "))
    monkeypatch.setenv("STEWARD_POLICY_FILE", str(path))
    forget()
    before = answer("policy", "show")
    change = {"path": "policy.registration.registration_days", "before": "30", "after": "31"}
    assert (before["in_force"], before["changes"]) == (False, [change])
    assert "nobody has proposed it yet" in said("policy", "show")
    with pytest.raises(Refused, match="No policy waits for a signature"):
        said("policy", "sign", *by("ben.ito"))
    answer("policy", "propose", *by("ana.ruiz"))
    assert "Not in force: ana.ruiz proposed it on Nov 23, 2026" in said("policy", "show")
    said("policy", "sign", *by("ben.ito"))
    after = answer("policy", "show")
    assert (after["in_force"], after["proposed_by"], after["signed_by"]) == (True, "ana.ruiz", "ben.ito")
    assert after["last_signed"] == after["sha256"] and after["changes"] == [change]


def test_the_first_two_are_made_without_asking_where_the_clock_stands_still(home: Path) -> None:
    stop_clock(2026, 11, 23, 15)
    made = answer("staff", "bootstrap", "--first", *ANA, "--second", *BEN)
    assert made == {"administrators": ["a.ruiz", "b.ito"]}
    with pytest.raises(Refused, match="has its first two administrators already"):
        said("staff", "bootstrap", "--first", *ANA, "--second", *BEN)


def test_the_first_two_each_confirm_what_their_authenticator_shows(tmp_path: Path) -> None:
    environment = {**os.environ, "STEWARD_HOME": str(tmp_path / "real")}
    environment.pop("STEWARD_DATABASE_URL", None)
    command = [sys.executable, "-c", "from deployments.cli.app import main; main()", "staff", "bootstrap"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, "--first", *ANA, "--second", *BEN], cwd=ROOT, env=environment, text=True, start_new_session=True,
        stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=1,
    ) as running:  # fmt: skip
        assert running.stdin is not None and running.stdout is not None
        for line in running.stdout:
            if "type this secret into it: " in line:
                secret = line.split("type this secret into it: ")[1].strip().replace(" ", "")
                running.stdin.write(f"{pyotp.TOTP(secret).now()}\n")
                running.stdin.flush()
            last = line
    assert running.returncode == 0 and "add a third administrator" in last
    refused = subprocess.run(
        [*command, "--first", *ANA, "--second", *BEN], cwd=ROOT, env=environment, text=True, capture_output=True
    )
    assert refused.returncode == 2
    assert refused.stderr.startswith("This office has its first two administrators already.")
