"""The multinomial cross-entropy and a nuclear norm as one problem of few unknowns, in balls whose radii are dropped.

``CE(XW; Y) + β‖W‖_*`` is least at a ``W = QVRᵀ`` with Q and R orthonormal bases of the row space of X and of the
columns orthogonal to 𝟏, since its gradient ``Xᵀ(P − Y)``, P = softmax(XW), has such columns.  With ``G = XQ/β`` it is
``β`` times a scaling of ``CE(GVRᵀ; Y) + ‖V‖_*``.
"""

from __future__ import annotations

from flint import arb, arb_mat, fmpq, fmpq_mat

from checker.kernel.entrywise import softmax
from checker.kernel.matrices import factorise
from checker.witness.spectral import Decomposition, cholesky, decomposed, identity


class Softmax:
    """``CE(GVRᵀ; Y)`` at the present precision.

    Attributes:
        rows: Q, of shape (d, r).
        inputs: G, of shape (n, r).
        columns: R, of shape (K, K − 1).
        labels: Y, of shape (n, K).
    """

    def __init__(self, inputs: fmpq_mat, target: fmpq_mat, radius: fmpq) -> None:
        columns, rows = factorise(inputs)
        triangle = cholesky(arb_mat(rows * rows.transpose()))
        self.rows = triangle.solve(arb_mat(rows), algorithm="approx").mid().transpose()
        self.inputs = (arb_mat(columns * (1 / radius)) * triangle).mid()
        self.columns, self.labels = _contrasts(target.ncols()), arb_mat(target)

    def outputs(self, weights: arb_mat) -> arb_mat:
        """``GVRᵀ``, of shape (n, K)."""
        return (self.inputs * weights * self.columns.transpose()).mid()

    def probabilities(self, weights: arb_mat) -> arb_mat:
        """P of shape (n, K), by rows the softmax of the outputs."""
        return softmax(self.outputs(weights)).mid()

    def gradient(self, probabilities: arb_mat) -> arb_mat:
        """``Gᵀ(P − Y)R`` of shape (r, K − 1)."""
        return (self.inputs.transpose() * ((probabilities - self.labels) * self.columns)).mid()

    def curvature(self, shares: arb_mat, left: arb_mat, right: arb_mat) -> arb_mat:
        """``Σ_i (gᵢgᵢᵀ)⊗(Rᵀ(diag(wᵢ) − wᵢwᵢᵀ/𝟏ᵀwᵢ)R)`` for matrices flattened by rows.

        Args:
            shares: the wᵢ, by rows; of probabilities it is the Hessian of the loss.
            left, right: bases of the rows and the columns of V that stand for those of G and R.
        """
        table, columns = (self.columns * right).mid().tolist(), (self.columns * right).mid().transpose().tolist()
        outputs, weighted = list[list[arb]](), list[list[arb]]()
        for g, w in zip((self.inputs * left).mid().tolist(), shares.tolist(), strict=True):
            means = [mean(w, column) for column in columns]
            for share, row in zip(w, table, strict=True):
                centred = [entry - middle for entry, middle in zip(row, means, strict=True)]
                outputs.append([a * b for a in g for b in centred])
                weighted.append([share * entry for entry in outputs[-1]])
        return (arb_mat(outputs).mid().transpose() * arb_mat(weighted).mid()).mid()


def mean(shares: list[arb], values: list[arb]) -> arb:
    """The mean of numbers that count as much as their shares."""
    total = sum((w * x for w, x in zip(shares, values, strict=True)), start=arb(0))
    return (total / sum(shares, start=arb(0))).mid()


def singular_values(matrix: arb_mat) -> Decomposition:
    """With orthogonal matrices on both sides, of any shape."""
    rows, columns = matrix.nrows(), matrix.ncols()
    if rows >= columns:
        return decomposed(matrix, identity(columns))
    found = decomposed(matrix.transpose(), identity(rows))
    return Decomposition(left=found.right, values=found.values, right=found.left)


def _contrasts(size: int) -> arb_mat:
    """Orthonormal columns orthogonal to 𝟏, of shape (size, size − 1), as F. R. Helmert (1876) has them."""
    scale = [1 / arb(j * (j + 1)).sqrt() for j in range(1, size)]
    rows = [[x * (1 if i < j else -j if i == j else 0) for j, x in enumerate(scale, start=1)] for i in range(size)]
    return arb_mat(rows).mid()
