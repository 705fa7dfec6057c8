"""What somebody at the desk would sign, and what it comes to now: the list, the letter, what changed meanwhile."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from sqlmodel import Session

from deployments.desk.act_forms import details_seal, letter_quotes_reason, without_outcome
from models.registration import validity
from models.registration.acts import Act
from models.registration.decision_letters import DECISIONS
from models.registration.requirements import CHECKLIST, Until
from models.registration.taken import Taken
from models.shared.people_records import Proposal
from models.shared.records import StoredPacket
from models.shared.signing import Asked, Item, Shown, ShownItem
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.differences import Difference
from tasks.adapters.policy import registration_policy
from tasks.adapters.refusals import NotSigned, Refusal
from tasks.adapters.registration.case_page import CasePage, TimelineLine
from tasks.adapters.registration.letters_due import letter_due
from tasks.adapters.registration.packet_words import packet_differences
from tasks.adapters.signatures import name_of
from tasks.adapters.signed_policy import PolicyUnsigned, require_signed_policy
from tasks.adapters.standing import Standing, signers
from tasks.adapters.templating import environment

PROCESS, CLOSED = "registration", "proposal_closed"
_RECORDS_DOCUMENT = frozenset({"document_recorded", "document_corrected"})
# From which day each rule counts; the others take the last day that the paper states.
_COUNTS_FROM: dict[Until, str] = {
    validity.doing_business: "signed_on", validity.disclosures: "signed_on", validity.charities: "period_end",
    validity.financial_statement: "period_end",
}  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What somebody would sign: an act on a case as an address or a form gives it.

    `undated` is the document for which the person was warned that its date is empty.
    """

    case_id: str
    act: Act
    fields: dict[str, str]
    proposal: Proposal | None = None
    proposal_id: str = ""
    reason: str = ""
    behalf: str = ""
    undated: str = ""

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
    def has_details(self) -> bool:
        """Whether the page's form has details that the person can change, a reason in the letter among them."""
        return not self.proposal or self.quotes_reason

    @property
    def details(self) -> str:
        """The hash of what the page shows of the details."""
        return details_seal(self.fields, self.why if self.quotes_reason else "")

    @property
    def item(self) -> Item:
        return Item(self.case_id, self.act.name, self.fields, self.why, self.proposal_id)


@dataclass(frozen=True)
class Look:
    """What signing comes to now, or why it cannot be signed by this person. `letter` are its words as HTML.

    `undated` is the field of a document whose empty date leaves open how long it is good; `awaits_other` says that the
    person gave the first signature and somebody else gives the second.
    """

    shown: Shown | None = None
    letter: Markup | None = None
    obstacle: str = ""
    undated: str = ""
    awaits_other: bool = False

    @property
    def item(self) -> ShownItem | None:
        return self.shown.items[0] if self.shown else None


def look_at(wish: Wish, here: Standing, unsigned: str) -> Look:
    """What the wish comes to now; the obstacle where this person cannot sign it in any capacity."""
    asked = Asked(PROCESS, (wish.item,))
    try:
        shown, ready = decisions.look(asked)
    except NotSigned as refused:
        return Look(obstacle=without_outcome(refused.sentence))
    except ValueError:
        return Look(obstacle="The letter that goes with this cannot be written from these facts.")
    look = Look(shown, _letter_words(ready[0]), unsigned, _undated(wish, ready[0].taken))
    return look if unsigned else _for_person(look, wish, here, asked)


def _for_person(look: Look, wish: Wish, here: Standing, asked: Asked) -> Look:
    """The look as one person has it: with why they cannot sign, where they cannot."""
    behalves = [behalf for behalf, _ in here.behalves(wish.act.duty, second=wish.is_second)] or [""]
    refusals = [decisions.sort_out(asked, here.person.staff_id, behalf).refused for behalf in behalves]
    if not all(refusals):
        return look
    why = refusals[0][0][1]
    first = wish.proposal.proposed_by if wish.proposal and wish.is_second else ""
    if first == here.person.staff_id and why.kind in (Refusal.ROLE, Refusal.SEPARATION):
        return replace(look, obstacle=_awaits_other(wish, here), awaits_other=True)
    return replace(look, obstacle=without_outcome(why.sentence))


def _awaits_other(wish: Wish, here: Standing) -> str:
    """What whoever signed first reads about the second signature."""
    who = signers(wish.act.duty, second=True)
    article = "Another" if here.person.roles & wish.act.duty.seconds else "An" if who[:1] in "aeiouAEIOU" else "A"
    return f"You signed first. {article} {who} signs second."


def _undated(wish: Wish, taken: Taken) -> str:
    """The field of a document that is left empty, so that nobody can say how long it is good; nothing otherwise."""
    if wish.act.name not in _RECORDS_DOCUMENT:
        return ""
    document = str(taken.signed.details["document"])
    until = next((rule.until for rule in CHECKLIST if rule.document == document), None)
    fact = next(fact for fact in taken.after.documents if fact.document == document)
    if until is None or until(fact, registration_policy()) is not None:
        return ""
    return _COUNTS_FROM.get(until, "expires_on")


def policy_problem(session: Session) -> str:
    """Why nothing can be signed under the policy file as it stands; empty when it is signed."""
    try:
        require_signed_policy(session)
    except PolicyUnsigned as unsigned:
        return str(unsigned)
    return ""


def _letter_words(ready: Any) -> Markup | None:
    """The words of the letter that the provider would get, of two signatures after the second."""
    due = ready.letter
    if due is None and ready.shown.first:
        with reading() as session, suppress(ValueError):
            due = letter_due(session, ready.taken, ready.item, registration_policy(), clock.now())
    if due is None:
        return None
    letter = due.letter
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
