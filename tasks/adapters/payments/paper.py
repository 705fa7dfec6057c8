"""The payment register and the prompt-payment report as of now, and printed papers in the register of documents."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import Session

from models.payments.match_lists import voucher_position
from models.payments.prompt_payment import prompt_payment_report
from models.payments.registers import payment_register
from models.shared.calendar import new_york_date
from models.shared.documents import Document, Office
from models.shared.records import StoredDocument
from tasks.adapters.payments.case_rows import PROCESS
from tasks.adapters.payments.matching import load_lists
from tasks.adapters.payments.part_rows import besides, register_rows
from tasks.adapters.policy import payments_policy
from tasks.adapters.register import enter_papers
from tasks.adapters.rendering import StoredPdf


def unprinted(session: Session, office: Office, at: datetime) -> Iterator[Document]:
    """The register of this month and the prompt-payment report, where none of its number was printed yet."""
    today, policy = new_york_date(at), payments_policy()
    rows = register_rows(session, policy, today)
    if not rows:
        return
    register = payment_register(rows, today, office, at, besides(session))
    vouchers = voucher_position(load_lists(session, today))
    report = prompt_payment_report(rows, today, office, at, policy).model_copy(update={"vouchers": vouchers})
    papers: list[Document] = [report]
    papers += [register] if register.parts else []
    for paper in papers:
        if session.get(StoredDocument, paper.document_id) is None:
            yield paper


def register(session: Session, pdfs: Sequence[StoredPdf]) -> list[str]:
    """Enter papers in the register; one that was printed before with the same number stays as it is."""
    return enter_papers(session, pdfs, lambda pdf: pdf.row(PROCESS, "", "report"))
