"""The description of the service for programs (OpenAPI 3.1), made from the list of services."""

from typing import Any

from models.hotline.open311_request import LONGEST_ADDRESS, LONGEST_DESCRIPTION, LONGEST_FIELD, WEB_ADDRESS
from models.hotline.open311_services import Attribute, Datatype, ServiceList

_TEXT = {"type": "string"}
_TEXT_OR_NONE = {"type": ["string", "null"]}
_NONE = {"type": "null"}
_MOMENT = {"type": "string", "format": "date-time"}
_FORMATS = ("xml", "json")


def description(services: ServiceList, url: str) -> dict[str, Any]:
    """The description of the service that answers at an address."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Open311 GeoReport v2", "version": services.changeset, "description": _ABOUT},
        "servers": [{"url": url}],
        # The one place that this description can name; the specification's is the form, where a key is better kept.
        "components": {"securitySchemes": {"api_key": {"type": "apiKey", "in": "query", "name": "api_key"}}},
        "paths": {path: operations for form in _FORMATS for path, operations in _paths(services, form).items()},
    }


_ABOUT = (
    "Service requests to the office, by the specification GeoReport v2 (http://wiki.open311.org/GeoReport_v2). Every "
    "path ends in the format of its answer. What somebody said, their name and place are never shown. A POST that "
    "carries a token of the client's own, as the header Idempotency-Key or the field client_token, may be sent again: "
    "the same token of the same api_key is the same request and gets the same answer."
)
_DAYS = "With an offset. With both dates at most 90 days apart, in order; one alone means the 90 days beside it."


def _paths(services: ServiceList, form: str) -> dict[str, Any]:
    # XML has no schema that this description could name.
    media = {"json": "application/json", "xml": "text/xml"}[form]
    codes = [service.code for service in services.services]

    def get(summary: str, schema: dict[str, Any], parameters: list[dict[str, Any]], statuses: tuple[int, ...]) -> Any:
        return {
            "get": {
                "operationId": f"{summary.replace(' ', '_')}_{form}", "summary": f"{summary} ({form})",
                "parameters": [_jurisdiction(), *parameters],
                "responses": _answers(form, media, schema, statuses),
            }
        }  # fmt: skip

    requests = get("requests", _list_of(_request()), _filters(codes), (400, 404))
    requests["post"] = _post(services, form, media)
    return {
        f"/discovery.{form}": get("discovery", _discovery(), [], (400, 404)),
        f"/services.{form}": get("services", _list_of(_service()), [], (400, 404)),
        f"/services/{{code}}.{form}": get("definition", _definition(), [_in_path("code", codes)], (400, 404)),
        f"/requests.{form}": requests,
        f"/requests/{{request_id}}.{form}": get("request", _list_of(_request()), [_in_path("request_id")], (400, 404)),
        f"/tokens/{{token}}.{form}": get("token", _list_of(_of_token()), [_in_path("token")], (400, 404)),
    }


def _answers(form: str, media: str, schema: dict[str, Any], statuses: tuple[int, ...]) -> dict[str, Any]:
    def body(schema: dict[str, Any]) -> dict[str, Any]:
        return {media: {"schema": schema} if form == "json" else {}}

    wrong = _list_of({"type": "object", "required": ["code", "description"], "properties": {
        "code": {"type": "integer"}, "description": _TEXT}})  # fmt: skip
    told = {"200": {"description": "As asked.", "content": body(schema)}}
    words = {
        400: "Something is missing or wrong.", 403: "The api_key is missing or wrong.", 404: "There is no such thing.",
        409: "The client's token stands for another request.",
        429: "Too much at once; Retry-After says when to try again.",
    }  # fmt: skip
    return told | {str(status): {"description": words[status], "content": body(wrong)} for status in statuses}


def _post(services: ServiceList, form: str, media: str) -> dict[str, Any]:
    receipt = _list_of(
        {
            "type": "object",
            "properties": {
                "service_request_id": _TEXT, "token": _TEXT, "service_notice": _TEXT,
                "account_id": _TEXT_OR_NONE,
            },
            "oneOf": [{"required": ["service_request_id"]}, {"required": ["token"]}],
        }
    )  # fmt: skip
    answers = _answers(form, media, receipt, (400, 403, 404, 409, 429))
    repeat = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255}}
    return {
        "operationId": f"send_request_{form}", "summary": f"send a request ({form})", "security": [{"api_key": []}],
        "parameters": [{**repeat, "description": "A token of the client's own; the same one means the same request."}],
        "requestBody": {
            "required": True, "content": {"application/x-www-form-urlencoded": {"schema": _form_sent(services)}},
        },
        "responses": answers,
    }  # fmt: skip


def _form_sent(services: ServiceList) -> dict[str, Any]:
    short = {"type": "string", "maxLength": LONGEST_FIELD}
    fields: dict[str, Any] = {
        "jurisdiction_id": {"type": "string"},
        "service_code": {"type": "string", "enum": [service.code for service in services.services]},
        "lat": {}, "long": {}, "address_string": {"type": "string", "maxLength": LONGEST_ADDRESS},
        **dict.fromkeys(("address_id", "email", "device_id", "account_id", "first_name", "last_name", "phone"), short),
        "description": {"type": "string", "maxLength": LONGEST_DESCRIPTION},
        "media_url": {"type": "string", "pattern": f"^({WEB_ADDRESS})?$", "maxLength": LONGEST_ADDRESS},
        "client_token": {"type": "string", "maxLength": 255},
    }  # fmt: skip
    asked = {f"attribute[{one.code}]": _answer_to(one) for one in services.attributes}
    return {
        "type": "object",
        "required": ["service_code"],
        "properties": fields,
        "anyOf": _places(),
        # What each service asks for, its definition says.
        "x-attributes": asked,
    }


def _places() -> list[dict[str, Any]]:
    """One of the three ways to say where; what is empty is absent."""
    degrees = {
        name: {"type": "number", "minimum": -most, "maximum": most} for name, most in (("lat", 90), ("long", 180))
    }
    none: dict[str, Any] = {"lat": {"enum": [""]}, "long": {"enum": [""]}}
    told = {"type": "string", "minLength": 1}
    return [
        {"required": ["lat", "long"], "properties": degrees},
        *({"required": [name], "properties": {name: told, **none}} for name in ("address_string", "address_id")),
    ]


def _answer_to(attribute: Attribute) -> dict[str, Any]:
    keys = [value.key for value in attribute.values]
    if attribute.datatype is Datatype.SEVERAL:
        return {"type": "array", "items": {"enum": keys}}
    return {"enum": keys} if keys else {"type": "number"} if attribute.datatype is Datatype.NUMBER else _TEXT


def _jurisdiction() -> dict[str, Any]:
    return {"name": "jurisdiction_id", "in": "query", "schema": _TEXT, "description": "The City; may be left out."}


def _in_path(name: str, known: list[str] | None = None) -> dict[str, Any]:
    schema = {"type": "string", "enum": known} if known else {"type": "string", "pattern": r"^[A-Za-z0-9_-]{1,60}$"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _filters(codes: list[str]) -> list[dict[str, Any]]:
    def several(name: str, items: dict[str, Any], words: str) -> dict[str, Any]:
        return {
            "name": name, "in": "query", "style": "form", "explode": False, "description": words,
            "schema": {"type": "array", "items": items},
        }  # fmt: skip

    day = r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    # Empty is absent.
    moment = {"type": "string", "pattern": rf"^({day}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$"}
    return [
        several("service_request_id", _TEXT, "Overrides all others."),
        several("service_code", {"type": "string", "enum": ["", *codes]}, "Of these services alone."),
        {"name": "start_date", "in": "query", "schema": moment, "description": _DAYS},
        {"name": "end_date", "in": "query", "schema": moment, "description": _DAYS},
        several("status", {"type": "string", "enum": ["", "open", "closed"]}, "In these statuses alone."),
    ]


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def _object(required: tuple[str, ...], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _discovery() -> dict[str, Any]:
    endpoint = _object(
        ("specification", "url", "changeset", "type", "formats"),
        {
            **dict.fromkeys(("specification", "url", "changeset"), _TEXT), "type": {"enum": ["production", "test"]},
            "formats": _list_of(_TEXT),
        },
    )  # fmt: skip
    texts = dict.fromkeys(("changeset", "contact", "key_service"), _TEXT)
    return _object((*texts, "endpoints"), {**texts, "endpoints": _list_of(endpoint)})


def _service() -> dict[str, Any]:
    fields = {
        **dict.fromkeys(("service_code", "service_name", "description", "keywords", "group"), _TEXT),
        "metadata": {"type": "boolean"}, "type": {"enum": ["realtime", "batch", "blackbox"]},
    }  # fmt: skip
    return _object(tuple(fields), fields)


def _definition() -> dict[str, Any]:
    fields = {
        "variable": {"type": "boolean"}, "code": _TEXT, "datatype": {"enum": [kind.value for kind in Datatype]},
        "required": {"type": "boolean"}, "datatype_description": _TEXT_OR_NONE, "order": {"type": "integer"},
        "description": _TEXT, "values": _list_of(_object(("key", "name"), {"key": _TEXT, "name": _TEXT})),
    }  # fmt: skip
    attributes = _list_of(_object(tuple(fields)[:-1], fields))
    return _object(("service_code", "attributes"), {"service_code": _TEXT, "attributes": attributes})


def _request() -> dict[str, Any]:
    fields = {
        "service_request_id": _TEXT, "status": {"enum": ["open", "closed"]}, "service_code": _TEXT,
        **dict.fromkeys(("service_name", "description", "agency_responsible", "service_notice"), _TEXT),
        **dict.fromkeys(("requested_datetime", "updated_datetime"), _MOMENT),
        "expected_datetime": {"type": ["string", "null"], "format": "date-time"},
        # Never shown.
        **dict.fromkeys(("status_notes", "address", "address_id", "zipcode", "lat", "long", "media_url"), _NONE),
    }  # fmt: skip
    return _object(tuple(fields), fields)


def _of_token() -> dict[str, Any]:
    return _object(("service_request_id", "token"), {"service_request_id": _TEXT, "token": _TEXT})
