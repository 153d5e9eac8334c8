"""The geometry of the library's pictures: what is drawn lies where it should, and what cannot be drawn is not."""

import csv
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

import theorems
from checker.pictures import as_svg, drawn, floats, style
from theorems.pictures.rectified import Rectified, hull, rectified_set
from theorems.pictures.splines import Interpolant, bias_response, fit, two_interpolants, two_optima


def column(numbers):
    return fmpq_mat(len(numbers), 1, [fmpq(number) for number in numbers])


def matrix(*rows):
    return fmpq_mat([[fmpq(entry) for entry in row] for row in rows])


def lines(figure, name):
    return [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == name]


def points(figure, name):
    (line,) = lines(figure, name)
    return np.array(line.get_xdata(), dtype=float), np.array(line.get_ydata(), dtype=float)


def forward(values, z):
    """The network as its definition reads, in floats."""
    if isinstance(values.get("W"), list):
        *first, before, last = map(floats, values["W"])
        hidden = z[:, None]
        for layer in first:
            hidden = np.maximum(hidden @ layer, 0)
        hidden = np.maximum(hidden @ before + floats(values["b"]).T, 0)
        return (hidden @ last).ravel() + floats(values["b_0"])
    hidden = np.maximum(z[:, None] @ floats(values["w"]).T + floats(values["b"]).T, 0)
    return (hidden @ floats(values["v"])).ravel() + floats(values["b_0"])


def interpolation(x, y):
    """A neuron at each point but the last, scaled differently, and one that is always active."""
    x, y = [fmpq(number) for number in x], [fmpq(number) for number in y]
    slopes = [(y[k + 1] - y[k]) / (x[k + 1] - x[k]) for k in range(len(x) - 1)]
    bends = [slopes[0], *(after - before for before, after in pairwise(slopes))]
    scales = [fmpq(1 + k % 3) for k in range(len(bends))]
    return {
        "x": column(x),
        "y": column(y),
        "w": column(scales),
        "b": column([-scale * knot for scale, knot in zip(scales, x, strict=False)]),
        "v": column([bend / scale for scale, bend in zip(scales, bends, strict=True)]),
        "b_0": y[0],
    }


def deepened(values, depth=3):
    """Layers that pass a positive input on, and a negative one by a second neuron that the last layer weighs by 2."""
    width = values["w"].nrows()
    first = matrix([1, -1])
    middle = [matrix([1, 0], [0, 1])] * (depth - 3)
    before = fmpq_mat(2, width, values["w"].entries() + [2] * width)
    return {**values, "W": [first, *middle, before, values["v"]]}


