"""What must hold for a registration case: the ordered checks, what a review finds, and what a clock decides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from models.registration.amendment_rules import AMENDMENT_CHECKS
from models.registration.award_rules import AWARD_CHECKS
from models.registration.checklist import ChecklistItem, checklist
from models.registration.clocks import Clock, clocks, registration_clock
from models.registration.document_rules import DOCUMENT_CHECKS
from models.registration.forecast import Forecast, forecast, needs_notice
from models.registration.packet import RegistrationPacket
from models.registration.policy import Policy
from models.registration.stage_rules import STAGE_CHECKS
from models.registration.states import ASKING
from models.shared.calendar import fiscal_year_bounds
from models.shared.findings import Finding, ordered

Check = Callable[[RegistrationPacket, Policy], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (*AWARD_CHECKS, *DOCUMENT_CHECKS, *STAGE_CHECKS, *AMENDMENT_CHECKS)


@dataclass(frozen=True)
class Review:
    """What one look at a case comes to. `move` is the event that a clock or a complete checklist brings, if any."""

    packet: RegistrationPacket
    forecast: Forecast
    items: tuple[ChecklistItem, ...]
    clocks: tuple[Clock, ...]
    findings: tuple[Finding, ...]
    move: str | None
    asks: bool

    @property
    def missing(self) -> tuple[ChecklistItem, ...]:
        return tuple(item for item in self.items if item.fault)


def review(packet: RegistrationPacket, policy: Policy) -> Review:
    """Look at one case: all checks run, so that one letter can say everything."""
    expected = forecast(packet, policy)
    items = checklist(packet, policy, expected)
    findings = [finding for check in CHECKS for finding in check(packet, policy)]
    return Review(
        packet=packet,
        forecast=expected,
        items=items,
        clocks=clocks(packet, policy),
        findings=tuple(ordered(findings)),
        move=move_by_clock(packet, policy) or move_by_facts(packet, policy, items),
        asks=asks_for_documents(packet, items),
    )


def move_by_clock(packet: RegistrationPacket, policy: Policy) -> str | None:
    """A move that time alone brings: deemed registered (CH 328, K2), or lapsed at year end (convention, Sx)."""
    if packet.state in ("filed", "answered"):
        running = [c for c in registration_clock(packet, policy) if c.ended_on is None]
        return "deemed_registered" if running and packet.as_of > running[-1].due_on else None
    _, end = fiscal_year_bounds(packet.fiscal_year)
    return "lapsed" if packet.state == "designated" and packet.as_of > end and not is_cleared(packet) else None


def is_cleared(packet: RegistrationPacket) -> bool:
    """True when every award that still stands is cleared, each by itself. Source: MCLR, domain section 18, trap 3."""
    live = packet.live_awards
    return bool(live) and all(award.is_cleared or not award.needs_clearance for award in live)


def move_by_facts(packet: RegistrationPacket, policy: Policy, items: tuple[ChecklistItem, ...]) -> str | None:
    """A move that the facts bring: cleared, package complete, or no notice needed. Source: MCLR, section 6, T5.

    Nothing moves by itself while no award is left, and no package is complete with a paper that nobody has dated.
    """
    if not packet.live_awards:
        return None
    if packet.state == "designated" and is_cleared(packet):
        return "cleared"
    if packet.state == "documents" and not any(item.fault or item.undated for item in items):
        return "package_complete"
    if packet.state == "public_notice" and not needs_notice(packet, policy):
        return "notice_not_required"
    return None


def asks_for_documents(packet: RegistrationPacket, items: tuple[ChecklistItem, ...]) -> bool:
    """True when a letter is due. Source: R04 (convention).

    Before the package stage the provider is told once what will be needed. In it, everything missing is asked for
    when the stage begins, when something new turns out to be missing, and when the date of the last letter has passed.
    Nothing is asked of a provider of whose awards none is left.
    """
    missing = {item.requirement.document for item in items if item.fault}
    if packet.state not in ASKING or not missing or not packet.live_awards:
        return False
    last = packet.request
    if last is None or packet.state != "documents":
        return last is None
    return last.on < packet.state_since or bool(missing - set(last.items)) or packet.as_of > last.due_on
