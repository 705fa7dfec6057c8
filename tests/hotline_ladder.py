"""What climbs the ladder of escalation, for tests: who was told of which contact, and complaints about facilities."""

from datetime import timedelta

from sqlalchemy import select

from models.hotline.forms import Channel, ContactForm
from models.shared.records import OutgoingMessage
from tasks.adapters import clock
from tasks.adapters.database import reading, writing
from tasks.adapters.hotline.alerts import escalate
from tasks.adapters.hotline.cases import clocks
from tasks.adapters.hotline.one_contact import take
from tasks.adapters.hotline.triaging import judge
from tasks.adapters.policy import hotline_policy
from tests.casework import alerts
from tests.office import stop_clock

NO_HEAT = "There is no heat in our shelter and the staff does nothing about the broken boiler."
NYC311 = ("Unique Key", "Created Date", "Closed Date", "Agency", "Complaint Type", "Descriptor", "Incident Address")


def escalated() -> int:
    """What the flow does each minute; returns how many alerts it raised."""
    with writing() as session:
        return escalate(session, clocks(), clock.now())


def raised(case_id: str = "INQ-0001") -> list[tuple[int, str]]:
    return [(alert.level, alert.trigger) for alert in alerts(case_id)]


def who_heard(*case_ids: str) -> list[str]:
    """The contacts of these of which anybody was told."""
    return [one for one in case_ids if alerts(one)]


def message_to(recipient: str) -> str:
    """The last mail to somebody."""
    table = OutgoingMessage.__table__.c  # type: ignore[attr-defined]
    with reading() as session:
        mine = select(OutgoingMessage).where(table.recipient == recipient).order_by(table.created_at)
        found = session.execute(mine).scalars()
        return [f"{row.subject}\n{row.body}" for row in found][-1]


def call(number: int, facility: str, text: str = NO_HEAT, phone: str = "") -> None:
    """A call about a facility, as the desk writes it down."""
    form = ContactForm(
        contact_id=f"CALL-{number}", received_at=clock.now() + timedelta(seconds=number), channel=Channel.HOTLINE,
        text=text, facility=facility, phone=phone,
    )  # fmt: skip
    with writing() as session:
        take(session, form, "calls", judge(hotline_policy()), clock.now())


def calls(*facilities: str, **told: str) -> None:
    stop_clock(2026, 11, 20, 14)
    for number, facility in enumerate(facilities, 1):
        call(number, facility, **told)
