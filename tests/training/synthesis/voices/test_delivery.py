"""Manners of singing."""

from dataclasses import fields

import numpy as np
import pytest

from training.synthesis.scores import SINGING_STYLES
from training.synthesis.voices.delivery import PLAIN, STYLES, Delivery, draw_delivery


def test_every_style_of_a_score_has_its_manner():
    assert set(STYLES) == set(SINGING_STYLES)


def test_ranges_are_given_for_every_number_and_for_nothing_else():
    names = {field.name for field in fields(Delivery)}
    assert set(PLAIN) == names
    for style, ranges in STYLES.items():
        assert set(ranges) <= names, style


@pytest.mark.parametrize("style", SINGING_STYLES)
def test_draws_differ_and_stay_in_their_ranges(style):
    first, second = (draw_delivery(style, np.random.default_rng(seed)) for seed in (1, 2))
    assert first != second
    for name, (low, high) in {**PLAIN, **STYLES[style]}.items():
        assert min(low, 0.0) <= getattr(first, name) <= high
        assert getattr(first, name) >= low


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match=r"The style must be one of plain, .*shouted\. Got 'yodel'\."):
        draw_delivery("yodel", np.random.default_rng(0))
