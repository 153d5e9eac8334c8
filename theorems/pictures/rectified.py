"""The rectified unit ball of two samples, whose polar set is what the dual of a ReLU network is maximised over.

With rows ``x_1, x_2`` of ``X``, ``{Xu : ‖u‖ ≤ 1}`` is an ellipse, in rank one a segment.  ``(Xu)₊`` is the ellipse
within the quadrant, and a segment on either axis, onto which the rest is folded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from checker.pictures import FAINT, FIRST, INK, SECOND, SOFT, THIRD, canvas, floats, legible

Points = NDArray[np.float64]

_DIRECTIONS = 360
_BEYOND, _WINDOW = 60.0, 4.0
"""How far an unbounded polar set is followed, and how far it is shown, in units of its nearest point."""
_FAR_APART = 10.0**6
"""Rows whose lengths differ by more than this factor make a set that looks like a line."""
_LONGEST = 5
"""What is longer than wide by more than this is drawn with different scales on its axes."""


def rectified_set(values: Mapping[str, Any]) -> Figure | None:
    """The rectified unit ball of two samples, with the extreme points of its symmetrised hull, and its polar set.

    Args:
        values: ``X`` (2×d), with rows of comparable lengths; where there are any, ``lambda`` and ``y`` (2×1) are
            shown in the polar, and ``beta`` bounds it in place of 1.
    """
    X = values.get("X")
    if not isinstance(X, fmpq_mat) or X.nrows() != 2 or not legible(*floats(X)):
        return None
    ball = Rectified.of(floats(X))
    lengths = np.linalg.norm(ball.X, axis=1)
    if lengths.max() >= _FAR_APART * lengths.min():
        return None
    figure, (left, right) = canvas(1, 2, height=4.3)
    _draw_set(left, ball)
    _draw_polar(right, ball, values)
    handles = [handle for axes in (left, right) for handle in axes.get_legend_handles_labels()[0]]
    figure.legend(handles=handles, loc="outside upper left", ncols=3, columnspacing=1.6)
    return figure


@dataclass(frozen=True)
class Rectified:
    """``{(Xu)₊ : ‖u‖ ≤ 1}`` for the rows ``x_1, x_2`` of X.

    Attributes:
        X: 2×d.
        reach: how far it extends on either axis.
    """

    X: Points
    reach: Points

    @classmethod
    def of(cls, X: Points) -> Rectified:
        """Where ``x_1ᵀu`` is largest under ``x_2ᵀu ≤ 0``, and the other way round."""
        first, second = X
        return cls(X, np.array([_farthest(first, second), _farthest(second, first)]))

    def ellipse(self) -> Points:
        """The boundary of ``{Xu : ‖u‖ ≤ 1}``, k×2."""
        left, sizes, _ = np.linalg.svd(self.X, full_matrices=False)
        angles = np.linspace(0, 2 * np.pi, _DIRECTIONS + 1)
        circle = np.stack([np.cos(angles), np.sin(angles)])[: len(sizes)]
        return (left * sizes @ circle).T

    def within(self) -> Points:
        """The boundary of the ellipse within the quadrant from one axis to the other, k×2; empty if there is none."""
        z = self.ellipse()
        slack = 1e-12 * np.abs(z).max()
        inside = z[(z > slack).all(axis=1)]
        ends = np.diag([_crossing(*self.X), _crossing(*self.X[::-1])])
        inside = inside[np.argsort(np.arctan2(inside[:, 1], inside[:, 0]))]
        return np.vstack([ends[:1], inside, ends[1:]]) if len(inside) else inside

    def points(self) -> Points:
        """Points whose convex hull is that of the set: zero, the ends on the axes, and the boundary between, k×2."""
        return np.vstack([np.zeros((1, 2)), np.diag(self.reach), self.within()])

    def support(self, directions: Points) -> Points:
        """The largest ``|λᵀz|`` over the set, for each row λ of the directions, k×2."""
        return np.maximum(self._largest(directions), self._largest(-directions))

    def _largest(self, directions: Points) -> Points:
        along = directions @ self.X
        lengths = np.linalg.norm(along, axis=1)
        # The farthest point of the ellipse counts where it is in the quadrant; else an end on an axis is farthest.
        kept = (along @ self.X.T >= 0).all(axis=1)
        return np.maximum((directions * self.reach).max(axis=1), np.where(kept, lengths, 0))

    def polar(self, beyond: float) -> tuple[Points, NDArray[np.bool_]]:
        """The boundary of ``{λ : |λᵀz| ≤ 1}``, k×2, and where it is: elsewhere it was cut off at a distance."""
        corners = hull(np.vstack([self.points(), -self.points()]))
        x, y = (np.roll(corners, -1, axis=0) - corners).T
        # The normals of the hull's edges point to the corners of its polar.
        angles = np.sort(np.concatenate([np.linspace(-np.pi, np.pi, _DIRECTIONS, endpoint=False), np.arctan2(-x, y)]))
        directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        heights = self.support(directions)
        there = heights > 1 / beyond
        return directions / np.where(there, heights, 1 / beyond)[:, None], there


def _farthest(row: Points, other: Points) -> float:
    return float(np.linalg.norm(row)) if np.dot(row, other) <= 0 else _crossing(row, other)


def _crossing(row: Points, other: Points) -> float:
    """The largest ``rowᵀu`` over the unit vectors that are orthogonal to the other."""
    scale = np.linalg.norm(other)
    unit = other / scale if scale else other
    rest = row - np.dot(row, unit) * unit
    # What is left of parallel rows is rounding.
    length = float(np.linalg.norm(rest))
    return length if length > 1e-12 * np.linalg.norm(row) else 0.0


def hull(points: Points) -> Points:
    """The corners of the convex hull, counterclockwise, k×2 (Andrew's monotone chain)."""
    ordered = sorted(set(map(tuple, points.tolist())))
    scale = np.abs(points).max() ** 2

    def chain(given: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
        corners: list[tuple[float, ...]] = []
        for p in given:
            while len(corners) > 1 and _turn(corners[-2], corners[-1], p) <= 1e-13 * scale:
                corners.pop()
            corners.append(p)
        return corners[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1])) if len(ordered) > 2 else np.array(ordered)


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _closed(points: Points) -> Points:
    return np.vstack([points, points[:1]])


