"""Penalties by name."""

import pytest

from training.parts import PartError
from training.penalties.registry import build_penalties
from training.penalties.singular_values import SingularValues


def test_settings_left_out_are_those_of_hybrid_demucs():
    (penalty,) = build_penalties([{"name": "singular_values", "settings": {"iterations": 2}}])
    assert penalty == SingularValues(weight=1e-5, least_megabytes=1.0, iterations=2, starts=100)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ([{"name": "singular_value"}], r"The penalty must be one of singular_values\. Got 'singular_value'\."),
        ([{"name": "singular_values", "settings": {"weigth": 1}}], r"Did you mean 'weight'\?"),
        ([{"name": "singular_values", "settings": {"weight": 0}}], "must be greater than 0"),
        ([{"name": "singular_values", "weight": 1}], "The key 'weight' is unknown"),
        ([{"name": "singular_values"}] * 2, "must name each penalty once"),
    ],
)
def test_what_a_recipe_cannot_ask_for(terms, message):
    with pytest.raises(PartError, match=message):
        build_penalties(terms)
