"""The theorem that ``checker new`` writes: thirty lines that run."""

from __future__ import annotations

import importlib.util
import keyword
import re
from pathlib import Path

TEMPLATE = '''"""The least-norm interpolant: min ½‖w‖² subject to Xw = y, and its dual."""

from checker.statement import *

n, d = dimensions("n d")
X, y = matrix("X", n, d), vector("y", n)
w, lam = vector("w", d), vector("lambda", n)

interpolates = equal(X * w, y)
primal = Minimize(norm(w) ** 2 / 2, over=[w], subject_to=[interpolates])
dual = Maximize(dot(lam, y) - norm(X.T * lam) ** 2 / 2, over=[lam])

# P − D is a square plus a multiple of the constraint, for all X, y, w and λ: that proves weak duality.
gap = GapIdentity(squares=((Rational(1, 2), w - X.T * lam),), residuals=(Residual(lam, interpolates),))


def witness(data):
    """The optimum in closed form, exactly: λ = (XXᵀ)†y and w = Xᵀλ.  Wrong values are never believed."""
    from checker.kernel.matrices import least_norm

    weights = least_norm(data["X"], data["y"])
    return {"w": weights, "lambda": least_norm(data["X"].transpose(), weights)}


NAME = Theorem(
    title="The least-norm interpolant",
    given=[InRange(y, X)],
    claims=[
        WeakDuality(primal, dual, by=gap),
        StrongDuality(primal, dual),
        OptimalValue(primal, norm(pinv(X) * y) ** 2 / 2),
        ForEveryOptimum(primal, equal(w, X.T * lam), name="in-row-space"),
    ],
    witness=witness,
)
'''


class TemplateError(ValueError):
    """A name that cannot be used for a new theorem; the message is one sentence."""


def write_template(name: str) -> Path:
    """Writes ``NAME.py`` into the working directory.

    Raises:
        TemplateError: not a Python name, that of a module, or a file of that name is there already.
    """
    stem = name.removesuffix(".py").replace("-", "_")
    path = Path(f"{stem}.py")
    if not re.fullmatch(r"[a-z][a-z0-9_]{,99}", stem) or keyword.iskeyword(stem):
        raise TemplateError(f"{name[:100]!r} cannot name a theorem; write a lower-case name such as least_norm.")
    if not path.exists() and importlib.util.find_spec(stem) is not None:
        raise TemplateError(
            f"{name!r} cannot name a theorem, as {stem!r} is the name of a module; choose another name."
        )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(TEMPLATE.replace("NAME = ", f"{stem} = "))
    except FileExistsError as error:
        raise TemplateError(f"{path} is there already; choose another name.") from error
    except OSError as error:
        raise TemplateError(f"{path} cannot be written: {error.strerror}.") from error
    return path
