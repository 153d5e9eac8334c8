"""One statement of a deep network is typeset, evaluated and mutated at every depth."""

import random
from fractions import Fraction
from itertools import pairwise
from xml.dom import minidom

import pytest
from flint import fmpq, fmpq_mat
from sympy import Integer

import checker
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable
from checker.kernel.program import FORMAT, digest
from checker.statement import StatementError, frobenius, norm, norm1, nuclear, relu
from checker.statement.compiler import Compiler
from checker.statement.mathml import mathml
from checker.statement.shapes import shape_of
from checker.statement.text import text
from tests.statement import deep
from tests.statement.deep import H, L, W, X, cost, l, linear_output, relu_output, u

DEPTHS = [2, 3, 20]
OUTPUTS = {"linear": linear_output, "relu": relu_output}


def compiled(*expressions):
    compiler = Compiler()
    slots = [compiler.expression(expression) for expression in expressions]
    program = {"format": FORMAT, "code": compiler.code, "symbols": compiler.symbols, "problems": compiler.problems}
    return program, slots


def evaluated(expression, values):
    program, (slot,) = compiled(expression)
    return Evaluation(Machine(program), values)[slot]


def exact(rows):
    return fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])


def rational(value):
    return Fraction(int(value.p), int(value.q))


def as_rows(matrix):
    return [[rational(matrix[i, j]) for j in range(matrix.ncols())] for i in range(matrix.nrows())]


def multiplied(left, right):
    return [
        [sum((row[k] * right[k][j] for k in range(len(right))), start=Fraction(0)) for j in range(len(right[0]))]
        for row in left
    ]


def random_network(depth, seed):
    """X as rows, and the layers as rows, of widths 1 to 3."""
    source = random.Random(seed)
    widths = [source.randint(1, 3) for _ in range(depth)] + [1]

    def drawn(rows, columns):
        return [[Fraction(source.randint(-3, 3), source.randint(1, 3)) for _ in range(columns)] for _ in range(rows)]

    return drawn(source.randint(1, 3), widths[0]), [drawn(rows, columns) for rows, columns in pairwise(widths)]


def forward(inputs, layers, rectified):
    hidden = inputs
    for position, weights in enumerate(layers):
        hidden = multiplied(hidden, weights)
        if rectified and position < len(layers) - 1:
            hidden = [[max(entry, Fraction(0)) for entry in row] for row in hidden]
    return hidden


