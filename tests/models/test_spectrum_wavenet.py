"""The translation separator on spectra: published size, lengths, context."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from models.errors import SettingsError
from models.seeding import seeded_torch
from models.spectrum_wavenet import PUBLISHED, TINY, SpectrumWaveNet


def small_network(config=TINY):
    with seeded_torch(1):
        return SpectrumWaveNet(config).eval()


def noise(*shape):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def test_the_published_network_has_its_number_of_weights_that_are_read():
    with torch.device("meta"):
        network = SpectrumWaveNet()
    # Nothing reads the last unit's convolutions.
    unread = 256 * 256 * 3 + 256 + 256 * 256 + 256
    assert sum(weight.numel() for weight in network.parameters()) == 34_990_960 - unread
    assert (PUBLISHED.parts, PUBLISHED.reach_frames) == (1026, 61)


@pytest.mark.parametrize("samples", [1, 15, 16, 1000])
def test_lengths_are_exact(samples):
    assert small_network()(noise(2, 1, samples)).shape == (2, 2, 1, samples)


def test_waveforms_are_the_inverse_of_the_spectra():
    network, mixture = small_network(), noise(1, 1, 500)
    spectra = network.spectra(mixture)
    assert spectra.shape == (1, 2, 1, 66, 500 // 16 + 1)
    halves = torch.complex(spectra[..., :33, :], spectra[..., 33:, :])
    assert torch.equal(network(mixture), network.stft.inverse(halves, 500))


def test_analysis_lays_real_parts_before_imaginary_ones():
    network, sound = small_network(), noise(500)
    spectrum, parts = network.stft(sound), network.analyse(sound)
    assert torch.equal(parts, torch.cat([spectrum.real, spectrum.imag]))


def test_a_chunk_in_its_context_equals_the_whole():
    network, mixture = small_network(), noise(1, 1, 1600)
    context = TINY.reach_frames * TINY.hop_samples
    assert network.input_samples(320) == 320 + 2 * context
    # Two frames at the ends are made of mirrored sound.
    chunk = network.spectra(mixture[..., 640 - context : 960 + context])
    whole = network.spectra(mixture)
    reach = TINY.reach_frames
    assert torch.allclose(chunk[..., reach + 2 : -reach - 2], whole[..., 40 + 2 : 61 - 2], atol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [({"units": 0}, "'units' .* at least 1. Got 0"), ({"first_kernel": 4}, "odd and positive. Got 4")],
)
def test_a_config_that_no_network_can_have_is_refused(change, message):
    with pytest.raises(SettingsError, match=message):
        replace(TINY, **change)
