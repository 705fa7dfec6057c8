"""The parameters of a request: of its address and of its form, UTF-8, within bounds."""

from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from models.hotline.open311_errors import WRONG, Refused, refuse

_FORM = "application/x-www-form-urlencoded"
_MOST_PARAMETERS = 200
# What a client may put into the address of a POST instead of the form. Source: GeoReport v2's Swagger file.
_BY_ADDRESS = ("api_key", "jurisdiction_id")


def parameters_of(text: bytes) -> dict[str, list[str]]:
    """Parameters by name, without those that are empty. Raises Refused."""
    try:
        found = parse_qsl(
            text.decode("ascii" if text.isascii() else "utf-8"), encoding="utf-8", errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )  # fmt: skip
    except UnicodeDecodeError:
        raise refuse(WRONG, "The parameters are not UTF-8. Send them as UTF-8.") from None
    except ValueError:
        raise refuse(WRONG, f"There are more than {_MOST_PARAMETERS} parameters.") from None
    parameters: dict[str, list[str]] = {}
    for name, value in found:
        parameters.setdefault(name, []).append(value)
    return parameters


def asked_of(request: Request) -> dict[str, list[str]]:
    """The parameters in a request's address. Raises Refused."""
    return parameters_of(request.scope.get("query_string", b""))


async def posted_of(request: Request, largest: int) -> tuple[dict[str, list[str]], Refused | None]:
    """The parameters of a POST: its form, and of its address key and jurisdiction; and what keeps the form out, if so.

    Who sends no key is told that first, whatever else is wrong.
    """
    wrong, parameters = None, dict[str, list[str]]()
    try:
        parameters = parameters_of(await _form_sent(request, largest))
    except Refused as refused:
        wrong = refused
    address = asked_of(request)
    for name in _BY_ADDRESS:
        if name in address:
            parameters.setdefault(name, []).extend(address[name])
    return parameters, wrong


async def _form_sent(request: Request, largest: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest:
                raise refuse(WRONG, f"The request has more than {largest:,} bytes. Send less.")
    except ClientDisconnect:
        raise refuse(WRONG, "The request was not sent to its end.") from None
    if body and request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        raise refuse(WRONG, f"Send the request as a form: Content-Type: {_FORM}; charset=utf-8.")
    return bytes(body)
