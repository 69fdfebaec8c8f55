"""Separator after the universal music translation network: an encoder of dilated convolutions, and a decoder like it.

The translation network encodes music of any kind without what is particular to that kind, and decodes it as another.
Here the one kind is a mixture, the other a stem. In contrast to the original nothing is pooled, the decoder is as the
encoder and reads the mixture from both sides, and no sample is made from the samples before: 27 units encode, 36 decode
and add up to what becomes 256 numbers for each stem and sample, the logarithms of the odds of mu-law's classes. The
waveform is that of the likeliest classes; training wants the cross entropy of `logits`.

Two variants, both said to be worse by their author: the code averaged over 800 samples each and repeated (`POOLED`),
and a classifier that must not tell from the code which domain (genre) a song is of (`DomainConfusedTranslation`). Of
the first only the description is published (downsampleRestnet.py, which nothing there uses, is a U-Net of other units),
of the second lines that are commented out: they also multiply what the classifier reads by the gradient's factor, and
put an ELU after its last layer, which is not done here. A third, on spectra, is in `models.spectrum_wavenet`.

It hears one channel: of a mixture with more, each on its own. Weights that the published code has and never uses, the
encoder's convolutions for skips and the last unit's residual, are left out.

normalisation: none; samples go in as they are, full scale being 1. Trained on 16,000 samples and the context around.

References: Mor, Wolf, Polyak, Taigman, "A Universal Music Translation Network", 2018, https://arxiv.org/abs/1805.07848;
the code of https://github.com/ShichengChen/Audio-Source-Separation (modelStructure/facebookstructure.py)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch.nn.functional as functional
from torch import Tensor, nn

from models.parts.config_checks import check_odd, check_sizes, check_stems
from models.parts.dilated_stacks import RectifiedUnit, ResidualStack, SkipStack, doubling_dilations, reach_of
from models.parts.gradient_reversal import reverse_gradient
from models.parts.mu_law_classes import PUBLISHED_SCALE, ClassHeads, CompandedScale, companded_alone, likeliest_sound

_NAME = "The translation network"
_SIZES = (
    *("sample_rate", "channels", "width", "skip_width", "encoder_stacks", "decoder_stacks", "units_per_stack"),
    *("pool_samples", "domains"),
)


@dataclass(frozen=True)
class TranslationConfig:
    """Sizes and stems; the defaults are the published form without pooling."""

    stems: tuple[str, ...] = ("accompaniment",)
    """Stems in the order of the output, one head each."""
    sample_rate: int = 16000
    """In hertz."""
    channels: int = 1
    """Channels of a mixture, which the network hears one by one."""
    width: int = 128
    """Feature channels, also those of the code."""
    skip_width: int = 512
    """Channels of what the decoder's units add up."""
    encoder_stacks: int = 3
    """How often the encoder repeats its dilations."""
    decoder_stacks: int = 4
    """How often the decoder repeats them."""
    units_per_stack: int = 9
    """Dilations of a stack: 1, 2, 4, ... (9 in the code, 10 in the text about it)."""
    first_kernel: int = 25
    """Taps of the first convolution, odd."""
    pool_samples: int = 1
    """Samples over which the code is averaged and then repeated; 1 leaves it."""
    domains: int = 1
    """Kinds of songs that a classifier is to tell apart, where there is one."""
    reversal_strength: float = 0.01
    """What the classifier's gradient is multiplied by where it turns against the encoder."""
    scale: CompandedScale = PUBLISHED_SCALE
    """How it hears the mixture."""

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        check_stems(_NAME, self.stems)
        check_sizes(_NAME, self, _SIZES)
        check_odd(_NAME, self, "first_kernel")

    @property
    def decoder_reach_samples(self) -> int:
        """How many samples of the code on each side the decoder needs."""
        return reach_of(doubling_dilations(self.decoder_stacks, self.units_per_stack))

    @property
    def reach_samples(self) -> int:
        """How many samples on each side a sample is estimated from, where nothing is pooled."""
        encoder_reach = reach_of(doubling_dilations(self.encoder_stacks, self.units_per_stack), self.first_kernel)
        return encoder_reach + self.decoder_reach_samples


