"""What comes in: a constituent's contact, whatever the channel. It is never changed once it is kept."""

from datetime import datetime
from enum import StrEnum
from unicodedata import category

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

LONGEST_ID = 100
YES, NO = "yes", "no"
# What the channel of a request of another program is called.
OPEN311 = "open311"


class Channel(StrEnum):
    """How a contact reached the agency. Source: domain section 3."""

    HOTLINE = "hotline"
    THREE_ONE_ONE = "311"
    NYC_GOV = "nyc_gov"
    EMAIL = "email"
    LETTER = "letter"
    WALK_IN = "walk_in"
    ELECTED_OFFICIAL = "elected_official"
    ADVOCATE = "advocate"
    SOCIAL_MEDIA = "social_media"
    AUTOMATED_LINE = "automated_line"
    OTHER = "other"


class Borough(StrEnum):
    """The five boroughs as NYC 311 writes them. Source: NYC Open Data erm2-nwe9."""

    BRONX = "BRONX"
    BROOKLYN = "BROOKLYN"
    MANHATTAN = "MANHATTAN"
    QUEENS = "QUEENS"
    STATEN_ISLAND = "STATEN ISLAND"


class Layout(StrEnum):
    """Which file a contact came in: the office's own few columns, or an export of NYC 311."""

    PLAIN = "plain"
    NYC311 = "nyc311"


# So many signs at the beginning are the same by no accident. Source: convention.
_SURELY_CUT = 30


class ContactForm(BaseModel):
    """One contact as it was told: every text is kept as it came, an empty one too.

    `received_at` is aware, in UTC. `told_language` and `told_channel` are the words of whoever wrote the contact down;
    they may be blank or wrong. Of an export of NYC 311 `text` is complaint type and descriptor, `resolution` what the
    agency answered. `told_facts` are facts that the door asked for and the words need not say (`told_facts.py`). What
    staff ask stands from `summary` on, in words of the call's page. Source: domain sections 2 and 12.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    contact_id: str = Field(min_length=1, max_length=LONGEST_ID)
    received_at: AwareDatetime
    channel: Channel
    told_channel: str = ""
    told_language: str = ""
    subject: str = ""
    text: str = ""
    caller: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    borough: str = ""
    zip: str = ""
    agency: str = ""
    agency_name: str = ""
    complaint_type: str = ""
    descriptor: str = ""
    location_type: str = ""
    status: str = ""
    source: str = ""
    closed_at: datetime | None = None
    due_at: datetime | None = None
    resolution: str = ""
    latitude: float | None = None
    longitude: float | None = None
    told_facts: str = ""
    summary: str = ""
    facility: str = ""
    safe_now: str = ""
    child_report: str = ""
    safe_channel: str = ""
    safe_times: str = ""
    leave_message: str = ""
    do_not_mail: str = ""

    @property
    def words(self) -> str:
        """All that was said: the subject line, where it says more, the text, and what staff added to it."""
        said = self.text if self._begins_with_subject() else f"{self.subject}\n{self.text}"
        return f"{said}\n{self.summary}" if self.summary else said

    def _begins_with_subject(self) -> bool:
        """True where the subject line is the beginning of the text, as many web forms and mail programs make it.

        One that is cut short in the middle of a word would say something that nobody wrote. A short one that ends in
        such a place was not cut: “Gun” is not the beginning of “Gunhill Road”.
        """
        opening = self.subject.rstrip(" .\u2026")
        if not self.text.startswith(opening):
            return False
        following = self.text[len(opening) : len(opening) + 1]
        goes_on = following.isalnum() or (following != "" and (following in "'\u2019" or category(following)[0] == "M"))
        return not opening or not goes_on or len(opening) >= _SURELY_CUT
