"""The services that the public can ask for through Open311: data of the office, checked when it is read."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.hotline.phrases import Unit


class Kind(StrEnum):
    """What a client is told at once: the request's id, a token for it, or a token that leads nowhere.

    Source: GeoReport v2, GET Service List.
    """

    REALTIME = "realtime"
    BATCH = "batch"
    BLACKBOX = "blackbox"


class Datatype(StrEnum):
    """How an attribute is answered. Source: GeoReport v2, GET Service Definition."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE = "singlevaluelist"
    SEVERAL = "multivaluelist"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(_Data):
    """A choice of a list."""

    key: str = Field(min_length=1)
    name: str = Field(min_length=1)


class Attribute(_Data):
    """A question that a service asks. `becomes` says what an answer is to triage.

    `words` are read like the description, `language` is the one that a reply is wanted in, an `interpreter` is asked
    for by any answer but `no`; other answers are kept, sealed, for whoever works on the request.
    """

    code: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$")
    datatype: Datatype
    required: bool = False
    description: str
    datatype_description: str = ""
    values: tuple[Value, ...] = ()
    becomes: Literal["", "words", "language", "interpreter"] = ""

    @model_validator(mode="after")
    def _lists_have_values(self) -> "Attribute":
        if (self.datatype in (Datatype.ONE, Datatype.SEVERAL)) != bool(self.values):
            raise ValueError(f"{self.code}: values belong to a list, and a list has some")
        return self


class Service(_Data):
    """A service under its public name. `confidentiality` is the class of what it is about; C3 and C4 show nothing.

    `unit` is named first among the alternatives of whoever is decided about; `expected_hours` until the request is
    dealt with, as the office promises it to everybody, None where it promises none. Source: domain sections 1, 4, 12.
    """

    code: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    name: str
    group: str
    description: str
    keywords: tuple[str, ...] = ()
    type: Kind
    confidentiality: Literal["C1", "C2", "C3", "C4"]
    unit: Unit | None = None
    expected_hours: int | None = Field(default=None, ge=1)
    notice: str = ""
    asks: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _confidential_ones_show_nothing(self) -> "Service":
        if self.confidentiality in ("C3", "C4") and self.type is not Kind.BLACKBOX:
            raise ValueError(f"{self.code}: a service of class {self.confidentiality} must be a blackbox")
        return self


class ServiceList(_Data):
    """All services, the questions that they ask by code, and what the office tells about itself.

    `changeset` is the day on which the list was last changed.
    """

    changeset: str
    key_service: str
    agency: str
    notice: str
    attributes: tuple[Attribute, ...]
    services: tuple[Service, ...]

    @model_validator(mode="after")
    def _codes_are_known_and_once(self) -> "ServiceList":
        codes = [service.code for service in self.services] + [attribute.code for attribute in self.attributes]
        if len(codes) != len(set(codes)):
            raise ValueError("a code stands twice in the list")
        known = {attribute.code for attribute in self.attributes}
        for service in self.services:
            if not known.issuperset(service.asks):
                raise ValueError(f"{service.code}: it asks what is no attribute")
        return self

    def find(self, code: str) -> Service | None:
        """A service by its code."""
        return next((service for service in self.services if service.code == code), None)

    def asked_by(self, service: Service) -> tuple[Attribute, ...]:
        """The questions of a service, in their order."""
        by_code = {attribute.code: attribute for attribute in self.attributes}
        return tuple(by_code[code] for code in service.asks)
