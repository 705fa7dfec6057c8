"""What letters to constituents say of the office, and the days that they count."""

from pydantic import BaseModel, ConfigDict, Field


class LetterPolicy(BaseModel):
    """Sender and days. The sender is the same on every letter: which unit answers may tell what is nobody's business.

    Days are calendar days; by when it is answered and how often it is tried stands in the policy of the work. Source:
    domain sections 0 (fact 3), 4 and 15.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    agency: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    street: str = Field(min_length=1)
    city: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    tty: str = Field(min_length=1)
    email: str = Field(pattern="@")
    emergency: str = "911"
    interim_days: int = Field(ge=1, le=60)
    call_back_days: int = Field(ge=1, le=60)
    fair_hearing_days: int = Field(ge=1, le=366)
