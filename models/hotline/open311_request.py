"""A request that comes in through Open311: checked as a whole, every fault told, and made a contact of."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from models.hotline.forms import OPEN311, Channel, ContactForm
from models.hotline.open311_errors import NOT_FOUND, WRONG, Fault, Parameters, Refused, one, quoted, refuse
from models.hotline.open311_moments import is_day_or_moment
from models.hotline.open311_services import Attribute, Datatype, Service, ServiceList
from models.hotline.told_facts import told

# Source: GeoReport v2, POST Service Request, for the description; convention for the others.
LONGEST_DESCRIPTION, LONGEST_FIELD, LONGEST_ADDRESS = 4_000, 320, 2_000
# As the description for programs says it too.
WEB_ADDRESS = r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?"
_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,80})\](\[\])?")
_SHORT = ("email", "device_id", "account_id", "first_name", "last_name", "phone", "address_id")
_KEPT = ("address_id", "media_url", "account_id", "device_id")


@dataclass(frozen=True)
class Wanted:
    """A request as a client sent it, found good; `answers` are those to the questions of its service, by code."""

    service: Service
    fields: dict[str, str]
    latitude: float | None
    longitude: float | None
    answers: tuple[tuple[Attribute, tuple[str, ...]], ...]

    def contact(self, request_id: str, at: datetime) -> ContactForm:
        """The contact that it is kept as. Words, name, places and numbers stand in what is sealed of it, alone."""
        said = self.fields.get
        text = [said("description", ""), *(value for value in self._becoming("words"))]
        language = next(iter(self._becoming("language")), "")
        interpreter = any(answer != "no" for answer in self._becoming("interpreter"))
        extra = [f"{attribute.code}: {', '.join(values)}" for attribute, values in self.answers]
        extra += [f"{name}: {self.fields[name]}" for name in _KEPT if name in self.fields]
        return ContactForm(
            contact_id=request_id, received_at=at, channel=Channel.THREE_ONE_ONE, told_channel=OPEN311,
            told_language=language, text="\n".join(part for part in text if part),
            caller=" ".join(filter(None, (said("first_name", ""), said("last_name", "")))), phone=said("phone", ""),
            email=said("email", ""), address=said("address_string", ""), complaint_type=self.service.code,
            descriptor="\n".join(extra), latitude=self.latitude, longitude=self.longitude,
            told_facts=told(self.service.confidentiality == "C4", interpreter, self.service.unit),
        )  # fmt: skip

    def _becoming(self, what: str) -> list[str]:
        """Answers that are `what` to triage: of a list that asks for words, the names of what was chosen."""
        found = []
        for attribute, values in self.answers:
            if attribute.becomes == what:
                names = {value.key: value.name for value in attribute.values} if what == "words" else {}
                found += [names.get(value, value) for value in values]
        return found


def wanted_of(parameters: Parameters, services: ServiceList) -> Wanted:
    """A request from the parameters of a POST. Raises Refused with all that is wrong. Source: domain section 12."""
    faults: list[Fault] = []
    try:
        service = _service(parameters, services)
    except Refused as refused:
        faults += refused.faults
    fields: dict[str, str] = {}
    for name, most in {
        **dict.fromkeys(_SHORT, LONGEST_FIELD), "address_string": LONGEST_ADDRESS, "media_url": LONGEST_ADDRESS,
        "description": LONGEST_DESCRIPTION,
    }.items():  # fmt: skip
        try:
            fields |= _field(parameters, name, most)
        except Refused as refused:
            faults += refused.faults
    place: tuple[float | None, float | None] = (None, None)
    try:
        place = _place(parameters, fields)
    except Refused as refused:
        faults += refused.faults
    if faults:
        raise Refused(faults)
    wanted = Wanted(service, fields, *place, ())
    return replace(wanted, answers=_answers(parameters, service, services.asked_by(service)))


def _service(parameters: Parameters, services: ServiceList) -> Service:
    code = one(parameters, "service_code")
    if not code:
        raise refuse(WRONG, "service_code was not provided. GET services lists the codes.")
    found = services.find(code)
    if found is None:
        raise refuse(NOT_FOUND, f"The service_code{quoted(code)} was not found. GET services lists the codes.")
    return found


def _field(parameters: Parameters, name: str, most: int) -> dict[str, str]:
    value = one(parameters, name)
    if len(value) > most:
        raise refuse(WRONG, f"{name} has {len(value):,} characters; at most {most:,} are taken.")
    if name == "media_url" and value and not re.fullmatch(WEB_ADDRESS, value):
        raise refuse(WRONG, "media_url is no address that begins with http:// or https://.")
    return {name: value} if value else {}


def _place(parameters: Parameters, fields: dict[str, str]) -> tuple[float | None, float | None]:
    lat, long = one(parameters, "lat"), one(parameters, "long")
    if bool(lat) != bool(long):
        raise refuse(WRONG, "lat and long belong together; only one of them was sent.")
    if not lat:
        if not fields.keys() & {"address_string", "address_id"}:
            raise refuse(WRONG, "No location was provided. Send lat and long, or address_string, or address_id.")
        return None, None
    return _degrees("lat", lat, 90), _degrees("long", long, 180)


def _degrees(name: str, told: str, most: int) -> float:
    value = float(told) if _NUMBER.fullmatch(told) else math.nan
    if not abs(value) <= most:
        raise refuse(WRONG, f"{name} is no number of degrees between -{most} and {most}.")
    return value


def _answers(
    parameters: Parameters, service: Service, asked: Sequence[Attribute]
) -> tuple[tuple[Attribute, tuple[str, ...]], ...]:
    faults: list[Fault] = []
    given: dict[str, list[str]] = {}
    for name, values in parameters.items():
        if name.startswith("attribute") and any(values):
            code = _ATTRIBUTE.fullmatch(name)
            if code is None:
                faults.append(Fault(WRONG, "An attribute must be sent as attribute[CODE] or attribute[CODE][]."))
            else:
                given.setdefault(code[1], []).extend(value for value in values if value)
    known = {attribute.code for attribute in asked}
    faults += [
        Fault(WRONG, f"Service {service.code} asks for no attribute{quoted(c)}.") for c in given if c not in known
    ]
    for attribute in asked:
        faults += _wrong_with(attribute, given.get(attribute.code, []))
    if faults:
        raise Refused(faults)
    return tuple((attribute, tuple(given[attribute.code])) for attribute in asked if attribute.code in given)


def _wrong_with(attribute: Attribute, values: Sequence[str]) -> list[Fault]:
    what = f"attribute[{attribute.code}]"
    if not values:
        return [Fault(WRONG, f"{what} is required by this service.")] if attribute.required else []
    if len(values) > 1 and attribute.datatype is not Datatype.SEVERAL:
        return [Fault(WRONG, f"{what} takes one value.")]
    if any(len(value) > LONGEST_DESCRIPTION for value in values):
        return [Fault(WRONG, f"{what} has more than {LONGEST_DESCRIPTION:,} characters.")]
    keys = {value.key for value in attribute.values}
    checks: dict[Datatype, Callable[[str], bool]] = {
        Datatype.NUMBER: lambda value: bool(_NUMBER.fullmatch(value)),
        Datatype.DATETIME: is_day_or_moment,
        Datatype.STRING: lambda value: not re.search(r"[\r\n]", value),
        Datatype.TEXT: lambda value: True,
    }
    if all(map(checks.get(attribute.datatype, keys.__contains__), values)):
        return []
    told = f"one of {', '.join(sorted(keys))}" if keys else f"a {attribute.datatype}"
    return [Fault(WRONG, f"{what} is not {told}.")]
