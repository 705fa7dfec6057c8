"""Reads a formula as Excel writes it into a tree: what stands where, and what is called with what."""

import re
from fractions import Fraction
from functools import cache
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?)'
    r"|(?P<range>(?:\w+!)?(?:\$?[A-Z]{1,2}\$?\d+:\$?[A-Z]{1,2}\$?\d+|\$[A-Z]{1,2}:\$[A-Z]{1,2}))"
    r"|(?P<cell>\$?[A-Z]{1,2}\$?\d+)|(?P<word>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|[-+*/&=<>(),]))"
)
_BINARY: tuple[tuple[str, ...], ...] = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"))
Node = tuple[Any, ...]
Place = tuple[str, str, int]


def place_of(sheet: str, cell: str) -> Place:
    found = re.fullmatch(r"([A-Z]+)(\d+)", cell.replace("$", ""))
    assert found
    return sheet, found[1], int(found[2])


def number_of(letter: str) -> int:
    return sum((ord(sign) - 64) * 26**at for at, sign in enumerate(reversed(letter)))


def letter_of(number: int) -> str:
    return (chr(64 + (number - 1) // 26) if number > 26 else "") + chr(65 + (number - 1) % 26)


@cache
def parsed(formula: str) -> Node:
    tokens = [(found.lastgroup or "", found[found.lastgroup or 0]) for found in _TOKEN.finditer(formula)]
    assert "".join(token for _, token in tokens) == formula.replace(" ", "") or '"' in formula, formula
    node, rest = _expression(tokens, 0)
    assert not rest, f"{formula}: {rest}"
    return node


_Tokens = list[tuple[str, str]]


def _expression(tokens: _Tokens, level: int) -> tuple[Node, _Tokens]:
    if level == len(_BINARY):
        return _operand(tokens)
    node, tokens = _expression(tokens, level + 1)
    while tokens and tokens[0][1] in _BINARY[level] and tokens[0][0] == "sign":
        right, rest = _expression(tokens[1:], level + 1)
        node, tokens = ("two", tokens[0][1], node, right), rest
    return node, tokens


def _operand(tokens: _Tokens) -> tuple[Node, _Tokens]:
    (kind, token), rest = tokens[0], tokens[1:]
    match kind, token:
        case "text", _:
            return ("is", token[1:-1].replace('""', '"')), rest
        case "number", _:
            return ("is", Fraction(token)), rest
        case "range", _:
            return _range_node(token), rest
        case "cell", _:
            return ("cell", *place_of("", token)[1:]), rest
        case "sign", "-":
            node, rest = _operand(rest)
            return ("two", "-", ("is", Fraction(0)), node), rest
        case "sign", "(":
            node, rest = _expression(rest, 0)
            return node, rest[1:]
    if not rest or rest[0][1] != "(":
        return ("name", token), rest
    asked, rest = [], rest[1:]
    while rest[0][1] != ")":
        node, rest = _expression(rest, 0)
        asked.append(node)
        rest = rest[1:] if rest[0][1] == "," else rest
    return ("call", token, asked), rest[1:]


def _range_node(token: str) -> Node:
    sheet, _, area = token.rpartition("!")
    (first, top), (last, bottom) = (re.fullmatch(r"([A-Z]+)(\d*)", cell.replace("$", "")).groups()
                                    for cell in area.split(":"))  # fmt: skip
    return "range", sheet, first, int(top or 1), last, int(bottom or 1 << 20)
