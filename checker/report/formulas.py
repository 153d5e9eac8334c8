"""Formulas in the page: the printer's MathML let through, and datasets set as matrices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup, escape
from sympy import Symbol

from checker.report.wording import count
from checker.statement.mathml import mathml

_ELEMENTS = frozenset(
    {
        "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msub", "msup", "msubsup", "munder", "mover", "munderover",
        "mfrac", "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
    }
)  # fmt: skip
_ATTRIBUTES = frozenset(
    {
        "display", "displaystyle", "scriptlevel", "mathvariant", "stretchy", "fence", "separator", "form", "lspace",
        "rspace", "accent", "accentunder", "movablelimits", "linethickness", "width", "height", "depth", "minsize",
        "maxsize", "largeop", "symmetric",
    }
)  # fmt: skip
_NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
_RATIONAL = re.compile(r"(-?)(\d+)(?:/(\d+))?")

LARGEST_TYPESET = 48
"""A matrix with more entries than this is summarised."""
LONGEST_ENTRY = 14
"""A matrix with an entry of more characters than this is summarised."""


def formula(source: str, text: str) -> Markup:
    """What the printer wrote (MathML, or words with MathML between them), or the text where it is anything else.

    The source is parsed and written anew from the elements and attributes of presentation MathML alone, so that nothing
    else can enter the page.
    """
    parsed = _parsed(source)
    if parsed is None:
        return Markup('<span class="formula-text">') + escape(text) + Markup("</span>")
    return Markup(ElementTree.tostring(parsed, encoding="unicode", short_empty_elements=False))


def _parsed(source: str) -> ElementTree.Element | None:
    if "<!" in source or "<?" in source:
        return None
    try:
        root = ElementTree.fromstring(f"<span>{source}</span>")
    except ElementTree.ParseError:
        return None
    for child in root:
        if child.tag.removeprefix(_NAMESPACE) != "math":
            return None
        for element in child.iter():
            element.tag = element.tag.removeprefix(_NAMESPACE)
            if element.tag not in _ELEMENTS or not _ATTRIBUTES.issuperset(element.attrib):
                return None
    return root


@dataclass(frozen=True)
class Entry:
    """One symbol of a dataset: set as a formula, or described in words where it is large."""

    formula: Markup
    words: str = ""


def typeset(dataset: Mapping[str, Any]) -> list[Entry]:
    """The symbols of a dataset in JSON form: the numbers first, then the matrices by name.

    A family of layers (a list of matrices) gives an entry for each layer.
    """
    numbers = [(name, value) for name, value in sorted(dataset.items()) if not isinstance(value, list)]
    matrices = [(name, value) for name, value in sorted(dataset.items()) if isinstance(value, list)]
    return [_entry(name, value) for key, item in numbers + matrices for name, value in _layers(key, item)]


def _layers(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list) and value and isinstance(value[0], list) and value[0] and isinstance(value[0][0], list):
        yield from ((f"{name}_{position}", layer) for position, layer in enumerate(value, start=1))
    else:
        yield name, value


def _element(tag: str, *children: ElementTree.Element | str) -> ElementTree.Element:
    element = ElementTree.Element(tag)
    for child in children:
        if isinstance(child, str):
            element.text = child
        else:
            element.append(child)
    return element


def _entry(name: str, value: Any) -> Entry:
    # The printer sets the name, so that a symbol looks here as it does in the statement.
    symbol = next(iter(ElementTree.fromstring(mathml(Symbol(name)))))
    if isinstance(value, list) and not _small(value):
        return Entry(_math(symbol), _summary(value))
    body = _matrix(value) if isinstance(value, list) else _number(str(value))
    if body is None:
        return Entry(_math(symbol), shortened(str(value)))
    return Entry(_math(symbol, _element("mo", "="), body))


def _math(*children: ElementTree.Element) -> Markup:
    return Markup(ElementTree.tostring(_element("math", _element("mrow", *children)), encoding="unicode"))


def _number(text: str) -> ElementTree.Element | None:
    match = _RATIONAL.fullmatch(text)
    if not match or len(text) > 4 * LONGEST_ENTRY:
        return None
    sign, numerator, denominator = match.groups()
    number = _element("mn", numerator)
    if denominator:
        number = _element("mfrac", number, _element("mn", denominator))
    return _element("mrow", _element("mo", "−"), number) if sign else number


def _matrix(rows: Sequence[Sequence[Any]]) -> ElementTree.Element:
    table = _element("mtable", *(_element("mtr", *(_element("mtd", _cell(e)) for e in row)) for row in rows))
    return _element("mrow", _element("mo", "("), table, _element("mo", ")"))


def _cell(entry: Any) -> ElementTree.Element:
    number = _number(str(entry))
    return _element("mtext", str(entry)) if number is None else number


def _small(rows: Sequence[Any]) -> bool:
    entries = [str(entry) for row in rows if isinstance(row, list) for entry in row]
    return 0 < len(entries) <= LARGEST_TYPESET and max(map(len, entries)) <= LONGEST_ENTRY


def _summary(rows: Sequence[Any]) -> str:
    """A large matrix in words: its shape, the range of its entries, and how long the longest is."""
    entries = [str(entry) for row in rows if isinstance(row, list) for entry in row]
    columns = len(rows[0]) if rows and isinstance(rows[0], list) else 0
    shape = f"column of {len(rows)}" if columns == 1 else f"{len(rows)} × {columns} matrix"
    if not entries or not all(map(_RATIONAL.fullmatch, entries)):
        return shape
    context = Context(prec=20)
    values = [_decimal(entry, context) for entry in entries]
    longest = count(max(len(re.sub(r"\D", "", entry)) for entry in entries), "digit")
    return f"{shape}, from {_rounded(min(values))} to {_rounded(max(values))}, the longest entry of {longest}"


def _decimal(entry: str, context: Context) -> Decimal:
    # Decimal reads integers of any length; int() refuses more than 4300 digits.
    numerator, _, denominator = entry.partition("/")
    return context.divide(Decimal(numerator), Decimal(denominator or "1"))


def _rounded(value: Decimal) -> str:
    return f"{value:.4g}".replace("-", "−")


def shortened(text: str, longest: int = 160) -> str:
    """A text, or its beginning and how long it is.

    >>> shortened("3/7")
    '3/7'
    """
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters; in full in report.json)"
