"""The numbers of Open311 that the office sets."""

from pydantic import BaseModel, ConfigDict, Field


class Open311Policy(BaseModel):
    """What programs of others may do: one key sends `burst` requests at once and then `per_minute`; bodies in bytes.

    `jurisdictions` are the ids by which the City is meant, in the words of GeoReport v2.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    jurisdictions: tuple[str, ...]
    burst: int = Field(ge=1)
    per_minute: int = Field(ge=1)
    largest_body: int = Field(ge=1_000, le=10_000_000)
