"""Parts of the band-split RNN: the bands, their encoders, LSTMs along time and along the bands, and their masks.

The spectrum is cut into bands, narrow where music has its fundamentals. Each band has layers of its own that turn it
into one vector for each frame, and back into a complex mask. Names of submodules are those of the published weights.

Axes: `batch`, `bands`, `frames`, `features`; the LSTMs work on (steps, batch, lines, features), where steps are frames
and lines bands, or the other way round.

Reference: Luo, Yu, "Music Source Separation with Band-split RNN", 2022, https://arxiv.org/abs/2209.15174; the tables of
bands as in https://github.com/amanteur/BandSplitRNN-PyTorch
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn

BandTable = Sequence[tuple[int, int]]
"""Pairs of (step, end) in hertz, ascending: bands one step wide up to the end. What is left above is one band more."""

BAND_TABLE_V7: BandTable = ((100, 1000), (250, 4000), (500, 8000), (1000, 16_000), (2000, 20_000))
BAND_TABLES: dict[str, BandTable] = {
    "vocals": BAND_TABLE_V7,
    "other": BAND_TABLE_V7,
    "bass": ((50, 500), (100, 1000), (500, 4000), (1000, 8000), (2000, 16_000)),
    "drums": ((50, 1000), (100, 2000), (250, 4000), (500, 8000), (1000, 16_000)),
}
"""Stem -> its bands."""


def band_widths(table: BandTable, window_samples: int, sample_rate: int) -> tuple[int, ...]:
    """Return how many bins each band has; a bin belongs to the first band that ends above its frequency.

    Args:
        table: Steps and ends.
        window_samples: Length of the Fourier transform.
        sample_rate: In hertz.
    """
    ends, start_hz = [], 0
    for step_hz, end_hz in table:
        # Bins below a frequency, rounded up: a bin at exactly this frequency belongs to the next band.
        ends += [-(-upper * window_samples // sample_rate) for upper in range(start_hz + step_hz, end_hz + 1, step_hz)]
        start_hz = end_hz
    ends.append(window_samples // 2 + 1)
    return tuple(end - start for start, end in zip([0, *ends[:-1]], ends, strict=True))


class BandEncoder(nn.Module):
    """One vector for each band and frame.

    The normalisation's gains are a table over inputs and frames: it takes exactly so many frames.

    Args:
        inputs: Numbers of each band in a frame: its bins, times real and imaginary part, times audio channels.
        frames: Of a chunk.
        features: Length of a vector.
    """

    def __init__(self, inputs: Iterable[int], frames: int, features: int) -> None:
        super().__init__()
        inputs = tuple(inputs)
        self.layernorms = nn.ModuleList(nn.LayerNorm([size, frames]) for size in inputs)
        self.fcs = nn.ModuleList(nn.Linear(size, features) for size in inputs)

    def forward(self, bands: Sequence[Tensor]) -> Tensor:
        """Turn tensors (batch, inputs of the band, frames) into (batch, bands, frames, features)."""
        layers = zip(bands, self.layernorms, self.fcs, strict=True)
        return torch.stack([linear(norm(band).transpose(1, 2)) for band, norm, linear in layers], dim=1)


class ResidualLSTM(nn.Module):
    """An LSTM in both directions on features normalised along its steps; its output is added to them."""

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.groupnorm = nn.GroupNorm(features, features)
        self.rnn = nn.LSTM(features, units, bidirectional=True)
        self.fc = nn.Linear(2 * units, features)

    def forward(self, sequences: Tensor) -> Tensor:
        """Process (steps, batch, lines, features)."""
        # As many groups as features: each is normalised along the steps, by itself.
        centred = sequences - sequences.mean(dim=0)
        gain = self.groupnorm.weight * torch.rsqrt(centred.square().mean(dim=0) + self.groupnorm.eps)
        normalised = torch.addcmul(self.groupnorm.bias, centred, gain)
        output = self.fc(self.rnn(normalised.flatten(1, 2))[0])
        return sequences + output.unflatten(1, sequences.shape[1:3])


class BandSequence(nn.Module):
    """Pairs of LSTMs: along time in every band, then along the bands in every frame."""

    def __init__(self, features: int, units: int, layers: int) -> None:
        super().__init__()
        self.bsrnn = nn.ModuleList(
            nn.Sequential(ResidualLSTM(features, units), ResidualLSTM(features, units)) for _ in range(layers)
        )

    def forward(self, vectors: Tensor) -> Tensor:
        """Process (batch, bands, frames, features)."""
        sequences = vectors.permute(2, 0, 1, 3)
        for pair in self.bsrnn:
            along_time, along_bands = pair.children()
            sequences = along_bands(along_time(sequences).transpose(0, 2)).transpose(0, 2)
        return sequences.permute(1, 2, 0, 3)


class GatedLinear(nn.Module):
    """A linear layer whose second half, through a sigmoid, gates its first."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.linear = nn.Linear(features, 2 * features)

    def forward(self, vectors: Tensor) -> Tensor:
        """Process (..., features)."""
        return nn.functional.glu(self.linear(vectors), dim=-1)


class BandMLP(nn.Module):
    """From a band's vector to its mask, real and imaginary parts."""

    def __init__(self, features: int, units: int, outputs: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(features, units), nn.Tanh(), nn.Linear(units, outputs), GatedLinear(outputs))

    def forward(self, vectors: Tensor) -> Tensor:
        """Turn (..., features) into (..., outputs)."""
        return self.mlp(vectors)


class BandMasks(nn.Module):
    """Masks for all bands.

    Args:
        outputs: Numbers of each band in a frame, as the encoder's inputs.
        frames: Of a chunk; exactly so many are taken.
        features: Length of a vector.
        units: Inside the layers.
    """

    def __init__(self, outputs: Iterable[int], frames: int, features: int, units: int) -> None:
        super().__init__()
        outputs = tuple(outputs)
        self.layernorms = nn.ModuleList(nn.LayerNorm([frames, features]) for _ in outputs)
        self.mlp = nn.ModuleList(BandMLP(features, units, size) for size in outputs)

    def forward(self, vectors: Tensor) -> list[Tensor]:
        """Turn (batch, bands, frames, features) into tensors (batch, outputs of the band, frames)."""
        layers = zip(vectors.unbind(dim=1), self.layernorms, self.mlp, strict=True)
        return [mlp(norm(band)).transpose(1, 2) for band, norm, mlp in layers]
