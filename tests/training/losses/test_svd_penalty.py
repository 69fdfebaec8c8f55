"""The penalty on singular values: its value, its gradient, and what it leaves out."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from models.seeding import seeded_torch
from training.losses.svd_penalty import SVDPenalty

ALL = SVDPenalty(weight=1.0, least_megabytes=0.0, iterations=200)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def network():
    with seeded_torch(0):
        layers = nn.Sequential(nn.Conv1d(4, 6, 3), nn.ConvTranspose1d(6, 4, 2), nn.Conv2d(2, 3, 2), nn.Linear(5, 7))
        return layers.append(nn.LSTM(3, 4))


def exact(module):
    conv, transposed, flat, linear, lstm = module
    matrices = [
        conv.weight.flatten(1),
        transposed.weight.transpose(0, 1).flatten(1),
        flat.weight.flatten(1),
        linear.weight,
        lstm.weight_ih_l0,
        lstm.weight_hh_l0,
    ]
    return sum(torch.linalg.svdvals(matrix).max() ** 2 for matrix in matrices)


def test_many_iterations_give_the_sum_of_the_largest_squared_singular_values():
    module = network()
    assert ALL(module, seeded()).item() == pytest.approx(exact(module).item(), rel=1e-4)


def test_few_iterations_stay_below_and_the_weight_multiplies():
    module = network()
    few = SVDPenalty(weight=0.5, least_megabytes=0.0)(module, seeded()).item()
    assert 0.5 * 0.5 * exact(module).item() < few <= 0.5 * exact(module).item()


def test_two_iterations_come_as_close_as_torchs_low_rank_decomposition_in_two():
    with seeded_torch(0):
        layer = nn.Linear(120, 200)
        theirs = [torch.svd_lowrank(layer.weight.detach(), 1, 2)[1][0].square().item() for _ in range(200)]
    penalty = SVDPenalty(weight=1.0, least_megabytes=0.0)
    ours = [penalty(layer, seeded(seed)).item() for seed in range(200)]
    assert sum(ours) == pytest.approx(sum(theirs), rel=0.01)


def test_the_gradient_is_that_of_the_exact_value():
    module = network()
    ALL(module, seeded()).backward()
    ours = module[3].weight.grad.clone()
    (expected,) = torch.autograd.grad(exact(module), module[3].weight)
    assert torch.allclose(ours, expected, atol=1e-3)
    assert module[0].bias.grad is None


def test_small_weights_are_left_out():
    assert SVDPenalty()(network(), seeded()) == 0
    # 160 x 180 numbers of four bytes are 0.11 MB.
    assert SVDPenalty()(nn.Linear(160, 180), seeded()) > 0


def test_draws_come_from_the_generator_alone():
    state, module = torch.get_rng_state(), network()
    penalty = SVDPenalty(least_megabytes=0.0)
    assert penalty(module, seeded(1)) == penalty(module, seeded(1))
    assert penalty(module, seeded(1)) != penalty(module, seeded(2))
    assert torch.equal(torch.get_rng_state(), state)


def test_descending_on_it_lowers_the_largest_singular_value():
    layer = nn.Linear(8, 8, bias=False)
    before = torch.linalg.svdvals(layer.weight).max().item()
    for step in range(20):
        ALL(layer, seeded(step)).backward()
        with torch.no_grad():
            layer.weight -= 0.05 * layer.weight.grad
        layer.zero_grad()
    assert torch.linalg.svdvals(layer.weight).max().item() < 0.8 * before
