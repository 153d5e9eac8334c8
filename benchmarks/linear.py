"""Times every theorem of the linear chapters against CVXPY on its convex dual, as ratios within one run.

``python benchmarks/linear.py [--quick] [--only NAME] [--json FILE]``

The README beside this file says what is measured.
"""

# ruff: noqa: E402 -- threads are limited before NumPy is imported

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cvxpy
from flint import fmpq, fmpq_mat
from rich.console import Console
from rich.table import Table

import checker.engine as engine_module
from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.library import theorems_of
from checker.statement import Theorem
from theorems import deep_linear, two_layer_linear

DIGITS, OUTPUTS, DEPTH = 50, 3, 3
LIBRARY = {**theorems_of(two_layer_linear), **theorems_of(deep_linear)}
# Which data each theorem takes, and which convex dual CVXPY solves for it; no dual stands behind inequalities.
KINDS = {
    "two-layer-linear/strong-duality": ("one output", "linear"),
    "two-layer-linear/off-range": ("tall", "linear"),
    "two-layer-linear/regularized": ("one output, β", "quadratic"),
    "two-layer-linear/rescaling": ("neurons", ""),
    "two-layer-linear/unit-columns": ("one output", "linear"),
    "two-layer-linear/extreme-points": ("one output", "linear"),
    "two-layer-linear/vector-output": ("outputs", "linear"),
    "two-layer-linear/too-narrow": ("outputs, m = 1", "linear"),
    "two-layer-linear/vector-output-regularized": ("outputs, β", "quadratic"),
    "two-layer-linear/vector-output-whitened": ("whitened", "quadratic"),
    "two-layer-linear/vector-output-narrow": ("whitened, m = 1", "quadratic"),
    "deep-linear/balanced-norms": ("layers", ""),
    "deep-linear/strong-duality": ("one output", "linear"),
    "deep-linear/rank-one-alignment": ("one output", "linear"),
    "deep-linear/vector-output": ("outputs", "linear"),
    "deep-linear/vector-output-gap": ("outputs", "linear"),
    "deep-linear/parallel": ("outputs", "linear"),
    "deep-linear/one-branch-gap": ("outputs", "linear"),
}
PARTS = ("propose", "rivals", "decide")


def draw(n: int, entries: str, what: str, theorem: Theorem) -> Dataset:
    """X of shape (n, 2n) and Y of shape (n, 3), of integers in −9…9 or of float64 normal numbers taken exactly; β = n.

    The hidden width is 3, or 1 where ``what`` says so, and there are 3 layers.
    """
    source = random.Random(n)

    def entry() -> fmpq:
        if entries == "integers":
            return fmpq(source.randint(-9, 9))
        return fmpq(*source.gauss(0, 1).as_integer_ratio())

    def drawn(rows: int, columns: int) -> fmpq_mat:
        return fmpq_mat(rows, columns, [entry() for _ in range(rows * columns)])

    rows, columns = (2 * n, n) if what == "tall" else (n, 2 * n)
    data: dict[str, Any] = {"n": rows, "d": columns, "m": OUTPUTS, "K": OUTPUTS, "L": DEPTH, "h": 1}
    data |= {"X": whitened(n, source) if "whitened" in what else drawn(rows, columns), "beta": fmpq(n)}
    data |= {"y": drawn(rows, 1), "Y": drawn(rows, OUTPUTS)}
    if "m = 1" in what:
        data["m"] = 1
    if "whitened" in what:
        data["beta"] = fmpq(1)
    if what == "neurons":
        scales = fmpq_mat(OUTPUTS, OUTPUTS, [fmpq(i + 1) * (i == j) for i in range(OUTPUTS) for j in range(OUTPUTS)])
        data |= {"A": drawn(columns, OUTPUTS), "b": drawn(OUTPUTS, 1), "alpha": fmpq_mat([[1], [2], [3]])}
        data |= {"C": data["A"] * scales, "c": scales.inv() * data["b"]}
    if what == "layers":
        data["V"] = [drawn(columns, OUTPUTS), *(drawn(OUTPUTS, OUTPUTS) for _ in range(DEPTH - 1))]
    if "mu" in theorem.program["symbols"] and what == "one output":
        data["mu"] = (data["X"] * data["X"].transpose()).solve(data["y"])
    taken = {name for name, symbol in theorem.program["symbols"].items() if symbol["role"] == "data"}
    return Dataset({name: value for name, value in data.items() if name in taken}, what)


def whitened(n: int, source: random.Random) -> fmpq_mat:
    """Orthonormal rows: those of a Householder reflection."""
    direction = fmpq_mat(2 * n, 1, [source.randint(-3, 3) or 1 for _ in range(2 * n)])
    length = (direction.transpose() * direction)[0, 0]
    outer = direction * direction.transpose() * (fmpq(2) / length)
    return fmpq_mat(n, 2 * n, [int(i == j) - outer[i, j] for i in range(n) for j in range(2 * n)])


