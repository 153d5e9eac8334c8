"""What losses of the margin ``y_i·z_i`` share, y_i being 1 or -1."""

from sympy import MatrixSymbol

from checker.statement import Assumption, Relation, diagonal, ones, relu


def margin(z, y):
    """``(y_i z_i)_i``."""
    return diagonal(y) * z


def falling(nu, y):
    """``y_i ν_i ≤ 0``: no such loss grows with the margin."""
    latent = MatrixSymbol(f"u_for_{nu.name}", *nu.shape)
    return Assumption(Relation("nonnegative", -margin(nu, y)), nu, -margin(relu(latent), y), (latent,))


def falling_by_at_most_one(nu, y):
    """``−1 ≤ y_i ν_i ≤ 0``."""
    latent, unit = MatrixSymbol(f"u_for_{nu.name}", *nu.shape), ones(*nu.shape)
    clipped = relu(latent) - relu(latent - unit)
    return (
        Assumption(Relation("nonnegative", -margin(nu, y)), nu, -margin(clipped, y), (latent,)),
        Assumption(Relation("nonnegative", unit + margin(nu, y))),
    )
