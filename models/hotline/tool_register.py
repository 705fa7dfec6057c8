"""The register of algorithmic tools, a row a version. Source: Local Law 35 of 2022 (domain section 8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

COLUMNS = (
    "tool", "name", "description", "purpose", "data_types", "data_sources", "output_use", "vendor", "began", "version",
    "first_used", "last_used", "decisions", "overridden",
)  # fmt: skip


class Tool(BaseModel):
    """What the office says of a tool. `process` is whose decisions are its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    tool: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")
    process: str = Field(pattern=r"^hotline$")
    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    purpose: str = Field(min_length=1)
    data_types: str = Field(min_length=1)
    data_sources: str = Field(min_length=1)
    output_use: str = Field(min_length=1)
    vendor: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Version:
    """Decisions that were judged by the same tables and numbers: the hash of these, the days, and how many."""

    judged_by: str
    first_used: date
    last_used: date
    decisions: int
    overridden: int


def register_rows(tool: Tool, versions: Iterable[Version]) -> list[dict[str, str]]:
    """Rows of the register, the first version on top; one without a version where the tool decided nothing yet."""
    ordered = sorted(versions, key=lambda version: (version.first_used, version.judged_by))
    told = {name: value for name, value in tool.model_dump().items() if name != "process"}
    told["began"] = f"{ordered[0].first_used:%m/%Y}" if ordered else ""
    if not ordered:
        return [told | dict.fromkeys(("version", "first_used", "last_used", "decisions", "overridden"), "")]
    return [
        told | {
            "version": version.judged_by, "first_used": version.first_used.isoformat(),
            "last_used": version.last_used.isoformat(), "decisions": str(version.decisions),
            "overridden": str(version.overridden),
        }
        for version in ordered
    ]  # fmt: skip
