"""What an author writes a theorem with.  ``from checker.statement import *`` brings exactly these names."""

from sympy import Rational, sqrt

from checker.statement.assumptions import (
    Assumption,
    Centred,
    DistinctSorted,
    InRange,
    Integral,
    Labels,
    Let,
    Nonnegative,
    Nonzero,
    OutsideRange,
    Positive,
    SizeAtMost,
    SomeNegative,
    SomePositive,
    UnitRows,
    Whitened,
    WidthAtLeast,
    Within,
)
from checker.statement.citation import Citation
from checker.statement.claims import (
    Chain,
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Identity,
    Infeasible,
    OptimalPoint,
    OptimalValue,
    Residual,
    Slack,
    SomeOptimum,
    Step,
    StrongDuality,
    UniqueOptimum,
    Vanishing,
    WeakDuality,
)
from checker.statement.errors import StatementError
from checker.statement.lemmas import affine, instance, powered, summed
from checker.statement.nodes import (
    absolute,
    block,
    column,
    define,
    diagonal,
    dot,
    entry,
    every,
    excess,
    fold,
    frobenius,
    largest,
    layer,
    logsumexp,
    longest_column,
    maximum,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    pinv,
    product,
    rank,
    relu,
    schatten,
    sigmoid,
    sign,
    singular_dot,
    singular_value,
    softmax,
    softplus,
    spectral,
    supremum,
    total,
    trace,
    xlogx,
    zeros,
)
from checker.statement.problems import Maximize, Minimize, Problem, optimum
from checker.statement.relations import Parallel, RankAtMost, Relation, at_least, at_most, equal, less
from checker.statement.symbols import dimension, dimensions, family, matrix, scalar, vector
from checker.statement.theorem import Example, Theorem
from checker.statement.variants import Variants

__all__ = [
    "Assumption", "Centred", "Chain", "Citation", "DistinctSorted", "Example", "ForEveryOptimum", "GapIdentity",
    "Holds", "Identity", "InRange", "Infeasible", "Integral", "Labels", "Let", "Maximize", "Minimize", "Nonnegative",
    "Nonzero", "OptimalPoint", "OptimalValue", "OutsideRange", "Parallel", "Positive", "Problem", "RankAtMost",
    "Rational", "Relation", "Residual", "SizeAtMost", "Slack", "SomeNegative", "SomeOptimum", "SomePositive",
    "StatementError", "Step", "StrongDuality", "Theorem", "UniqueOptimum", "UnitRows", "Vanishing", "Variants",
    "WeakDuality", "Whitened", "WidthAtLeast", "Within", "absolute", "affine", "at_least", "at_most", "block", "column",
    "define", "diagonal", "dimension", "dimensions", "dot", "entry", "equal", "every", "excess", "family", "fold",
    "frobenius", "instance", "largest", "layer", "less", "logsumexp", "longest_column", "matrix", "maximum", "norm",
    "norm1", "norm_inf", "nuclear", "ones", "optimum", "pinv", "powered", "product", "rank", "relu", "scalar",
    "schatten", "sigmoid", "sign", "singular_dot", "singular_value", "softmax", "softplus", "spectral", "sqrt",
    "summed", "supremum", "total", "trace", "vector", "xlogx", "zeros",
]  # fmt: skip
