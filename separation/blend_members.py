"""Run the members of a blend side by side and add up their estimates as they come.

All members move through the song together: none is run further than the block that the others still need, so what is
kept is one block of each. That is the whole song for a member that cannot stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from audio.sources import SongSource
from audio.stems import Stems
from models.mixtures import CHANNELS
from separation.separator import Separator
from separation.song_blocks import OnProgress, numbered, song_blocks


@dataclass(frozen=True)
class BlendMember:
    """A separator and what its estimates count."""

    separator: Separator
    weights: Mapping[str, float]
    """Stem -> factor of the estimate, as it is; a stem that is not named has 0."""

    def counted(self, stems: Sequence[str]) -> tuple[str, ...]:
        """Return those of some stems in which this member has a say."""
        return tuple(stem for stem in stems if self.weights.get(stem, 0.0))


def blend_blocks(
    members: Sequence[BlendMember], source: SongSource, stems: tuple[str, ...], on_progress: OnProgress
) -> Iterator[tuple[int, Stems]]:
    """Yield weighted sums of the members' estimates.

    Args:
        members: Those without a say in `stems` are not run.
        source: The song.
        stems: What to estimate; silence where no member has a say.
        on_progress: Called with the mean of the members' shares of work done.

    Yields:
        Where a block begins, and stem name -> shape (2, samples of the block), without gaps to the song's end.
    """
    running = [(member, asked) for member in members if (asked := member.counted(stems))]
    done = [0.0] * len(running)

    def progress_of(position: int) -> OnProgress:
        def step(share: float) -> None:
            done[position] = share
            on_progress(sum(done) / len(done))

        return step

    streams = [
        _blocks_of(member.separator, source, asked, progress_of(position))
        for position, (member, asked) in enumerate(running)
    ]
    blocks: list[tuple[int, int, Stems]] = [(0, 0, {})] * len(running)
    given = 0
    while given < source.samples:
        for position, stream in enumerate(streams):
            while blocks[position][1] <= given:
                blocks[position] = next(stream)
        stop = min((end for _, end, _ in blocks), default=source.samples)
        pieces = [
            {stem: member.weights[stem] * block[stem][:, given - start : stop - start] for stem in asked}
            for (member, asked), (start, _, block) in zip(running, blocks, strict=True)
        ]
        yield given, {stem: _sum_of(stem, pieces, stop - given) for stem in stems}
        given = stop


def _sum_of(stem: str, pieces: list[Stems], samples: int) -> Tensor:
    """Add up estimates in the order of the members."""
    estimates = [piece[stem] for piece in pieces if stem in piece]
    if not estimates:
        return torch.zeros(CHANNELS, samples)
    total = estimates[0]
    for estimate in estimates[1:]:
        total = total + estimate
    return total


def _blocks_of(
    separator: Separator, source: SongSource, stems: tuple[str, ...], on_progress: OnProgress
) -> Iterator[tuple[int, int, Stems]]:
    """Yield where a block of a member begins and ends in the song, and its estimates at the song's rate."""
    for begin, block in numbered(song_blocks(separator, source, stems, on_progress)):
        yield begin, begin + block[stems[0]].shape[-1], block
