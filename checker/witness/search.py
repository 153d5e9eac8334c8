"""A search for cheap networks of the same product: what would break a claim that every optimum is of one form."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from typing import Any

from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, Phase, given, seed, settings, target
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from checker.kernel.matrices import identity

Layers = list[fmpq_mat]
_TRIED, _KEPT = 60, 4
_SIZES = (fmpq(1), fmpq(1, 10), fmpq(1, 10**6), fmpq(1, 10**18))


def cheap_networks(layers: Layers, number: int) -> list[Layers]:
    """Networks with the product of the given one, in other hidden bases; the search is pushed towards low cost.

    Hypothesis draws at which layer and to which basis, near the present one and far from it; its target is the cost
    ``½Σ‖W_l‖_F²``, of which the cheapest networks found are returned.

    Args:
        layers: at least two matrices whose shapes chain.
        number: the seed; equal seeds give equal networks.
    """
    return [*_cheapest(tuple(tuple(map(tuple, layer.tolist())) for layer in layers), number)]


@lru_cache(maxsize=256)
def _cheapest(layers: tuple[Any, ...], number: int) -> tuple[Layers, ...]:
    """Remembered, as one network is attacked again for every mutant of a statement."""
    # In a thread of its own, as Hypothesis refuses one test within another, and a user's test may call this.
    with ThreadPoolExecutor(max_workers=1) as alone:
        found = alone.submit(_searched, [fmpq_mat([*map(list, layer)]) for layer in layers], number).result()
    return tuple(network for _, network in sorted(found, key=lambda pair: pair[0])[:_KEPT])


def _searched(layers: Layers, number: int) -> list[tuple[fmpq, Layers]]:
    """Every different network tried, with twice its cost."""
    found: dict[str, tuple[fmpq, Layers]] = {}
    entries = st.integers(-3, 3)

    @seed(number)
    @settings(
        max_examples=_TRIED, phases=(Phase.generate, Phase.target), database=None, derandomize=False, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.integers(0, len(layers) - 2), st.sampled_from(_SIZES), st.data())
    def search(at: int, size: fmpq, data: st.DataObject) -> None:
        width = layers[at].ncols()
        drawn = data.draw(st.lists(entries, min_size=width * width, max_size=width * width))
        basis = identity(width) + fmpq_mat(width, width, drawn) * size
        if not any(drawn) or basis.det() == 0:
            return
        network = [*layers[:at], layers[at] * basis, basis.inv() * layers[at + 1], *layers[at + 2 :]]
        cost = sum((entry * entry for layer in network for entry in layer.entries()), start=fmpq(0))
        found[f"{at} {basis}"] = (cost, network)
        target(-_logarithm(cost), label="cost")

    with suppress(Unsatisfiable):
        search()
    return list(found.values())


def _logarithm(value: fmpq) -> float:
    """The binary logarithm to about a bit: all that a search needs of numbers of any size."""
    return float(int(value.p).bit_length() - int(value.q).bit_length()) if value > 0 else -1e6
