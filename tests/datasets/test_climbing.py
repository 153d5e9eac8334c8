"""Small steps lead to data that violate a wrong inequality, and they keep to the assumptions."""

from checker.datasets.climbing import climbed
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from checker.kernel.evaluate import Machine
from checker.statement import (
    Holds,
    Let,
    Nonnegative,
    Theorem,
    at_most,
    dimensions,
    dot,
    equal,
    frobenius,
    less,
    matrix,
    norm,
    norm1,
    spectral,
    vector,
)

n, d = dimensions("n d")
A, B, C, x = matrix("A", n, d), matrix("B", n, d), matrix("C", n, d), vector("x", n)


def drawn(theorem):
    return draw_datasets(theorem, 24, 0, lambda dataset: not Engine(theorem).inapplicable(dataset)).datasets


def found(theorem, steps=300):
    return climbed(theorem, Machine(theorem.program), drawn(theorem), 0, steps)


def verdicts(theorem, datasets):
    engine = Engine(theorem)
    return {engine.decide(dataset).verdict for dataset in datasets}


def test_a_wrong_inequality_that_drawn_data_satisfy_is_refuted():
    wrong = Theorem(title="Another norm", claims=[at_most(-dot(A, B), spectral(A) * frobenius(B))])
    assert verdicts(wrong, drawn(wrong)) == {"holds"}
    assert "refuted" in verdicts(wrong, found(wrong))


def test_a_right_inequality_stays_right():
    right = Theorem(title="Cauchy–Schwarz", claims=[at_most(dot(A, B), frobenius(A) * frobenius(B))])
    assert verdicts(right, found(right, steps=60)) == {"holds"}


def test_what_is_built_of_the_data_and_what_is_assumed_of_them_stay_so():
    claim = Holds(at_most(norm(x), norm1(x)), name="norms", when=[less(1, norm1(x))])
    theorem = Theorem(title="Norms", given=[Nonnegative(x), Let(C, A + B)], claims=[claim, equal(C, A + B)])
    engine, closest = Engine(theorem), found(theorem, steps=40)
    assert closest
    assert not any(engine.inapplicable(dataset) for dataset in closest)
    assert verdicts(theorem, closest) == {"holds"}


def test_the_same_seed_gives_the_same_data():
    theorem = Theorem(title="Norms", claims=[at_most(norm(x), norm1(x))])
    assert [d.digest for d in found(theorem, steps=20)] == [d.digest for d in found(theorem, steps=20)]


def test_equations_are_left_alone():
    assert found(Theorem(title="Equation", claims=[equal(norm(x) ** 2, dot(x, x))])) == []
