"""The transforms of oracles come back to the sound, whatever its length, and refuse windows that they cannot cut."""

import pytest
import torch

from oracles.errors import OracleError
from oracles.published_transforms import ScipySTFT
from oracles.transform import HannSTFT
from transforms.stft import STFT, STFTConfig

TRANSFORMS = [HannSTFT(256), ScipySTFT(256, overlap_quarters=1), ScipySTFT(256, overlap_quarters=2)]


@pytest.mark.parametrize("samples", [1, 100, 255, 256, 1001, 4096])
@pytest.mark.parametrize("transform", TRANSFORMS, ids=lambda transform: transform.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_blocks_become_the_sound_that_they_were(transform, samples, dtype):
    sounds = torch.rand(3, 2, samples, dtype=dtype, generator=torch.Generator().manual_seed(samples)) - 0.5
    blocks = transform.analyse(sounds)
    assert [block.shape[:-1] for block in blocks] == [(3, 2, 129)]
    found = transform.synthesise(blocks, samples)
    torch.testing.assert_close(found, sounds, rtol=0, atol=1e-6 if dtype == torch.float32 else 1e-14)


def test_the_own_transform_hops_by_a_quarter_of_a_hann_window():
    sounds = torch.rand(2, 3000)
    (block,) = HannSTFT(512).analyse(sounds)
    assert torch.equal(block, STFT(STFTConfig(window_samples=512, hop_samples=128, window="hann"))(sounds))


def test_the_published_transforms_hop_as_their_names_say():
    frames = {transform.name: transform.analyse(torch.rand(2, 25_600))[0].shape[-1] for transform in TRANSFORMS}
    assert frames["STFT 256 hop 192"] == pytest.approx(25_600 / 192, abs=3)
    assert frames["STFT 256 hop 128"] == pytest.approx(25_600 / 128, abs=3)


@pytest.mark.parametrize("make", [HannSTFT, lambda window: ScipySTFT(window, 2)])
def test_a_window_without_whole_quarters_or_longer_than_any_sound_is_refused(make):
    with pytest.raises(OracleError, match=r"must have a multiple of 4 samples, 4 to 1048576\. Got 1026\. Usual ones"):
        make(1026)
    with pytest.raises(OracleError, match="Got 0"):
        make(0)
    with pytest.raises(OracleError, match="Got 4000000000000"):
        make(4 * 10**12)
