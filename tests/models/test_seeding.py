from __future__ import annotations

import random

import torch

from models.seeding import seeded_python_random, seeded_torch


def test_the_same_seed_draws_the_same_numbers():
    drawn = []
    for _ in range(2):
        with seeded_torch(3), seeded_python_random(3):
            drawn.append((torch.rand(4).tolist(), random.random()))
    assert drawn[0] == drawn[1]


def test_the_generators_of_the_caller_go_on_as_if_nothing_had_happened():
    torch_state, python_state = torch.get_rng_state(), random.getstate()
    with seeded_torch(3), seeded_python_random(3):
        torch.rand(4)
        random.random()
    assert torch.equal(torch.get_rng_state(), torch_state)
    assert random.getstate() == python_state
