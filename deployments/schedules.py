"""What staff can start, and what starts by itself: one entry a deployment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.flows import Flow
from prefect.schedules import Cron

from flows import registration, sweep

NEW_YORK = "America/New_York"


@dataclass(frozen=True)
class Entry:
    """One deployment: its name, its flow, and when it starts by itself (cron, New York time), if it does."""

    name: str
    flow: Flow[..., Any]
    cron: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def deployment(self, *, paused: bool = False) -> RunnerDeployment:
        """The entry as Prefect wants it, its flow named by module, so that no folder matters."""
        schedules = [Cron(self.cron, timezone=NEW_YORK, parameters=dict(self.parameters))] if self.cron else []
        return RunnerDeployment.from_flow(
            self.flow, name=self.name, schedules=schedules, paused=paused, description=self.description,
            tags=["registration"], entrypoint_type=EntrypointType.MODULE_PATH,
        )  # fmt: skip

    @property
    def description(self) -> str:
        """What staff read: the flow's docstring, without its parameters, which stand beside the fields of the form."""
        return (self.flow.description or "").partition("Args:")[0].strip()


ENTRIES: tuple[Entry, ...] = (
    Entry("import-awards", registration.import_awards),
    Entry("import-trackers", registration.import_trackers),
    Entry("review-registrations", registration.review_registrations, "0 6 * * 1-5", {"only_on_business_days": True}),
    Entry("registration-report", registration.registration_report, "0 7 * * 1"),
    Entry("contract-sheets", registration.contract_sheets),
    Entry("sweep", sweep.sweep, "*/15 * * * *"),
)


def entry(name: str) -> Entry:
    """The deployment of a name; a sentence with the known names when there is none."""
    for found in ENTRIES:
        if found.name == name:
            return found
    raise LookupError(f"There is no deployment “{name}”. Known: {', '.join(e.name for e in ENTRIES)}.")
