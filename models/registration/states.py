"""Where a registration case can stand, who holds it there, and every legal move."""

from enum import StrEnum

from models.shared.lifecycle import Lifecycle, State, Transition


class Holder(StrEnum):
    """Who has a case in hand, in the office's own words. Source: domain section 2 (actors)."""

    COUNCIL = "Council"
    MOCS = "MOCS"
    PROGRAM = "Program"
    PROCUREMENT = "Procurement"
    FISCAL = "Fiscal"
    BUDGET = "Budget"
    LEGAL = "Legal"
    AGENCY_HEAD = "Agency head"
    COMPTROLLER = "Comptroller"
    PROVIDER = "Provider"
    NOBODY = "nobody"


class Kind(StrEnum):
    """Kinds of contract: each has its own path. Source: MDF (multi-year), GRANT (pilot)."""

    STANDARD = "standard"
    MULTI_YEAR = "multi_year"
    GRANT_PILOT = "grant_pilot"


_STATES = (
    State("designated", "Designated, waiting for clearance", Holder.MOCS, "S2"),
    State("scope", "Scope and budget", Holder.PROGRAM, "S4"),
    State("documents", "Document package", Holder.PROVIDER, "S5"),
    State("responsibility", "Responsibility determination", Holder.PROCUREMENT, "S6"),
    State("not_responsible", "Found not responsible, denial to be mailed", Holder.PROCUREMENT, "S6"),
    State("appeal_open", "Denial mailed, appeal open", Holder.PROVIDER, "S6"),
    State("appealed", "Appeal before the agency head", Holder.AGENCY_HEAD, "S6"),
    State("public_notice", "Public notice", Holder.PROCUREMENT, "S7"),
    State("legal", "Legal review and award", Holder.LEGAL, "S8"),
    State("package", "Registration package", Holder.PROCUREMENT, "S8"),
    State("filed", "Filed with the Comptroller", Holder.COMPTROLLER, "S9"),
    State("returned", "Returned by the Comptroller", Holder.PROCUREMENT, "S9"),
    State("objected", "Objection by the Comptroller", Holder.MOCS, "S9"),
    State("answered", "Objection answered by the Mayor", Holder.COMPTROLLER, "S9"),
    State("registered", "Registered", Holder.BUDGET, "S10"),
    State("deemed_registered", "Deemed registered, no objection in time", Holder.BUDGET, "S10"),
    State("active", "Active", Holder.PROVIDER, "S11"),
    State("close_out", "Close-out", Holder.FISCAL, "S15"),
    State("closed", "Closed", Holder.NOBODY, "S15", final=True),
    State("denied", "Not awarded: found not responsible", Holder.NOBODY, "Sx", final=True),
    State("withdrawn", "Withdrawn or rescinded", Holder.NOBODY, "Sx", final=True),
    State("lapsed", "Lapsed, not cleared by year end", Holder.NOBODY, "Sx", final=True),
)
_AGREEMENT = State("agreement", "Grant agreement", Holder.PROCUREMENT, "S8")

