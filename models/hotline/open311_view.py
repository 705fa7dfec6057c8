"""What Open311 shows, field by field: nothing is taken away from more, there is no more. No words, names or places.

Every request of a service looks the same, so that no gap tells that one of them is confidential.
Source: domain sections 8 (redaction by an allow-listed view) and 12.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.hotline.open311_services import Attribute, Kind, Service, ServiceList
from models.shared.calendar import NEW_YORK

OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True)
class PublicRequest:
    """Of a request what may be told to anybody. `closed_at` is None while it is open; moments are aware."""

    service_request_id: str
    service_code: str
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None
    closed_at: datetime | None


def service_view(service: Service) -> dict[str, Any]:
    """A service as the list shows it."""
    return {
        "service_code": service.code, "service_name": service.name, "description": service.description,
        "metadata": bool(service.asks), "type": service.type.value, "keywords": ", ".join(service.keywords),
        "group": service.group,
    }  # fmt: skip


def definition_view(service: Service, asked: tuple[Attribute, ...]) -> dict[str, Any]:
    """The questions of a service."""
    return {
        "service_code": service.code,
        "attributes": [_attribute_view(attribute, number) for number, attribute in enumerate(asked, 1)],
    }


def _attribute_view(attribute: Attribute, order: int) -> dict[str, Any]:
    values = [{"key": value.key, "name": value.name} for value in attribute.values]
    return {
        "variable": True, "code": attribute.code, "datatype": attribute.datatype.value, "required": attribute.required,
        "datatype_description": attribute.datatype_description or None, "order": order,
        "description": attribute.description, **({"values": values} if values else {}),
    }  # fmt: skip


def request_view(request: PublicRequest, services: ServiceList) -> dict[str, Any] | None:
    """A request as anybody may see it; None where its service is no more, or shows nothing any more."""
    service = services.find(request.service_code)
    if service is None or service.type is Kind.BLACKBOX:
        return None
    return {
        "service_request_id": request.service_request_id,
        "status": CLOSED if request.closed_at else OPEN,
        "status_notes": None,
        "service_name": service.name,
        "service_code": service.code,
        "description": service.description,
        "agency_responsible": services.agency,
        "service_notice": notice_of(service, services),
        "requested_datetime": told_moment(request.requested_at),
        "updated_datetime": told_moment(request.closed_at or request.updated_at),
        "expected_datetime": told_moment(request.expected_at) if request.expected_at else None,
        "address": None, "address_id": None, "zipcode": None, "lat": None, "long": None, "media_url": None,
    }  # fmt: skip


def notice_of(service: Service, services: ServiceList) -> str:
    """What happens next, and whom to call in danger."""
    return " ".join(filter(None, (service.notice, services.notice)))


def told_moment(moment: datetime) -> str:
    """A moment with New York's offset of that day. Source: GeoReport v2, Date/time format."""
    return moment.astimezone(NEW_YORK).isoformat(timespec="seconds")


def discovery_view(services: ServiceList, contact: str, url: str) -> dict[str, Any]:
    """Where the service answers, and whom to ask. Source: Open311 Service Discovery."""
    return {
        "changeset": services.changeset, "contact": contact, "key_service": services.key_service,
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2", "url": url, "changeset": services.changeset,
                "type": "production", "formats": ["text/xml", "application/json"],
            }
        ],
    }  # fmt: skip
