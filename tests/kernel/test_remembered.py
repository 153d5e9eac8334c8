"""What is remembered for equal values is kept apart by relation, by digits and by values."""

from flint import fmpq, fmpq_mat, fmpz

from checker.kernel.case import Case
from checker.kernel.decide import decide
from checker.kernel.evaluate import Machine
from checker.statement import Holds, Theorem, at_most, dimension, equal, less, matrix, nuclear, scalar

n = dimension("n")
A, a, b = matrix("A", n, n), scalar("a"), scalar("b")
# Its singular values are 2·cos(kπ/7), k = 1, 2, 3: balls enclose their sum.
HEPTAGON = fmpq_mat(3, 3, [1, 1, 0, 0, 1, 1, 0, 0, 1])


def verdicts(machine, data, digits=50):
    return {name: outcome.verdict for name, outcome in decide(Case(machine, data, [{}], digits)).items()}


def test_relations_between_the_same_sides_are_decided_each():
    relations = {"at-most": at_most(a, b), "less": less(a, b), "equal": equal(a, b)}
    machine = Machine(Theorem(title="t", claims=[Holds(r, name=name) for name, r in relations.items()]).program)
    found = verdicts(machine, {"a": fmpq(1), "b": fmpq(1)})
    assert found == {"at-most": "holds", "less": "refuted", "equal": "holds"}


def test_more_digits_are_asked_for_anew():
    machine = Machine(Theorem(title="t", claims=[Holds(equal(a * nuclear(A), b * nuclear(A)), name="claim")]).program)
    data = {"n": 3, "A": HEPTAGON, "a": 1 + fmpq(1, fmpz(10) ** 80), "b": fmpq(1)}
    found = [verdicts(machine, data, digits)["claim"] for digits in (20, 100, 20)]
    assert found == ["holds", "refuted", "holds"]


def test_values_of_one_place_in_memory_are_told_apart():
    machine = Machine(Theorem(title="t", claims=[Holds(equal(a, 1), name="claim")]).program)
    # Each number is made, decided and dropped before the next one, which may come to lie where it lay.
    found = [verdicts(machine, {"a": fmpq(k % 2)})["claim"] for k in range(50)]
    assert found == ["refuted", "holds"] * 25
