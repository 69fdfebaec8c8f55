"""What no transform can take is refused with a sentence, before torch says it in words of its own."""

from __future__ import annotations

import pytest
import torch

from transforms import NSGT, NSGTConfig, SliCQ, SliCQConfig
from transforms.frequency_scales import BarkScale

SLICQ = SliCQ(SliCQConfig(BarkScale(1000.0, 22050.0, 10), 800, 200))


@pytest.mark.filterwarnings("ignore:ComplexHalf")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda block: block.to(torch.complex32), r"Block 1 .*single or double precision\. Got torch\.complex32"),
        (lambda block: block[:0], r"Block 1 .*not empty.*of shape \(0, 2, "),
        (lambda block: block[0], r"leading dimensions of the first, torch\.complex64 and \(3, 2\)\. Got .* as block 1"),
        (lambda block: block.to(torch.complex128), r"have the type and .*Got torch\.complex128 .*as block 1"),
    ],
)
def test_blocks_that_do_not_go_together_are_refused(change, message):
    blocks = SLICQ(torch.randn(3, 2, 900))
    blocks[1] = change(blocks[1])
    with pytest.raises(ValueError, match=message):
        SLICQ.inverse(blocks, 900)


@pytest.mark.parametrize("transform", [SLICQ, NSGT(NSGTConfig())])
def test_an_empty_batch_is_no_signal(transform):
    with pytest.raises(ValueError, match=r"with a sample or more\. Got torch\.float32 of shape \(0, 2, 900\)"):
        transform(torch.zeros(0, 2, 900))


def test_numbers_of_bands_and_samples_are_whole():
    with pytest.raises(ValueError, match=r"^bands must be a whole number\. Got 2\.5\.$"):
        BarkScale(30.0, 20000.0, 2.5)
    with pytest.raises(ValueError, match=r"^slice_samples must be a whole number\. Got 18060\.0\.$"):
        SliCQConfig(slice_samples=18060.0)
