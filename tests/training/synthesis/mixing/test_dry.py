"""Songs without effects are nothing but sums of their parts."""

import numpy as np

from audio.stems import STEMS
from tests.training.synthesis.mixing.parts_for_mixing import make_parts, make_score
from training.synthesis.mixing.dry import mix_dry
from training.synthesis.mixing.parts import PlayedParts


def test_every_stem_is_a_sum_of_its_parts_as_they_were_played():
    parts = make_parts()
    mixed = mix_dry(parts, make_score(), np.random.default_rng(3))
    lines = {
        "bass": [parts.bass],
        "drums": list(parts.drums.values()),
        "other": [part.sound for part in parts.others],
        "vocals": [part.sound for part in parts.vocals],
    }
    for stem in STEMS:
        columns = np.stack([np.broadcast_to(line, (2, parts.samples)).ravel() for line in lines[stem]], axis=1)
        target = mixed.stems[stem].ravel()
        gains, *_ = np.linalg.lstsq(columns.astype(np.float64), target.astype(np.float64), rcond=None)
        assert np.abs(columns @ gains - target).max() < 1e-4 * np.abs(target).max()


def test_what_nobody_plays_is_silent_and_nothing_is_louder_than_full_scale():
    nothing = PlayedParts(samples=1000, drums={}, bass=None, others=(), vocals=())
    mixed = mix_dry(nothing, make_score(), np.random.default_rng(0))
    assert all(sound.shape == (2, 1000) and not sound.any() for sound in mixed.stems.values())
    loud = mix_dry(make_parts(), make_score(), np.random.default_rng(1))
    assert np.abs(sum(loud.stems.values())).max() <= 1.0
