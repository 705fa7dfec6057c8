"""How many closings did not hold: contacts that were reopened soon after. Source: domain section 9 (reopen rate)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.hotline.monthly_documents import Rate

REOPENED_WITHIN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Turn:
    """A contact was closed, reopened, or a closing was taken back."""

    contact_id: str
    event: str
    at: datetime


def reopen_rate(turns: Iterable[Turn], start: datetime, end: datetime, at: datetime) -> Rate:
    """Closings of a period that were reopened within thirty days, of all whose thirty days are over.

    `turns` in their order. A closing that was taken back is none.
    """
    met = of = maturing = 0
    for mine in _standing_turns(turns).values():
        for turn, after in zip(mine, (*mine[1:], None) if mine else (), strict=True):
            if turn.event != "closed" or not start <= turn.at < end:
                continue
            reopened = after is not None and after.event == "reopened" and after.at <= turn.at + REOPENED_WITHIN
            if not reopened and at < turn.at + REOPENED_WITHIN:
                maturing += 1
                continue
            of += 1
            met += reopened
    return Rate(met=met, of=of, maturing=maturing)


def _standing_turns(turns: Iterable[Turn]) -> dict[str, list[Turn]]:
    """Closings and reopenings that stand, by contact: what was taken back never was."""
    found: dict[str, list[Turn]] = {}
    for turn in turns:
        mine = found.setdefault(turn.contact_id, [])
        if turn.event in ("closed", "reopened"):
            mine.append(turn)
        # While it is closed only the closing can be taken back; a routing after a reopening can be, too.
        elif mine and (mine[-1].event == "closed" or turn.event == "back_to_closed"):
            mine.pop()
    return found
