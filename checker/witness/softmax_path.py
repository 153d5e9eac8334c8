"""The dual of a cross-entropy with a nuclear norm, by a barrier: a path that leads to the optimum from any data.

The dual of ``CE(GVRᵀ; Y) + ‖V‖_*`` is ``min Σ p log p`` over the P whose rows are probabilities and whose slope
``S = Gᵀ(Y − P)R`` has no singular value above one.  With the barrier

    ``−μ(Σ log p + log det(I − SᵀS))``

it has, for each μ > 0, one minimum, inside; there ``V = 2μS(I − SᵀS)⁻¹`` has the logits ``log p − μ/p`` but for a
constant in each row, and as μ falls to 0, V and S approach the optima.  Entropies go well with this barrier (C.-G. Han,
P. Pardalos and Y. Ye, 1992): what is minimised is self-concordant once it is divided by μ, so that Newton's method with
a line search arrives from anywhere, however different the samples are in size (Y. Nesterov and A. Nemirovski, 1994).

P has many entries, S has few: the change of P is eliminated from the equations of Newton's method.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import arb, arb_mat

from checker.witness.softmax import Softmax, mean, singular_values
from checker.witness.spectral import identity, inner

# By so much μ falls at once.
_FACTOR = 100
# Newton's steps for one μ: fewer than ten, but for the first one, to which a start near the boundary may be far.
_STEPS = 400
# Of the Newton decrement, below which one may go on to the next μ.
_CENTRED = arb("0.25")
# And below which it falls quadratically, unless it consists of rounding errors.
_ROUNDED = arb(2) ** -30
_BACK = arb("0.9")
_ZERO, _ONE = arb(0), arb(1)


def centres(loss: Softmax, powers: Sequence[int]) -> Iterator[tuple[arb_mat, arb_mat]]:
    """V and S: first those from which the path starts, V = 0, then for ``μ = 100^-k``, the k in increasing order.

    They end early where a minimum is not reached, for lack of digits.
    """
    path = _Path(loss)
    probabilities = path.start()
    yield arb_mat(loss.inputs.ncols(), loss.columns.ncols()), path.slope(probabilities)
    for power in range(max(powers) + 1):
        barrier, before = (arb(_FACTOR) ** -power).mid(), arb("inf")
        for _ in range(_STEPS):
            step = path.step(probabilities, barrier)
            probabilities = path.moved(probabilities, step, barrier)
            if step.decrement < (barrier if power in powers else _CENTRED):
                break
            if before / 2 < step.decrement < _ROUNDED:  # as near as the precision tells
                break
            before = step.decrement
        else:
            return
        if power in powers:
            yield step.weights, step.slope


@dataclass(frozen=True)
class _Step:
    """Newton's change of P, its decrement, and V and S before it."""

    change: arb_mat
    decrement: arb
    weights: arb_mat
    slope: arb_mat


