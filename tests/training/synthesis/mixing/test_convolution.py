"""Partitioned convolution is convolution."""

import numpy as np
import pytest
from scipy.signal import fftconvolve

from tests.training.synthesis.mixing.signals import impulse, noise
from training.synthesis.mixing import convolution
from training.synthesis.mixing.convolution import convolved


@pytest.fixture(autouse=True)
def short_partitions(monkeypatch):
    monkeypatch.setattr(convolution, "PARTITION_SAMPLES", 256)


@pytest.mark.parametrize("samples", [1, 255, 256, 257, 3000])
@pytest.mark.parametrize("response_samples", [1, 256, 700, 5000])
@pytest.mark.parametrize("channels", [(1, 1), (1, 2), (2, 2), (2, 1)])
def test_it_is_what_scipy_computes(samples, response_samples, channels):
    sound = noise(1.0, channels[0])[:, :samples]
    response = noise(1.0, channels[1], seed=1)[:, :response_samples]
    expected = np.stack(
        [
            fftconvolve(sound[min(channel, channels[0] - 1)], response[min(channel, channels[1] - 1)])[:samples]
            for channel in range(max(channels))
        ]
    )
    np.testing.assert_allclose(convolved(sound, response), expected, atol=2e-5)


def test_an_impulse_gives_the_response():
    response = noise(0.01)
    after = convolved(impulse(0.1, 0.02), response)
    np.testing.assert_allclose(after[:, 882 : 882 + response.shape[-1]], response, atol=1e-6)