def _draw_set(axes: Axes, ball: Rectified) -> None:
    ellipse, within, points = ball.ellipse(), ball.within(), ball.points()
    symmetric = hull(np.vstack([points, -points]))
    axes.plot(*ellipse.T, color=SOFT, linewidth=0.9, linestyle=(0, (2, 2)), label="{Xu : ‖u‖ ≤ 1}", gid="ellipse")
    axes.fill(*hull(points).T, facecolor=FIRST, alpha=0.12, linewidth=0, gid="hull")
    axes.fill(*np.vstack([np.zeros((1, 2)), within]).T, facecolor=FIRST, alpha=0.25, linewidth=0)
    ends = np.stack([ball.reach * [1, 0], [0, 0], ball.reach * [0, 1], [np.nan, np.nan], *within])
    axes.plot(*ends.T, color=FIRST, linewidth=2, solid_capstyle="round", zorder=3, label="{(Xu)₊ : ‖u‖ ≤ 1}", gid="set")
    axes.plot(*_closed(symmetric).T, color=SECOND, linewidth=1, label="symmetrised hull", gid="symmetrised")
    alone, curves = _extreme(symmetric)
    axes.plot(*alone.T, "o", color=SECOND, markersize=6.5, zorder=4, label="its extreme points", gid="extreme")
    axes.plot(*curves.T, color=SECOND, linewidth=5, zorder=2.5, solid_capstyle="round", gid="curves")
    axes.set(xlabel="z₁", ylabel="z₂")
    _frame(axes, np.vstack([ellipse, symmetric]))


def _extreme(corners: Points) -> tuple[Points, Points]:
    """The corners that stand alone, and the curves of those that lie densely, with NaN between."""
    following = np.roll(corners, -1, axis=0)
    far = np.linalg.norm(following - corners, axis=1) > 0.04 * np.linalg.norm(corners, axis=1).max()
    steps = [(corner, after) if not gap else (np.full(2, np.nan),) * 2
             for corner, after, gap in zip(corners, following, far, strict=True)]  # fmt: skip
    return corners[far & np.roll(far, 1)], np.concatenate([np.stack(step) for step in steps])


def _draw_polar(axes: Axes, ball: Rectified, values: Mapping[str, Any]) -> None:
    radius = float(floats(values.get("beta", fmpq(1))))
    nearest = 1 / np.linalg.norm(ball.points(), axis=1).max()
    boundary, there = ball.polar(_BEYOND * nearest)
    window = boundary if there.all() else boundary[np.linalg.norm(boundary, axis=1) <= _WINDOW * nearest]
    boundary, window = boundary * radius, window * radius
    axes.fill(*boundary.T, facecolor=THIRD, alpha=0.22, linewidth=0)
    line = np.where(there[:, None], boundary, np.nan)
    axes.plot(*_closed(line).T, color=THIRD, linewidth=1.6, gid="polar",
              label=f"{{λ : |λᵀz| ≤ {'β' if 'beta' in values else '1'} on it}}")  # fmt: skip
    axes.set(xlabel="λ₁", ylabel="λ₂")
    lam, y = _pair(values, "lambda"), _pair(values, "y")
    if lam is not None:
        axes.plot(*lam, "*", color=INK, markersize=11, zorder=4, label="dual point λ", gid="lambda")
        window = np.vstack([window, lam])
        if y is not None and y.any() and "beta" not in values:
            across = np.array([-y[1], y[0]]) * (np.abs(window).max() / np.abs(y).max())
            axes.axline(lam, lam + across, color=INK, linewidth=0.9, linestyle=(0, (5, 2)), label="λᵀy constant",
                        gid="level")  # fmt: skip
    _frame(axes, window)


def _pair(values: Mapping[str, Any], name: str) -> Points | None:
    value = values.get(name)
    if not isinstance(value, fmpq_mat) or (value.nrows(), value.ncols()) != (2, 1):
        return None
    return floats(value).ravel() if legible(floats(value)) else None


def _frame(axes: Axes, shown: Points) -> None:
    """A square that holds the points, with one scale on both axes unless they are far from square themselves."""
    low, high = shown.min(axis=0), shown.max(axis=0)
    sizes = high - low
    if not 0 < sizes.max() / _LONGEST > sizes.min() > 0:
        sizes = np.full(2, sizes.max())
    centre, reach = (low + high) / 2, 0.58 * sizes
    axes.set(xlim=(centre[0] - reach[0], centre[0] + reach[0]), ylim=(centre[1] - reach[1], centre[1] + reach[1]))
    axes.set_box_aspect(1)
    axes.axhline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.axvline(0, color=FAINT, linewidth=0.8, zorder=0)
    axes.locator_params(nbins=6)
