"""From a fit to a plan: the weights as they are read, and no plan that would give silence."""

from dataclasses import replace

import numpy as np
import pytest

from audio import STEMS
from evaluator.blend_fit.fitted_plan import fitted_plan
from evaluator.blend_fit.fitting import FitError, MeasuredSongs, fit_blend
from evaluator.blend_fit.members import find_members
from tests.evaluator.blend_fit.products_of_noise import random_products

MEMBERS = ("classical", "mixture-quarter")


@pytest.fixture
def banded_fit():
    """Two members in two bands; the second gives no vocals."""
    givers = {**dict.fromkeys(STEMS, (0, 1)), "vocals": (0,)}
    products = {stem: random_products(1, members=len(givers[stem]), bands=2) for stem in STEMS}
    return fit_blend(MeasuredSongs(tuple("abcde"), MEMBERS, givers, products, (1000.0,)))


def test_a_plan_has_the_weights_of_each_band_for_the_stems_that_a_member_gives(banded_fit):
    plan = fitted_plan(banded_fit, find_members(MEMBERS, device="cpu"), "mdx blend fit")
    assert (plan.device, plan.blend.bands_hz, plan.evidence["by"]) == ("cpu", (1000.0,), "mdx blend fit")
    first, second = (member.weights for member in plan.blend.members)
    assert (tuple(first), tuple(second)) == (STEMS, STEMS[:-1])
    for stem in STEMS[:-1]:
        assert np.array([first[stem], second[stem]]) == pytest.approx(banded_fit.weights[stem], abs=1e-6)


def test_weights_that_are_all_zero_are_refused(banded_fit):
    silent = replace(banded_fit, weights={stem: np.zeros((2, 2)) for stem in STEMS})
    with pytest.raises(FitError, match="must have a weight other than 0. Got none: .* Try other members"):
        fitted_plan(silent, find_members(MEMBERS), "mdx blend fit")
