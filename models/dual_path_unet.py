"""The default family: a small U-Net along frequency with recurrent layers along time, made for processors.

It looks at the log powers of left, right, middle and side in widening bands. Convolutions halve twice by four along
frequency; in the middle, where 29 groups of bands are left and every second frame, blocks of a bidirectional LSTM along
time and a mixing of the groups with each other see the whole chunk; transposed convolutions lead back, with skips.
Out come the shares of `models.parts.stereo_masks`, which always add up to the mixture, phase included.

normalisation: deviation; features are logarithms around the level that this gives.

References: Ronneberger, Fischer, Brox, "U-Net", 2015, https://arxiv.org/abs/1505.04597; Luo, Chen, Yoshioka, "Dual-path
RNN", 2020, https://arxiv.org/abs/1910.06379; Tolstikhin et al., "MLP-Mixer", 2021, https://arxiv.org/abs/2105.01601
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

from audio.stems import SAMPLE_RATE, STEMS
from models.errors import SettingsError
from models.parts.batches import check_batch
from models.parts.frequency_bands import DEFAULT_LAYOUT, FrequencyBands, Layout
from models.parts.stereo_masks import SHARES, ErrorTerms, balanced, masked, view_powers
from transforms.stft import STFT, STFTConfig

_CHANNELS = 2
_STRIDE = 4
_SMALLEST_POWER = 1e-7
_FEATURE_CENTRE, _FEATURE_SCALE = 3.5, 0.5
_FIRST_OUTPUT_SCALE = 0.3


@dataclass(frozen=True)
class DualPathUNetConfig:
    """What the network is made of; the defaults are the shipped size."""

    stems: tuple[str, ...] = STEMS
    """In the order of the output."""
    sample_rate: int = SAMPLE_RATE
    """In hertz."""
    window_samples: int = 4096
    """Length of a frame."""
    hop_samples: int = 1024
    """Step between frames."""
    layout: Layout = DEFAULT_LAYOUT
    """Bands, as `models.parts.frequency_bands` has them; their number is a multiple of 16."""
    widths: tuple[int, int, int] = (24, 64, 128)
    """Channels at all bands, at a quarter of them, and at a sixteenth."""
    hidden_size: int = 96
    """Of each direction of an LSTM."""
    blocks: int = 4
    """LSTMs and mixings in the middle."""
    frame_stride: int = 2
    """How many frames become one in the middle."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        for name in ("stems", "widths"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "layout", tuple(map(tuple, self.layout)))
        if len(self.stems) < 2 or len(set(self.stems)) != len(self.stems):
            # A single stem would be the mixture, whatever the weights.
            self._refuse("stems", "be distinct names, at least two", self.stems)
        if self.window_samples < 2 or self.window_samples % 2:
            self._refuse("window_samples", "be even and at least 2", self.window_samples)
        if not 1 <= self.hop_samples <= self.window_samples // 2:
            self._refuse("hop_samples", f"be from 1 to half a window, {self.window_samples // 2}", self.hop_samples)
        if self.bands.count % _STRIDE**2:
            self._refuse("layout", f"have a multiple of {_STRIDE**2} bands", self.layout)
        for name in ("sample_rate", "hidden_size", "blocks", "frame_stride"):
            if getattr(self, name) < 1:
                self._refuse(name, "be at least 1", getattr(self, name))
        if min(self.widths) < 1:
            self._refuse("widths", "be numbers of 1 or more", self.widths)

    @property
    def bands(self) -> FrequencyBands:
        """The bands of a spectrum."""
        return FrequencyBands(self.layout, self.window_samples // 2 + 1)

    @property
    def groups(self) -> int:
        """Groups of bands in the middle."""
        return self.bands.count // _STRIDE**2

    def _refuse(self, field: str, constraint: str, received: object) -> None:
        raise SettingsError(f"The field '{field}' of the dual-path U-Net must {constraint}. Got {received!r}.")


BASE = DualPathUNetConfig()
SMALL = replace(BASE, widths=(16, 48, 96), hidden_size=64, blocks=3)
FAST = replace(BASE, widths=(12, 32, 64), hidden_size=48, blocks=2)
TINY = replace(
    BASE,
    window_samples=256,
    hop_samples=64,
    layout=((16, 1), (16, 2), (16, 4)),
    widths=(4, 8, 16),
    hidden_size=8,
    blocks=1,
)


class DualPathUNet(nn.Module):
    """The network.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: DualPathUNetConfig = BASE) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = _CHANNELS
        # A sine of amplitude one has a coefficient of a half.
        scale = 2 / config.window_samples
        self.stft = STFT(STFTConfig(config.window_samples, config.hop_samples, padding="zeros", amplitude_scale=scale))
        outer, inner, middle = config.widths
        bands, stride = config.bands.count, config.frame_stride
        self.places = nn.Parameter(0.1 * torch.randn(1, 4, bands, 1))
        self.inner_places = nn.Parameter(torch.zeros(1, inner, bands // _STRIDE, 1))
        self.middle_places = nn.Parameter(torch.zeros(1, 1, config.groups, middle))
        self.enter = nn.Conv2d(8, outer, (5, 3), padding=(2, 1))
        self.down = nn.Conv2d(outer, inner, (_STRIDE, 1), stride=(_STRIDE, 1))
        self.inner_before = SeparableBlock(inner)
        self.down_to_middle = nn.Conv2d(inner, middle, (_STRIDE, stride), stride=(_STRIDE, stride))
        self.blocks = nn.ModuleList(MiddleBlock(config) for _ in range(config.blocks))
        self.up_from_middle = nn.ConvTranspose2d(middle, inner, (_STRIDE, stride), stride=(_STRIDE, stride))
        self.inner_after = SeparableBlock(inner)
        self.up = nn.ConvTranspose2d(inner, outer, (_STRIDE, 1), stride=(_STRIDE, 1))
        self.outer_after = SeparableBlock(outer)
        self.leave = nn.Conv2d(outer, len(config.stems) * SHARES, 1)
        with torch.no_grad():
            # Equal shares at first.
            self.leave.weight.mul_(_FIRST_OUTPUT_SCALE)
            nn.init.zeros_(self.leave.bias)  # type: ignore[arg-type] # this convolution has a bias

    def input_samples(self, chunk_samples: int) -> int:
        """Return the chunk's own length: the network takes any."""
        return chunk_samples

    def shares(self, spectrum: Tensor) -> Tensor:
        """Estimate the shares of the stems.

        Args:
            spectrum: Of the mixture, complex, shape (batch, 2, bins, frames).

        Returns:
            Shape (batch, stems, 4, bands, frames), as in `models.parts.stereo_masks`.
        """
        features = _features(view_powers(spectrum, self.config.bands))
        frames = features.shape[-1]
        missing = -frames % self.config.frame_stride
        outputs = self._outputs(functional.pad(features, (0, missing, 0, 0), mode="replicate"))[..., :frames]
        return balanced(outputs.float().unflatten(1, (len(self.stems), SHARES)))

    def errors(self, mixture: Tensor, references: Tensor) -> tuple[Tensor, Tensor]:
        """Return what training needs, without synthesis.

        Args:
            mixture: Shape (batch, 2, samples), float32.
            references: True stems, shape (batch, stems, 2, samples).

        Returns:
            Squared errors (batch, stems, 2, bands, frames), and powers of the mixture (batch, 2, bands, frames), both
            as sums over the bins of a band.
        """
        check_batch(mixture, _CHANNELS)
        with torch.autocast(mixture.device.type, enabled=False):
            spectrum = self.stft(mixture)
            # Item by item: what the spectra of a whole batch take would leave the processor's caches at each step.
            items = zip(references.split(1), spectrum.split(1), strict=True)
            terms = ErrorTerms.joined(
                [ErrorTerms.of(self.stft(true), mixed, self.config.bands) for true, mixed in items]
            )
        shares = self.shares(spectrum)
        with torch.autocast(mixture.device.type, enabled=False):
            return terms.squared_errors(shares), terms.mixture_powers

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate mixtures.

        Args:
            mixture: Shape (batch, 2, samples), float32.

        Returns:
            Shape (batch, stems, 2, samples); the stems add up to the mixture.

        Raises:
            MixtureError: Another shape.
        """
        check_batch(mixture, _CHANNELS)
        spectrum = self.stft(mixture)
        # One by one, which takes less memory and stays in the processor's caches; the last is what the others leave.
        shares = self.shares(spectrum).split(1, dim=1)[:-1]
        masks = (masked(share, spectrum, self.config.bands) for share in shares)
        stems = torch.cat([self.stft.inverse(each, mixture.shape[-1]) for each in masks], dim=1)
        return torch.cat([stems, mixture[:, None] - stems.sum(dim=1, keepdim=True)], dim=1)

    def _outputs(self, features: Tensor) -> Tensor:
        """Map (batch, 4, bands, frames) to (batch, stems x 4, bands, frames)."""
        places = self.places.expand(features.shape[0], -1, -1, features.shape[-1])
        # Processors convolve several times faster with the channels last.
        entered = torch.cat([features, places], dim=1).contiguous(memory_format=torch.channels_last)
        outer = functional.gelu(self.enter(entered))
        inner = self.inner_before(functional.gelu(self.down(outer) + self.inner_places))
        middle = self.down_to_middle(inner).permute(0, 3, 2, 1) + self.middle_places
        for block in self.blocks:
            middle = block(middle)
        inner = self.inner_after(self.up_from_middle(middle.permute(0, 3, 2, 1)) + inner)
        return self.leave(self.outer_after(functional.gelu(self.up(inner)) + outer))


class SeparableBlock(nn.Module):
    """A residual block: a convolution within each channel, then two of width one across channels.

    Args:
        channels: In and out.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.within = nn.Conv2d(channels, channels, (5, 3), padding=(2, 1), groups=channels)
        self.norm = nn.GroupNorm(1, channels)
        self.widen = nn.Conv2d(channels, 2 * channels, 1)
        self.narrow = nn.Conv2d(2 * channels, channels, 1)
        self.gain = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))

    def forward(self, features: Tensor) -> Tensor:
        """Map (batch, channels, bands, frames) to the same shape."""
        change = self.narrow(functional.gelu(self.widen(self.norm(self.within(features)))))
        return features + self.gain * change


