"""The sweep: finds what a crash left half done and finishes it, for every process."""

from collections.abc import Callable, Mapping
from typing import Any

from prefect import flow

from flows import fiscal, hotline, payments, registration
from tasks import common
from tasks.adapters.follow_up import FOLLOW_UPS
from tasks.adapters.incoming import waiting
from tasks.adapters.sittings import abandoned, sitting

FLOWS: dict[str, Callable[..., Any]] = {
    "import-awards": registration.import_awards,
    "import-trackers": registration.import_trackers,
    "review-registrations": registration.review_registrations,
    "follow-up-decisions": registration.follow_up_decisions,
    "registration-report": registration.registration_report,
    "contract-sheets": registration.contract_sheets,
    "import-payment-files": payments.import_payment_files,
    "review-requisitions": payments.review_requisitions,
    "follow-up-payments": payments.follow_up_payments,
    "voucher-batch": payments.voucher_batch,
    "payment-report": payments.payment_report,
    "match-payments": payments.match_payments,
    "year-end-position": payments.year_end_position,
    "import-fiscal-files": fiscal.import_fiscal_files,
    "review-financial-reports": fiscal.review_financial_reports,
    "portfolio-report": fiscal.portfolio_report,
    "follow-up-fiscal-reviews": fiscal.follow_up_fiscal_reviews,
    "import-inquiries": hotline.import_inquiries,
    "triage-inquiries": hotline.triage_inquiries,
    "tag-surge-event": hotline.tag_surge_event,
    "triage-report": hotline.triage_report,
    "monthly-hotline-summary": hotline.monthly_hotline_summary,
    "draw-weekly-sample": hotline.draw_weekly_sample,
    "handover-sheets": hotline.handover_sheets,
    "escalate-inquiries": hotline.escalate_inquiries,
    "follow-up-inquiries": hotline.follow_up_inquiries,
}
# Which flow works off which kind of incoming file.
READERS = {
    "awards": "import-awards",
    "providers": "import-trackers",
    "documents": "import-trackers",
    "registration-steps": "import-trackers",
    **dict.fromkeys(payments.KINDS, "import-payment-files"),
    **dict.fromkeys(fiscal.KINDS, "import-fiscal-files"),
    **dict.fromkeys(hotline.KINDS, "import-inquiries"),
}


@flow(name="sweep", flow_run_name=common.run_name)
def sweep() -> dict[str, Any]:
    """Finishes what a crash or an outage left half done, reads what waits in the inbox, sends what waits in the outbox.

    Then signs a checkpoint over all cases. It runs by itself every quarter of an hour; starting it by hand is harmless.
    """
    with sitting("sweep"):
        common.clear_partials()
        common.collect_inbox()
        lost = [(name, options) for name, options in abandoned() if name != "sweep"]
        # One that fails again must not keep the sweep from all the rest.
        failed = [name for name, options in lost if not _ends_well(name, options)]
        readers = sorted({READERS[kind] for kind in READERS if waiting(kind)})
        failed += [name for name in readers if not _ends_well(name, {})]
        follow_ups = sorted({FOLLOW_UPS[process] for process in common.load_waiting_processes()})
        failed += [name for name in follow_ups if not _ends_well(name, {})]
        sent = common.send_messages()
        register = common.record_checkpoint()
    if failed:
        raise RuntimeError(f"All else is done, but this failed again: {', '.join(failed)}. Its own run says why.")
    return {"finished": [name for name, _ in lost], "sent": sent, "checkpoint": register.number}


def _ends_well(name: str, options: Mapping[str, Any]) -> bool:
    return bool(FLOWS[name](**options, return_state=True).is_completed())
