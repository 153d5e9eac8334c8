"""ReLU neurons in the cones on which they are linear: the largest one, exactly, and fewer of them at no more cost.

**The largest neuron** is ``sup_{‖u‖≤1} |λᵀ(Xu)₊|``, the constraint of the dual problem of training.  The hyperplanes
``(Xu)_i = 0`` cut the space, and every subspace F in which some of them meet, into open cones.  On a cone of F with the
positive samples D, ``λᵀ(Xu)₊ = gᵀu`` with the gradient ``g = P_F·XᵀDλ`` in F.  A maximiser lies inside one of the cones
and is stationary there, that is along ``±g``; so the supremum is the largest ``‖g‖`` of the cones whose closure holds
``g`` or ``−g``.  The kernel decides it by the same reduction, from the expression; here what does not depend on λ is
prepared once.

**Fewer neurons.** Where the closure of one cone holds two of the same sign, ``(X(z + z'))₊ = (Xz)₊ + (Xz')₊``, and one
neuron ``z + z'`` costs at most ``‖z‖ + ‖z'‖``.  Where ``Σ r_j s_j(Xz_j)₊ = 0``, factors ``1 + t·r_j`` change no output,
and the cost is linear in t: it falls or stays until a neuron vanishes (Carathéodory), so that there are at most n.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.arrangements import Signs, cells, flats, planes, signs
from checker.kernel.numbers import Undecidable
from checker.kernel.progress import watched
from checker.witness.exact import WitnessError
from checker.witness.rounding import norm_squared
from checker.witness.spectral import inner, length

_GUARD = 32


@dataclass(frozen=True)
class Cone:
    """An open cone of a subspace F: the signs of ``Xz`` on it, the projection onto F (d×d), and ``P_F·XᵀD`` (d×n)."""

    signs: Signs
    projection: fmpq_mat
    slopes: fmpq_mat

    @property
    def silent(self) -> bool:
        """Whether ``(Xz)₊`` is zero on it."""
        return max(self.signs, default=0) <= 0


@dataclass(frozen=True)
class Largest:
    """The squared supremum, and a z of that squared norm whose direction attains it: ``sign·λᵀ(Xz)₊ = squared``."""

    squared: fmpq
    sign: int
    weights: fmpq_mat


@dataclass(frozen=True)
class Arrangement:
    """Inputs X of shape (n, d), the cones by their signs, and the slopes, one below another, of those not silent."""

    inputs: fmpq_mat
    cones: Mapping[Signs, Cone]
    stacked: fmpq_mat

    @classmethod
    def of(cls, inputs: fmpq_mat) -> Arrangement:
        """The cones into which the samples cut the space.

        Raises:
            WitnessError: there are too many of them.
        """
        found: dict[Signs, Cone] = {}
        normals, transposed = planes(inputs), inputs.transpose()
        try:
            for basis in watched("enumerating the cones of each subspace", [*flats(normals)]):
                onto = basis * (basis.transpose() * basis).solve(basis.transpose())
                columns = (onto * transposed).tolist()
                for point in cells(planes(normals * basis)).values():
                    pattern = signs(inputs * (basis * point))
                    kept = [x if sign > 0 else fmpq(0) for row in columns for x, sign in zip(row, pattern, strict=True)]
                    found[pattern] = Cone(pattern, onto, fmpq_mat(inputs.ncols(), inputs.nrows(), kept))
        except Undecidable as error:
            raise WitnessError(f"the cones on which neurons are linear were not enumerated: {error}") from error
        rows = [row for cone in found.values() if not cone.silent for row in cone.slopes.tolist()]
        stacked = fmpq_mat(len(rows), inputs.nrows(), [entry for row in rows for entry in row])
        return cls(inputs, found, stacked)

    def largest(self, lam: fmpq_mat) -> Largest:
        """The largest neuron for the response λ, of shape (n, 1)."""
        size, entries = self.inputs.ncols(), (self.stacked * lam).entries()
        best = Largest(fmpq(0), 1, fmpq_mat(size, 1))
        for at, cone in enumerate(cone for cone in self.cones.values() if not cone.silent):
            gradient = fmpq_mat(size, 1, entries[at * size : (at + 1) * size])
            value = norm_squared(gradient)
            if value > best.squared:
                there = signs(self.inputs * gradient)
                for side in (1, -1):
                    if _compatible(tuple(side * sign for sign in there), cone.signs):
                        best = Largest(value, side, gradient * side)
        return best

    def faces(self, cone: Cone, row: int) -> Iterator[Cone]:
        """The cones in the boundary of a cone on which ``(Xz)_row = 0``, those that are silent among them."""
        for face in self.cones.values():
            if face.signs[row] == 0 and all(a in (0, b) for a, b in zip(face.signs, cone.signs, strict=True)):
                yield face


def largest_neuron(inputs: fmpq_mat, lam: fmpq_mat) -> tuple[fmpq, fmpq_mat]:
    """The square of ``sup_{‖u‖≤1} |λᵀ(Xu)₊|``, and a z of that squared norm in a direction that attains it.

    Args:
        inputs: X, of shape (n, d).
        lam: λ, of shape (n, 1).

    Raises:
        WitnessError: the samples cut the space into too many cones.
    """
    found = Arrangement.of(inputs).largest(lam)
    return found.squared, found.weights


def _compatible(first: Signs, second: Signs) -> bool:
    """Whether the closure of one cone holds both."""
    return all(a * b >= 0 for a, b in zip(first, second, strict=True))


@dataclass(frozen=True)
class Neuron:
    """A sign and weights z, of shape (d, 1), inside a cone but for rounding errors."""

    sign: int
    cone: Cone
    weights: arb_mat

    def times(self, factor: arb) -> Neuron:
        """The neuron with its weights scaled."""
        return replace(self, weights=(self.weights * factor).mid())


class Problem:
    """X, y and β at the precision of the moment.  All balls are middles: nothing bounds their errors."""

    def __init__(self, arrangement: Arrangement, target: fmpq_mat, beta: fmpq) -> None:
        self.arrangement = arrangement
        self.inputs, self.target, self.beta = arb_mat(arrangement.inputs).mid(), arb_mat(target).mid(), arb(beta).mid()
        self.scale = inner(self.target, self.target)
        # To which costs are known.
        self.noise = self.scale * arb(2) ** (_GUARD - ctx.prec)
        self._slopes: dict[Signs, arb_mat] = {}

    def slopes(self, cone: Cone) -> arb_mat:
        """``P_F·XᵀD``."""
        if cone.signs not in self._slopes:
            self._slopes[cone.signs] = arb_mat(cone.slopes).mid()
        return self._slopes[cone.signs]

    def output(self, neuron: Neuron) -> arb_mat:
        """``s(Xz)₊``."""
        return (self.slopes(neuron.cone).transpose() * neuron.weights * arb(neuron.sign)).mid()

    def left(self, neurons: Sequence[Neuron]) -> arb_mat:
        """``λ = y − Σ s_j(Xz_j)₊``."""
        return sum((-self.output(neuron) for neuron in neurons), start=self.target).mid()

    def cost(self, neurons: Sequence[Neuron]) -> arb:
        """``½‖λ‖² + βΣ‖z_j‖``."""
        left = self.left(neurons)
        return (inner(left, left) / 2 + self.beta * sum((length(n.weights) for n in neurons), start=arb(0))).mid()

    def joining(self, largest: Largest) -> Neuron:
        """The largest neuron, of the size at which the cost is least while the others stay."""
        size, pattern = arb(largest.squared).sqrt(), signs(self.arrangement.inputs * largest.weights)
        unit = Neuron(largest.sign, self.arrangement.cones[pattern], (arb_mat(largest.weights) / size).mid())
        output = self.output(unit)
        return unit.times((size - self.beta) / inner(output, output))

    def landed(self, neuron: Neuron, row: int) -> list[Neuron]:
        """A neuron at the boundary of its cone, in the face that is nearest; none where it does nothing there."""
        candidates = []
        for face in self.arrangement.faces(neuron.cone, row):
            weights = (arb_mat(face.projection) * neuron.weights).mid()
            values = (self.inputs * weights).mid().entries()
            if all(sign == 0 or sign * value > 0 for sign, value in zip(face.signs, values, strict=True)):
                candidates.append(Neuron(neuron.sign, face, weights))
        nearest = min(candidates, key=lambda found: length(found.weights - neuron.weights), default=None)
        return [nearest] if nearest and not nearest.cone.silent else []

    def merged(self, neurons: Sequence[Neuron]) -> list[Neuron]:
        """The neurons, those of one sign added to each other that the closure of one cone holds."""
        found: list[Neuron] = []
        for neuron in neurons:
            while True:
                same = (n for n in found if n.sign == neuron.sign and _compatible(n.cone.signs, neuron.cone.signs))
                other = next(same, None)
                if other is None:
                    break
                found.remove(other)
                joint = tuple(a or b for a, b in zip(other.cone.signs, neuron.cone.signs, strict=True))
                weights = (other.weights + neuron.weights).mid()
                neuron = Neuron(neuron.sign, self.arrangement.cones[joint], weights)
            found.append(neuron)
        return found

    def independent(self, neurons: Sequence[Neuron]) -> list[Neuron]:
        """Neurons whose outputs are independent, with the same sum, which cost no more."""
        found = list(neurons)
        while ratios := self._dependency(found):
            slope = sum((r * length(n.weights) for r, n in zip(ratios, found, strict=True)), start=arb(0)).mid()
            if slope > 0:
                ratios = [-ratio for ratio in ratios]
            gone = min(range(len(found)), key=lambda k: ratios[k])
            factors = [1 - ratio / ratios[gone] for ratio in ratios]
            found = [n.times(f) for k, (n, f) in enumerate(zip(found, factors, strict=True)) if k != gone]
        return found

    def _dependency(self, neurons: Sequence[Neuron]) -> list[arb] | None:
        """Ratios r, not all zero, with ``Σ r_j s_j(Xz_j)₊ = 0`` to a quarter of the precision, if there are any."""
        outputs = [self.output(neuron) for neuron in neurons]
        norms = [length(output) for output in outputs]
        units = [[(x / norm).mid() for x in output.entries()] for output, norm in zip(outputs, norms, strict=True)]
        gram = (arb_mat(units) * arb_mat(units).transpose()).mid().tolist() if units else []
        for j in range(1, len(neurons)):
            beside = arb_mat(j, 1, gram[j][:j])
            shares = arb_mat([row[:j] for row in gram[:j]]).solve(beside, algorithm="approx").mid()
            # The squared distance of one output from the span of those before it.
            if (1 - inner(shares, beside)) ** 2 <= arb(2) ** -ctx.prec:
                ratios = [*(-shares).entries(), arb(1), *[arb(0)] * (len(neurons) - j - 1)]
                return [(ratio / norm).mid() for ratio, norm in zip(ratios, norms, strict=True)]
        return None
