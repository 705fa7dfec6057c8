"""What the flows do, without Prefect: files in, reviews, papers. For tests that are not about flows."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.registration.moves import settle
from models.shared.records import PolicyVersion
from tasks.adapters import clock, outbox
from tasks.adapters.checkpoints import Register, write_checkpoint
from tasks.adapters.database import reading, writing
from tasks.adapters.follow_up import mark_followed, to_follow
from tasks.adapters.home import Home, write_atomically
from tasks.adapters.incoming import receive, refuse
from tasks.adapters.ledger import Happening, append_batch
from tasks.adapters.letter_orders import ordered_letters, register_letters
from tasks.adapters.policy import office, policy_sha256, policy_text, registration_policy, surge_sha256s
from tasks.adapters.registration import intake, paper, reviews
from tasks.adapters.registration.cases import load_cases, open_case_ids
from tasks.adapters.registration.letters_due import LETTERS
from tasks.adapters.registration.reviews import ReviewedCase
from tasks.adapters.settings import settings
from tests.drawn import drawn


def sign_policy() -> None:
    """The policy and surge files as two administrators have signed them, before any day of a test's clock."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with writing() as session:
        put_in_force(session, policy_sha256(), policy_text(), ("a.admin", "b.admin"), at, surge_sha256s())


def put_in_force(
    session: Session, sha: str, body: str, by: tuple[str, str], at: datetime, surge: dict[str, str] | None = None
) -> None:
    """A policy with both signatures, as its row and in the office's history."""
    first, second = by
    signed = {"proposed_by": first, "signed_by": second, "proposed_at": at, "signed_at": at}
    session.merge(PolicyVersion(sha256=sha, body=body, **signed))
    session.flush()
    told = {"kind": "policy", "body": {"sha256": sha, "surge": surge or {}}, "proposed_by": first, "signed_by": second}
    happening = Happening("policy_signed", f"{first} and {second}", "", at, told)
    append_batch(session, "office", "policy", [happening], at)


def stop_clock(*moment: int) -> None:
    """Let the home's clock stand at a moment in UTC, given as year, month, day, hour."""
    there = Home(clock="fixed", moment=datetime(*moment, tzinfo=UTC))  # type: ignore[misc,arg-type]
    write_atomically(settings().home / "home.json", there.model_dump_json().encode())


HEADER = "MOCS ID#,Fiscal Year,Source,Council Member,Legal Name,Tax ID,Status,Amount,Agency,Program Name,City,State"


def award(number: int, name: str, ein: str, amount: str, *, status: str = "Cleared", agency: str = "SBS") -> str:
    """One line of an invented list."""
    return f'FY27 {number:05d},2027,Local,Invented,"{name}",{ein},{status},"{amount}",{agency},Help,New York,NY'


def import_list(folder: Path, *lines: str, name: str = "list.csv", **options: Any) -> dict[str, Any]:
    """Import an award list of these lines; the result, or what it was refused for under `refused`."""
    path = folder / name
    path.write_text("\n".join([HEADER, *lines]) + "\n")
    return import_file(path, **options)


def import_file(path: Path, **options: Any) -> dict[str, Any]:
    """Import an award list that lies in a file."""
    file_id = receive(path, "awards", options)
    listed = intake.load_award_list(file_id)
    if isinstance(listed, str):
        refuse(file_id, listed)
        return {"refused": listed}
    return intake.record_award_list(file_id, listed)


def import_tracker(folder: Path, kind: str, *lines: str) -> dict[str, Any]:
    """Import a tracker of these lines, the heading first."""
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines) + "\n")
    result = intake.record_tracker(receive(path, kind))
    return {"refused": result} if isinstance(result, str) else result


def review_all(*, letters: bool = True) -> dict[str, int]:
    """Review every open case as the flow does; `letters=False` asks for nothing."""
    policy, at = registration_policy(), clock.now()
    with reading() as session:
        loaded = load_cases(session, open_case_ids(session), clock.today())
        reviewed = [ReviewedCase(case.head, *settle(case.packet, policy)) for case in loaded]
        if not letters:
            reviewed = without_letters(reviewed)
        due = reviews.letters(session, reviewed, policy, office(), at)
    pdfs = {pdf.document.document_id: pdf for pdf in drawn(due)}
    with writing() as session:
        counts = reviews.record(session, reviewed, pdfs, policy, at)
    outbox.send_waiting()
    return counts


def without_letters(reviewed: list[ReviewedCase]) -> list[ReviewedCase]:
    """The same reviews, asking for nothing."""
    return [replace(case, review=replace(case.review, asks=False)) for case in reviewed]


def checkpoint() -> Register:
    """Sign a checkpoint."""
    with writing() as session:
        return write_checkpoint(session, clock.now())


def print_sheets(*case_ids: str) -> list[str]:
    """Print contract sheets and enter them in the register."""
    with reading() as session:
        made = list(paper.sheets(session, list(case_ids), registration_policy(), office(), clock.now()))
    pdfs = drawn(made)
    with writing() as session:
        return paper.register(session, pdfs, "sheet")


def follow_up() -> int:
    """What follows signatures: their letters printed and sent; returns how many letters."""
    with reading() as session:
        ordered = ordered_letters(session, "registration", LETTERS)
        signed = to_follow(session, "registration")
    pdfs = drawn(ordered)
    with writing() as session:
        count = register_letters(session, pdfs, clock.now())
        mark_followed(session, signed.signature_ids, clock.now())
    outbox.send_waiting()
    return count
