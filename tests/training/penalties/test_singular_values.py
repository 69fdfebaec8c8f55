"""The penalty on singular values: its value, its gradient, and what it leaves out."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from models.seeding import seeded_torch
from training.penalties.singular_values import SingularValues

ALL = SingularValues(weight=1.0, least_megabytes=0.0, iterations=200)


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


def wide(rows=300, columns=900):
    """A layer as those of hybrid Demucs: its singular values lie close together."""
    with seeded_torch(0):
        return nn.Linear(columns, rows, bias=False)


def largest_square(layer):
    return torch.linalg.svdvals(layer.weight).max().item() ** 2


def test_many_iterations_give_the_sum_of_the_largest_squared_singular_values():
    module = network()
    assert ALL(module, seeded()).item() == pytest.approx(exact(module).item(), rel=1e-4)


def test_the_published_iterations_and_starts_come_within_half_a_percent():
    value = SingularValues(weight=1.0)(wide(), seeded()).item()
    assert 0.995 * largest_square(wide()) < value <= largest_square(wide()) * (1 + 1e-6)


def test_more_starts_come_closer_and_none_goes_beyond():
    found = [SingularValues(weight=1.0, starts=starts)(wide(), seeded()).item() for starts in (1, 10, 100)]
    assert found == sorted(found)
    assert found[0] < 0.95 * largest_square(wide())
    assert found[-1] <= largest_square(wide()) * (1 + 1e-6)


def test_the_weight_multiplies():
    once, half = (SingularValues(weight=weight, least_megabytes=0)(network(), seeded()) for weight in (1.0, 0.5))
    assert half.item() == pytest.approx(once.item() / 2)


def test_the_gradient_is_that_of_the_exact_value():
    module = network()
    ALL(module, seeded()).backward()
    ours = module[3].weight.grad.clone()
    (expected,) = torch.autograd.grad(exact(module), module[3].weight)
    assert torch.allclose(ours, expected, atol=1e-3)
    assert module[0].bias.grad is None


def test_small_weights_are_left_out():
    assert SingularValues()(network(), seeded()) == 0
    # 512 x 512 numbers of four bytes are 1 MiB.
    assert SingularValues()(nn.Linear(512, 511), seeded()) == 0
    assert SingularValues()(nn.Linear(512, 512), seeded()) > 0


def test_weights_of_zeros_have_no_penalty():
    layer = nn.Linear(8, 8)
    nn.init.zeros_(layer.weight)
    penalty = ALL(layer, seeded())
    penalty.backward()
    assert penalty == 0
    assert layer.weight.grad.eq(0).all()


def test_draws_come_from_the_generator_alone():
    state, module = torch.get_rng_state(), network()
    penalty = SingularValues(least_megabytes=0.0, iterations=1, starts=1)
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