PUBLISHED = TranslationConfig()
POOLED = TranslationConfig(pool_samples=800)
"""One code vector for each 50 ms, as in the translation network."""
DOMAIN_CONFUSED = TranslationConfig(domains=9)
"""The author tried it on nine genres."""
TINY = TranslationConfig(
    ("accompaniment", "vocals"), width=8, skip_width=16, encoder_stacks=1, decoder_stacks=2, units_per_stack=3
)
TINY_POOLED = replace(TINY, pool_samples=20)
TINY_DOMAIN_CONFUSED = replace(TINY, domains=3)


class MusicTranslation(nn.Module):
    """The network; see the module for how it was trained.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: TranslationConfig = PUBLISHED) -> None:
        super().__init__()
        self.config = config
        self.stems = config.stems
        self.sample_rate = config.sample_rate
        self.channels = config.channels
        self.first = nn.Conv1d(1, config.width, config.first_kernel)
        self.encoder = ResidualStack(_units(config, config.encoder_stacks), config.width)
        self.decoder = SkipStack(_units(config, config.decoder_stacks), config.width, config.skip_width)
        self.classes = ClassHeads(config.skip_width, config.scale.levels, config.stems)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk, which stands in their middle."""
        return chunk_samples + 2 * self.config.reach_samples

    def encode(self, mixture: Tensor) -> Tensor:
        """Return the code of a mixture with silence around it.

        Args:
            mixture: Shape (batch, channels, samples), float32; any length from 1.

        Returns:
            Shape (batch x channels, width, samples + 2 x decoder_reach_samples).

        Raises:
            MixtureError: Another shape.
        """
        alone = companded_alone(mixture, self.channels, self.config.reach_samples, self.config.scale)
        return _pooled(self.encoder(self.first(alone)), self.config.pool_samples)

    def decode(self, code: Tensor, mixture: Tensor) -> Tensor:
        """Return logits (batch, stems, levels, channels, samples) of a mixture's code."""
        return self.classes(self.decoder(code, mixture.shape[-1]), tuple(mixture.shape[:2]))

    def logits(self, mixture: Tensor) -> Tensor:
        """Estimate how likely each class is, for training with a cross entropy.

        Args:
            mixture: As for `encode`.

        Returns:
            Shape (batch, stems, levels, channels, samples): logarithms of odds.
        """
        return self.decode(self.encode(mixture), mixture)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples): the likeliest classes' sound."""
        return likeliest_sound(self.logits(mixture))


class DomainConfusedTranslation(MusicTranslation):
    """The network with a classifier of domains, whose gradient turns against the encoder.

    Training adds the cross entropy of `domain_logits` to that of the stems.

    Args:
        config: What it is made of.
    """

    def __init__(self, config: TranslationConfig = DOMAIN_CONFUSED) -> None:
        super().__init__(config)
        width = config.width
        self.classifier = nn.Sequential(
            nn.Conv1d(width, width, 1),
            nn.ELU(),
            nn.Conv1d(width, width, 1),
            nn.ELU(),
            nn.Conv1d(width, config.domains, 1),
        )

    def logits_and_domains(self, mixture: Tensor) -> tuple[Tensor, Tensor]:
        """Return what training needs from one pass.

        Args:
            mixture: As for `encode`.

        Returns:
            Logits (batch, stems, levels, channels, samples), and those of the domains (batch, domains).
        """
        code = self.encode(mixture)
        scores = self.classifier(reverse_gradient(code, self.config.reversal_strength)).mean(dim=-1)
        return self.decode(code, mixture), scores.unflatten(0, mixture.shape[:2]).mean(dim=1)

    def domain_logits(self, mixture: Tensor) -> Tensor:
        """Estimate which domain a mixture is of: logarithms of odds, shape (batch, domains)."""
        return self.logits_and_domains(mixture)[1]


def _units(config: TranslationConfig, stacks: int) -> list[RectifiedUnit]:
    dilations = doubling_dilations(stacks, config.units_per_stack)
    return [RectifiedUnit(config.width, dilation, slope=0.0) for dilation in dilations]


def _pooled(code: Tensor, pool_samples: int) -> Tensor:
    """Replace each so many samples, counted from the first, by their mean; what is left at the end by its own."""
    if pool_samples == 1:
        return code
    means = functional.avg_pool1d(code, pool_samples, ceil_mode=True)
    return means.repeat_interleave(pool_samples, dim=-1)[..., : code.shape[-1]]
