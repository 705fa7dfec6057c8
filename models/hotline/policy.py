"""The numbers of triage that the office sets."""

from pydantic import BaseModel, ConfigDict, Field

from models.hotline.letter_policy import LetterPolicy


class Policy(BaseModel):
    """Shares of one, and days. Below `certain` a person looks; `named` is the least share of a named alternative.

    Above `urgent_above` a contact is of priority 1, above `protected_above` confidential. From `restricted_from` on,
    what may be about domestic violence or HIV is held restricted until a person looked. A contact is linked with an
    earlier one of the same caller within `repeat_days`, by a surname alone within `repeat_days_by_surname`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    certain: float = Field(gt=0, le=1)
    urgent_above: float = Field(gt=0, le=1)
    protected_above: float = Field(gt=0, le=1)
    restricted_from: float = Field(gt=0, le=1)
    named: float = Field(ge=0, lt=1)
    alternatives: int = Field(ge=1, le=5)
    repeat_days: int = Field(ge=1, le=366)
    repeat_days_by_surname: int = Field(ge=1, le=366)
    small_cell: int = Field(ge=0, le=100)
    letters: LetterPolicy
