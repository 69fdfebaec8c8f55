"""A quarter of the mixture for each stem: the floor that every system must beat, and the safest of fallbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass
from torch import Tensor

from audio.stems import SAMPLE_RATE, STEMS, Stems
from models.mixtures import check_mixture
from models.validation import read_settings

if TYPE_CHECKING:
    from models.manifest import ModelEntry
    from models.registry import BuildOptions


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class MixtureQuarterSettings:
    """There is nothing to set; unknown names are refused."""


class MixtureQuarterSeparator:
    """The mixture divided by the number of stems."""

    def __init__(self) -> None:
        self.stems: tuple[str, ...] = STEMS
        self.sample_rate = SAMPLE_RATE

    def separate(self, mixture: Tensor) -> Stems:
        """Return stem name -> a quarter of the mixture, shape (2, samples), float32; each in its own memory.

        Raises:
            MixtureError: The mixture is no finite stereo signal.
        """
        check_mixture(mixture)
        return {stem: mixture.detach().float() / len(self.stems) for stem in self.stems}


def build(entry: ModelEntry, options: BuildOptions) -> MixtureQuarterSeparator:
    """Build the separator.

    Raises:
        SettingsError: Any setting was given.
    """
    read_settings(MixtureQuarterSettings, options.settings, entry.name)
    return MixtureQuarterSeparator()
