"""One contract on its way to registration, for tests of what comes after."""

from pathlib import Path
from typing import Any

from models.registration.requirements import LABELS
from tasks.adapters import clock
from tasks.adapters.database import reading
from tasks.adapters.incoming import receive
from tasks.adapters.registration.cases import load_cases
from tests.office import award, import_list, import_tracker, review_all, stop_clock
from tests.remembered import remembered
from tests.signers import hire, take_steps

CASE = "R27-971010012"
REGISTERED = (
    "scope and budget agreed,2026-08-03", "found responsible,2026-08-12", "award made,2026-08-20", "filed,2026-08-24",
    "registered,2026-09-10",
)  # fmt: skip


@remembered
def open_contract(folder: Path) -> None:
    """One cleared contract of $50,000 at the stage of its scope, on 3 August 2026, and everybody who signs."""
    stop_clock(2026, 8, 3, 14)
    hire()
    import_list(folder, award(1, "Harbor Loom, Inc.", "971010012", "50000"))
    review_all(letters=False)


def register(folder: Path) -> None:
    """The contract on its way to registration on 10 September; its documents are taken as complete."""
    stop_clock(2026, 9, 10, 14)
    columns = "Owner,Document,Reported on,Signed on,Expires on,Period end,Fiscal year,Amount,File"
    scan = folder / "all.pdf"
    scan.write_bytes(b"%PDF-1.4 invented")
    receive(scan, "scans")
    lines = [
        f"971010012,{name},2026-08-04,2026-08-04,2030-01-01,2026-06-30,2027,50000,all.pdf" for name in LABELS
    ]  # fmt: skip
    import_tracker(folder, "documents", columns, *lines)
    steps = (f"{CASE},{step},{day}" for step, day in (line.split(",") for line in REGISTERED))
    result = take_steps(folder, "Contract,Step,Date", *steps)
    assert (result["rejected"], _state()) == (0, "registered")


def _state() -> Any:
    with reading() as session:
        return load_cases(session, [CASE], clock.today())[0].packet.state
