"""One stem of KUIELab-MDX-Net: layout of the spectrogram, band, chunks with context."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from models.errors import MixtureError, SettingsError
from models.network import Bag, Member, Network
from models.tdf_stem import Core, TDFStem
from separation.engine import Engine


class Gains(nn.Module):
    """A core that knows no time: each frequency of each part has its gain."""

    def __init__(self, frames, gains):
        super().__init__()
        self.frames, self.band_bins, self.gains = frames, gains.shape[-1], gains

    def forward(self, spectrum):
        return spectrum * self.gains[:, :, None]


def noise(*shape, seed=0):
    return 0.1 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def middle(signal, samples):
    return signal.narrow(-1, (signal.shape[-1] - samples) // 2, samples)


def test_published_sizes_give_the_chunks_of_the_submissions():
    chunks = {
        (stem, frames): (network.chunk_samples, network.segment_samples)
        for stem, fft_samples, frames in [("bass", 16384, 512), ("bass", 16384, 256), ("drums", 4096, 128)]
        for network in [TDFStem(stem, fft_samples, Gains(frames, torch.ones(4, 2048)))]
    }
    assert chunks[("bass", 512)] == (523_264, 506_880)
    assert chunks[("bass", 256)] == (261_120, 244_736)
    assert chunks[("drums", 128)] == (130_048, 125_952)


def test_it_is_a_network_that_takes_one_length_whatever_the_chunk():
    network = TDFStem("vocals", 6144, Gains(32, torch.ones(4, 16)))
    assert isinstance(network, Network)
    assert isinstance(network.core, Core)
    assert network.stems == ("vocals",)
    assert {network.input_samples(chunk) for chunk in (1, 1000, network.segment_samples)} == {31 * 1024}


def test_the_four_channels_are_real_and_imaginary_part_of_left_and_of_right():
    network = TDFStem("vocals", 6144, Gains(32, torch.ones(4, 2048)))
    mixture = noise(3, 2, network.chunk_samples)
    reference = torch.stft(
        mixture.flatten(0, 1), 6144, 1024, window=torch.hann_window(6144), return_complex=True
    ).unflatten(0, (3, 2))
    spectrum = network.analyse(mixture)
    assert spectrum.shape == (3, 4, 2048, 32)
    for channel in (0, 1):
        assert torch.allclose(spectrum[:, 2 * channel], reference[:, channel, :2048].real, atol=1e-4)
        assert torch.allclose(spectrum[:, 2 * channel + 1], reference[:, channel, :2048].imag, atol=1e-4)


@pytest.mark.parametrize("fft_samples", [4096, 6144, 8192, 16384])
def test_transform_and_inverse_return_what_lies_within_the_band_and_nothing_above(fft_samples):
    network = TDFStem("bass", fft_samples, Gains(48, torch.ones(4, 2048)))
    time = torch.arange(network.chunk_samples, dtype=torch.float64) / 44100
    tones = [torch.sin(2 * torch.pi * hertz * time).float() for hertz in (440, 3000, 44100 * 2300 / fft_samples)]
    within, above = 0.3 * torch.stack(tones[:2])[None], 0.3 * tones[2].expand(1, 2, -1)
    estimate = network(within + above)
    assert estimate.shape == (1, 1, 2, network.chunk_samples)
    # No frame in this part reaches the mirror image, whose kink has all frequencies.
    kept = network.chunk_samples - 2 * fft_samples
    # At 4,096 samples nothing is above: the third tone folds back into the band.
    expected = within + above if fft_samples == 4096 else within
    assert torch.allclose(middle(estimate[:, 0], kept), middle(expected, kept), atol=1e-5)


def test_chunks_in_context_equal_the_song_in_one_piece():
    gains = torch.rand(2, 1, 300, generator=torch.Generator().manual_seed(1)).expand(2, 2, 300).reshape(4, 300)
    chunked, whole = (TDFStem("other", 4096, Gains(frames, gains)) for frames in (24, 64))
    step = chunked.segment_samples
    song = noise(2, 2 * step)
    member = Member(chunked, {"other": 1.0}, step, step, overlap=0.0)
    estimate = Engine(Bag((member,), ("other",), 44100, torch.device("cpu"))).separate(song)["other"]
    around = (8192, whole.chunk_samples - 8192 - song.shape[-1])
    expected = whole(torch.nn.functional.pad(song, around)[None])[0, 0, :, 8192:][:, : song.shape[-1]]
    error = (estimate - expected).abs()
    assert expected.abs().max() > 0.01
    # Half a transform from the seam and the ends, no frame has reached a mirror image.
    assert error[:, 2048 : step - 2048].max() < 1e-6
    assert error[:, step + 2048 : -2048].max() < 1e-6
    assert error[:, step - 1024 : step + 1024].square().mean() < 0.01 * expected.square().mean()


def test_another_length_than_the_networks_is_refused():
    network = TDFStem("drums", 4096, Gains(8, torch.ones(4, 16)))
    with pytest.raises(MixtureError, match=r"must have the shape \(batch, 2, 7168\).* Got \(1, 2, 7000\)"):
        network(torch.zeros(1, 2, 7000))


def test_a_core_that_does_not_fit_its_transform_is_refused():
    with pytest.raises(SettingsError, match="at most 2049 frequencies .* Got 2050 frequencies of 64 frames"):
        TDFStem("drums", 4096, Gains(64, torch.ones(4, 2050)))
    with pytest.raises(
        SettingsError, match="'bass' must see .* of more than 17 frames.* Got 16 frequencies of 17 frames"
    ):
        TDFStem("bass", 16384, Gains(17, torch.ones(4, 16)))
