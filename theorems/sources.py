"""The works that the library encodes."""

from checker.statement import Citation

ERGEN_PILANCI_2020 = Citation(
    "T. Ergen and M. Pilanci", "Convex Duality of Deep Neural Networks", 2020, identifier="arXiv:2002.09773"
)
