"""Times a certificate of strong duality against CVXPY, mpmath and bare python-flint, as ratios within one run.

``python benchmarks/certification.py [--quick] [--json FILE]``; the README beside this file says what is measured.
"""

# ruff: noqa: E402 -- threads are limited before NumPy is imported

from __future__ import annotations

import os

# Both sides on one thread: with more, BLAS threads that wait for a core decide the ratios.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import cvxpy
import mpmath
import numpy as np
from flint import fmpq, fmpq_mat
from rich.console import Console
from rich.table import Table

from checker.kernel.case import Case
from checker.kernel.decide import decide
from checker.kernel.evaluate import Machine
from checker.statement import Theorem
from theorems.two_layer_linear import regularized, strong_duality

DIGITS = 50
# mpmath rounds; a few digits more than asked for, or its own error would fail the certificate.
GUARD_DIGITS = 12
# mpmath alone takes a minute at n = 200: the certificate is made there up to this n only.
LARGEST_ALONE = 100
THEOREMS = {"strong-duality": strong_duality, "regularized": regularized}
Data = dict[str, Any]
Point = dict[str, Any]


def draw(n: int, kind: str, theorem: str) -> Data:
    """X of shape (n, 2n) and y, of integers in −9…9 or of float64 normal numbers taken exactly; β = n."""
    source = random.Random(n)

    def entry() -> fmpq:
        if kind == "integers":
            return fmpq(source.randint(-9, 9))
        return fmpq(*source.gauss(0, 1).as_integer_ratio())

    X = fmpq_mat(n, 2 * n, [entry() for _ in range(2 * n * n)])
    y = fmpq_mat(n, 1, [entry() for _ in range(n)])
    return {"n": n, "d": 2 * n, "m": 1, "X": X, "y": y} | ({"beta": fmpq(n)} if theorem == "regularized" else {})


def only_strong_duality(theorem: Theorem) -> Machine:
    """The theorem's program with the claims of weak and strong duality alone."""
    claims = [claim for claim in theorem.program["claims"] if claim["kind"] in ("weak-duality", "strong-duality")]
    return Machine({**theorem.program, "claims": claims})


def certify(machine: Machine, data: Data, point: Point) -> str:
    return str(decide(Case(machine, data, [point], DIGITS))["strong-duality"].verdict)


def with_cvxpy(inputs: np.ndarray, target: np.ndarray, radius: float, is_regularized: bool) -> float:
    dual = cvxpy.Variable(len(target))
    objective = dual @ target - (cvxpy.sum_squares(dual) / 2 if is_regularized else 0)
    problem = cvxpy.Problem(cvxpy.Maximize(objective), [cvxpy.norm(inputs.T @ dual, 2) <= radius])
    return float(problem.solve(solver=cvxpy.CLARABEL))


def with_mpmath(v: dict[str, Any], is_regularized: bool) -> bool:
    """Feasibility and the gap of a pair of points, each to working precision."""
    X, y, W1, w2, lam, beta = (v[name] for name in ("X", "y", "W_1", "w_2", "lambda", "beta"))
    tolerance = mpmath.mpf(10) ** -DIGITS
    error = X * (W1 * w2) - y
    cost = (mpmath.norm(W1) ** 2 + mpmath.norm(w2) ** 2) / 2
    size, value = mpmath.norm(lam.T * X), (lam.T * y)[0]
    if is_regularized:
        primal, dual = mpmath.norm(error) ** 2 / 2 + beta * cost, value - mpmath.norm(lam) ** 2 / 2
        feasible = size <= beta * (1 + tolerance)
    else:
        primal, dual = cost, value
        feasible = mpmath.norm(error) <= tolerance * mpmath.norm(y) and size <= 1 + tolerance
    return bool(feasible and abs(primal - dual) <= tolerance * primal)


def alone_in_mpmath(v: dict[str, Any], is_regularized: bool) -> bool:
    """The same certificate made and checked in mpmath alone: one linear solve for λ, then the network, then the check.

    The regularised problem is given its multiplier μ for nothing; finding it would take several solves.
    """
    X, y = v["X"], v["y"]
    gram = X * X.T
    if is_regularized:
        multiplier = mpmath.norm(v["W_1"] * v["w_2"]) / v["beta"]
        lam = mpmath.lu_solve(mpmath.eye(len(y)) + multiplier * gram, y)
        weights = multiplier * (X.T * lam)
        lam *= v["beta"] / mpmath.norm(X.T * lam)
    else:
        lam = mpmath.lu_solve(gram, y)
        weights = X.T * lam
        lam /= mpmath.norm(weights)
    scale = mpmath.sqrt(mpmath.norm(weights))
    return with_mpmath({**v, "W_1": weights / scale, "w_2": mpmath.matrix([scale]), "lambda": lam}, is_regularized)


def with_flint(v: dict[str, Any], is_regularized: bool) -> bool:
    """The arithmetic of the kernel's decision, written out in python-flint."""
    X, y, W1, w2, lam, beta = (v[name] for name in ("X", "y", "W_1", "w_2", "lambda", "beta"))
    error = X * (W1 * w2) - y
    cost = ((W1.transpose() * W1)[0, 0] + (w2.transpose() * w2)[0, 0]) / 2
    correlation = X.transpose() * lam
    size, value = (correlation.transpose() * correlation)[0, 0], (lam.transpose() * y)[0, 0]
    if is_regularized:
        primal = (error.transpose() * error)[0, 0] / 2 + beta * cost
        dual = value - (lam.transpose() * lam)[0, 0] / 2
        feasible = size <= beta * beta
    else:
        primal, dual = cost, value
        feasible = error == fmpq_mat(y.nrows(), 1) and size <= 1
    return bool(feasible and 0 <= primal - dual <= primal / fmpq(10) ** DIGITS)


