"""Finds the earlier contacts of the same caller about the same matter, while contacts are decided."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import and_, or_, select
from sqlmodel import Session

from models.hotline.forms import ContactForm
from models.hotline.match_keys import KeyKind
from models.hotline.policy import Policy
from models.hotline.records import HotlineCase, HotlineDecision
from models.hotline.repeats import SURE, Known, came, opens_with_again, repeats, with_first
from models.hotline.rules import Decision
from models.hotline.spoken_of import are_others, likeness, says_anything, spoken_of
from tasks.adapters.database import batches
from tasks.adapters.hotline.contacts import STRONG, open_contact_in, sharing_contacts, sure_kinds
from tasks.adapters.hotline.phrase_files import usual_words
from tasks.adapters.hotline.standing import DUPLICATE_OF, EVER_RESTRICTED, RESTRICTED
from tasks.adapters.hotline.vault import VaultError
from tasks.adapters.sealing import SealError

_WEAK = (KeyKind.SURNAME, KeyKind.RARE_NAME, KeyKind.PLACE, KeyKind.WORD)
_DECISION, _CASE = HotlineDecision.__table__, HotlineCase.__table__  # type: ignore[attr-defined]
Ready = Sequence[tuple[ContactForm, Decision]]


def known_with_first(session: Session, ready: Ready, policy: Policy, who: str, at: datetime) -> dict[str, Known]:
    """What is known of contacts that are being decided, by their ids, each with the first contact that it repeats.

    Where few earlier contacts come into question, `who` opens them: the access log keeps it.
    """
    known = {form.contact_id: _known(form, decision) for form, decision in ready}
    mine = sorted(known.values(), key=came)
    few = _Few(session, {form.contact_id: form for form, _ in ready}, mine, policy, who, at)
    crowds = {**dict.fromkeys(STRONG, policy.repeat_crowd), **dict.fromkeys(_WEAK, policy.repeat_crowd_weak)}
    sharing = sharing_contacts(session, [*known], crowds)
    known |= _known_before(session, {other for others in sharing.values() for other in others} - known.keys())
    # Each knows what those before it repeat.
    for one in mine:
        others = sharing.get(one.contact_id)
        found = _repeated(known, one, others, policy) if others else []
        if one.says_again and not found:
            found = few.spoken_of(one, known)
        if found:
            known[one.contact_id] = with_first(one, found, known, policy)
    return known


def _known(form: ContactForm, decision: Decision) -> Known:
    units = (decision.unit, *decision.alternatives)
    again = decision.says_again or opens_with_again(form.words)
    hidden = decision.confidential
    return Known(form.contact_id, form.received_at, units, hidden, again, protects=hidden)


def _repeated(
    known: Mapping[str, Known], mine: Known, others: Mapping[str, Mapping[KeyKind, int]], policy: Policy
) -> list[tuple[Known, bool]]:
    """Earlier contacts of the same caller about the same matter, each with whether something says so surely."""
    return [
        (other, not SURE.isdisjoint(shared))
        for one, shared in others.items()
        if (other := known.get(one)) and came(other) < came(mine) and repeats(mine, other, shared, policy)
    ]


def _known_before(session: Session, contact_ids: Set[str]) -> dict[str, Known]:
    """What was decided earlier about these contacts and the first ones that they repeat.

    Those that nobody has decided about are left out.
    """
    found = _decided_before(session, contact_ids)
    return found | _decided_before(session, {one.first for one in found.values() if one.first} - found.keys())


def _decided_before(session: Session, contact_ids: Iterable[str]) -> dict[str, Known]:
    columns = (_DECISION.c.contact_id, _DECISION.c.received_at, _DECISION.c.unit, _DECISION.c.alternatives)
    query = select(*columns, EVER_RESTRICTED, RESTRICTED, DUPLICATE_OF)
    query = query.outerjoin(_CASE, _CASE.c.case_id == _DECISION.c.contact_id)
    found = {}
    for some in batches(sorted(contact_ids)):
        for one, at, unit, others, ever, now, repeated in session.execute(
            query.where(_DECISION.c.contact_id.in_(some))
        ):
            units = (unit, *others.split("|")) if others else (unit,)
            found[one] = Known(one, at, units, ever, first=repeated, protects=now)
    return found


class _Few:
    """The contacts of late of each unit, as long as they are few: those being decided, and those decided before."""

    def __init__(
        self,
        session: Session,
        forms: Mapping[str, ContactForm],
        mine: Sequence[Known],
        policy: Policy,
        who: str,
        at: datetime,
    ) -> None:
        self._session, self._forms, self._policy, self._who, self._at = session, forms, policy, who, at
        self._came: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
        for one in mine:
            self._came[one.units[0]].append(came(one))

    def spoken_of(self, mine: Known, known: dict[str, Known]) -> list[tuple[Known, bool]]:
        """The contact that `mine` speaks of, as `with_first` takes it, if any; `known` gets what was decided before."""
        most = self._policy.repeat_lone_most
        since = mine.received_at - timedelta(days=self._policy.repeat_lone_days)
        every = self._came[mine.units[0]]
        every = every[bisect_left(every, (since, "")) : bisect_left(every, came(mine))]
        # What repeats a restricted contact is restricted by now, whatever its own words say.
        alike = (one for _, one in every if known[one].restricted == mine.restricted)
        here = [*islice(alike, most + 1)]
        words = self._forms[mine.contact_id].words
        # Most of those who come into question are many: that is known soonest.
        if len(here) > most or not says_anything(words, usual_words()):
            return []
        before = self._decided_before(mine, since, most + 1 - len(here))
        if len(here) + len(before) > most:
            return []
        known |= {one: what for one, what in _known_before(self._session, before).items() if one not in known}
        kinds = sure_kinds(self._session, [mine.contact_id, *here, *before])
        of_late = [known[one] for one in (*here, *before) if not are_others(kinds[mine.contact_id], kinds[one])]
        found = spoken_of(
            mine, of_late, lambda one: likeness(self._words(one.contact_id), words, usual_words()), self._policy
        )
        return [(found, False)] if found else []

    def _decided_before(self, mine: Known, since: datetime, most: int) -> set[str]:
        """At most so many contacts that came before `mine`, since then, for the same unit and as restricted."""
        table = _DECISION.c
        same = and_(table.received_at == mine.received_at, table.contact_id < mine.contact_id)
        query = select(table.contact_id).outerjoin(_CASE, _CASE.c.case_id == table.contact_id)
        query = query.where(table.unit == mine.units[0], EVER_RESTRICTED.is_(mine.restricted))
        # Both bounds of time as such, too: an index finds them.
        query = query.where(table.received_at >= since, table.received_at <= mine.received_at)
        query = query.where(or_(table.received_at < mine.received_at, same)).limit(most)
        return {*self._session.execute(query).scalars()}

    def _words(self, contact_id: str) -> str:
        if form := self._forms.get(contact_id):
            return form.words
        try:
            opened = open_contact_in(self._session, contact_id, who=self._who, purpose="triage", at=self._at)
        except VaultError:
            raise
        except SealError:
            # An earlier contact that somebody changed must not keep a new one waiting.
            return ""
        return opened.form.words
