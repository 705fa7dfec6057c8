"""Who reads which cases and papers, by role."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.shared.people import Person, Role, Unit
from tasks.adapters.papers import may_read


@pytest.mark.parametrize("role", list(Role))
def test_whoever_works_on_cases_or_audits_reads_their_papers(home: Path, role: Role) -> None:
    person = Person("x.one", "X One", Unit.PROGRAM, frozenset({role}))
    of_hotline = {Role.CALL_TAKER, Role.CASEWORKER, Role.TRIAGE_SUPERVISOR, Role.CLEARED}
    assert may_read(person, "hotline", "case") is (role in {*of_hotline, Role.AUDITOR})
    for kind in ("case", "letter", "sheet", "report", "scan"):
        assert may_read(person, "registration", kind) is (role not in {*of_hotline, Role.ADMINISTRATOR})
        assert not may_read(replace(person, is_active=False), "registration", kind)
    assert not may_read(person, "a process that nobody has", "letter")
