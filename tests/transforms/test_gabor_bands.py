"""Windows of Gabor bands: the known figures of the published setting, symmetry, what is refused."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as draws

from tests.transforms.signals import scales
from transforms.frequency_scales import XUMX_SLICQ_SCALE, BarkScale
from transforms.gabor_bands import bins_from_centre, padded_to_longest, slice_bands, whole_signal_bands

XUMX_SLICQ = slice_bands(XUMX_SLICQ_SCALE, 44100, 18060)


def test_the_published_setting_has_its_published_windows():
    blocks = [(len(list(run)), length) for length, run in groupby(XUMX_SLICQ.lengths)]
    assert (len(XUMX_SLICQ.centres), len(blocks), sum(XUMX_SLICQ.lengths)) == (263, 70, 18_640)
    assert blocks[:12] == [
        (1, 28), (86, 16), (14, 20), (11, 24), (9, 28), (8, 32), (7, 36), (6, 40), (6, 44), (5, 48), (5, 52), (4, 56),
    ]  # fmt: skip
    assert [length for _, length in blocks[-8:]] == [*range(264, 293, 4)]
    assert 260 not in XUMX_SLICQ.lengths


def test_the_bands_at_both_ends_have_the_lengths_and_flat_windows_of_the_definition():
    bands = slice_bands(BarkScale(500.0, 16000.0, 20), 44100, 4000)
    bins_per_hz = 4000 / 44100
    step = 6 * (np.arcsinh(16000 / 600) - np.arcsinh(500 / 600)) / 19
    widths_hz = [2 * step * 100 * np.sqrt(1 + (hz / 600) ** 2) for hz in (500, 16000)]
    expected = [1000, *widths_hz, 44100 - 32000]
    found = [bands.lengths[band] for band in (0, 1, -2, -1)]
    assert found == [4 * round(hz * bins_per_hz / 4) for hz in expected] == [92, 24, 492, 1096]
    for band, ends in ((0, 24), (-1, 492)):
        window = bands.windows[band]
        middle = len(window) // 2
        hann = 0.5 + 0.5 * np.cos(2 * np.pi * np.arange(ends) / ends)
        np.testing.assert_allclose(window[middle - ends // 2 : middle + ends // 2], hann)
        assert window.sum() == pytest.approx(len(window) - ends / 2)


@settings(max_examples=20, deadline=None)
@given(scale=scales(), quarter=draws.integers(100, 1000))
def test_windows_of_slices_have_their_largest_value_at_the_centre_and_are_symmetric(scale, quarter):
    bands = slice_bands(scale, 44100, 4 * quarter)
    assert all(length % 4 == 0 for length in bands.lengths)
    assert all(centre % 2 == 0 for centre in bands.centres)
    assert (bands.centres[0], bands.centres[-1]) == (0, 2 * quarter)
    for window in bands.windows:
        assert window[0] == pytest.approx(1.0, abs=1e-5)
        assert window.max() <= window[0] + 1e-12
        np.testing.assert_allclose(window[1:], window[:0:-1], atol=1e-12)


def test_windows_of_whole_signals_reach_from_the_band_below_to_the_one_above():
    bands = whole_signal_bands(BarkScale(200.0, 20000.0, 20), 44100, 44100)
    hz = BarkScale(200.0, 20000.0, 20).centres_hz()
    assert bands.lengths[0] == 400
    assert bands.lengths[2:20] == tuple(round(length) for length in hz[2:] - hz[:-2])
    assert bands.centres[-2] == round((hz[-2] + 22050) / 2)


def test_padding_keeps_every_window_around_its_centre():
    padded = padded_to_longest(XUMX_SLICQ)
    assert set(padded.lengths) == {292}
    for short, long in zip(XUMX_SLICQ.windows, padded.windows, strict=True):
        assert np.array_equal(long[bins_from_centre(len(short))], short)
        assert np.count_nonzero(long) == np.count_nonzero(short)


def test_a_scale_above_the_signal_and_slices_shorter_than_windows_are_refused():
    with pytest.raises(ValueError, match=r"below half the sample rate, 4000.0 Hz. Its lowest band is at 5000.0 Hz"):
        slice_bands(BarkScale(5000.0, 9000.0, 10), 8000, 4000)
    with pytest.raises(ValueError, match=r"hold the longest window, 16 bins. It has 12. Take a longer signal or"):
        slice_bands(BarkScale(50.0, 9000.0, 10), 44100, 12)
