"""The desk's page “Vouchers and payments”: what was asked and what was paid, and the form for one payment."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from deployments.desk.guard import PostedForm, SignedIn, Visitor
from deployments.desk.html import page, sentence
from deployments.desk.posted import Posted
from deployments.desk.requisitions import REQUISITION
from models.payments.match_lists import VoucherStanding
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.ledger import StaleCase
from tasks.adapters.payments.matching import load_lists
from tasks.adapters.payments.typed_payments import NotTyped, may_type, type_payment

router = APIRouter()
# A page shows so many of each list; the export has them all.
SHOWN = 200
_FIELDS = ("voucher", "amount", "on", "reference")
_LONGEST = 200
_TOO_LONG = f"A field is longer than {_LONGEST} characters. Shorten it."


@router.get("/vouchers")
def show_vouchers(standing: str = "") -> Response:
    """Vouchers by how they stand, those that need somebody first, and payments that belong to none of them."""
    with reading() as session:
        lists = load_lists(session, clock.today())
    chosen = next((one for one in VoucherStanding if one.value == standing), None)
    groups = [(one, lists.of(one)) for one in VoucherStanding if chosen in (None, one)]
    return page(
        "vouchers", title="Vouchers and payments", lists=lists, shown=SHOWN, chosen=chosen, standings=VoucherStanding,
        groups=[(one, rows) for one, rows in groups if rows and (chosen or one is not VoucherStanding.PAID)],
    )  # fmt: skip


@router.get("/vouchers/payment")
def show_payment_form(visitor: SignedIn, voucher: str = "", amount: str = "") -> Response:
    """The form for one payment that no list brings."""
    return _form(visitor, Posted((("voucher", voucher[:_LONGEST]), ("amount", amount[:_LONGEST]))))


@router.post("/vouchers/payment")
def note_payment(visitor: SignedIn, form: PostedForm) -> Response:
    """Note the payment as a row of the finance office's list would, or say why not."""
    if not may_type(visitor.person):
        return _not_yours()
    typed = {name: form.one(name) for name in _FIELDS}
    try:
        if any(len(text) > _LONGEST for text in typed.values()):
            raise NotTyped(_TOO_LONG)
        cells = {"voucher_no": typed["voucher"], "cents": typed["amount"], "on": typed["on"]}
        with writing() as session:
            told = {**cells, "reference": typed["reference"]}
            case_id = type_payment(session, visitor.person, told, clock.now())
    except (NotTyped, StaleCase) as refused:
        return _form(visitor, form, 422, f"{refused} Nothing was changed.")
    return RedirectResponse(REQUISITION.address(case_id), 303)


def _form(visitor: Visitor, form: Posted, status: int = 200, refusal: str = "") -> Response:
    if not may_type(visitor.person):
        return _not_yours()
    fields = {name: form.one(name)[:_LONGEST] for name in _FIELDS}
    return page("voucher_payment", status, title="Type a payment", fields=fields, refusal=refusal, longest=_LONGEST)


def _not_yours() -> Response:
    words = "Only Fiscal notes payments. Ask a fiscal analyst or a fiscal lead. Nothing was changed."
    return sentence(403, "Not possible", words)
