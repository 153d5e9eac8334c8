"""Global minima against closed forms and minimisation by brute force; the bounds computed again in mpmath."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import mpmath
import pytest
from flint import arb, ctx, fmpq, fmpq_mat

from checker.witness import global_minimum as module
from checker.witness.exact import WitnessError
from checker.witness.global_minimum import GlobalMinimum, Line, Oracle, global_minimum
from checker.witness.rounding import norm_squared, rational_of, square_root
from theorems.losses import LOSSES
from theorems.witnesses.convex_losses import fitted

BITS = 206
Size = Callable[[mpmath.mpf], mpmath.mpf]
FAR = fmpq(10) ** 400


def number(value: Any) -> mpmath.mpf:
    if isinstance(value, arb):
        mantissa, power = value.mid().man_exp()
        return mpmath.ldexp(mpmath.mpf(int(mantissa)), int(power))
    return mpmath.mpf(int(value.p)) / int(value.q)


def column(*entries: Any) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [fmpq(entry) for entry in entries])


def root_above(value: fmpq, bits: int) -> fmpq:
    root = square_root(value, bits)
    return root if root * root >= value else root * (1 + fmpq(1, 1 << bits))


def squared_line(inputs: fmpq_mat, target: fmpq_mat, weights: fmpq_mat, bits: int) -> Line:
    slopes = inputs * weights - target
    loss = norm_squared(slopes) / 2
    level = -loss - (slopes.transpose() * target)[0, 0]
    slope = root_above(norm_squared(inputs.transpose() * slopes), bits + 64)
    return Line(root_above(norm_squared(weights), bits + 64), arb(loss), arb(level), slope, (weights, slopes))


def one_sample(x: fmpq, y: fmpq) -> tuple[Oracle, Size]:
    """``½(xw − y)²``."""

    def oracle(s: fmpq, bits: int) -> Line:
        return squared_line(column(x), column(y), column(max(fmpq(0), (y - s / x) / x)), bits)

    return oracle, lambda rho: (number(y) - number(x) * min(rho, number(y / x))) ** 2 / 2


def separate_samples(scales: Sequence[fmpq]) -> tuple[Oracle, Size]:
    """``½Σ(x_i w_i − 1)²``: the minimum has ``w_i = x_i/(x_i² + λ)`` with ``λ‖w‖ = s``."""
    squares = [x * x for x in scales]
    inputs = fmpq_mat([[x if i == j else fmpq(0) for j in range(len(scales))] for i, x in enumerate(scales)])

    def oracle(s: fmpq, bits: int) -> Line:
        target = column(*[1] * len(scales))
        if norm_squared(inputs.transpose() * target) <= s * s:
            return squared_line(inputs, target, target * 0, bits)
        before, ctx.prec = ctx.prec, 2 * bits + 300
        low, high = arb(s) / sum(1 / x for x in scales), arb(s)
        while norm(high) * high < s:
            high *= 2
        for _ in range(30):
            middle = (low * high).sqrt().mid()
            low, high = (middle, high) if norm(middle) * middle < s else (low, middle)
        for _ in range(bits.bit_length() + 2):
            rate = 1 - low * sum(q / (q + low) ** 3 for q in squares) / norm(low) ** 2
            low = (low * (1 - (norm(low) * low / s).log() / rate)).mid()
        weights = column(
            *[rational_of(x / (q + low), bits + 80) for x, q in zip(map(arb, scales), squares, strict=True)]
        )
        ctx.prec = before
        return squared_line(inputs, target, weights, bits)

    def norm(penalty: arb) -> arb:
        return sum(q / (q + penalty) ** 2 for q in squares).sqrt()

    def size(rho: mpmath.mpf) -> mpmath.mpf:
        exact = [number(x) for x in scales]

        def excess(log: mpmath.mpf) -> mpmath.mpf:
            return mpmath.sqrt(sum((x / (x * x + mpmath.exp(log))) ** 2 for x in exact)) - rho

        low, high = mpmath.mpf(-300), mpmath.mpf(300)
        for _ in range(mpmath.mp.prec + 12):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) > 0 else (low, middle)
        penalty = mpmath.exp(low)
        return sum((penalty / (x * x + penalty)) ** 2 for x in exact) / 2

    return oracle, size


def absolute_on_the_line(inputs: Sequence[int], targets: Sequence[int]) -> tuple[Oracle, Size]:
    """``Σ|x_i w − y_i|`` with the minimum at a kink, all x_i and y_i positive."""
    kinks = sorted(fmpq(y, x) for x, y in zip(inputs, targets, strict=True))

    def loss(w: Any) -> Any:
        return sum(abs(x * w - y) for x, y in zip(inputs, targets, strict=True))

    def oracle(s: fmpq, bits: int) -> Line:
        w = min([fmpq(0), *kinks], key=lambda w: loss(w) + s * w)
        slopes = [fmpq((x * w > y) - (x * w < y)) for x, y in zip(inputs, targets, strict=True)]
        pull = sum(x * p for x, p in zip(inputs, slopes, strict=True))
        for i, x in enumerate(inputs):
            if x * w == targets[i]:
                slopes[i] = max(fmpq(-1), min(fmpq(1), (-s - pull) / x))
                pull += x * slopes[i]
        return Line(w, arb(loss(w)), arb(-sum(p * y for p, y in zip(slopes, targets, strict=True))), abs(pull), slopes)

    def size(rho: mpmath.mpf) -> mpmath.mpf:
        return min(loss(w) for w in [rho, *(number(k) for k in kinks if number(k) <= rho)])

    return oracle, size


def logistic_on_the_line(inputs: Sequence[int]) -> tuple[Oracle, Size]:
    oracle = by_central_path("logistic", fmpq_mat([[x] for x in inputs]), column(*[1] * len(inputs)))

    def loss(w: mpmath.mpf) -> mpmath.mpf:
        return sum(mpmath.log1p(mpmath.exp(-x * w)) for x in inputs)

    if min(inputs) > 0:
        return oracle, loss
    best = mpmath.findroot(lambda w: sum(x / (1 + mpmath.exp(x * w)) for x in inputs), 1)
    return oracle, lambda rho: loss(min(rho, best))


def by_central_path(name: str, inputs: fmpq_mat, targets: fmpq_mat) -> Oracle:
    loss = next(loss for loss in LOSSES if loss.name == name)
    values = {"absolute": absolute_values, "hinge": hinge_values, "logistic": logistic_values}[name]

    def oracle(s: fmpq, bits: int) -> Line:
        found, slopes = fitted(loss, {"X": inputs, "y": targets}, inputs, s, bits)
        value, level = values(inputs * found.weights, targets, slopes)
        point = root_above(norm_squared(found.weights), bits + 64) if norm_squared(found.weights) > 0 else fmpq(0)
        slope = root_above(norm_squared(inputs.transpose() * slopes), bits + 64)
        return Line(point, value, level, slope, (found.weights, slopes))

    return oracle


def absolute_values(outputs: fmpq_mat, targets: fmpq_mat, slopes: fmpq_mat) -> tuple[arb, arb]:
    assert all(abs(p) <= 1 for p in slopes.entries())
    return arb(sum(abs(r) for r in (outputs - targets).entries())), -arb((slopes.transpose() * targets)[0, 0])


def hinge_values(outputs: fmpq_mat, targets: fmpq_mat, slopes: fmpq_mat) -> tuple[arb, arb]:
    margins = [z * y for z, y in zip(outputs.entries(), targets.entries(), strict=True)]
    return arb(sum(max(fmpq(0), 1 - m) for m in margins)), -arb((slopes.transpose() * targets)[0, 0])


def logistic_values(outputs: fmpq_mat, targets: fmpq_mat, slopes: fmpq_mat) -> tuple[arb, arb]:
    margins = [z * y for z, y in zip(outputs.entries(), targets.entries(), strict=True)]
    shares = [arb(-p * y) for p, y in zip(slopes.entries(), targets.entries(), strict=True)]
    entropies = [p * p.log() + (1 - p) * (-p).log1p() for p in shares]
    return sum((-arb(m)).exp().log1p() for m in margins), -sum(entropies)


def normal(name: str, rows: int, columns: int, seed: int) -> tuple[fmpq_mat, fmpq_mat]:
    source = random.Random(seed)
    inputs = [[source.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]
    targets = [row[0] + source.gauss(0, 1) for row in inputs]
    targets = targets if name == "absolute" else [1.0 if y > 0 else -1.0 for y in targets]
    exact = fmpq_mat([[fmpq(*x.as_integer_ratio()) for x in row] for row in inputs])
    return exact, column(*[fmpq(*y.as_integer_ratio()) for y in targets])


def solved(oracle: Oracle, beta: fmpq, depth: int, bits: int = BITS) -> GlobalMinimum:
    """The minimum, after its bracket has been computed again in mpmath at 120 digits."""
    before, ctx.prec = ctx.prec, 1000
    try:
        zero = oracle(FAR, bits)
        assert zero.point == 0
        found = global_minimum(oracle, zero, arb(0), beta, depth, bits)
        assert ctx.prec == 1000
    finally:
        ctx.prec = before
    points, lines = found.points, found.lines
    assert points[0] == 0
    assert all(before < after for before, after in pairwise(points))
    assert len(lines) == len(points) - 1
    with mpmath.workdps(120):
        lower = decay(beta, depth, number(points[-1]))
        for line, *ends in zip(lines, points, points[1:], strict=False):
            for rho in map(number, ends):
                lower = min(lower, number(line.level) - number(line.slope) * rho + decay(beta, depth, rho))
        upper = number(found.best.loss) + decay(beta, depth, number(found.best.point))
        assert upper - lower <= upper * mpmath.mpf(2) ** -bits * (1 + mpmath.mpf(2) ** -bits)
        assert abs(lower - number(found.lower)) <= upper * mpmath.mpf(4) ** -min(bits, BITS - 20)
        assert abs(upper - number(found.upper)) <= upper * mpmath.mpf(4) ** -min(bits, BITS - 20)
    return found


def decay(beta: fmpq, depth: int, rho: mpmath.mpf) -> mpmath.mpf:
    return number(beta) * depth / 2 * rho ** (mpmath.mpf(2) / depth)


def brute_force(size: Size, beta: fmpq, depth: int, largest: float, steps: int = 170) -> mpmath.mpf:
    """The least of the minima between the neighbours of each point of a grid that is no larger than they are."""
    with mpmath.workdps(40):

        def cost(log: mpmath.mpf) -> mpmath.mpf:
            rho = mpmath.exp(log)
            return size(rho) + decay(beta, depth, rho)

        grid = [mpmath.log(largest) + 1 - mpmath.mpf(i) / 4 for i in range(64)]
        costs = [cost(at) for at in grid]
        found, ratio = [size(mpmath.mpf(0)), costs[-1]], (mpmath.sqrt(5) - 1) / 2
        for i in range(1, len(grid) - 1):
            if costs[i] <= min(costs[i - 1], costs[i + 1]):
                low, high = grid[i + 1], grid[i - 1]
                first, second = high - ratio * (high - low), low + ratio * (high - low)
                one, other = cost(first), cost(second)
                for _ in range(steps):
                    if one < other:
                        high, second, other = second, first, one
                        first = high - ratio * (high - low)
                        one = cost(first)
                    else:
                        low, first, one = first, second, other
                        second = low + ratio * (high - low)
                        other = cost(second)
                found.append(min(one, other))
        return min(found)


def agrees(found: GlobalMinimum, least: mpmath.mpf, digits: int = 33) -> None:
    with mpmath.workdps(40):
        assert abs(number(found.upper) - least) <= least * mpmath.mpf(10) ** -digits


def minorise(found: GlobalMinimum, size: Size, largest: float) -> None:
    """All lines lie below φ."""
    source = random.Random(1)
    with mpmath.workdps(100):
        rhos = [mpmath.mpf(largest) * source.random() ** 3 for _ in range(4)]
        for rho in rhos + [number(line.point) for line in found.lines[:: max(1, len(found.lines) // 4)]]:
            least, allowed = size(rho), size(mpmath.mpf(0)) * mpmath.mpf(10) ** -90
            for line in found.lines:
                assert number(line.level) - number(line.slope) * rho <= least + allowed


def test_both_minima_are_optimal_at_the_crossover() -> None:
    """``½(2 − w)² + (3/2)w^(2/3)`` is 2 at 0 and at 1."""
    found = solved(one_sample(fmpq(1), fmpq(2))[0], fmpq(1), 3)
    assert found.upper == 2
    assert found.best.point == 0
    assert len(found.lines) <= 80
    with mpmath.workdps(80):
        assert any(abs(number(line.point) - 1) < mpmath.mpf(10) ** -30 for line in found.lines)


@pytest.mark.parametrize("power", [10, 40, 61, 62, 63, 80])
@pytest.mark.parametrize("sign", [1, -1])
def test_next_to_the_crossover(power: int, sign: int) -> None:
    beta = 1 + sign * fmpq(10) ** -power
    found = solved(one_sample(fmpq(1), fmpq(2))[0], beta, 3)
    assert len(found.lines) <= 80
    if power < 60:
        assert (found.best.point == 0) == (sign == 1)


def test_an_irrational_crossover() -> None:
    """``β = 2^(−4/3)`` for ``½(1 − w)²``, rounded to 300 bits: the minimum at 1/2 costs as much as 0."""
    with mpmath.workprec(400):
        beta = fmpq(int(mpmath.floor(mpmath.ldexp(mpmath.mpf(2) ** (mpmath.mpf(-4) / 3), 300))), 1 << 300)
    found = solved(one_sample(fmpq(1), fmpq(1))[0], beta, 3)
    with mpmath.workdps(80):
        assert abs(number(found.upper) - 0.5) < mpmath.mpf(10) ** -62
        assert any(abs(number(line.point) - 0.5) < mpmath.mpf(10) ** -30 for line in found.lines)


@pytest.mark.parametrize("depth", [2, 3, 4, 5, 6, 7, 8, 20])
@pytest.mark.parametrize("beta", [fmpq(1, 10**30), fmpq(1, 100), fmpq(3, 10), fmpq(2), fmpq(10) ** 30])
def test_one_sample(depth: int, beta: fmpq) -> None:
    oracle, size = one_sample(fmpq(1), fmpq(2))
    found = solved(oracle, beta, depth)
    agrees(found, brute_force(size, beta, depth, 2.5))
    minorise(found, size, 3.0)
    assert len(found.lines) <= (1 if depth == 2 else 80)


SPREAD = (fmpq(1), fmpq(1, 30), fmpq(1, 1000))


@pytest.mark.parametrize("depth", [3, 8])
@pytest.mark.parametrize("beta", [fmpq(1, 10**5), fmpq(1, 100), fmpq(1, 10), fmpq(1)])
def test_minima_of_several_sizes(depth: int, beta: fmpq) -> None:
    oracle, size = separate_samples(SPREAD)
    found = solved(oracle, beta, depth)
    if beta == fmpq(1, 100):
        agrees(found, brute_force(size, beta, depth, 2000.0, 60), 20)
    minorise(found, size, 1000.0)


def test_two_minima_that_are_not_zero_and_cost_the_same() -> None:
    oracle = separate_samples(SPREAD)[0]
    beta = fmpq(6232794014661909210011434298447629, 129807421463370690713262408230502400)  # by bisection
    for power, large in ((6, True), (30, True), (-30, False), (-6, False)):
        found = solved(oracle, beta * (1 - fmpq(power // abs(power), 10 ** abs(power))), 3)
        assert 1 < found.best.point < 100
        assert (found.best.point > 3) == large


@pytest.mark.parametrize("depth", [2, 3, 4, 20])
@pytest.mark.parametrize("beta", [fmpq(1, 10**20), fmpq(1), fmpq(5), fmpq(50)])
def test_absolute_values_on_the_line(depth: int, beta: fmpq) -> None:
    oracle, size = absolute_on_the_line([1, 2, 3, 5], [1, 3, 1, 7])
    found = solved(oracle, beta, depth)
    agrees(found, brute_force(size, beta, depth, 2.5))
    minorise(found, size, 3.0)


@pytest.mark.parametrize("inputs", [[1, 2, 4], [1, 2, -1]])
@pytest.mark.parametrize(("beta", "depth"), [(fmpq(1, 10**10), 3), (fmpq(1, 4), 3), (fmpq(1, 4), 6), (fmpq(9), 4)])
def test_logistic_loss_on_the_line(inputs: list[int], beta: fmpq, depth: int) -> None:
    with mpmath.workdps(100):
        oracle, size = logistic_on_the_line(inputs)
    found = solved(oracle, beta, depth)
    agrees(found, brute_force(size, beta, depth, 40.0))
    minorise(found, size, 30.0)


@pytest.mark.parametrize("name", ["absolute", "hinge", "logistic"])
@pytest.mark.parametrize(("beta", "depth"), [(fmpq(1, 2), 3), (fmpq(1, 5), 8), (fmpq(50), 3)])
def test_two_inputs(name: str, beta: fmpq, depth: int) -> None:
    inputs, targets = normal(name, 7, 2, seed=3)
    found = solved(by_central_path(name, inputs, targets), beta, depth)
    assert (found.best.point == 0) == (beta == 50)
    weights, _ = found.best.payload
    assert norm_squared(weights) <= found.best.point**2
    source, values = random.Random(2), {"absolute": absolute_values, "hinge": hinge_values, "logistic": logistic_values}
    for _ in range(20):
        other = column(*[fmpq(*source.gauss(0, 3).as_integer_ratio()) for _ in range(2)])
        rho = arb(norm_squared(other)).sqrt()
        loss, _ = values[name](inputs * other, targets, targets * fmpq(-1, 2))
        assert loss + arb(beta * depth / 2) * rho ** (arb(2) / depth) > found.upper
        assert all(line.level - arb(line.slope) * rho < loss for line in found.lines)


@pytest.mark.parametrize("scale", [fmpq(10) ** 30, fmpq(10) ** -30])
def test_hard_scales(scale: fmpq) -> None:
    """Inputs times a and targets times b: w times b/a, and the cost times b² if β is times ``b²(a/b)^(2/L)``."""
    half = fmpq(3, 10)
    plain = [solved(one_sample(fmpq(1), fmpq(2))[0], half, depth) for depth in (3, 20)]
    scaled = solved(one_sample(scale, 2 * scale)[0], half * scale**2, 3)
    both = solved(one_sample(1 / scale**3, fmpq(2))[0], half / scale**2, 3)
    deep = solved(one_sample(scale**10, fmpq(2))[0], half * scale, 20)
    with mpmath.workdps(40):
        for found, unit, factor in ((scaled, plain[0], scale**2), (both, plain[0], fmpq(1)), (deep, plain[1], fmpq(1))):
            agrees(found, number(unit.upper) * number(factor))


@pytest.mark.parametrize("bits", [20, 53, 400])
def test_other_precisions(bits: int) -> None:
    assert len(solved(one_sample(fmpq(1), fmpq(2))[0], fmpq(1), 3, bits).lines) <= bits // 2


def test_targets_that_are_zero() -> None:
    found = solved(absolute_on_the_line([1], [0])[0], fmpq(1), 3)
    assert found.upper == 0
    assert found.best.point == 0


def calls(oracle: Oracle, beta: fmpq, depth: int) -> list[int]:
    """The precisions that are asked for."""
    asked = []

    def counted(s: fmpq, bits: int) -> Line:
        asked.append(bits)
        return oracle(s, bits)

    solved(counted, beta, depth)
    return asked


def test_few_lines_are_needed_to_all_bits() -> None:
    asked = calls(one_sample(fmpq(1), fmpq(2))[0], fmpq(3, 10), 3)
    assert len(asked) <= 50
    assert sum(asked) <= 0.75 * BITS * len(asked)


@pytest.mark.parametrize("beta", [fmpq(1, 10), fmpq(9, 10), fmpq(2)])
def test_lines_that_do_not_touch_are_refused(beta: fmpq) -> None:
    """Such a line weakens the bound; no bound lies above the minimum."""
    oracle, size = one_sample(fmpq(1), fmpq(2))
    least = brute_force(size, beta, 3, 2.5)

    def weak(s: fmpq, bits: int) -> Line:
        line = oracle(s, bits)
        return replace(line, level=line.level - fmpq(1, 10**6))

    with pytest.raises(WitnessError, match=r"the gap between the cost and its lower bound.* is .* of the cost"):
        solved(weak, beta, 3)
    agrees(solved(weak, beta, 3, 10) if beta < 1 else solved(oracle, beta, 3), least, 3)


def test_a_line_of_no_use_is_refused() -> None:
    oracle = one_sample(fmpq(1), fmpq(2))[0]
    flat = Line(fmpq(0), arb(2), arb(0), fmpq(0))
    with pytest.raises(WitnessError, match=r"the gap .* at ‖w‖ = .* is .* of the cost"):
        global_minimum(lambda s, bits: flat, oracle(FAR, BITS), arb(0), fmpq(1, 2), 3, BITS)


def test_a_search_cut_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROUNDS", 12)
    with pytest.raises(WitnessError, match=r"the gap .* at ‖w‖ = .* is .* of the cost"):
        solved(one_sample(fmpq(1), fmpq(2))[0], fmpq(1), 3)


@pytest.mark.parametrize(("beta", "depth"), [(fmpq(0), 3), (fmpq(1), 1)])
def test_what_is_refused(beta: fmpq, depth: int) -> None:
    oracle = one_sample(fmpq(1), fmpq(2))[0]
    message = f"it needs a positive beta and at least 2 layers, not {beta} and {depth}"
    with pytest.raises(WitnessError, match=message):
        global_minimum(oracle, oracle(FAR, BITS), arb(0), beta, depth, BITS)
