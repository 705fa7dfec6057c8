"""The sample year without Prefect: each moment's files, signatures and reviews by what the flows call, papers left out.

The people and what they sign are the demo's.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from deployments.demo_people import Cast
from models.payments.rules import review
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.fiscal import books, reviews
from tasks.adapters.fiscal import funding as told_funding
from tasks.adapters.fiscal import intake as fiscal_intake
from tasks.adapters.home import move_clock
from tasks.adapters.incoming import receive, refuse
from tasks.adapters.payments import budget_intake, cases, funding, intake, payments_made, referrals, spending
from tasks.adapters.payments import reviews as requisition_reviews
from tasks.adapters.policy import fiscal_policy, office, payments_policy, registration_policy
from tasks.adapters.registration import intake as registration_intake
from tasks.adapters.registration.referrals import told_since
from tasks.adapters.settings import ROOT
from tests import office as registration_office
from tests import payments_office
from tests.monthly_reports import hear

SAMPLES = ROOT / "deployments" / "samples"
# In the order in which a flow reads them.
_READERS: dict[str, dict[str, Callable[[str], Any]]] = {
    "import-trackers": {
        kind: registration_intake.record_tracker for kind in ("providers", "documents", "registration-steps")
    },
    "import-payment-files": {
        "budgets": budget_intake.record_budget, "payment-facts": intake.record_facts,
        "requisitions": intake.record_requisitions, "payments": payments_made.record_payments,
        "spending": spending.record_spending,
    },
    "import-fiscal-files": {
        "fiscal-facts": fiscal_intake.record_facts, "ledgers": fiscal_intake.record_ledgers,
        "financial-reports": fiscal_intake.record_reports,
    },
}  # fmt: skip


def season() -> list[dict[str, Any]]:
    """The moments of the season, as its file tells them."""
    moments: list[dict[str, Any]] = tomllib.loads((SAMPLES / "registration" / "season.toml").read_text())["moment"]
    return moments


class _People(Cast):
    """The demo's people, in a home whose policy is signed already."""

    def _two(self, kind: str, body: Mapping[str, Any], reason: str = "") -> str:
        return "" if kind == "policy" else super()._two(kind, body, reason)


class Year:
    """The year as far as it was played; `refused` is what of its files was not taken, and why."""

    def __init__(self) -> None:
        self.refused: list[tuple[str, str]] = []
        self._cast = _People(SAMPLES / "registration" / "people.toml")
        self._there: list[tuple[str, Path]] = []
        self._does: dict[str, Callable[[], Any]] = {
            "review-registrations": lambda: registration_office.review_all(letters=False),
            "import-payment-files": self._import_payments,
            "review-requisitions": self._review_requisitions, "follow-up-payments": self._cast.pay,
            "voucher-batch": payments_office.voucher, "import-fiscal-files": self._import_fiscal,
            "review-financial-reports": review_financial_reports,
        }  # fmt: skip

    def play(self) -> "Year":
        """The whole year."""
        self._cast.come_in()
        for moment in season():
            self._play(moment)
        return self

    def _play(self, moment: dict[str, Any]) -> None:
        move_clock(moment["at"])
        for process in ("registration", "payments", "fiscal"):
            files = moment["files"] if process == "registration" else moment.get(process, [])
            self._there += [(file["kind"], SAMPLES / process / file["file"]) for file in files]
        self._import_registration()
        self._cast.assign()
        self._cast.sign_waiting()
        self._cast.sign(moment.get("sign", []))
        for name in moment["run"]:
            if name in self._does:
                self._does[name]()
            if name == "follow-up-fiscal-reviews":
                self._cast.decide_months(moment)
            if name == "import-payment-files" and moment.get("budgets") != "wait":
                self._cast.sign_budgets()

    def _import_registration(self) -> None:
        for path in self._taken("awards"):
            registration_office.import_file(path)
        for folder in self._taken("scans"):
            for path in sorted(folder.iterdir()):
                receive(path, "scans")
        self._read("import-trackers")

    def _import_payments(self) -> None:
        with reading() as session:
            known = referrals.last_mark(session)
            told = told_since(session, known, registration_policy(), clock.today())
        if told:
            with writing() as session:
                referrals.keep_told(session, told, clock.now())
        hear()
        self._read("import-payment-files")
        with reading() as session:
            received = cases.received_case_ids(session)
        _review_requisitions(received)

    def _review_requisitions(self) -> None:
        hear()
        with reading() as session:
            undecided = cases.undecided_case_ids(session)
        _review_requisitions(undecided)
        payments_office.lapse()

    def _import_fiscal(self) -> None:
        hear_of_budgets()
        self._read("import-fiscal-files")

    def _read(self, flow: str) -> None:
        for kind, reader in _READERS[flow].items():
            for path in self._taken(kind):
                file_id = receive(path, kind)
                result = reader(file_id)
                if isinstance(result, str):
                    refuse(file_id, result)
                    self.refused.append((path.name, result))

    def _taken(self, kind: str) -> list[Path]:
        """The files of a kind that lie there, by name, and they lie there no more."""
        found = sorted(path for one, path in self._there if one == kind)
        self._there = [(one, path) for one, path in self._there if one != kind]
        return found


def _review_requisitions(case_ids: Sequence[str]) -> None:
    policy = payments_policy()
    with reading() as session:
        loaded = cases.load_requisitions(session, case_ids, policy, clock.today(), rest=True)
    reviewed = [
        requisition_reviews.ReviewedRequisition(case.head, case.packet, review(case.packet, policy)) for case in loaded
    ]
    with writing() as session:
        requisition_reviews.record(session, reviewed, clock.now())


def review_financial_reports() -> reviews.Recorded:
    """What the flow of this name keeps: what payments tells, the reviews of all months that are due, the reminders."""
    hear_of_budgets()
    with reading() as session:
        contracts = books.funded_contracts(session)
    return reviews.review_due(contracts, fiscal_policy(), office(), clock.now())


def hear_of_budgets() -> None:
    """What payments tells of budgets, requisitions and payments."""
    with reading() as session:
        told = funding.told_since(session, told_funding.last_mark(session))
    if told:
        with writing() as session:
            told_funding.keep_funding(session, told, clock.now())


def first_moment() -> datetime:
    """When the year begins."""
    at: datetime = season()[0]["at"]
    return at
