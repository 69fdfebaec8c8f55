"""Nothing above, everything below in its place."""

import numpy as np
import pytest

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import impulse
from training.synthesis.mixing.band_limit import BandLimit


@pytest.mark.parametrize("highest_hz", [11_000.0, 16_000.0])
def test_what_is_above_goes_and_what_is_below_stays_where_it_was(highest_hz):
    after = BandLimit(highest_hz)(impulse(1.0, 0.5))
    gains = np.abs(np.fft.rfft(after[0]))  # One for each hertz.
    np.testing.assert_allclose(gains[: int(highest_hz) - 400], 1.0, atol=1e-3)
    assert gains[int(highest_hz)] == pytest.approx(0.5, abs=0.01)
    assert gains[int(highest_hz) + 400 :].max() < 2e-4
    place = SAMPLE_RATE // 2
    np.testing.assert_allclose(after[0, place - 200 : place], after[0, place + 200 : place : -1], atol=1e-6)
