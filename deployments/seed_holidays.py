"""Writes city_holidays.csv, the weekdays on which City offices are closed. `python -m deployments.seed_holidays`.

The `holidays` library knows New York State's list; the City's differs, so each name is decided here once.
- Eleven regular holidays, Election Day in every year among them; a Saturday's is kept on the Friday before and a
  Sunday's on the Monday after. Source: Personnel Services Bulletin 440-2R (30 June 1997), part A. An agency head may
  staff both days around a weekend, so an agency's own notice goes before this table.
- Juneteenth from 2022 on. Source: the Mayor's announcement of 11 April 2022. (State and nation began earlier.)
- Lincoln's Birthday: offices are open. The bulletin's part B gives a day at the employee's choice instead, and the
  City's notice for a Friday, 12 February, says that offices are open. Susan B. Anthony Day only commemorates.
- The library lacks Election Day in odd years before 2015; the bulletin has it in every year.
Years after the review follow the same rules by convention: the City publishes its list year by year. The double name
of Columbus Day is ours.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import holidays

YEARS = range(2009, 2041)
REVIEWED = date(2026, 11, 21)
TABLE = Path(__file__).with_name("city_holidays.csv")

BULLETIN = "PSB 440-2R (1997) part A"
JUNETEENTH = "Mayor's announcement of 2022-04-11"
OBSERVED = " (observed)"

# The library's name: the City's name, the source and the day in the source's words.
CLOSED = {
    "New Year's Day": ("New Year's Day", BULLETIN, "January 1"),
    "Martin Luther King Jr. Day": ("Martin Luther King Jr. Day", BULLETIN, "third Monday in January"),
    "Washington's Birthday": ("Washington's Birthday (Presidents' Day)", BULLETIN, "third Monday in February"),
    "Memorial Day": ("Memorial Day", BULLETIN, "last Monday in May"),
    "Juneteenth National Independence Day": ("Juneteenth", JUNETEENTH, "June 19 since 2022"),
    "Independence Day": ("Independence Day", BULLETIN, "July 4"),
    "Labor Day": ("Labor Day", BULLETIN, "first Monday in September"),
    "Columbus Day": ("Columbus Day / Indigenous Peoples' Day", BULLETIN, "second Monday in October"),
    "Election Day": ("Election Day", BULLETIN, "Tuesday after the first Monday in November"),
    "Veterans Day": ("Veterans Day", BULLETIN, "November 11"),
    "Thanksgiving Day": ("Thanksgiving Day", BULLETIN, "fourth Thursday in November"),
    "Christmas Day": ("Christmas Day", BULLETIN, "December 25"),
}
OPEN = {"Lincoln's Birthday", "Susan B. Anthony Day"}
FIRST_YEAR = {"Juneteenth National Independence Day": 2022}

# Days of which a text of the time says that City offices are closed, and which text.
CONFIRMED = {
    date(2013, 11, 5): "a notice reposted on 2013-10-30",
    date(2017, 11, 7): "RAMPA TV",
    date(2017, 11, 10): "Staten Island Advance",
    date(2018, 1, 1): "Staten Island Advance",
    date(2020, 7, 3): "Staten Island Advance: City closed, State open",
    date(2020, 11, 11): "Staten Island Advance",
    date(2021, 7, 5): "Staten Island Advance",
    date(2021, 11, 11): "Staten Island Advance",
    date(2021, 12, 24): "Staten Island Advance: City closed, State open",
    date(2021, 12, 31): "Staten Island Advance: City closed, State open",
    date(2022, 6, 20): "Daily News, 2022-04-11",
    date(2023, 1, 2): "Staten Island Advance",
    date(2024, 11, 5): "WABC",
}


def election_day(year: int) -> date:
    """Tuesday after the first Monday in November. Source: PSB 440-2R part A."""
    return next(day for n in range(2, 9) if (day := date(year, 11, n)).weekday() == 1)


def library_days() -> Iterator[tuple[date, str]]:
    """Each day and name of the library's New York list, and Election Day in each year."""
    days = holidays.country_holidays("US", subdiv="NY", years=YEARS)
    for day in days:
        yield from ((day, name) for name in days.get_list(day) if name != "Election Day")
    yield from ((election_day(year), "Election Day") for year in YEARS)


def is_closed(day: date, name: str) -> bool:
    """Whether City offices are closed for this entry; ValueError for a name that nobody has decided on."""
    plain = name.removesuffix(OBSERVED)
    if plain in OPEN:
        return False
    if plain not in CLOSED:
        raise ValueError(f"{day}: the library has a new day, “{plain}”. Decide on it in {Path(__file__).name}.")
    return day.weekday() < 5 and day.year >= FIRST_YEAR.get(plain, 0)


def row(day: date, name: str) -> dict[str, str]:
    """One line of the table."""
    plain = name.removesuffix(OBSERVED)
    label, source, rule = CLOSED[plain]
    kind = "sourced" if day.year <= REVIEWED.year else "convention (rule carried forward)"
    parts = [f"{kind}: {source}", rule]
    if name != plain:
        parts.append(
            "on a Saturday, kept the Friday before" if day.weekday() == 4 else "on a Sunday, kept the Monday after"
        )
    if day in CONFIRMED:
        parts.append(f"confirmed by {CONFIRMED[day]}")
    suffix = OBSERVED if name != plain else ""
    return {"date": str(day), "name": label + suffix, "source": "; ".join(parts), "reviewed": str(REVIEWED)}


def table() -> str:
    """The whole table as CSV text: the same for the same version of the library."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["date", "name", "source", "reviewed"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(row(day, name) for day, name in sorted(library_days()) if is_closed(day, name))
    return text.getvalue()


def main() -> None:
    """Write the table beside this file."""
    TABLE.write_text(table(), encoding="utf-8")


if __name__ == "__main__":
    main()
