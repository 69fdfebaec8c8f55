"""Writes what DiffQ writes, as `models.files.diffq_states` describes it (compared once with the package itself)."""

from __future__ import annotations

import torch

GROUP = 8


def random_bits(weights, seed, most=15):
    """Draw the number of bits of each group: 2 to `most`."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(2, most + 1, (weights.numel() // GROUP,), generator=generator).byte()


def quantised(weights, bits):
    """Return the levels of all groups, and the range of the tensor."""
    lowest, highest = weights.min().item(), weights.max().item()
    largest_levels = (2 ** bits.long() - 1)[:, None]
    levels = ((weights.reshape(-1, GROUP) - lowest) / (highest - lowest) * largest_levels).round()
    return levels.short(), (lowest, highest)


def dequantised(weights, bits):
    """Return the weights that come back."""
    levels, (lowest, highest) = quantised(weights, bits)
    steps = 1 / (2 ** bits.float()[:, None] - 1)
    return (levels.float() * steps * (highest - lowest) + lowest).reshape(weights.shape)


def packed_numbers(numbers, bits):
    """Pack numbers bit by bit into words of 64 bits: shape (lines, bits, 32)."""
    padded = torch.nn.functional.pad(numbers.flatten().long(), (0, -numbers.numel() % 2048)).reshape(-1, 64, 32)
    positions = torch.arange(64)[:, None]
    words = [(((padded >> bit) & 1) << positions).sum(dim=1) for bit in range(bits)]
    return torch.stack(words, dim=1) if words else padded.new_zeros(padded.shape[0], 0, 32)


def packed_weights(weights, bits):
    """Return one entry of the list "quantized", packed."""
    levels, limits = quantised(weights, bits)
    by_bits = [packed_numbers(levels[bits == each], each) if (bits == each).any() else None for each in range(1, 15)]
    return by_bits, limits, packed_numbers(bits - 2, int(bits.max() - 2).bit_length())


def packed_state(network, quantiser, min_size):
    """Return a network's state as demucs saves it, and name of each parameter -> the weights that come back."""
    state = {"quantized": [], "float16": [], "others": []}
    expected = {}
    for seed, (name, parameter) in enumerate(network.named_parameters()):
        weights = parameter.detach()
        expected[name] = weights
        if weights.numel() <= min_size * 2**18:
            state["others"].append(weights.clone())
            continue
        bits = random_bits(weights, seed, most=14)
        expected[name] = dequantised(weights, bits)
        state["quantized"].append(packed_weights(weights, bits))
    arguments = {"min_size": min_size, "group_size": GROUP}
    state["meta"] = {"init_kwargs": arguments, "klass": quantiser, "packed": True, "torch_pack": False}
    return {**state, "__quantized": True}, expected
