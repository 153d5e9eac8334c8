"""Datasets are drawn from the assumptions: distinct, applicable, of every stratum, and the same for the same seed."""

import json
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from flint import arb, ctx, fmpq, fmpq_mat
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.internal.conjecture import providers

from checker.datasets.drawing import datasets, draw_datasets, no_constants_of_local_files, shrink
from checker.datasets.strata import STRATA, strata_of
from checker.engine import Engine
from checker.kernel import matrices
from checker.kernel.matrices import identity, least_norm
from checker.kernel.numbers import ball
from checker.statement import (
    DistinctSorted,
    Holds,
    InRange,
    Integral,
    Let,
    Nonnegative,
    Nonzero,
    Positive,
    SizeAtMost,
    Theorem,
    Whitened,
    at_least,
    dimension,
    dimensions,
    family,
    frobenius,
    matrix,
    norm,
    scalar,
    total,
    vector,
)
from tests.statement.deep import deep_linear, deep_relu
from theorems.two_layer_linear import off_range, regularized, strong_duality

ROOT = Path(__file__).parents[2]
LIBRARY = {"strong duality": strong_duality, "off range": off_range, "regularised": regularized}

n, d, k, L = dimensions("n d k L")
l = dimension("l")  # noqa: E741 - the layer
X, x, c, a, y = matrix("X", n, d), vector("x", n), vector("c", n), vector("a", d), vector("y", n)
beta = scalar("beta")


def drawn(theorem, cases=40, seed=0):
    engine = Engine(theorem)
    return draw_datasets(theorem, cases, seed, lambda dataset: not engine.inapplicable(dataset))


def stated(*given_, about=None):
    return Theorem(title="A theorem", claims=[Holds(at_least(norm(y) if about is None else about, 0))], given=given_)


@pytest.fixture(scope="module", params=LIBRARY)
def hundred(request):
    return LIBRARY[request.param], drawn(LIBRARY[request.param], 100)


def test_a_hundred_distinct_applicable_datasets_are_drawn(hundred):
    theorem, result = hundred
    engine = Engine(theorem)
    assert len(result.datasets) == 100
    assert len({dataset.digest for dataset in result.datasets}) == 100
    assert all(engine.inapplicable(dataset) == "" for dataset in result.datasets)


def test_every_stratum_is_represented(hundred):
    theorem, result = hundred
    counts = Counter(dataset.label for dataset in result.datasets)
    expected = {stratum.name for stratum in strata_of(theorem)}
    if theorem is off_range:
        # A zero target lies in every range, and a wide matrix of full rank has every target in its range.
        expected -= {"zero target"}
    assert expected - {"wide", "square", "fractions", "53-bit"} <= set(counts)
    if theorem is not off_range:
        assert set(counts) == expected
        assert min(counts.values()) >= 100 // (len(expected) + 1)


def test_the_strata_are_what_they_are_called(hundred):
    _, result = hundred
    for dataset in result.datasets:
        rows, columns = dataset["X"].nrows(), dataset["X"].ncols()
        match dataset.label:
            case "tall":
                assert rows > columns
            case "wide":
                assert rows < columns
            case "square":
                assert rows == columns
            case "rank-deficient":
                assert matrices.rank(dataset["X"]) < min(rows, columns)
            case "zero target":
                assert matrices.is_zero(dataset["y"])


def test_sizes_vary_and_few_draws_are_rejected(hundred):
    theorem, result = hundred
    assert sum(min(dataset["n"], dataset["d"]) == 1 for dataset in result.datasets) < 50
    if theorem is not off_range:
        assert result.inapplicable == 0


