"""What staff can start, and what starts by itself: one entry a deployment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect.client.orchestration import get_client
from prefect.deployments.runner import RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows import fiscal, hotline, payments, registration, sweep

NEW_YORK = "America/New_York"
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """One deployment: its name, its flow, and when it starts by itself (cron, in its time zone), if it does.

    `parameters` are what the schedule sets; `unasked` are those that the command line alone uses, left out of the form.
    """

    name: str
    flow: Flow[..., Any]
    cron: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    unasked: frozenset[str] = frozenset()
    time_zone: str = NEW_YORK
    process: str = "registration"

    def deployment(self, *, paused: bool = False, there: Json | None = None) -> RunnerDeployment:
        """The entry as Prefect wants it, its flow named by module, so that no folder matters.

        `there` is the deployment as the server's API has it, where it has: a schedule that is the same is not sent.
        Prefect would put a new one in its place, and where its scheduler is just at the old one, all of the next hour
        would start twice.
        """
        schedules = [Cron(self.cron, timezone=self.time_zone, parameters=dict(self.parameters))] if self.cron else []
        made = RunnerDeployment.from_flow(
            self.flow, name=self.name, schedules=schedules, paused=paused, description=self.description,
            tags=[self.process] if self.process else [], entrypoint_type=EntrypointType.MODULE_PATH,
        )  # fmt: skip
        # Prefect names the fields of its form after the parameters; people read words.
        fields = made._parameter_openapi_schema.properties
        for key in list(fields):
            fields[key]["title"] = key.replace("_", " ").capitalize()
            if key in self.unasked:
                del fields[key]
        if there is not None and self._is_on_time(there):
            made.schedules = []
            made.model_fields_set.discard("schedules")
        return made

    def _is_on_time(self, there: Json) -> bool:
        """Whether the server has the schedule of this entry and no other."""
        found = [
            (made["schedule"].get("cron"), made["schedule"].get("timezone"), made["parameters"], made["active"])
            for made in there["schedules"]
        ]
        return found == ([(self.cron, self.time_zone, dict(self.parameters), True)] if self.cron else [])

    @property
    def description(self) -> str:
        """What staff read: the flow's docstring, a line a paragraph; what it says of parameters stands in the form."""
        text = (self.flow.description or "").partition("Args:")[0]
        paragraphs = [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]
        if "(/artifacts)" not in text:
            paragraphs.append("What it leaves to read: [see the worklists](/artifacts).")
        return "\n\n".join(paragraphs)


ENTRIES: tuple[Entry, ...] = (
    Entry("import-awards", registration.import_awards, unasked=frozenset({"file"})),
    Entry("import-trackers", registration.import_trackers, unasked=frozenset({"file"})),
    Entry("review-registrations", registration.review_registrations, "0 6 * * 1-5", {"only_on_business_days": True}),
    Entry("registration-report", registration.registration_report, "0 7 * * 1"),
    Entry("contract-sheets", registration.contract_sheets),
    Entry("propose-decision", registration.propose_decision),
    Entry("follow-up-decisions", registration.follow_up_decisions, unasked=frozenset({"signature"})),
    Entry("import-payment-files", payments.import_payment_files, unasked=frozenset({"file"}), process="payments"),
    Entry(
        "review-requisitions",
        payments.review_requisitions,
        "30 6 * * 1-5",
        {"only_on_business_days": True},
        process="payments",
    ),
    Entry("follow-up-payments", payments.follow_up_payments, unasked=frozenset({"signature"}), process="payments"),
    Entry("voucher-batch", payments.voucher_batch, process="payments"),
    Entry("payment-report", payments.payment_report, "30 7 * * 1", process="payments"),
    Entry("match-payments", payments.match_payments, process="payments"),
    Entry("year-end-position", payments.year_end_position, "0 7 1 7 *", process="payments"),
    Entry("import-fiscal-files", fiscal.import_fiscal_files, unasked=frozenset({"file"}), process="fiscal"),
    Entry(
        "review-financial-reports",
        fiscal.review_financial_reports,
        "0 5 * * 1-5",
        {"only_on_business_days": True},
        process="fiscal",
    ),
    Entry("portfolio-report", fiscal.portfolio_report, "0 8 22 * *", process="fiscal"),
    Entry(
        "follow-up-fiscal-reviews",
        fiscal.follow_up_fiscal_reviews,
        unasked=frozenset({"signature"}),
        process="fiscal",
    ),
    Entry("import-inquiries", hotline.import_inquiries, unasked=frozenset({"file"}), process="hotline"),
    Entry("triage-inquiries", hotline.triage_inquiries, "5 * * * *", time_zone="UTC", process="hotline"),
    Entry("tag-surge-event", hotline.tag_surge_event, process="hotline"),
    Entry("triage-report", hotline.triage_report, "0 7 * * *", process="hotline"),
    Entry("monthly-hotline-summary", hotline.monthly_hotline_summary, "0 8 7 * *", process="hotline"),
    Entry("draw-weekly-sample", hotline.draw_weekly_sample, "15 6 * * 1", process="hotline"),
    Entry("handover-sheets", hotline.handover_sheets, "30 16 * * *", process="hotline"),
    Entry("escalate-inquiries", hotline.escalate_inquiries, "* * * * *", time_zone="UTC", process="hotline"),
    Entry("follow-up-inquiries", hotline.follow_up_inquiries, unasked=frozenset({"signature"}), process="hotline"),
    # In New York time Prefect leaves out the hour that comes twice in November.
    Entry("sweep", sweep.sweep, "*/15 * * * *", time_zone="UTC", process=""),
)


def there() -> dict[str, Json]:
    """The deployments of the server by name, as its API says them: Prefect's own reading of schedules takes long."""
    with get_client(sync_client=True) as client:
        answer = client.request("POST", "/deployments/filter", json={})
    return {found["name"]: found for found in answer.json()}


def entry(name: str) -> Entry:
    """The deployment of a name; a sentence with the known names when there is none."""
    for found in ENTRIES:
        if found.name == name:
            return found
    raise LookupError(f"There is no deployment “{name}”. Known: {', '.join(e.name for e in ENTRIES)}.")