def nile():
    with (Path(theorems.__file__).parent / "data" / "nile.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return interpolation([int(row["year"]) for row in rows], [int(row["volume"]) for row in rows])


FOUR = interpolation([0, 1, 2, 4], [0, 2, 1, 3])


class TestFit:
    @pytest.mark.parametrize(
        "values",
        [FOUR, nile(), deepened(FOUR), deepened(FOUR, 5), deepened(interpolation([1, 2, 3, "9/2"], [0, -2, 1, 1])),
         interpolation([-3, "-1/2", 5], ["1/3", "1/3", 7]), deepened(interpolation([-3, "-1/2", 5], [1, 0, 7]))],
    )  # fmt: skip
    def test_what_is_drawn_is_the_network(self, values):
        z, heights = points(fit(values), "function")
        dense = np.linspace(z[0], z[-1], 2001)
        expected = forward(values, dense)
        # Float64 loses about 1e-13 of the largest product, of which there are up to a hundred.
        np.testing.assert_allclose(np.interp(dense, z, heights), expected, atol=1e-9 * np.abs(expected).max())

    @pytest.mark.parametrize("values", [FOUR, nile(), deepened(FOUR)])
    def test_it_passes_through_the_data_which_are_inside(self, values):
        figure = fit(values)
        z, heights = points(figure, "function")
        x, y = points(figure, "data")
        np.testing.assert_allclose(np.interp(x, z, heights), y, rtol=0, atol=1e-9 * np.abs(y).max())
        np.testing.assert_array_equal(x, floats(values["x"]).ravel())
        (axes,) = figure.axes
        (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
        assert left < x.min() <= x.max() < right
        assert bottom < y.min() <= y.max() < top

    def test_its_knots_are_marked(self):
        knots, heights = points(fit(FOUR), "knots")
        np.testing.assert_array_equal(knots, [0, 1, 2])
        np.testing.assert_allclose(heights, [0, 2, 1])

    def test_a_neuron_that_weighs_nothing_or_never_bends_has_no_knot(self):
        values = {"w": column([1, 1, 0]), "b": column([-1, -2, 3]), "v": column([1, 0, 1]), "b_0": fmpq(0)}
        figure = fit({"x": column([0, 1, 3]), "y": column([0, 1, 3]), **values})
        np.testing.assert_array_equal(points(figure, "knots")[0], [1])

    def test_a_deep_network_on_nonnegative_data_shows_what_is_behind_zero(self):
        closed = {**FOUR, "W": [matrix([1]), fmpq_mat(1, 3, FOUR["w"].entries()), FOUR["v"]]}
        z, heights = points(fit(closed), "function")
        assert z[0] < -0.5
        assert set(heights[z <= 0]) == {0.0}
        assert points(fit(FOUR), "function")[0][0] > -0.5

    def test_data_far_from_zero_are_not_squeezed(self):
        z, _ = points(fit(deepened(nile())), "function")
        assert z[0] > 1850

    def test_zero_is_a_knot_of_a_deep_network_only_where_it_bends(self):
        bent = deepened(interpolation([1, 2, 4], [0, 2, 1]))
        assert 0 not in points(fit(bent), "knots")[0]
        raised = {**bent, "b": column([1, 1])}
        assert 0 in points(fit(raised), "knots")[0]

    @pytest.mark.parametrize(
        "changes",
        [
            {"w": None},
            {"v": column([1])},
            {"x": column([1, 1, 1, 1])},
            {"x": column([10**20, 10**20 + 1, 10**20 + 2, 10**20 + 3])},
            {"y": column([10**400, 1, 2, 3])},
            {"y": column([fmpq(1, 10**200)] * 4)},
            {"b_0": fmpq(10) ** 500},
            {"x": column([0, 1, 2])},
            {"x": column([1]), "y": column([1])},
            {"W": [matrix([1, 1]), matrix([1]), matrix([1])]},
            {"W": [matrix([1, 1], [1, 1]), matrix([1], [1])]},
        ],
    )
    def test_what_cannot_be_drawn_is_not(self, changes):
        assert fit({**FOUR, **changes}) is None

    def test_without_a_network_there_is_nothing(self):
        assert fit({"X": matrix([1, 2])}) is None


class TestBiasResponse:
    VALUES = {"x": column([0, 1, 2, 4]), "lambda": column([-1, 2, "-3/2", "1/2"])}  # noqa: RUF012

    def test_both_sides_are_drawn_as_they_are_defined(self):
        x, lam = (floats(self.VALUES[name]).ravel() for name in ("x", "lambda"))
        for sign, line in zip((1, -1), lines(bias_response(self.VALUES), "response"), strict=True):
            b, heights = line.get_data()
            dense = np.linspace(b[0], b[-1], 501)
            expected = np.maximum(sign * (x[None] - dense[:, None]), 0) @ lam
            np.testing.assert_allclose(np.interp(dense, b, heights), expected, atol=1e-12)

    @pytest.mark.parametrize(
        ("scale", "right", "left"),
        [(1, [0, 2], [1, 4]), (1 - fmpq(1, 10**50), [0, 2], [1, 4]), (fmpq(99, 100), [], []), (2, [], [])],
    )
    def test_what_touches_a_bound_is_marked_and_nothing_else(self, scale, right, left):
        figure = bias_response({**self.VALUES, "lambda": self.VALUES["lambda"] * scale})
        assert [list(line.get_xdata()) for line in lines(figure, "touching")] == [right, left]

    def test_the_bound_may_be_beta(self):
        values = {"x": self.VALUES["x"], "lambda": self.VALUES["lambda"] * fmpq(7, 3), "beta": fmpq(7, 3)}
        assert [list(line.get_xdata()) for line in lines(bias_response(values), "touching")] == [[0, 2], [1, 4]]

    @pytest.mark.parametrize(
        "changes", [{"lambda": None}, {"lambda": column([1])}, {"x": column([10**300, 0, 1, 2])}, {"beta": fmpq(0)}]
    )
    def test_what_cannot_be_drawn_is_not(self, changes):
        assert bias_response({**self.VALUES, **changes}) is None


class TestTwoInterpolants:
    FIRST = Interpolant([(1, 0, 1), (1, 1, 1), (1, 2, 1)], 0, "first")
    SECOND = Interpolant([(1, 0, 1), (1, fmpq(3, 2), 2)], 0, "second")

    def test_both_pass_through_the_data(self):
        x, y = column([0, 1, 2, 3]), column([0, 1, 3, 6])
        figure = two_interpolants(x, y, self.FIRST, self.SECOND)
        for name in ("first", "second"):
            (line,) = [line for line in figure.axes[0].get_lines() if line.get_label() == name]
            np.testing.assert_allclose(np.interp([0, 1, 2, 3], *line.get_data()), [0, 1, 3, 6])
        assert [list(line.get_xdata()) for line in lines(figure, "knots")] == [[0, 1, 2], [0, 1.5]]

    def test_a_neuron_may_look_left(self):
        assert Interpolant([(-1, 2, 3)], 1, "left")(fmpq(1)) == 4
        assert Interpolant([(-1, 2, 3)], 1, "left")(fmpq(3)) == 1

    def test_one_point_is_not_drawn(self):
        assert two_interpolants(column([1]), column([1]), self.FIRST, self.SECOND) is None

    def test_the_two_optima_of_the_library_are_such(self):
        values = {"x": column([0, 1, 2, 3]), "y": column([0, 1, 3, 6]), "p_1": fmpq(1), "p_2": fmpq(2)}
        figure = two_optima(values)
        found = {line.get_label(): line for line in figure.axes[0].get_lines()}
        for line in (found["connects the dots"], found["bends between the dots"]):
            np.testing.assert_allclose(np.interp([0, 1, 2, 3], *line.get_data()), [0, 1, 3, 6], atol=1e-12)
        assert two_optima({"x": column([0, 1])}) is None


SETS = {
    "acute": matrix([2, 1], [1, 2]),
    "obtuse": matrix([2, -1], [-1, 2]),
    "slightly obtuse": matrix([3, -1], [0, 2]),
    "orthogonal": matrix([1, 0], [0, 3]),
    "nearly parallel": matrix([2, -1], [-3, fmpq(11, 10)]),
    "of many features": matrix([1, 2, 3, 4], [-2, 0, 1, 1]),
    "of rank one, both signs": matrix([2], [-1]),
    "of rank one, one sign": matrix([2, 4], [1, 2]),
}


def sampled(X, number=200_001):
    """Points (Xu)₊ for unit vectors u of the row space."""
    _, _, rows = np.linalg.svd(X, full_matrices=False)
    angles = np.linspace(0, 2 * np.pi, number)
    if len(rows) == 2:
        # Where a sample changes its sign the set has corners, which must not be missed.
        across = np.arctan2(*(X @ rows.T).T)
        angles = np.concatenate([angles, -across, np.pi - across])
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)[:, : len(rows)]
    return np.maximum(circle @ rows @ X.T, 0)


class TestRectifiedSet:
    @pytest.mark.parametrize("name", SETS)
    def test_the_support_is_that_of_the_set(self, name):
        ball = Rectified.of(floats(SETS[name]))
        angles = np.linspace(0, 2 * np.pi, 97)
        directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        found = np.abs(sampled(ball.X) @ directions.T).max(axis=0)
        # Two samples are 2π/200000 apart, so that a maximum is missed by about the square of that, relatively.
        np.testing.assert_allclose(ball.support(directions), found, rtol=0, atol=1e-8 * np.abs(ball.X).max())

    @pytest.mark.parametrize("name", SETS)
    def test_on_the_drawn_boundary_of_the_polar_the_largest_product_is_one(self, name):
        figure = rectified_set({"X": SETS[name]})
        boundary = np.stack(points(figure, "polar"), axis=1)
        boundary = boundary[~np.isnan(boundary).any(axis=1)]
        assert len(boundary) > 50
        np.testing.assert_allclose(Rectified.of(floats(SETS[name])).support(boundary), 1, rtol=1e-9)
        products = np.abs(sampled(floats(SETS[name]), 20_001) @ boundary.T).max(axis=0)
        np.testing.assert_allclose(products, 1, rtol=1e-6)

    @pytest.mark.parametrize("name", SETS)
    def test_the_drawn_set_is_the_sampled_one(self, name):
        figure = rectified_set({"X": SETS[name]})
        drawn_points = np.stack(points(figure, "set"), axis=1)
        drawn_points = drawn_points[~np.isnan(drawn_points).any(axis=1)]
        cloud = sampled(floats(SETS[name]), 4001)
        outer = hull(cloud)
        scale = np.abs(outer).max()
        for corner in outer:
            assert np.linalg.norm(drawn_points - corner, axis=1).min() < 0.02 * scale
        # Each drawn point but zero is one of the set, up to the distance between samples.
        for point in drawn_points[drawn_points.any(axis=1)]:
            assert np.linalg.norm(cloud - point, axis=1).min() < 0.002 * scale

    def test_on_the_axes_it_reaches_as_far_as_a_sample_is_long_if_they_point_apart(self):
        np.testing.assert_allclose(Rectified.of(floats(SETS["obtuse"])).reach, np.sqrt([5, 5]))
        # Orthogonal to (1, 2), what is left of (2, 1) has length 3/√5.
        np.testing.assert_allclose(Rectified.of(floats(SETS["acute"])).reach, 3 / np.sqrt([5, 5]))

    @pytest.mark.parametrize(
        ("name", "ends"),
        [
            ("of rank one, both signs", {(2, 0), (0, 1), (-2, 0), (0, -1)}),
            ("of rank one, one sign", {(20**0.5 * 1, 5**0.5), (-(20**0.5), -(5**0.5))}),
            ("obtuse", {(5**0.5, 0), (0, 5**0.5), (-(5**0.5), 0), (0, -(5**0.5))}),
            ("acute", set()),
        ],
    )
    def test_its_extreme_points_are_marked(self, name, ends):
        figure = rectified_set({"X": SETS[name]})
        found = np.round(np.stack(points(figure, "extreme"), axis=1), 9) + 0.0
        assert {tuple(point) for point in found} == {tuple(np.round(end, 9)) for end in ends}
        curves = points(figure, "curves")[0]
        assert np.isfinite(curves).any() == (name == "acute")

    def test_a_dual_point_is_marked_and_its_level_touches_the_polar(self):
        X, y = SETS["of rank one, both signs"], column([2, 1])
        figure = rectified_set({"X": X, "y": y, "lambda": column([fmpq(1, 2), 1])})
        assert [float(number[0]) for number in points(figure, "lambda")] == [0.5, 1.0]
        assert len(lines(figure, "level")) == 1
        boundary = np.stack(points(figure, "polar"), axis=1)
        assert np.nanmax(boundary @ [2, 1]) == pytest.approx(2)

    def test_beta_scales_the_polar(self):
        one, three = ({"X": SETS["acute"], **extra} for extra in ({}, {"beta": fmpq(3)}))
        np.testing.assert_allclose(3 * points(rectified_set(one), "polar")[0], points(rectified_set(three), "polar")[0])

    @pytest.mark.parametrize(
        "X",
        [
            None,
            matrix([1, 2]),
            matrix([1], [2], [3]),
            fmpq_mat(2, 2),
            matrix([1, 0], [0, 0]),
            matrix([10**200], [1]),
            matrix([10**8, 1], [0, 1]),
        ],
    )
    def test_what_is_not_two_comparable_samples_is_not_drawn(self, X):
        assert rectified_set({"X": X}) is None


@pytest.mark.parametrize("exponent", [-90, -30, -7, 7, 30, 90])
def test_scales_are_borne(exponent, recwarn):
    scale = fmpq(10) ** exponent
    drawings = [
        (fit, {**FOUR, "y": FOUR["y"] * scale, "v": FOUR["v"] * scale, "b_0": FOUR["b_0"] * scale}),
        (fit, {**FOUR, "x": FOUR["x"] * scale, "b": FOUR["b"] * scale, "v": FOUR["v"] / scale}),
        (bias_response, {"x": FOUR["x"] * scale, "lambda": column([-1, 2, -2, 1]) / scale}),
        (rectified_set, {"X": SETS["obtuse"] * scale, "lambda": column([1, 1]) / scale, "y": column([1, 2]) * scale}),
        (rectified_set, {"X": matrix([1, 1], [0, 1]) * scale, "y": column([0, 1])}),
    ]
    for picture, values in drawings:
        svg, reason = drawn(picture, values)
        assert svg.count("</svg>") == 1
        assert reason == ""
    assert not recwarn.list


@pytest.mark.parametrize("values", [FOUR, nile()])
def test_a_picture_is_small(values):
    with style():
        assert len(as_svg(fit(values))) < 60_000
