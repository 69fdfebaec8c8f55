"""The parts of RoFormers: rotation, attention and norms against independent sums."""

from __future__ import annotations

import math

import pytest
import torch

from models.roformer_parts import Attention, AttentionSize, AxialPair, RMSNorm, RotaryPositions, Transformer, rotated
from models.seeding import seeded_torch
from tests.models.roformer_cases import noise

SIZE = AttentionSize(features=12, heads=3, head_features=4)


def _attention():
    with seeded_torch(2):
        attention = Attention(SIZE, RotaryPositions(SIZE.head_features))
        torch.nn.init.uniform_(attention.norm.gamma, 0.5, 1.5)
    return attention.eval()


def _rotate_one(features, position):
    """Turn features (head_features) by the plane rotations of the paper's equation 34, pair by pair."""
    turned = []
    for pair in range(len(features) // 2):
        angle = position * 10_000 ** (-2 * pair / len(features))
        first, second = features[2 * pair].item(), features[2 * pair + 1].item()
        turned.append(first * math.cos(angle) - second * math.sin(angle))
        turned.append(first * math.sin(angle) + second * math.cos(angle))
    return turned


def _attend_by_sums(attention, tokens):
    """Compute what the layer adds to one sequence (tokens, features), a number at a time."""
    rms = tokens.square().mean(dim=-1, keepdim=True).sqrt()
    normed = tokens / rms * attention.norm.gamma
    queries, keys, values = (normed @ attention.to_qkv.weight.T).reshape(len(tokens), 3, 3, 4).unbind(dim=1)
    gates = 1 / (1 + torch.exp(-(normed @ attention.to_gates.weight.T + attention.to_gates.bias)))
    heads = torch.zeros(len(tokens), 3, 4)
    for head in range(3):
        for token in range(len(tokens)):
            query = _rotate_one(queries[token, head], token)
            rotated_keys = [_rotate_one(keys[other, head], other) for other in range(len(tokens))]
            products = [sum(a * b for a, b in zip(query, key, strict=True)) for key in rotated_keys]
            weights = [math.exp(product / math.sqrt(4)) for product in products]
            for other, weight in enumerate(weights):
                heads[token, head] += gates[token, head] * weight / sum(weights) * values[other, head]
    return heads.reshape(len(tokens), 12) @ attention.to_out[0].weight.T


def test_attention_equals_a_sum_written_out():
    attention, tokens = _attention(), noise(2, 5, 12)
    with torch.no_grad():
        added = attention(tokens) - tokens
        expected = torch.stack([_attend_by_sums(attention, sequence) for sequence in tokens])
    assert torch.allclose(added, expected, atol=1e-6)


def test_products_of_rotated_pairs_depend_on_the_distance_only():
    rotations = RotaryPositions(8)(50)
    query, key = noise(8), noise(8, seed=1)
    queries, keys = (rotated(features.expand(50, 8), rotations) for features in (query, key))
    products = queries @ keys.T
    for distance in (-20, 0, 1, 7):
        assert products.diagonal(distance).std() < 1e-6
    assert (products[0] - products[0, 0]).abs().max() > 1e-3


def test_rotation_keeps_lengths_and_the_first_token():
    features = noise(2, 3, 40, 8)
    turned = rotated(features, RotaryPositions(8)(40))
    assert torch.equal(turned[..., 0, :], features[..., 0, :])
    assert torch.allclose(turned.norm(dim=-1), features.norm(dim=-1), atol=1e-6)


def test_speeds_fall_from_one_to_almost_one_over_the_base():
    speeds = RotaryPositions(64).freqs
    assert speeds.shape == (32,)
    assert speeds[0] == 1
    assert speeds[31].item() == pytest.approx(10_000 ** (-62 / 64), rel=1e-6)
    assert torch.allclose(speeds[1:] / speeds[:-1], torch.full((31,), 10_000 ** (-2 / 64)))


def test_a_norm_gives_unit_root_mean_square_and_leaves_silence():
    tokens = 30 * noise(4, 12)
    assert torch.allclose(RMSNorm(12)(tokens).square().mean(dim=-1), torch.ones(4))
    assert RMSNorm(12)(torch.zeros(4, 12)).abs().max() == 0


def test_an_axial_pair_attends_along_time_first_and_along_bands_second():
    def constant(axis):
        """A stand-in that adds the number of tokens, times its axis' factor."""
        return lambda tokens: tokens + axis * tokens.shape[1]

    pair = AxialPair(
        Transformer(SIZE, 1, RotaryPositions(4), RMSNorm), Transformer(SIZE, 1, RotaryPositions(4), RMSNorm)
    )
    calls = []
    for place, axis in enumerate((1, 100)):
        pair[place].forward = lambda tokens, axis=axis: calls.append(tuple(tokens.shape)) or constant(axis)(tokens)
    features = torch.arange(2.0 * 5 * 3 * 12).reshape(2, 5, 3, 12)
    assert torch.equal(pair(features), features + 5 + 300)
    assert calls == [(6, 5, 12), (10, 3, 12)]


def test_dropout_acts_in_training_only():
    with seeded_torch(0):
        attention = Attention(AttentionSize(12, 3, 4, dropout=0.5), RotaryPositions(4))
    tokens = noise(1, 6, 12)
    assert not torch.equal(attention(tokens), attention(tokens))
    attention.eval()
    assert torch.equal(attention(tokens), attention(tokens))
