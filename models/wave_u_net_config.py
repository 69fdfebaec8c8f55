"""What a Wave-U-Net is made of, and how long its windows are: the variants M1 to M7 of the paper.

M1 pads its convolutions with zeros and has an output for each stem; M2 takes the last stem as the rest; M3 is given the
sound around its window; M4 is stereo; M5 learns how to double feature maps; M6 separates four stems. M7, wider and at
8.2 kHz, is the one that the paper compares with spectrogram U-Nets.

Reference: Stoller, Ewert, Dixon, "Wave-U-Net: a multi-scale neural network for end-to-end audio source separation",
ISMIR 2018, sections 3 and 4, https://arxiv.org/abs/1806.03185; Config.py of https://github.com/f90/Wave-U-Net
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.errors import SettingsError


@dataclass(frozen=True)
class WaveUNetConfig:
    """Sizes and stems; the defaults are the multi-instrument model M6."""

    stems: tuple[str, ...] = ("bass", "drums", "other", "vocals")
    """Stem names in the order of the checkpoint; the last is the rest of the mixture, where there is a difference."""
    sample_rate: int = 22050
    """In hertz."""
    channels: int = 2
    """Audio channels, which the network sees together."""
    learned_upsampling: bool = False
    """Whether the samples in between are a learned mixture of their neighbours instead of their mean (M5)."""
    context: bool = True
    """Whether no convolution is padded, so that a window needs sound around it (M3 and on); else they pad zeros."""
    difference: bool = True
    """Whether the last stem is what the others leave of the mixture (M2 and on), else it has an output of its own."""
    levels: int = 12
    """How often the sound is halved and doubled again."""
    width: int = 24
    """Feature channels of the first level; each level below has as many more."""
    down_kernel: int = 15
    """Width of the encoder's convolutions in samples; odd."""
    up_kernel: int = 5
    """Width of the decoder's convolutions in samples; odd."""
    window_samples: int = 16384
    """Output asked for from one window; the next larger size that the layers allow is taken (16389 as published).
    Larger windows waste less on context: 262144 does a quarter of the work for each sample."""
    checkpoint_folder: str = ""
    """Folder of the checkpoint inside the publisher's archive; empty when it holds only one."""

    def __post_init__(self) -> None:
        if len(self.stems) < 2 or len(set(self.stems)) != len(self.stems):
            self._refuse("stems", "be at least two different names", self.stems)
        for field in ("sample_rate", "channels", "levels", "width", "window_samples"):
            if getattr(self, field) < 1:
                self._refuse(field, "be at least 1", getattr(self, field))
        for field in ("down_kernel", "up_kernel"):
            if getattr(self, field) < 1 or getattr(self, field) % 2 == 0:
                self._refuse(field, "be odd and positive", getattr(self, field))
        if not self.context and self.learned_upsampling:
            self._refuse("learned_upsampling", "be false without context, as in all variants", True)

    @property
    def estimated(self) -> tuple[str, ...]:
        """Stems that have an output of their own."""
        return self.stems[:-1] if self.difference else self.stems

    def _refuse(self, field: str, constraint: str, received: object) -> None:
        raise SettingsError(f"The field '{field}' of Wave-U-Net must {constraint}. Got {received!r}.")


def window_sizes(config: WaveUNetConfig) -> tuple[int, int]:
    """Return how many samples a window takes in and how many it gives out."""
    if not config.context:
        grain = 2**config.levels
        samples = -(-config.window_samples // grain) * grain
        return samples, samples
    deepest = float(config.window_samples)
    for _ in range(config.levels):
        deepest = (deepest + config.up_kernel) / 2
    # Two at least: one sample has nothing to be doubled with.
    inner = max(2, int(-(-deepest // 1)))
    taken, given = inner + config.down_kernel - 1, inner
    for _ in range(config.levels):
        taken = 2 * taken - 1 + config.down_kernel - 1
        given = 2 * given - 1 - config.up_kernel + 1
    return taken, given


M1 = WaveUNetConfig(("accompaniment", "vocals"), channels=1, context=False, difference=False)
M2 = replace(M1, difference=True)
M3 = replace(M2, context=True)
M4 = replace(M3, channels=2)
M5 = replace(M4, learned_upsampling=True)
M5_HIGH_RATE = replace(M5, sample_rate=44100)
M6 = WaveUNetConfig()
M7 = replace(M3, sample_rate=8192, width=34, window_samples=98_560)
TINY = WaveUNetConfig(levels=3, width=4, down_kernel=5, up_kernel=3, window_samples=400)
