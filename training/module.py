"""One training step for every architecture: augment, mix, separate, compare."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, cast

import lightning.pytorch as pl
import torch
from torch import Tensor, nn

from audio.stems import MIXTURE, Stems
from models.network import Network
from training.agreement import SOUND, check_agreement
from training.architectures import architecture_of, load_view
from training.augment.augmentation import Augmentation
from training.augment.batches import mixture_of
from training.loading import Batch
from training.optimisers import build_optimiser, build_scheduler
from training.penalties.registry import Penalty
from training.quantisation import BITS_SUFFIX, quantised
from training.recipe import Recipe
from training.seeds import AUGMENTATION, DROPOUT, PENALTY, step_seed
from training.slicq_stems import SliCQStems
from training.views import Compared
from training.windows import Window, silent_context, song_context

Loss: TypeAlias = Callable[[Any, Any], Tensor]
"""Estimates, references -> a scalar; both are what the network's view gives."""
Augment: TypeAlias = Callable[[Stems, torch.Generator], Stems]
"""Stems, a generator on the CPU -> changed stems."""

_LEAST_DEVIATION = 1e-5


class SeparationModule(pl.LightningModule):
    """A network with what it is trained by."""

    def __init__(
        self, recipe: Recipe, network: nn.Module, loss: Loss, augment: Augment, penalties: Sequence[Penalty] = ()
    ) -> None:
        """Take the parts.

        Args:
            recipe: Normalisation, optimiser and learning rates.
            network: A `models.network.Network`.
            loss: Compares stems; of a module, the parameters are trained too.
            augment: Changes training batches.
            penalties: Added to the loss in training.

        Raises:
            RecipeError: They do not fit each other.
            KitError: The recipe's quantiser does not fit the network, or its package is missing.
        """
        super().__init__()
        check_agreement(recipe, network, mixes_songs=isinstance(augment, Augmentation) and augment.mixes_items)
        self.recipe = recipe
        self.network = network
        self.loss = loss
        self._augment = augment
        architecture = architecture_of(recipe.model.architecture)
        self._view, self._compares_sound = load_view(architecture), architecture.view == SOUND
        self._quantiser = quantised(network, recipe.model.quantiser)
        self._penalties: tuple[Penalty, ...] = (*penalties, *([self._quantiser] if self._quantiser else []))
        if recipe.loop.compile:
            # In place: the names of the weights stay as they are.
            network.compile()

    @property
    def separator(self) -> Network:
        """The network as what the engine runs."""
        return cast(Network, self.network)

    @property
    def batch_number(self) -> int:
        """Which batch this is, counted through all epochs."""
        return self.trainer.fit_loop.epoch_loop.total_batch_idx

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        """Seed what is drawn inside this step, such as dropout and mistaken levels."""
        # torch's global generators are the only ones that dropout takes; Lightning stores none of them.
        torch.manual_seed(step_seed(self.recipe.seed, DROPOUT, self.batch_number, self.global_rank))

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Return the loss of a batch."""
        seed = step_seed(self.recipe.seed, AUGMENTATION, self.batch_number, self.global_rank)
        stems = self._augment(batch["stems"], torch.Generator().manual_seed(seed))
        loss = self.loss_of(stems, batch.get("domains"))
        items = len(batch["numbers"])
        self.log("train_loss", loss, on_step=True, on_epoch=True, prog_bar=True, sync_dist=True, batch_size=items)
        return loss + self._penalty() if self._penalties else loss

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Log the loss of a batch, without augmentations but as long as they leave one."""
        stems = batch["stems"]
        if isinstance(self._augment, Augmentation):
            kept = self._augment.kept_samples
            stems = {name: sound[..., : kept(sound.shape[-1])] for name, sound in stems.items()}
        loss = self.loss_of(stems)
        self.log("valid_loss", loss, prog_bar=True, sync_dist=True, batch_size=len(batch["numbers"]))

    def loss_of(self, stems: Stems, domains: Tensor | None = None) -> Tensor:
        """Return the loss of a batch.

        Args:
            stems: As `compare` takes them.
            domains: Those of the items, shape (batch,), int64: their cross entropy is added. Where its gradient turns
                against the network is the network's matter.

        Raises:
            RecipeError: As `compare`.
        """
        compared = self.compare(stems)
        # Sums over a whole chunk need more digits than the products inside the network.
        with torch.autocast(self.device.type, enabled=False):
            loss = self.loss(_in_full(compared.estimates), compared.references)
            if domains is None or compared.domain_logits is None:
                return loss
            domain_loss = nn.functional.cross_entropy(compared.domain_logits.float(), domains)
        self.log(
            "train_domain_loss", domain_loss, on_step=False, on_epoch=True, sync_dist=True, batch_size=len(domains)
        )
        return loss + self.recipe.model.domain_weight * domain_loss

    def compare(self, stems: Stems) -> Compared:
        """Run the network on a batch of stems, and maybe their mixture, shape (batch, channels, samples) each.

        The stems have their context around them where the recipe reads the song's.

        Raises:
            RecipeError: Augmentations left less than the context.
        """
        mixture = mixture_of(stems)
        window = self._window(mixture.shape[-1])
        mean, deviation = self._level(window.chunk(mixture))
        references = {name: window.given(stems[name]) for name in self.separator.stems}
        if len(stems) > len(references):
            # The mixture is more than their sum: some losses look at what the stems leave of it.
            references[MIXTURE] = window.given(mixture)
        given = window.given((mixture - mean) / deviation)
        if not self._compares_sound:
            # What such views compare cannot be brought back to the song's level: the references go to the network's.
            references = {name: reference / deviation for name, reference in references.items()}
        compared = self._view(self.network, given, references, window.middle)
        if not self._compares_sound or self.recipe.model.normalisation == "none":
            return compared
        separated = cast(Stems, compared.estimates)
        restored = {name: estimate * deviation + mean for name, estimate in separated.items()}
        return replace(compared, estimates=restored)

    def configure_optimizers(self) -> Any:
        """Return the recipe's optimiser and learning rates, for Lightning."""
        trained = {name: parameter for name, parameter in self.named_parameters() if parameter.requires_grad}
        optimiser = build_optimiser(
            self.recipe.optimiser, [trained[name] for name in trained if not name.endswith(BITS_SUFFIX)]
        )
        if self._quantiser is not None:
            self._quantiser.join(optimiser)
        batches = self.recipe.data.chunks_per_epoch // self.recipe.data.batch_size
        steps = math.ceil(batches / self.recipe.loop.accumulate_batches)
        scheduler = build_scheduler(self.recipe.scheduler, optimiser, steps, self.recipe.loop.max_epochs)
        return optimiser if scheduler is None else {"optimizer": optimiser, "lr_scheduler": scheduler}

    def _window(self, samples: int) -> Window:
        data, network = self.recipe.data, self.separator
        if data.context == "silence":
            return silent_context(network, samples)
        return song_context(network, samples, data.chunk_samples(network.sample_rate))

    def _penalty(self) -> Tensor:
        """Return the sum of the penalties, a scalar; the processes draw the same numbers for them."""
        generator = torch.Generator().manual_seed(step_seed(self.recipe.seed, PENALTY, self.batch_number, 0))
        with torch.autocast(self.device.type, enabled=False):
            penalty = torch.stack([one(self.network, generator) for one in self._penalties]).sum()
        self.log("train_penalty", penalty, on_step=True, on_epoch=True, sync_dist=True)
        if self._quantiser is not None:
            self.log("train_megabytes", self._quantiser.megabytes(), on_step=False, on_epoch=True, sync_dist=True)
        return penalty

    def _level(self, mixture: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and deviation of each mono mix, shape (batch, 1, 1), or of nothing."""
        if self.recipe.model.normalisation == "none":
            return mixture.new_zeros(1, 1, 1), mixture.new_ones(1, 1, 1)
        mono = mixture.mean(dim=1, keepdim=True)
        mean = mono.mean(dim=-1, keepdim=True)
        if self.recipe.model.normalisation == "deviation":
            mean = torch.zeros_like(mean)
        deviation = mono.std(dim=-1, keepdim=True).clamp(min=_LEAST_DEVIATION)
        spread_db = self.recipe.model.level_spread_db
        if self.training and spread_db > 0:
            deviation = deviation * 10 ** (spread_db / 20 * torch.randn_like(deviation))
        return mean, deviation


def _in_full(estimates: Stems | SliCQStems) -> Stems | SliCQStems:
    """Return estimates as float32; coefficients have it already."""
    if isinstance(estimates, SliCQStems):
        return estimates
    return {name: estimate.float() for name, estimate in estimates.items()}