# Moves that every path begins and ends with.
_OPENING = (
    Transition("designated", "cleared", "scope"),
    Transition("designated", "lapsed", "lapsed"),
    Transition("scope", "scope_and_budget_agreed", "documents"),
)
_CLOSING = (
    Transition("active", "term_ended", "close_out"),
    Transition("close_out", "closed_out", "closed"),
)
_REGISTRATION = (
    Transition("documents", "package_complete", "responsibility"),
    Transition("responsibility", "name_check_requested", "responsibility"),
    Transition("responsibility", "name_check_answered", "responsibility"),
    Transition("responsibility", "found_responsible", "public_notice"),
    Transition("responsibility", "found_not_responsible", "not_responsible"),
    Transition("responsibility", "documents_reopened", "documents"),
    # The vendor's ten days run from receipt; without an appeal the denial stands. Source: PPB 2-08(h),(k) (K19).
    Transition("not_responsible", "denial_mailed", "appeal_open"),
    Transition("appeal_open", "denial_received", "appeal_open"),
    Transition("appeal_open", "appeal_filed", "appealed"),
    Transition("appeal_open", "appeal_period_ended", "denied"),
    Transition("appealed", "appeal_granted", "public_notice"),
    Transition("appealed", "appeal_denied", "denied"),
    Transition("public_notice", "notice_published", "public_notice"),
    Transition("public_notice", "notice_completed", "legal"),
    Transition("public_notice", "notice_not_required", "legal"),
    Transition("legal", "award_made", "package"),
    Transition("legal", "documents_reopened", "documents"),
    Transition("package", "filed", "filed"),
    Transition("package", "documents_reopened", "documents"),
    Transition("filed", "registered", "registered"),
    Transition("filed", "returned", "returned"),
    Transition("filed", "objected", "objected"),
    Transition("filed", "deemed_registered", "deemed_registered"),
    # A returned package goes back to S5-S8 and a new filing starts a new clock. Source: PPB 2-12(d),(f).
    Transition("returned", "documents_reopened", "documents"),
    Transition("returned", "responsibility_reopened", "responsibility"),
    Transition("returned", "notice_reopened", "public_notice"),
    Transition("returned", "legal_reopened", "legal"),
    Transition("returned", "package_corrected", "package"),
    Transition("objected", "objection_answered", "answered"),
    Transition("answered", "registered", "registered"),
    Transition("answered", "deemed_registered", "deemed_registered"),
    Transition("deemed_registered", "registered", "registered"),
    Transition("registered", "activated", "active"),
    Transition("deemed_registered", "activated", "active"),
)
# An outyear award of a registered multi-year contract needs a budget, not a new contract. Source: MDF (T11).
_OUTYEAR = (Transition("scope", "outyear_budget_agreed", "registered"),)
# A grant pilot has an agreement and no contract steps. Source: GRANT (T12).
_GRANT = (
    Transition("documents", "package_complete", "agreement"),
    Transition("agreement", "agreement_signed", "active"),
    Transition("agreement", "documents_reopened", "documents"),
)
# What can happen to a case wherever it stands, without moving it.
MILESTONES = (
    "award_added",
    "award_changed",
    "award_vanished",
    "orientation_attended",
    "documents_requested",
    "findings_changed",
    "act_proposed",
    "proposal_closed",
    "document_recorded",
    "document_rejected",
    "document_corrected",
    "reduced",
    "awards_regrouped",
    "regrouping_undone",
    "amendment_approved",
    "amendment_filed",
    "amendment_returned",
    "amendment_registered",
    "corrected",
    "assigned",
    "hold_placed",
    "hold_released",
)
# What imports, reviews and clocks record; the rest is what the office does and its tracker reports.
_BACKGROUND = frozenset(MILESTONES) - {"orientation_attended"} | {"deemed_registered"}
# The contract steps that a grant agreement does without.
_CONTRACT_STEPS = (
    "responsibility",
    "not_responsible",
    "appeal_open",
    "appealed",
    "public_notice",
    "legal",
    "package",
    "filed",
    "returned",
    "objected",
    "answered",
)
_BEFORE_REGISTRATION = ("designated", "scope", "documents", *_CONTRACT_STEPS, "agreement")


def _lifecycle(name: str, states: tuple[State, ...], moves: tuple[Transition, ...]) -> Lifecycle:
    """Add to a path what can happen anywhere: milestones, a change of kind before the package, withdrawal."""
    open_states = tuple(s.name for s in states if not s.final)
    anywhere = tuple(Transition(s, event, s) for s in open_states for event in MILESTONES)
    kind = tuple(Transition(s, "kind_set", s) for s in ("designated", "scope", "documents"))
    leave = tuple(Transition(s, "withdrawn", "withdrawn") for s in open_states if s in _BEFORE_REGISTRATION)
    elsewhere = tuple(s for s in (*_STATES, _AGREEMENT) if s not in states)
    return Lifecycle(name, "designated", states, (*moves, *kind, *leave, *anywhere), _BACKGROUND, elsewhere)


def _without(*names: str) -> tuple[State, ...]:
    return tuple(s for s in _STATES if s.name not in names)


LIFECYCLES: dict[Kind, Lifecycle] = {
    Kind.STANDARD: _lifecycle("registration", _STATES, (*_OPENING, *_REGISTRATION, *_CLOSING)),
    Kind.MULTI_YEAR: _lifecycle(
        "registration of a multi-year contract", _STATES, (*_OPENING, *_OUTYEAR, *_REGISTRATION, *_CLOSING)
    ),
    Kind.GRANT_PILOT: _lifecycle(
        "grant pilot",
        (
            *_without(
                *_CONTRACT_STEPS,
                "registered",
                "deemed_registered",
                "denied",
            ),
            _AGREEMENT,
        ),
        (*_OPENING, *_GRANT, *_CLOSING),
    ),
}

ALL_STATES: dict[str, State] = {s.name: s for s in (*_STATES, _AGREEMENT)}
# Where a contract still has to be registered: the checks of documents and lateness run here.
UNREGISTERED = frozenset(_BEFORE_REGISTRATION)
# Where the provider's documents can still be asked for by letter.
ASKING = frozenset({"designated", "scope", "documents"})
# What the office records about a case by hand or tracker; the rest happens by import or by a clock.
STEPS = frozenset(t.event for lc in LIFECYCLES.values() for t in lc.transitions) - _BACKGROUND


def states_held_by(holder: str) -> tuple[str, ...]:
    """Names of the states in which `holder` has the case."""
    return tuple(s.name for s in ALL_STATES.values() if s.holder.lower() == holder.lower())
