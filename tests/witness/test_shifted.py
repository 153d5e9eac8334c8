"""What an equation on sums forbids is tried where a mutant lacks it: a constant added to all entries of a matrix."""

from flint import fmpq, fmpq_mat

from checker.witness.attack import shifted

SLOPES = fmpq_mat(2, 2, [1, -4, -1, 4])


def test_one_matrix_at_a_time_is_shifted_by_shares_of_its_largest_entry():
    point = {"Lambda": SLOPES, "rho": fmpq_mat(2, 1, [0, 2]), "t": fmpq(3)}
    found = shifted(point, ["Lambda", "rho", "t", "absent"])
    assert [set(entry) for entry in found] == [set(point)] * 8
    first = found[:4]
    assert [entry["Lambda"] - SLOPES for entry in first] == [
        fmpq_mat(2, 2, [size] * 4) for size in (fmpq(1), fmpq(-1), fmpq(1, 16), fmpq(-1, 16))
    ]
    assert all(entry["rho"] == point["rho"] and entry["t"] == 3 for entry in first)


def test_a_matrix_of_zeros_is_shifted_by_shares_of_one():
    assert shifted({"v": fmpq_mat(2, 1)}, ["v"])[0]["v"] == fmpq_mat(2, 1, [fmpq(1, 4)] * 2)
