"""CrossNet-Open-Unmix (X-UMX): four Open-Unmix branches that share what they learn at two bridges.

Each branch maps the mixture's magnitude spectrogram to a mask: encoder, three-layer bidirectional LSTM, decoder. The
encoders' outputs are averaged before the LSTMs, and the LSTMs' outputs before the decoders, so that all LSTMs read one
input and all decoders read another. This is used here: the encoders are one matrix product, each half of the decoders
is one, and the means, scales and batch normalisations around them are folded into the matrices. The published
implementations run stem by stem. Parameters lie together as they are used; `models.xumx_files` loads published files.

How the originals were used (their evaluation and the challenge's baseline): normalisation: none; the whole song in one
piece, after 1024 zeros at its end; `magnitudes` of it, then one iteration of the multichannel Wiener filter over the
whole song (no softmask) instead of the mixture's phase that `forward` uses. Here songs are cut into chunks of 20 s,
which bounds the memory; `segment_seconds: 3600` takes them whole.

References: Sawata, Uhlich, Takahashi, Mitsufuji, "All for One and One for All: Improving Music Separation by Bridging
Networks", ICASSP 2021, https://arxiv.org/abs/2010.04228; X-UMXL: https://arxiv.org/abs/2305.07855
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from models.errors import MixtureError
from models.umx_config import UmxConfig
from transforms.stft import STFT, STFTConfig

LSTM_DROPOUT = 0.4
"""Share of values dropped between the layers of an LSTM in training."""


@dataclass(frozen=True)
class XUMXConfig(UmxConfig):
    """What an X-UMX network is made of; the defaults are the published ones."""

    network_name: ClassVar[str] = "X-UMX"

    stems: tuple[str, ...] = ("bass", "drums", "vocals", "other")
    """Stems in the order of the output."""


TINY = XUMXConfig(window_samples=256, hop_samples=64, max_bin=100, hidden_size=16)


class _StemLayer(nn.Module):
    """A linear map for each stem, all in one product, then a batch normalisation of every output.

    Args:
        stems: Number of stems.
        inputs: Features that each map reads.
        outputs: Features that each map makes.
    """

    def __init__(self, stems: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(stems, outputs, inputs).uniform_(-(inputs**-0.5), inputs**-0.5))
        self.norm = nn.BatchNorm1d(stems * outputs)

    def forward(
        self, features: Tensor, before: tuple[Tensor, Tensor] | None = None, after: tuple[Tensor, Tensor] | None = None
    ) -> Tensor:
        """Apply the maps.

        Args:
            features: Shape (rows, inputs), read by all maps, or (stems, rows, inputs).
            before: Offset and scale, (stems, inputs) each: the maps read (features + offset) x scale.
            after: Offset and scale, (stems, outputs) each: the result is (normalised) x scale + offset.

        Returns:
            Shape (stems, rows, outputs).
        """
        weight: Tensor = self.weight
        bias = weight.new_zeros(weight.shape[:2])
        if before is not None:
            weight = weight * before[1][:, None]
            bias = (weight @ before[0][..., None]).squeeze(-1)
        if self.training:
            rows = _product(features, weight, bias).transpose(0, 1)
            normalised = self.norm(rows.flatten(1)).view_as(rows).transpose(0, 1)
            return normalised if after is None else normalised * after[1][:, None] + after[0][:, None]
        scale, offset = self._norm_in_evaluation()
        if after is not None:
            scale, offset = scale * after[1], offset * after[1] + after[0]
        return _product(features, weight * scale[..., None], bias * scale + offset)

    def _norm_in_evaluation(self) -> tuple[Tensor, Tensor]:
        """Scale and offset, (stems, outputs) each."""
        norm = self.norm
        if norm.running_mean is None or norm.running_var is None:
            raise RuntimeError("X-UMX cannot be evaluated without the running statistics of its normalisation.")
        scale = norm.weight * (norm.running_var + norm.eps).rsqrt()
        offset = norm.bias - norm.running_mean * scale
        return scale.view(self.weight.shape[:2]), offset.view(self.weight.shape[:2])


class XUMX(nn.Module):
    """The network; see the module for how it was used.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: XUMXConfig) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        self.stft = STFT(STFTConfig(window_samples=config.window_samples, hop_samples=config.hop_samples))
        stems, width = len(config.stems), config.hidden_size
        self.input_mean = nn.Parameter(torch.zeros(stems, config.max_bin))
        self.input_scale = nn.Parameter(torch.ones(stems, config.max_bin))
        self.output_mean = nn.Parameter(torch.ones(stems, config.bins))
        self.output_scale = nn.Parameter(torch.ones(stems, config.bins))
        self.encoder = _StemLayer(stems, config.channels * config.max_bin, width)
        self.recurrent = nn.ModuleDict({stem: _lstm(config) for stem in config.stems})
        self.decoder_middle = _StemLayer(stems, 2 * width, width)
        self.decoder_output = _StemLayer(stems, width, config.channels * config.bins)

    def input_samples(self, chunk_samples: int) -> int:
        """Return the chunk's own length: the network takes any."""
        return chunk_samples

    def set_statistics(self, means: Tensor, deviations: Tensor) -> None:
        """Start from the training set's magnitudes, by which each branch shifts and scales what it reads.

        Args:
            means: Mean magnitude of the training mixtures in each bin, shape (bins,).
            deviations: Their standard deviation, shape (bins,); less than 1e-4 of the largest counts as that.
        """
        with torch.no_grad():
            self.input_mean.copy_((-means[: self.config.max_bin]).expand_as(self.input_mean))
            scale = 1 / deviations.clamp(min=1e-4 * deviations.max())
            self.input_scale.copy_(scale[: self.config.max_bin].expand_as(self.input_scale))

    def read_magnitudes(self, mixture: Tensor) -> list[Tensor]:
        """Return the magnitudes that `set_statistics` wants to know about, of (channels, samples): one tensor."""
        return [self.analyse(mixture).abs()]

    def analyse(self, mixture: Tensor) -> Tensor:
        """Return the spectrogram of (..., samples): complex, shape (..., bins, frames)."""
        return self.stft(mixture)

    def synthesise(self, spectrogram: Tensor, samples: int) -> Tensor:
        """Return the sound of a spectrogram (..., bins, frames): shape (..., samples)."""
        return self.stft.inverse(spectrogram, samples)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate mixtures, with the mixture's phase.

        Args:
            mixture: Shape (batch, channels, samples), float32.

        Returns:
            Shape (batch, stems, channels, samples).

        Raises:
            MixtureError: The mixture has another shape.
        """
        if mixture.ndim != 3 or mixture.shape[1] != self.channels or mixture.shape[-1] < 1:
            raise MixtureError(
                f"X-UMX needs mixtures of shape (batch, {self.channels} channels, samples). Got {tuple(mixture.shape)}."
            )
        spectrogram = self.stft(mixture)
        masks = self._masks(spectrogram.abs()).to(mixture.dtype)
        # Stem by stem: four complex spectrograms at once would be the peak of the memory.
        waveforms = [self.stft.inverse(mask * spectrogram, mixture.shape[-1]) for mask in masks.unbind(1)]
        return torch.stack(waveforms, dim=1)

    def magnitudes(self, mixture_magnitude: Tensor) -> Tensor:
        """Estimate the magnitude spectrograms of the stems, for a Wiener filter.

        Args:
            mixture_magnitude: Shape (batch, channels, bins, frames), of this network's `stft`.

        Returns:
            Shape (batch, stems, channels, bins, frames).

        Raises:
            MixtureError: The spectrogram has another shape.
        """
        expected = (self.channels, self.config.bins)
        if mixture_magnitude.ndim != 4 or mixture_magnitude.shape[1:3] != expected or not mixture_magnitude.shape[3]:
            raise MixtureError(
                f"X-UMX needs magnitudes of shape (batch, {expected[0]} channels, {expected[1]} bins, frames). "
                f"Got {tuple(mixture_magnitude.shape)}."
            )
        masks = self._masks(mixture_magnitude)
        if masks.requires_grad or masks.dtype != mixture_magnitude.dtype:
            return masks * mixture_magnitude[:, None]
        return masks.mul_(mixture_magnitude[:, None])

    def _masks(self, magnitude: Tensor) -> Tensor:
        """Masks (batch, stems, channels, bins, frames) of magnitudes (batch, channels, bins, frames)."""
        batch, channels, _, frames = magnitude.shape
        # Rows are frames x batch: the LSTMs' order, and the order in which an STFT lies in memory.
        rows = magnitude[:, :, : self.config.max_bin].permute(3, 0, 1, 2).flatten(2).flatten(0, 1)
        before = (self.input_mean.repeat(1, channels), self.input_scale.repeat(1, channels))
        encoded = torch.tanh(self.encoder(rows, before=before)).mean(dim=0)
        sequence = encoded.unflatten(0, (frames, batch))
        recurrent = sum(lstm(sequence)[0] for lstm in self.recurrent.values()) / len(self.stems)
        bridged = torch.cat([encoded, recurrent.flatten(0, 1)], dim=-1)
        middle = torch.relu(self.decoder_middle(bridged))
        after = (self.output_mean.repeat(1, channels), self.output_scale.repeat(1, channels))
        masks = self.decoder_output(middle, after=after).relu_()
        return masks.view(len(self.stems), frames, batch, channels, self.config.bins).permute(2, 0, 3, 4, 1)


def _lstm(config: XUMXConfig) -> nn.LSTM:
    return nn.LSTM(
        input_size=config.hidden_size,
        hidden_size=config.hidden_size // 2 if config.bidirectional else config.hidden_size,
        num_layers=config.lstm_layers,
        bidirectional=config.bidirectional,
        dropout=LSTM_DROPOUT if config.lstm_layers > 1 else 0.0,
    )


def _product(features: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Features (rows, inputs) or (stems, rows, inputs) through weight (stems, outputs, inputs) and bias."""
    if features.ndim == 3:
        return torch.baddbmm(bias[:, None], features, weight.transpose(1, 2))
    together = nn.functional.linear(features, weight.flatten(0, 1), bias.flatten())
    return together.unflatten(-1, bias.shape).transpose(0, 1)
