"""Score whole songs as the challenge does: the network in the engine, the SDR of each stem, the mean over songs."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence

import lightning.pytorch as pl
import torch

from audio.datasets import Track
from evaluator.metrics import sdr
from models.network import Bag, Member
from separation.engine import Engine
from training.datasets.reading import read_track
from training.module import SeparationModule
from training.songs import read_mixture
from training.stopping import StopRequest

logger = logging.getLogger(__name__)


class SongValidation(pl.Callback):
    """Logs `valid_sdr` (the mean of the stems) and `valid_sdr_STEM`, in dB.

    It must stand before the callback that averages weights, which puts the average in place when validation begins and
    takes it out when it ends. Processes share the songs.
    """

    def __init__(self, songs: Sequence[Track], segment_samples: int, overlap: float, request: StopRequest) -> None:
        """Take the songs.

        Args:
            songs: Each has all stems of the network.
            segment_samples: Length of the chunks that songs are cut into.
            overlap: Share of a chunk that the next one covers again.
            request: Ends the work on the songs; the callback that stops the run comes later.
        """
        self._songs, self._request = tuple(songs), request
        self._segment_samples = segment_samples
        self._overlap = overlap

    def on_validation_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Separate and score."""
        assert isinstance(pl_module, SeparationModule)
        stems = pl_module.separator.stems
        engine = Engine(self._bag(pl_module))
        # Sums of scores, and how many there are, of each stem.
        totals = torch.zeros(2, len(stems), device=pl_module.device)
        try:
            for song in self._songs[trainer.global_rank :: trainer.world_size]:
                scores = score_song(engine, song, pl_module.recipe.data.mixed_with, self._leave_when_asked)
                self._warn_of_no_number(song, scores)
                for index, stem in enumerate(stems):
                    if stem in scores:
                        totals[:, index] += torch.tensor([scores[stem], 1.0], device=totals.device)
        except _Asked:
            logger.debug("The songs were left: the run stops.")
        # Also after such an end: the other processes wait here.
        sums, counts = trainer.strategy.reduce(totals, reduce_op="sum")
        heard = counts > 0
        means = sums / counts.clamp(min=1)
        for stem, mean, counted in zip(stems, means, heard, strict=True):
            if counted:
                pl_module.log(f"valid_sdr_{stem}", mean, sync_dist=True)
        # The same in every process; Lightning warns of a value that is not brought together.
        pl_module.log("valid_sdr", means[heard].mean(), prog_bar=True, sync_dist=True)

    def _leave_when_asked(self, share: float) -> None:
        if self._request.seen():
            raise _Asked

    def _warn_of_no_number(self, song: Track, scores: dict[str, float]) -> None:
        if broken := [stem for stem, score in scores.items() if not math.isfinite(score)]:
            logger.warning(
                "The estimates of %s for the validation song '%s' must hold finite numbers. They do not; the epoch "
                "cannot become the best. Set loop.precision to 32-true, or lower optimiser.learning_rate.",
                ", ".join(broken),
                song.name,
            )

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


class _Asked(Exception):
    """Someone wants the run to stop."""


def score_song(
    engine: Engine,
    song: Track,
    mixed_with: tuple[str, ...] = (),
    on_progress: Callable[[float], None] = lambda share: None,
) -> dict[str, float]:
    """Return the challenge's SDR of each stem of a song, in dB, but of stems that are silence throughout.

    Such a score is 0 dB at best, and tens of dB below for what nobody hears: it would outweigh all others.

    Args:
        engine: Separates.
        song: Has all stems of the engine.
        mixed_with: Stems that only the mixture holds, where the song has no file of that (`read_mixture`).
        on_progress: Called with the share of the song that is done.
    """
    references = read_track(song, engine.stems)
    mixture = read_mixture(song, (*engine.stems, *mixed_with))
    scores = sdr(references, engine.separate(mixture, on_progress))
    return {stem: score for stem, score in scores.items() if references[stem].any()}
