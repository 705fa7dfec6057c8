"""A list that is signed as a whole: its rows as one person may sign them, and the one signature over those chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deployments.desk.act_forms import LONGEST_REASON
from deployments.desk.list_kinds import CaseName, ListKind, Names
from deployments.desk.posted import Posted, versions_seen
from deployments.desk.wishes import CLOSED
from models.registration.duties import DUTIES, closing_duty
from models.shared.documents import canonical, sha256
from models.shared.duties import Duty
from models.shared.signing import Asked, Credential, Item, Receipt, Shown, ShownItem
from tasks.adapters import clock, decisions
from tasks.adapters.database import reading
from tasks.adapters.refusals import NotSigned, Refusal, note_attempt
from tasks.adapters.waiting import MOST_ROWS

_OWN_PAGE = "The letter to the provider gives the reason of this decision: sign it on its own page."


@dataclass(frozen=True)
class Row:
    """A row that can be signed: what was asked for, what it comes to, and the hash of that under the policy.

    `asks_reason` where the signer must give one; `reason` and `is_chosen` are as the form had them. `taken` is the
    process's own account of what it does.
    """

    key: str
    item: Item
    shown: ShownItem
    seal: str
    name: CaseName
    taken: Any
    asks_reason: bool
    reason: str = ""
    is_chosen: bool = True


@dataclass(frozen=True)
class LeftOut:
    """A row that this person cannot sign now, and why."""

    key: str
    item: Item
    label: str
    name: CaseName
    why: str


@dataclass(frozen=True)
class SignList:
    """A list as one person could sign it now."""

    kind: ListKind
    shown: Shown
    rows: tuple[Row, ...]
    left: tuple[LeftOut, ...]

    @property
    def asks_reason(self) -> bool:
        return any(row.asks_reason for row in self.rows)

    @property
    def has_first(self) -> bool:
        return any(row.shown.first for row in self.rows)

    @property
    def letters(self) -> int:
        return sum(bool(row.shown.letter) for row in self.rows)


def sort_list(
    kind: ListKind, items: Mapping[str, Item], staff_id: str, behalf: str, form: Posted | None = None
) -> SignList:
    """What of some items, by key, this person may sign now; with a form that was sent, as it was filled in."""
    alone = {key: item for key, item in items.items() if kind.needs_own_page(item)}
    asked = {key: item for key, item in items.items() if key not in alone}
    sorted_out = decisions.sort_out(Asked(kind.process, tuple(asked.values())), staff_id, behalf)
    keys = {id(item): key for key, item in asked.items()}
    with reading() as session:
        names = kind.names(session, sorted({item.case_id for item in items.values()}))
    rows = tuple(
        _row(kind, keys[id(ready.item)], ready, (sorted_out.shown.policy, shown), names, form)
        for ready, shown in zip(sorted_out.ready, sorted_out.shown.items, strict=True)
    )
    refused = [(keys[id(item)], item, why.sentence) for item, why in sorted_out.refused]
    left = [*refused, *((key, item, _OWN_PAGE) for key, item in alone.items())]
    return SignList(kind, sorted_out.shown, rows, tuple(_left_out(kind, *each, names) for each in left))


def _row(
    kind: ListKind, key: str, ready: decisions.Ready, sealed: tuple[str, ShownItem], names: Names, form: Posted | None
) -> Row:
    item, shown = ready.item, sealed[1]
    asks = item.act == CLOSED or (kind.needs_reason(item.act) and not shown.proposed_why)
    reason = form.one(f"reason-{key}") if form else ""
    # A row that the page did not offer before was not left out by anybody.
    chosen = form is None or key in form.get("row", []) or f"shown-{key}" not in form
    return Row(key, item, shown, seal(*sealed), names[item.case_id], ready.taken, asks, reason, chosen)


def _left_out(kind: ListKind, key: str, item: Item, why: str, names: Names) -> LeftOut:
    name = names.get(item.case_id) or CaseName("", 0)
    return LeftOut(key, item, kind.label(item.act), name, why.removesuffix(" Nothing was changed."))


def seal(policy: str, shown: ShownItem) -> str:
    """The hash of one row as it is shown under a policy."""
    return sha256(canonical([policy, shown.model_dump(mode="json")]))


def sign_list(kind: ListKind, items: Mapping[str, Item], form: Posted, staff_id: str) -> Receipt:
    """Sign the chosen rows of a list under one signature. Raises NotSigned; what was refused is noted."""
    chosen = list(dict.fromkeys(form.get("row", [])))
    problem = _form_problem(kind, chosen, items, form)
    if problem is not None:
        note_attempt(staff_id, "desk", f"a list of {len(chosen)}", problem, clock.now())
        raise problem
    asked = Asked(kind.process, tuple(_with_reason(kind, key, items[key], form) for key in chosen))
    versions = ((items[key].case_id, form.one(f"version-{key}")) for key in chosen)
    who = Credential(staff_id, form.one("code"), form.one("behalf"))
    return decisions.decide(asked, _hash_if_as_shown(asked, chosen, form), who, "desk", versions_seen(versions))


def _form_problem(kind: ListKind, chosen: Sequence[str], items: Mapping[str, Item], form: Posted) -> NotSigned | None:
    if not chosen:
        return NotSigned(Refusal.FORM, "No row is chosen. Choose at least one. Nothing was changed.")
    if len(chosen) > MOST_ROWS:
        words = f"{len(chosen)} rows are more than the {MOST_ROWS} that one signature covers. Nothing was changed."
        return NotSigned(Refusal.FORM, words)
    if any(key not in items for key in chosen):
        words = "A chosen row is not in this list any more. Open the list again. Nothing was changed."
        return NotSigned(Refusal.PROPOSAL, words)
    if any(len(_reason(kind, key, form)) > LONGEST_REASON for key in chosen):
        words = f"A reason is longer than {LONGEST_REASON:,} characters. Shorten it. Nothing was changed."
        return NotSigned(Refusal.FORM, words)
    unsaid = [items[key].case_id for key in chosen if _lacks_reason(kind, items[key]) and not _reason(kind, key, form)]
    if unsaid:
        words = f"{', '.join(unsaid[:5])}: this needs a reason. Nothing was changed."
        return NotSigned(Refusal.REASON, words)
    return None


def _hash_if_as_shown(asked: Asked, chosen: Sequence[str], form: Posted) -> str:
    """The hash of the chosen rows when each still is what the page showed; else none, so that signing is refused."""
    try:
        now = decisions.show(asked)
    except (NotSigned, ValueError):
        return ""
    same = (form.one(f"shown-{key}") == seal(now.policy, item) for key, item in zip(chosen, now.items, strict=True))
    return now.sha256() if all(same) else ""


def _reason(kind: ListKind, key: str, form: Posted) -> str:
    return form.one(f"reason-{key}") or (form.one("reason") if kind.shares_reason else "")


def _with_reason(kind: ListKind, key: str, item: Item, form: Posted) -> Item:
    """The item with the signer's own reason, where one is asked for; a proposal keeps the reason that it came with."""
    return replace(item, reason=_reason(kind, key, form)) if _lacks_reason(kind, item) else item


def _lacks_reason(kind: ListKind, item: Item) -> bool:
    return item.act == CLOSED or (not item.reason and kind.needs_reason(item.act))


def duty_of(act: str, closes: str = "") -> Duty:
    """The duty of an act, or of closing a proposal of one. Raises KeyError."""
    return closing_duty(closes) if act == CLOSED else DUTIES[act]


def list_context(found: SignList, form: Posted | None, **context: Any) -> dict[str, Any]:
    """What each page of a list shows, whatever the list is of."""
    kept = {"reason": form.one("reason") if form else "", "behalf": form.one("behalf") if form else ""}
    return {"list": found, "longest": LONGEST_REASON, "most": MOST_ROWS, **kept, **context}
