"""The works that the library encodes or relies on."""

from checker.statement import Citation

ERGEN_PILANCI_2020 = Citation(
    "T. Ergen and M. Pilanci", "Convex Duality of Deep Neural Networks", 2020, identifier="arXiv:2002.09773"
)
WANG_ERGEN_PILANCI_2021 = Citation(
    "Y. Wang, T. Ergen and M. Pilanci", "Parallel Deep Neural Networks Have Zero Duality Gap", 2021,
    identifier="arXiv:2110.06482",
)  # fmt: skip
BHATIA_1997 = Citation("R. Bhatia", "Matrix Analysis", 1997)
HARDY_LITTLEWOOD_POLYA_1934 = Citation("G. H. Hardy, J. E. Littlewood and G. Pólya", "Inequalities", 1934)
ROCKAFELLAR_1970 = Citation("R. T. Rockafellar", "Convex Analysis", 1970)
PILANCI_ERGEN_2020 = Citation(
    "M. Pilanci and T. Ergen",
    "Neural Networks are Convex Regularizers: Exact Polynomial-time Convex Optimization Formulations for Two-layer "
    "Networks",
    2020, identifier="arXiv:2002.10553",
)  # fmt: skip
SAVARESE_2019 = Citation(
    "P. Savarese, I. Evron, D. Soudry and N. Srebro",
    "How do infinite width bounded norm networks look in function space?", 2019, identifier="arXiv:1902.05040",
)  # fmt: skip
