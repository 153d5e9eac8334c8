"""Recovers what data were built from where a file lacks it: ``c`` and ``a`` of ``X = c·aᵀ``, ``α`` of ``y = α·c``.

A value that is recovered is only proposed: the assumption decides whether it fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from checker.datasets.signature import Signature
from checker.kernel.case import Case
from checker.kernel.evaluate import Evaluation, Machine, difference
from checker.kernel.matrices import least_norm
from checker.kernel.numbers import Undecidable
from checker.kernel.program import symbols_of

Values = dict[str, Any]
_DIGITS = 50


def recoverable(program: Mapping[str, Any], signature: Signature, given: Mapping[str, Any]) -> set[str]:
    """The symbols that can be recovered from those given: factors of a matrix, and numbers in a sum."""
    found = set[str]()
    for name, slot in signature.derived:
        if name in given:
            missing = symbols_of(dict(program), [slot]) - set(given)
            factors = _factors(program, slot)
            found |= {symbol for symbol in missing if symbol in factors or _kind(program, symbol) == "scalar"}
    return found


def recovered(program: Mapping[str, Any], signature: Signature, values: Values) -> Values:
    """The values with those that can be recovered: of several candidates, one that satisfies the assumptions.

    ``X = c·aᵀ = (−c)(−a)ᵀ``: both are tried.
    """
    machine = Machine(dict(program))
    candidates = [values]
    for name, slot in signature.derived:
        if name in values:
            candidates = [more for candidate in candidates for more in _completed(machine, name, slot, candidate)]
    complete = (candidate for candidate in candidates if not Case(machine, candidate, [{}], _DIGITS).inapplicable())
    return next(complete, candidates[0])


def _kind(program: Mapping[str, Any], symbol: str) -> str:
    return str(program["symbols"][symbol]["kind"])


def _factors(program: Mapping[str, Any], slot: int) -> tuple[str, ...]:
    """``(c, a)`` of an expression ``c·aᵀ``."""
    code = program["code"]
    match code[slot]:
        case ["multiply", int(left), int(right)] if code[right][0] == "transpose":
            sides = (code[left], code[code[right][1]])
            return tuple(side[1] for side in sides) if all(side[0] == "symbol" for side in sides) else ()
    return ()


def _completed(machine: Machine, name: str, slot: int, values: Values) -> Iterator[Values]:
    missing = symbols_of(machine.program, [slot]) - set(values)
    factors, numbers = _factors(machine.program, slot), sorted(missing)
    if missing and missing == set(factors):
        c, a = _outer(values[name])
        yield {**values, factors[0]: c, factors[1]: a}
        yield {**values, factors[0]: -c, factors[1]: -a}
    elif missing and all(_kind(machine.program, number) == "scalar" for number in numbers):
        yield {**values, **_numbers(machine, values[name], slot, values, numbers)}
    else:
        yield values


def _outer(matrix: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    """A column and a row whose product is the matrix, if its rank is one: a is its first row that is not zero."""
    rows = matrix.tolist()
    row = next((row for row in rows if any(row)), rows[0])
    a = fmpq_mat(len(row), 1, row)
    squared = (a.transpose() * a)[0, 0]
    return matrix * a * (1 / squared if squared != 0 else fmpq(0)), a


def _numbers(machine: Machine, value: Any, slot: int, values: Values, names: list[str]) -> dict[str, fmpq]:
    """The numbers with which an expression, affine in them, comes closest to a value."""

    def at(**numbers: fmpq) -> fmpq_mat:
        found = Evaluation(machine, {**values, **dict.fromkeys(names, fmpq(0)), **numbers})[slot]
        return found if isinstance(found, fmpq_mat) else fmpq_mat(1, 1, [found])

    try:
        start = at()
        columns = [difference(at(**{name: fmpq(1)}), start).entries() for name in names]
        target = difference(value if isinstance(value, fmpq_mat) else fmpq_mat(1, 1, [value]), start).entries()
        system = fmpq_mat(len(target), len(names), [column[i] for i in range(len(target)) for column in columns])
        return dict(zip(names, least_norm(system, fmpq_mat(len(target), 1, target)).entries(), strict=True))
    except (Undecidable, TypeError):
        return dict.fromkeys(names, fmpq(0))
