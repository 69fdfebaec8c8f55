"""The data of a run for Lightning: training chunks, validation chunks, and the songs that are scored whole."""

from __future__ import annotations

import lightning.pytorch as pl
from torch.utils.data import DataLoader

from audio.datasets import Dataset, Track
from audio.datasets.tracks import TRAIN
from models.network import Network
from training.datasets import ChunkDataset, ChunkSampler, ChunkSettings
from training.domains import domain_numbers
from training.errors import RecipeError
from training.loading import Batch, NumberedChunks, ResumableLoader, ResumableSampler
from training.recipe import Recipe
from training.songs import open_songs, training_plan, validation_plan, validation_songs
from training.stopping import leave_signals_to_the_trainer
from training.windows import silent_context

_VALIDATION_SEED_OFFSET = 1


class SongData(pl.LightningDataModule):
    """Chunks of a recipe's songs."""

    def __init__(self, recipe: Recipe, network: Network) -> None:
        """Take the recipe; nothing is opened yet.

        Args:
            recipe: Says where the songs are and how chunks are drawn.
            network: Tells stems and rate, and how much context it needs around a chunk.
        """
        super().__init__()
        self._recipe = recipe
        self._stems, self._sample_rate = network.stems, network.sample_rate
        self._context_samples = (0, 0)
        if recipe.data.context == "song":
            window = silent_context(network, recipe.data.chunk_samples(network.sample_rate))
            self._context_samples = window.left, window.right
        self._opened: Dataset | None = None
        self._training: NumberedChunks | None = None

    @property
    def dataset(self) -> Dataset:
        """The dataset, opened when it is first asked for."""
        if self._opened is None:
            self._opened = open_songs(self._recipe.data, self._sample_rate)
        return self._opened

    @property
    def training_chunks(self) -> ChunkDataset:
        """All training chunks, which also tell the songs of each."""
        return self._training_chunks().chunks

    @property
    def songs(self) -> tuple[Track, ...]:
        """The validation songs that are scored whole."""
        most = self._recipe.loop.validation_songs
        return () if most == 0 else validation_songs(self.dataset, self._all_stems, most)

    @property
    def _all_stems(self) -> tuple[str, ...]:
        """Those of the network, and those that they are mixed with."""
        return (*self._stems, *self._recipe.data.mixed_with)

    def train_dataloader(self) -> ResumableLoader:
        """Return the training batches of this process."""
        trainer, section = self._attached(), self._recipe.data
        sampler = ChunkSampler(section.chunks_per_epoch, trainer.global_rank, trainer.world_size)
        return ResumableLoader(
            ResumableSampler(sampler),
            lambda: trainer.fit_loop.epoch_loop.batch_progress.total.ready,
            dataset=self._training_chunks(),
            batch_size=self._share(section.batch_size, "batch_size"),
            num_workers=section.workers,
            worker_init_fn=leave_signals_to_the_trainer,
            persistent_workers=section.workers > 0,
            pin_memory=trainer.strategy.root_device.type == "cuda",
        )

    def val_dataloader(self) -> DataLoader[Batch]:
        """Return the validation batches of this process: the same chunks in every epoch."""
        trainer, section = self._attached(), self._recipe.data
        plan = validation_plan(section, self.dataset, self._settings(_VALIDATION_SEED_OFFSET))
        # Lightning would go to another epoch at each validation, had this sampler a `set_epoch`.
        numbers = ChunkSampler(section.validation_chunks, trainer.global_rank, trainer.world_size).numbers(0)
        return DataLoader(
            NumberedChunks(ChunkDataset(plan)),
            sampler=list(numbers),
            batch_size=self._share(section.batch_size, "batch_size"),
            num_workers=section.workers,
            worker_init_fn=leave_signals_to_the_trainer,
        )

    def _training_chunks(self) -> NumberedChunks:
        if self._training is None:
            plan = training_plan(self._recipe.data, self.dataset, self._settings(0))
            domains = self._recipe.data.domains
            labels = domain_numbers(domains, self.dataset.split(TRAIN).tracks) if domains else None
            self._training = NumberedChunks(ChunkDataset(plan), labels)
        return self._training

    def _settings(self, seed_offset: int) -> ChunkSettings:
        section = self._recipe.data
        before, after = self._context_samples
        return ChunkSettings(
            chunk_samples=section.chunk_samples(self._sample_rate),
            chunks_per_epoch=section.chunks_per_epoch,
            stems=self._all_stems,
            seed=2 * self._recipe.seed + seed_offset,
            sample_rate=self._sample_rate,
            samples_before=before,
            samples_after=after,
        )

    def _share(self, count: int, key: str) -> int:
        processes = self._attached().world_size
        if count % processes:
            raise RecipeError(
                f"The key 'data.{key}' must be a multiple of the number of processes, {processes}. Got {count}."
            )
        return count // processes

    def _attached(self) -> pl.Trainer:
        if self.trainer is None:
            raise RuntimeError("A SongData has no batches before a Trainer has taken it.")
        return self.trainer
