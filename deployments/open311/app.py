"""Open311 GeoReport v2 on the desk: open to programs, without a session; a key is asked for to send a request.

Source: domain section 12 and the specification that it names.
"""

import logging
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deployments.open311.answers import FORMATS, answer, errors, format_of
from deployments.open311.keys_asked import Buckets, Keys
from deployments.open311.openapi import description
from deployments.open311.posted import asked_of, posted_of
from deployments.open311.service_data import services
from models.hotline.open311_errors import (
    CONFLICT,
    NO_KEY,
    NOT_FOUND,
    TOO_MANY,
    WRONG,
    Fault,
    Refused,
    one,
    refuse,
    require_jurisdiction,
)
from models.hotline.open311_query import Query, query_of
from models.hotline.open311_request import Wanted, wanted_of
from models.hotline.open311_view import (
    definition_view,
    discovery_view,
    notice_of,
    request_view,
    service_view,
)
from models.hotline.phrases import PhraseError
from models.hotline.tongue import LANGUAGES, UNDETERMINED
from tasks.adapters import clock
from tasks.adapters.collecting import uncollected
from tasks.adapters.database import reading
from tasks.adapters.hotline.open311_keys import keys_that_hold, said_once
from tasks.adapters.hotline.open311_requests import (
    Acknowledged,
    Asked,
    public_requests,
    request_of_token,
)
from tasks.adapters.hotline.open311_writer import RequestWriter
from tasks.adapters.hotline.triaging import judge
from tasks.adapters.policy import PolicyError, hotline_policy, office, open311_policy
from tasks.adapters.sealing import SealError

ADDRESS = "/open311/v2"
# A client says by this header, or by this field, that it sends the same request again.
REPEAT_HEADER, REPEAT_FIELD, LONGEST_TOKEN = "idempotency-key", "client_token", 255
_LOG = logging.getLogger("steward.open311")
_KEYS, _BUCKETS, _WRITER = Keys(), Buckets(), RequestWriter()


def create_open311() -> Starlette:
    """The service as an application of its own, which the desk mounts under /open311/v2."""
    routes = [
        Route("/openapi.json", _openapi, methods=["GET"]),
        Route("/discovery.{form}", _discovery, methods=["GET"]),
        Route("/services.{form}", _services, methods=["GET"]),
        Route("/services/{code}.{form}", _definition, methods=["GET"]),
        Route("/requests.{form}", _requests, methods=["GET", "POST"]),
        Route("/requests/{request_id}.{form}", _one_request, methods=["GET"]),
        Route("/tokens/{token}.{form}", _token, methods=["GET"]),
    ]
    handlers: Mapping[Any, Any] = {
        Refused: _refused, HTTPException: no_such, SQLAlchemyError: _not_reachable, PolicyError: _not_reachable,
        SealError: _not_reachable, Exception: _failed,
    }  # fmt: skip
    return Starlette(routes=routes, exception_handlers=handlers)


def warm() -> None:
    """Make ready what decides about requests, where somebody has a key: the first caller does not wait for it."""
    try:
        with reading() as session:
            is_used = bool(keys_that_hold(session))
        if is_used:
            with uncollected():
                judge(hotline_policy()).reader.warm((*LANGUAGES, UNDETERMINED))
    except (SQLAlchemyError, PolicyError, PhraseError):
        # The first request is told why.
        return


# --- what anybody may read -------------------------------------------------------------------------------------


def _openapi(request: Request) -> Response:
    return JSONResponse(description(services(), _here(request)))


def _discovery(request: Request) -> Response:
    _asked(request)
    here = office()
    contact = f"{here.agency}, {here.phone}, {here.email}"
    found = discovery_view(services(), contact, _here(request))
    return answer(_form(request), "discovery", found)


def _services(request: Request) -> Response:
    _asked(request)
    return answer(_form(request), "services", [service_view(service) for service in services().services])


def _definition(request: Request) -> Response:
    _asked(request)
    known = services()
    service = known.find(request.path_params["code"])
    if service is None:
        raise refuse(NOT_FOUND, "This service_code was not found. GET services lists the codes.")
    if not service.asks:
        raise refuse(NOT_FOUND, "This service has no definition: its metadata is false, it asks nothing more.")
    return answer(_form(request), "service_definition", definition_view(service, known.asked_by(service)))


def _one_request(request: Request) -> Response:
    _asked(request)
    found = _found(Query((request.path_params["request_id"],)))
    if not found:
        raise refuse(NOT_FOUND, "No service request with this service_request_id was found.")
    return answer(_form(request), "service_requests", found)


