"""Tensors of few bits in a file."""

from __future__ import annotations

import pytest
import torch

from models.files.quantised_files import packed_tensors, restored_tensors
from models.files.tensor_files import same_bytes
from tests.models.files.diffq_writer import dequantised, quantised, random_bits

SHAPE = torch.Size((9, 56))


def weights_and_bits(bits=None):
    weights = torch.randn(SHAPE, generator=torch.Generator().manual_seed(0))
    groups = torch.full((63,), bits, dtype=torch.uint8) if bits else random_bits(weights, seed=1)
    return weights, groups


def packed(name, weights, bits):
    levels, limits = quantised(weights, bits)
    return packed_tensors(name, (levels, limits, bits))


@pytest.mark.parametrize("bits", [None, 1, 8, 15], ids=["all", "the fewest", "eight", "the most"])
def test_weights_come_back_bit_equal(bits):
    weights, groups = weights_and_bits(bits)
    restored = restored_tensors(packed("layer.weight", weights, groups), {"layer.weight": SHAPE})
    assert same_bytes(restored, {"layer.weight": dequantised(weights, groups)})


def test_the_bytes_are_those_that_the_format_describes():
    # Three groups of two weights: of three bits, of one, of three again.
    levels = torch.tensor([[5, 2], [1, 0], [7, 3]], dtype=torch.int16)
    stored = packed_tensors("x", (levels, (-1.0, 2.0), torch.tensor([3, 1, 3], dtype=torch.uint8)))
    assert stored["x/range"].tolist() == [-1.0, 2.0]
    assert stored["x/bits"].tolist() == [0x31, 0x30]
    assert stored["x/levels"].tolist() == [0b10_000000, 0b101_010_11, 0b1_011_0000]
    expected = torch.tensor([[5 / 7, 2 / 7], [1, 0], [1, 3 / 7]]) * 3 - 1
    torch.testing.assert_close(restored_tensors(stored, {"x": levels.shape})["x"], expected)


def test_other_tensors_stay_as_they_are_and_none_is_changed():
    weights, groups = weights_and_bits()
    stored = {"bias": torch.arange(3.0), "steps": torch.tensor(7), **packed("weight", weights, groups)}
    before = {name: tensor.clone() for name, tensor in stored.items()}
    restored = restored_tensors(stored, {"weight": SHAPE, "bias": torch.Size((3,)), "steps": torch.Size(())})
    assert restored.keys() == {"bias", "steps", "weight"}
    assert torch.equal(restored["bias"], stored["bias"])
    assert same_bytes(stored, before)


def test_files_without_quantised_tensors_are_handed_on():
    stored = {"weight": torch.ones(2, 2)}
    assert restored_tensors(stored, {"weight": torch.Size((2, 2))}) == stored


@pytest.mark.parametrize("part", ["weight/range", "weight/bits"])
def test_an_incomplete_tensor_is_refused(part):
    stored = packed("weight", *weights_and_bits())
    del stored[part]
    with pytest.raises(KeyError, match=part):
        restored_tensors(stored, {"weight": SHAPE})


def test_levels_that_end_too_early_are_refused():
    stored = packed("weight", *weights_and_bits())
    stored["weight/levels"] = stored["weight/levels"][:-20]
    with pytest.raises(ValueError, match="reshape"):
        restored_tensors(stored, {"weight": SHAPE})
