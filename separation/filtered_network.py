"""All networks of a bag that estimate magnitudes as one, refined by the multichannel Wiener filter.

The magnitudes of each stem are averaged by the bag's weights first (Uhlich et al.'s blend before the filter); the
filter then sees all stems of a chunk together.

Reference: Uhlich, Porcu, Giron, Enenkl, Kemp, Takahashi, Mitsufuji, "Improving music source separation based on deep
neural networks through data augmentation and network blending", ICASSP 2017, section 3
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from models.errors import SettingsError
from models.network import Bag, MagnitudeNetwork, Member
from separation.settings import EngineSettings
from transforms.wiener import WienerConfig, wiener_em


class FilteredNetwork:
    """Networks that share a transform, and the filter over their magnitudes, as one network."""

    def __init__(
        self,
        stems: tuple[str, ...],
        networks: Sequence[MagnitudeNetwork],
        stem_weights: Sequence[Mapping[str, float]],
        config: WienerConfig,
    ) -> None:
        """Take the networks.

        Args:
            stems: Names of the outputs, in their order.
            networks: At least one; the first one's transform is used for all.
            stem_weights: For each network, stem -> weight of its magnitudes.
            config: What the filter does.
        """
        self.stems = stems
        self.sample_rate = networks[0].sample_rate
        self._networks = networks
        self._stem_weights = stem_weights
        self._config = config

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples the first network needs for a chunk."""
        return self._networks[0].input_samples(chunk_samples)

    def to(self, device: torch.device) -> FilteredNetwork:
        """Move the weights."""
        for network in self._networks:
            network.to(device)
        return self

    def eval(self) -> FilteredNetwork:
        """Leave training."""
        for network in self._networks:
            network.eval()
        return self

    def state_dict(self) -> dict[str, Any]:
        """Return the weights of all networks, and what the filter does."""
        weights: dict[str, Any] = {
            f"{position}.{name}": value
            for position, network in enumerate(self._networks)
            for name, value in network.state_dict().items()
        }
        return {**weights, "filter": repr(self._config)}

    def __call__(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        first = self._networks[0]
        spectrogram = first.analyse(mixture)
        magnitudes = self._magnitudes(spectrogram.abs())
        estimates = wiener_em(magnitudes, spectrogram, self._config)[:, : len(self.stems)]
        del magnitudes
        return torch.stack([first.synthesise(stem, mixture.shape[-1]) for stem in estimates.unbind(1)], dim=1)

    def _magnitudes(self, mixture_magnitude: Tensor) -> Tensor:
        """Average the estimates of all networks, shape (batch, stems, channels, bins, frames)."""
        totals = {stem: sum(weights.get(stem, 0.0) for weights in self._stem_weights) for stem in self.stems}
        batch, channels, bins, frames = mixture_magnitude.shape
        # Bins lie together, as the filter likes them.
        average = mixture_magnitude.new_zeros(batch, len(self.stems), channels, frames, bins).transpose(-1, -2)
        for network, weights in zip(self._networks, self._stem_weights, strict=True):
            for stem, estimate in zip(network.stems, network.magnitudes(mixture_magnitude).unbind(1), strict=True):
                if weights.get(stem, 0.0):
                    average[:, self.stems.index(stem)].add_(estimate, alpha=weights[stem] / totals[stem])
        return average


def with_filter(bag: Bag, settings: EngineSettings) -> tuple[Member, ...]:
    """Return a bag's members, made one by the Wiener filter where it is used.

    Raises:
        SettingsError: The filter was asked for, and a network of the bag estimates no magnitudes; or it is not used,
            and settings say how.
    """
    use = bag.wiener
    iterations = use.iterations if settings.wiener_iterations is None else settings.wiener_iterations
    if iterations == 0:
        _refuse_filter_settings(settings)
        return bag.members
    networks = [member.network for member in bag.members if isinstance(member.network, MagnitudeNetwork)]
    if len(networks) < len(bag.members):
        raise SettingsError(
            "The setting 'wiener_iterations' must be 0 for a model whose networks give waveforms instead of "
            f"magnitudes. Got {iterations}. Leave it out, or choose umxhq, an X-UMX model or spleeter."
        )
    window_frames = use.window_frames if settings.wiener_window_frames is None else settings.wiener_window_frames
    config = WienerConfig(
        iterations=iterations,
        softmask=use.softmask if settings.wiener_softmask is None else settings.wiener_softmask,
        residual=settings.wiener_residual,
        window_frames=window_frames or None,
    )
    first = bag.members[0]
    return (
        Member(
            network=FilteredNetwork(bag.stems, networks, [member.stem_weights for member in bag.members], config),
            stem_weights=dict.fromkeys(bag.stems, 1.0),
            segment_samples=first.segment_samples,
            longest_samples=first.longest_samples,
            overlap=first.overlap,
            normalisation=first.normalisation,
        ),
    )


def _refuse_filter_settings(settings: EngineSettings) -> None:
    """Refuse settings of a filter that is not used, rather than ignore them."""
    given = {
        "wiener_window_frames": settings.wiener_window_frames is not None,
        "wiener_softmask": settings.wiener_softmask is not None,
        "wiener_residual": settings.wiener_residual,
    }
    useless = [name for name, is_given in given.items() if is_given]
    if useless:
        raise SettingsError(
            f"The setting '{useless[0]}' must go with a Wiener filter of one iteration or more. Got it where "
            "'wiener_iterations' is 0, by setting or because the model has no filter: leave it out."
        )
