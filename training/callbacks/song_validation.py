"""Score whole songs as the challenge does: the network in the engine, the SDR of each stem, the mean over songs."""

from __future__ import annotations

from collections.abc import Sequence

import lightning.pytorch as pl
import torch

from audio.stems import MIXTURE
from evaluator.metrics import sdr
from models.network import Bag, Member
from separation.engine import Engine
from training.datasets import Track
from training.datasets.reading import read_stem, read_track
from training.module import SeparationModule


class SongValidation(pl.Callback):
    """Logs `valid_sdr` (the mean of the stems) and `valid_sdr_STEM`, in dB.

    It must stand before the callback that averages weights, which puts the average in place when validation begins and
    takes it out when it ends. Processes share the songs.
    """

    def __init__(self, songs: Sequence[Track], segment_samples: int, overlap: float) -> None:
        """Take the songs.

        Args:
            songs: Each has all stems of the network.
            segment_samples: Length of the chunks that songs are cut into.
            overlap: Share of a chunk that the next one covers again.
        """
        self._songs = tuple(songs)
        self._segment_samples = segment_samples
        self._overlap = overlap

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Separate and score."""
        assert isinstance(pl_module, SeparationModule)
        stems = pl_module.separator.stems
        engine = Engine(self._bag(pl_module))
        totals = torch.zeros(len(stems), device=pl_module.device)
        for song in self._songs[trainer.global_rank :: trainer.world_size]:
            scores = score_song(engine, song, pl_module.recipe.data.mixed_with)
            totals += torch.tensor([scores[stem] for stem in stems], device=totals.device)
        means = trainer.strategy.reduce(totals, reduce_op="sum") / len(self._songs)
        for stem, mean in zip(stems, means, strict=True):
            pl_module.log(f"valid_sdr_{stem}", mean, sync_dist=True)
        # The same in every process; Lightning warns of a value that is not brought together.
        pl_module.log("valid_sdr", means.mean(), prog_bar=True, sync_dist=True)

    def _bag(self, module: SeparationModule) -> Bag:
        network = module.separator
        member = Member(
            network=network,
            stem_weights=dict.fromkeys(network.stems, 1.0),
            segment_samples=self._segment_samples,
            overlap=self._overlap,
            normalisation=module.recipe.model.normalisation,
        )
        return Bag((member,), network.stems, network.sample_rate, module.device)


def score_song(engine: Engine, song: Track, mixed_with: tuple[str, ...] = ()) -> dict[str, float]:
    """Return the challenge's SDR of each stem of a song, in dB.

    Its mixture is its file where it has one, else the sum of the engine's stems and those that they are mixed with.
    """
    references = read_track(song, engine.stems)
    from_file = bool(song.sources(MIXTURE))
    if from_file:
        mixture = read_stem(song, MIXTURE)
    else:
        mixture = torch.stack([*references.values(), *read_track(song, mixed_with).values()]).sum(dim=0)
    return sdr(references, engine.separate(mixture))
