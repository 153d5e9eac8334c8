"""What pictures of theorems are drawn with: colours that follow the page, a canvas, and figures as SVG.

A picture is an untrusted function ``(values) -> Figure | None``, named in ``Theorem(pictures=["module:function"])``.
``values`` holds the symbols of a dataset and the variables of the first point that was proposed for it: ``fmpq``,
``fmpq_mat``, lists of ``fmpq_mat``, and ints for sizes.  None means that there is nothing to draw for this dataset; the
first line of the function's docstring is the caption.  A picture decides nothing, so floats will do::

    from checker.pictures import FIRST, canvas, floats, legible

    def data(values):
        \"\"\"The data.\"\"\"
        x, y = floats(values["x"]).ravel(), floats(values["y"]).ravel()
        if not legible(x, y):
            return None
        figure, (axes,) = canvas()
        axes.plot(x, y, "o", color=FIRST)
        return figure

What is drawn in a colour of the palette follows light and dark in the page; other colours stay as they are.  Letters
stay letters, so write ``λᵀ(x − b)₊`` rather than TeX.
"""

from __future__ import annotations

import io
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from flint import fmpq, fmpq_mat
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from numpy.typing import NDArray

from checker.datasets.dataset import to_float

Picture = Callable[[Mapping[str, Any]], Any]

INK, SOFT, FAINT, PAPER = "#1f2328", "#59616b", "#dfe1dd", "#fcfcfa"
"""The page's colours of text, of remarks, of rules, and of the ground."""
FIRST, SECOND, THIRD = "#1d5c8f", "#b85300", "#86418e"
"""What a picture is about; tell them apart by shape as well, for those who see no colours."""

_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # letters stay letters: they are selectable and take the font of the page
    "svg.hashsalt": "theorem-checker",
    "font.size": 10,
    "text.color": SOFT,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "legend.frameon": False,
}


@contextmanager
def style() -> Iterator[None]:
    """The style of the page, whatever the user's own settings of matplotlib are."""
    settings: Any = dict(matplotlib.rcParamsDefault) | _STYLE
    with matplotlib.rc_context(settings):
        yield


def as_svg(figure: Figure) -> str:
    """A figure as SVG without date and ground, its letters as letters; equal figures give equal bytes."""
    file = io.BytesIO()
    with style():
        FigureCanvasSVG(figure)
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=nothing)
    return file.getvalue().decode()


def canvas(rows: int = 1, columns: int = 1, *, height: float = 3.6, **arguments: Any) -> tuple[Figure, list[Axes]]:
    """A figure of the page's width, and its axes row by row.

    Args:
        rows, columns: of axes.
        height: of the figure in inches; it is 7.2 wide.
        arguments: as ``Figure.subplots`` takes them.
    """
    # The page's font may be larger than the one that the layout is made with.
    figure = Figure(figsize=(7.2, height), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
    return figure, list(figure.subplots(rows, columns, squeeze=False, **arguments).flat)


def legend_above(axes: Axes, columns: int = 4, **arguments: Any) -> None:
    """The names of what is drawn, above the axes, where they hide nothing."""
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1.02), "borderpad": 0, "columnspacing": 1.6}
    axes.legend(ncols=columns, **(place | arguments))


def floats(value: Any) -> NDArray[np.float64]:
    """A matrix as floats of its shape, a number of shape (): infinite where a number is beyond them."""
    if isinstance(value, fmpq_mat):
        entries = [to_float(entry) for entry in value.entries()]
        return np.array(entries, dtype=np.float64).reshape(value.nrows(), value.ncols())
    return np.array(to_float(fmpq(value)))


def legible(*arrays: Any) -> bool:
    """Whether there is something to draw, and numbers that axes can bear: finite, neither huge nor tiny."""
    for array in arrays:
        largest = np.max(np.abs(np.asarray(array, dtype=np.float64)), initial=-1.0)
        if not (largest == 0 or 1e-100 < largest < 1e100):
            return False
    return True


def drawn(picture: Picture | str, values: Mapping[str, Any]) -> tuple[str, str]:
    """The picture of some values as SVG, and why it could not be drawn; both '' where there is nothing to draw."""
    try:
        with style():
            figure = _function(picture)(values)
        if figure is None:
            return "", ""
        if not isinstance(figure, Figure):
            raise TypeError(f"it returned {type(figure).__name__}, which is neither a matplotlib Figure nor None")
        return as_svg(figure), ""
    except Exception as error:
        return "", " ".join(f"{type(error).__name__}: {error}".split())


def caption_of(picture: Picture | str) -> str:
    """The first line of the function's docstring, else its name."""
    try:
        function = _function(picture)
    except Exception:
        return str(picture)
    lines = (function.__doc__ or "").strip().splitlines()
    return lines[0] if lines else getattr(function, "__name__", "picture").replace("_", " ")


def _function(picture: Picture | str) -> Picture:
    found: Picture = pkgutil.resolve_name(picture) if isinstance(picture, str) else picture
    return found
