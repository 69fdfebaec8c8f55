"""The schema of a recipe: everything that decides what comes out of a training run.

Reading one loads neither torch's networks nor Lightning. Sections follow the path of a sample: data, augmentations,
network, losses, optimiser, loop.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=0.001, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Decay = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=1)]

NumberType: TypeAlias = Literal["float32", "float16"]
MONITORS = {"valid_sdr": "max", "valid_loss": "min"}
"""What a run may be judged by -> whether more or less of it is better."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QuantiserSection(_Section):
    """Weights of few bits, learned with DiffQ (`training.quantisation`); needs the extra `quantisation`.

    The defaults are those of `mdx_q` (Demucs v3); `demucs_quantized` (v2) has least_megabytes 1.
    """

    group_weights: Count = 8
    """Weights that share their number of bits."""
    least_megabytes: NotNegative = 0.2
    """Tensors of at most so many times 2^20 bytes in float32 stay as they are."""
    penalty: NotNegative = 3e-4
    """What the size of the quantised weights, in units of 2^20 bytes, is multiplied by; 1e-4 is the milder one."""
    learning_rate: Positive = 1e-3
    """Of the numbers of bits, which have a rate of their own and no weight decay."""


class ModelSection(_Section):
    """The network."""

    architecture: str
    """A name from `training.architectures.ARCHITECTURES`, or of a row of the manifest that `models.trained` builds."""
    size: Literal["published", "tiny"] = "published"
    """Which sizes `config` begins from."""
    config: dict[str, Any] = {}
    """Fields of the network's config that differ from those of `size`."""
    normalisation: Literal["none", "mono", "deviation"] = "none"
    """As in `models.network.Member`; in training, the level of each chunk is taken for the song's."""
    level_spread_db: NotNegative = 0.0
    """Standard deviation of what training mistakes a chunk's level by: parts of a song differ from the song."""
    domain_weight: Positive = 1.0
    """Of the cross entropy of the songs' domains, where the network has a classifier of them."""
    quantiser: QuantiserSection | None = None
    input_statistics: bool = False
    """Measure the spectra of the training mixtures first, from which the network's input scaling starts."""

    @model_validator(mode="after")
    def _levels_fit(self) -> ModelSection:
        if self.input_statistics and self.normalisation != "none":
            raise ValueError(
                "'input_statistics' goes with 'normalisation: none': they are those of the songs. "
                f"Got '{self.normalisation}'."
            )
        if self.level_spread_db > 0 and self.normalisation == "none":
            raise ValueError(
                f"'level_spread_db' must be 0 with 'normalisation: none', which measures no level. Got "
                f"{self.level_spread_db:g}."
            )
        return self


class SoundSection(_Section):
    """Chunks that must hold sound (`training.datasets.plans.SoundRule`); needs `mdx data stats` first."""

    stems: tuple[str, ...] = Field(min_length=1)
    probability: Share = 0.5
    min_active_share: Share = 0.5


