"""Variants of a theorem: what is one, and what is refused."""

import pytest

from checker.statement import StatementError, Theorem, Variants, at_least, dimension, norm, scalar, vector
from theorems.lemmas import cauchy_schwarz

x, beta = vector("x", dimension("n")), scalar("beta")


def theorem() -> Theorem:
    return Theorem(title="Lengths", claims=[at_least(beta**2 * norm(x), 0)])


# In a mapping, so that pytest does not collect it as a theorem of this module.
GIVEN = {"huber": theorem()}


def test_variants_keep_the_order_of_their_author_and_do_not_change_with_the_mapping():
    given = {"squared": theorem(), "1-norm": theorem(), "Huber": theorem()}
    variants = Variants("loss-function", given)
    del given["squared"]
    assert variants.name == "loss-function"
    assert list(variants.theorems) == ["squared", "1-norm", "Huber"]
    assert variants.module == __name__


@pytest.mark.parametrize(
    ("name", "theorems", "says"),
    [
        ("", GIVEN, "'' cannot be the name of variants; write a word of letters, digits and hyphens, such as"),
        ("the loss", GIVEN, "'the loss' cannot be the name of variants"),
        ("loss=", GIVEN, "'loss=' cannot be the name of variants"),
        ("-loss", GIVEN, "'-loss' cannot be the name of variants"),
        (3, GIVEN, "3 cannot be the name of variants"),
        ("loss", {}, "the variants 'loss' have no theorems; write Variants('loss', {'first': Theorem(…)})."),
        ("loss", [GIVEN["huber"]], "the variants 'loss' have no theorems"),
        (
            "loss",
            {"hu/ber": GIVEN["huber"]},
            "'hu/ber' cannot be a variant of 'loss'; write a word of letters, digits and hyphens",
        ),
        ("loss", {"smooth_hinge": GIVEN["huber"]}, "'smooth_hinge' cannot be a variant of 'loss'"),
        ("loss", {"": GIVEN["huber"]}, "'' cannot be a variant"),
        ("loss", {1: GIVEN["huber"]}, "1 cannot be a variant"),
        ("loss", {"huber": norm(x)}, "the variant 'huber' is a Norm, not a theorem; write 'huber': Theorem(…)."),
        (
            "loss",
            {"a": GIVEN["huber"], "b": GIVEN["huber"]},
            "the variants 'a' and 'b' are one theorem; give each a Theorem(…) of its own.",
        ),
        ("beta", GIVEN, "'beta' names the variants and a symbol of 'huber', so that --set beta=… would say"),
        ("n", GIVEN, "'n' names the variants and a symbol of 'huber'"),
        ("loss", {"a": cauchy_schwarz}, "the variant 'a' is defined in theorems.lemmas, its Variants in"),
    ],
)
def test_what_cannot_be_variants_is_refused_in_a_sentence(name, theorems, says):
    with pytest.raises(StatementError) as caught:
        Variants(name, theorems)
    assert says in str(caught.value)
    assert str(caught.value).endswith(".")