def test_the_targets_lie_in_the_range_by_construction():
    for stratum in strata_of(strong_duality):

        @settings(max_examples=15, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(datasets(strong_duality, stratum))
        def check(dataset):
            assert dataset["X"] * least_norm(dataset["X"], dataset["y"]) == dataset["y"]

        check()


def test_the_boundary_is_hit_and_nearly_hit():
    exact = near = below = above = 0
    for dataset in drawn(regularized, 200).datasets:
        if not dataset.label.startswith("boundary"):
            continue
        gradient = dataset["X"].transpose() * dataset["y"]
        square = (gradient.transpose() * gradient)[0, 0]
        exact += square == dataset["beta"] ** 2
        with ctx.workprec(512):
            distance = abs(ball(dataset["beta"]) / arb(square).sqrt() - 1) if square else arb(1)
        close = bool(distance < arb("1e-11")) and square != dataset["beta"] ** 2
        near += close
        below += close and dataset["beta"] ** 2 < square
        above += close and dataset["beta"] ** 2 > square
    assert min(exact, near, below, above) >= 1


def test_each_of_several_boundaries_is_hit():
    y, beta = vector("y", dimension("n")), scalar("beta")
    claim, boundaries = at_least(norm(y) ** 2 + beta**2, 0), {beta: (norm(y), 2 * norm(y))}
    several = Theorem(title="Two regimes", claims=[claim], boundaries=boundaries)
    ratios = set()
    for dataset in drawn(several, 40).datasets:
        square = sum((entry**2 for entry in dataset["y"].entries()), start=fmpq(0))
        if square and dataset.label.startswith("boundary"):
            ratios.add(dataset["beta"] ** 2 / square)
    assert {fmpq(1), fmpq(4)} <= ratios


SCRIPT = """
import json, sys
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from theorems.two_layer_linear import off_range, regularized, strong_duality
seed = int(sys.argv[1])
digests = []
for theorem in (strong_duality, off_range, regularized):
    engine = Engine(theorem)
    found = draw_datasets(theorem, 30, seed, lambda dataset: not engine.inapplicable(dataset))
    digests += [dataset.digest for dataset in found.datasets]
print(json.dumps(digests))
"""


def digests_elsewhere(tmp_path, seed, script=SCRIPT, **environment):
    """Digests drawn by another process, in a folder of its own with a local file full of constants."""
    base = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONHASHSEED")}
    output = subprocess.run(
        [sys.executable, "-c", script, str(seed)], capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**base, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}", **environment},
    ).stdout  # fmt: skip
    return json.loads(output)


def test_equal_seeds_give_equal_datasets_in_every_process(tmp_path):
    (tmp_path / "constants.py").write_text("NUMBERS = [2, 3, 7, 8, 123, 98, 45, -77, -8, -7, 6, -5, 11, 13]\n")
    first = digests_elsewhere(tmp_path, 0, PYTHONHASHSEED="1")
    second = digests_elsewhere(tmp_path, 0, "import constants\n" + SCRIPT, PYTHONHASHSEED="77", CI="1")
    here = [dataset.digest for theorem in LIBRARY.values() for dataset in drawn(theorem, 30).datasets]
    assert len(first) == 90
    assert first == second == here


def test_different_seeds_give_different_datasets():
    first, second = ({dataset.digest for dataset in drawn(strong_duality, 40, seed).datasets} for seed in (0, 1))
    assert len(first & second) < 20


def test_the_constants_of_local_files_are_switched_off_and_on_again():
    before = providers._get_local_constants
    with no_constants_of_local_files():
        assert providers._get_local_constants is not before
        assert not any(providers._get_local_constants().set_for_type(kind) for kind in ("integer", "float", "string"))
    assert providers._get_local_constants is before
    with pytest.raises(ZeroDivisionError), no_constants_of_local_files():
        raise ZeroDivisionError
    assert providers._get_local_constants is before


def test_whitened_inputs_are_whitened_and_wide_enough():
    result = drawn(stated(Whitened(X), InRange(y, X)))
    assert len(result.datasets) == 40
    assert result.inapplicable == 0
    for dataset in result.datasets:
        assert dataset["X"] * dataset["X"].transpose() == identity(dataset["n"])
        assert dataset["n"] <= dataset["d"]
    assert any(dataset["n"] > 1 for dataset in result.datasets)
    assert not {dataset.label for dataset in result.datasets} & {"rank-deficient", "ill-conditioned"}


@pytest.mark.parametrize("assumptions", [[DistinctSorted(x)], [DistinctSorted(x), Nonnegative(x)]], ids=len)
def test_sorted_points_are_sorted(assumptions):
    result = drawn(stated(*assumptions, about=norm(x)))
    assert len(result.datasets) == 40
    assert result.inapplicable == 0
    for dataset in result.datasets:
        assert all(left < right for left, right in pairwise(dataset["x"].entries()))
        assert len(assumptions) == 1 or min(dataset["x"].entries()) >= 0
    assert max(dataset["n"] for dataset in result.datasets) >= 3


