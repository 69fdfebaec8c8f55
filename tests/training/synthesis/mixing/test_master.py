"""Whatever happens to the mixture, the stems still add up to it."""

import numpy as np
import pytest

from tests.training.synthesis.mixing.signals import noise
from training.synthesis.mixing.band_limit import BandLimit
from training.synthesis.mixing.compressor import Compressor
from training.synthesis.mixing.equaliser import Band, Equaliser
from training.synthesis.mixing.image import Width
from training.synthesis.mixing.limiter import Clipper, Limiter
from training.synthesis.mixing.master import Loudness, draw_master, mastered, total
from training.synthesis.mixing.sounds import active_level_dbfs, peak, to_gain
from training.synthesis.mixing.treatment import draw_treatment

STEMS = {name: noise(0.5, seed=seed, amplitude=0.3) for seed, name in enumerate(("bass", "drums", "other", "vocals"))}
STEPS = [
    Compressor(-20.0, 3.0, 0.01, 0.1),
    Limiter(-3.0),
    Clipper(-6.0, 0.5),
    Loudness(-30.0),
    Equaliser((Band("high_shelf", 4000.0, -3.0),)),
    Width(0.3, 200.0),
    BandLimit(16_000.0),
]


def processed(mixture, steps):
    """What the steps make of the sum itself."""
    for step in steps:
        mixture = step(mixture) if callable(step) else mixture * step.gains(mixture)
    return mixture


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_the_sum_of_the_stems_is_the_processed_sum(step):
    np.testing.assert_allclose(total(mastered(STEMS, (step,))), processed(total(STEMS), (step,)), atol=2e-6)


def test_a_whole_master_holds_the_ceiling_of_its_last_step():
    steps = (Loudness(-10.0), Compressor(-15.0, 2.0), Clipper(-1.0, 0.3), Limiter(-2.0))
    assert peak(total(mastered(STEMS, steps))) <= to_gain(-2.0) * 1.0001


def test_a_silent_stem_stays_silent():
    stems = {**STEMS, "vocals": np.zeros_like(STEMS["bass"])}
    assert not mastered(stems, tuple(STEPS))["vocals"].any()


def test_the_level_is_that_of_the_mixture():
    assert active_level_dbfs(total(mastered(STEMS, (Loudness(-23.0),)))) == pytest.approx(-23.0, abs=0.01)


@pytest.mark.parametrize("seed", range(10))
def test_drawn_masters_keep_the_sum(seed):
    rng = np.random.default_rng(seed)
    steps = draw_master(draw_treatment("pop", 0.5, rng), rng)
    np.testing.assert_allclose(total(mastered(STEMS, steps)), processed(total(STEMS), steps), atol=2e-4)


def test_some_masters_are_mono_some_wider_and_some_without_treble():
    rng = np.random.default_rng(0)
    treatment = draw_treatment("pop", 0.5, rng)
    steps = [step for _ in range(300) for step in draw_master(treatment, rng)]
    widths = [step.width for step in steps if isinstance(step, Width)]
    assert 5 < widths.count(0.0) < 30
    assert min(width for width in widths if width) < 0.6
    assert max(widths) > 1.5
    assert 25 < sum(isinstance(step, BandLimit) for step in steps) < 70
