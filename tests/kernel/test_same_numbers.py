"""Numbers that no precision tells apart: equal where they are one expression of equal exact parts, else undecided."""

import pytest
from flint import fmpq, fmpq_mat

from checker.statement import (
    Holds,
    Theorem,
    absolute,
    at_most,
    dimensions,
    dot,
    equal,
    excess,
    frobenius,
    less,
    matrix,
    norm,
    nuclear,
    ones,
    pinv,
    rank,
    relu,
    scalar,
    schatten,
    spectral,
    sqrt,
    supremum,
    vector,
)
from tests.kernel.theorems import decide
from tests.kernel.values import truth

n, d = dimensions("n d")
X, Y, Z, y, z = matrix("X", n, n), matrix("Y", n, d), matrix("Z", n, d), vector("y", n), vector("z", n)
p, q = scalar("p"), scalar("q")
# Its singular values are 2·cos(kπ/7), k = 1, 2, 3: no sum of them has an exact form here.
HEPTAGON = fmpq_mat(3, 3, [1, 1, 0, 0, 1, 1, 0, 0, 1])
INVERTIBLE = fmpq_mat(3, 3, [2, 1, 0, 7, 5, 0, 1, 2, 3])
SIZES = {"n": 3, "d": 3}
FORMS = {
    "nuclear": nuclear,
    "spectral": spectral,
    "schatten": lambda A: schatten(A, p / 3),
    "excess": lambda A: excess(A, p / 4, 1),
    "sum": lambda A: 3 * nuclear(A) + p,
    "power": lambda A: nuclear(A) ** (p / 5),
    "absolute": lambda A: absolute(nuclear(A) - 7),
    "nested": lambda A: sqrt(1 + nuclear(A) * spectral(A)),
}


def beside(exponent: int) -> fmpq_mat:
    return HEPTAGON + fmpq_mat(3, 3, [fmpq(1, 10**exponent), *[0] * 8])


@pytest.mark.parametrize("form", FORMS)
def test_one_expression_of_equal_exact_parts_is_one_number(form):
    left, right = FORMS[form](X * pinv(X) * Y), FORMS[form](Y)
    values = {"X": INVERTIBLE, "Y": HEPTAGON, "p": fmpq(2), **SIZES}
    assert truth(at_most(left, right), **values) is True
    assert truth(at_most(right, left), **values) is True
    assert truth(less(left, right), **values) is False


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("exponent", [60, 200])
def test_parts_that_are_almost_equal_are_told_apart(form, exponent):
    left, right = FORMS[form](Y), FORMS[form](Z)
    values = {"Y": beside(exponent), "Z": HEPTAGON, "p": fmpq(2), **SIZES}
    decided = [truth(less(left, right), **values), truth(less(right, left), **values)]
    assert sorted(decided) == [False, True]
    assert truth(at_most(left, right), **values) is decided[0]
    assert truth(at_most(right, left), **values) is decided[1]


@pytest.mark.parametrize("form", FORMS)
def test_parts_that_no_precision_allowed_tells_apart_are_undecided(form):
    left, right = FORMS[form](Y), FORMS[form](Z)
    values = {"Y": beside(5000), "Z": HEPTAGON, "p": fmpq(2), **SIZES}
    assert truth(at_most(left, right), **values) is None
    assert truth(less(left, right), **values) is None
    assert truth(equal(left, right), **values) is None


def test_a_parameter_that_is_almost_equal_is_another_one():
    values = {"Y": HEPTAGON, **SIZES}
    for form in (lambda r: schatten(Y, r / 3), lambda r: nuclear(Y) ** r, lambda r: excess(Y, r / 4, 1)):
        assert truth(at_most(form(p), form(q)), p=fmpq(2), q=fmpq(2), **values) is True
        assert truth(less(form(p), form(q)), p=fmpq(2), q=2 + fmpq(1, 10**200), **values) is not None
        assert truth(at_most(form(p), form(q)), p=fmpq(2), q=2 + fmpq(1, 10**5000), **values) is None


def test_another_expression_of_the_same_value_is_undecided():
    values = {"Y": HEPTAGON, **SIZES}
    # ‖A‖_* = S_1(A) by definition; the kernel is not told.
    assert truth(at_most(nuclear(Y), schatten(Y, 1)), **values) is None
    assert truth(at_most(nuclear(Y), nuclear(Y) + 0 * spectral(Y)), **values) is True
    assert truth(at_most(spectral(Y), nuclear(Y)), **values) is True