def test_domains_hold_by_construction_alone_and_together():
    given_ = [Nonnegative(c), Nonzero(c), Nonzero(a), Let(X, c * a.T), Positive(beta), Integral(y), Nonzero(y)]
    result = drawn(stated(*given_, about=frobenius(X) + beta * norm(y)))
    assert len(result.datasets) == 40
    assert result.inapplicable == 0
    for dataset in result.datasets:
        assert min(dataset["c"].entries()) >= 0
        assert not any(matrices.is_zero(dataset[name]) for name in ("c", "a", "y"))
        assert dataset["X"] == dataset["c"] * dataset["a"].transpose()
        assert dataset["beta"] > 0
        assert all(entry.q == 1 for entry in dataset["y"].entries())


def test_a_nonzero_input_is_still_drawn_from_every_stratum():
    result = drawn(stated(Nonzero(X), InRange(y, X)), 60)
    assert {dataset.label for dataset in result.datasets} == {s.name for s in STRATA if not (s.boundary or s.units)}
    assert result.inapplicable == 0


def test_bounds_between_sizes_are_drawn_jointly():
    given_ = [SizeAtMost(n, d), SizeAtMost(d, k), SizeAtMost(2, n), SizeAtMost(k, 3)]
    result = drawn(stated(*given_, about=frobenius(X) + norm(vector("v", k))), 20)
    assert len(result.datasets) == 20
    assert all(2 <= dataset["n"] <= dataset["d"] <= dataset["k"] <= 3 for dataset in result.datasets)
    assert result.inapplicable == 0


def test_layers_that_are_data_are_drawn_with_their_depth():
    W = family("W", depth=L, inputs=d)
    result = drawn(stated(about=total(frobenius(W[l]) ** 2, l, 1, L)), 30)
    assert len(result.datasets) == 30
    for dataset in result.datasets:
        layers = dataset["W"]
        assert len(layers) == dataset["L"] >= 2
        assert layers[0].nrows() == dataset["d"]
        assert layers[-1].ncols() == 1
        assert all(left.ncols() == right.nrows() for left, right in pairwise(layers))


def test_some_layers_that_are_data_are_multiples_of_unit_matrices():
    W = family("W", depth=L, inputs=d)
    result = drawn(stated(about=total(frobenius(W[l]) ** 2, l, 1, L)), 30)

    def diagonal(layer):
        return all((layer[i, j] == layer[0, 0]) if i == j else layer[i, j] == 0
                   for i in range(layer.nrows()) for j in range(layer.ncols()))  # fmt: skip

    assert 0 < sum(all(map(diagonal, dataset["W"])) for dataset in result.datasets) < 30


@pytest.mark.parametrize("theorem", [deep_linear, deep_relu], ids=["linear", "relu"])
def test_the_depth_of_a_network_is_drawn_from_two_to_eight(theorem):
    result = drawn(theorem, 100)
    assert len(result.datasets) == 100
    assert result.inapplicable == 0
    assert {dataset["L"] for dataset in result.datasets} == set(range(2, 9))


def test_a_constructed_value_that_is_irrational_or_undefined_is_rejected():
    result = drawn(stated(Let(y, x / norm(x))), 10)
    assert result.datasets
    assert all(isinstance(dataset["y"], fmpq_mat) for dataset in result.datasets)


def test_a_symbol_named_like_a_norm_is_drawn_as_what_it_is():
    two = vector("two", n)
    dataset = drawn(stated(about=norm(y) + norm(two)), 1).datasets[0]
    assert isinstance(dataset["two"], fmpq_mat)


def test_latents_do_not_clash_with_the_symbols_of_the_author():
    W_y = vector("W_y", k)
    result = drawn(stated(InRange(y, X), about=norm(W_y)), 20)
    assert len(result.datasets) == 20
    assert all(dataset["W_y"].nrows() == dataset["k"] for dataset in result.datasets)
    assert all(set(dataset.values) == {"X", "y", "W_y", "n", "d", "k"} for dataset in result.datasets)


def test_a_failing_dataset_shrinks_to_a_small_one_of_the_same_failure():
    def fails(dataset):
        return matrices.rank(dataset["X"]) >= 2

    start = next(dataset for dataset in drawn(strong_duality, 60).datasets if fails(dataset))
    found = shrink(strong_duality, start, fails, 0)
    assert fails(found)
    assert (found["n"], found["d"]) == (2, 2)
    assert {abs(int(entry.p)) for entry in found["X"].entries()} <= {0, 1}


def test_scalars_shrink_to_small_integers():
    found = find(
        datasets(regularized, STRATA[0]), lambda dataset: dataset["beta"] > fmpq(1, 2),
        settings=settings(database=None, max_examples=300),
    )  # fmt: skip
    assert found["beta"] == 1
