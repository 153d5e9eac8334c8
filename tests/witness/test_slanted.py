"""What constraints of each entry, or of sums, alone forbid is tried where a mutant lacks them."""

from flint import fmpq, fmpq_mat

from checker.witness.attack import slanted

SLOPES = fmpq_mat(2, 2, [1, -4, -1, 3])


def test_one_matrix_at_a_time_is_shifted_by_shares_of_its_largest_entry_or_has_one_row_longer():
    point = {"Lambda": SLOPES, "rho": fmpq_mat(2, 1, [0, 2]), "t": fmpq(3)}
    found = slanted(point, ["Lambda", "rho", "t", "absent"])
    assert [set(entry) for entry in found] == [set(point)] * 10
    *shifts, longer = found[:5]
    assert [entry["Lambda"] - SLOPES for entry in shifts] == [
        fmpq_mat(2, 2, [size] * 4) for size in (fmpq(1), fmpq(-1), fmpq(1, 16), fmpq(-1, 16))
    ]
    assert longer["Lambda"] == fmpq_mat(2, 2, [fmpq(11, 10), fmpq(-44, 10), -1, 3])
    assert all(entry["rho"] == point["rho"] and entry["t"] == 3 for entry in found[:5])
    assert all(entry["Lambda"] == SLOPES for entry in found[5:])


def test_a_matrix_of_zeros_is_shifted_by_shares_of_one():
    assert slanted({"v": fmpq_mat(2, 1)}, ["v"])[0]["v"] == fmpq_mat(2, 1, [fmpq(1, 4)] * 2)