def test_another_norm_of_one_matrix_is_another_number():
    # At rank one all of them are one number, which is exact; at rank three they are not.
    alike = {"Y": fmpq_mat(3, 1, [1, 2, 2]) * fmpq_mat(1, 3, [1, 2, 5]), **SIZES}
    assert truth(equal(spectral(Y), nuclear(Y)), **alike) is True
    apart = {"Y": HEPTAGON, **SIZES}
    assert truth(equal(spectral(Y), nuclear(Y)), **apart) is False
    assert truth(at_most(frobenius(Y), spectral(Y)), **apart) is False


def test_norms_that_differ_by_less_than_any_precision_allowed_are_not_one_number():
    # All singular values but the largest are of the order 10^-1400.
    thin = fmpq(1, 10**1400)
    values = {"Y": fmpq_mat(3, 3, [1, 0, 0, 0, thin, 0, 0, 0, thin]) * HEPTAGON, "digits": 130, **SIZES}
    assert truth(at_most(nuclear(Y), spectral(Y)), **values) is None
    assert truth(at_most(nuclear(Y), nuclear(Y)), **values) is True


def test_a_matrix_of_another_shape_is_another_matrix():
    wide = matrix("W", n, n + 1)
    padded = [[*row, 0] for row in HEPTAGON.tolist()]
    values = {"W": fmpq_mat(padded), "Y": HEPTAGON, **SIZES}
    assert truth(at_most(nuclear(wide), nuclear(Y)), **values) is None


def test_matrices_of_balls_are_not_taken_for_equal():
    # (√2 + √3)·A is enclosed entry by entry, so that its Frobenius norm has no exact part to compare.
    factor = sqrt(p) + sqrt(p + 1)
    values = {"Y": HEPTAGON, "Z": HEPTAGON, "p": fmpq(2), **SIZES}
    assert truth(at_most(frobenius(factor * Y), frobenius(factor * Z)), **values) is None
    assert truth(at_most(factor * frobenius(Y), factor * frobenius(Z)), **values) is True


def test_a_claim_of_equality_of_one_expression_holds_and_of_almost_equal_parts_is_refuted():
    values = {"X": INVERTIBLE, "Y": HEPTAGON, "Z": beside(60), **SIZES}
    claims = [
        Holds(equal(nuclear(X * pinv(X) * Y), nuclear(Y)), name="same"),
        Holds(equal(nuclear(Z), nuclear(Y)), name="beside"),
        Holds(equal(rank(Z), rank(Y)), name="ranks"),
    ]
    verdicts = {name: o.verdict for name, o in decide(Theorem(title="t", claims=claims), [], data=values).items()}
    assert verdicts == {"same": "holds", "beside": "refuted", "ranks": "holds"}


UNDEFINED = sqrt(sqrt(norm(y) + 2) + sqrt(norm(y) + 3) - 10)


@pytest.mark.parametrize("relation", [equal, at_most])
def test_a_number_that_does_not_exist_is_not_equal_to_itself(relation):
    assert truth(relation(UNDEFINED, UNDEFINED), n=2, y=fmpq_mat(2, 1, [9, 12])) is not True


BEFORE, BEHIND = {"p": fmpq(1), "q": fmpq(2)}, {"p": fmpq(2), "q": fmpq(1)}
ROOTS = nuclear(X) + spectral(X)


@pytest.mark.parametrize(("values", "expected"), [(BEFORE, True), (BEHIND, False)])
def test_summands_that_two_sums_share_are_left_out(values, expected):
    # The sum of singular values is a ball; 1 + 10^-9999 and 1 lie in one at every precision that is tried.
    near = {**SIZES, "X": HEPTAGON, "p": fmpq(1), "q": fmpq(1) + fmpq(1, 10**9999) * (1 if expected else -1)}
    for data in ({**SIZES, "X": HEPTAGON, **values}, near):
        assert truth(at_most(ROOTS + p, ROOTS + q), **data) is expected
        assert truth(less(ROOTS + p, ROOTS + q), **data) is expected
    same = {**SIZES, "X": HEPTAGON, "p": fmpq(3), "q": fmpq(3)}
    assert truth(at_most(ROOTS + p, ROOTS + q), **same) is True
    assert truth(less(ROOTS + p, ROOTS + q), **same) is False


@pytest.mark.parametrize("values", [BEFORE, BEHIND])
def test_infinite_summands_are_not_left_out(values):
    slope, bias = scalar("u"), scalar("b")
    neuron = dot(y, relu(slope * z + bias * ones(n)))
    unbounded = supremum(absolute(neuron), over=[slope, bias], subject_to=[at_most(absolute(slope), 1)])
    data = {"n": 1, "y": fmpq_mat(1, 1, [1]), "z": fmpq_mat(1, 1, [1]), **values}
    for relate in (at_most, less, equal):
        assert truth(relate(unbounded + p, unbounded + q), **data) is None
