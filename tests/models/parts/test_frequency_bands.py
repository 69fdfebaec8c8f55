"""Bands of a spectrum: pooling, spreading, and layouts that fit."""

from __future__ import annotations

import pytest
import torch

from models.errors import SettingsError
from models.parts.frequency_bands import DEFAULT_LAYOUT, FrequencyBands
from tests.models.parts.spread_bands import spread

SMALL = FrequencyBands(((3, 1), (2, 2), (1, 4)), 13)


def test_the_default_layout_has_464_bands_up_to_18_9_khz():
    bands = FrequencyBands(DEFAULT_LAYOUT, 2049)
    assert (bands.count, bands.covered) == (464, 1760)
    assert bands.covered * 44100 / 4096 == pytest.approx(18949, abs=1)


def test_pooling_adds_up_the_bins_of_each_band():
    values = torch.arange(13.0)[:, None].expand(13, 2)
    assert SMALL.pooled(values)[:, 1].tolist() == [0, 1, 2, 3 + 4, 5 + 6, 7 + 8 + 9 + 10]


def test_pooling_what_was_spread_multiplies_by_the_widths():
    values = torch.randn(2, 6, 4, generator=torch.Generator().manual_seed(0))
    widths = SMALL.widths(values)
    assert widths.tolist() == [1, 1, 1, 2, 2, 4]
    torch.testing.assert_close(SMALL.pooled(spread(SMALL, values)), values * widths[:, None])


def test_what_is_paired_gives_the_products_of_spread_values():
    generator = torch.Generator().manual_seed(0)
    values, bins = torch.randn(4, 6, generator=generator), torch.randn(4, 13, 2, generator=generator)
    products = torch.cat([(value * part).flatten(-2) for value, part in SMALL.paired(values, bins.flatten(-2))], dim=-1)
    torch.testing.assert_close(products.unflatten(-1, (-1, 2)), spread(SMALL, values.T).T[..., None] * bins)


@pytest.mark.parametrize("layout", [(), ((0, 1),), ((4, 0),), ((7, 2),), ((4,),), ((2, 1, 1),)])
def test_a_layout_that_does_not_fit_is_refused_with_its_numbers(layout):
    with pytest.raises(SettingsError, match="over at most 13 bins. Got"):
        FrequencyBands(layout, 13)
