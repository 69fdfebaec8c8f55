"""Before a new run begins, measure the training mixtures and let the network's input scaling start from that."""

from __future__ import annotations

from collections.abc import Sequence

import lightning.pytorch as pl
from rich.console import Console
from rich.progress import track as shown

from audio.datasets import Track
from training.module import SeparationModule
from training.statistics import TakesStatistics, magnitude_sums, no_sums, statistics_of


class InputStatistics(pl.Callback):
    """Processes share the songs and all get the same statistics; a resumed run has them in its weights.

    It must stand before the callback that averages weights, which begins from a copy of them.
    """

    def __init__(self, network: TakesStatistics, songs: Sequence[Track], *, new_run: bool) -> None:
        """Take what is measured.

        Args:
            network: What is told.
            songs: Those that train; the ones that have another rate or none of the network's stems are left out.
            new_run: Measure; else nothing is done.
        """
        self._network, self._songs, self._new_run = network, tuple(songs), new_run

    def setup(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Measure.

        Raises:
            AudioError: A song is damaged.
        """
        if not self._new_run:
            return
        assert isinstance(pl_module, SeparationModule)
        separator = pl_module.separator
        stems = (*separator.stems, *pl_module.recipe.data.mixed_with)
        songs = [song for song in self._songs if _usable(song, separator.stems, separator.sample_rate)]
        sums = no_sums(self._network)
        mine = songs[trainer.global_rank :: trainer.world_size]
        text = f"Spectra of {len(songs)} training songs"
        for song in shown(mine, text, console=Console(stderr=True), disable=not trainer.is_global_zero):
            sums += magnitude_sums(self._network, stems, song)
        if trainer.world_size > 1:
            sums = trainer.strategy.reduce(sums.to(trainer.strategy.root_device), reduce_op="sum").cpu()
        means, deviations = statistics_of(sums)
        self._network.set_statistics(means.float(), deviations.float())


def _usable(song: Track, stems: tuple[str, ...], sample_rate: int) -> bool:
    return song.sample_rate == sample_rate and any(song.sources(stem) for stem in stems)
