"""What is done to blended stems, block by block: the multichannel Wiener filter, then the rest of the mixture.

The filter takes each stem's power and covariance from the blended estimate (Uhlich et al.), fitted over half a minute
at a time; the pieces overlap and fade into each other, so that memory does not grow with the song.

What the stems leave of the mixture goes to chosen stems, or in equal parts to all. Equal parts are the projection onto
the stems that sum to the mixture: as the true stems do, no projection moves the stems, taken together, away from them.

References: Uhlich, Porcu, Giron, Enenkl, Kemp, Takahashi, Mitsufuji, "Improving music source separation based on deep
neural networks through data augmentation and network blending", ICASSP 2017, section 3; Wisdom, Hershey, Wilson,
Thorpe, Chinen, Patton, Saurous, "Differentiable consistency constraints for improved deep speech enhancement", ICASSP
2019
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from audio.sources import SongSource
from audio.stems import Stems
from separation.blend_plan import WHOLE_SONGS
from separation.chunks import ChunkPlan
from separation.rolling_sum import RollingSum
from transforms.stft import STFT, STFTConfig
from transforms.wiener import WienerConfig, wiener_em

CHUNK_SECONDS = 30.0
"""Of the song that is filtered with one model."""
CHUNK_OVERLAP = 0.25

Blocks = Iterable[tuple[int, Stems]]
"""Where a block begins, and its stems; without gaps from 0 to the song's end."""


@dataclass(frozen=True)
class BlendFinish:
    """What is done to blended stems, in this order."""

    wiener_iterations: int = 0
    """Iterations of the Wiener filter; 0 leaves it out."""
    residual: Mapping[str, float] = field(default_factory=dict)
    """Stem -> share of what the stems leave of the mixture that is added to it."""
    mixture_consistency: bool = False
    """Whether all stems get equal parts of what is left then."""
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))
    """Where the filter is computed."""

    def rest_shares(self, stems: tuple[str, ...]) -> dict[str, float]:
        """Return the share of the rest that each stem gets, where it is not 0."""
        equal = (1 - sum(self.residual.values())) / len(stems) if self.mixture_consistency else 0.0
        shares = {stem: self.residual.get(stem, 0.0) + equal for stem in stems}
        return {stem: share for stem, share in shares.items() if share}

    def needed_stems(self, stems: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
        """Return which of a blend's stems must be blended to give those that are wanted."""
        shares = self.rest_shares(stems)
        return stems if self.wiener_iterations or any(stem in shares for stem in wanted) else wanted

    def apply(self, blocks: Blocks, source: SongSource, stems: tuple[str, ...]) -> Blocks:
        """Finish the blocks of all stems of a blend."""
        if self.wiener_iterations:
            config = WienerConfig(
                iterations=self.wiener_iterations,
                # Where stems are missing, the filter would share their sound out among the others.
                residual=frozenset(stems) not in WHOLE_SONGS,
                window_frames=None,
            )
            blocks = filter_blocks(blocks, source, config, self.device)
        shares = self.rest_shares(stems)
        return add_rest(blocks, source, shares) if shares else blocks


def filter_blocks(
    blocks: Blocks, source: SongSource, config: WienerConfig, device: torch.device
) -> Iterator[tuple[int, Stems]]:
    """Filter estimates that come in blocks.

    Args:
        blocks: Estimates of all stems.
        source: The mixture.
        config: What the filter does.
        device: Where it is computed.

    Yields:
        Blocks of other lengths.
    """
    plan = ChunkPlan.cut(source.samples, round(CHUNK_SECONDS * source.sample_rate), CHUNK_OVERLAP)
    starts = deque(plan.starts())
    sums: dict[str, RollingSum] = {}
    pending, begin = torch.zeros(0), 0
    for _, block in blocks:
        arrived = torch.stack(list(block.values()))
        pending = torch.cat((pending, arrived), dim=-1) if pending.numel() else arrived
        while starts and starts[0] + plan.length(starts[0]) <= begin + pending.shape[-1]:
            start = starts.popleft()
            stop = start + plan.length(start)
            filtered = _filter(pending[..., : stop - start].to(device), source.read(start, stop).to(device), config)
            share = plan.share(start).float()
            for stem, samples in zip(block, filtered.cpu(), strict=True):
                sums.setdefault(stem, RollingSum()).add(start, samples * share)
            final = starts[0] if starts else source.samples
            yield start, {stem: rolling.take(start, final) for stem, rolling in sums.items()}
            pending, begin = pending[..., final - begin :], final


def add_rest(blocks: Blocks, source: SongSource, shares: Mapping[str, float]) -> Iterator[tuple[int, Stems]]:
    """Add shares of what all stems leave of the mixture, by stem."""
    for start, block in blocks:
        stacked = torch.stack(list(block.values()))
        rest = source.read(start, start + stacked.shape[-1]) - stacked.sum(dim=0)
        yield (
            start,
            {stem: samples + shares[stem] * rest if stem in shares else samples for stem, samples in block.items()},
        )


def _filter(estimates: Tensor, mixture: Tensor, config: WienerConfig) -> Tensor:
    """Filter a piece: shapes (stems, 2, samples) and (2, samples)."""
    stft = STFT(STFTConfig())
    filtered = wiener_em(stft(estimates), stft(mixture), config)[: len(estimates)]
    return stft.inverse(filtered, mixture.shape[-1])