def _token(request: Request) -> Response:
    _asked(request)
    token = request.path_params["token"]
    with reading() as session:
        found = request_of_token(session, token)
    if found is None:
        raise refuse(NOT_FOUND, "This token was not found, or what it stands for is not shown to anybody.")
    return answer(_form(request), "service_requests", [{"service_request_id": found, "token": token}])


def _found(query: Query) -> list[dict[str, Any]]:
    known = services()
    with reading() as session:
        rows = public_requests(session, query)
    return [view for row in rows if (view := request_view(row, known)) is not None]


# --- requests --------------------------------------------------------------------------------------------------


async def _requests(request: Request) -> Response:
    if request.method == "POST":
        return await _post(request)
    return await run_in_threadpool(_listed, request)


def _listed(request: Request) -> Response:
    query = query_of(_asked(request), services(), clock.now())
    return answer(_form(request), "service_requests", _found(query))


async def _post(request: Request) -> Response:
    form, policy, known = _form(request), open311_policy(), services()
    parameters, wrong = await posted_of(request, policy.largest_body)
    key = one(parameters, "api_key")
    key_id = (_KEYS.known(key) or await run_in_threadpool(_KEYS.find, key)) if key else None
    if key_id is None:
        raise refuse(NO_KEY, "The api_key is missing, wrong or revoked; the request was not taken. Ask us for a key.")
    seconds = _BUCKETS.wait(key_id, policy, time.monotonic())
    if seconds:
        # No 403, which says that the key is wrong, and no 400, which says that trying again is no use.
        told = Fault(TOO_MANY, f"This key sent too much at once; the request was not taken. Wait {seconds} seconds.")
        return errors(form, [told], {"Retry-After": str(seconds)})
    if wrong:
        raise wrong
    require_jurisdiction(parameters, policy.jurisdictions)
    wanted = wanted_of(parameters, known)
    token = _client_token(request, parameters)
    asked = Asked(wanted, key_id, said_once(key, token) if token else None)
    acknowledged = await _WRITER.keep(asked)
    if acknowledged is None:
        raise refuse(CONFLICT, "This token was sent before with another request. Give each request a token of its own.")
    return answer(form, "service_requests", [_receipt(acknowledged, wanted, notice_of(wanted.service, known))])


def _client_token(request: Request, parameters: dict[str, list[str]]) -> str:
    tokens = request.headers.get(REPEAT_HEADER, ""), one(parameters, REPEAT_FIELD)
    if max(map(len, tokens)) > LONGEST_TOKEN:
        raise refuse(WRONG, f"The client's token has more than {LONGEST_TOKEN} characters.")
    return tokens[0] or tokens[1]


def _receipt(kept: Acknowledged, wanted: Wanted, notice: str) -> dict[str, Any]:
    name = {"service_request_id": kept.service_request_id} if kept.token is None else {"token": kept.token}
    return {**name, "service_notice": notice, "account_id": wanted.fields.get("account_id")}


def _asked(request: Request) -> dict[str, list[str]]:
    parameters = asked_of(request)
    require_jurisdiction(parameters, open311_policy().jurisdictions)
    return parameters


def _here(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{ADDRESS}"


def _form(request: Request) -> str:
    form: str = request.path_params["form"]
    if form not in FORMATS:
        raise refuse(NOT_FOUND, "There is no such format. Ask for .xml or .json.")
    return form


# --- what is wrong ---------------------------------------------------------------------------------------------


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    return errors(format_of(request.url.path), error.faults)


def no_such(request: Request, error: Exception) -> Response:
    """The answer to an address that leads nowhere, or takes another method."""
    assert isinstance(error, HTTPException)
    words = {404: "There is no such resource. GET discovery and GET services say what there is."}
    words[405] = f"This address does not take {request.method}."
    told = Fault(error.status_code, words.get(error.status_code, "The request cannot be answered."))
    return errors(format_of(request.url.path), [told], error.headers)


def _not_reachable(request: Request, error: Exception) -> Response:
    """A general service error. Source: GeoReport v2, Errors (400 where the service is not reachable)."""
    _LOG.error("open311: a request could not be answered (%s)", type(error).__name__)
    told = "The service cannot be reached now; nothing was kept. Try again later, call 311, or 911 in danger."
    return errors(format_of(request.url.path), [Fault(WRONG, told)])


def _failed(request: Request, error: Exception) -> Response:
    told = "Something went wrong here; it is not known whether the request was kept. Call 311, or 911 in danger."
    return errors(format_of(request.url.path), [Fault(500, told)])
