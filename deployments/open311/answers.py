"""Answers of Open311 in XML and JSON: one from the other by the Spark convention, UTF-8, no namespace."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.responses import Response

from models.hotline.open311_errors import Fault

XML, JSON = "xml", "json"
FORMATS = (XML, JSON)
_TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
# What one thing in a list is called. Source: GeoReport v2 and Service Discovery.
_ONE_OF = {
    "services": "service", "attributes": "attribute", "values": "value", "service_requests": "request",
    "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer(form: str, root: str, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A value under the name of its root element, which JSON leaves out."""
    if form == JSON:
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    else:
        top = Element(root)
        _fill(top, root, value)
        body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(top, "utf-8", xml_declaration=False)
    return Response(body, status, headers, _TYPES[form])


def errors(form: str, faults: Sequence[Fault], headers: Mapping[str, str] | None = None) -> Response:
    """What is wrong, as an array; the first fault gives the status."""
    told = [{"code": fault.status, "description": fault.sentence} for fault in faults]
    return answer(form, "errors", told, faults[0].status, headers)


def format_of(path: str) -> str:
    """The format that an address asks for; XML, which every client reads, where it names none."""
    return JSON if path.endswith(f".{JSON}") else XML


def _fill(element: Element, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _fill(SubElement(element, key), key, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _fill(SubElement(element, _ONE_OF[name]), "", inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NOT_XML.sub("", str(value))