class DataSection(_Section):
    """Songs, chunks and batches."""

    folder: str | Annotated[tuple[str, ...], Field(min_length=1)]
    """The dataset's folder, or a list of several; copies of all are in `cache` where that is named."""
    layout: str | None = None
    """How it lies on disk; found out by default."""
    cache: str | None = None
    """Folder of the decoded copies and levels; None is the user's cache."""
    validation: Literal["own", "musdb"] | tuple[str, ...] = "own"
    """Validation songs: the dataset's own split, the field's 14 of MUSDB18, or names of training songs."""
    plan: Literal["mixed", "aligned"] = "mixed"
    """Stems of a chunk from songs of their own, or all from one place."""
    mixture: Literal["sum", "file"] = "sum"
    """The mixture is the sum of the network's stems, or what the song's own file holds ("aligned" only)."""
    mixed_with: tuple[str, ...] = ()
    """Stems that the sum holds beside the network's, which then need not give all."""
    context: Literal["silence", "song"] = "silence"
    """What is around a chunk where the network needs more than the chunk: nothing, or the song."""
    domains: dict[str, tuple[str, ...]] = {}
    """Domain, such as a genre -> its training songs, for networks with a classifier of domains."""
    chunk_seconds: Seconds
    chunks_per_epoch: Count
    """Over all processes."""
    batch_size: Count
    """Over all processes: each takes its share."""
    validation_chunks: Count = 32
    """Chunks of the validation songs for the validation loss, over all processes; the same every time."""
    workers: Annotated[int, Field(ge=0)] = 2
    """Processes that load data, for each process that trains."""
    sound: SoundSection | None = None

    @model_validator(mode="after")
    def _numbers_fit(self) -> DataSection:
        if self.chunks_per_epoch % self.batch_size:
            raise ValueError(
                f"'chunks_per_epoch' must be a multiple of 'batch_size'. Got {self.chunks_per_epoch} and "
                f"{self.batch_size}."
            )
        if self.mixture == "file" and self.plan != "aligned":
            raise ValueError(
                "'mixture: file' goes with 'plan: aligned' only: mixed chunks are in no file. Got 'mixed'."
            )
        if self.mixed_with and self.mixture == "file":
            raise ValueError("'mixed_with' goes with 'mixture: sum' only: the file holds all stems. Got 'file'.")
        return self

    @model_validator(mode="after")
    def _domains_fit(self) -> DataSection:
        if self.domains and self.plan != "aligned":
            raise ValueError("'domains' go with 'plan: aligned' only: mixed chunks are of several songs. Got 'mixed'.")
        songs = [song for named in self.domains.values() for song in named]
        if twice := sorted({song for song in songs if songs.count(song) > 1}):
            raise ValueError(f"'domains' must name each song once. Got '{twice[0]}' more often.")
        return self

    def chunk_samples(self, sample_rate: int) -> int:
        """Return the length of a chunk, without its context."""
        return round(self.chunk_seconds * sample_rate)


class AugmentationStep(_Section):
    """One entry of the augmentations, checked by `training.augment.registry`."""

    name: str
    probability: Share = 1.0
    settings: dict[str, Any] = {}


class LossTerm(_Section):
    """One entry of the losses, checked by `training.losses.registry`."""

    name: str
    weight: Positive = 1.0
    settings: dict[str, Any] = {}


class PenaltyTerm(_Section):
    """One entry of the penalties, checked by `training.penalties.registry`."""

    name: str
    settings: dict[str, Any] = {}


class OptimiserSection(_Section):
    """The optimiser."""

    name: Literal["adam", "adamw", "sgd", "rmsprop"] = "adam"
    learning_rate: Positive = 1e-3
    weight_decay: NotNegative = 0.0
    betas: tuple[Decay, Decay] = (0.9, 0.999)
    """Of adam and adamw."""
    momentum: Share = 0.0
    """Of sgd and rmsprop."""


