"""The page of a signature: what was recorded, by whom, over what, and the way on."""

from fastapi import APIRouter
from fastapi.responses import Response

from deployments.desk.html import page, sentence
from tasks.adapters.database import reading
from tasks.adapters.signatures import find_signed_list

router = APIRouter()


@router.get("/signed/{signature_id}")
def show_signed(signature_id: str) -> Response:
    """One signature and the list that it covers."""
    with reading() as session:
        found = find_signed_list(session, signature_id) if signature_id.isprintable() else None
    if found is None:
        return sentence(404, "Not found", f"There is no signature {signature_id[:40]}.")
    return page("signed", title=f"Signed: {signed_words(found.shown.items)}", signed=found)


def signed_words(items: tuple[object, ...]) -> str:
    """What a list is about, short: its one act and contract, or how many there are."""
    labels = sorted({getattr(item, "label", "") for item in items})
    what = labels[0] if len(labels) == 1 else f"{len(labels)} kinds of decision"
    return f"{what}, {getattr(items[0], 'case_id', '')}" if len(items) == 1 else f"{what}, {len(items)} contracts"
