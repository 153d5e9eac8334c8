"""Which data a theorem takes: its matrices with their sizes, its scalars, its dimensions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.statement.theorem import Theorem


@dataclass(frozen=True)
class Size:
    """A number of rows, columns or layers.

    Attributes:
        text: as one writes it: ``n``, ``3``, ``n - 1``.
        slot: where the program computes it.
        dimension: the dimension that it is, or None for a number or a compound size.
    """

    text: str
    slot: int
    dimension: str | None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class DataMatrix:
    """A data matrix ``rows × columns``; a vector has the column size 1."""

    name: str
    rows: Size
    columns: Size

    @property
    def is_vector(self) -> bool:
        """Whether it is a column."""
        return self.columns.text == "1"

    def __str__(self) -> str:
        return f"{self.name} ({self.rows} × {self.columns})"


@dataclass(frozen=True)
class DataFamily:
    """Layers as data: ``depth`` matrices, from ``inputs`` rows of the first to ``outputs`` columns of the last.

    The others are of one ``hidden`` width, or, where that is None, each of its own.
    """

    name: str
    depth: Size
    inputs: Size
    outputs: Size
    hidden: Size | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.depth} matrices from {self.inputs} to {self.outputs})"


@dataclass(frozen=True)
class Signature:
    """The data of a theorem.

    Attributes:
        matrices: the inputs and the target first.
        families: layers that are data rather than variables.
        scalars: names of real numbers such as ``beta``.
        fixed: dimensions that the shape of some matrix or family gives.
        free: dimensions that it does not give, such as a hidden width; they are set or take a default.
        inputs: the matrix that the feature columns of a csv file fill, if there is one.
        target: the matrix that its target columns fill, if there is one.
        derived: symbols that an assumption builds from others, with the slots of their values; they may be left out.
        floors: free dimensions that the data bound from below, with the slots of the bounds.
    """

    matrices: tuple[DataMatrix, ...]
    families: tuple[DataFamily, ...]
    scalars: tuple[str, ...]
    fixed: tuple[str, ...]
    free: tuple[str, ...]
    inputs: str | None
    target: str | None
    derived: tuple[tuple[str, int], ...] = ()
    floors: tuple[tuple[str, int], ...] = ()

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions, fixed ones first."""
        return self.fixed + self.free

    @property
    def settable(self) -> tuple[str, ...]:
        """What ``--set`` takes."""
        return self.scalars + self.free

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a json or npz file may give."""
        return (*self.arrays, *self.scalars, *self.dimensions)

    @property
    def arrays(self) -> dict[str, DataMatrix | DataFamily]:
        """The matrices and families by name."""
        return {
            **{matrix.name: matrix for matrix in self.matrices},
            **{family.name: family for family in self.families},
        }

    def matrix(self, name: str) -> DataMatrix:
        """The matrix of that name.

        Raises:
            KeyError: there is none.
        """
        for entry in self.matrices:
            if entry.name == name:
                return entry
        raise KeyError(name)


def signature_of(theorem: Theorem) -> Signature:
    """The signature of a theorem, read off its compiled program."""
    code = theorem.program["code"]
    data = {name: entry for name, entry in theorem.program["symbols"].items() if entry["role"] == "data"}

    def of_kind(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((name, entry) for name, entry in sorted(data.items()) if entry["kind"] == kind)

    matrices = {
        name: DataMatrix(name, _size(code, e["rows"]), _size(code, e["columns"])) for name, e in of_kind("matrix")
    }
    families = tuple(
        DataFamily(name, *(_size(code, e[key]) for key in ("depth", "inputs", "outputs", "hidden") if key in e))
        for name, e in of_kind("family")
    )
    sizes = [size for m in matrices.values() for size in (m.rows, m.columns)]
    sizes += [size for f in families for size in (f.depth, f.inputs, f.outputs, f.hidden) if size]
    fixed = {size.dimension for size in sizes}
    inputs = _inputs(matrices)
    target = _target(matrices, inputs)
    first = [name for name in (inputs, target) if name is not None]
    slots = {a: r["sides"] for a, r in zip(theorem.given, theorem.program["assumptions"], strict=True)}
    built = [a for a in theorem.construction_order() if not a.latents]
    return Signature(
        matrices=tuple(matrices[name] for name in (*first, *(name for name in matrices if name not in first))),
        families=families,
        scalars=tuple(name for name, _ in of_kind("scalar")),
        fixed=tuple(name for name, _ in of_kind("dimension") if name in fixed),
        free=tuple(name for name, _ in of_kind("dimension") if name not in fixed),
        inputs=inputs,
        target=target,
        derived=tuple((a.constructs.name, slots[a][1]) for a in built),
        floors=tuple((a.floor[0].name, slots[a][0]) for a in theorem.given if a.floor),
    )


def _inputs(matrices: dict[str, DataMatrix]) -> str | None:
    if "X" in matrices:
        return "X"
    candidates = [name for name, matrix in matrices.items() if not matrix.is_vector and name != "Y"]
    if len(candidates) == 1:
        return candidates[0]
    return "x" if "x" in matrices and matrices["x"].is_vector else None


def _target(matrices: dict[str, DataMatrix], inputs: str | None) -> str | None:
    for name in ("y", "Y"):
        if name in matrices:
            return name
    others = [name for name in matrices if name != inputs]
    return others[0] if len(others) == 1 else None


def _size(code: list[list[Any]], slot: int) -> Size:
    operation, *arguments = code[slot]
    return Size(_text(code, slot), slot, arguments[0] if operation == "symbol" else None)


def _text(code: list[list[Any]], slot: int) -> str:
    operation, *arguments = code[slot]
    match operation:
        case "symbol" | "rational":
            return str(arguments[0])
        case "add":
            ordered = sorted((_text(code, child) for child in arguments), key=lambda term: term.lstrip("-").isdigit())
            return " + ".join(ordered).replace("+ -", "- ")
        case "multiply":
            return "·".join(
                f"({part})" if " " in part else part for part in (_text(code, child) for child in arguments)
            )
        case "power":
            return "^".join(
                f"({part})" if " " in part else part for part in (_text(code, child) for child in arguments)
            )
    return f"{operation}(…)"


def _factor(code: list[list[Any]], slot: int) -> str:
    text = _text(code, slot)
    return f"({text})" if " " in text else text
