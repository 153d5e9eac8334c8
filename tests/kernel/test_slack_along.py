"""A slack along a matrix: what a bound of a spectral norm, or of a larger one, gives, and what does not."""

import pytest
from flint import fmpq_mat

from checker.statement import (
    GapIdentity,
    Maximize,
    Positive,
    Rational,
    Residual,
    Slack,
    StatementError,
    Theorem,
    WeakDuality,
    at_most,
    dot,
    equal,
    frobenius,
    longest_column,
    norm,
    nuclear,
    scalar,
    schatten,
    spectral,
)
from tests.kernel.theorems import decide
from theorems.two_layer_linear import (
    W1,
    W2,
    Lam,
    X,
    Y,
    dual,
    fits,
    gap,
    half,
    in_spectral_ball,
    interpolates,
    lam,
    primal,
    vector_dual,
    vector_gap,
    vector_output_regularized,
    vector_primal,
    w2,
    y,
)

Z, beta = X.T * Lam, scalar("beta")
I2 = fmpq_mat(2, 2, [1, 0, 0, 1])
DATA = {"n": 2, "d": 2, "m": 2, "K": 2, "X": I2, "Y": I2}
POINT = {"W_1": I2, "W_2": I2, "Lambda": I2}


def vectors(relation=in_spectral_ball, along=W2, multiplier=half, *, square=None, used=None) -> Theorem:
    """Two layers with several outputs, whose dual is constrained by a relation, and a gap identity that uses it."""
    slack = Slack(multiplier, relation if used is None else used, along=along)
    identity = GapIdentity(
        squares=((half, W1 - Z * W2.T if square is None else square),),
        slacks=(slack,),
        residuals=(Residual(Lam, fits),),
    )
    constrained = Maximize(vector_dual.objective, over=[Lam], subject_to=[relation])
    return Theorem(title="t", claims=[WeakDuality(vector_primal, constrained, by=identity)])


def weak(theorem, **data):
    return decide(theorem, [POINT], data=DATA | data)["weak-duality"]


def test_a_bound_of_the_spectral_norm_gives_the_slack():
    outcome = weak(vectors())
    assert (outcome.verdict, outcome.evidence) == ("holds", "identity")
    claims = [WeakDuality(vector_primal, vector_dual, by=vector_gap)]
    assert weak(Theorem(title="t", claims=claims)).evidence == "identity"


def test_a_bound_of_a_larger_norm_gives_it_as_well():
    assert weak(vectors(at_most(frobenius(Z), 1))).evidence == "identity"


@pytest.mark.parametrize("norm_of", [norm, frobenius, spectral])
def test_for_a_column_the_three_norms_are_one(norm_of):
    ball = at_most(norm_of(X.T * lam), 1)
    identity = GapIdentity(gap.squares, (Slack(half, ball, along=w2),), (Residual(lam, interpolates),))
    constrained = Maximize(dual.objective, over=[lam], subject_to=[ball])
    theorem = Theorem(title="t", claims=[WeakDuality(primal, constrained, by=identity)])
    data = {"n": 2, "d": 2, "m": 2, "X": I2, "y": fmpq_mat(2, 1, [1, 0])}
    assert decide(theorem, [], data=data)["weak-duality"].evidence == "identity"


SMALLER = {
    "nuclear": nuclear(Z),
    "longest column": longest_column(Z),
}


@pytest.mark.parametrize("name", SMALLER)
def test_a_bound_of_another_norm_gives_no_slack(name):
    outcome = weak(vectors(at_most(SMALLER[name], 1)))
    assert outcome.verdict == "undecided"
    assert "not one of a spectral, Frobenius or Euclidean norm" in outcome.reason


@pytest.mark.parametrize(
    "left", [schatten(Z, 1), spectral(Z) ** 2, 2 * spectral(Z)], ids=["schatten", "square", "twice"]
)
def test_what_is_no_norm_of_a_matrix_is_refused(left):
    with pytest.raises(StatementError, match="no bound of a norm"):
        vectors(at_most(left, 1))


@pytest.mark.parametrize("radius", [2, half, Rational(1001, 1000)])
def test_a_wrong_radius_is_a_flaw(radius):
    outcome = weak(vectors(at_most(spectral(Z), radius)))
    assert outcome.verdict == "undecided"
    assert "the gap identity fails" in outcome.reason


def test_a_radius_that_may_be_negative_is_a_flaw():
    assert "visibly nonnegative" in weak(vectors(at_most(spectral(Z), beta)), beta=1).reason


def test_a_multiplier_that_may_be_negative_is_a_flaw():
    assert "visibly nonnegative" in weak(vectors(multiplier=-half)).reason
    assert "visibly nonnegative" in weak(vectors(multiplier=dot(Lam, Y))).reason


def test_a_wrong_multiplier_or_square_is_a_flaw():
    for wrong in (vectors(multiplier=1), vectors(square=W1 + Z * W2.T), vectors(along=2 * W2)):
        assert "the gap identity fails" in weak(wrong).reason


def test_a_wrong_matrix_of_the_right_shape_is_a_flaw():
    for along in (Y, W2 * Y.T * Y):
        assert "the gap identity fails" in weak(vectors(along=along)).reason


def test_a_bound_that_is_no_constraint_of_the_pair_is_a_flaw():
    outcome = weak(vectors(at_most(spectral(Z), 2), used=in_spectral_ball))
    assert outcome.verdict == "undecided"
    assert "is not a constraint of the pair" in outcome.reason


def test_an_equation_is_no_bound():
    outcome = weak(vectors(used=equal(spectral(Z), 1)))
    assert "is not a constraint of the pair" in outcome.reason


CROOKED = {"transposed": W2.T, "a number": half, "a norm": norm(y)}


@pytest.mark.parametrize("name", CROOKED)
def test_a_matrix_that_does_not_fit_is_refused(name):
    with pytest.raises(StatementError):
        vectors(along=CROOKED[name])


def test_the_library_s_regularised_identity_needs_its_positive_beta():
    claim = vector_output_regularized.claims[0]
    for assumptions, verdict in (([Positive(beta)], "holds"), ([], "undecided")):
        theorem = Theorem(title="t", given=assumptions, claims=[claim])
        assert decide(theorem, [POINT], data=DATA | {"beta": 1})["weak-duality"].verdict == verdict
