"""Every theorem of the library on drawn datasets and on the shipped ones."""

import pytest

import checker
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from checker.library import library
from theorems import deep_linear

THEOREMS = library()
every_theorem = pytest.mark.parametrize("identifier", THEOREMS)

# So many that each stratum has some.
FEW, DEFAULT = 13, 100


def verified(identifier: str, cases: int):
    """The result on so many distinct datasets and the shipped ones, after a look at how many each claim concerns."""
    theorem = THEOREMS[identifier]
    result = checker.verify(theorem, cases=cases)
    assert {claim.claim for claim in result.claims if claim.verdict not in ("holds", "inapplicable")} == set()
    examples = [example for example in theorem.examples if example.without is None]
    shipped = sum(count for label, count in result.strata.items() if label.endswith((".csv", ".json")))
    assert (shipped, sum(result.strata.values()) - shipped) == (len(examples), cases)
    assert len({record.digest for record in result.datasets}) == cases + len(examples)
    for claim, said in zip(theorem.claims, result.claims, strict=True):
        assert claim.when or said.counts == {"holds": cases + len(examples)}
    return result


@every_theorem
def test_every_claim_holds_on_every_stratum_and_the_shipped_datasets(identifier):
    verified(identifier, FEW)


@pytest.mark.slow
@every_theorem
def test_every_claim_holds_on_a_hundred_datasets(identifier):
    assert verified(identifier, DEFAULT).holds


@every_theorem
def test_equal_seeds_give_equal_datasets_and_other_seeds_others(identifier):
    theorem = THEOREMS[identifier]
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