class MiddleBlock(nn.Module):
    """An LSTM along time, a mixing of the groups of bands, and a layer within each place; each is added.

    Args:
        config: Of the whole network.
    """

    def __init__(self, config: DualPathUNetConfig) -> None:
        super().__init__()
        width, hidden, groups = config.widths[2], config.hidden_size, config.groups
        self.time_norm, self.group_norm, self.place_norm = (nn.LayerNorm(width) for _ in range(3))
        self.time = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.time_out = nn.Linear(2 * hidden, width)
        self.mix = nn.Linear(groups, groups)
        self.widen = nn.Linear(width, 2 * width)
        self.narrow = nn.Linear(2 * width, width)

    def forward(self, features: Tensor) -> Tensor:
        """Map (batch, frames, groups, width) to the same shape."""
        features = features + self._along_time(self.time_norm(features))
        mixed = functional.gelu(self.mix(self.group_norm(features).transpose(2, 3)))
        features = features + mixed.transpose(2, 3)
        return features + self.narrow(functional.gelu(self.widen(self.place_norm(features))))

    def _along_time(self, features: Tensor) -> Tensor:
        batch = features.shape[0]
        sequences = features.transpose(1, 2).flatten(0, 1)
        out, _ = self.time(sequences)
        return self.time_out(out).unflatten(0, (batch, -1)).transpose(1, 2)


def _features(powers: Tensor) -> Tensor:
    """Return logarithms of powers, around zero; the same shape."""
    return (torch.log10(powers + _SMALLEST_POWER) + _FEATURE_CENTRE) * _FEATURE_SCALE
