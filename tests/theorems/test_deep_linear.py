"""Deep networks: every value of the chapter in mpmath, over depths from 2 to 50."""

import json
import random
from pathlib import Path

import mpmath
import pytest
from flint import fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

import checker
from checker.datasets.dataset import Dataset
from checker.datasets.strategies import matrices, nonzero
from checker.statement import Maximize, WeakDuality
from tests.theorems.planted import failing, restated
from tests.theorems.references import DPS, assert_encloses, of_least_norm, power_sum
from theorems.deep_linear import (
    balanced_norms,
    one_branch_gap,
    parallel,
    rank_one_alignment,
    strong_duality,
    three_layers,
    three_layers_bound,
    two_optima,
    vector_output,
    vector_output_gap,
)

DATA = Path(__file__).parents[2] / "theorems" / "data"
PHYSIOLOGY = "Weight,Waist,Pulse"
IDENTITY = [[1, 0], [0, 1]]
WIDE = [[1, 2, 0], [3, 5, -1]]
DEPTHS = [*range(2, 9), 20, 50]
sizes = st.integers(1, 3)


def schatten_cost(sigma, depth: int) -> mpmath.mpf:
    """``(L/2)·Σσ_i^(2/L)``."""
    return depth * power_sum(sigma, mpmath.mpf(2) / depth) / 2


def nuclear_cost(sigma, depth: int) -> mpmath.mpf:
    """``(L/2)·(Σσ_i)^(2/L)``."""
    return mpmath.mpf(depth) / 2 * mpmath.fsum(sigma) ** (mpmath.mpf(2) / depth)


def nuclear(sigma, depth: int) -> mpmath.mpf:
    return mpmath.fsum(sigma)


def quasi_norm(sigma, depth: int) -> mpmath.mpf:
    """``(Σσ_i^(2/L))^(L/2)``."""
    return power_sum(sigma, mpmath.mpf(2) / depth) ** (mpmath.mpf(depth) / 2)


@st.composite
def in_range(draw, outputs=sizes):
    n, d, K = draw(sizes), draw(sizes), draw(outputs)
    X = draw(nonzero(n, d))
    return {"n": n, "d": d, "X": X}, X * draw(matrices(d, K))


@pytest.mark.parametrize("depth", DEPTHS)
@settings(max_examples=6, deadline=None)
@given(drawn=in_range(outputs=st.just(1)))
def test_one_output_costs_half_the_depth_times_a_power_of_the_least_norm(depth, drawn):
    data, y = drawn
    result = checker.verify(strong_duality, data=Dataset(data | {"y": y, "m": 2, "L": depth}))
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, nuclear_cost(of_least_norm(data["X"], y), depth), side)


@pytest.mark.parametrize("depth", [2, 3, 8])
@settings(max_examples=6, deadline=None)
@given(drawn=in_range(outputs=st.just(1)))
def test_networks_of_rank_one_cost_the_same(depth, drawn):
    data, y = drawn
    result = checker.verify(rank_one_alignment, data=Dataset(data | {"y": y, "m": 2, "L": depth}))
    assert result.verdict == ("holds" if any(e != 0 for e in y.entries()) else "inapplicable")
    with mpmath.workdps(DPS):
        if result.holds:
            assert_encloses(result, nuclear_cost(of_least_norm(data["X"], y), depth))


# The primal value, and the dual one where the theorem has a dual.
VECTOR = [
    (vector_output, schatten_cost, None),
    (vector_output_gap, schatten_cost, nuclear_cost),
    (parallel, nuclear, nuclear),
    (one_branch_gap, quasi_norm, nuclear),
]


@pytest.mark.parametrize("depth", [2, 3, 4, 7])
@pytest.mark.parametrize(("theorem", "primal", "dual"), VECTOR, ids=lambda value: getattr(value, "title", ""))
@settings(max_examples=5, deadline=None)
@given(drawn=in_range())
def test_several_outputs_cost_a_schatten_norm(theorem, primal, dual, depth, drawn):
    data, Y = drawn
    width = {"m": 3, "K": Y.ncols(), "L": depth} | ({"h": 1} if theorem is parallel else {})
    result = checker.verify(theorem, data=Dataset(data | width | {"Y": Y}))
    assert result.holds
    with mpmath.workdps(DPS):
        sigma = of_least_norm(data["X"], Y)
        assert_encloses(result, primal(sigma, depth))
        if dual is not None:
            assert_encloses(result, dual(sigma, depth), "dual")


# The costs of parallel networks are exact sums of L-th powers, whose numbers grow as the square of the depth.
DEEPEST = [(depth, *row) for depth in (20, 50) for row in VECTOR if row[0] is not parallel] + [(20, *VECTOR[2])]
DEEPEST += [pytest.param(50, *VECTOR[2], marks=pytest.mark.slow)]


@pytest.mark.parametrize(("depth", "theorem", "primal", "dual"), DEEPEST)
def test_networks_of_twenty_and_fifty_layers_are_certified(depth, theorem, primal, dual):
    Y = [[7, 11], [1, 3]]
    result = checker.verify(theorem, data={"X": WIDE, "Y": Y}, settings={"L": depth})
    assert result.holds
    with mpmath.workdps(DPS):
        sigma = of_least_norm(WIDE, Y)
        assert_encloses(result, primal(sigma, depth))
        if dual is not None:
            assert_encloses(result, dual(sigma, depth), "dual")


def test_the_smallest_gap_is_three_against_two_point_four():
    result = checker.verify(vector_output_gap, data={"X": IDENTITY, "Y": IDENTITY}, settings={"L": 3})
    assert verdicts(result)["gap"] == "holds"
    assert result.values["primal"] == {"lower": "3", "upper": "3"}
    with mpmath.workdps(DPS):
        assert_encloses(result, 3 * mpmath.mpf(2) ** (mpmath.mpf(2) / 3) / 2, "dual")
    assert result.values["dual"]["lower"].startswith("2.381101577952")


