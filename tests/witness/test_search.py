"""The search for cheap networks: of the same product, the cheapest of many, the same for the same seed."""

from functools import reduce
from operator import mul

from flint import fmpq, fmpq_mat

from checker.witness.factorisation import deep
from checker.witness.search import cheap_networks

LAYERS = deep(fmpq_mat([[3, 1], [0, 2], [1, 1]]), 4, 3, 120)


def cost(layers):
    return sum((entry * entry for layer in layers for entry in layer.entries()), start=fmpq(0))


def test_every_network_found_has_the_product_of_the_given_one():
    found = cheap_networks(LAYERS, 5)
    assert len(found) == 4
    assert all(reduce(mul, layers) == reduce(mul, LAYERS) for layers in found)


def test_the_networks_found_differ_from_the_optimum_and_cost_no_less():
    optimum = cost(LAYERS)
    for layers in cheap_networks(LAYERS, 5):
        assert layers != LAYERS
        # The given network is the cheapest to 120 bits.
        assert cost(layers) >= optimum * (1 - fmpq(1, 2**110))


def test_the_search_comes_close_to_the_optimum():
    assert min(map(cost, cheap_networks(LAYERS, 5))) < cost(LAYERS) * fmpq(1001, 1000)


def test_equal_seeds_give_equal_networks():
    assert cheap_networks(LAYERS, 5) == cheap_networks(LAYERS, 5)


def test_a_network_of_width_one_has_other_scales_only():
    layers = [fmpq_mat([[2]]), fmpq_mat([[3]])]
    assert all(network[0] * network[1] == fmpq_mat([[6]]) for network in cheap_networks(layers, 1))
