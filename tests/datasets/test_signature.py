"""A signature says which data a theorem takes."""

from __future__ import annotations

import pytest

from checker.datasets.signature import signature_of
from checker.statement import Theorem, frobenius, matrix, scalar, vector
from tests.datasets.theorems import (
    Y,
    d,
    hidden,
    inputs_only,
    layers,
    n,
    spline,
    target_only,
    theorem_on,
    vector_output,
    with_slopes,
    x,
)
from theorems.two_layer_linear import regularized


def test_a_signature_tells_inputs_target_scalars_and_dimensions() -> None:
    signature = signature_of(regularized)
    assert [str(entry) for entry in signature.matrices] == ["X (n × d)", "y (n × 1)"]
    assert (signature.inputs, signature.target) == ("X", "y")
    assert (signature.scalars, signature.fixed, signature.free) == (("beta",), ("d", "n"), ("m",))
    assert signature.settable == ("beta", "m")


@pytest.mark.parametrize(
    ("theorem", "inputs", "target"),
    [
        (vector_output, "X", "Y"),
        (spline, "x", "y"),
        (inputs_only, "X", None),
        (target_only, None, "y"),
        (with_slopes, "x", "s"),
        (hidden, "X", "W_1"),
        (theorem_on(frobenius(matrix("A", n, d).T * vector("b", n))), "A", "b"),
        (theorem_on(frobenius(x * scalar("t")), frobenius(Y)), "x", "Y"),
    ],
)
def test_the_columns_of_a_csv_file_fill_inputs_and_target(
    theorem: Theorem, inputs: str | None, target: str | None
) -> None:
    signature = signature_of(theorem)
    assert (signature.inputs, signature.target) == (inputs, target)


def test_layers_as_data_fix_the_depth_and_sizes_may_be_compound() -> None:
    signature = signature_of(layers)
    assert [str(entry) for entry in signature.families] == ["W (L matrices from d to 1)"]
    assert signature.fixed == ("L", "d", "n")
    assert str(signature_of(with_slopes).matrix("s")) == "s (n - 1 × 1)"
