"""What people sign about a contract's month, who may, and when it fits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from models.fiscal.desk_side import DeskSide
from models.shared.acts import Act
from models.shared.calendar import long_date
from models.shared.duties import Duty, Signed
from models.shared.findings import Finding, Severity
from models.shared.people import Role
from models.shared.signing import SignedEvent

_FISCAL = frozenset({Role.FISCAL_ANALYST, Role.FISCAL_LEAD})
_LEAD = frozenset({Role.FISCAL_LEAD})
# What a question can be about besides a finding, and what a text of either may be called in a form.
WHOLE = "report"

# Who brought a report in does not sign off what was found in it. Source: P22 (convention).
ACTS: dict[str, Act] = {
    act.name: act
    for act in (
        Act("signed_off", "Sign off", Duty("sign-off", _FISCAL, approves=True)),
        Act("question_asked", "Ask the provider", Duty("asking", _FISCAL)),
        Act("answer_recorded", "Record the answer", Duty("recording an answer", _FISCAL), ("on",)),
        # Source: PPB 4-01(c) (K15).
        Act("plan_asked", "Ask for a corrective action plan", Duty("asking for a plan", _LEAD, needs_reason=True)),
        Act(
            "plan_recorded", "Record the corrective action plan",
            Duty("recording a plan", _FISCAL, needs_reason=True), ("on",),
        ),
        Act("plan_not_received", "Close the request: no plan came", Duty("closing the request", _FISCAL)),
        # Source: R20, R21.
        Act("flag_referred", "Refer a red flag", Duty("referring a red flag", _FISCAL, needs_reason=True)),
        Act("reopened", "Take back the sign-off", Duty("taking back a sign-off", _LEAD, needs_reason=True)),
    )
}  # fmt: skip
EVENTS = {
    "opened": "First reviewed", "report_came": "The report came", "findings_changed": "Findings changed",
    "figures_changed": "Reviewed anew: the figures changed", "signed_off": "Signed off",
    "question_asked": "Asked the provider", "answer_recorded": "The provider answered",
    "plan_asked": "Corrective action plan asked for", "plan_recorded": "Corrective action plan received",
    "plan_not_received": "No corrective action plan came", "flag_referred": "Red flag referred",
    "reopened": "Sign-off taken back",
}  # fmt: skip
# What a red flag is, and what is not signed off in silence.
_GRAVE = frozenset({Severity.HIGH, Severity.CRITICAL})
# What a corrective action plan is asked for.
_TO_CORRECT = _GRAVE | {Severity.MEDIUM}


def label(event: str) -> str:
    """An event in the office's words."""
    return EVENTS.get(event, event.replace("_", " ").capitalize())


def key_of(finding: Finding) -> str:
    """What a finding is called in a form: `F12 line 3`."""
    return f"{finding.code} {finding.subject}".strip()


def grave(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that are red flags. Source: R20, R21."""
    return [finding for finding in findings if finding.severity in _GRAVE]


def to_correct(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that a corrective action plan is about. Source: K15; from which severity on: convention."""
    return [finding for finding in findings if finding.severity in _TO_CORRECT]


def duty_of(act: Act, findings: Iterable[Finding], desk: DeskSide) -> Duty:
    """An act's duty in one month: a red flag that nobody asked about or referred is signed off with a reason only."""
    in_silence = act.name == "signed_off" and bool(grave(findings)) and not desk.is_followed_up
    return replace(act.duty, needs_reason=True) if in_silence else act.duty


def misfit(act: str, findings: Iterable[Finding], desk: DeskSide, today: date) -> str:
    """Why an act does not fit where a month stands, as a sentence; empty where it does."""
    found = list(findings)
    if act == "plan_asked" and not to_correct(found):
        return "Nothing was found that a corrective action plan is asked for. Ask the provider instead."
    if act == "flag_referred" and not grave(found):
        return "Nothing that was found is a red flag."
    if act == "answer_recorded" and not desk.open_questions:
        return "No question to the provider is open."
    if act in ("plan_recorded", "plan_not_received") and not (desk.plan and desk.plan.is_open):
        return "No corrective action plan is asked for that has not come."
    if act == "plan_not_received" and desk.plan and today <= desk.plan.last_day:
        return f"The provider has until {long_date(desk.plan.last_day)} to send its plan."
    return ""


def wrong_fields(act: Act, fields: Mapping[str, str], findings: Iterable[Finding], desk: DeskSide) -> str:
    """What is wrong with the details of an act, as a sentence; empty where nothing is."""
    if act.name == "question_asked":
        known = [*map(key_of, findings), WHOLE]
    elif act.name == "answer_recorded":
        known = ["on", *(f"answer {question.no}" for question in desk.open_questions)]
    else:
        known = list(act.fields)
    if unknown := sorted(fields.keys() - set(known)):
        return f"“{act.label}” has no field “{unknown[0][:40]}”. It has: {', '.join(known) or 'none'}."
    texts = [text for name, text in fields.items() if name != "on" and text.strip()]
    if act.name == "question_asked" and not texts:
        return f"Write at least one question, about one of: {', '.join(known)}."
    if act.name == "answer_recorded" and not texts:
        return f"Write what the provider answered, to at least one of: {', '.join(known[1:])}."
    return ""


def signed_history(history: Iterable[SignedEvent], submitters: Mapping[date, str]) -> Iterator[Signed]:
    """What people have done in the month so far; `submitters` brought its reports in, by the day of each."""
    for day, staff_id in submitters.items():
        yield Signed("bringing the report in", "submitting", day, (staff_id,))
    for event in history:
        if event.event == "signed_off" and event.by:
            yield Signed(label(event.event), ACTS[event.event].duty.name, event.on, event.by)