class _Path:
    """The dual with a barrier, at the present precision."""

    def __init__(self, loss: Softmax) -> None:
        self.loss, self.transposed = loss, loss.inputs.transpose()

    def start(self) -> arb_mat:
        """P between the labels, where S = 0, and equal probabilities, as far as S allows."""
        rows, columns = self.loss.labels.nrows(), self.loss.labels.ncols()
        equal = arb_mat(rows, columns, [_ONE / columns] * (rows * columns))
        largest = max(singular_values(self.slope(equal)).values, default=_ZERO)
        share = (1 / (2 * largest.max(_ONE))).mid()
        return (self.loss.labels * (1 - share) + equal * share).mid()

    def slope(self, probabilities: arb_mat) -> arb_mat:
        """S of shape (r, K − 1)."""
        return (self.loss.gradient(probabilities) * -1).mid()

    def step(self, probabilities: arb_mat, barrier: arb) -> _Step:
        """Newton's, for ``dS = −Gᵀ·dP·R`` first."""
        loss, slope = self.loss, self.slope(probabilities)
        rows, columns = slope.nrows(), slope.ncols()
        inverse = (identity(columns) - slope.transpose() * slope).inv().mid()
        weights = (slope * inverse * (2 * barrier)).mid()
        shares = arb_mat([[p * p / (p + barrier) for p in row] for row in probabilities.tolist()]).mid()
        gradient = arb_mat(
            [
                [p.log() - barrier / p - z for p, z in zip(*pair, strict=True)]
                for pair in zip(probabilities.tolist(), loss.outputs(weights).tolist(), strict=True)
            ]
        ).mid()
        alone = _descent(shares, gradient)
        curvature = _curvature(slope, inverse, barrier)
        unit, seen = identity(rows * columns), loss.curvature(shares, identity(rows), identity(columns))
        right = (self.transposed * alone * loss.columns * -1).mid().entries()
        system = (unit + seen * curvature).mid()
        turned = system.solve(arb_mat(rows * columns, 1, right), algorithm="approx").mid()
        bent = arb_mat(rows, columns, (curvature * turned).mid().entries())
        change = _descent(shares, (gradient - loss.outputs(bent)).mid())
        return _Step(change, (-inner(gradient, change) / barrier).max(_ZERO).sqrt().mid(), weights, slope)

    def moved(self, probabilities: arb_mat, step: _Step, barrier: arb) -> arb_mat:
        """The whole step, or a part of it that stays inside and lowers the objective."""
        pairs = zip(probabilities.entries(), step.change.entries(), strict=True)
        fastest = max((-change / p for p, change in pairs), default=_ZERO).max(_BACK)
        share, before = (_BACK / fastest).mid(), self._value(probabilities, barrier)
        least = (step.decrement**2 * barrier / 8).mid()
        while True:
            found = (probabilities + step.change * share).mid()
            after = self._value(found, barrier)
            if after is not None and before is not None and after <= before - least * share:
                return found
            # So short a step lowers it in exact arithmetic.
            if share < 1 / (2 * (1 + step.decrement)):
                return found if after is not None else probabilities
            share = (share / 2).mid()

    def _value(self, probabilities: arb_mat, barrier: arb) -> arb | None:
        """The objective with its barrier; None outside."""
        entries, values = probabilities.entries(), singular_values(self.slope(probabilities)).values
        if not (all(p > 0 for p in entries) and all(value < 1 for value in values)):
            return None
        total = sum(((p - barrier) * p.log() for p in entries), start=_ZERO)
        return (total - barrier * sum(((1 - value * value).log() for value in values), start=_ZERO)).mid()


def _descent(shares: arb_mat, gradient: arb_mat) -> arb_mat:
    """``−H⁻¹g`` of the separable part, with ``diag(1/w)`` for H and rows that sum to zero."""
    rows = list[list[arb]]()
    for w, g in zip(shares.tolist(), gradient.tolist(), strict=True):
        middle = mean(w, g)
        rows.append([share * (middle - entry) for share, entry in zip(w, g, strict=True)])
    return arb_mat(rows).mid()


def _curvature(slope: arb_mat, inverse: arb_mat, barrier: arb) -> arb_mat:
    """``E ↦ 2μ(EM + SM(EᵀS + SᵀE)M)`` with ``M = (I − SᵀS)⁻¹``, for matrices flattened by rows."""
    once, (rows, columns) = (slope * inverse).mid(), (slope.nrows(), slope.ncols())
    twice, middle, both = (once * slope.transpose()).mid().tolist(), inverse.tolist(), once.tolist()
    table = [
        [
            2 * barrier * ((middle[l][j] if i == k else 0) + both[i][l] * both[k][j] + twice[i][k] * middle[l][j])
            for k in range(rows)
            for l in range(columns)  # noqa: E741 - an index
        ]
        for i in range(rows)
        for j in range(columns)
    ]
    return arb_mat(table).mid()
