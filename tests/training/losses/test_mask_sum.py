import pytest
import torch

from training.losses.mask_sum import MaskSum
from training.losses.stem_loss import LossInputError


def test_masks_that_add_up_to_one_cost_nothing_and_others_the_square_of_what_is_missing():
    shape = (2, 2, 5, 3)
    assert float(MaskSum()({"bass": torch.full(shape, 0.25), "drums": torch.full(shape, 0.75)})) == 0.0
    assert float(MaskSum()({"bass": torch.full(shape, 0.25), "drums": torch.full(shape, 0.25)})) == 0.25
    assert float(MaskSum()({"bass": torch.full(shape, 1.0), "drums": torch.full(shape, 1.0)})) == 1.0


def test_its_gradient_passes_torchs_own_check():
    generator = torch.Generator().manual_seed(0)
    masks = [torch.rand(2, 3, generator=generator, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    assert torch.autograd.gradcheck(lambda *m: MaskSum()(dict(zip("abc", m, strict=True))), tuple(masks))


def test_masks_of_different_shapes_are_refused():
    with pytest.raises(LossInputError, match="all of one shape"):
        MaskSum()({"bass": torch.zeros(2), "drums": torch.zeros(3)})
    with pytest.raises(LossInputError, match="one mask or more"):
        MaskSum()({})