def to_mpmath(value: Any) -> Any:
    if isinstance(value, fmpq_mat):
        return mpmath.matrix([[to_mpmath(entry) for entry in row] for row in value.tolist()])
    return mpmath.mpf(int(value.p)) / int(value.q)


def to_numpy(matrix: fmpq_mat) -> np.ndarray:
    return np.array([[int(entry.p) / int(entry.q) for entry in row] for row in matrix.tolist()])


def timed(contenders: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Medians in milliseconds; the contenders take turns, each after a garbage collection."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, run in contenders.items():
            gc.collect()
            start = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(values) for name, values in times.items()}


def measure(n: int, kind: str, theorem: str, repeats: int) -> dict[str, Any]:
    """Times one dataset.

    Raises:
        SystemExit: one of the contenders does not reach the result; times would mean nothing.
    """
    subject, is_regularized, data = THEOREMS[theorem], theorem == "regularized", draw(n, kind, theorem)
    machine, whole = only_strong_duality(subject), Machine(subject.program)
    point = subject.proposer(data, DIGITS)
    exact = {"beta": fmpq(1), **data, **point}
    inputs, target, radius = to_numpy(data["X"]), to_numpy(data["y"])[:, 0], float(n) if is_regularized else 1.0
    with mpmath.workdps(DIGITS + GUARD_DIGITS):
        rounded = {name: to_mpmath(value) for name, value in exact.items() if not isinstance(value, int)}
        # The first turn also warms caches up: compiled gap identities, CVXPY's imports.
        claims = decide(Case(whole, data, [point], DIGITS))
        agree = {
            "kernel": certify(machine, data, point) == "holds",
            "all claims": all(outcome.verdict in ("holds", "skipped") for outcome in claims.values()),
            "CVXPY": np.isfinite(with_cvxpy(inputs, target, radius, is_regularized)),
            "mpmath": with_mpmath(rounded, is_regularized),
            "python-flint": with_flint(exact, is_regularized),
        }
        failed = [name for name, reached in agree.items() if not reached]
        if failed:
            raise SystemExit(f"{theorem}, n = {n}, {kind}: not certified by {', '.join(failed)}; nothing was timed.")
        times = timed(
            {
                "witness": lambda: subject.proposer(data, DIGITS),
                "kernel": lambda: certify(machine, data, point),
                "cvxpy": lambda: with_cvxpy(inputs, target, radius, is_regularized),
                "mpmath": lambda: with_mpmath(rounded, is_regularized),
                "flint": lambda: with_flint(exact, is_regularized),
            },
            repeats,
        )
        every = timed({"claims": lambda: decide(Case(whole, data, [point], DIGITS))}, min(repeats, 3))
        alone = {"alone": float("nan")}
        if n <= LARGEST_ALONE:
            alone = timed({"alone": lambda: alone_in_mpmath(rounded, is_regularized)}, 1)
    certification = times["witness"] + times["kernel"]
    return {
        "theorem": theorem, "n": n, "data": kind, "milliseconds": times,
        "certification": certification,
        "witness_share": times["witness"] / certification,
        "over_cvxpy": certification / times["cvxpy"],
        "mpmath_over_kernel": times["mpmath"] / times["kernel"],
        "mpmath_over_certification": alone["alone"] / certification,
        "kernel_over_flint": times["kernel"] / times["flint"],
        "all_claims": times["witness"] + every["claims"],
    }  # fmt: skip


def table(theorem: str, rows: list[dict[str, Any]]) -> Table:
    shown = Table(title=f"{theorem}: certification at {DIGITS} digits, X is n × 2n, medians in ms")
    columns = (
        "n",
        "data",
        "certified",
        "witness",
        "kernel",
        "CVXPY",
        "÷ CVXPY",
        "mpmath ÷ certified",
        "mpmath ÷ kernel",
        "kernel ÷ flint",
        "all claims",
    )
    for column in columns:
        shown.add_column(column, justify="left" if column == "data" else "right")
    for row in rows:
        share, times = row["witness_share"], row["milliseconds"]
        shown.add_row(
            str(row["n"]), row["data"], f"{row['certification']:.1f}", f"{share:.0%}", f"{1 - share:.0%}",
            f"{times['cvxpy']:.1f}", f"{row['over_cvxpy']:.2f}",
            "–" if row["n"] > LARGEST_ALONE else f"{row['mpmath_over_certification']:.0f}",
            f"{row['mpmath_over_kernel']:.0f}",
            f"{row['kernel_over_flint']:.1f}", f"{row['all_claims']:.0f}",
        )  # fmt: skip
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="n up to 50, and fewer repeats")
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the numbers as JSON")
    options = parser.parse_args()
    sizes, console, found = ((5, 20, 50) if options.quick else (5, 20, 50, 100, 200)), Console(width=120), []
    for theorem in THEOREMS:
        rows = []
        for n in sizes:
            for kind in ("integers", "53-bit"):
                repeats = 5 if options.quick or n >= 100 else 15
                rows.append(measure(n, kind, theorem, repeats))
        console.print(table(theorem, rows))
        found += rows
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