def test_one_branch_costs_the_root_of_eight_where_two_cost_two():
    result = checker.verify(one_branch_gap, data={"X": IDENTITY, "Y": IDENTITY}, settings={"L": 3})
    assert verdicts(result)["gap"] == "holds"
    with mpmath.workdps(DPS):
        assert_encloses(result, mpmath.sqrt(8))
        assert_encloses(result, mpmath.mpf(2), "dual")
        both = checker.verify(parallel, data={"X": IDENTITY, "Y": IDENTITY}, settings={"L": 3})
        assert both.holds
        assert_encloses(both, mpmath.mpf(2))


def test_no_gap_is_claimed_for_a_target_of_rank_one_or_two_layers():
    for theorem in (vector_output_gap, one_branch_gap):
        thin = verdicts(checker.verify(theorem, data={"X": IDENTITY, "Y": [[1, 2], [2, 4]]}, settings={"L": 3}))
        shallow = verdicts(checker.verify(theorem, data={"X": IDENTITY, "Y": IDENTITY}, settings={"L": 2}))
        assert (thin["gap"], thin["no-gap-at-rank-one"], thin["no-gap-for-two-layers"]) == (
            "inapplicable", "holds", "inapplicable",
        )  # fmt: skip
        assert (shallow["gap"], shallow["no-gap-at-rank-one"], shallow["no-gap-for-two-layers"]) == (
            "inapplicable", "inapplicable", "holds",
        )  # fmt: skip


def verdicts(result) -> dict[str, str]:
    return {claim.claim: claim.verdict for claim in result.claims}


def test_layers_in_balance_attain_the_bound_and_others_exceed_it():
    # (3, 4)·[[3, 0], [4, 0]]·(5, 0)ᵀ = 125, with three norms of 5.
    balanced = {"V": [[[3, 4]], [[3, 0], [4, 0]], [[5], [0]]]}
    found = verdicts(checker.verify(balanced_norms, data=balanced))
    assert found.pop("strict-unless-equal") == "inapplicable"
    assert set(found.values()) == {"holds"}
    stretched = {"V": [[[6, 8]], [[3, 0], [4, 0]], [[2.5], [0]]]}
    assert set(verdicts(checker.verify(balanced_norms, data=stretched)).values()) == {"holds"}


def test_lines_that_leave_out_what_is_near_zero_bound_nothing():
    bound = three_layers_bound
    later = Maximize(bound.objective, over=[*bound.variables], subject_to=[bound.constraints[1]], name="B")
    assert failing(restated(two_optima, WeakDuality(three_layers, later, name="wrong"), keep=()), "refuted")


def test_two_hundred_digits_of_twenty_layers_are_enclosed():
    one = checker.verify(strong_duality, data={"X": WIDE, "y": [7, 11]}, settings={"L": "20"}, digits=200)
    several = checker.verify(vector_output, data={"X": WIDE, "Y": [[7, 11], [1, 3]]}, settings={"L": "20"}, digits=200)
    assert one.holds
    assert several.holds
    with mpmath.workdps(240):
        for side in ("primal", "dual"):
            assert_encloses(one, nuclear_cost(of_least_norm(WIDE, [[7], [11]]), 20), side, digits=200)
        assert_encloses(several, schatten_cost(of_least_norm(WIDE, [[7, 11], [1, 3]]), 20), digits=200)


@pytest.mark.parametrize("theorem", [strong_duality, rank_one_alignment], ids=lambda t: t.title)
def test_more_than_eight_rows_are_interpolated(theorem):
    source = random.Random(0)
    X = [[source.randint(-9, 9) for _ in range(12)] for _ in range(9)]
    assert checker.verify(theorem, data={"X": X, "y": list(range(1, 10))}, settings={"L": 3}).holds


@pytest.mark.parametrize("depth", ["2", "4", "8"])
@pytest.mark.parametrize("theorem", [strong_duality, rank_one_alignment], ids=lambda t: t.title)
def test_the_first_rows_of_longley_are_interpolated_by_deep_networks(theorem, depth):
    assert checker.verify(theorem, data=DATA / "longley.csv", rows=5, settings={"L": depth}).holds


@pytest.mark.parametrize(("theorem", "primal", "dual"), VECTOR, ids=lambda value: getattr(value, "title", ""))
def test_three_rows_of_linnerud_are_interpolated_by_deep_networks(theorem, primal, dual):
    result = checker.verify(theorem, data=DATA / "linnerud.csv", rows=3, target=PHYSIOLOGY, settings={"L": "3"})
    assert result.holds
    lines = (DATA / "linnerud.csv").read_text(encoding="utf-8").splitlines()[1:4]
    table = [[int(entry) for entry in line.split(",")] for line in lines]
    with mpmath.workdps(DPS):
        assert_encloses(result, primal(of_least_norm([r[:3] for r in table], [r[3:] for r in table]), 3))


@pytest.mark.slow
@pytest.mark.parametrize(("digits", "megabytes"), [(50, 4), (200, 10)])
def test_a_certificate_of_twenty_layers_at_rank_ten_stays_small(digits, megabytes):
    source = random.Random(1)
    X = fmpq_mat(10, 12, [source.randint(-9, 9) for _ in range(120)])
    Y = X * fmpq_mat(12, 10, [source.randint(-9, 9) for _ in range(120)])
    assert Y.rank() == 10
    result = checker.verify(vector_output, data={"X": X, "Y": Y}, settings={"L": "20"}, digits=digits)
    assert result.holds
    (certificate,) = result.certificates.values()
    assert len(json.dumps(certificate)) < megabytes * 10**6
