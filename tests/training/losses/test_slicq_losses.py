"""The losses of xumx-sliCQ: equal to their definition one combination and block after the other, and their slopes."""

import itertools

import pytest
import torch

from tests.training.slicq_stand_in import SAMPLES, GivenMasks, masks, true_stems
from training import views
from training.architectures import build_network
from training.losses.ratios import SDSDR, SISDR
from training.losses.slicq_losses import SliCQComplexL2, SliCQMagnitudeL2, SliCQSDSDR, SliCQSISDR
from training.losses.stem_loss import LossInputError
from training.recipe import ModelSection
from training.slicq_stems import SliCQStems

STEMS = 4
REALTIME = {"architecture": "xumx_slicq_v2", "config": {"realtime": True}}
COMBINATIONS = [names for size in (1, 2, 3) for names in itertools.combinations(range(STEMS), size)]


def compared(network=None):
    references = true_stems()
    mixture = sum(references.values())
    return views.slicq(network or GivenMasks(), mixture, references, slice(0, SAMPLES))


def one_by_one(estimates, references, distance):
    """The mean over blocks of the mean over combinations of a distance of summed stems, which are lists."""
    blocks = zip(estimates, references, strict=True)
    return torch.stack(
        [torch.stack([distance(block, truth, names) for names in COMBINATIONS]).mean() for block, truth in blocks]
    ).mean()


def summed(stems, names):
    return sum(stems[:, name] for name in names)


def complex_distance(estimate, truth, names):
    difference = summed(estimate, names) - summed(truth, names)
    return torch.cat([difference.real, difference.imag]).square().mean()


def magnitude_distance(estimate, truth, names):
    return (summed(estimate.abs(), names) - summed(truth.abs(), names)).square().mean()


@pytest.mark.parametrize(
    ("loss", "distance"), [(SliCQComplexL2, complex_distance), (SliCQMagnitudeL2, magnitude_distance)]
)
def test_coefficients_are_compared_in_each_block_and_combination(loss, distance):
    pair = compared()
    given, true = pair.estimates.coefficients, pair.references.coefficients
    torch.testing.assert_close(loss()(pair.estimates, pair.references), one_by_one(given, true, distance))
    single = torch.stack(
        [distance(block, truth, [stem]) for block, truth in zip(given, true, strict=True) for stem in range(STEMS)]
    )
    torch.testing.assert_close(loss(combined=False)(pair.estimates, pair.references), single.mean())


@pytest.mark.parametrize(("loss", "ratio"), [(SliCQSISDR, SISDR), (SliCQSDSDR, SDSDR)])
def test_sounds_are_compared_in_each_combination(loss, ratio):
    pair = compared()
    given, true = pair.estimates.sounds(), pair.references.sounds()
    expected = [ratio().values(summed(given, names), summed(true, names)).mean() for names in COMBINATIONS]
    torch.testing.assert_close(loss()(pair.estimates, pair.references), torch.stack(expected).mean())


@pytest.mark.parametrize("loss", [SliCQComplexL2, SliCQMagnitudeL2, SliCQSISDR, SliCQSDSDR])
def test_the_gradient_of_the_masks_is_the_derivative_through_the_transform(loss):
    given = [mask.requires_grad_() for mask in masks(GivenMasks().slicq)]
    pair = compared(GivenMasks(given))
    loss()(pair.estimates, pair.references).backward()
    generator, step = torch.Generator().manual_seed(5), 1e-6
    directions = [torch.randn(mask.shape, generator=generator, dtype=mask.dtype) for mask in given]
    slope = sum((mask.grad * direction).sum() for mask, direction in zip(given, directions, strict=True))
    with torch.no_grad():
        ends = [
            compared(
                GivenMasks([mask + sign * step * direction for mask, direction in zip(given, directions, strict=True)])
            )
            for sign in (1, -1)
        ]
        values = [loss()(end.estimates, end.references) for end in ends]
    assert all((mask.grad != 0).any() for mask in given)
    assert float((values[0] - values[1]) / (2 * step)) == pytest.approx(float(slope), rel=1e-6)


@pytest.mark.parametrize(
    "config",
    [{"architecture": "xumx_slicq_v1"}, {"architecture": "xumx_slicq_v2"}, REALTIME],
    ids=["v1", "v2", "v2 realtime"],
)
def test_a_ratio_in_time_teaches_every_weight_of_the_networks(config):
    network = build_network(ModelSection(size="tiny", **config), 0).double()
    references = true_stems(samples=3000)
    pair = views.slicq(network, sum(references.values()), references, slice(0, 3000))
    SliCQSDSDR()(pair.estimates, pair.references).backward()
    # The batch norm behind it undoes what is added to the input.
    weights = {name: weight for name, weight in network.named_parameters() if not name.endswith("input_mean")}
    assert [name for name, weight in weights.items() if weight.grad is None or not weight.grad.any()] == []


def test_stems_of_other_blocks_are_refused():
    pair = compared()
    fewer = SliCQStems(pair.references.coefficients[:-1], lambda: pair.references.sounds()[..., 1:])
    with pytest.raises(LossInputError, match="the same blocks, one or more. Got 6 and 5"):
        SliCQComplexL2()(pair.estimates, fewer)
    with pytest.raises(LossInputError, match=r"one shape. Got \(2, 4, 2, 700\) and \(2, 4, 2, 699\)"):
        SliCQSDSDR()(pair.estimates, fewer)