def values_of(inputs, layers):
    return {
        "X": exact(inputs), "W": [exact(weights) for weights in layers],
        "L": len(layers), "n": len(inputs), "d": len(inputs[0]),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("kind", OUTPUTS)
def test_a_network_of_any_depth_is_evaluated_exactly(kind, depth, seed):
    inputs, layers = random_network(depth, seed)
    output = evaluated(OUTPUTS[kind], values_of(inputs, layers))
    assert as_rows(output) == forward(inputs, layers, kind == "relu")


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_cost_of_a_network_is_half_the_sum_of_squares(depth):
    inputs, layers = random_network(depth, depth)
    squares = sum((entry**2 for weights in layers for row in weights for entry in row), start=Fraction(0))
    assert rational(evaluated(cost, values_of(inputs, layers))) == squares / 2


@pytest.mark.parametrize("alpha_sign", [1, -1])
@pytest.mark.parametrize("t", [Fraction(3, 2), Fraction(2, 7)])
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_closed_form_network_fits_and_costs_what_the_theorem_says(depth, t, alpha_sign):
    a, c = [Fraction(3), Fraction(4)], [Fraction(2), Fraction(0), Fraction(5, 3)]
    unit = [Fraction(3, 5), Fraction(4, 5)]
    alpha = alpha_sign * t**depth * 5
    inputs = [[x * y for y in a] for x in c]
    layers = [[[t * v * phi for phi in unit] for v in unit]]
    layers += [[[t * v * phi for phi in unit] for v in unit] for _ in range(depth - 2)]
    layers += [[[alpha_sign * t * phi] for phi in unit]]
    values = values_of(inputs, layers) | {
        "c": exact([[entry] for entry in c]), "a": exact([[entry] for entry in a]),
        "alpha": fmpq(alpha.numerator, alpha.denominator), "y": exact([[alpha * entry] for entry in c]),
    }  # fmt: skip
    assert evaluated(relu_output, values) == values["y"]
    assert evaluated(linear_output, values) == values["y"]
    claimed = deep.deep_relu.claims[2].value
    assert rational(evaluated(cost, values)) == depth * t**2 / 2
    assert evaluated(cost, values) == evaluated(claimed, values)
    assert evaluated(cost, values) == evaluated(deep.deep_linear.claims[2].value, values)


def test_a_constant_depth_is_the_same_statement_at_that_depth():
    inputs, layers = random_network(3, 1)
    values = values_of(inputs, layers)
    at_three = relu_output.xreplace({L: Integer(3)})
    assert shape_of(at_three) == shape_of(relu_output)
    assert evaluated(at_three, values) == evaluated(relu_output, values)


@pytest.mark.parametrize("depth", [None, *DEPTHS])
@pytest.mark.parametrize("name", ["linear_primal", "linear_dual", "relu_primal", "relu_dual"])
def test_a_deep_problem_is_typeset(name, depth):
    problem = getattr(deep, name)
    problem = problem if depth is None else problem.xreplace({L: Integer(depth)})
    shape_of(problem)
    line, page = text(problem), mathml(problem)
    minidom.parseString(page)
    expected = {
        "primal": ["min over W[1…", "X W[1]⋯" if name == "linear_primal" else "fold[H := X; H := ", "‖W[l]‖_F²"],
        "dual": ["min over t", "max over λ of λᵀy"],
    }
    for part in expected[name.partition("_")[2]]:
        assert part in line
    assert ("₊" in line) == name.startswith("relu")
    assert ("sup[u, ‖u‖₂ ≤ 1] |λᵀ(X u)₊|" in line) == (name == "relu_dual")
    assert ("<mi>sup</mi>" in page) == (name == "relu_dual")
    assert ("∑" in page) == name.endswith("primal")


MUTATIONS = {
    "without the rectifier": (relu_output, {relu(H * W[l]): H * W[l]}),
    "with the whole network rectified": (relu_output, {relu_output: relu(relu_output)}),
    "one layer less": (linear_output, {L: L - 1}),
    "a cube for the square": (cost, {frobenius(W[l]) ** 2: frobenius(W[l]) ** 3}),
    "another norm": (cost, {frobenius(W[l]): nuclear(W[l])}),
    "another factor": (cost, {cost: cost * 2}),
    "another exponent": (deep.deep_relu.claims[2].value, {2 / L: 1 / L}),
    "without the absolute value": (deep.deep_relu.claims[2].value, {deep.absolute(deep.alpha): deep.alpha}),
}


def differ(before, after):
    rng = random.Random(5)
    for seed in range(20):
        depth = 2 + seed % 3
        inputs, layers = random_network(depth, seed)
        values = values_of(inputs, layers) | {
            "alpha": fmpq(rng.randint(-9, 9)),
            "a": exact([[Fraction(rng.randint(1, 5))] for _ in inputs[0]]),
        }
        sides = []
        for expression in (before, after):
            try:
                sides.append(evaluated(expression, values))
            except Undecidable as error:
                sides.append(str(error))
        if type(sides[0]) is not type(sides[1]) or sides[0] != sides[1]:
            return True
    return False


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutant_has_a_shape_another_digest_and_another_value(name):
    before, change = MUTATIONS[name]
    after = before.xreplace(change)
    assert after != before
    if name != "one layer less":
        assert shape_of(after) == shape_of(before)
    assert digest(compiled(before)[0]["code"]) != digest(compiled(after)[0]["code"])
    assert differ(before, after)


@pytest.mark.parametrize(
    "change",
    [
        {W[l]: W[l].T}, {W[l]: W[l + 1]}, {H * W[l]: W[l]}, {X: X.T}, {relu(H * W[l]): relu(H * W[l]).T},
        {H: deep.matrix("H", deep.n, W.width(l))},
    ],
    ids=str,
)  # fmt: skip
def test_a_mutant_whose_layers_do_not_chain_is_refused(change):
    with pytest.raises(StatementError, match="shapes do not fit"):
        shape_of(relu_output.xreplace(change))


def test_the_largest_neuron_is_a_number_and_a_mutant_of_it_is_not():
    values = {"X": fmpq_mat([[3, 4], [-6, -8]]), "lambda": fmpq_mat([[2], [-3]]), "n": 2, "d": 2}
    assert evaluated(deep.largest_neuron, values) == 30
    mutant = deep.largest_neuron.xreplace({norm(u): norm1(u)})
    with pytest.raises(Undecidable, match="no reduction matches"):
        evaluated(mutant, values)


@pytest.mark.parametrize("theorem", [deep.deep_linear, deep.deep_relu], ids=lambda theorem: theorem.title)
def test_a_deep_theorem_without_a_witness_is_undecided_at_every_depth(theorem):
    result = checker.verify(theorem, cases=24, digits=20)
    assert {claim.claim: claim.verdict for claim in result.claims} == {
        "weak-duality": "undecided", "strong-duality": "undecided", "optimal-value": "undecided",
    }  # fmt: skip
    assert all(claim.reason for claim in result.claims)
    depths = {record.sizes["L"] for record in result.datasets}
    assert len(result.datasets) == 24
    assert depths <= set(range(2, 9))
    assert len(depths) > 2


@pytest.mark.parametrize(("t", "dual"), [(fmpq(1), fmpq(100)), (fmpq(1), fmpq(1, 7))])
def test_a_point_of_a_nested_optimum_bounds_nothing(t, dual):
    def propose(data):
        sizes = [data["d"], *[1] * (data["L"] - 1), 1]
        layers = [fmpq_mat(rows, columns) for rows, columns in pairwise(sizes)]
        return {"W": layers, "t": t, "lambda": fmpq_mat(data["n"], 1, [dual] * data["n"])}

    theorem = deep.Theorem(
        title="With a witness", given=deep.deep_linear.given, claims=deep.deep_linear.claims, witness=propose
    )
    result = checker.verify(theorem, data={"X": [[1]], "y": [0]}, settings={"L": 3}, digits=20)
    assert result.verdict == "undecided"
