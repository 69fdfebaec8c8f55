"""Constants keep their precision and can be trained through."""

from __future__ import annotations

import pickle

import numpy as np
import torch

from transforms.device_constants import DeviceConstant

CPU = torch.device("cpu")


def test_each_precision_is_made_from_the_array_and_kept():
    constant = DeviceConstant(np.array([1 / 3]))
    single, double = constant.on(CPU, torch.float32), constant.on(CPU, torch.float64)
    assert single.dtype == torch.float32
    assert double.item() == 1 / 3
    assert constant.on(CPU, torch.float32) is single


def test_a_constant_first_asked_for_in_inference_mode_can_be_used_in_training():
    constant = DeviceConstant(np.array([2.0]))
    with torch.inference_mode():
        constant.on(CPU, torch.float64)
    weight = torch.tensor([3.0], dtype=torch.float64, requires_grad=True)
    (weight * constant.on(CPU, torch.float64)).sum().backward()
    assert weight.grad.item() == 2.0


def test_a_pickled_constant_is_the_array_alone():
    constant = DeviceConstant(np.arange(3.0))
    constant.on(CPU, torch.float32)
    copy = pickle.loads(pickle.dumps(constant))
    assert len(pickle.dumps(copy)) == len(pickle.dumps(constant)) < 1000
    assert copy.on(CPU, torch.float64).tolist() == [0.0, 1.0, 2.0]
