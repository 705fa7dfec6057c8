"""Until when each kind of document is good. Every function returns its last good day, None where nobody knows it."""

from datetime import date, timedelta

from models.registration.packet import DocumentFacts
from models.registration.policy import Policy
from models.shared.calendar import months_after, years_after


def _earlier(computed: date, stated: date | None) -> date:
    """A stated expiry only shortens what the rule allows."""
    return min(computed, stated) if stated else computed


def as_stated(fact: DocumentFacts, policy: Policy) -> date | None:
    """The expiry that the paper itself states."""
    return fact.expires_on


def doing_business(fact: DocumentFacts, policy: Policy) -> date | None:
    """Six months from signature. Source: MOCS Council application requirements, DYCD FY18."""
    if fact.signed_on is None:
        return fact.expires_on
    return _earlier(months_after(fact.signed_on, policy.doing_business_months), fact.expires_on)


def disclosures(fact: DocumentFacts, policy: Policy) -> date | None:
    """Less than three years old: its third anniversary is a day too late. Source: PPB 2-08(e) (K5)."""
    if fact.signed_on is None:
        return fact.expires_on
    return _earlier(years_after(fact.signed_on, policy.disclosure_years) - timedelta(days=1), fact.expires_on)


def charities_due(fiscal_year_end: date, policy: Policy) -> date:
    """Last day of the Charities annual report: 15th day of the 5th month after the year's end. Source: CHAR (K20)."""
    year, month = divmod(fiscal_year_end.year * 12 + fiscal_year_end.month - 1 + policy.charities_month, 12)
    return date(year, month + 1, policy.charities_day)


def charities(fact: DocumentFacts, policy: Policy) -> date | None:
    """The report on file is current until that of the year after it falls due, an extension included. Source: K20."""
    if fact.period_end is None:
        return fact.expires_on
    due = charities_due(years_after(fact.period_end, 1), policy)
    if fact.expires_on is None:
        return due
    return min(fact.expires_on, due + timedelta(days=policy.charities_extension_days))


def financial_statement(fact: DocumentFacts, policy: Policy) -> date | None:
    """Not older than two years, counted from the end of its year. Source: DYCD FY18."""
    if fact.period_end is None:
        return fact.expires_on
    return _earlier(years_after(fact.period_end, policy.financial_statement_years), fact.expires_on)
