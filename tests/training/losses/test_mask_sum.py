"""The sum of the masks of all stems, which should be one everywhere."""

import pytest
import torch

from training.losses.mask_sum import MaskSum
from training.losses.stem_loss import LossInputError
from training.slicq_stems import SliCQStems


def loss(*masks):
    """Of masks of blocks, shape (batch, stems, ...) each."""
    nothing = SliCQStems((), lambda: torch.zeros(0))
    return MaskSum()(SliCQStems((), nothing.sounds, masks), nothing)


def test_masks_that_add_up_to_one_cost_nothing_and_others_the_square_of_what_is_missing():
    def pair(first, second):
        return torch.tensor([first, second]).view(1, 2, 1, 1, 1, 1).expand(2, 2, 2, 5, 3, 4)

    assert float(loss(pair(0.25, 0.75))) == 0.0
    assert float(loss(pair(0.25, 0.25))) == 0.25
    assert float(loss(pair(1.0, 1.0))) == 1.0


def test_every_block_counts_alike_however_many_coefficients_it_has():
    blocks = [torch.full((1, 4, 2, bands, 3, length), value) for bands, length, value in ((1, 4, 0.25), (9, 20, 0.5))]
    assert float(loss(*blocks)) == pytest.approx((0.0 + 1.0) / 2)


def test_its_gradient_passes_torchs_own_check():
    generator = torch.Generator().manual_seed(0)
    masks = torch.rand(2, 4, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(loss, (masks,))


def test_a_network_without_masks_is_refused():
    with pytest.raises(LossInputError, match="masks of one block or more. Got none"):
        loss()
