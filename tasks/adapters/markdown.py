"""Words of a worklist in markdown: nothing from outside becomes markup."""

from textwrap import wrap

# Characters a line of a link: cells do not wrap by themselves, and what is wider falls off the page.
_ID = 15


def link(case_id: str, address: str) -> str:
    """A link to the desk's page of a case; a long number is one link a line, since a link's text does not wrap."""
    return "<br>".join(f"[{line}]({address})" for line in wrap(case_id, _ID))


def lines(text: str, width: int) -> str:
    """Text in lines of a width."""
    return "<br>".join(plain_text(line) for line in wrap(text, width))


def plain_text(text: str) -> str:
    """Text from outside must not become markup, an address or another table cell."""
    return "".join(f"\\{sign}" if sign in "&\\`*_{}[]()<>#|!~:@." else sign for sign in text)
