"""Blends that ship as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from audio import STEMS
from models.registry import list_models, model_aliases
from separation.factory import as_plan
from separation.published_blends import load_published_blend, published_blend_names

pytestmark = pytest.mark.parametrize("name", published_blend_names())


def test_a_published_blend_gives_the_four_stems_by_weights_that_sum_to_one(name):
    blend = load_published_blend(name).blend
    assert blend.stems() == STEMS
    for stem in STEMS:
        total = sum(member.stem_weights().get(stem, 0) for member in blend.members)
        assert total == pytest.approx(1, abs=2e-4)


def test_its_name_stands_for_a_plan_wherever_a_model_or_a_plan_is_named(name):
    blend = load_published_blend(name).blend
    assert as_plan(name).blend == as_plan(Path(name)).blend == blend
    assert name not in {*list_models(), *model_aliases()}


def test_it_says_what_it_is_where_it_is_from_and_in_what_it_differs(name):
    published = load_published_blend(name)
    assert all(text.endswith(".") for text in (published.summary, published.differs))
    assert len(published.source) > 20
