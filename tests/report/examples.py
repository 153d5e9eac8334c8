"""Results as the engine returns them, for the theorems of two-layer linear networks, with every verdict among them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from checker.falsify.results import DroppedAssumption, Falsification, Mutant
from checker.result import ClaimResult, Counterexample, DatasetRecord, Line, TheoremResult
from checker.statement import Theorem, at_most, norm
from checker.statement.mathml import mathml
from checker.statement.text import text
from checker.statement.wording import claim_mathml, claim_text
from theorems import two_layer_linear

STRATA = (
    "small integers", "tall", "wide", "square", "rank-deficient", "repeated and zero rows and columns",
    "ill-conditioned", "badly scaled", "fractions", "53-bit", "zero target", "boundary",
)  # fmt: skip
FILES = {"diabetes.csv": {"n": 442, "d": 10, "m": 3}, "wine.csv": {"n": 178, "d": 13, "m": 2}}
DIGITS = 50


def line(name: str, expression: Any) -> Line:
    return Line(name, text(expression), mathml(expression))


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _datasets(key: str, per_stratum: int, all_exact: bool, certificates: bool) -> tuple[DatasetRecord, ...]:
    records = []
    for place, label in enumerate(STRATA):
        for position in range(per_stratum):
            digest = _digest(key, label, position)
            exact = all_exact or (position + place) % 3 == 0
            width = None if exact else -DIGITS - 0.4 - place - 4 * abs(math.sin(7 * position + place))
            sizes = {"n": 1 + position % 4, "d": 1 + (position + place) % 5, "m": 2}
            certificate = (
                f"two-layer-linear.{key}.{label.replace(' ', '-')}.{digest[:8]}.json"
                if certificates and position == 0
                else ""
            )
            digits = None if width is None else int(-width)
            records.append(
                DatasetRecord(
                    label, digest, sizes, "holds", digits, width, 20 + position * (place + 1), "", certificate
                )
            )
    for place, (label, sizes) in enumerate(FILES.items()):
        digest = _digest(key, label)
        name = f"two-layer-linear.{key}.{label.replace('.', '-')}.{digest[:8]}.json" if certificates else ""
        records.append(DatasetRecord(label, digest, sizes, "holds", 51 + place, -51.7 - place, 900 + place, "", name))
    return tuple(records)


HARDEST: Mapping[str, Any] = {
    "X": [["3", "-1/2", "0"], ["1", "2/7", "-4"]],
    "y": [["5"], ["-1/3"]],
    "d": "3",
    "m": "2",
    "n": "2",
}
LARGE: Mapping[str, Any] = {
    "X": [[f"{(7 * i + 3 * j) % 19 - 9}/{j + 2}" for j in range(10)] for i in range(442)],
    "y": [[str(i % 23 - 5)] for i in range(442)],
    "beta": "1/10",
    "d": "10",
    "m": "3",
    "n": "442",
}


def _claims(theorem: Theorem, datasets: int, changes: Mapping[str, Mapping[str, Any]]) -> tuple[ClaimResult, ...]:
    results = []
    for claim in theorem.claims:
        exact = claim.kind in ("infeasible", "relation")
        identity = claim.kind in ("weak-duality", "identity", "for-every-optimum", "vanishing")
        values: dict[str, Any] = {
            "claim": claim.name,
            "text": claim_text(claim),
            "mathml": claim_mathml(claim),
            "verdict": "holds",
            "evidence": "identity" if identity else "exact" if exact else "enclosed",
            "digits": None if identity or exact else 50,
            "cases": datasets,
            "counts": {"holds": datasets, "refuted": 0, "undecided": 0, "skipped": 0},
            "relies_on": ("strong-duality",) if claim.kind == "for-every-optimum" else (),
        }
        results.append(ClaimResult(**values | dict(changes.get(claim.name, {}))))
    return tuple(results)


def result(
    name: str,
    theorem: Theorem,
    *,
    per_stratum: int = 9,
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    all_exact: bool = False,
    hardest: Mapping[str, Any] = HARDEST,
    certificates: bool = True,
    verdict: str = "holds",
    statement: tuple[Line, ...] = (),
) -> TheoremResult:
    datasets = _datasets(name, per_stratum, all_exact, certificates)
    strata = dict.fromkeys(STRATA, per_stratum) | dict.fromkeys(FILES, 1)
    return TheoremResult(
        theorem=f"two-layer-linear/{name}",
        title=theorem.title,
        source=str(theorem.source),
        note=theorem.note,
        digest=_digest(theorem.title),
        verdict=verdict,
        statement=statement,
        assumptions=tuple(line("", assumption.relation) for assumption in theorem.given),
        claims=_claims(theorem, len(datasets), changes or {}),
        datasets=datasets,
        strata=strata,
        rejected={"repeated": 14, "inapplicable": 3},
        hardest=hardest,
        seed=0,
        digits=DIGITS,
        certificates={r.certificate: {"dataset": r.digest, "sizes": dict(r.sizes)} for r in datasets if r.certificate},
    )


def strong_duality() -> TheoremResult:
    """Everything holds."""
    library = two_layer_linear
    statement = (line("primal", library.primal), line("dual", library.dual))
    changes = {
        "dual-optimum": {
            "cases": 94,
            "counts": {"holds": 94, "refuted": 0, "undecided": 0, "skipped": 6},
        }
    }
    return result("strong-duality", library.strong_duality, statement=statement, changes=changes)


def off_range() -> TheoremResult:
    """Everything holds, and every bracket has width zero."""
    library = two_layer_linear
    statement = (line("primal", library.primal), line("dual", library.dual))
    return result("off-range", library.off_range, statement=statement, all_exact=True, certificates=False)


def regularized() -> TheoremResult:
    """A claim is refuted, one is undecided, and one applies to no dataset."""
    library = two_layer_linear
    statement = (line("primal", library.regularized_primal), line("dual", library.regularized_dual))
    example = {"X": [["1", "0"], ["-2", "1/3"]], "y": [["2"], ["-1"]], "beta": "3/2", "n": "2", "d": "2", "m": "1"}
    changes = {
        "residual": {
            "verdict": "refuted",
            "evidence": "exact",
            "cases": 97,
            "counts": {"holds": 97, "refuted": 3, "undecided": 0, "skipped": 0},
            "reason": "the optimum of the primal violates the equation by more than its enclosure",
            "counterexample": Counterexample(
                example,
                "refuted",
                "the two sides are different rational numbers",
                "17/12",
                "4/3",
                "regularized-residual.json",
            ),
        },
        "strong-duality": {
            "verdict": "undecided",
            "evidence": "enclosed",
            "digits": 31,
            "cases": 99,
            "counts": {"holds": 99, "refuted": 0, "undecided": 1, "skipped": 0},
            "reason": "the bracket closed to 31 of 50 digits; try a witness of higher precision, or --digits 30",
            "counterexample": Counterexample(
                LARGE, "undecided", "31 of 50 digits", "12.345678901234567890123456789012" + "3" * 200, "12.3456789"
            ),
        },
        "vanishing": {
            "verdict": "inapplicable",
            "evidence": "",
            "cases": 0,
            "counts": {"holds": 0, "refuted": 0, "undecided": 0, "skipped": 100},
        },
        "aligned": {"evidence": "sampled", "relies_on": ("weak-duality", "the Cauchy–Schwarz inequality")},
    }
    base = result(
        "regularized", library.regularized, statement=statement, changes=changes, hardest=LARGE, verdict="refuted"
    )
    records = list(base.datasets)
    for position, (verdict, width) in {4: ("refuted", -30.5), 31: ("undecided", -31.2)}.items():
        old = records[position]
        records[position] = DatasetRecord(old.label, old.digest, old.sizes, verdict, 31, width, old.hardness)
    records.append(
        DatasetRecord(
            "housing.csv", _digest("housing"), {"n": 506, "d": 13}, "inapplicable", reason="beta > 0 does not hold"
        )
    )
    certificates = {**base.certificates, "regularized-residual.json": {"dataset": example}}
    values = {
        "primal": {"lower": "12.34567890123456789012345678901", "upper": "12.34567890123456789012345678912"},
        "dual": {"lower": "12.34567890123456789012345678900", "upper": "12.34567890123456789012345678911"},
    }
    fields = {**vars(base), "datasets": tuple(records), "certificates": certificates, "values": values}
    return TheoremResult(**fields)


def inapplicable() -> TheoremResult:
    """No dataset met the assumptions."""
    theorem = two_layer_linear.off_range
    skipped = {"verdict": "inapplicable", "evidence": "", "cases": 0, "counts": {}, "digits": None}
    record = DatasetRecord(
        "wine.csv", _digest("wine"), {"n": 3, "d": 5}, "inapplicable", reason="y is in the range of X"
    )
    return TheoremResult(
        theorem="two-layer-linear/off-range-on-wine", title=theorem.title, source=str(theorem.source), note="",
        digest=_digest("wine"), verdict="inapplicable", statement=(line("primal", two_layer_linear.primal),),
        assumptions=(), claims=_claims(theorem, 0, {claim.name: skipped for claim in theorem.claims}),
        datasets=(record,), strata={}, rejected={}, hardest=None, seed=0, digits=DIGITS,
    )  # fmt: skip


def _counterexample(dataset: Mapping[str, Any], left: str = "3", right: str = "2.3811") -> Counterexample:
    return Counterexample(dataset, "refuted", "the two sides are apart", left, right)


def falsification() -> Falsification:
    """Each outcome of a dropped assumption, and each fate of a mutant; one survivor has no reason."""
    theorem = two_layer_linear.regularized
    positive, other = line("", theorem.given[0].relation), line("", at_most(norm(two_layer_linear.y), 1))
    small = {"X": [["1", "0"]], "y": [["2"]], "beta": "0", "n": "1", "d": "2", "m": "1"}
    left_out = [
        DroppedAssumption("strong-duality", positive, "needed", 3, "apart", None, _counterexample(small)),
        DroppedAssumption("optimal-value", positive, "needed", 3, "apart", None, _counterexample(small)),
        DroppedAssumption("aligned", positive, "needed", 3, "apart", None, _counterexample({**small, "beta": "-1"})),
        DroppedAssumption("weak-duality", positive, "not needed here", 20),
        DroppedAssumption("residual", positive, "open", 0, "the witness raised ZeroDivisionError: division by zero"),
        DroppedAssumption(
            "weak-duality", other, "not needed here", 20, "", line("", at_most(norm(two_layer_linear.y), 2))
        ),
    ]
    primal, dual = (
        line("", p.objective) for p in (two_layer_linear.regularized_primal, two_layer_linear.regularized_dual)
    )
    mutants = [
        Mutant("a constant", "primal", primal, dual, "refuted", "strong-duality", 1, "", _counterexample(small)),
        Mutant("a norm", "dual", dual, primal, "uncertified", "weak-duality", 12, "no gap identity"),
        Mutant("a transpose", "dual", dual, dual, "equivalent", "", 0, "the matrix is symmetric"),
        Mutant("a relation", "dual", dual, primal, "survived", "", 12, "weaker: = implies ≤"),
        Mutant("an exponent", "primal", primal, dual, "survived", "", 12),
    ]
    return Falsification(tuple(left_out), tuple(mutants))


def attacked() -> TheoremResult:
    """Everything holds, and it was attacked."""
    return replace(strong_duality(), theorem="two-layer-linear/attacked", falsification=falsification())


def all_results() -> list[TheoremResult]:
    return [strong_duality(), off_range(), regularized(), inapplicable(), attacked()]
