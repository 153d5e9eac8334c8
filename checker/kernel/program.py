"""The program: a theorem as plain data, and the structural questions one can ask of it.

``code`` is a table of instructions ``[operation, argument, …]`` in which integers name earlier slots (except the
bound names, texts and problem numbers that an operation states).  The compiler writes it; nothing here trusts it to
be well formed beyond what :func:`load` checks.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

FORMAT = "theorem-program/1"

# For each operation: which of its arguments are slots ("s"), one-off data ("d"), or "*" for slots to the end.
OPERATIONS = {
    "rational": "d", "symbol": "d", "bound": "d", "layer": "ds", "width": "ds", "zeros": "ss", "identity": "ss",
    "add": "*", "multiply": "*", "power": "ss", "matrix_power": "ss", "transpose": "s", "pinv": "s", "relu": "s",
    "trace": "s", "rank": "s", "absolute": "s", "inner": "ss", "schatten": "ss", "norm": "ds",
    "fold": "sdsdss", "total": "sdss", "optimum": "d", "supremum": "sdd",
}  # fmt: skip
BINDERS = {"fold": (2, 4), "total": (2,)}


class ProgramError(ValueError):
    """A program or certificate that is not well formed; the message says where."""


def digest(program: dict[str, Any]) -> str:
    """The SHA-256 of a program: the identity of a statement."""
    text = json.dumps(program, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def slots_of(instruction: list[Any]) -> list[int]:
    """The slots that an instruction reads."""
    pattern = OPERATIONS[instruction[0]]
    if pattern == "*":
        return list(instruction[1:])
    return [argument for argument, kind in zip(instruction[1:], pattern, strict=True) if kind == "s"]


def load(program: Any) -> list[frozenset[str]]:
    """Checks the code table and returns, for each slot, the bound names it depends on.

    Raises:
        ProgramError: an unknown operation, or a slot that is not an earlier one.
    """
    if not isinstance(program, dict) or program.get("format") != FORMAT:
        raise ProgramError(f"this is not a program of the format {FORMAT}.")
    open_names: list[frozenset[str]] = []
    for position, instruction in enumerate(program["code"]):
        if not isinstance(instruction, list) or not instruction or instruction[0] not in OPERATIONS:
            raise ProgramError(f"instruction {position} of the program is not an operation that the kernel knows.")
        pattern = OPERATIONS[instruction[0]]
        if pattern != "*" and len(instruction) != len(pattern) + 1:
            raise ProgramError(f"instruction {position} ({instruction[0]}) has {len(instruction) - 1} arguments.")
        slots = slots_of(instruction)
        if any(type(slot) is not int or not 0 <= slot < position for slot in slots):
            raise ProgramError(f"instruction {position} ({instruction[0]}) reads a slot that does not come before it.")
        names = frozenset().union(*(open_names[slot] for slot in slots))
        if instruction[0] == "bound":
            names = frozenset([instruction[1]])
        elif instruction[0] in BINDERS:
            inner = open_names[slots[0]] - {instruction[i] for i in BINDERS[instruction[0]]}
            names = inner.union(*(open_names[slot] for slot in slots[1:]))
        elif instruction[0] == "supremum":
            names = names - set(instruction[2])
        open_names.append(names)
    return open_names


def nonnegative(program: dict[str, Any], slot: int, strict: bool = False) -> bool:
    """Whether an expression is visibly ≥ 0 (or > 0): built from squares, norms and symbols assumed positive."""
    code = program["code"]
    operation, *arguments = code[slot]
    match operation:
        case "rational":
            return not arguments[0].startswith("-") and not (strict and arguments[0] == "0")
        case "symbol":
            return any(
                assumption["kind"] == "less" and assumption["sides"][1] == slot
                and code[assumption["sides"][0]] == ["rational", "0"]
                for assumption in program["assumptions"]
            )  # fmt: skip
        case "norm" | "schatten" | "absolute" | "rank":
            return not strict
        case "add" | "multiply":
            return all(nonnegative(program, child, strict) for child in arguments)
        case "power":
            if nonnegative(program, arguments[0], True):
                return True
            exponent = code[arguments[1]]
            even = exponent[0] == "rational" and "/" not in exponent[1] and int(exponent[1]) > 0 and int(exponent[1]) % 2 == 0
            return not strict and (even or (nonnegative(program, arguments[0]) and nonnegative(program, arguments[1], True)))
    return False


def degree(program: dict[str, Any], slot: int, variables: frozenset[str]) -> int | None:
    """``k`` if the expression is positively homogeneous of degree k in the variables, None if that is not visible."""
    operation, *arguments = program["code"][slot]
    if operation in ("rational", "zeros", "identity"):
        return 0
    if operation == "symbol":
        return int(arguments[0] in variables)
    if operation in ("add", "multiply", "transpose", "relu", "trace", "absolute", "inner", "norm"):
        degrees = [degree(program, child, variables) for child in slots_of(program["code"][slot])]
        if None in degrees:
            return None
        if operation in ("multiply", "inner"):
            return sum(d for d in degrees if d is not None)
        return degrees[0] if len(set(degrees)) == 1 else None
    if all(degree(program, child, variables) == 0 for child in slots_of([operation, *arguments])):
        return 0
    return None
