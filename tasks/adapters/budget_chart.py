"""The chart of a budget, line by line, as SVG: by hand, since a chart library takes longer than a page."""

from collections.abc import Iterator, Sequence
from typing import Protocol
from urllib.parse import quote

from tasks.adapters.charts import INK, STRONG

BAD = "#8a1f11"
# As wide as its page, in points. Shares are tenths of a percent; columns end at the cap, and the table says the rest.
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _FLOOR, _CAP, _WHOLE = 511, 84, 26, 449, 6, 73, 1250, 1000
_FEWEST, _EVERY_NAME_UP_TO, _NAMED = 8, 20, 5


class BudgetColumn(Protocol):
    """What a column says: a line's number, budget and spending, whether it is beyond its limit."""

    @property
    def no(self) -> int: ...
    @property
    def budget_cents(self) -> int: ...
    @property
    def spent_cents(self) -> int: ...
    @property
    def beyond(self) -> bool: ...


def budget_chart(lines: Sequence[BudgetColumn], elapsed: int) -> str:
    """A column for each budget line as an SVG data URI: its height is the spent share of the line's budget.

    Two lines across are the whole budget and the `elapsed` part of the year, in tenths of a percent. What is beyond its
    limit has a mark and its number above, so that it needs no colour.
    """
    scale = "".join(_text(_LEFT - 3, _height(at) + 2.4, f"{at // 10}%", "end") for at in (0, _WHOLE // 2, _WHOLE))
    drawn = "".join([*_columns(lines), *_names(lines), _across(_FLOOR), scale, *_levels(elapsed)])
    return "data:image/svg+xml;utf8," + quote(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="Noto Sans" '
        f'font-size="6.5" fill="{INK}">{drawn}</svg>'
    )


def _columns(lines: Sequence[BudgetColumn]) -> Iterator[str]:
    """All columns within their limit, and all beyond it with their marks: a path each."""
    step = _step(lines)
    wide = round(step * 0.62, 2)
    paths: dict[str, list[str]] = {STRONG: [], BAD: []}
    for place, line in enumerate(lines):
        middle, top = _middle(place, step), _height(_share(line))
        colour = BAD if line.beyond else STRONG
        paths[colour].append(f"M{round(middle - wide / 2, 2)} {_FLOOR}V{top}h{wide}V{_FLOOR}z")
        if line.beyond:
            paths[colour].append(f"M{middle} {round(top - 1, 2)}l-2.2-3.6h4.4z")
    yield from (f'<path d="{"".join(parts)}" fill="{colour}"/>' for colour, parts in paths.items() if parts)


def _names(lines: Sequence[BudgetColumn]) -> Iterator[str]:
    """The numbers of the lines: all where they are few, else every fifth, and of those beyond their limit each."""
    step = _step(lines)
    for place, line in enumerate(lines):
        if line.beyond or len(lines) <= _EVERY_NAME_UP_TO or line.no % _NAMED == 0:
            weight = f' font-weight="bold" fill="{BAD}"' if line.beyond else ""
            yield _text(_middle(place, step), _FLOOR + 8, str(line.no), "middle", weight)


def _levels(elapsed: int) -> Iterator[str]:
    """The whole budget and the elapsed part of the year, each with its name, which never cover each other."""
    low = 8.0 if abs(_WHOLE - elapsed) < 130 else 2.4
    for share, name, below, dashes in (
        (_WHOLE, "Budget", 2.4, ""), (elapsed, f"{elapsed // 10}.{elapsed % 10}% elapsed", low, "3 2"),
    ):  # fmt: skip
        yield _across(_height(share), dashes) + _text(_RIGHT + 3, _height(share) + below, name, "start")


def _across(y: float, dashes: str = "") -> str:
    return f'<path d="M{_LEFT} {y}H{_RIGHT}" stroke="{INK}" stroke-width=".6" stroke-dasharray="{dashes or "none"}"/>'


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x}" y="{round(y, 2)}" text-anchor="{anchor}"{more}>{words}</text>'


def _step(lines: Sequence[BudgetColumn]) -> float:
    return (_RIGHT - _LEFT) / max(len(lines), _FEWEST)


def _middle(place: int, step: float) -> float:
    return round(_LEFT + (place + 0.5) * step, 2)


def _share(line: BudgetColumn) -> int:
    """The spent share, from nothing to the cap; spending without a budget goes to the cap."""
    if line.budget_cents > 0:
        return max(0, min(_CAP, line.spent_cents * 1000 // line.budget_cents))
    return _CAP if line.spent_cents > 0 else 0


def _height(share: int) -> float:
    return round(_FLOOR - (_FLOOR - _TOP) * min(share, _CAP) / _CAP, 2)
