"""Blends with weights by band: the sum of weighted bands, the plain blend where bands agree, in blocks as in whole."""

import pytest
import torch

from audio import SAMPLE_RATE, STEMS
from audio.sources import TensorSource
from separation import Plan, create_separator
from separation.band_filter import split_bands
from separation.band_weighted import BandWeighted, in_bands
from separation.blend_plan import BlendError
from separation.separator import StreamingSeparator
from tests.separation.blend_separators import Scaled, Streaming, noise, quarters

EDGES_HZ = (250.0, 4000.0)


def blend_of(classical, quarter):
    """Build a blend of two models with weights for these bands."""
    members = [{"model": "classical", "weights": classical}, {"model": "mixture-quarter", "weights": quarter}]
    return create_separator(Plan.model_validate({"blend": {"bands_hz": EDGES_HZ, "members": members}}))


def test_a_blend_is_the_sum_of_its_members_weighted_bands():
    mixture = noise(80_000)
    weights = [0.2, -0.5, 0.9]
    blended = blend_of({"vocals": weights, "bass": 0.4}, {"vocals": 0.3}).separate(mixture)
    classical = create_separator("classical").separate(mixture)
    bands = split_bands(classical["vocals"], EDGES_HZ, SAMPLE_RATE)
    expected = sum(weight * band for weight, band in zip(weights, bands, strict=True)) + 0.3 * 0.25 * mixture
    torch.testing.assert_close(blended["vocals"], expected, rtol=0, atol=1e-6)
    torch.testing.assert_close(blended["bass"], 0.4 * classical["bass"], rtol=0, atol=1e-6)


def test_equal_weights_in_all_bands_are_the_plain_blend():
    mixture = noise(80_000)
    plain = blend_of(dict.fromkeys(STEMS, 0.7), dict.fromkeys(STEMS, 0.2)).separate(mixture)
    banded = blend_of(dict.fromkeys(STEMS, [0.7] * 3), dict.fromkeys(STEMS, [0.2] * 3)).separate(mixture)
    for stem in STEMS:
        torch.testing.assert_close(banded[stem], plain[stem], rtol=0, atol=1e-6)


def test_a_member_without_weights_by_band_is_run_as_it_is():
    inner = Scaled(quarters())
    assert in_bands(inner, {}, EDGES_HZ) is inner
    assert isinstance(in_bands(inner, {"bass": (1, 0, 0)}, EDGES_HZ), StreamingSeparator)


@pytest.mark.parametrize("block_samples", [1000, 30_000, 200_000])
def test_however_a_member_streams_the_samples_are_the_same(block_samples):
    shapes = {"vocals": (1.0, 0.5, 0.0)}
    whole = BandWeighted(Scaled(quarters()), shapes, EDGES_HZ).separate(noise(100_000))
    streamed = BandWeighted(Streaming(quarters(), block_samples), shapes, EDGES_HZ).separate(noise(100_000))
    assert all(torch.equal(whole[stem], streamed[stem]) for stem in STEMS)


def test_only_the_asked_stems_are_separated_and_blocks_leave_no_gaps():
    inner = Streaming(quarters(), 30_000)
    source, shares = TensorSource(noise(100_000), SAMPLE_RATE), []
    blocks = list(BandWeighted(inner, {"bass": (1, 0, 0)}, EDGES_HZ).separate_stream(source, ["bass"], shares.append))
    assert inner.asked == [("bass",)]
    assert shares[-1] == 1.0
    ends = [start + block["bass"].shape[-1] for start, block in blocks]
    assert [start for start, _ in blocks] == [0, *ends[:-1]]
    assert ends[-1] == 100_000


def test_edges_beyond_what_a_member_can_hold_are_refused():
    with pytest.raises(BlendError, match=r"below half of the sample rate\. Got 4000 Hz at 8000 Hz\. Lower 'bands_hz'"):
        BandWeighted(Streaming(quarters(), 100, sample_rate=8000), {}, EDGES_HZ)
