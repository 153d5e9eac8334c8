"""Tampers with certificates: every number, name, shape, order and statement in them may change.

A certificate is a tree of JSON; a change takes a place in it and an operation on what is there.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from checker.kernel.program import OPERATIONS, digest

Place = tuple[Any, ...]
Document = dict[str, Any]

WORDS = (
    "holds", "refuted", "undecided", "skipped", "identity", "exact", "enclosed", "sampled", "min", "max", "data",
    "variable", "scalar", "matrix", "family", "dimension", "equal", "at_most", "less", "nonnegative", "nonzero",
    "rank_at_most", "parallel", "every", "two", "frobenius", "spectral", "weak-duality", "strong-duality",
    "optimal-value", "relation", "for-every-optimum", "some-optimum", "", "\n  holds     forged: 0 = 1 (exact)",
    "\x1b[2J", "\ud800", "0", "-1", "00", " 1", "1/-2", "-1/3", "1/0", "0/7", "2/4", "1e9", "١", *OPERATIONS,
)  # fmt: skip
NUMBERS = ("0", "1", "-1", "2", "1/2", "7/3", "-5", f"1/{10**60}", f"{10**60}", f"{10**300}/{3**500}", "9" * 4000)
THINGS: tuple[Any, ...] = (None, True, False, 0, 1, -1, 2, 7, 50, 10**9, 10**30, 0.5, float("nan"), [], {}, [[]], "x")


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in a document but its root."""
    if place:
        yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*place, key))


def at(document: Any, place: Place) -> Any:
    """What stands at a place."""
    for key in place:
        document = document[key]
    return document


def _fraction(text: str) -> tuple[int, int] | None:
    above, _, below = text.partition("/")
    try:
        return int(above), int(below or 1)
    except ValueError:
        return None


def _numeral(text: str, draw: Callable[[Any], Any]) -> str:
    found = _fraction(text)
    if found is None or draw(st.integers(0, 9)) == 0:
        return str(draw(st.sampled_from(NUMBERS)))
    above, below = found
    tiny = 10 ** draw(st.sampled_from([1, 20, 45, 60, 200]))
    ways = (
        (-above, below), (above + below, below), (2 * above, below), (below, above), (above * 10 + 7, below), (0, 1),
        (above * tiny + below, below * tiny), (above * (tiny + 1), below * tiny), (above, below + 1),
        (above // 10, below),
    )  # fmt: skip
    above, below = draw(st.sampled_from(ways))
    return f"{above}/{below}" if below != 1 else str(above)


def _leaf(value: Any, draw: Callable[[Any], Any]) -> Any:
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.sampled_from(THINGS))
    if isinstance(value, str):
        return _numeral(value, draw) if kind < 7 else draw(st.sampled_from(WORDS))
    if isinstance(value, int) and kind < 8:
        return value + draw(st.sampled_from([-1, 1, -2, 2, 5]))
    return draw(st.sampled_from(THINGS))


def _list(value: list[Any], draw: Callable[[Any], Any]) -> list[Any]:
    first, second = draw(st.integers(0, len(value) - 1)), draw(st.integers(0, len(value) - 1))
    found = list(value)
    match draw(st.sampled_from(["swap", "reverse", "cut", "repeat", "drop", "empty", "wrap", "negate", "transpose"])):
        case "swap":
            found[first], found[second] = found[second], found[first]
        case "reverse":
            found.reverse()
        case "cut":
            found = found[:first]
        case "repeat":
            found.insert(second, copy.deepcopy(found[first]))
        case "drop":
            del found[first]
        case "empty":
            found = []
        case "wrap":
            found = [found]
        case "negate":
            found = _negated(found)
        case "transpose" if all(isinstance(row, list) for row in found):
            found = [list(column) for column in zip(*found, strict=False)]
    return found


def _negated(value: Any) -> Any:
    """Rational strings with the other sign, in nested lists."""
    if isinstance(value, list):
        return [_negated(item) for item in value]
    return (value.removeprefix("-") if value.startswith("-") else f"-{value}") if isinstance(value, str) else value


def _object(value: Document, draw: Callable[[Any], Any]) -> Document:
    found, keys = dict(value), sorted(value, key=str)
    first, second = draw(st.sampled_from(keys)), draw(st.sampled_from(keys))
    match draw(st.sampled_from(["drop", "swap", "rename", "add"])):
        case "drop":
            del found[first]
        case "swap":
            found[first], found[second] = found[second], found[first]
        case "rename":
            found[draw(st.sampled_from(WORDS))] = found.pop(first)
        case "add":
            found[draw(st.sampled_from(WORDS))] = copy.deepcopy(found[first])
    return found


def changed(document: Any, place: Place, value: Any) -> Any:
    """A copy with another value at a place; what is not on the way to it is shared."""
    if not place:
        return value
    found = document.copy()
    found[place[0]] = changed(found[place[0]], place[1:], value)
    return found


@st.composite
def tampered(draw: Any, originals: list[Document]) -> tuple[Document, Document]:
    """An original and a copy that is changed in one to three places, perhaps with a digest that fits again."""
    original = draw(st.sampled_from(originals))
    found: Any = original
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        top = draw(st.sampled_from(["data", "points", "claims", "program", "any"]))
        inside = [place for place in places(found) if top in ("any", place[0])]
        if not inside:
            continue
        place = draw(st.sampled_from(inside))
        value, how = at(found, place), draw(st.integers(0, 9))
        if how == 0:
            # What stands at the same or another place of another certificate.
            other = draw(st.sampled_from(originals))
            same = [where for where in places(other) if where == place] or [*places(other)]
            value = at(other, draw(st.sampled_from(same)))
        elif how == 1:
            value = draw(st.sampled_from(THINGS))
        elif isinstance(value, list) and value:
            value = _list(value, draw)
        elif isinstance(value, dict) and value:
            value = _object(value, draw)
        else:
            value = _leaf(value, draw)
        found = changed(found, place, value)
    if draw(st.booleans()):
        found = mended(found)
    return original, found


def mended(document: Document) -> Document:
    """The document with the digest of the program that is in it."""
    try:
        return document | {"digest": digest(document["program"])}
    except (KeyError, TypeError, ValueError):
        return document