class SchedulerSection(_Section):
    """How the learning rate changes."""

    name: Literal["constant", "step", "cosine", "plateau"] = "constant"
    warmup_steps: Annotated[int, Field(ge=0)] = 0
    """Optimiser steps in which the rate rises in a line from a hundredth; not with "plateau"."""
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Of "step" and "plateau"."""
    every_epochs: Count = 10
    """Of "step": epochs between two reductions."""
    patience: Annotated[int, Field(ge=0)] = 10
    """Of "plateau": validations without a better value before a reduction."""
    cooldown: Annotated[int, Field(ge=0)] = 0
    """Of "plateau": validations after a reduction that do not count as ones without a better value."""
    monitor: Literal["valid_loss", "valid_sdr"] = "valid_loss"
    """Of "plateau": the value."""
    least_share: Share = 0.0
    """Of "cosine": what is left of the rate at the end."""

    @model_validator(mode="after")
    def _warmup_fits(self) -> SchedulerSection:
        if self.name == "plateau" and self.warmup_steps:
            raise ValueError(f"'warmup_steps' must be 0 with 'plateau'. Got {self.warmup_steps}.")
        return self


class LoopSection(_Section):
    """What Lightning is told."""

    max_epochs: Count = 100
    precision: Literal["bf16-mixed", "16-mixed", "32-true"] = "bf16-mixed"
    gradient_clip: Positive | None = None
    """Largest norm of the gradient."""
    accumulate_batches: Count = 1
    """Batches for each step of the optimiser."""
    ema_decay: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Of the moving average of the weights, which is then what is validated and exported; None keeps none."""
    validate_every_epochs: Count = 1
    validation_songs: Annotated[int, Field(ge=0)] | None = None
    """How many whole songs are separated and scored at each validation; None is all, 0 is none."""
    monitor: Literal["valid_sdr", "valid_loss"] = "valid_sdr"
    """What tells the best model, and when to stop early."""
    patience: Count | None = None
    """Validations without a better value before the run stops; None never stops early."""
    accelerator: Literal["auto", "cpu", "gpu", "mps"] = "auto"
    devices: Count | Literal["auto"] = "auto"
    """Processes of this machine, one for each device."""
    nodes: Count = 1
    compile: bool = False
    """Compile the network with torch.compile."""
    deterministic: bool = False
    """Refuse operations that give other results from run to run."""

    @model_validator(mode="after")
    def _some_epoch_is_validated(self) -> LoopSection:
        if self.validate_every_epochs > self.max_epochs:
            raise ValueError(
                "'validate_every_epochs' must be at most 'max_epochs', else no model is ever the best. Got "
                f"{self.validate_every_epochs} and {self.max_epochs}."
            )
        return self


class ExportSection(_Section):
    """What the best model is called, and what its row in the manifest says."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")] | None = None
    """Name of the model; None is the recipe's."""
    summary: str = "Trained with mdx train."
    licence: str = "not stated"
    training_data: str = "not stated"
    leaderboards: tuple[Literal["A", "B"], ...] = ()
    overlap: Annotated[float, Field(ge=0, lt=1)] = 0.25
    """Share of a chunk that the next one covers again when songs are separated."""
    segment_seconds: Seconds | None = None
    """Length of these chunks; None is what the augmentations leave of `data.chunk_seconds`."""
    number_type: NumberType = "float32"
    """Of the weights in the file; they are used as float32. Files of quantised networks have their own types."""


class Recipe(_Section):
    """A whole recipe."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    source: str = ""
    """Where its settings were published, and what differs."""
    seed: Annotated[int, Field(ge=0)] = 0
    data: DataSection
    augmentations: tuple[AugmentationStep, ...] = ()
    model: ModelSection
    losses: tuple[LossTerm, ...] = Field(min_length=1)
    penalties: tuple[PenaltyTerm, ...] = ()
    optimiser: OptimiserSection = OptimiserSection()
    scheduler: SchedulerSection = SchedulerSection()
    loop: LoopSection = LoopSection()
    export: ExportSection = ExportSection()

    @model_validator(mode="after")
    def _monitors_are_measured(self) -> Recipe:
        watched = {"loop": self.loop.monitor}
        if self.scheduler.name == "plateau":
            watched["scheduler"] = self.scheduler.monitor
        for section, monitor in watched.items():
            if monitor == "valid_sdr" and self.loop.validation_songs == 0:
                raise ValueError(
                    f"'{section}.monitor' must be 'valid_loss' where 'loop.validation_songs' is 0. Got 'valid_sdr'."
                )
        return self

    @model_validator(mode="after")
    def _quantiser_fits(self) -> Recipe:
        if self.model.quantiser is not None and self.loop.compile:
            raise ValueError(
                "'loop.compile' must be false with 'model.quantiser', which exchanges weights in each step. Got true."
            )
        return self
