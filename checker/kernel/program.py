"""The program: a theorem as plain data, and the structural questions one can ask of it.

``code`` is a table of instructions ``[operation, argument, …]`` in which integers name earlier slots, except the bound
names, texts and problem numbers that an operation states.  Nothing here trusts it to be well formed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

FORMAT = "theorem-program/1"

# For each operation: which of its arguments are slots ("s") or other data ("d"); "*" for slots to the end.
OPERATIONS = {
    "rational": "d", "symbol": "d", "bound": "d", "branch": "ss", "layer": "ss", "column": "ss", "entry": "ss",
    "zeros": "ss", "ones": "ss", "identity": "ss", "diagonal": "s", "add": "*", "multiply": "*", "maximum": "*",
    "power": "ss", "transpose": "s", "pinv": "s", "relu": "s", "trace": "s", "rank": "s", "absolute": "s",
    "inner": "ss", "schatten": "ss", "norm": "ds", "excess": "sss", "fold": "sdsdss", "total": "sdss",
    "product": "sdss", "largest": "sdss", "optimum": "d", "supremum": "sddd", "sign": "s", "softplus": "s",
    "sigmoid": "s", "xlogx": "s", "logsumexp": "s", "softmax": "s", "singular": "ss", "singular_dot": "ss",
    "block": "sss",
}  # fmt: skip
_BINDERS = {"fold": (2, 4), "total": (2,), "product": (2,), "largest": (2,)}


_POLYNOMIAL = {
    "rational", "symbol", "zeros", "ones", "identity", "add", "multiply", "transpose", "trace", "inner", "column",
    "block", "diagonal",
}  # fmt: skip
_HOMOGENEOUS = {"add", "multiply", "transpose", "relu", "trace", "absolute", "inner", "norm"}


class ProgramError(ValueError):
    """A program or certificate that is not well formed; the message says where."""


def digest(program: Any) -> str:
    """The SHA-256 of a program: the identity of a statement."""
    return hashlib.sha256(json.dumps(program, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def slots_of(instruction: list[Any]) -> list[int]:
    """The slots that an instruction reads."""
    pattern = OPERATIONS[instruction[0]]
    if pattern == "*":
        return instruction[1:]
    if instruction[0] == "supremum":
        _, body, _, sizes, constraints = instruction
        return [body, *(size for size in sizes if size is not None), *(s for _, *sides in constraints for s in sides)]
    return [argument for argument, kind in zip(instruction[1:], pattern, strict=True) if kind == "s"]


def load(program: Any) -> list[frozenset[str]]:
    """Checks the code table and returns, for each slot, the bound names it depends on.

    Raises:
        ProgramError: another format, an unknown operation, or a slot that is not an earlier one.
    """
    if not isinstance(program, dict) or program.get("format") != FORMAT:
        raise ProgramError(f"this is not a program of the format {FORMAT}.")
    open_names: list[frozenset[str]] = []
    for position, instruction in enumerate(program["code"]):
        operation = instruction[0] if isinstance(instruction, list) and instruction else None
        pattern = OPERATIONS.get(str(operation))
        if pattern is None or (len(instruction) != len(pattern) + 1 and (pattern != "*" or len(instruction) < 2)):
            raise ProgramError(f"instruction {position} of the program is not an operation that the kernel knows.")
        if operation == "rational" and str(Fraction(instruction[1])) != instruction[1]:
            raise ProgramError(f"instruction {position} of the program is not a rational in lowest terms.")
        slots = slots_of(instruction)
        if any(type(slot) is not int or not 0 <= slot < position for slot in slots):
            raise ProgramError(f"instruction {position} ({operation}) reads a slot that does not come before it.")
        names = frozenset().union(*(open_names[slot] for slot in slots))
        if operation == "bound":
            names = frozenset([instruction[1]])
        elif operation in _BINDERS:
            inner = open_names[slots[0]] - {instruction[i] for i in _BINDERS[operation]}
            names = inner.union(*(open_names[slot] for slot in slots[1:]))
        elif operation == "supremum":
            names -= set(instruction[2])
        open_names.append(names)
    _check_claims(program)
    return open_names


def _check_claims(program: dict[str, Any]) -> None:
    """Raises ProgramError if two claims have one name, or one is on a problem that its pair does not have."""
    claims = program.get("claims", [])
    if len({claim["name"] for claim in claims}) < len(claims):
        raise ProgramError("two claims of the program have one name.")
    for claim in claims:
        pair = program["pairs"][claim["pair"]] if "pair" in claim else {}
        if "pair" in claim and "problem" in claim and claim["problem"] not in (pair["primal"], pair["dual"]):
            raise ProgramError(f"the claim {claim['name']!r} is on a problem that its pair does not have.")


class Program(dict[str, Any]):
    """A program that remembers which instructions expressions are made of."""

    def __init__(self, program: Mapping[str, Any]) -> None:
        super().__init__(program)
        self.reached: dict[tuple[int, ...], list[list[Any]]] = {}


def operations_of(program: dict[str, Any], slots: list[int]) -> list[list[Any]]:
    """Every instruction that expressions are made of."""
    reached = program.reached if isinstance(program, Program) else {}
    if (key := tuple(slots)) not in reached:
        found, waiting = set[int](), list(slots)
        while waiting:
            slot = waiting.pop()
            if slot not in found:
                found.add(slot)
                waiting += slots_of(program["code"][slot])
        reached[key] = [program["code"][slot] for slot in sorted(found)]
    return reached[key]


def slots_in(relation: Mapping[str, Any]) -> list[int]:
    """The slots of the sides of a relation, and of what it says for each step."""
    return [*relation["sides"], *(slots_in(relation["relation"]) if relation["kind"] == "every" else ())]


def form_of(relation: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a relation beside its slots."""
    kind = relation["kind"]
    return (kind, relation["index"], form_of(relation["relation"])) if kind == "every" else (kind,)


