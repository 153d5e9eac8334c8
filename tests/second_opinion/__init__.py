"""A second opinion on every claim kind, slow and independent of the program that the kernel decides.

It walks the statement itself, the expressions that an author writes, at the values of a dataset and of proposed points.
Numbers are Python's fractions, roots of them, and intervals of mpmath; singular values are roots that SymPy isolates
and that are checked in fractions; identities are expanded by SymPy, with the entries of small matrices as symbols.  The
kernel and its compiled program are not used here, and python-flint only as SymPy uses it inside: datasets and points
are converted at the border, and ``test_independence.py`` holds that line.

* ``numbers``, ``matrices``, ``singular_values``: arithmetic.
* ``border``: values of a dataset as numbers and matrices of this package.
* ``evaluation``, ``entrywise``, ``suprema``: the value of an expression.
* ``relations``: whether a relation holds, and how nearly.
* ``symbolic``, ``identities``: gap identities and what follows from them.
* ``optima``: what feasible points say about the optima of a theorem's problems.
* ``opinions``: a rule for each kind of claim.
* ``comparison``: where a verdict of the engine and an opinion contradict each other.

What is not covered, so that the opinion is ``unknown`` there: a supremum over more than six different hyperplanes or of
another form than those of ReLU networks; singular values, ranks and pseudo-inverses of matrices that are not rational;
and claims whose sides touch at irrational numbers, such as ``√2·√3 ≤ √6`` among sums of roots.
"""
