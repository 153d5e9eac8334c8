"""Pictures of networks on one-dimensional data: piecewise linear functions and their knots, and dual functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from checker.pictures import FAINT, FIRST, INK, SECOND, SOFT, THIRD, canvas, floats, legend_above, legible

_MANY = 30
"""More marks than this are drawn smaller."""
_UNSEEN = fmpq(1, 10**6)


def fit(values: Mapping[str, Any]) -> Figure | None:
    """The network's function and the data: straight pieces between knots.

    Args:
        values: ``x``, ``y`` (n×1) and a network: ``w``, ``b``, ``v`` (m×1), or ``W`` (layers) and ``b``; and ``b_0``.
    """
    network = _network(values)
    x, y = _column(values, "x"), _column(values, "y")
    if network is None or not _plottable(x, y):
        return None
    low, high = _range(x)
    if network.deep and 0 <= min(x) <= high - low:
        # Behind zero the first layers are closed, which is to be seen unless the data are far from there.
        low = min(low, -(max(x) - min(x)) / 5)
    knots = [knot for knot in network.knots() if low < knot < high]
    places = sorted({low, high, *knots})
    heights = [network(place) for place in places]
    if not legible(_floats(places), _floats(heights)):
        return None
    figure, (axes,) = canvas()
    width = 1.6 if len(places) <= _MANY else 1.1
    axes.plot(_floats(places), _floats(heights), color=FIRST, linewidth=width, label=network.formula, gid="function")
    _mark(axes, knots, network)
    _scatter(axes, x, y)
    _frame(axes, (low, high), y, heights)
    axes.set(xlabel="input z", ylabel="f(z)")
    legend_above(axes)
    return figure


def bias_response(values: Mapping[str, Any]) -> Figure | None:
    """The dual constraint for every bias b: bent at the data only, and marked where it touches its bounds.

    Args:
        values: ``x``, ``lambda`` (n×1), and ``beta`` where the bound is not 1.
    """
    x, lam, radius = _column(values, "x"), _column(values, "lambda"), fmpq(values.get("beta", 1))
    if not _plottable(x, lam) or radius <= 0:
        return None
    low, high = _range(x)
    places = sorted({low, high, *x})
    heights = {sign: [_response(x, lam, b, sign) for b in places] for sign in (1, -1)}
    if not legible(_floats([radius]), *map(_floats, heights.values())):
        return None
    figure, panels = canvas(2, height=4.4, sharex=True)
    for axes, (sign, name), colour in zip(panels, ((1, "λᵀ(x − b)₊"), (-1, "λᵀ(b − x)₊")), (FIRST, THIRD), strict=True):
        _bounds(axes, radius, "β" if "beta" in values else "1")
        width = 1.6 if len(x) <= _MANY else 1
        axes.plot(_floats(places), _floats(heights[sign]), color=colour, linewidth=width, gid="response")
        # The witness stands strictly inside the bounds, by less than can be seen.
        inner = list(zip(places, heights[sign], strict=True))[1:-1]
        touching = [(b, h) for b, h in inner if abs(abs(h) / radius - 1) < _UNSEEN]
        size = 5.5 if len(x) <= _MANY else 3
        axes.plot(_floats(b for b, _ in touching), _floats(h for _, h in touching), "o", color=SECOND, markersize=size,
                  zorder=3, label="on a bound", gid="touching")  # fmt: skip
        axes.margins(y=0.14)
        axes.set_ylabel(name)
    figure.align_ylabels(panels)
    panels[0].tick_params(axis="x", length=0)
    # The data stand under both panels, on the axis that the panels share.
    panels[1].plot(_floats(x), [0] * len(x), "|", color=INK, markersize=9, transform=panels[1].get_xaxis_transform(),
                   clip_on=False, label="data x", gid="data")  # fmt: skip
    panels[1].set(xlabel="bias b", xlim=_floats((low, high)))
    panels[1].ticklabel_format(axis="x", useOffset=False)
    handles = [*panels[0].get_lines()[2:], *panels[1].get_lines()[-1:]]
    legend_above(panels[0], handles=[handle for handle in handles if not handle.get_label().startswith("_")])
    return figure


@dataclass(frozen=True)
class Interpolant:
    """z ↦ offset + Σ coefficient·(orientation·(z − knot))₊.

    Attributes:
        neurons: (orientation, knot, coefficient), with orientations 1 and −1.
        offset: added to all.
        name: for the legend.
    """

    neurons: Sequence[tuple[int, Any, Any]]
    offset: Any
    name: str

    def __call__(self, z: fmpq) -> fmpq:
        terms = (fmpq(c) * max(sign * (z - fmpq(knot)), fmpq(0)) for sign, knot, c in self.neurons)
        return sum(terms, fmpq(self.offset))

    def knots(self) -> list[fmpq]:
        """The places where it may bend."""
        return sorted({fmpq(knot) for _, knot, c in self.neurons if c})


def two_interpolants(x: fmpq_mat, y: fmpq_mat, first: Interpolant, second: Interpolant) -> Figure | None:
    """Two functions that pass through the same data, with the knots of each.

    Args:
        x, y: n×1.
        first, second: the functions.
    """
    xs, ys = x.entries(), y.entries()
    if not _plottable(xs, ys):
        return None
    low, high = _range(xs)
    places = sorted({low, high, *(k for f in (first, second) for k in f.knots() if low < k < high)})
    heights = [[f(place) for place in places] for f in (first, second)]
    if not legible(_floats(places), *map(_floats, heights)):
        return None
    figure, (axes,) = canvas()
    axes.fill_between(_floats(places), *map(_floats, heights), color=FAINT, linewidth=0)
    for f, values, colour, dashes in zip((first, second), heights, (FIRST, SECOND), ("-", (0, (5, 2))), strict=True):
        axes.plot(_floats(places), _floats(values), color=colour, linestyle=dashes, linewidth=1.6, label=f.name)
        knots = [knot for knot in f.knots() if low < knot < high]
        _mark(axes, knots, f, f"_knots of {f.name}", colour)
    axes.plot([], [], "D", markersize=8, markerfacecolor="none", markeredgecolor=SOFT, label="knots")
    _scatter(axes, xs, ys)
    _frame(axes, (low, high), ys, [height for row in heights for height in row])
    axes.set(xlabel="input z", ylabel="f(z)")
    legend_above(axes)
    return figure


def two_optima(values: Mapping[str, Any]) -> Figure | None:
    """Two optimal functions through the same data: one bends at the data, the other between them.

    Args:
        values: ``x``, ``y`` (4×1) and ``p_1``, ``p_2``, as in ``two-layer-relu/spline-not-unique``.
    """
    from theorems.witnesses.splines import optima

    if not {"x", "y", "p_1", "p_2"} <= set(values):
        return None
    functions = zip(optima(values), ("connects the dots", "bends between the dots"), strict=True)
    first, second = (
        Interpolant([(neuron.orientation, neuron.knot, neuron.coefficient) for neuron in neurons], offset, name)
        for (neurons, offset), name in functions
    )
    return two_interpolants(values["x"], values["y"], first, second)


@dataclass(frozen=True)
class _Network:
    """z ↦ offset + Σ v_j (a_j |z| + b_j)₊, with slopes a_j on either side of zero."""

    right: Sequence[fmpq]
    left: Sequence[fmpq]
    biases: Sequence[fmpq]
    weights: Sequence[fmpq]
    offset: fmpq
    deep: bool

    def __call__(self, z: fmpq) -> fmpq:
        slopes = self.right if z >= 0 else self.left
        hidden = (a * abs(z) + b for a, b in zip(slopes, self.biases, strict=True))
        return sum((v * h for v, h in zip(self.weights, hidden, strict=True) if h > 0), self.offset)

    def knots(self) -> list[fmpq]:
        """The places −b_j/a_j on either side, and zero where the two sides do not continue each other."""
        found = set()
        for sign, slopes in ((1, self.right), (-1, self.left)):
            for a, b, v in zip(slopes, self.biases, self.weights, strict=True):
                if a and v and -b / a > 0:
                    found.add(sign * -b / a)
        for a, c, b, v in zip(self.right, self.left, self.biases, self.weights, strict=True):
            if v and (a != -c if b > 0 else b == 0 and (a > 0 or c > 0)):
                found.add(fmpq(0))
        return sorted(found)

    @property
    def formula(self) -> str:
        return "f(z), through all layers" if self.deep else "f(z) = Σ vⱼ(wⱼz + bⱼ)₊ + b₀"


def _network(values: Mapping[str, Any]) -> _Network | None:
    offset = values.get("b_0", fmpq(0))
    offset = offset[0, 0] if isinstance(offset, fmpq_mat) else fmpq(offset)
    layers = next((values[name] for name in ("W", "V") if isinstance(values.get(name), list)), None)
    if layers is not None:
        *first, last = layers
        right, left = _through(first, 1), _through(first, -1)
        slopes, weights, deep = (right, left), last.entries(), True
    else:
        w, weights, deep = _column(values, "w"), _column(values, "v"), False
        slopes = w, [-slope for slope in w]
    biases = _column(values, "b")
    if not weights or any(len(part) != len(weights) for part in (*slopes, biases)):
        return None
    return _Network(*slopes, biases, weights, offset, deep)


def _through(layers: Sequence[fmpq_mat], sign: int) -> list[fmpq]:
    """The slopes of the last hidden layer behind an input of this sign: all but its own rectifier are behind it."""
    row = fmpq_mat(1, 1, [sign])
    for position, layer in enumerate(layers):
        if row.ncols() != layer.nrows():
            return []
        row = row * layer
        if position < len(layers) - 1:
            row = fmpq_mat(1, row.ncols(), [max(entry, fmpq(0)) for entry in row.entries()])
    return row.entries()


def _response(x: Sequence[fmpq], lam: Sequence[fmpq], b: fmpq, sign: int) -> fmpq:
    return sum((weight * sign * (at - b) for at, weight in zip(x, lam, strict=True) if sign * (at - b) > 0), fmpq(0))


def _column(values: Mapping[str, Any], name: str) -> list[fmpq]:
    """The entries of a vector; none if there is no such vector."""
    value = values.get(name)
    return value.entries() if isinstance(value, fmpq_mat) and value.ncols() == 1 else []


def _floats(numbers: Iterable[fmpq]) -> list[float]:
    return [float(floats(number)) for number in numbers]


def _plottable(x: Sequence[fmpq], y: Sequence[fmpq]) -> bool:
    """Whether there are points apart from each other, at a scale that axes can show."""
    return len(x) == len(y) >= 2 and legible(_floats(x), _floats(y)) and max(x) - min(x) > max(map(abs, x)) / 10**9


def _range(x: Sequence[fmpq]) -> tuple[fmpq, fmpq]:
    margin = (max(x) - min(x)) / 12
    return min(x) - margin, max(x) + margin


def _frame(axes: Axes, limits: tuple[fmpq, fmpq], y: Sequence[fmpq], heights: Sequence[fmpq]) -> None:
    """The data fill the axes: a function that leaves them steeply is cut off."""
    span = max(y) - min(y) or max(heights) - min(heights) or fmpq(1)
    low = max(min(*heights, *y), min(y) - span / 2) - span / 16
    high = min(max(*heights, *y), max(y) + span / 2) + span / 16
    axes.set_xlim(*_floats(limits))
    axes.set_ylim(*_floats((low, high)))
    axes.ticklabel_format(useOffset=False)


def _scatter(axes: Axes, x: Sequence[fmpq], y: Sequence[fmpq]) -> None:
    axes.plot(_floats(x), _floats(y), "o", color=INK, markersize=5 if len(x) <= _MANY else 2.4, markeredgewidth=0,
              zorder=3, label="data", gid="data")  # fmt: skip


def _mark(
    axes: Axes, knots: Sequence[fmpq], f: Callable[[fmpq], fmpq], name: str = "knots", colour: str = SECOND
) -> None:
    if knots:
        size, width = (8, 1.1) if len(knots) <= _MANY else (4.5, 0.8)
        axes.plot(_floats(knots), _floats(map(f, knots)), "D", markersize=size, markerfacecolor="none",
                  markeredgecolor=colour, markeredgewidth=width, zorder=2.5, label=name, gid="knots")  # fmt: skip


def _bounds(axes: Axes, radius: fmpq, name: str) -> None:
    for sign, words in ((1, f"+{name}"), (-1, f"−{name}")):
        axes.axhline(sign * float(floats(radius)), color=SOFT, linewidth=0.9, linestyle=(0, (2, 2)))
        axes.annotate(words, (1, sign * float(floats(radius))), (4, 0), xycoords=("axes fraction", "data"),
                      textcoords="offset points", va="center", annotation_clip=False)  # fmt: skip
