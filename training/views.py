"""In which domain a network is compared with the stems while it is trained.

Most networks give sound and are compared with sound. Networks that name mu-law classes give nothing that a gradient
could pass, so their logits are compared with the classes of the stems; others are trained on the companded signal, on
spectra, or on coefficients of the sliCQ. `training.architectures` names the view of each architecture; songs are always
separated to sound.

References: those of `models.mu_law_wavenet`, `models.music_translation` and `models.spectrum_wavenet`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import torch
from torch import Tensor, nn

from audio.stems import Stems
from models.each_channel import EachChannel, unwrapped
from training.slicq_stems import SliCQStems
from transforms.mu_law import compress


@dataclass(frozen=True)
class Compared:
    """What a loss is given: the chunk alone, without its context."""

    estimates: Stems | SliCQStems
    """Stem name -> what the network gives, in the view's domain; or all stems as coefficients."""
    references: Stems | SliCQStems
    """Stem name -> what it should give, as the losses that fit the view take it; or all stems as coefficients."""
    domain_logits: Tensor | None = None
    """Of a network with a classifier of domains: logarithms of their odds, shape (batch, domains)."""


View: TypeAlias = Callable[[nn.Module, Tensor, Stems, slice], Compared]
"""Network, mixture with its context (batch, channels, samples), stems of the same length, the chunk in them.

Among the stems is the mixture too where it is more than their sum; losses of sound may look at the rest.
"""


def sound(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare sound: estimates and references have the shape (batch, channels, samples)."""
    separated = network(mixture)
    return Compared(_by_stem(network, separated[..., middle]), _cut(references, middle))


def class_logits(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare logits of mu-law classes, shape (batch, levels, channels, samples), with sound."""
    logits = _on_each_channel(network, _alone(network).logits, mixture)
    return Compared(_by_stem(network, logits[..., middle]), _cut(references, middle))


def class_logits_and_domains(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare as `class_logits` does; the domain's logits are those of the mixture, context and all."""
    logits, domains = _alone(network).logits_and_domains(_alone_channels(network, mixture))
    logits = _joined_channels(network, logits, mixture)
    # Of a network that hears channels alone, the mean over them.
    domains = domains.unflatten(0, (mixture.shape[0], -1)).mean(dim=1)
    return Compared(_by_stem(network, logits[..., middle]), _cut(references, middle), domains)


def companded(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare on mu-law's scale: estimates and references have the shape (batch, channels, samples)."""
    estimates = _by_stem(network, _on_each_channel(network, _alone(network).companded, mixture)[..., middle])
    levels = _alone(network).config.scale.levels
    return Compared(estimates, {stem: compress(references[stem][..., middle], levels) for stem in estimates})


def spectra(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare spectra, real and imaginary parts of each channel, in the frames whose middle is in the chunk.

    Estimates and references have the shape (batch, channels x parts, frames).
    """
    alone = _alone(network)
    frames = _frames_of(middle, alone.config.hop_samples)
    estimates = _by_stem(network, _on_each_channel(network, alone.spectra, mixture, channel_axis=2)[..., frames])
    return Compared(
        {stem: estimate.flatten(1, 2) for stem, estimate in estimates.items()},
        {stem: alone.analyse(references[stem])[..., frames].flatten(1, 2) for stem in estimates},
    )


def band_errors(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare what masks leave in each band, which needs no synthesis: `training.losses.band_errors` takes it.

    Estimates are squared errors and references powers of the mixture, shape (batch, channels x bands, frames) each.
    """
    stems = cast(tuple[str, ...], network.stems)
    true = torch.stack([references[stem] for stem in stems], dim=1)
    errors, power = cast(Any, network).errors(mixture[..., middle], true[..., middle])
    return Compared(
        {stem: errors[:, index].flatten(1, 2) for index, stem in enumerate(stems)},
        dict.fromkeys(stems, power.flatten(1, 2)),
    )


def slicq(network: nn.Module, mixture: Tensor, references: Stems, middle: slice) -> Compared:
    """Compare coefficients of the sliCQ that the network itself uses, and sounds where a loss asks for them.

    The mixture and the true stems are analysed together. Channels that a network hears alone are items of the batch.
    """
    alone, samples = _alone(network), mixture.shape[-1]
    sounds = torch.stack([mixture, *(references[stem] for stem in cast(tuple[str, ...], network.stems))], dim=1)
    if isinstance(network, EachChannel):
        sounds = sounds.transpose(1, 2).flatten(0, 1)[:, :, None]
    # The transform and the filter need more digits than the products inside the network.
    precisely = torch.autocast(mixture.device.type, enabled=False)
    with precisely:
        analysed = alone.slicq(sounds)
    mixed, true = [block[:, 0] for block in analysed], tuple(block[:, 1:] for block in analysed)
    masks = tuple(mask.to(mixture.dtype) for mask in alone.masks([block.abs() for block in mixed]))
    with precisely:
        estimates = tuple(alone.filtered(masks, mixed))
    return Compared(
        SliCQStems(estimates, lambda: alone.slicq.inverse(estimates, samples)[..., middle], masks),
        SliCQStems(true, lambda: sounds[:, 1:, :, middle]),
    )


def _alone(network: nn.Module) -> Any:
    """Return the network itself, whose methods a view calls."""
    return unwrapped(network)


def _alone_channels(network: nn.Module, mixture: Tensor) -> Tensor:
    """Put each channel of a mixture where a network of one channel takes it."""
    return mixture.flatten(0, 1)[:, None] if isinstance(network, EachChannel) else mixture


def _joined_channels(network: nn.Module, given: Tensor, mixture: Tensor, channel_axis: int = -2) -> Tensor:
    """Put channels that were run alone back into their axis of what the network gives."""
    if not isinstance(network, EachChannel):
        return given
    axis = channel_axis % given.ndim
    return given.squeeze(axis).unflatten(0, tuple(mixture.shape[:2])).movedim(1, axis)


def _on_each_channel(
    network: nn.Module, method: Callable[[Tensor], Tensor], mixture: Tensor, channel_axis: int = -2
) -> Tensor:
    return _joined_channels(network, method(_alone_channels(network, mixture)), mixture, channel_axis)


def _by_stem(network: nn.Module, given: Tensor) -> Stems:
    return {stem: given[:, index] for index, stem in enumerate(cast(tuple[str, ...], network.stems))}


def _cut(references: Stems, middle: slice) -> Stems:
    return {stem: reference[..., middle] for stem, reference in references.items()}


def _frames_of(middle: slice, hop_samples: int) -> slice:
    """Return the frames whose middle, a multiple of the hop, lies in a part of the samples."""
    return slice(-(-middle.start // hop_samples), -(-middle.stop // hop_samples))
