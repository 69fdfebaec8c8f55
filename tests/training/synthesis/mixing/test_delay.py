"""Echoes come when and as loud as they should."""

import numpy as np

from audio.stems import SAMPLE_RATE
from tests.training.synthesis.mixing.signals import impulse, sine
from training.synthesis.mixing.delay import Delay

OPEN = {"low_cut_hz": 0.01, "high_cut_hz": 20_000.0}
"""Filters that let a click through."""


def peaks(channel, count, step):
    return [float(np.abs(channel[number * step - 20 : number * step + 20]).max()) for number in range(1, count + 1)]


def test_echoes_come_every_delay_time_each_weaker_by_the_feedback():
    after = Delay(0.1, 0.5, 0.0, **OPEN)(impulse(1.0, 0.0))[0]
    found = peaks(after, 4, round(0.1 * SAMPLE_RATE))
    assert 0.35 < found[0] <= 1.0  # The filters round a click.
    sums = [after[number * 4410 - 50 : number * 4410 + 200].sum() for number in (1, 2, 3, 4)]
    np.testing.assert_allclose(sums, [1.0, 0.5, 0.25, 0.125], rtol=0.1)
    assert after[0] == 1.0
    between = after[round(0.03 * SAMPLE_RATE) : round(0.09 * SAMPLE_RATE)]
    assert np.abs(between).max() < 0.01


def test_each_echo_is_duller_than_the_one_before():
    echoes = Delay(0.1, 0.9, 0.0, 100.0, 2000.0).echoes(sine(4000.0, 0.05))
    longer = Delay(0.1, 0.9, 0.0, 100.0, 2000.0).echoes(np.pad(sine(4000.0, 0.05), ((0, 0), (0, 20_000))))
    step = round(0.1 * SAMPLE_RATE)
    first, second = (np.abs(longer[0, n * step : n * step + 2000]).max() for n in (1, 2))
    assert second < 0.4 * first
    assert not echoes.any()  # The sound is over before its first echo.


def test_ping_pong_goes_left_right_left():
    after = Delay(0.1, 0.8, 0.0, ping_pong=True, **OPEN).echoes(impulse(0.5, 0.0, 2))
    step = round(0.1 * SAMPLE_RATE)
    left, right = peaks(after[0], 4, step), peaks(after[1], 4, step)
    assert left[0] > 0.3
    assert right[1] > 0.15
    assert max(right[0], left[1], right[2]) < 0.001


def test_feedback_below_one_dies_away():
    after = Delay(0.01, 0.65, 0.0)(impulse(3.0))
    assert np.abs(after[0, -4410:]).max() < 1e-6
