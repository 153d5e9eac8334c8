"""``checker.verify``: what it takes, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import checker
import theorems
from checker.datasets.dataset import Dataset
from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.library import UnknownTheorem
from checker.statement import Theorem, Variants, at_least, dimension, norm, norm1, scalar, vector
from theorems.two_layer_linear import off_range, regularized

LONGLEY = Path(theorems.__file__).parent / "data" / "longley.csv"
BETA = {"beta": 1000}


def test_data_may_be_a_path_a_mapping_or_a_dataset() -> None:
    path = checker.verify(regularized, data=LONGLEY, settings=BETA)
    dataset = load_dataset(LONGLEY, regularized, settings={"beta": "1000"})
    assert isinstance(dataset, Dataset)
    # Longley's figures are integers or halves of tenths: as text they are exact, as floats only the integers are.
    mapping = {"X": dataset["X"].tolist(), "y": dataset["y"].tolist()}
    for same in (checker.verify(regularized, data=dataset), checker.verify(regularized, data=mapping, settings=BETA)):
        assert same.values == path.values
        assert same.verdict == path.verdict == "holds"


def test_a_statement_is_attacked_on_datasets_of_its_own_alone() -> None:
    length = Theorem(title="Lengths", claims=[at_least(norm(vector("x", dimension("n"))), 0)])
    assert checker.verify(length, cases=3).falsification is None
    found = checker.verify(length, cases=3, falsify=True)
    assert found.falsification is not None
    assert {mutant.fate for mutant in found.falsification.mutants} >= {"refuted", "survived"}
    with pytest.raises(ValueError, match="falsify draws datasets of its own"):
        checker.verify(length, data={"x": [1, 2]}, falsify=True)


def test_an_array_is_taken_at_the_exact_values_of_its_floats() -> None:
    result = checker.verify("two-layer-linear/strong-duality", data={"X": np.array([[0.5]]), "y": np.array([1.5])})
    assert result.holds
    assert float(result.values["primal"]["lower"]) == pytest.approx(3, rel=1e-15)  # one rounding of the decimal


def test_the_rows_and_the_target_of_a_csv_file_may_be_chosen() -> None:
    result = checker.verify("two-layer-linear/strong-duality", data=LONGLEY, rows=4, target="GNP")
    assert result.holds
    sizes = result.datasets[0].sizes
    assert (sizes["n"], sizes["d"]) == (4, 6)


@pytest.mark.parametrize(
    ("theorem", "options", "error", "says"),
    [
        (3, {}, TypeError, "3 is not a theorem; give a Theorem"),
        ("nothing", {}, UnknownTheorem, "there is no theorem 'nothing'"),
        ("two-layer-linear", {}, UnknownTheorem, "theorems; write one of two-layer-linear/"),
        (off_range, {"cases": 0}, ValueError, "cases=0 is not a number of datasets; write 1 to 100000"),
        (off_range, {"digits": 0}, ValueError, "digits=0 is out of range; write 1 to 10000"),
        (off_range, {"settings": {"m": 2}}, ValueError, "go with data, which was not given"),
        (off_range, {"rows": 2}, ValueError, "go with data, which was not given"),
        (off_range, {"data": {"X": [[1]], "y": [1]}, "rows": 2}, ValueError, "target and rows choose from a csv file"),
        (off_range, {"data": "absent.csv"}, InputError, "there is no file"),
        (off_range, {"data": {"X": [[1]]}}, InputError, "y"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    theorem: Any, options: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        checker.verify(theorem, **options)
    assert says in str(caught.value)


@pytest.fixture
def lengths() -> Variants:
    # Not a name of this module, so that pytest does not collect it as a theorem.
    x, t = vector("x", dimension("n")), scalar("t")
    kinds = {"euclidean": norm(x), "sum": norm1(x)}
    return Variants(
        "kind", {kind: Theorem(title=f"Kind {kind}", claims=[at_least(t**2 * size, 0)]) for kind, size in kinds.items()}
    )


def test_settings_choose_a_variant_with_data_and_without(lengths: Variants) -> None:
    drawn = checker.verify(lengths, settings={"kind": "sum"}, cases=2)
    assert (drawn.title, drawn.holds) == ("Kind sum", True)
    given = checker.verify(lengths, data={"x": [1, 2]}, settings={"kind": "euclidean", "t": 3})
    assert (given.title, given.holds) == ("Kind euclidean", True)
    assert checker.verify(lengths.theorems["sum"], settings={"kind": "sum"}, cases=2).holds
    single = Variants("kind", {"sum": lengths.theorems["sum"]})
    assert checker.verify(single, cases=2).title == "Kind sum"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "Variants('kind', …) names 2 theorems; write the setting kind=euclidean or kind=sum."),
        ({"data": {"x": [1]}, "settings": {"t": 1}}, "write the setting kind=euclidean or kind=sum."),
        ({"settings": {"kind": "huber"}}, "kind=huber is no variant here; write kind=euclidean or kind=sum."),
        ({"settings": {"kind": "sum", "t": 1}}, "settings, target and rows go with data"),
    ],
)
def test_variants_without_one_that_is_chosen_are_refused(lengths: Variants, options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the sentence is compared
        checker.verify(lengths, **options)
    assert says in str(caught.value)