def symbols_of(program: dict[str, Any], slots: list[int]) -> set[str]:
    """The symbols that expressions depend on."""
    return {i[1] for i in operations_of(program, slots) if i[0] == "symbol"}


def polynomial(program: dict[str, Any], slot: int) -> bool:
    """Whether an expression is visibly polynomial in its symbols, or a quotient of such, for each shape.

    Norms count inside even powers only.  Where this fails, trial points prove nothing: a pseudo-inverse, a rank or a
    rectifier can misbehave on a set that no trial meets, a fold at a depth that none has.
    """
    code = program["code"]
    operation, *arguments = code[slot]
    if operation == "power":
        base, exponent = code[arguments[0]], code[arguments[1]]
        if exponent[0] != "rational" or "/" in exponent[1]:
            return False
        euclidean = base[0] == "norm" and base[1] in ("two", "frobenius") and int(exponent[1]) % 2 == 0
        return polynomial(program, base[2] if euclidean else arguments[0])
    children = all(polynomial(program, child) for child in slots_of(code[slot]))
    return children and operation in _POLYNOMIAL


def opaque(program: dict[str, Any], slot: int) -> set[int]:
    """The largest parts of an expression that are not visibly polynomial, in which the rest of it is."""
    operation, *arguments = program["code"][slot]
    if polynomial(program, slot):
        return set()
    if operation in _POLYNOMIAL:
        return set[int]().union(*(opaque(program, child) for child in slots_of([operation, *arguments])))
    if operation == "power" and program["code"][arguments[1]] == ["rational", "2"]:
        kind, *inside = program["code"][arguments[0]]
        if kind == "norm" and inside[0] in ("two", "frobenius"):
            return opaque(program, inside[1])
    return {slot}


def nonnegative(program: dict[str, Any], slot: int, strict: bool = False) -> bool:
    """Whether an expression is visibly ≥ 0 (or > 0): built from squares, norms and symbols assumed positive."""
    code = program["code"]
    operation, *arguments = code[slot]
    match operation:
        case "rational":
            return not (arguments[0].startswith("-") or (strict and arguments[0] == "0"))
        case "symbol":
            assumed = [a["sides"] for a in program["assumptions"] if a["kind"] == "less"]
            return any(right == slot and code[left] == ["rational", "0"] for left, right in assumed)
        case "norm" | "schatten" | "singular" | "singular_dot" | "absolute" | "rank":
            return not strict
        case "add" | "multiply":
            return all(nonnegative(program, child, strict) for child in arguments)
        case "power":
            kind, *exponent = code[arguments[1]]
            even = kind == "rational" and exponent[0].isdecimal() and int(exponent[0]) % 2 == 0
            return nonnegative(program, arguments[0], True) or (not strict and even)
    return False


def degree(program: dict[str, Any], slot: int, variables: frozenset[str]) -> int | None:
    """``k`` if the expression is visibly positively homogeneous of degree k in the variables, else None."""
    operation = program["code"][slot][0]
    if not symbols_of(program, [slot]) & variables:
        return 0
    slots = slots_of(program["code"][slot])
    if operation == "supremum" and not symbols_of(program, slots[1:]) & variables:
        # Over a set that the variables leave alone.
        return degree(program, slots[0], variables)
    degrees = [degree(program, child, variables) for child in slots]
    if operation == "symbol":
        return 1
    if None in degrees or operation not in _HOMOGENEOUS:
        return None
    if operation in ("multiply", "inner"):
        return sum(k for k in degrees if k is not None)
    return degrees[0] if len(set(degrees)) == 1 else None
