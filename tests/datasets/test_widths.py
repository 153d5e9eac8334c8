"""Widths that the data bound from below, values that assumptions compute, and networks of one width as data."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

import checker
from checker.datasets.drawing import draw_datasets
from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.engine import Engine
from checker.kernel import matrices
from checker.statement import (
    Holds,
    Let,
    Nonzero,
    Positive,
    StatementError,
    Theorem,
    WidthAtLeast,
    at_least,
    dimensions,
    family,
    frobenius,
    matrix,
    norm,
    rank,
    vector,
)
from tests.statement.deep import deep_relu
from theorems import deep_linear, two_layer_linear
from theorems.two_layer_linear import extreme_points, rescaling

n, d, K, m = dimensions("n d K m")
X, Y, y, mu, alpha = matrix("X", n, d), matrix("Y", n, K), vector("y", n), vector("mu", n), vector("alpha", m)
FLOORS = {
    "two layers": (two_layer_linear.vector_output, lambda data: data["Y"]),
    "regularised": (two_layer_linear.vector_output_regularized, lambda data: data["X"].transpose() * data["Y"]),
    "deep": (deep_linear.vector_output, lambda data: data["Y"]),
    "parallel": (deep_linear.parallel, lambda data: data["Y"]),
}


def drawn(theorem: Theorem, cases: int = 40) -> Any:
    engine = Engine(theorem)
    return draw_datasets(theorem, cases, 0, lambda dataset: not engine.inapplicable(dataset))


def theorem_on(*expressions: Any, **options: Any) -> Theorem:
    return Theorem(
        title="of this test", claims=[Holds(at_least(expression, 0)) for expression in expressions], **options
    )


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.mark.parametrize("name", FLOORS)
def test_drawn_widths_are_never_below_what_the_data_need_and_else_free(name: str) -> None:
    theorem, bounding = FLOORS[name]
    found = drawn(theorem)
    assert (len(found.datasets), found.inapplicable) == (40, 0)
    room = [dataset["m"] - matrices.rank(bounding(dataset)) for dataset in found.datasets]
    assert min(room) == 0
    assert len(set(room)) > 2
    raised = [matrices.rank(bounding(dataset)) for dataset in found.datasets if dataset["m"] >= 2]
    assert max(raised) >= 2


THREE_TARGETS = "a,b,c,x,y,z\n1,0,0,1,2,0\n0,1,0,4,5,0\n0,0,1,0,0,9\n"
WIDTHS = [({}, 3, "holds"), ({"m": "3"}, 3, "holds"), ({"m": "5"}, 5, "holds"), ({"m": "2"}, 2, "inapplicable"),
          ({"m": "1"}, 1, "inapplicable")]  # fmt: skip


@pytest.mark.parametrize(("settings", "width", "verdict"), WIDTHS)
@pytest.mark.parametrize("name", FLOORS)
def test_a_user_s_width_is_what_the_data_need_unless_it_is_set(
    tmp_path: Path, name: str, settings: dict[str, str], width: int, verdict: str
) -> None:
    theorem = FLOORS[name][0]
    settings = settings | {"regularised": {"beta": "1"}, "deep": {"L": "3"}, "parallel": {"L": "3"}}.get(name, {})
    path = written(tmp_path, "data.csv", THREE_TARGETS)
    assert load_dataset(path, theorem, target="x,y,z", settings=settings)["m"] == width
    result = checker.verify(theorem, data=path, target="x,y,z", settings=settings)
    assert (result.verdict, result.datasets[0].sizes["m"]) == (verdict, width)
    if verdict == "inapplicable":
        assert "≤ m" in result.datasets[0].reason


def test_a_small_rank_leaves_the_default_and_a_file_may_give_the_width(tmp_path: Path) -> None:
    data: dict[str, Any] = {"X": [[1, 0], [0, 1]], "Y": [[1, 2], [2, 4]]}
    for given, width in ((data, 2), (data | {"m": 1}, 1), (data | {"m": 4}, 4)):
        assert load_dataset(written(tmp_path, "d.json", given), two_layer_linear.vector_output)["m"] == width
        assert checker.verify(two_layer_linear.vector_output, data=given).holds
    below = data | {"Y": [[1, 2], [2, 5]], "m": 1}
    assert checker.verify(two_layer_linear.vector_output, data=below).verdict == "inapplicable"
    assert load_dataset(written(tmp_path, "d.json", below), two_layer_linear.vector_output)["m"] == 1


def test_what_a_let_builds_is_computed_where_a_file_leaves_it_out(tmp_path: Path) -> None:
    dataset = load_dataset(written(tmp_path, "d.csv", "a,b,y\n1,2,3\n3,4,1\n"), extreme_points)
    # (XXᵀ)⁻¹y for X = [[1, 2], [3, 4]], y = (3, 1)
    assert dataset["mu"] == fmpq_mat(2, 2, [5, 11, 11, 25]).solve(fmpq_mat(2, 1, [3, 1]))
    assert checker.verify(extreme_points, data=dataset).holds


def test_what_a_let_builds_may_be_given_and_must_then_be_right(tmp_path: Path) -> None:
    data = {"X": [[1, 0], [0, 2]], "y": [3, 4], "mu": [3, 1]}
    assert checker.verify(extreme_points, data=written(tmp_path, "d.json", data)).holds
    for wrong in ([3, 2], [3, "1000000000000000000001/1000000000000000000000"]):
        result = checker.verify(extreme_points, data=written(tmp_path, "d.json", data | {"mu": wrong}))
        assert result.verdict == "inapplicable"
        assert "μ = (X Xᵀ)† y" in result.datasets[0].reason


def test_several_lets_are_computed_from_what_is_given(tmp_path: Path) -> None:
    data = {"c": [1, 2], "a": [3, 4], "alpha": "1/2", "L": 3}
    dataset = load_dataset(written(tmp_path, "d.json", data), deep_relu)
    assert dataset["X"] == fmpq_mat(2, 2, [3, 4, 6, 8])
    assert dataset["y"] == fmpq_mat(2, 1, [fmpq(1, 2), 1])
    network = {"A": [[1, 2], [3, 4]], "b": [5, 6], "alpha": ["1/2", 3], "X": [[1, 1]]}
    rescaled = load_dataset(written(tmp_path, "d.json", network), rescaling)
    assert rescaled["C"] == fmpq_mat(2, 2, [fmpq(1, 2), 6, fmpq(3, 2), 12])
    assert rescaled["c"] == fmpq_mat(2, 1, [10, 2])


def test_a_let_that_builds_no_rational_is_refused(tmp_path: Path) -> None:
    theorem = theorem_on(norm(mu), given=[Nonzero(y), Let(mu, y / norm(y))])
    assert load_dataset(written(tmp_path, "d.json", {"y": [3, 4]}), theorem)["mu"][0, 0] == fmpq(3, 5)
    with pytest.raises(InputError, match="does not make it rational"):
        load_dataset(written(tmp_path, "d.json", {"y": [1, 1]}), theorem)
    with pytest.raises(InputError, match="nor what it is built from"):
        load_dataset(written(tmp_path, "d.json", {"y": [0, 0]}), theorem)


W = family("W", depth=3, inputs=d, outputs=K, hidden=m)


def network() -> Theorem:
    return theorem_on(frobenius(W[2]), frobenius(X))


def test_networks_of_one_hidden_width_are_drawn_of_that_width() -> None:
    found = drawn(network()).datasets
    shapes = {(dataset["m"], *((w.nrows(), w.ncols()) for w in dataset["W"])) for dataset in found}
    assert len(shapes) > 5
    for width, first, second, last in shapes:
        assert (first[1], second, last[0]) == (width, (width, width), width)


def layers(*widths: int) -> list[Any]:
    return [[[1] * b] * a for a, b in pairwise(widths)]


def test_a_network_in_a_file_gives_its_hidden_width(tmp_path: Path) -> None:
    data = {"X": [[1, 2]], "W": layers(2, 3, 3, 1)}
    dataset = load_dataset(written(tmp_path, "d.json", data), network())
    assert (dataset["m"], dataset["d"], dataset["K"]) == (3, 2, 1)
    for widths in ((2, 3, 4, 1), (2, 4, 3, 1)):
        with pytest.raises(InputError, match=r"layer 2 of W has \d columns but layer 1 of W has \d columns"):
            load_dataset(written(tmp_path, "d.json", data | {"W": layers(*widths)}), network())
    with pytest.raises(InputError, match="m = 2"):
        load_dataset(written(tmp_path, "d.json", data | {"m": 2}), network())
    with pytest.raises(InputError, match="is fixed by the data"):
        load_dataset(written(tmp_path, "d.json", data), network(), settings={"m": "3"})


def test_positive_vectors_are_drawn_positive_and_others_do_not_apply() -> None:
    theorem = theorem_on(norm(alpha), given=[Positive(alpha)])
    found = drawn(theorem)
    assert found.inapplicable == 0
    assert all(entry > 0 for dataset in found.datasets for entry in dataset["alpha"].entries())
    assert len({entry for dataset in found.datasets for entry in dataset["alpha"].entries()}) > 20
    tiny = fmpq(1, 10**12)
    assert checker.verify(theorem, data={"alpha": [tiny, 1]}).holds
    for crooked in ([0, 1], [1, -1], [1, -tiny]):
        result = checker.verify(theorem, data={"alpha": crooked})
        assert (result.verdict, "α" in result.datasets[0].reason) == ("inapplicable", True)


def test_a_size_of_a_data_matrix_has_no_floor() -> None:
    with pytest.raises(StatementError, match="d is a size of data"):
        theorem_on(frobenius(X), frobenius(Y), given=[WidthAtLeast(d, rank(Y) + 1)])


def test_the_width_of_layers_that_are_data_has_no_floor() -> None:
    with pytest.raises(StatementError, match="m is a size of data"):
        theorem_on(frobenius(W[2]), frobenius(X), given=[WidthAtLeast(m, rank(X))])


def test_a_floor_that_is_no_size_is_refused_in_a_sentence(tmp_path: Path) -> None:
    strong = two_layer_linear.strong_duality
    theorem = Theorem(title="of this test", given=[WidthAtLeast(m, norm(y))], claims=strong.claims[:1])
    path = written(tmp_path, "d.json", {"X": [[1], [1]], "y": [1, 1]})
    with pytest.raises(InputError):
        load_dataset(path, theorem)
