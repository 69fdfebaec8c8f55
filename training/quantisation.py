"""Train weights that fit into few bits: DiffQ, with the package that published it.

In a step of training every large tensor of weights carries noise as strong as rounding would be, so the network learns
to bear it; how many bits each group of weights has is learned too, against a penalty on the size of the whole. In
evaluation the package rounds the weights for each call of the network, so validation scores what will be exported.

The noise comes with calls of the network as a module; the package exchanges the parameters around them. The bits are
parameters beside the weights, so checkpoints, averages and several processes treat them as any other. The package is
under CC-BY-NC 4.0, which forbids commercial use, and is therefore an extra.

Reference: Defossez, Adi, Synnaeve, "Differentiable Model Compression via Pseudo Quantization Noise", 2021,
https://arxiv.org/abs/2104.09987; https://github.com/facebookresearch/diffq
"""

from __future__ import annotations

import importlib
from typing import Any

import torch
from torch import Tensor, nn

from models.files.quantised_files import packed_tensors
from training.errors import RecipeError
from training.parts import MissingExtraError
from training.recipe import QuantiserSection

BITS_SUFFIX = "_diffq"
"""Ends the names of the parameters that say how many bits the groups of a tensor have."""

_PACKAGE = "diffq"
_BYTES = 4


class Quantiser:
    """What quantises a network's weights; attached to it from the start."""

    def __init__(self, network: nn.Module, section: QuantiserSection) -> None:
        """Add the bits to a network, and the noise to its calls.

        Args:
            network: Changed in place.
            section: What the recipe says.

        Raises:
            MissingExtraError: The package is not installed.
            RecipeError: A tensor cannot be cut into groups, or none is large enough.
        """
        try:
            package: Any = importlib.import_module(_PACKAGE)
        except ImportError as error:
            raise MissingExtraError("The recipe's 'model.quantiser'", _PACKAGE, "quantisation") from error
        check_groups(network, section)
        self._network, self._section = network, section
        self._package = package.DiffQuantizer(
            network, min_size=section.least_megabytes, group_size=section.group_weights, suffix=BITS_SUFFIX
        )

    def __call__(self, network: nn.Module, generator: torch.Generator) -> Tensor:
        """Return the penalty on the size, a scalar; a `training.penalties.registry.Penalty` that draws nothing."""
        return self._section.penalty * self.megabytes()

    def megabytes(self) -> Tensor:
        """Return the size of the weights with the present bits, in units of 2^20 bytes; differentiable, a scalar."""
        size: Tensor = self._package.model_size()
        return size

    def join(self, optimiser: torch.optim.Optimizer) -> None:
        """Let an optimiser of the network's other parameters train the bits too."""
        self._package.setup_optimizer(optimiser, lr=self._section.learning_rate)

    def state(self) -> dict[str, Any]:
        """Return the quantised weights in the package's packed form; `models.files.diffq_states` says what it holds."""
        packed: dict[str, Any] = self._package.get_quantized_state()
        return packed

    def settle(self) -> dict[str, Tensor]:
        """Round the weights for good and leave the network as if it had never been quantised.

        Returns:
            The network's tensors as a file holds them (`models.files.quantised_files`).
        """
        state = self._package.get_quantized_state(packed=False)
        self._package.restore_quantized_state(state)
        self._package.detach()
        large = dict(zip(large_tensors(self._network, self._section), state["quantized"], strict=True))
        tensors = {name: tensor for name, tensor in self._network.state_dict().items() if name not in large}
        for name, quantised_tensor in large.items():
            tensors |= packed_tensors(name, quantised_tensor)
        return tensors


def quantised(network: nn.Module, section: QuantiserSection | None) -> Quantiser | None:
    """Quantise a network if the recipe says so; arguments and errors as those of `Quantiser`."""
    return None if section is None else Quantiser(network, section)


def large_tensors(network: nn.Module, section: QuantiserSection) -> dict[str, int]:
    """Return the tensors of a network that are quantised: name -> how many weights, in their order."""
    return {
        name: parameter.numel()
        for name, parameter in network.named_parameters()
        if parameter.numel() * _BYTES > section.least_megabytes * 2**20
    }


def check_groups(network: nn.Module, section: QuantiserSection) -> None:
    """Refuse a network whose large tensors cannot be cut into groups.

    Raises:
        RecipeError: One cannot, or there is none.
    """
    large = large_tensors(network, section)
    if not large:
        raise RecipeError(
            "The key 'model.quantiser.least_megabytes' must be less than the largest tensor of the network. "
            f"Got {section.least_megabytes}. Lower it."
        )
    for name, count in large.items():
        if count % section.group_weights:
            raise RecipeError(
                "The key 'model.quantiser.group_weights' must divide the size of every tensor that is quantised. Got "
                f"{section.group_weights}, and {count} weights in '{name}'. Set another, or raise least_megabytes."
            )
