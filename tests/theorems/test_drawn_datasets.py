"""Every theorem of the linear chapters, and every lemma, on drawn datasets and on the shipped ones."""

import pytest

import checker
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from checker.library import identify
from checker.statement import Theorem
from theorems import deep_linear, lemmas, two_layer_linear


def theorems_of(module) -> list[Theorem]:
    return [value for value in vars(module).values() if isinstance(value, Theorem)]


CHAPTERS = [*theorems_of(two_layer_linear), *theorems_of(deep_linear)]
ALL = [*CHAPTERS, *theorems_of(lemmas)]


@pytest.mark.parametrize("theorem", ALL, ids=identify)
def test_every_claim_holds_on_a_hundred_distinct_datasets_and_the_shipped_ones(theorem):
    result = checker.verify(theorem)
    assert result.holds
    shipped = sum(count for label, count in result.strata.items() if label.endswith((".csv", ".json")))
    assert (shipped, sum(result.strata.values()) - shipped) == (len(theorem.examples), 100)
    assert len({record.digest for record in result.datasets}) == 100 + len(theorem.examples)
    for claim, said in zip(theorem.claims, result.claims, strict=True):
        # A claim with a condition concerns some of them, every other claim all.
        assert said.verdict == "holds"
        assert said.cases > 0 if claim.when else said.counts == {"holds": 100 + len(theorem.examples)}


@pytest.mark.parametrize("theorem", CHAPTERS, ids=identify)
def test_equal_seeds_give_equal_datasets_and_other_seeds_others(theorem):
    engine = Engine(theorem)

    def digests(seed: int) -> list[str]:
        drawn = draw_datasets(theorem, 8, seed, lambda dataset: not engine.inapplicable(dataset))
        return [dataset.digest for dataset in drawn.datasets]

    first = digests(11)
    assert len(set(first)) == len(first) == 8
    assert digests(11) == first
    assert set(digests(12)) != set(first)


def test_the_verdicts_of_equal_seeds_are_equal():
    first, second = (checker.verify(deep_linear.vector_output, cases=6, seed=5) for _ in range(2))
    assert first.to_json() == second.to_json()
    assert first.certificates == second.certificates
