"""Hybrid Demucs (v3) as torchaudio publishes it: its own class, its own names of weights, its own two files.

torchaudio's network is the function of the `demucs` package's HDemucs under other names (and with one unused layer
more); each loads only its own files. Files are bare state dicts of float32.

How torchaudio runs it (its tutorial): normalised by the song's mono mix; chunks of 11 s, of which a tenth of a second
fades linearly into the next. Triangular weights that overlap by a tenth of a second are that fade. (In the tutorial
every chunk but the first is a tenth of a second longer.)

torchaudio's third bundle for separation, CONVTASNET_BASE_LIBRI2MIX, takes two speakers apart at 8 kHz: it is no model
of music and is not here.

References: https://docs.pytorch.org/audio/stable/tutorials/hybrid_demucs_tutorial.html; Defossez, "Hybrid Spectrogram
and Waveform Source Separation", 2021, https://arxiv.org/abs/2111.03600
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor, nn
from torchaudio.models import HDemucs

from audio.stems import SAMPLE_RATE
from models.files.state_files import fitted_network, read_state, refuse_other_files
from models.manifest import ModelEntry
from models.network import Bag
from models.registry import BuildOptions
from models.single_network import Recipe, build_single

SOURCES = ("drums", "bass", "other", "vocals")
"""Stems in the order of the output; the files do not name them."""
SEGMENT_SAMPLES = 485_100
"""Chunk of the tutorial: 11 s."""
FADE_SAMPLES = 4410
"""Samples that a chunk shares with the next: a tenth of a second."""


class HybridWaveforms(nn.Module):
    """torchaudio's network as the engine runs it.

    Args:
        arguments: Constructor arguments of the network, beside its sources.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        super().__init__()
        self.network = HDemucs(list(SOURCES), **arguments)
        self.stems = SOURCES
        self.sample_rate = SAMPLE_RATE

    def input_samples(self, chunk_samples: int) -> int:
        """Return how many samples `forward` needs for a chunk: no spectrogram of less than two hops can be padded."""
        return max(chunk_samples, 2 * self.network.hop_length)

    def forward(self, mixture: Tensor) -> Tensor:
        """Separate (batch, channels, samples) into (batch, stems, channels, samples)."""
        return self.network(mixture)


def load_network(path: Path, model: str, arguments: Mapping[str, Any]) -> HybridWaveforms:
    """Load a published bare state dict.

    Args:
        path: A verified `.pt` file.
        model: Name of the model, for messages.
        arguments: Constructor arguments of the network, which the file does not tell.

    Raises:
        WeightError: The file holds anything else than the tensors of one such network.
    """
    with refuse_other_files(path, model, "the bare state dict of torchaudio's HDemucs"):
        state = {f"network.{name}": tensor for name, tensor in read_state(path).items()}
        return fitted_network(lambda: HybridWaveforms(arguments), state)


def build(entry: ModelEntry, options: BuildOptions) -> Bag:
    """Build the network of this row (`models.single_network` says what is raised)."""
    recipe = Recipe(
        make=HybridWaveforms,
        load=lambda path, model: load_network(path, model, entry.architecture),
        segment_samples=SEGMENT_SAMPLES,
        overlap=FADE_SAMPLES / SEGMENT_SAMPLES,
        normalisation="mono",
    )
    return build_single(entry, options, recipe)