def with_cvxpy(dataset: Dataset, dual: str) -> float:
    """The convex dual: ``max tr(ΛᵀY)`` (less ``½‖Λ‖_F²``) subject to ``σ_max(XᵀΛ) ≤ 1`` (or β)."""
    inputs, target = dataset.floats("X"), dataset.floats("y" if "y" in dataset.values else "Y")
    variable = cvxpy.Variable(target.shape)
    objective = cvxpy.sum(cvxpy.multiply(variable, target))
    if dual == "quadratic":
        objective -= cvxpy.sum_squares(variable) / 2
    size = cvxpy.norm(inputs.T @ variable, "fro") if target.shape[1] == 1 else cvxpy.sigma_max(inputs.T @ variable)
    radius = float(dataset.floats("beta")) if dual == "quadratic" else 1.0
    problem = cvxpy.Problem(cvxpy.Maximize(objective), [size <= radius])
    return float(problem.solve(solver=cvxpy.CLARABEL))


class NotCertified(Exception):
    """Some claim does not hold, so that its time would mean nothing; the message says which, and why."""


@contextmanager
def stopwatch() -> Iterator[dict[str, list[float]]]:
    """Milliseconds that the engine spends in each call of its parts."""
    spent: dict[str, list[float]] = {part: [] for part in PARTS}
    before = {part: getattr(engine_module, part) for part in PARTS}

    def timed(part: str) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return before[part](*arguments)
            finally:
                spent[part].append((time.perf_counter() - start) * 1000)

        return run

    try:
        for part in PARTS:
            setattr(engine_module, part, timed(part))
        yield spent
    finally:
        for part in PARTS:
            setattr(engine_module, part, before[part])


def certify(engine: Engine, dataset: Dataset) -> dict[str, float]:
    """Decides every claim; milliseconds in all and by part.

    Raises:
        NotCertified: some claim does not hold.
    """
    engine._decided.clear()
    gc.collect()
    with stopwatch() as spent:
        start = time.perf_counter()
        decided = engine.decide(dataset)
        whole = (time.perf_counter() - start) * 1000
    failed = [f"{name}: {o.reason}" for name, o in decided.outcomes.items() if o.verdict not in ("holds", "skipped")]
    if decided.inapplicable or failed:
        raise NotCertified("; ".join(failed) or f"not applicable, as it takes {decided.inapplicable}")
    # The first decision is at the witness's point; the one after attacks is at all points.
    return {
        "certified": whole,
        "propose": sum(spent["propose"]),
        "witness": spent["decide"][0],
        "attack": sum(spent["rivals"]) + sum(spent["decide"][1:]),
    }


def measure(identifier: str, n: int, entries: str, repeats: int) -> dict[str, Any]:
    """Times one theorem on one dataset: medians in milliseconds, CVXPY and the checker in turns."""
    what, dual = KINDS[identifier]
    theorem = LIBRARY[identifier]
    engine, dataset = Engine(theorem, DIGITS), draw(n, entries, what, theorem)
    turns: list[dict[str, float]] = []
    for _ in range(repeats + 1):
        turn = certify(engine, dataset)
        start = time.perf_counter()
        if dual:
            with_cvxpy(dataset, dual)
        turn["cvxpy"] = (time.perf_counter() - start) * 1000
        turns.append(turn)
    # The first turn warms caches up: compiled gap identities, CVXPY's imports.
    medians = {key: statistics.median(turn[key] for turn in turns[1:]) for key in turns[0]}
    ratios = {key: medians[key] / medians["cvxpy"] if dual else float("nan") for key in ("certified", "propose")}
    ratios["bracket"] = (medians["propose"] + medians["witness"]) / medians["cvxpy"] if dual else float("nan")
    return {"theorem": identifier, "n": n, "data": entries, "milliseconds": medians, "over_cvxpy": ratios}


def table(chapter: str, rows: list[dict[str, Any]]) -> Table:
    shown = Table(title=f"{chapter}: every claim at {DIGITS} digits, medians in ms")
    for column in ("theorem", "n", "data", "certified", "propose", "decide", "attack", "CVXPY", "first ÷ CVXPY",
                   "÷ CVXPY"):  # fmt: skip
        shown.add_column(column, justify="left" if column in ("theorem", "data") else "right")
    for row in rows:
        times, ratios = row["milliseconds"], row["over_cvxpy"]
        parts = [f"{times[part] / times['certified']:.0%}" for part in ("propose", "witness", "attack")]
        compared = [f"{times['cvxpy']:.1f}", f"{ratios['bracket']:.2f}", f"{ratios['certified']:.2f}"]
        shown.add_row(
            row["theorem"].partition("/")[2], str(row["n"]), row["data"], f"{times['certified']:.1f}", *parts,
            *(compared if ratios["certified"] == ratios["certified"] else ["–"] * 3),
        )  # fmt: skip
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="n up to 10, and fewer repeats")
    parser.add_argument("--only", metavar="NAME", default="", help="theorems whose id contains this")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the numbers as JSON")
    options = parser.parse_args()
    sizes, repeats = ((5, 10), 2) if options.quick else ((5, 10, 20), 3)
    console, found, failed = Console(width=130), list[dict[str, Any]](), list[str]()
    for chapter in ("two-layer-linear", "deep-linear"):
        rows = []
        for name in (name for name in KINDS if name.startswith(chapter) and options.only in name):
            for n, entries in product(sizes, ("integers", "53-bit")):
                try:
                    rows.append(measure(name, n, entries, repeats))
                except NotCertified as error:
                    failed.append(f"{name}, n = {n}, {entries}: not certified, and not timed ({error})")
        if rows:
            console.print(table(chapter, rows))
        found += rows
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if failed:
        raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main()
