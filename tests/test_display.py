"""How values are shown to a reader."""

import pytest
from flint import arb, arb_mat, fmpq, fmpq_mat

from checker.display import show


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (fmpq(-1, 3), "-1/3"),
        (fmpq_mat(2, 1, [1, fmpq(1, 2)]), "[[1], [1/2]]"),
        (fmpq_mat(4, 3), "a 4×3 matrix"),
        (arb_mat(1, 1), "a 1×1 matrix"),
        ((fmpq(0), fmpq(2)), "[0, 2]"),
        (fmpq(1, 10**90), "1.00000000000000000000000000000000000000000000000000000000000e-90"),
        (arb(0), "0"),
        (arb(0, "1e-79"), "0 to 78 decimals"),
        (arb(2, "1e-8"), "2.0000000"),
    ],
)
def test_a_value_is_shown(value, shown):
    assert show(value) == shown
