"""The floor of all separators: a quarter of the mixture for each stem."""

from __future__ import annotations

import pytest
import torch

from audio.stems import STEMS
from models.errors import MixtureError, SettingsError
from models.mixture_quarter import MixtureQuarterSeparator, build
from models.registry import BuildOptions, model_entry


@pytest.mark.parametrize("samples", [1, 1000])
def test_each_stem_is_a_quarter_of_the_mixture(samples):
    mixture = torch.randn(2, samples, generator=torch.Generator().manual_seed(0))
    stems = MixtureQuarterSeparator().separate(mixture)
    assert tuple(stems) == STEMS
    assert all(torch.equal(stem, mixture / 4) for stem in stems.values())


def test_other_shapes_are_refused():
    with pytest.raises(MixtureError, match=r"\(2, samples\)"):
        MixtureQuarterSeparator().separate(torch.zeros(1, 10))


def test_settings_are_refused():
    options = BuildOptions(torch.device("cpu"), settings={"gain": 0.5})
    with pytest.raises(SettingsError, match="'gain' is unknown"):
        build(model_entry("mixture-quarter"), options)
