"""What an author writes a theorem with.  ``from checker.statement import *`` brings exactly these names."""

from sympy import Rational, sqrt

from checker.statement.assumptions import (
    Assumption,
    DistinctSorted,
    InRange,
    Integral,
    Let,
    Nonnegative,
    Nonzero,
    OutsideRange,
    Positive,
    SizeAtMost,
    Whitened,
)
from checker.statement.citation import Citation
from checker.statement.claims import (
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Identity,
    Infeasible,
    OptimalPoint,
    OptimalValue,
    Residual,
    Slack,
    StrongDuality,
    Vanishing,
    WeakDuality,
)
from checker.statement.errors import StatementError
from checker.statement.nodes import (
    absolute,
    dot,
    fold,
    frobenius,
    layer,
    norm,
    norm1,
    nuclear,
    pinv,
    rank,
    relu,
    schatten,
    spectral,
    supremum,
    total,
    trace,
    zeros,
)
from checker.statement.problems import Maximize, Minimize, Problem, optimum
from checker.statement.relations import Parallel, RankAtMost, Relation, at_least, at_most, equal, less
from checker.statement.symbols import dimension, dimensions, family, matrix, scalar, vector
from checker.statement.theorem import Example, Theorem

__all__ = [
    "Assumption", "Citation", "DistinctSorted", "Example", "ForEveryOptimum", "GapIdentity", "Holds", "Identity",
    "InRange", "Infeasible", "Integral", "Let",
    "Maximize", "Minimize", "Nonnegative", "Nonzero", "OptimalPoint", "OptimalValue", "OutsideRange", "Parallel",
    "Positive", "Problem", "RankAtMost", "Rational", "Relation", "Residual", "SizeAtMost", "Slack", "StatementError",
    "StrongDuality", "Theorem", "Vanishing", "WeakDuality", "Whitened", "absolute", "at_least", "at_most", "dimension",
    "dimensions", "dot", "equal", "family", "fold", "frobenius", "layer", "less", "matrix", "norm", "norm1", "nuclear",
    "optimum", "pinv", "rank", "relu", "scalar", "schatten", "spectral", "sqrt", "supremum", "total", "trace", "vector",
    "zeros",
]  # fmt: skip
