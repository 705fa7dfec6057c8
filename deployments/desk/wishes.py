"""What somebody at the desk would sign, and what it comes to now: the list, the letter, what changed meanwhile."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from deployments.desk.act_forms import letter_quotes_reason
from models.registration.acts import Act
from models.registration.decision_letters import DECISIONS
from models.shared.people_records import Proposal
from models.shared.records import StoredPacket
from models.shared.signing import Asked, Item, Shown, ShownItem
from tasks.adapters import decisions
from tasks.adapters.differences import Difference
from tasks.adapters.refusals import NotSigned
from tasks.adapters.registration.case_page import CasePage, TimelineLine
from tasks.adapters.registration.packet_words import packet_differences
from tasks.adapters.signatures import name_of
from tasks.adapters.signed_policy import PolicyUnsigned, require_signed_policy
from tasks.adapters.standing import Standing
from tasks.adapters.templating import environment

PROCESS, CLOSED = "registration", "proposal_closed"


@dataclass(frozen=True)
class Wish:
    """What somebody would sign: an act on a case as an address or a form gives it."""

    case_id: str
    act: Act
    fields: dict[str, str]
    proposal: Proposal | None = None
    proposal_id: str = ""
    reason: str = ""
    behalf: str = ""

    @property
    def is_second(self) -> bool:
        return bool(self.proposal and self.proposal.proposed_by) and self.act.name != CLOSED

    @property
    def is_first(self) -> bool:
        return self.act.duty.takes_two and not self.is_second

    @property
    def quotes_reason(self) -> bool:
        return letter_quotes_reason(self.act.name, self.act.duty, first=self.is_first)

    @property
    def reason_field(self) -> str:
        """Whether the signer is asked for a reason beside the code: `needed`, `free`, or empty for not at all."""
        if self.act.name == CLOSED:
            return "needed"
        if self.quotes_reason or (self.proposal and self.proposal.reason):
            return ""
        return "needed" if self.act.duty.needs_reason else "" if self.act.name in DECISIONS else "free"

    @property
    def why(self) -> str:
        """The reason that counts: the signer's own, else that of the proposal; who closes one gives their own."""
        there = self.proposal.reason if self.proposal and self.act.name != CLOSED else ""
        return self.reason or there

    @property
    def item(self) -> Item:
        return Item(self.case_id, self.act.name, self.fields, self.why, self.proposal_id)


@dataclass(frozen=True)
class Look:
    """What signing comes to now, or why it cannot be signed by this person. `letter` are its words as HTML."""

    shown: Shown | None = None
    letter: Markup | None = None
    obstacle: str = ""

    @property
    def item(self) -> ShownItem | None:
        return self.shown.items[0] if self.shown else None


def look_at(wish: Wish, here: Standing, unsigned: str) -> Look:
    """What the wish comes to now; the obstacle where this person cannot sign it in any capacity."""
    asked, staff_id = Asked(PROCESS, (wish.item,)), here.person.staff_id
    try:
        shown, ready = decisions.look(asked)
    except NotSigned as refused:
        return Look(obstacle=refused.sentence)
    except ValueError:
        return Look(obstacle="The letter that goes with this cannot be written from these facts. Nothing was changed.")
    letter = _letter_words(ready[0])
    if unsigned:
        return Look(shown, letter, unsigned)
    behalves = [behalf for behalf, _ in here.behalves(wish.act.duty, second=wish.is_second)] or [""]
    refusals = [decisions.sort_out(asked, staff_id, behalf).refused for behalf in behalves]
    return Look(shown, letter, refusals[0][0][1].sentence if all(refusals) else "")


def policy_problem(session: Session) -> str:
    """Why nothing can be signed under the policy file as it stands; empty when it is signed."""
    try:
        require_signed_policy(session)
    except PolicyUnsigned as unsigned:
        return str(unsigned)
    return ""


def _letter_words(ready: Any) -> Markup | None:
    """The words of the letter that the provider would get."""
    if ready.letter is None:
        return None
    letter = ready.letter.letter
    words = {name: getattr(letter, name) for name in type(letter).model_fields}
    template = environment().get_template("registration/_decision_body.html.j2")
    return Markup(template.render(**words, heading_level=3))


def changed_since(session: Session, proposal: Proposal | None, found: CasePage) -> list[Difference] | None:
    """What is different since the first signature; None where nobody signed facts yet."""
    stored = session.get(StoredPacket, proposal.packet_sha256) if proposal and proposal.packet_sha256 else None
    return packet_differences(stored.body, found.review.packet) if stored else None


def happened_since(proposal: Proposal | None, found: CasePage) -> list[TimelineLine]:
    """What happened in the case since a proposal was made, where no facts were kept with it."""
    if proposal is None or proposal.packet_sha256 or not proposal.case_version:
        return []
    return [line for seq, line in enumerate(found.timeline, found.earlier + 1) if seq > proposal.case_version]


def proposer_words(proposal: Proposal | None, here: Standing) -> str:
    """Who proposed it, in words."""
    if proposal is None:
        return ""
    if not proposal.proposed_by:
        return source_words(proposal.source)
    behalf = f" for {name_of(here.people, proposal.behalf_id)}" if proposal.behalf_id else ""
    return f"{name_of(here.people, proposal.proposed_by)}{behalf}, who signed first"


def source_words(source: str) -> str:
    """Where a proposal came from, in words."""
    kind, _, rest = source.partition(" ")
    if kind == "file":
        return f"the spreadsheet {rest.rpartition(' ')[0] or rest}"
    words = {"run": "a form in Prefect", "signature": "a first signature", "cli": "the command line"}
    return words.get(kind, "the desk")
