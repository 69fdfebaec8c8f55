"""Gradient reversal: the same values forward, the opposite gradient back."""

from __future__ import annotations

import torch

from models.parts.gradient_reversal import reverse_gradient


def test_values_pass_unchanged_and_gradients_turn_round():
    features = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
    passed = reverse_gradient(features, 0.5)
    assert torch.equal(passed, features)
    (passed * torch.tensor([1.0, 2.0, 4.0])).sum().backward()
    assert features.grad.tolist() == [-0.5, -1.0, -2.0]


def test_the_classifier_behind_it_learns_while_the_network_before_it_unlearns():
    encoder, classifier = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    (reverse_gradient(encoder) * classifier).backward()
    assert classifier.grad == 2
    assert encoder.grad == -3
