"""The Mixer of KUIELab-MDX-Net: each stem anew as a weighted sum of all stems and the mixture, sample by sample.

One linear layer without bias from 10 channels (left and right of bass, drums, other, vocals and the mixture) to 8. It
was trained on the finished networks, and improved every stem by 0.1 dB or more on the hidden set of MDX21.

Reference: Kim et al., "KUIELab-MDX-Net", 2021, https://arxiv.org/abs/2111.12203, section 2.2; README_SUBMISSION.md of
https://github.com/kuielab/mdx-net for the gain.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from models.errors import WeightError
from models.files.state_files import read_state, refuse_other_files
from models.mixtures import CHANNELS
from models.tdf_stem import TDFStem


class MixedStems(nn.Module):
    """Networks of one stem each, and the layer that mixes what they estimate.

    Args:
        networks: In the order in which the layer takes their stems.

    Raises:
        WeightError: The networks take chunks of different lengths.
    """

    def __init__(self, networks: Sequence[TDFStem]) -> None:
        super().__init__()
        lengths = {network.stems[0]: network.chunk_samples for network in networks}
        if len(set(lengths.values())) != 1:
            raise WeightError(
                f"The networks of the stems must take chunks of one length to be mixed. Got samples: {lengths}. "
                "Take all networks from one submission."
            )
        self.networks = nn.ModuleList(networks)
        self.stems = tuple(stem for network in networks for stem in network.stems)
        self.sample_rate = networks[0].sample_rate
        self.segment_samples = min(network.segment_samples for network in networks)
        """Length in the middle of a chunk that counts: that of the longest transform."""
        self._chunk_samples = networks[0].chunk_samples
        outputs = CHANNELS * len(networks)
        self.linear = nn.Linear(outputs + CHANNELS, outputs, bias=False)

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` takes: always as many."""
        return self._chunk_samples

    def forward(self, mixture: Tensor) -> Tensor:
        """Estimate all stems.

        Args:
            mixture: Shape (batch, 2, the networks' chunk), float32.

        Returns:
            Shape (batch, stems, 2, samples); `segment_samples` in the middle are to be used.
        """
        estimates = torch.cat([network(mixture) for network in self.networks], dim=1)
        channels = torch.cat([estimates.flatten(1, 2), mixture], dim=1)
        return (self.linear.weight @ channels).unflatten(1, estimates.shape[1:3])


def load_mixer(mixed: MixedStems, path: Path, model: str) -> None:
    """Put the published weights of the layer in place.

    Args:
        mixed: Gets them.
        path: A verified `mixer.ckpt`: a bare state dict of the layer.
        model: Name of the model, for messages.

    Raises:
        WeightError: The file holds anything else.
    """
    with refuse_other_files(path, model, "the bare state dict of the Mixer"):
        state = read_state(path)
        mixed.linear.load_state_dict({key.removeprefix("linear."): values for key, values in state.items()})
