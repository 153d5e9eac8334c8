"""The strata that datasets are drawn from: each kind of data that has its own way of breaking a theorem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import fmpq_mat
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from checker.datasets import strategies as s
from checker.datasets.signature import signature_of

Build = Callable[[int, int, s.Entries], SearchStrategy[fmpq_mat]]


# Kinds of input matrix that need no more than its sizes and its entries.
_PLAIN = (s.nonzero, s.matrices)


@dataclass(frozen=True)
class Stratum:
    """One kind of dataset.

    Attributes:
        name: as reports call it.
        sizes: draws (rows, columns) of the input matrix.
        entries: draws every entry that nothing else determines.
        inputs: draws the input matrix from its sizes and entries.
        zero_target: whether the targets and what they are built from are zero.
        boundary: whether scalars are drawn at, just below and just above the theorem's boundaries.
        units: whether layers are multiples of unit matrices: none of the same spectral norms have a larger product.
    """

    name: str
    sizes: SearchStrategy[tuple[int, int]]
    entries: s.Entries
    inputs: Build = s.nonzero
    zero_target: bool = False
    boundary: bool = False
    units: bool = False


def _sizes(low: int, high: int, keep: Callable[[int, int], tuple[int, int]]) -> SearchStrategy[tuple[int, int]]:
    return st.builds(keep, st.integers(low, high), st.integers(0, high - low))


@st.composite
def _deficient(draw: DrawFn, rows: int, columns: int, entries: s.Entries) -> fmpq_mat:
    rank = draw(st.integers(0, min(rows, columns) - 1))
    return draw(s.of_rank(rows, columns, rank, entries))


_any = st.tuples(st.integers(1, 4), st.integers(1, 4))
_square = st.integers(1, 4).map(lambda size: (size, size))
_tall = _sizes(1, 4, lambda columns, more: (columns + 1 + more, columns))
_wide = _sizes(1, 4, lambda rows, more: (rows, rows + 1 + more))
_several = st.tuples(st.integers(2, 4), st.integers(2, 4))

STRATA: tuple[Stratum, ...] = (
    Stratum("small integers", _any, s.integers(3), s.matrices),
    Stratum("tall", _tall, s.integers(9)),
    Stratum("wide", _wide, s.integers(9)),
    Stratum("square", _square, s.fractions(9)),
    Stratum("rank-deficient", _any, s.integers(4), _deficient),
    Stratum("repeated and zero rows and columns", _several, s.integers(5), s.repetitive),
    Stratum("ill-conditioned", _several, s.integers(9), s.ill_conditioned),
    Stratum("badly scaled", _any, s.integers(99), s.badly_scaled),
    Stratum("fractions", _any, s.fractions(99)),
    Stratum("53-bit", _any, s.doubles()),
    Stratum("zero target", _any, s.integers(5), zero_target=True),
    Stratum("unit layers", _any, s.integers(3), units=True),
    Stratum("boundary", _any, s.integers(5), boundary=True),
    Stratum("boundary, one feature", st.integers(1, 4).map(lambda n: (n, 1)), s.integers(5), boundary=True),
)


def strata_of(theorem: Any) -> tuple[Stratum, ...]:
    """The strata that apply to a theorem.

    Those at a boundary only if it names one, those of layers only if some are among its data, and those that build the
    input matrix in their own way only if no assumption builds it, or restricts its entries, in another.
    """
    signature = signature_of(theorem)
    restricted = {a.constructs.name for a in theorem.given if a.constructs is not None}
    restricted |= {a.domain[0].name for a in theorem.given if a.domain and a.domain[1] != "nonzero"}
    free = any(matrix.name == signature.inputs and not matrix.is_vector for matrix in signature.matrices)
    free = free and signature.inputs not in restricted
    nonzero = any(a.domain == (a.domain[0], "nonzero") and a.domain[0].name == signature.target
                  for a in theorem.given if a.domain)  # fmt: skip
    return tuple(
        stratum
        for stratum in STRATA
        if (theorem.boundaries or not stratum.boundary)
        and (signature.families or not stratum.units)
        and not (stratum.zero_target and nonzero)
        and (free or stratum.inputs in _PLAIN)
    )
