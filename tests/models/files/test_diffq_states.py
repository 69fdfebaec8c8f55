"""Quantised weights come back as DiffQ gives them back."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from models.files.diffq_states import QuantisedLayout, Quantiser, layout_of, restored_weights, unpacked_numbers
from tests.models.files.diffq_writer import (
    dequantised,
    packed_numbers,
    packed_state,
    packed_weights,
    quantised,
    random_bits,
)

LAYOUT = QuantisedLayout(largest_plain=100, packed=True)
SHAPE = torch.Size((64, 60))


def _weights(seed=0):
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed))


def test_numbers_are_unpacked_from_the_words_that_diffq_packs_them_into():
    # Made by diffq 0.2.4 from 2049 numbers of 3 bits: all zero but 5 at 0, 2 at 33, 7 at 2047 and 1 at 2048.
    words = torch.zeros(2, 3, 32, dtype=torch.int64)
    words[0, 0, 0] = words[0, 2, 0] = words[1, 0, 0] = 1
    words[0, 1, 1] = 2
    words[0, :, 31] = -(2**63)
    numbers = unpacked_numbers(words, 2049)
    assert {place: numbers[place].item() for place in numbers.nonzero().flatten().tolist()} == {
        0: 5,
        33: 2,
        2047: 7,
        2048: 1,
    }
    assert torch.equal(words, packed_numbers(numbers, 3))


@pytest.mark.parametrize("bits", [1, 2, 8, 14, 15])
@pytest.mark.parametrize("count", [1, 2048, 5000])
def test_packed_numbers_come_back(bits, count):
    numbers = torch.randint(0, 2**bits, (count,), generator=torch.Generator().manual_seed(bits))
    assert torch.equal(unpacked_numbers(packed_numbers(numbers, bits), count), numbers)


@pytest.mark.parametrize("bits", [None, 2, 14], ids=["all", "the fewest only", "the most only"])
def test_packed_weights_come_back_bit_equal_to_the_plain_form(bits):
    weights = _weights()
    each = random_bits(weights, 1, most=14) if bits is None else torch.full((480,), bits, dtype=torch.uint8)
    packed = {"others": [], "quantized": [packed_weights(weights, each)]}
    plain = {"others": [], "quantized": [(*quantised(weights, each), each)]}
    restored = restored_weights(packed, {"weight": SHAPE}, LAYOUT)["weight"]
    assert torch.equal(restored, dequantised(weights, each))
    assert torch.equal(restored, restored_weights(plain, {"weight": SHAPE}, QuantisedLayout(100))["weight"])


def test_tensors_up_to_the_limit_are_plain_and_keep_their_place():
    small, large = torch.arange(100.0), _weights()
    bits = random_bits(large, 0, most=14)
    state = {"others": [small], "quantized": [packed_weights(large, bits)]}
    restored = restored_weights(state, {"large": SHAPE, "small": small.shape}, LAYOUT)
    assert torch.equal(restored["small"], small)
    assert torch.equal(restored["large"], dequantised(large, bits))


def test_groups_whose_levels_were_not_packed_are_refused_and_not_made_up():
    weights = _weights()
    bits = random_bits(weights, 0, most=14)
    bits[7] = 15
    state = {"others": [], "quantized": [packed_weights(weights, bits)]}
    with pytest.raises(ValueError, match="lacks its weights of 15 bits"):
        restored_weights(state, {"weight": SHAPE}, LAYOUT)


@pytest.mark.parametrize("missing", ["others", "quantized"])
def test_a_state_with_a_tensor_too_few_is_refused(missing):
    state, _ = packed_state(nn.Linear(60, 64), Quantiser, min_size=0.001)
    state[missing].pop()
    shapes = {"weight": SHAPE, "bias": torch.Size((64,))}
    with pytest.raises(ValueError, match="shorter"):
        restored_weights(state, shapes, layout_of(state))


def test_a_state_of_v3_describes_its_layout():
    state, _ = packed_state(nn.Linear(60, 64), Quantiser, min_size=0.2)
    assert layout_of(state) == QuantisedLayout(
        largest_plain=pytest.approx(52_428.8), group_weights=8, fewest_bits=2, packed=True
    )


def test_a_state_of_another_quantiser_is_refused():
    state, _ = packed_state(nn.Linear(60, 64), nn.Linear, min_size=0.2)
    with pytest.raises(ValueError, match=r"quantised by .*Linear.* instead of diffq\.diffq\.DiffQuantizer"):
        layout_of(state)
