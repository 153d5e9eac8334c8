"""How tightly the optima were enclosed: one mark for each dataset, as an SVG that stands in the page."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from checker.pictures import FAINT, SOFT, as_svg, style
from checker.report.portable import is_file
from checker.report.svg import COLOURS, embedded
from checker.result import DatasetRecord, TheoremResult

_VERDICTS = {
    "holds": ("#1c7a56", "o", "var(--holds)"),
    "refuted": ("#b5342b", "X", "var(--refuted)"),
    "undecided": ("#8f6200", "^", "var(--undecided)"),
}
_COLOURS = COLOURS | {drawn: page for drawn, _, page in _VERDICTS.values()}
_FILES = "data files"
_FEW = 6
"""So many names stand side by side under the plot; more of them slant."""


def bracket_plot(result: TheoremResult, prefix: str) -> Markup | None:
    """Log10 of the relative width of the widest bracket on each dataset, by stratum, against the digits asked for.

    Datasets whose brackets all have width zero stand in a band of their own below.  ``prefix`` keeps the ids of
    several plots in one page apart.  None if no bracket has a positive width: there is nothing to draw.
    """
    records = _drawn(result)
    if all(_width(record) is None for record in records):
        return None
    groups = _groups(result, records)
    with style():
        figure = Figure(figsize=(8.4, 3.5 if len(groups) <= _FEW else 4.3), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(6, 1))
        _draw(above, below, groups, result.digits)
        svg = as_svg(figure)
    return embedded(svg, prefix, "Relative widths of the brackets", summary(result), _COLOURS)


def summary(result: TheoremResult) -> str:
    """The plot in words, for those who cannot see it."""
    records = _drawn(result)
    widths = [width for width in map(_width, records) if width is not None]
    if not widths:
        return "No bracket has a positive width: where a claim has a bracket, its two sides are equal."
    widest, narrowest = _power(max(widths)), _power(min(widths))
    return (
        f"Relative widths of the brackets on {len(records)} datasets, by stratum. On {len(records) - len(widths)} they "
        f"are zero; on the others the widest bracket has a width between {narrowest} and {widest}. "
        f"Asked for: {_power(-result.digits)}."
    )


def _drawn(result: TheoremResult) -> list[DatasetRecord]:
    """The datasets that have a mark: a failing one without a positive width may have no bracket at all."""
    return [r for r in result.datasets if r.verdict == "holds" or (r.verdict in _VERDICTS and _width(r) is not None)]


def _power(exponent: float) -> str:
    return f"10^{exponent:.4g}".replace("-", "−")


def _width(record: DatasetRecord) -> float | None:
    width = record.width_exponent
    return width if width is not None and math.isfinite(width) else None


def _groups(result: TheoremResult, records: Sequence[DatasetRecord]) -> dict[str, list[DatasetRecord]]:
    """The records by stratum, in the order of the strata; all files make one group."""
    labels = [*result.strata, *(record.label for record in records)]
    groups: dict[str, list[DatasetRecord]] = {label: [] for label in labels if not is_file(label)}
    groups[_FILES] = []
    for record in records:
        groups[_FILES if is_file(record.label) else record.label].append(record)
    return {label: members for label, members in groups.items() if members}


def _draw(above: Axes, below: Axes, groups: dict[str, list[DatasetRecord]], digits: int) -> None:
    marks: dict[tuple[str, bool], list[tuple[float, float]]] = {}
    for place, members in enumerate(groups.values()):
        for position, record in enumerate(members):
            # A stratum is as wide as any other, whatever its number of datasets, so that its name fits under it.
            x = place + 0.1 + 0.8 * (position + 0.5) / len(members)
            width = _width(record)
            marks.setdefault((record.verdict, width is None), []).append((x, 0.0 if width is None else width))
    for (verdict, exact), points in sorted(marks.items()):
        colour, shape, _ = _VERDICTS[verdict]
        axes = below if exact else above
        x, y = np.array(points).T
        # A failure is rare, and so drawn larger.
        size = 5.2 if verdict == "holds" else 7.5
        axes.plot(x, y, shape, color=colour, markersize=size, markeredgewidth=0, alpha=0.75, label=verdict)
    for axes in (above, below):
        for boundary in range(1, len(groups)):
            axes.axvline(boundary, color=FAINT, linewidth=0.7)
        axes.tick_params(length=0)
    above.axhline(-digits, color=SOFT, linewidth=1, linestyle=(0, (4, 3)))
    # White space between the line and its words, whichever side the marks are on.
    above.annotate(f"asked for: {digits} digits", (1, -digits), (-4, 4), xycoords=("axes fraction", "data"),
                   textcoords="offset points", ha="right", va="bottom", fontsize=9)  # fmt: skip
    above.margins(y=0.16)
    above.set_ylabel("log₁₀ of relative width")
    above.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    above.grid(axis="y", color=FAINT, linewidth=0.5, alpha=0.7)
    above.set_axisbelow(True)
    above.spines["bottom"].set_visible(False)
    below.set_ylim(-1, 1)
    below.set_yticks([0], ["width 0"])
    below.set_xlim(0, len(groups))
    names = [_name(label, len(members), len(groups)) for label, members in groups.items()]
    below.set_xticks([place + 0.5 for place in range(len(groups))], names, **_turned(len(groups)))
    if len({verdict for verdict, _ in marks}) > 1:
        handles, labels = [], []
        for axes in (above, below):
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
                if label not in labels:
                    handles.append(handle)
                    labels.append(label)
        above.legend(handles, labels, loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, borderpad=0)


def _name(label: str, members: int, groups: int) -> str:
    if groups > _FEW:
        return textwrap.fill(f"{label} ({members})", 22)
    return f"{textwrap.fill(label, 96 // groups, break_long_words=False)}\n({members})"


def _turned(groups: int) -> dict[str, Any]:
    """How the names of the strata stand under the plot: slanting where they would run into each other."""
    return {"rotation": 35, "ha": "right", "rotation_mode": "anchor"} if groups > _FEW else {}
