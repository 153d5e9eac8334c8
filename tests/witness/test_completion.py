"""Other feasible points: what is drawn anew, what is solved for, and when neither is tried."""

import random

from flint import fmpq, fmpq_mat

from checker.kernel.evaluate import Machine
from checker.witness import completion
from checker.witness.completion import completions, perturbed
from theorems.two_layer_linear import strong_duality
from theorems.two_layer_relu import spline


def of(theorem, data, own):
    machine = Machine(theorem.program)
    problem = machine.program["problems"][machine.program["pairs"][0]["primal"]]
    return completions(machine, problem, data, own, random.Random(1))


def column(*entries):
    return fmpq_mat(len(entries), 1, list(entries))


def test_the_output_layer_is_solved_for_after_the_hidden_layer_is_drawn():
    X, y = fmpq_mat(2, 2, [1, 2, 0, 1]), column(3, 1)
    own = {"W_1": fmpq_mat(2, 3, [1, 0, 0, 1, 0, 0]), "w_2": column(1, 0, 0)}
    found = of(strong_duality, {"n": 2, "d": 2, "m": 3, "X": X, "y": y}, own)
    assert found
    assert all(X * point["W_1"] * point["w_2"] == y and point["W_1"] != own["W_1"] for point in found)


def test_nothing_is_drawn_where_one_number_would_have_to_satisfy_many_equations(monkeypatch):
    """The layers of a network with 40 neurons are too large to be solved for, which leaves the output's bias."""
    size, evaluated = 40, []
    right = completion.Evaluation
    monkeypatch.setattr(completion, "Evaluation", lambda *given: evaluated.append(given) or right(*given))
    x, zero = column(*range(size)), fmpq_mat(size, 1)
    own = {"w": zero, "b": zero, "v": zero, "b_0": fmpq(0)}
    assert of(spline, {"n": size, "m": size, "x": x, "y": x}, own) == []
    assert len(evaluated) == 1


def test_what_is_perturbed_is_another():
    """A number that is as good as drawn from 19 must not be the one that changes nothing."""
    source, given = random.Random(0), [fmpq(2), column(0)]
    for _ in range(200):
        number, vector = perturbed(given, fmpq(1, 1000), source)
        assert 0 < abs(number - 2) <= fmpq(1, 1000)
        assert vector[0, 0] != 0
